"""What a live figure may be described by: what cannot be meant is refused where it is written, and said what it is."""

import fractions

import numpy as np
import pytest
import sympy as sp

from mlp_core.live import (
    Arrow,
    Bars,
    Choice,
    Contour,
    Data,
    Dot,
    Edge,
    Field,
    Grid,
    HeatMap,
    Let,
    Line,
    Loop,
    Panel,
    Program,
    Region,
    Say,
    Slider,
    Text,
    Typed,
    Unless,
    at,
    chosen,
    defined,
    gaps,
    network_panel,
    settled,
    total,
)
from mlp_core.live.javascript import check_printable

a, b, u, x, y, k = sp.symbols("a b u x y k", real=True)
GRID = Grid(x, 0, 1)
PLANE = Field(x, y, (0, 1), (0, 1))
DATA = Data({k: [1, 2]})
RUN = Loop({u: 1}, {u: u / 2}, 3)

# -- expressions -------------------------------------------------------------------------------------------------------

EXPRESSIONS = {
    "Line x": lambda e: Line(e, x), "Line y": lambda e: Line(x, e), "Line upto": lambda e: Line(u, u, RUN, upto=e),
    "Dot x": lambda e: Dot(e, 0), "Dot y": lambda e: Dot(0, e), "Dot upto": lambda e: Dot(u, 0, over=RUN, upto=e),
    "Bars": lambda e: Bars([e]), "Bars x": lambda e: Bars([1], x=e), "Bars over": lambda e: Bars(e, DATA, k),
    "Bars over x": lambda e: Bars(k, DATA, e), "Text x": lambda e: Text(e, 0, "", {}),
    "Text y": lambda e: Text(0, e, "", {}), "Text value": lambda e: Text(0, 0, "{n}", {"n": e}),
    **{f"Arrow {part}": lambda e, part=part: Arrow(**{"x": 0, "y": 0, "dx": 0, "dy": 0, part: e})
       for part in ("x", "y", "dx", "dy")},
    "Edge": lambda e: Edge((0, 0), (1, 1), e), "HeatMap": lambda e: HeatMap(e, PLANE),
    "Contour": lambda e: Contour(e, PLANE), "Region": lambda e: Region(e, PLANE), "Let": lambda e: Let(b, e),
    "Grid low": lambda e: Grid(x, e, 5), "Grid high": lambda e: Grid(x, -5, e), "total": lambda e: total(DATA, e),
    "at": lambda e: at(RUN, 1, e), "at step": lambda e: at(RUN, e, u), "settled": lambda e: settled(RUN, e),
    "Loop state": lambda e: Loop({u: e}, {u: u}, 3), "Loop update": lambda e: Loop({u: 1}, {u: e}, 3),
    "Loop sums": lambda e: Loop({u: 1}, {u: b}, 3, sums={b: (DATA, e)}),
    "Say value": lambda e: Say(((True, "{n}"),), {"n": e}), "Say condition": lambda e: Say(((e, ""), (True, ""))),
    "Unless": lambda e: Unless(e, a > 0, ""), "Unless condition": lambda e: Unless(a, e, ""),
    "chosen": lambda e: chosen(k, [1, e]), "chosen last": lambda e: chosen(k, [e, 1]),
    "typed": lambda e: Typed(sp.Symbol("f"), "x", "x", "f")(e),
    "network nodes": lambda e: network_panel([[a], [e]], [[[1]]], "a network"),
    "network weights": lambda e: network_panel([[a], [a]], [[[e]]], "a network"),
    "gaps": lambda e: gaps(GRID, e), "defined": defined,
    "scalar": lambda e: Program(()).run().scalar(e), "JavaScript": check_printable,
}


