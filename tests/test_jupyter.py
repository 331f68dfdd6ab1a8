"""Live figures in JupyterLab, at the versions that the book pins, in Chromium and without a network.

One server and one notebook for all tests here; each test uses cells of its own, and what is asked of Python is asked in
the last cell.
"""

import json
import re
import sys
import time

import nbformat
import numpy as np
import pytest
import sympy as sp
from browser import Watched
from jupyter_lab import clean_environment, run, run_all, serving, show_lab

from mlp_core import live
from mlp_core.live import WatchTheLossFall

pytestmark = [pytest.mark.browser, pytest.mark.slow]

x, w = sp.symbols("x w", real=True)
PATIENCE = 60  # seconds
LABEL = """weight <b>w</b> & "w" \\ </script>"""
DESCRIBED = f'''
def parabola(loss, name="parabola"):
    """A loss, and a dot on it."""
    places = Grid(x, -3, 3)
    return LiveFigure(name, (Slider(w, -3, 3, 0.25, 1, {LABEL!r}, "units"),), (places,), (
        Panel("loss", "w", "L", (-3, 3), (-1, 12), (Line(x, loss.subs(w, x), places), Dot(w, loss)),
              alt="A curve."),),
        Say(((True, "At {{w}} the loss is {{loss}}."),), {{"w": w, "loss": loss}}), "A curve, a dot.")
'''
NAMES = {**vars(live), "x": x, "w": w}
exec(DESCRIBED, NAMES)
parabola = NAMES["parabola"]  # the very words that stand in the notebook

