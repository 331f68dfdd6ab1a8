"""Live figures on the built pages, in Chromium, cut off from the network: what is drawn is what Python computes."""

import matplotlib as mpl
import numpy as np
import pytest
from browser import Watched
from live_checks import compare, compare_drawing, evaluate, places, states

from chapters import live_figures, notebooks
from mlp_core.derive.typed import Mistyped, parse_typed
from mlp_core.live import Choice, HeatMap, Typed
from mlp_core.live.fields import tint

pytestmark = [pytest.mark.browser, pytest.mark.build, pytest.mark.slow]

PAGES = [path for path in notebooks() if "LiveFigure(" in path.read_text(encoding="utf-8")]

SHOWN = """name => { const s = document.getElementById(name).mlpShown;
  return { values: s.values, text: s.text, points: s.points.map(p => p.map(v => Array.from(v))),
           height: document.getElementById(name).getBoundingClientRect().height,
           sentence: document.querySelector(`#${name} .mlp-sentence`).textContent,
           drawn: s.points.map((_, k) => {
             const group = document.querySelector(`#${name} :not(path)[id$="-a${k}"]`);
             const path = Array.from(group.querySelectorAll('path')).find(c => !c.closest('defs')
                                                                              && !c.hasAttribute('marker-end'));
             const marks = group.querySelector('path[marker-end]');
             const text = group.querySelector('text');
             return { d: path ? path.getAttribute('d') : null, stroke: path ? path.style.stroke : null,
                      width: path ? path.style.strokeWidth : null, text: text ? text.textContent : null,
                      at: text ? [text.getAttribute('x'), text.getAttribute('y')] : null,
                      marks: marks ? marks.getAttribute('d') : null };
           }) }; }"""


def move_to(page, figure, values):
    """Set every slider as a reader's drag does, and wait until the picture has followed."""
    page.evaluate("""([name, values]) => values.forEach((value, k) => {
        const input = document.getElementById(`${name}-p${k}`);
        input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); })""", [figure.name, values])
    page.wait_for_function("""([name, values]) => { const s = document.getElementById(name).mlpShown;
        return s && values.every((value, k) => s.values[k] === value || Math.abs(s.values[k] - value) < 1e-9); }""",
                           arg=[figure.name, values])
    return page.evaluate(SHOWN, figure.name)


@pytest.mark.parametrize("chapter", PAGES, ids=lambda path: path.stem)
def test_every_state_is_drawn_as_python_computes_it(chapter, browser, site_url):
    figures = live_figures(chapter)
    with Watched(browser, viewport={"width": 1280, "height": 900}) as watched:
        watched.page.goto(f"{site_url}/chapters/{chapter.stem}.html")
        on_page = watched.page.evaluate("Array.from(document.querySelectorAll('.mlp-live'), e => e.id)")
        assert sorted(on_page) == sorted(figures)
        for figure in figures.values():
            with mpl.rc_context():
                placed = places(figure, figure.draw())
            heights, compared = set(), 0
            for values in states(figure):
                shown = move_to(watched.page, figure, [value if isinstance(value, str) else float(value)
                                                       for value in values])
                count, steady = compare(figure, values, shown)
                compared += count
                assert shown["sentence"] == shown["text"]
                for artist, place, arrays, drawn in zip(figure.artists, placed, evaluate(figure, values)["points"],
                                                        shown["drawn"]):
                    if steady:
                        compare_drawing(artist, place, arrays, drawn)
                compare_tints(watched.page, figure)
                heights.add(round(shown["height"]))
            assert compared > 500, figure.name
            assert len(heights) == 1, f"{figure.name} changes its height: {heights}"
        assert watched.take_problems() == []


PAINTED = """([name, panel, nth, spots]) => {
  const canvas = document.querySelectorAll(`#${name} .mlp-panel`)[panel].querySelectorAll('canvas')[nth];
  const { width, height } = canvas, copy = Object.assign(document.createElement('canvas'), { width, height });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return spots.map(([x, y]) => Array.from(context.getImageData(
    Math.floor(x * width), Math.floor(y * height), 1, 1).data)); }"""


def compare_tints(page, figure):
    """What a heat map painted at the middle of some tiles: between the tints of that tile and of those around it."""
    shown = iter(page.evaluate("name => document.getElementById(name).mlpShown.points.map("
                               "p => p.length === 3 ? p.map(v => Array.from(v)) : [])", figure.name))
    for panel, each in enumerate(figure.panels):
        heats = 0
        for artist in each.artists:
            arrays = next(shown)
            if not isinstance(artist, HeatMap):
                continue
            (across, up), tints = artist.over.points, np.array(arrays[2], dtype=float)
            tints = tint((tints.reshape(up, across) - artist.middle) / artist.reach, artist.below, artist.above)
            tints[..., :3] *= tints[..., 3:]
            rng = np.random.default_rng(heats)
            tiles = np.column_stack([rng.integers(1, up - 1, 40), rng.integers(1, across - 1, 40)])
            x, y = (np.array(column, dtype=float).reshape(up, across) for column in arrays[:2])
            (x0, x1), (y0, y1) = each.xlim, each.ylim
            spots = [((x[i, j] - x0) / (x1 - x0), (y1 - y[i, j]) / (y1 - y0)) for i, j in tiles]
            inside = [0 < sx < 1 and 0 < sy < 1 for sx, sy in spots]
            tiles, spots = tiles[inside], [spot for spot, kept in zip(spots, inside) if kept]
            assert len(spots) > 10, figure.name
            found = np.array(page.evaluate(PAINTED, [figure.name, panel, heats, spots])) / 255
            found[:, :3] *= found[:, 3:]
            for (i, j), colour in zip(tiles, found):
                around = tints[i - 1:i + 2, j - 1:j + 2].reshape(9, 4)
                assert (around.min(axis=0) - 0.02 <= colour).all(), (figure.name, i, j, colour, around)
                assert (colour <= around.max(axis=0) + 0.02).all(), (figure.name, i, j, colour, around)
            heats += 1


