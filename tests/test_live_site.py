"""Live figures on the built pages, in Chromium, cut off from the network: what is drawn is what Python computes."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from browser import Watched

from chapters import live_figures, notebooks

pytestmark = [pytest.mark.browser, pytest.mark.build, pytest.mark.slow]

PAGES = [path for path in notebooks() if "LiveFigure(" in path.read_text(encoding="utf-8")]

SHOWN = """name => { const s = document.getElementById(name).mlpShown;
  return { values: s.values, text: s.text, points: s.points.map(p => [Array.from(p[0]), Array.from(p[1])]),
           height: document.getElementById(name).getBoundingClientRect().height,
           sentence: document.querySelector(`#${name} .mlp-sentence`).textContent,
           drawn: s.points.map((_, k) => {
             const group = document.querySelector(`#${name} [id$="-a${k}"]`);
             const path = Array.from(group.children).find(c => c.localName === 'path');
             return { d: path ? path.getAttribute('d') : null,
                     dots: Array.from(group.querySelectorAll('use'), u => [u.getAttribute('x'), u.getAttribute('y')]) };
           }) }; }"""


def states(figure, seed=0, extra=20):
    """The start, both ends of each slider, and random states of all sliders."""
    rng = np.random.default_rng(seed)
    start = [slider.value for slider in figure.sliders]
    yield start
    for index, slider in enumerate(figure.sliders):
        for value in (slider.low, slider.high):
            yield [*start[:index], value, *start[index + 1:]]
    for _ in range(extra):
        yield [slider.nearest(rng.uniform(slider.low, slider.high)) for slider in figure.sliders]


def nudged(values):
    """A twin one ulp away: where the two part company, so may Python and the browser."""
    return [np.nextafter(value, np.inf) for value in values]


def move_to(page, figure, values):
    """Set every slider as a reader's drag does, and wait until the picture has followed."""
    page.evaluate("""([name, values]) => values.forEach((value, k) => {
        const input = document.getElementById(`${name}-p${k}`);
        input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); })""", [figure.name, values])
    page.wait_for_function("""([name, values]) => { const s = document.getElementById(name).mlpShown;
        return s && values.every((value, k) => Math.abs(s.values[k] - value) < 1e-9); }""", arg=[figure.name, values])
    return page.evaluate(SHOWN, figure.name)


def in_pixels(figure, drawings, values):
    """Where matplotlib puts each artist's points, in the units of the SVG."""
    expected, points = [], iter(figure.evaluate(dict(zip([s.symbol for s in figure.sliders], values)))["points"])
    for panel, fig in zip(figure.panels, drawings):
        (ax,) = fig.axes
        for _ in panel.artists:
            with np.errstate(all="ignore"):
                pixels = ax.transData.transform(np.column_stack(next(points))) * 72 / fig.dpi
            expected.append(np.column_stack([pixels[:, 0], fig.get_figheight() * 72 - pixels[:, 1]]))
    return expected


def compare(figure, drawings, values, shown):
    """Points, sentence and pixels of one state against Python; returns how many points were compared."""
    symbols = [slider.symbol for slider in figure.sliders]
    expected = figure.evaluate(dict(zip(symbols, values)))
    twin = figure.evaluate(dict(zip(symbols, nudged(values))))
    compared, steady = 0, True
    for mine, theirs, drawn, nearby in zip(expected["points"], shown["points"], shown["drawn"], twin["points"]):
        for a, b, c in zip(mine, theirs, nearby):
            assert np.all(np.isfinite(b)), (figure.name, values)
            n = min(len(a), len(c))
            size = max(1.0, np.abs(a).max())
            together = np.abs(a[:n] - c[:n]) <= 1e-10 * size
            keep = np.logical_and.accumulate(together)
            steady = steady and bool(keep.all()) and len(a) == len(c)
            if steady:
                assert len(a) == len(b), (figure.name, values)
            assert np.all(np.abs(a[:n] - np.array(b)[:n])[keep] <= 1e-9 * size), (figure.name, values)
            compared += int(keep.sum())
        assert not re.search("NaN|Infinity", drawn["d"] or "")
    assert shown["sentence"] == shown["text"]
    assert not re.search(r"NaN|undefined|no number|Infinity", shown["text"]), (figure.name, values, shown["text"])
    if steady:
        assert shown["text"] == expected["text"], (figure.name, values)
        for pixels, drawn in zip(in_pixels(figure, drawings, values), shown["drawn"]):
            close = np.isfinite(pixels).all(axis=1) & (np.abs(pixels) < 4900).all(axis=1)
            if drawn["d"] is not None and close.all() and len(pixels) > 1:
                corners = np.array(re.findall(r"-?\d+\.\d+", drawn["d"]), dtype=float).reshape(-1, 2)
                assert corners.shape == pixels.shape, (figure.name, values)
                assert np.abs(corners - pixels).max() < 0.02, (figure.name, values)
            elif drawn["dots"] and close.all():
                assert np.abs(np.array(drawn["dots"], dtype=float) - pixels).max() < 0.02, (figure.name, values)
    return compared


