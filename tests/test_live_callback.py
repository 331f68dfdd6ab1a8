"""Figures that a Python function moves: only what moves is drawn anew, nothing else may change, pages show a still."""

import html
import re

import numpy as np
import pytest
import sympy as sp
from matplotlib.axis import XAxis
from test_live_injection import RUN, STRANGE, rendered, skeleton

from mlp_core import plots
from mlp_core.live import CallbackFigure, Choice, LiveFigure, Panel, Say, Slider, Typed, widget

n, kind = sp.symbols("n kind")
T = np.linspace(0, 1, 5)
SLIDER = Slider(n, 1, 9, 1, 2, "power", "times")


def powers(also=lambda ax, curve: None, words="Powers.", **changes):
    """A curve t to the power n, upwards or downwards, and what `move` was given so far."""
    _, ax = plots.figure()
    (curve,) = ax.plot(T, T, gid="curve")
    given = []

    def move(power, which):
        given.append((power, which))
        curve.set_ydata(T**power if which == "up" else 1 - T**power)
        also(ax, curve)
        return f"{words} t to the power {power}, {which}."

    sliders = (SLIDER, Choice(kind, ("up", "down"), 0, "direction"))
    parts = {"sliders": sliders, "move": move, "moving": (curve,), "alt": "A curve.", "caption": words}
    return CallbackFigure("powers", **{**parts, **changes}), curve, given


def heights(picture):
    """The y of every corner of the curve in an SVG, from its first to its last, in shares of its height."""
    path = re.search(r'id="[^"]*curve">\s*<path d="([^"]*)"', picture)[1]
    y = np.array(re.findall(r"[ML] \S+ (\S+)", path), dtype=float)
    return (y - y[0]) / (y[-1] - y[0])


def test_the_function_takes_the_values_in_order_and_moves_the_artist():
    figure, curve, given = powers()
    assert figure.evaluate({n: 3, kind: 1}) == "Powers. t to the power 3, down."
    assert given[-1] == (3, "down")
    assert isinstance(given[-1][0], int)
    assert np.array_equal(curve.get_ydata(), 1 - T**3)
    assert heights(figure.moved()) == pytest.approx(T**3, abs=2e-3)
    figure.evaluate()
    assert heights(figure.moved()) == pytest.approx(T**2, abs=2e-3)


def test_what_stands_still_is_drawn_once(monkeypatch):
    figure, *_ = powers()
    figure.widget  # noqa: B018  makes it
    drawn, draw = [], XAxis.draw
    monkeypatch.setattr(XAxis, "draw", lambda *given: (drawn.append(1), draw(*given))[1])
    view = figure.widget.children[0]
    for power in (3, 4, 5):
        figure.slider(n).value = power
        assert heights(view.picture) == pytest.approx(T**power, abs=2e-3)
        assert view.text == f"Powers. t to the power {power}, up."
    assert drawn == []
    figure.still()
    assert drawn


def test_still_and_moving_parts_together_are_the_picture():
    figure, curve, _ = powers()
    assert 'powers-moving-curve"' in figure.moved()
    assert "curve" not in figure.still()
    assert curve.get_visible()
    assert "<text" not in figure.moved()
    assert len(figure.moved()) < len(figure.still()) / 3
    boxes = [re.search(r'viewBox="([^"]*)"', picture)[1] for picture in (figure.still(), figure.moved(), figure.html())]
    assert len(set(boxes)) == 1
    whole = re.search(r'id="powers-curve">\s*<path d="([^"]*)"', figure.html())[1]
    figure.evaluate()
    assert whole == re.search(r'id="powers-moving-curve">\s*<path d="([^"]*)"', figure.moved())[1]
    assert figure.moved() == figure.moved()


@pytest.mark.parametrize("change", [
    lambda ax, curve: ax.set_title("new"), lambda ax, curve: ax.set_xlim(0, 2), lambda ax, curve: ax.plot([1], [1]),
    lambda ax, curve: ax.text(0, 0, "new")])
