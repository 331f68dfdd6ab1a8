"""What a live figure may be described by: what cannot be meant is refused where it is written, and said what it is."""

import fractions

import numpy as np
import pytest
import sympy as sp

from mlp_core import derive
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
    LiveFigure,
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

a, b, c, k, u, x, y = sp.symbols("a b c k u x y", real=True)
GRID = Grid(x, 0, 1)
PLANE = Field(x, y, (0, 1), (0, 1))
DATA = Data({k: [1, 2]})
RUN = Loop({u: 1}, {u: u / 2}, 3)

# -- expressions -------------------------------------------------------------------------------------------------------

EXPRESSIONS = {
    "Line x": lambda e: Line(e, x), "Line y": lambda e: Line(x, e), "Line upto": lambda e: Line(u, u, RUN, upto=e),
    "Dot x": lambda e: Dot(e, 0), "Dot y": lambda e: Dot(0, e), "Dot upto": lambda e: Dot(u, 0, over=RUN, upto=e),
    "Bars": lambda e: Bars([e]), "Bars x": lambda e: Bars([1], x=e), "Bars over": lambda e: Bars(e, DATA, k),
    "Bars over x": lambda e: Bars(k, DATA, e), "Text x": lambda e: Text(e, 0, "t", {}),
    "Text y": lambda e: Text(0, e, "t", {}), "Text value": lambda e: Text(0, 0, "{n}", {"n": e}),
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
    return Choice(**{"symbol": c, "options": ("p", "q"), "value": 0, "label": "c", **changes})


def panel(**changes):
    return Panel(**{"title": "", "xlabel": "", "ylabel": "", "xlim": (0, 1), "ylim": (0, 1), "artists": (),
                    "alt": "x", **changes})


@pytest.mark.parametrize(("make", "trouble"), [
    (lambda: slider(symbol="a"), "symbol: got 'a', expected a SymPy symbol"),
    (lambda: slider(symbol=a + b), r"symbol: got a \+ b, expected a SymPy symbol"),
    (lambda: slider(high=1e-10, step=1e-11), "step: got 1e-11, expected at least 1e-06; choose another unit"),
    (lambda: slider(step=1e-320), "step: got 1e-320, expected at least 1e-06"),
    (lambda: slider(high=10**9), "step: got 0.5, expected at least 1e[+]03"),
    (lambda: slider(low=-1.5e308, high=1.5e308, step=1e300), r"high: got 1.5e\+308, expected a finite distance"),
    (lambda: slider(low=-17 * 10**307, high=17 * 10**307, step=10**300), "high: got 17.*, expected a finite distance"),
    (lambda: slider(high=10**400), r"high: got 10+…, expected a finite number"),
    (lambda: choice(symbol="c"), "symbol: got 'c'"),
    (lambda: Typed("f", "x", "x", "f"), "symbol: got 'f'"),
    (lambda: Let("b", a), "symbol: got 'b'"),
    (lambda: Let(5, 1), "symbol: got 5"),
    (lambda: Grid("x", 0, 1), "symbol: got 'x'"),
    (lambda: Field(x, "y", (0, 1), (0, 1)), "y: got 'y'"),
    (lambda: Data({"k": [1]}), "values: got 'k'"),
    (lambda: Data({x: [1, [2]]}), r"values: got \[2\], expected a number"),
    (lambda: Data({x: ["a"]}), "values: got 'a', expected a number"),
    (lambda: Data({x: [1j]}), "values: got 1j, expected a number"),
    (lambda: Data({x: [1, np.inf]}), "values: got inf, expected a finite number"),
    (lambda: Data({x: 5}), "values: got 5, expected a list or tuple"),
    (lambda: Data({x: []}), r"values: got columns of lengths \[0\], expected one length of at least 1"),
    (lambda: Data({x: [1]}, choice="a"), "choice: got 'a', expected a Choice or None"),
    (lambda: Data({x: 5}, choice=choice()), "values: got 5, expected a list or tuple"),
    (lambda: Data({x: [5, 6]}, choice=choice()), "values: got 5, expected a list or tuple"),
    (lambda: Loop({"u": 1}, {"u": 1}, 3), "state: got 'u'"),
    (lambda: Loop([u], {u: 1}, 3), r"state: got \[u\], expected a dict"),
    (lambda: Loop({u: 1}, {u: 1}, 3, limit="far"), "limit: got 'far', expected a number"),
    (lambda: Loop({u: 1, x: 1, y: 1}, {u: 1, y: 1, b: 1, a: 1}, 3),
     r"update: got \(u, y, b, a\), expected the same symbols as state, \(u, x, y\)"),
    (lambda: Loop.of(derive.gradient_descent(x**2 + y**2, [x, y], a), {b: 1, x: 1, a: 1}, 3),
     r"start: got \(b, x, a\), expected \(x, y\)"),
    (lambda: chosen("k", [1, 2]), "symbol: got 'k'"),
    (lambda: chosen(k, []), "expressions: got none, expected one for each option"),
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
    *((lambda text=text, name=name: Say(((True, text),), {name: a}), f"values: got {name}, expected only what a text")
      for text, name in (("{v:.2f}", "v"), ("{ v }", "v"), ("{}", "v"), ("v", "v"), ("{e\u0301}", "e\u0301"))),
    (lambda: Text(0, 0, "{v!r}", {"v": a}), "values: got v, expected only what a text names in braces"),
    (lambda: Text(0, 0, 5, {}), "text: got 5, expected a text"),
    (lambda: Text(0, 0, " ", {}), "text: got an empty text, expected words"),
])
def test_parts_that_cannot_be_meant_are_refused(make, trouble):
    with pytest.raises((TypeError, ValueError), match=trouble):
        make()


ARTISTS = {"HeatMap": (HeatMap, a, PLANE), "Contour": (Contour, a, PLANE), "Region": (Region, a, PLANE),
           "Arrow": (Arrow, 0, 0, 1, a), "Bars": (Bars, [a]), "Edge": (Edge, (0, 0), (1, 1), a),
           "Text": (Text, 0, 0, "t", {}), "Line": (Line, x, x, GRID)}
ABOVE_0 = [("HeatMap", "reach"), ("Contour", "width"), ("Region", "opacity"), ("Arrow", "width"), ("Bars", "width"),
           ("Edge", "largest"), ("Text", "size")]
NUMBERS = [*ABOVE_0, ("HeatMap", "middle"), ("Region", "level"), ("Bars", "base"), ("Line", "width"),
           ("Line", "marker")]


@pytest.mark.parametrize(("kind", "name"), NUMBERS)
def test_the_numbers_of_an_artist_are_plain_numbers(kind, name):
    make, *given = ARTISTS[kind]
    for number in (np.float32(0.5), sp.Rational(1, 2), fractions.Fraction(1, 2), np.int64(1), sp.Integer(1)):
        artist = make(*given, **{name: number})
        assert getattr(artist, name) == float(number)
        assert type(getattr(artist, name)) in (int, float)
    assert "float32" not in figure(make(*given, **{name: np.float32(0.5)}), definitions=(GRID, PLANE)).html()
    for strange, trouble in ((np.nan, "got nan, expected a finite number"), ("x", "got 'x', expected a number"),
                             (None, "got None, expected a number")):
        with pytest.raises((TypeError, ValueError), match=f"^{name}: {trouble}"):
            make(*given, **{name: strange})


@pytest.mark.parametrize(("kind", "name"), ABOVE_0)
def test_sizes_of_artists_are_above_0(kind, name):
    make, *given = ARTISTS[kind]
    for strange in (0, -1):
        with pytest.raises(ValueError, match=f"^{name}: got {strange}, expected more than 0"):
            make(*given, **{name: strange})


def test_lines_and_dots_may_have_no_size_but_none_below_0():
    assert (Line(x, x, width=0).width, Line(x, x).marker) == (0, 0)
    for name in ("width", "marker"):
        with pytest.raises(ValueError, match=f"{name}: got -1, expected at least 0"):
            Line(x, x, **{name: -1})


# -- the parts together ------------------------------------------------------------------------------------------------


def figure(*artists, **changes):
    """A figure with sliders a and c."""
    return LiveFigure(**{"name": "f", "sliders": (slider(), choice()), "definitions": (GRID, RUN, DATA), "caption": "",
                         "panels": (panel(artists=artists),), "say": Say(((True, ""),)), **changes})


def says(value, **options):
    return {"say": Say(((True, "{n}"),), {"n": value}), **options}


OTHER_A, OTHER_GRID = sp.Symbol("a"), Grid(x, 0, 1, 5)
S, v, w = sp.symbols("S v w", real=True)


@pytest.mark.parametrize(("make", "trouble"), [
    (lambda: figure(Line(x, x, OTHER_GRID)), r"panels: got over=Grid\(.*, expected a series among the definitions"),
    (lambda: figure(Line(x, x, "x")), "panels: got over='x', expected a series"),
    *((lambda make=make: figure(definitions=(GRID, make(OTHER_GRID))), r"definitions: got over=Grid\(")
      for make in (lambda over: total(over, x), lambda over: at(over, 1, x), lambda over: settled(over, x > 0),
                   lambda over: Loop({u: 1}, {u: S}, 3, sums={S: (over, x)}))),
    (lambda: figure(definitions=(total(DATA, k), DATA)), r"definitions: got over=Data\("),
    (lambda: figure(**says(u)), "say: u in u is not defined before it is used"),
    (lambda: figure(say=Say(((u > 1, ""), (True, "")))), "say: u in u > 1 is not defined"),
    (lambda: figure(**says(Unless(a, u > 1, ""))), "say: u in u > 1 is not defined"),
    (lambda: figure(**says(Say(((True, "{n}"),), {"n": u}))), "say: u in u is not defined"),
    (lambda: figure(**says(choice(symbol=v))), r"say: got Choice\(symbol=v.*, expected one of this figure's sliders"),
    (lambda: figure(**says(Typed(v, "x", "x", "v"))), r"say: got Typed\(symbol=v"),
    (lambda: figure(definitions=(Data({u: [[1], [2]]}, choice=choice(symbol=v)),)), r"definitions: got Choice\("),
    (lambda: figure(Bars([a], x=v)), "panels: v in v is not defined"),
    (lambda: figure(Dot(OTHER_A * 2, 0)), r"a in 2\*a is not defined before it is used; .* other assumptions"),
    (lambda: figure(definitions=(None,)), "definitions: got None among them, expected only Let, Grid, "),
    (lambda: figure(definitions=(panel(),)), "definitions: got Panel.* among them, expected only Let"),
    (lambda: figure(definitions=(slider(),)), "definitions: got Slider.* among them, expected only Let"),
    (lambda: figure(definitions=GRID), "definitions: got Grid.*, expected a list or tuple"),
    (lambda: figure(sliders=(a,)), "sliders: got a among them, expected only Slider, Choice, Typed"),
    (lambda: figure(panels=(Dot(0, 0),)), "panels: got Line.* among them, expected only Panel"),
    (lambda: figure(panels=panel()), "panels: got Panel.*, expected a list or tuple"),
    (lambda: figure(say="text"), "say: got 'text', expected a Say"),
    (lambda: figure(caption=None), "caption: got None, expected a text"),
    (lambda: figure(Dot(sp.erf(a), 0)), r"got erf in erf\(a\), which has no JavaScript"),
    (lambda: figure(Dot(sp.Piecewise((1, a > 0)), 0)), r"got Piecewise\(\(1, a > 0\)\), expected a last case for True"),
    (lambda: figure(definitions=(Let(v, sp.gamma(a)),)), r"got gamma in gamma\(a\), which has no JavaScript"),
    (lambda: figure(Dot(sp.root(-8, 3), 0)), r"got \(-1\)\*\*\(1/3\) in .*, expected real numbers"),
    (lambda: figure(Dot(a * sp.Integer(10) ** 400, 0)), "got a whole number above 1.8e[+]308 in it"),
    (lambda: figure(Dot(a * sp.Float("1e400"), 0)), "got a number beyond 1.8e[+]308 in it"),
    (lambda: figure(Dot(a - sp.Float("1e400"), 0)), "got a number beyond 1.8e[+]308 in it"),
    (lambda: figure(definitions=(Grid(a, 0, 1),)), r"a is defined twice, once as a column of Grid\("),
    (lambda: figure(definitions=(Let(v, 1), Grid(v, 0, 1))), "v is defined twice, once as a column"),
    (lambda: figure(definitions=(Grid(v, 0, 1), Let(v, 1))), "v is defined twice"),
    (lambda: figure(definitions=(Field(x, x, (0, 1), (0, 1)),)), "x is defined twice, once as a column"),
    (lambda: figure(definitions=(Loop({a: 1}, {a: a}, 3),)), "a is defined twice, once as a column of Loop"),
    (lambda: figure(definitions=(Loop({v: 1}, {v: v}, 3, taken=a),)), "a is defined twice, once as a column of Loop"),
    (lambda: figure(definitions=(GRID, Loop({v: 1}, {v: a}, 3, sums={a: (GRID, x)}))), "a is defined twice"),
    (lambda: figure(definitions=(GRID, Loop({x: 1}, {x: v}, 3, sums={v: (GRID, x)}))), "x is defined twice, once"),
    (lambda: figure(definitions=(Data({a: [1]}),)), "a is defined twice, once as a column of Data"),
    (lambda: figure().evaluate({a: "x"}), "values for a: got 'x', expected a number"),
    (lambda: figure().evaluate({a: None}), "values for a: got None, expected a number"),
    (lambda: figure().evaluate({"a": 1}), r"values: 'a' is no slider of this figure, expected one of \[a, c\]"),
    (lambda: figure().evaluate([1]), r"values: got \[1\], expected a dict"),
    (lambda: figure().slider(u), r"symbol: u is no slider of this figure, expected one of \[a, c\]"),
])
def test_descriptions_that_do_not_fit_together_are_refused(make, trouble):
    with pytest.raises((TypeError, ValueError), match=trouble):
        make()


def test_panels_may_come_from_a_generator():
    shown = figure(panels=(panel(artists=[Dot(each, 0)]) for each in (0, a)), definitions=[GRID], sliders=[slider()])
    assert len(shown.evaluate()["points"]) == 2
    assert (len(shown.panels), shown.definitions, shown.sliders) == (2, (GRID,), (slider(),))


def test_two_series_may_have_columns_of_one_name():
    shown = figure(Line(x, x, GRID), Line(x, 2 * x, OTHER_GRID), definitions=(GRID, OTHER_GRID))
    assert [len(xs) for xs, _ in shown.evaluate()["points"]] == [161, 5]


def test_the_finest_slider_reaches_its_values():
    fine = slider(high=1e-4, step=1e-6, value=3e-6)
    assert [fine.nearest(value) for value in (0, 2.6e-6, 9.9e-5, 1)] == [0, 3e-6, 9.9e-5, 1e-4]
    assert fine.shown(3e-6) == "0.000003"


def test_data_stay_as_they_were_given():
    column, columns = [1.0, 2.0], [[1, 2], np.array([3.0])]
    data, chosen_data = Data({x: column}), Data({x: columns}, choice=choice())
    column[0] = columns[0][0] = columns[1][0] = np.nan
    columns.pop()
    assert (data.tables(), chosen_data.tables()) == ([[[1, 2]]], [[[1, 2]], [[3]]])


def test_numbers_and_lists_of_other_kinds_are_taken_as_what_they_mean():
    assert choice(value=np.int64(1)).value == 1
    assert type(choice(value=np.int64(1)).value) is int
    assert choice(options=["p", "q"]).options == ("p", "q")
    assert panel(xlim=[0, sp.pi]).xlim == (0, np.pi)
    assert panel(artists=(Dot(each, 0) for each in (0, a))).artists == (Dot(0, 0), Dot(a, 0))
    assert Say([[True, "text"]]).cases == ((True, "text"),)