@pytest.mark.parametrize("make", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_a_text_is_no_expression_and_never_runs(make, tmp_path):
    trace = tmp_path / "trace"
    code = f"open({str(trace)!r}, 'w').close() or 1"
    for strange in (code, "a", [code], 1j):
        with pytest.raises((TypeError, ValueError), match=r"got .*, expected") as caught:
            make(strange)
        assert caught.type is TypeError or isinstance(strange, list)
    assert not trace.exists()


@pytest.mark.parametrize(("name", "make"), EXPRESSIONS.items(), ids=EXPRESSIONS)
def test_numbers_of_any_library_are_expressions(name, make):
    if name != "settled" and "condition" not in name:
        for number in (2, 2.5, np.float32(0.5), np.int64(3), fractions.Fraction(1, 2), sp.Rational(1, 3), sp.pi):
            make(number)


def test_a_refused_expression_is_named():
    with pytest.raises(TypeError, match="y: got 'a', expected a SymPy expression or a number"):
        Dot(0, "a")
    with pytest.raises(TypeError, match=r"when: got a \+ 1, expected a condition, such as a SymPy relation"):
        settled(RUN, a + 1)


# -- the parts of a description ----------------------------------------------------------------------------------------


def slider(**changes):
    return Slider(**{"symbol": a, "low": 0, "high": 1, "step": 0.5, "value": 0, "label": "a", **changes})


def choice(**changes):
    return Choice(**{"symbol": k, "options": ("p", "q"), "value": 0, "label": "k", **changes})


def panel(**changes):
    return Panel(**{"title": "", "xlabel": "", "ylabel": "", "xlim": (0, 1), "ylim": (0, 1), "artists": (),
                    "alt": "x", **changes})


@pytest.mark.parametrize(("make", "trouble"), [
    (lambda: slider(symbol="a"), "symbol: got 'a', expected a SymPy symbol"),
    (lambda: slider(symbol=a + b), r"symbol: got a \+ b, expected a SymPy symbol"),
    (lambda: choice(symbol="k"), "symbol: got 'k'"),
    (lambda: Typed("f", "x", "x", "f"), "symbol: got 'f'"),
    (lambda: Let("b", a), "symbol: got 'b'"),
    (lambda: Let(5, 1), "symbol: got 5"),
    (lambda: Grid("x", 0, 1), "symbol: got 'x'"),
    (lambda: Field(x, "y", (0, 1), (0, 1)), "y: got 'y'"),
    (lambda: Data({"k": [1]}), "values: got 'k'"),
    (lambda: Loop({"u": 1}, {"u": 1}, 3), "state: got 'u'"),
    (lambda: Loop([u], {u: 1}, 3), r"state: got \[u\], expected a dict"),
    (lambda: Loop({u: 1}, {u: 1}, 3, limit="far"), "limit: got 'far', expected a number"),
    (lambda: chosen("k", [1, 2]), "symbol: got 'k'"),
    (lambda: choice(options={"p", "q"}), "options: got {.*}, expected a list or tuple"),
    (lambda: choice(options={"p": 1, "q": 2}), "options: got {.*}, expected a list or tuple"),
    (lambda: choice(options="pq"), "options: got 'pq', expected a list or tuple"),
    (lambda: choice(options=("p", "p")), r"options: got \('p', 'p'\), expected each text once"),
    (lambda: choice(value=1.0), "value: got 1.0, expected a whole number"),
    (lambda: choice(value=2), "value: got 2"),
    (lambda: panel(xlim=("a", "b")), "xlim: got 'a', expected a number"),
    (lambda: panel(xlim=(0, np.inf)), "xlim: got inf, expected a finite number"),
    (lambda: panel(ylim=(0, 1, 2)), r"ylim: got \(0, 1, 2\), expected two numbers"),
    (lambda: panel(ylim=3), "ylim: got 3, expected a list or tuple"),
    (lambda: panel(artists=(None,)), "artists: got None among them, expected only Artist"),
    (lambda: panel(artists=Dot(0, 0)), "artists: got Line.*, expected a list or tuple"),
    (lambda: panel(alt=None), "alt: got None, expected a text"),
    (lambda: panel(xticks="ab"), "xticks: got 'ab', expected a list or tuple"),
    (lambda: Field(x, y, (0, 1), (0, "1")), "ylim: got '1', expected a number"),
    (lambda: Field(x, y, (0, 1), (0, 1), points=(3,)), r"points: got \(3,\), expected two"),
    (lambda: Edge((0, "0"), (1, 1), a), "start: got '0', expected a number"),
    (lambda: HeatMap(a, GRID), "over: got Grid.*, expected a Field"),
    (lambda: Contour(a, None), "over: got None, expected a Field"),
    (lambda: Region(a, DATA), "over: got Data.*, expected a Field"),
    (lambda: Say("text"), "cases: got 'text', expected a list or tuple"),
    (lambda: Say((True, "text")), "cases: got True, expected a list or tuple"),
    (lambda: Say(((True,),)), r"cases: got \(True,\), expected pairs"),
    (lambda: Say(((True, None),)), "cases: got None, expected a text"),
    (lambda: Say(((True, ""),), [a]), r"values: got \[a\], expected a dict"),
    (lambda: Text(0, 0, 5, {}), "text: got 5, expected a text"),
])
def test_parts_that_cannot_be_meant_are_refused(make, trouble):
    with pytest.raises((TypeError, ValueError), match=trouble):
        make()


def test_numbers_and_lists_of_other_kinds_are_taken_as_what_they_mean():
    assert choice(value=np.int64(1)).value == 1
    assert type(choice(value=np.int64(1)).value) is int
    assert choice(options=["p", "q"]).options == ("p", "q")
    assert panel(xlim=[0, sp.pi]).xlim == (0, np.pi)
    assert panel(artists=(Dot(each, 0) for each in (0, a))).artists == (Dot(0, 0), Dot(a, 0))
    assert Say([[True, "text"]]).cases == ((True, "text"),)
