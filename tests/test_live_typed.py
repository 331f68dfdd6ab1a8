"""Functions that a reader types into a live figure: SymPy in Python and dual numbers in the page say the same."""

import json
import re

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import Node
from live_checks import TYPED, compare, states
from test_typed import joined

from mlp_core import derive
from mlp_core.live import (
    Dot,
    Grid,
    Let,
    Line,
    LiveFigure,
    Loop,
    Panel,
    Program,
    Say,
    Slider,
    Typed,
    at,
    defined,
    gaps,
)
from mlp_core.live.javascript import Code
from mlp_core.live.typed import LONGEST, Slope
from mlp_core.live.widget import SCRIPTS, TYPED_SCRIPTS, web_file

L, w, start, eta, q, total = sp.symbols("L w w_0 eta q total", real=True)
PLACES = [-2.0, -1.0, -0.35, 0.0, 0.5, 1.0, 2.3]


def typed(**changes):
    return Typed(**{"symbol": L, "of": "w", "start": "(w - 2)^2", "label": "your loss", "suggestions": ("abs(w)",),
                    **changes})


def descent(name="descent", **changes):
    """A small figure: gradient descent on a loss that is typed."""
    loss, grid = typed(**changes), Grid(q, -3, 3, 61)
    run = Loop.of(derive.gradient_descent(loss(w), [w], eta), {w: start}, 30)
    end, last_slope, holes = at(run, run.last, loss(w)), at(run, run.last, sp.diff(loss(w), w)), gaps(grid, loss(q))
    return LiveFigure(
        name, (loss, Slider(start, -3, 3, 0.5, 2.5, "start"), Slider(eta, 0.05, 1.2, 0.05, 0.3, "rate")),
        (run, grid, end, last_slope, holes, Let(total, loss(start)**2 + sp.diff(loss(start**2), start))),
        (Panel("", "w", "L", (-3, 3), (-1, 9), (
            Line(q, loss(q), grid), Line(q, sp.diff(loss(q), q), grid), Line(w, loss(w), run, marker=4),
            Dot(start, loss(start)), Dot(start, total)), alt="a loss"),),
        Say(((sp.Not(defined(loss(start))), "no value at {start}{holes}"),
             (sp.Not(defined(end.symbol, last_slope.symbol)), "{loss} ends after {n}{holes}"),
             (sp.Eq(run.diverged, 1), "{loss} diverges after {n}{holes}"), (True, "{loss} comes to {end}{holes}")),
            {"loss": loss, "start": start, "n": run.last, "end": end.symbol,
             "holes": Say(((holes.symbol > 0, ", {n} gaps"), (True, "")), {"n": holes.symbol})}), "A descent.")


ASKED = """
function asked(given) {
  if (given.text !== undefined) {
    const read = mlpLive.runtime.typed(given.text, "w");
    return given.at.map(x => [read.value(x), read.slope(x)]);
  }
  return given.states.map(p => {
    const drawn = FIGURE.compute(p, mlpLive.runtime);
    return { text: drawn.text, points: drawn.points.map(arrays => arrays.map(array => Array.from(array))) };
  });
}"""


@pytest.fixture(scope="module")
def page():
    """The page's files with the figure `descent`."""
    figure = descent()
    with Node([*TYPED_SCRIPTS, *SCRIPTS], f"var FIGURE = {figure.script(figure.draw())};{ASKED}") as node:
        yield node


def same(text, page):
    """Value and slope of both at every place, within 1e-12; and no number at the same places."""
    read = typed().reading(text)
    mine = np.column_stack([read.value(np.array(PLACES)), read.slope(np.array(PLACES))])
    theirs = np.array(page({"text": text, "at": PLACES}), dtype=float)
    assert np.array_equal(np.isnan(mine), np.isnan(theirs)), text
    return np.nanmax(np.abs(mine - theirs) / np.maximum(1, np.abs(mine)), initial=0) <= 1e-12


@pytest.mark.parametrize("text", ["2^999999", "w*9^9^9", "0.5^9^9^9 + w", "w^(9^9^9)", "relu(9^9^9)", "9" * 60,
                                  "w + 10^400", "10^400 w", "9^-99 w", "(1 + 1/9^99)^9999", "w^" + "9" * 50,
                                  "1.000001^2000 w"])
def test_huge_whole_numbers_are_what_they_are_on_the_page(text, page):
    assert same(text, page)


@pytest.mark.parametrize("text", TYPED)
def test_value_and_slope_are_the_same_in_both(text, page):
    assert same(text.replace("@", "w"), page)


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.sampled_from(["w", "w", "2", "0.5", "3", "e"]), joined, max_leaves=4)
       .map(lambda text: text.replace("^(x)", "^(w)")).filter(lambda text: len(text) <= LONGEST))
def test_value_and_slope_of_any_formula_are_the_same_in_both(page, text):
    assert same(text, page)


def test_where_a_formula_has_no_number():
    for text, nowhere in (("w/w", [3]), ("1/w", [3]), ("ln(w)", [0, 1, 2, 3]), ("sqrt(w)^2", [0, 1, 2]),
                          ("w ln(w)", [0, 1, 2, 3]), ("sqrt(-1)", [*range(7)]), ("exp(1000w)", [5, 6]),
                          ("1/relu(w)", [0, 1, 2, 3]), ("step(ln(w))", [0, 1, 2, 3])):
        assert np.flatnonzero(np.isnan(typed().reading(text).value(np.array(PLACES)))).tolist() == nowhere, text
    root = typed().reading("sqrt(w)")
    assert root.value(0.0) == 0
    assert np.isnan(root.slope(0.0))  # upright there
    assert (root.value(4.0), root.slope(4.0)) == (2, 0.25)


