"""The worksheet: what is filled in against numbers worked by hand and against SymPy, and nothing given away."""

import re
from pathlib import Path

import numpy as np
import pytest

from mlp_core import gradcheck, worksheet

BLANKS = {"forward": (2, 4), "backward": (1, 2, 3, 4, 5), "step": (1,), "chain": (1, 2)}  # columns to be filled in


def rows(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def number(tex):
    """The number that a cell holds."""
    whole = re.fullmatch(r"\$(-?)(?:\\tfrac\{(\d+)\}\{(\d+)\}|([\d.]+))\$", tex)
    sign, top, below, plain = whole.groups()
    return (-1 if sign else 1) * (int(top) / int(below) if top else float(plain))


def test_forward_and_backward_by_hand():
    # the numbers of tests/test_spine.py
    forward, backward = rows(worksheet.forward(filled=True)), rows(worksheet.backward(filled=True))
    assert [number(line[2]) for line in forward[:6]] == [2, -1, 1, 1.5, 2, 1]
    assert [number(line[4]) for line in forward] == [2, 0, 1, 1.5, 0.731, 0.269, 1.313]
    assert [[number(cell) for cell in line[2:]] for line in backward] == [
        [1, 1, 1.5, 1], [-1, -1, -1.5, -1], [2, 4, 0, 2], [-1, -2, 0, -1], [1.5, 1.5, 3, 1.5], [0, 0, 0, 0]]
    assert [number(line[1]) for line in backward[2:]] == [2, -1, 1.5, -3]


def test_one_step_by_hand():
    # s = e/(1 + e) − 0 = 0.7311; w²₁₁ = 1 − 0.1 · 4 s; b³₁ = ¼ − 0.1 s
    found = [number(line[1]) for line in rows(worksheet.step(filled=True))]
    assert found[:4] == [0.731, 0.708, 0.177, 1.313]
    assert found[4] < found[3]


def test_the_chain_by_hand():
    # first turn: a = 6, ŷ = 6, L = 4, slope 2 · 2 = 4; W2: 4 · 6 = 24, handed back 4 · 1, W1: 4 · 2 = 8
    first = [number(line[1]) for line in rows(worksheet.chain(filled=True))]
    assert first == [6, 6, 4, 4, 24, 4, 8, -0.24, -0.08, 2.92, 0.76]


@pytest.mark.parametrize("seed", [None, *range(12)])
def test_slopes_are_those_that_sympy_derives(seed):
    net, x, y = worksheet.network(seed)
    assert gradcheck.check(net, x, y).ok  # backpropagation is what SymPy derives
    s = worksheet.answers(seed)[-1]
    table = rows(worksheet.backward(seed, filled=True))
    filled = []
    for layer in (1, 2, 3):
        top, bottom = table[6 - 2 * layer], table[7 - 2 * layer]
        filled += [number(line[column]) for column in (3, 4) for line in (top, bottom)]
        filled += [number(line[5]) for line in (top, bottom)]
    assert np.allclose(np.array(filled) * s, net.backward(net.forward(x), y).theta, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("seed", range(60))
def test_a_sheet_of_ones_own_can_be_done_with_a_pencil(seed):
    net, x, _ = worksheet.network(seed)
    twin, *_ = worksheet.network(seed)
    assert np.array_equal(net.theta, twin.theta)
    assert np.array_equal(net.theta * 2, np.round(net.theta * 2))
    assert np.abs(net.theta).max() <= 2
    trace = net.forward(x)
    assert min(np.abs(Z).min() for Z in trace.Z[1:]) >= 0.5
    assert worksheet.key(seed) != worksheet.sheet(seed)


def test_seeds_give_different_sheets():
    assert len({worksheet.key(seed) for seed in range(60)}) == 60


@pytest.mark.parametrize("name", BLANKS)
def test_a_blank_sheet_gives_nothing_away(name):
    blank, filled = rows(getattr(worksheet, name)()), rows(getattr(worksheet, name)(filled=True))
    for empty, full in zip(blank, filled, strict=True):
        for column, (left, right) in enumerate(zip(empty, full, strict=True)):
            if column in BLANKS[name]:
                assert left in ("", "–", "$L$")
            else:
                assert left == right


@pytest.mark.parametrize("seed", [-1, 1.5, "7", True])
def test_a_bad_seed_is_named(seed):
    with pytest.raises((TypeError, ValueError), match="seed"):
        worksheet.sheet(seed)


def test_numbers_that_no_pencil_writes_are_refused():
    with pytest.raises(ValueError, match="number"):
        worksheet.exact(0.3)
    for number in (1 / 3, 1 / 7, 0.2, 1 / 6):
        with pytest.raises(ValueError, match="expected a multiple of 1/8"):
            worksheet.exact(number)


def test_the_answers_on_the_page_leave_with_the_solutions():
    page = (Path(__file__).parent.parent / "chapters/worksheet.md").read_text(encoding="utf-8")
    for cell in re.findall(r"```\{code-cell\}.*?```", page, flags=re.S):
        assert ("filled=True" in cell) == ("solution" in cell)