def test_what_is_not_named_may_not_change(change):
    calls = []

    def also(ax, curve):
        calls.append(1)
        if len(calls) > 1:
            change(ax, curve)

    figure, *_ = powers(also)
    with pytest.raises(ValueError, match="move: it changed or added"):
        figure.evaluate({n: 3})


def test_wrong_descriptions_are_refused():
    curve = powers()[1]
    other = plots.figure()[1].plot([1], [1])[0]
    with pytest.raises(TypeError, match="move: got 3"):
        powers(move=3)
    with pytest.raises(TypeError, match="moving: got"):
        powers(moving=())
    with pytest.raises(TypeError, match="moving: got"):
        powers(moving=(plots,))
    with pytest.raises(ValueError, match="moving: expected artists that stand on one figure"):
        powers(moving=(curve, other))
    with pytest.raises(ValueError, match="alt: got an empty text"):
        powers(alt=" ")
    with pytest.raises(TypeError, match="caption: got None"):
        powers(caption=None)
    with pytest.raises(TypeError, match=r"move: got None, expected a sentence"):
        powers(move=lambda power, which: None)
    with pytest.raises(ValueError, match="q is no slider"):
        powers()[0].evaluate({sp.Symbol("q"): 1})
    with pytest.raises(ValueError, match="symbol: q is no slider"):
        powers()[0].slider(sp.Symbol("q"))
    with pytest.raises(TypeError, match=r"moving: got .*Line2D.*, expected a list or tuple"):
        powers(moving=curve)


@pytest.mark.parametrize(("sliders", "trouble"), [
    ("ab", "sliders: got 'ab', expected a list or tuple"),
    (SLIDER, "sliders: got Slider.*, expected a list or tuple"),
    ((Typed(n, "x", "x", "n"),), "sliders: got Typed.* among them, expected only Slider, Choice"),
    ((SLIDER, SLIDER), "n is defined twice")])
def test_wrong_sliders_are_refused(sliders, trouble):
    with pytest.raises((TypeError, ValueError), match=trouble):
        powers(sliders=sliders)


@pytest.mark.parametrize(("values", "trouble"), [
    ({n: "1"}, "values for n: got '1', expected a number"), ({n: np.nan}, "values for n: got nan, expected a finite"),
    ([1], r"values: got \[1\], expected a dict"), ({kind: "down"}, "values for kind: got 'down', expected a number")])
def test_wrong_values_are_refused(values, trouble):
    with pytest.raises((TypeError, ValueError), match=trouble):
        powers()[0].evaluate(values)


def test_sliders_may_come_from_a_generator():
    figure, _, given = powers(sliders=(each for each in (SLIDER, Choice(kind, ("up", "down"), 0, "direction"))))
    figure.evaluate({kind: 1})
    assert given[-1] == (2, "down")


# -- on a page ---------------------------------------------------------------------------------------------------------


def test_a_page_shows_a_still_and_says_so(monkeypatch):
    monkeypatch.setenv(widget.STILL, "1")
    figure, *_ = powers()
    figure.evaluate({n: 7, kind: 1})  # where somebody has left it
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    page = bundle["text/html"]
    assert heights(page) == pytest.approx(T**2, abs=2e-3)
    assert not re.search(r"<(input|select|button|script)", page)
    said = [html.unescape(text) for text in re.findall(r"<p class[^>]*>(.*?)</p>", page)]
    assert said[0] == "Powers. t to the power 2, up."
    assert "power: 2 times; direction: up" in said[1]
    assert "stands still" in said[1]
    assert figure._views == {}
    assert page == powers()[0].html()


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE)
def test_strange_words_are_shown_on_the_page(words):
    page, plain = (powers(words=text, alt=text)[0].html() for text in (words, "plain"))
    assert skeleton(page) == skeleton(plain)
    assert html.unescape(re.search(r"<p class[^>]*>(.*?)</p>", page, flags=re.S)[1]).startswith(words)


