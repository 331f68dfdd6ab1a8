"""A live figure in Jupyter: `ipywidgets` sliders linked in the browser to a view that runs the page's JavaScript."""

import os
import re
from functools import cache
from html import escape
from importlib import resources

from .controls import Choice
from .page import panels_html, said_html, sentence_html
from .typed import Typed

STILL = "MLP_CORE_PAGES"
"""Set in the environment while a book is built: figures then give their page form only and make no widgets."""

SCRIPTS = ("live-shapes.js", "live.js")
TYPED_SCRIPTS = ("formula.js", "live-typed.js")
"""What figures with a `Typed` need before these."""


@cache
def web_file(name):
    """The text of a file of `mlp_core/web`."""
    return resources.files("mlp_core").joinpath("web", name).read_text(encoding="utf-8")


def lean(code):
    """JavaScript without its comments and indentation, as pages load it.

    Comments are told from texts by their place: alone on their lines, after a blank, or between braces.
    """
    code = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*\n", "", code, flags=re.M | re.S)
    code = re.sub(r"(?<=\{) /\*[^*]*\*/ (?=\})|[ \t]+// .*$", "", code, flags=re.M)
    return re.sub(r"^\s+", "", code, flags=re.M)


def bundle(figure, png):
    """What a notebook or the book's builder may show: HTML for pages and, while a book is built, the picture that
    `png()` makes; in a live kernel the widget.
    """
    data = {"text/html": figure.html(), "text/plain": f"{type(figure).__name__} {figure.name!r}: {figure.caption}"}
    return {**data, **({"image/png": png()} if os.environ.get(STILL) else figure.widget._repr_mimebundle_())}


def make_widget(figure):
    """The box of sliders and view, the sliders by symbol, and the links between."""
    import ipywidgets

    pictures = figure.pictures()
    script = figure.script([fig for _, fig in pictures])
    typed = {index: slider for index, slider in enumerate(figure.sliders) if isinstance(slider, Typed)}
    code = "\n".join(lean(web_file(name)) for name in (*(TYPED_SCRIPTS if typed else ()), *SCRIPTS))
    inside = "".join([panels_html(figure, pictures),
                      *(said_html(figure, *each, role=" role=status") for each in typed.items()),
                      sentence_html(figure, role=" role=status")])
    values = {f"p{index}": slider.value if index in typed else float(slider.value)
              for index, slider in enumerate(figure.sliders)}
    esm = f"{code}\nconst figure = {script};\nexport default mlpLive.widget(figure);\n"
    shown = view(figure, "mlp-live", inside, esm, web_file("live.css"), **values)

    sliders = {slider.symbol: control(slider) for slider in figure.sliders}
    links = [ipywidgets.jslink((each, "index" if isinstance(each, ipywidgets.Dropdown) else "value"), (shown, f"p{k}"))
             for k, each in enumerate(sliders.values())]
    rows, plays = with_players(figure.sliders, sliders)
    return ipywidgets.VBox([shown, *rows, reset(sliders.values())]), sliders, links + plays


def view(figure, kind, inside, esm, css, **values):
    """The view of a figure: its HTML, its caption, the JavaScript that moves it, and values shared with the browser."""
    import anywidget
    import traitlets

    kinds = {str: traitlets.Unicode, int: traitlets.Int, float: traitlets.Float}
    markup = f'<figure class="{kind}">{inside}<figcaption>{escape(figure.caption)}</figcaption></figure>'
    shared = {name: kinds[type(value)](value).tag(sync=True) for name, value in {**values, "markup": markup}.items()}
    return type("View", (anywidget.AnyWidget,), {**shared, "_esm": esm, "_css": css})()


LOOK = {"style": {"description_width": "14em"}, "layout": {"width": "100%", "max_width": "40em"}}
"""Of every control that has a label."""


def control(slider):
    """The `ipywidgets` control of a `Slider`, a `Choice` or a `Typed`."""
    import ipywidgets

    look = {"description": slider.label + (f" ({slider.unit})" if slider.unit else ""), **LOOK}
    if isinstance(slider, Choice):
        return ipywidgets.Dropdown(options=[*zip(slider.options, range(len(slider.options)))], value=slider.value,
                                   **look)
    if isinstance(slider, Typed):
        return ipywidgets.Combobox(value=slider.start, options=list(slider.suggestions), ensure_option=False, **look)
    return ipywidgets.FloatSlider(value=slider.value, min=slider.low, max=slider.high, step=slider.step,
                                  readout_format=f".{slider.decimals}f", **look)


def reset(controls):
    """A button that puts controls back where they are now."""
    import ipywidgets

    starts = [(each, each.value) for each in controls]
    button = ipywidgets.Button(description="Reset")
    button.on_click(lambda _: [each.set_trait("value", start) for each, start in starts])
    return button


def with_players(sliders, controls):
    """The controls in rows, beside them play and stop where the page has them, and the links between the two."""
    import ipywidgets

    rows, links = [], []
    for slider in sliders:
        rows.append(controls[slider.symbol])
        if slider.play:
            play = player(slider)
            links.append(ipywidgets.jslink((play, "value"), (rows[-1], "value")))
            rows[-1] = ipywidgets.HBox([play, rows[-1]])
    return rows, links


def player(slider):
    """Play and stop for a slider that has them on the page, as quick as there (`web/live.js`)."""
    import ipywidgets

    pause = 5000 * slider.step / (slider.high - slider.low)
    return ipywidgets.Play(value=int(slider.value), min=int(slider.low), max=int(slider.high), step=int(slider.step),
                           interval=int(max(40, min(500, pause))), show_repeat=False)


# -- the kernel keeps every widget that it made until it is closed: what a cell made is closed when it runs again ------

_made = {}
"""For each cell of a notebook the widgets that it made, each with the run of the cell that showed it last."""


def running():
    """(cell, run) that the kernel is at; None for both where nobody says so, as outside of notebooks."""
    try:
        from IPython import get_ipython

        parent = get_ipython().get_parent()
        return parent["metadata"]["cellId"], parent["header"]["msg_id"]
    except (ImportError, AttributeError, KeyError, TypeError):
        return None, None


def _with_parts(widget):
    """A widget and all that it is made of."""
    parts = [part for child in getattr(widget, "children", ()) for part in _with_parts(child)]
    looks = [getattr(widget, name) for name in ("layout", "style") if hasattr(widget, name)]
    return [widget, *looks, *parts]


def remember(widgets):
    """Note widgets that the cell that runs has made, and close those of its widgets that this run has not shown."""
    cell, run = running()
    if cell is None:
        return
    made = _made.setdefault(cell, {})
    for widget in [each for each, last in made.items() if last != run]:
        widget.close()
        del made[widget]
    made.update(dict.fromkeys(widgets, run))


def _show_again(widgets):
    """Note of widgets that the cell that runs has made before that this run shows them."""
    cell, run = running()
    made = _made.get(cell, {})
    made.update(dict.fromkeys(made.keys() & set(widgets), run))


def box_of(figure, make):
    """The box of a figure, which `make` makes at first, and again when it was closed.

    `make` takes the figure and returns the box, its controls, and the links between them and the picture.
    """
    views = figure._views
    if "box" not in views or views["box"].comm is None:
        views["box"], views["controls"], links = make(figure)
        views["parts"] = [*_with_parts(views["box"]), *links]
        remember(views["parts"])
    _show_again(views["parts"])
    return views["box"]
