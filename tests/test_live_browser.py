"""Live figures on a page of their own in Chromium: what has no place at the start appears as soon as it has one."""

import pytest
import sympy as sp
from live_checks import compare_drawing, places
from test_live_injection import page_with

from mlp_core.live import Arrow, Bars, Dot, Edge, Grid, Line, LiveFigure, Loop, Panel, Say, Slider, Text

x, a, u = sp.symbols("x a u", real=True)
GRID = Grid(x, -1, 1, 5)
RUN = Loop({u: sp.Integer(1)}, {u: u / 2}, 3)
DRAWN = """count => Array.from({ length: count }, (_, k) => {
  const group = document.querySelector(`#late svg [id$="late-0-a${k}"]`), data = e => e && e.getAttribute('d');
  const text = group.querySelector('text'), path = group.querySelector('path');
  return { d: data(Array.from(group.children).find(child => child.localName === 'path')),
    marks: data(group.querySelector('[marker-mid]')), text: text && text.textContent,
    at: text && [text.getAttribute('x'), text.getAttribute('y')], hidden: !!text && text.style.display === 'none',
    stroke: path && path.style.stroke, width: path && path.style.strokeWidth }; })"""


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"yscale": "log"}, {"square": True}, {"bare": True}], ids=str)
def test_what_has_no_place_at_the_start_appears_when_it_gets_one(watched, tmp_path, options):
    wild = [1 / a, sp.log(a)]
    artists = (Dot(1 / a, 1), Dot(a, 100 - 99 * a), Dot(a, a), Dot(1000 * (a - 1), 1), Dot(a, 1 - 1000 * (a - 1)),
               Dot(a, 6 - 5 * a), Dot(x, 1 / a, over=GRID), Line(x, 1 / a, GRID, marker=4),
               Line(u, u, RUN, marker=4, upto=wild[1]), Dot(*wild), Bars([1 / a]), Arrow(0, 1, *wild),
               Edge((0, 1), (1, 1), wild[0]), Text(1 / a, 2 + wild[1], "{n}", {"n": 1 / a}), Text(1 / a, 1, "t", {}))
    panel = Panel("", "", "", (-1, 5), (0.1, 5), artists, alt="a panel", **options)
    figure = LiveFigure("late", (Slider(a, 0, 2, 0.5, 0, "a"),), (GRID, RUN), (panel,), Say(((True, ""),)), "")
    page = watched().page
    page.goto(page_with(tmp_path, figure.html()))
    for value in (0.5, 1, 2, 0, 1):
        page.locator("#late-p0").fill(str(value))
        page.wait_for_function("v => (document.querySelector('#late').mlpShown || {values: []}).values[0] === v",
                               arg=value)
        expected, shown = figure.evaluate({a: value})["points"], page.evaluate(DRAWN, len(artists))
        for artist, place, arrays, drawn in zip(artists, places(figure, figure.draw()), expected, shown, strict=True):
            assert drawn["hidden"] == (isinstance(artist, Text) and not value)
            if value:
                compare_drawing(artist, place, arrays, drawn)
            elif isinstance(artist, Line):
                assert drawn["marks"] is not None
