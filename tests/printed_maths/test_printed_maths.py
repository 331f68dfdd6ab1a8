"""Every printed derivative, gradient and update of the chapters is what SymPy derives, and a wrong one is refused."""

import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "_ext"), str(Path(__file__).parent)]

import book_claims  # noqa: E402
from book_formulas import formulas, states_slope  # noqa: E402
from mutants import mutants  # noqa: E402

from mlp_core.derive.reading_check import Check, equal  # noqa: E402
from mlp_core.derive.reading_meanings import Matrix, is_matrix  # noqa: E402
from mlp_core.derive.reading_tree import Node, assignments  # noqa: E402
from mlp_core.derive.reading_values import Evaluation  # noqa: E402

PAGES = [path for path in sorted((ROOT / "chapters").glob("*.md"))
         if any(states_slope(formula.tex) for formula in formulas(path))]
NAMES = [path.stem for path in PAGES]


@cache
def verdicts(path):
    return book_claims.check(path)


def told(what, numbers):
    return "{}: verified {verified} / total {total} (mentions {mentions}, unread {unread})".format(what, **numbers)


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_printed_slope_is_true(path):
    found = verdicts(path)
    failed = [f"{verdict.formula}\n      {verdict.evidence[0]}" for verdict in found if verdict.kind == "failed"]
    numbers = book_claims.count(found)
    print("\n" + told(f"printed maths, {path.stem}", numbers))
    assert not failed, (f"\n  {path.name} states what is not so, or letters have no meaning "
                        f"(see _ext/book_claims.py; meanings stand in _ext/claims/{path.stem}.py):\n    "
                        + "\n    ".join(failed))
    assert numbers["verified"] == numbers["total"] - numbers["unread"]


def test_all_pages_together():
    numbers = book_claims.count([verdict for path in PAGES for verdict in verdicts(path)])
    print("\n" + told("printed maths", numbers))
    assert numbers["unread"] <= 3
    assert numbers["verified"] >= 150  # the chapters do state slopes


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_nothing_stale_is_kept(path):
    assert list(book_claims.stale(path)) == []


def test_every_file_of_meanings_belongs_to_a_page():
    pages = {path.stem for path in (ROOT / "chapters").glob("*.md")}
    assert {path.stem for path in book_claims.CLAIMS.glob("*.py")} <= pages


# --- a sweep of small mistakes through every claim of the book

def stands(tex, scene, statement):
    """Whether a formula passes with this statement in it."""
    try:
        book_claims.hold(tex, scene, Node("list", (statement,)))
    except ValueError:
        return False
    return True


def harmless(tex, scene, before, after):
    """Whether a change of a statement changed nothing: (−z)² for z², a factor 1, what is multiplied by 0."""
    if set(before.parts[1]) - {"=", r"\approx", r"\leftarrow"}:
        return True  # an inequality has many right sides
    point = book_claims.point_of(tex, scene)
    for indices in assignments(before, scene.ranges):
        evaluation, check = Evaluation(scene, indices), Check(scene, point)
        for one, other in zip(before.parts[0], after.parts[0]):
            if one == other:
                continue
            values = [check.value(evaluation, side) for side in (one, other)]
            values = [Matrix([check.at(entry) for entry in value]) if is_matrix(value) else check.at(value)
                      for value in values]
            try:
                equal(*values)
            except ValueError:  # what is said to be 0 may have its sign flipped
                return any(side.kind == "num" and float(side.parts[0]) == 0 for side in before.parts[0])
    return True


@pytest.mark.slow
def test_small_mistakes_are_refused():
    made, survivors, passed = 0, [], []
    for path in PAGES:
        page = book_claims.page_of(path)
        for verdict in verdicts(path):
            if verdict.kind != "verified":
                continue
            tex, scenes = verdict.formula.tex, list(page.scenes(verdict.formula))
            trees = [book_claims.read(tex, scene) for scene in scenes]
            for place, statement in enumerate(trees[0].parts):
                if statement.kind != "relation":
                    continue
                for wrongs in zip(*(mutants(tree.parts[place]) for tree in trees)):
                    made += 1
                    if all(stands(tex, scene, wrong) for scene, (_, wrong) in zip(scenes, wrongs)):
                        survivors.append(f"{verdict.formula}: {wrongs[0][0]}")
                        if not all(harmless(tex, scene, tree.parts[place], wrong)
                                   for scene, tree, (_, wrong) in zip(scenes, trees, wrongs)):
                            passed.append(survivors[-1])
    print(f"\nprinted maths: {made - len(survivors)} of {made} small mistakes refused; the others change no value:")
    print("\n".join(f"    {one}" for one in survivors))
    assert made > 1000
    assert len(survivors) <= 0.06 * made
    assert len(passed) <= 0.01 * made, "mistakes that pass:\n" + "\n".join(passed)