POWERS = '''
t = np.linspace(0, 1, 9)
_, ax = plots.figure()
(curve,) = ax.plot(t, t, gid="curve")

def move(power):
    curve.set_ydata(t ** power)
    return f"The curve is t to the power {power}, at its middle {0.5 ** power}."

powers = CallbackFigure("powers", (Slider(n, 1, 9, 1, 1, "power"),), move, (curve,), alt="A curve.", caption="Powers.")
powers
'''
TYPES = '''
f = Typed(sp.Symbol("f"), "w", "w^2", "your loss", ("abs(w)",))
places = Grid(x, -3, 3)
types = LiveFigure("types", (f, Slider(w, -3, 3, 0.25, 1, "weight")), (places,), (
    Panel("loss", "w", "L", (-3, 3), (-1, 12), (Line(x, f(x), places), Dot(w, f(w))), alt="A curve."),),
    Say(((defined(f(w)), "At {w} the loss {f} is {loss}, its slope {slope}."), (True, "{f} has no value at {w}.")),
        {"w": w, "f": f, "loss": f(w), "slope": sp.diff(f(w), w)}), "A curve that is typed.")
types
'''
SHOW, AGAIN, PYTHON, TRAINS, MADE_ANEW, TYPED, ASK = 1, 2, 3, 4, 5, 6, 7
CELLS = (
    "import sympy as sp, numpy as np, ipywidgets\nfrom mlp_core import plots\nfrom mlp_core.live import *\n"
    'x, w, n = sp.symbols("x w n", real=True)\n' + DESCRIBED,
    "figure = parabola((w - 1)**2)\nfigure", "figure", POWERS,
    'trains = WatchTheLossFall("watch", data=("moons", "xor"), epochs=20)\ntrains',
    'anew = parabola((w - 1)**2, "anew")\nanew', TYPES, "print('ready')",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The server, in a folder with the notebook."""
    folder, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
                                        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    nbformat.write(notebook, folder / "figures.ipynb")
    with serving(sys.executable, folder, clean_environment(home) | {"JUPYTER_PREFER_ENV_PATH": "1"}) as server:
        yield server


@pytest.fixture(scope="module")
def notebook(lab, browser):
    """A page with the notebook, every cell run, so tall that all of it is on the screen."""
    with Watched(browser, viewport={"width": 1000, "height": 6000}, reduced_motion="reduce") as watched:
        watched.context.set_default_timeout(60_000)
        show_lab(watched.page, lab, "/lab/tree/figures.ipynb")
        watched.page.wait_for_selector(".jp-NotebookPanel")
        assert run_all(watched.page)["widgets"] == [SHOW, AGAIN, PYTHON, TRAINS, MADE_ANEW, TYPED]
        yield watched.page
        gone_wrong = [each for each in watched.problems if each.startswith(("outside", "uncaught"))]
    assert not gone_wrong, "\n".join(gone_wrong)


def cell(page, index):
    """A cell of the notebook as a part of the page."""
    return page.locator(".jp-Notebook .jp-CodeCell").nth(index)


def ask(page, expression):
    """The value of an expression in the kernel."""
    return json.loads(run(page, ASK, f"import json\nprint(json.dumps({expression}))"))


def hears(page, expression, value):
    """Wait until an expression in the kernel has this value.

    What a reader moves is on the screen at once, and in the kernel a moment later: one widget sends its next value only
    when the kernel is done with the last, so that a question may overtake it.
    """
    end = time.monotonic() + PATIENCE
    while (heard := ask(page, expression)) != value and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert heard == value


def handle(page, index):
    """The first slider of a cell."""
    found = cell(page, index).locator(".widget-slider .noUi-handle").first
    found.wait_for()
    return found


def says(page, index, text):
    """Wait until the sentence in a cell is this one."""
    sentence = cell(page, index).locator(".mlp-sentence")
    sentence.filter(has_text=re.compile(f"^{re.escape(text)}$")).wait_for()


def check(page, index, figure, value):
    """What a cell shows at a slider's value is what Python computes."""
    expected = figure.evaluate({w: value})
    says(page, index, expected["text"])
    shown = cell(page, index).locator("figure").evaluate(
        "f => ({ points: f.mlpShown.points.map(a => a.map(v => Array.from(v))), text: f.mlpShown.text })")
    assert shown["text"] == expected["text"]
    for mine, theirs in zip(expected["points"], shown["points"]):
        assert np.allclose(mine, theirs, rtol=1e-9, atol=1e-12)


def test_a_key_moves_slider_picture_and_value_in_python_and_is_observed(notebook):
    figure = parabola((w - 1) ** 2)
    run(notebook, ASK, "figure.slider(w).value = 1.0\nseen = []\n"
                       "figure.slider(w).observe(lambda change: seen.append(change.new), 'value')")
    check(notebook, SHOW, figure, 1)
    handle(notebook, SHOW).press("ArrowRight")
    check(notebook, SHOW, figure, 1.25)
    assert cell(notebook, SHOW).locator(".widget-readout").first.inner_text() == "1.25"
    handle(notebook, SHOW).press("ArrowRight")
    check(notebook, SHOW, figure, 1.5)
    hears(notebook, "[figure.slider(w).value, *seen]", pytest.approx([1.5, 1.25, 1.5], rel=1e-12))


def test_a_value_set_in_python_moves_both_displays_and_neither_disturbs_the_other(notebook):
    figure = parabola((w - 1) ** 2)
    run(notebook, ASK, "figure.slider(w).value = -2")
    for index in (SHOW, AGAIN):
        check(notebook, index, figure, -2)
    handle(notebook, AGAIN).press("ArrowLeft")
    for index in (SHOW, AGAIN):
        check(notebook, index, figure, -2.25)
    check(notebook, MADE_ANEW, figure, 1)  # another figure of the same kind stays where it is
    notebook.evaluate("""index => { const notebook = window.jupyterapp.shell.currentWidget.content;
        notebook.model.cells.get(index).outputs.clear(); }""", AGAIN)
    cell(notebook, AGAIN).locator("figure").wait_for(state="detached")
    handle(notebook, SHOW).press("ArrowLeft")
    check(notebook, SHOW, figure, -2.5)
    run(notebook, AGAIN)
    check(notebook, AGAIN, figure, -2.5)


REFERRED = """() => [...document.querySelectorAll('figure svg')].flatMap(svg =>
  [...svg.querySelectorAll('[href], [clip-path], [marker-end]')].flatMap(part =>
    ['href', 'clip-path', 'marker-end'].map(name => part.getAttribute(name) || '').filter(value => value.includes('#'))
      .map(value => [value, document.getElementById(value.replace(/^.*#|\\)$/g, ''))?.closest('svg') === svg])))"""


def test_a_picture_refers_to_nothing_in_another(notebook):
    """Or it would lose its markers and its frame as soon as the other is hidden."""
    referred = notebook.evaluate(REFERRED)
    assert len(referred) > 20
    assert [value for value, its_own in referred if not its_own] == []


def test_the_loss_is_changed_in_its_cell_and_the_result_is_dragged_without_leaking(notebook):
    widgets = "len(ipywidgets.widgets.widget._instances)"
    run(notebook, MADE_ANEW)
    before = ask(notebook, widgets)
    for loss in ("sp.cosh(w)", "w**4 / 8", "sp.exp(w) - w", "sp.Abs(w) + w**2 / 3"):
        run(notebook, MADE_ANEW, f'anew = parabola({loss}, "anew")\nanew')
        figure = parabola(eval(loss), "anew")
        check(notebook, MADE_ANEW, figure, 1)
        box = handle(notebook, MADE_ANEW).bounding_box()
        notebook.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        notebook.mouse.down()
        notebook.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=4)
        notebook.mouse.up()
        text = cell(notebook, MADE_ANEW).locator(".widget-readout").first
        text.filter(has_not_text=re.compile(r"^1\.00$")).wait_for()
        value = float(text.inner_text().replace("−", "-"))
        check(notebook, MADE_ANEW, figure, value)
        hears(notebook, f"[anew.slider(w).value, {widgets}]", pytest.approx([value, before], rel=1e-12))
    cells = cell(notebook, MADE_ANEW).locator("figure")
    assert cells.count() == 1