# -- in Jupyter --------------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.slow
def test_the_view_shows_what_python_drew_and_runs_no_words(watched):
    page = watched().page
    for words in STRANGE.values():
        figure, *_ = powers(words=words, alt=words)
        view = figure.widget.children[0]
        rendered(page, view, {"picture": view.picture, "text": view.text})
        before = page.locator(".mlp-moving").inner_html()
        figure.slider(n).value = 5
        page.evaluate("([p, t]) => { window.change('picture', p); window.change('text', t); }",
                      [view.picture, view.text])
        assert page.locator(".mlp-moving").inner_html() != before
        assert page.locator(".mlp-sentence").text_content() == f"{words} t to the power 5, up."
        assert page.locator(".mlp-panel > svg").get_attribute("aria-label") == words
        assert page.evaluate("document.querySelectorAll('script, img, a, [onerror]').length") == 0
        assert page.evaluate("window.ran") is None, RUN
        still, moving = (page.locator(css).bounding_box() for css in (".mlp-panel > svg", ".mlp-moving svg"))
        assert still == pytest.approx(moving, abs=1)


def test_a_failing_function_is_said_under_the_picture():
    figure, *_ = powers()
    box, good = figure.widget, figure.move

    def move(power, which):
        if power == 4:
            raise ZeroDivisionError("four <b> is too many")
        return good(power, which)

    figure.move = move
    with pytest.raises(ZeroDivisionError):
        figure.slider(n).value = 4
    assert box.children[0].text == "ZeroDivisionError: four <b> is too many"
    figure.slider(n).value = 5
    assert box.children[0].text == "Powers. t to the power 5, up."


def live():
    """A small figure that needs no Python."""
    return LiveFigure("small", (Slider(n, 0, 1, 0.5, 0, "n"),), (), (Panel("", "", "", (0, 1), (0, 1), (), alt="a"),),
                      Say(((True, "t"),)), "")


@pytest.mark.parametrize("make", [live, lambda: powers()[0]])
def test_a_cell_that_runs_again_closes_what_it_made(make, monkeypatch):
    now = ["cell", "first run"]
    monkeypatch.setattr(widget, "running", lambda: tuple(now))
    monkeypatch.setattr(widget, "_made", {})
    first, beside = make(), make()
    boxes = [first.widget, beside.widget]
    assert first.widget is boxes[0]
    parts = {part for box in boxes for part in widget._with_parts(box)}
    assert all(part.comm is not None for part in parts)
    now[0] = "another cell"
    other = make().widget
    now[:] = ["cell", "second run"]
    second = make().widget
    assert all(part.comm is None for part in parts)
    assert second.comm is not None
    assert other.comm is not None
    assert first.widget is not boxes[0]  # shown once more, it is made once more
    assert first.slider(n).comm is not None


@pytest.mark.parametrize("make", [live, lambda: powers()[0]])
def test_a_widget_that_a_cell_shows_again_stays_open(make, monkeypatch):
    now = ["cell", "first run"]
    monkeypatch.setattr(widget, "running", lambda: tuple(now))
    monkeypatch.setattr(widget, "_made", {})
    kept = make()
    box = kept.widget
    once = make().widget
    for run in ("second run", "third run"):
        now[1] = run
        assert kept.widget is box
        new = make().widget
        assert once.comm is None
        assert all(part.comm is not None for shown in (box, new) for part in widget._with_parts(shown))
        once = new
    now[0] = "a cell that only looks on"
    for now[1] in ("first run", "second run"):
        assert kept.slider(n).value == make().slider(n).value
    assert box.comm is not None
    now[:] = ["cell", "fourth run"]
    make().widget  # noqa: B018  makes it
    assert box.comm is None


def test_outside_of_notebooks_nothing_is_closed():
    assert widget.running() == (None, None)
    box = live().widget
    assert live().widget is not box
    assert box.comm is not None