@pytest.mark.parametrize("chapter", PAGES, ids=lambda path: path.stem)
def test_every_state_is_drawn_as_python_computes_it(chapter, browser, site_url):
    figures = live_figures(chapter)
    with Watched(browser, viewport={"width": 1280, "height": 900}) as watched:
        watched.page.goto(f"{site_url}/chapters/{chapter.stem}.html")
        on_page = watched.page.evaluate("Array.from(document.querySelectorAll('.mlp-live'), e => e.id)")
        assert sorted(on_page) == sorted(figures)
        for figure in figures.values():
            with mpl.rc_context():
                drawings = figure.draw()
            heights, compared = set(), 0
            for values in states(figure):
                shown = move_to(watched.page, figure, [float(value) for value in values])
                compared += compare(figure, drawings, values, shown)
                heights.add(round(shown["height"]))
            assert compared > 1000, figure.name
            assert len(heights) == 1, f"{figure.name} changes its height: {heights}"
        assert watched.take_problems() == []


@pytest.mark.parametrize("chapter", PAGES, ids=lambda path: path.stem)
def test_keyboard_moves_every_slider_to_both_ends_and_reset_brings_it_back(chapter, browser, site_url):
    with Watched(browser, viewport={"width": 375, "height": 800}) as watched:
        page = watched.page
        page.goto(f"{site_url}/chapters/{chapter.stem}.html")
        for figure in live_figures(chapter).values():
            for index, slider in enumerate(figure.sliders):
                control = page.locator(f"#{figure.name}-p{index}")
                assert page.get_by_label(slider.label, exact=True).count() >= 1
                control.focus()
                for key, value in (("Home", slider.low), ("End", slider.high)):
                    before = page.evaluate(SHOWN, figure.name)["values"][index]
                    control.press(key)
                    page.wait_for_function(
                        "([name, k, value]) => "
                        "Math.abs(document.getElementById(name).mlpShown.values[k] - value) < 1e-9",
                        arg=[figure.name, index, slider.nearest(value)])
                    after = page.evaluate(SHOWN, figure.name)
                    assert abs(after["values"][index] - before) > 0 or before == slider.nearest(value)
                    assert control.get_attribute("aria-valuetext") == figure.shown(slider, slider.nearest(value))
            page.locator(f"#{figure.name} .mlp-reset").click()
            page.wait_for_function(
                "([name, values]) => values.every((v, k) => "
                "Math.abs(document.getElementById(name).mlpShown.values[k] - v) < 1e-9)",
                arg=[figure.name, [slider.value for slider in figure.sliders]])
            page.wait_for_function(
                "name => document.querySelector(`#${name} .mlp-announce`).textContent === "
                "document.getElementById(name).mlpShown.text", arg=figure.name)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert watched.take_problems() == []


def test_picture_stands_without_javascript(browser, site_url):
    with Watched(browser, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{site_url}/chapters/{PAGES[0].stem}.html")
        figure = page.locator(".mlp-live").first
        assert figure.locator("svg path").count() > 10
        assert figure.locator(".mlp-sentence").inner_text().strip()
        assert not figure.locator(".mlp-controls").is_visible()