def test_a_python_function_moves_a_picture(notebook):
    picture = cell(notebook, PYTHON).locator(".mlp-moving")
    run(notebook, ASK, "powers.slider(n).value = 1")
    says(notebook, PYTHON, "The curve is t to the power 1, at its middle 0.5.")
    before = picture.inner_html()
    handle(notebook, PYTHON).press("ArrowRight")
    says(notebook, PYTHON, "The curve is t to the power 2, at its middle 0.25.")
    assert picture.inner_html() != before
    path = picture.locator("[id$='curve'] path").get_attribute("d")
    y = np.array(re.findall(r"[ML] ?\S+ (\S+)", path), dtype=float)
    assert (y - y[0]) / (y[-1] - y[0]) == pytest.approx(np.linspace(0, 1, 9) ** 2, abs=2e-3)
    hears(notebook, "powers.slider(n).value", 2)
    widgets = "len(ipywidgets.widgets.widget._instances)"
    counted = []
    for _ in range(3):
        run(notebook, PYTHON)
        says(notebook, PYTHON, "The curve is t to the power 1, at its middle 0.5.")
        counted.append(ask(notebook, widgets))
    assert len(set(counted)) == 1


def test_a_typed_function_is_drawn_and_its_text_is_pythons(notebook):
    figure, f = {**vars(live), "sp": sp, "x": x, "w": w}, sp.Symbol("f")
    exec(TYPES, figure)
    said = cell(notebook, TYPED).locator(".mlp-said")
    hint, control = said.inner_text(), cell(notebook, TYPED).locator(".widget-text input")
    says(notebook, TYPED, "At 1 the loss w^2 is 1, its slope 2.")
    control.press("ControlOrMeta+a")
    control.press_sequentially("2w^3 - 1")
    says(notebook, TYPED, figure["types"].evaluate({f: "2w^3 - 1"})["text"])
    hears(notebook, "types.slider(f.symbol).value", "2w^3 - 1")
    control.press("End")
    control.press("/")
    said.filter(has_text="Something is missing after /. The picture still shows 2w^3 - 1.").wait_for()
    says(notebook, TYPED, "At 1 the loss 2w^3 - 1 is 1, its slope 6.")
    run(notebook, ASK, "types.slider(f.symbol).value = 'ln(w - 2)'")
    says(notebook, TYPED, "ln(w - 2) has no value at 1.")
    handle(notebook, TYPED).press("End")
    says(notebook, TYPED, "At 3 the loss ln(w - 2) is 0, its slope 1.")
    assert said.inner_text() == hint


def test_watch_the_loss_fall_trains_as_in_python(notebook):
    figure = WatchTheLossFall("watch", data=("moons", "xor"), epochs=20)
    says(notebook, TRAINS, figure.evaluate().text)
    run(notebook, ASK, "trains.control('data').value = 'xor'\ntrains.control('units').value = 3")
    says(notebook, TRAINS, figure.evaluate(data="xor", units=3).text)
    cell(notebook, TRAINS).get_by_role("slider").nth(0).press("Home")
    says(notebook, TRAINS, figure.evaluate(data="xor", units=3, epoch=0).text)
    hears(notebook, "trains.control('epoch').value", 0)


def test_a_label_is_text(notebook):
    label = cell(notebook, SHOW).locator(".widget-label").first
    assert label.text_content() == LABEL + " (units)"
    assert label.locator("b").count() == 0


def test_the_notebook_ran_at_the_pinned_versions(notebook, root):
    pins = dict(re.findall(r"^([a-z]+)==(\S+)", (root / "requirements.txt").read_text(encoding="utf-8"), flags=re.M))
    names = ["jupyterlab", "ipywidgets", "anywidget", "ipykernel"]
    versions = ask(notebook, f"[__import__('importlib.metadata').metadata.version(name) for name in {names}]")
    assert versions == [pins[name] for name in names]