def test_a_typed_function_in_figures_is_the_same_in_both(page):
    figure = descent()
    tried = list(states(figure))
    assert len({state[0] for state in tried}) > 24
    counted = [compare(figure, state, shown) for state, shown in zip(tried, page({"states": tried}))]
    assert sum(count for count, _ in counted) > 8_000
    assert sum(steady for _, steady in counted) > 0.8 * len(counted)


@pytest.mark.parametrize(("text", "settings", "said"), [
    # η = 0.3 multiplies the error by 0.4: after 30 steps the loss is 0.25 · 0.16³⁰ = 3.3e-25
    ("(w - 2)^2", {}, "(w - 2)^2 comes to 3.3 × 10⁻²⁵"), (" (w - 2)^2\t", {}, "(w - 2)^2 comes to 3.3 × 10⁻²⁵"),
    ("ln(w)", {start: -1}, "no value at −1, 31 gaps"),
    ("ln(w)", {start: 0.5}, "ln(w) ends after 1, 31 gaps"),  # slope 2: w = 0.5 − 0.6
    ("sqrt(w)", {start: 0}, "sqrt(w) ends after 0, 30 gaps"),
    ("-w^2", {start: 1, eta: 1}, "-w^2 diverges after 6"),  # each step triples w; 3⁷ is beyond 1000
    ("abs(w)", {start: 0.5, eta: 0.5}, "abs(w) comes to 0")])
def test_a_descent_says_how_it_ends(text, settings, said):
    assert descent().evaluate({L: text, **settings})["text"] == said


def test_the_slope_is_taken_through_what_the_function_is_used_in():
    # f(x) = x³ used as f(x²) + f(x)²: its slope is 2x · 3x⁴ + 2x³ · 3x² = 12 x⁵
    f = typed(start="w^3")
    both = f(q**2) + f(q)**2
    program = Program((f, Slider(q, 0, 2, 0.5, 0.5, "q")), (Let(total, sp.diff(both, q)),))
    assert program.run({q: 1.5}).scalars[total] == pytest.approx(12 * 1.5**5, rel=1e-14)
    assert (str(f(q)), str(sp.diff(f(q), q))) == ("L(q)", "L′(q)")
    assert sp.latex(f(q)**2) == r"\left(L\left(q\right)\right)^{2}"
    with pytest.raises(NotImplementedError, match="second derivative of the typed function L"):
        sp.diff(f(q), q, 2)


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"start": "2w +"}, ValueError, r"start: got '2w \+' for L, expected a formula in w. Something is missing after"),
    ({"start": "x"}, ValueError, "start: got 'x'"),
    ({"suggestions": ("w", "w)")}, ValueError, r"suggestions: got 'w\)'"),
    ({"start": "w" * 61}, ValueError, "60 characters"), ({"start": 3}, TypeError, "start: got 3, expected a text"),
    ({"of": "ww"}, ValueError, "of: got 'ww'"), ({"of": "e"}, ValueError, "of: got 'e'"),
    ({"of": 1}, ValueError, "of: got 1"),
    ({"label": " "}, ValueError, "label: got an empty text"), ({"label": None}, TypeError, "label: got None")])
def test_bad_descriptions_are_refused(change, error, message):
    with pytest.raises(error, match=message):
        typed(**change)


def test_bad_values_are_refused():
    with pytest.raises(ValueError, match=r"values: got 'q' for L, expected a formula in w. I do not know the letter q"):
        descent().evaluate({L: "q"})
    with pytest.raises(TypeError, match=r"values: got 1.0, expected a text"):
        descent().evaluate({L: 1.0})
    with pytest.raises(ValueError, match=r"L, x in L\(x\) is not defined"):
        Program((), (Let(total, typed()(sp.Symbol("x"))),))


def test_code_and_markup_hold_no_text_but_the_start_and_the_suggestions():
    strange = typed(symbol=sp.Symbol("1; ran=1"), of="μ", start="μ^2", label="<b>f</b>", suggestions=("μ", "2μ"))
    code = Code(Program((strange,), (Let(total, strange(q * 0 + 1)),)))
    assert re.fullmatch(r"[\w\s.,;=()\[\]\"\\]*", "\n".join(code.lines))
    figure = LiveFigure("f", (strange,), (), (Panel("", "", "", (0, 1), (0, 1), (Dot(0, strange(1)),), alt="a dot"),),
                        Say(((True, "{f}"),), {"f": strange}), "")
    page = figure.html()
    assert "<b>" not in page
    assert re.findall(r'data-types="f-p0">([^<]*)<', page) == ["μ", "2μ"]
    assert 'maxlength="60"' in page
    assert 'aria-describedby="f-p0-said"' in page
    assert f"LONGEST = {LONGEST}," in web_file("live-typed.js")
    assert not re.search(r"\beval\b|new Function|innerHTML", web_file("live-typed.js") + web_file("formula.js"))
    assert Slope(L, q).is_extended_real


def test_the_widget_has_a_text_and_its_view_the_reader_of_formulas():
    figure = descent()
    text = figure.slider(L)
    assert (text.value, text.options) == ("(w - 2)^2", ("abs(w)",))
    view = figure.widget.children[0]
    assert view.p0 == "(w - 2)^2"
    assert "mlpFormula" in view._esm
    assert 'id="descent-p0-said" role=status' in view.markup
    assert "mlpFormula.parse" not in json.dumps(LiveFigure(
        "plain", (Slider(q, 0, 1, 0.5, 0, "q"),), (), (Panel("", "", "", (0, 1), (0, 1), (Dot(q, q),), alt="a dot"),),
        Say(((True, "t"),)), "").widget.children[0]._esm)