UNREADABLE = ("2 + tangent(@)", "@^", "", '<img src=x onerror="ran=1">', "</p><script>ran=1</script>", "@;ran=1",
              "constructor('ran=1')", "`${ran=1}`", "(" * 41)


def type_and_mistype(page, figure, index):
    """By keyboard: a function is drawn. What cannot be read is named, and the picture stays. Buttons type as well."""
    typed, name = figure.sliders[index], f"{figure.name}-p{index}"
    control, said = page.locator(f"#{name}"), page.locator(f"#{name}-said")
    hint, start = said.inner_text(), page.evaluate(SHOWN, figure.name)["values"]
    assert control.get_attribute("aria-describedby") == said.get_attribute("id")

    def waits(expression, *values):
        page.wait_for_function(f"([figure, k, value]) => {expression} === value", arg=[figure.name, index, *values])

    def shows(text):
        waits("document.getElementById(figure).mlpShown.values[k]", text)
        shown = page.evaluate(SHOWN, figure.name)
        compare(figure, [*start[:index], text, *start[index + 1:]], shown)
        assert (control.get_attribute("aria-invalid"), said.inner_text()) == ("false", hint)
        return shown

    good = f"{typed.of}^2/2 - sin({typed.of})"
    control.press("ControlOrMeta+a")
    control.press_sequentially(good + " ")
    drawn = shows(good)
    for text in (text.replace("@", typed.of) for text in UNREADABLE):
        control.fill(text)
        with pytest.raises(Mistyped) as refused:
            parse_typed(text, [typed.of])
        waits("document.getElementById(`${figure}-p${k}-said`).textContent",
              f"{refused.value} The picture still shows {good}.")
        assert control.get_attribute("aria-invalid") == "true"
        assert str(page.evaluate(SHOWN, figure.name)) == str(drawn)
    waits("document.querySelector(`#${figure} .mlp-announce`).textContent", said.inner_text())
    assert page.evaluate("[window.ran, document.querySelectorAll('.mlp-live img').length]") == [None, 0]
    for text in typed.suggestions:
        button = page.locator(f"[data-types={name}]").get_by_text(text, exact=True)
        assert button.bounding_box()["height"] >= 44
        button.click()
        shows(text)


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
                if isinstance(slider, Typed):
                    type_and_mistype(page, figure, index)
                    continue
                for key, value in (("Home", slider.low), ("End", slider.high)):
                    before = page.evaluate(SHOWN, figure.name)["values"][index]
                    control.press(key)
                    page.wait_for_function(
                        "([name, k, value]) => "
                        "Math.abs(document.getElementById(name).mlpShown.values[k] - value) < 1e-9",
                        arg=[figure.name, index, slider.nearest(value)])
                    after = page.evaluate(SHOWN, figure.name)
                    assert abs(after["values"][index] - before) > 0 or before == slider.nearest(value)
                    said = (control.locator("option:checked").inner_text() if isinstance(slider, Choice)
                            else control.get_attribute("aria-valuetext"))
                    assert said == slider.shown(slider.nearest(value))
            page.locator(f"#{figure.name} .mlp-reset").click()
            page.wait_for_function(
                "([name, values]) => { const shown = document.getElementById(name).mlpShown.values; "
                "return values.every((v, k) => shown[k] === v || Math.abs(shown[k] - v) < 1e-9); }",
                arg=[figure.name, [slider.value for slider in figure.sliders]])
            page.wait_for_function(
                "name => document.querySelector(`#${name} .mlp-announce`).textContent === "
                "document.getElementById(name).mlpShown.text", arg=figure.name)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert watched.take_problems() == []


EARLY = """new MutationObserver((_, watch) => {
  const input = document.querySelector('.mlp-live input[type=range]'), figure = input && input.closest('.mlp-live');
  if (!window.mlpLiveQueue || !figure || window.early) return;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  if (figure.mlpShown) { window.early = document.readyState; watch.disconnect(); }
}).observe(document, { childList: true, subtree: true });"""


def test_the_first_figure_works_while_the_page_is_still_read(browser, site_url):
    with Watched(browser) as watched:
        watched.page.add_init_script(EARLY)
        watched.page.goto(f"{site_url}/chapters/08-gradient-descent.html")
        assert watched.page.evaluate("window.early") == "loading"
        assert watched.take_problems() == []


def test_picture_stands_without_javascript(browser, site_url):
    with Watched(browser, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{site_url}/chapters/{PAGES[0].stem}.html")
        figure = page.locator(".mlp-live").first
        assert figure.locator("svg path").count() > 10
        assert figure.locator(".mlp-sentence").inner_text().strip()
        assert not figure.locator(".mlp-controls").is_visible()
