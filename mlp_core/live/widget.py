"""A live figure in Jupyter: `ipywidgets` sliders linked in the browser to a view that runs the page's JavaScript."""

import os
from functools import cache
from html import escape
from importlib import resources

from .controls import Choice
from .page import panels_html, sentence_html

STILL = "MLP_CORE_PAGES"
"""Set in the environment while a book is built: figures then give their page form only and make no widgets."""

SCRIPTS = ("live-shapes.js", "live.js")


@cache
def web_file(name):
    """The text of a file of `mlp_core/web`."""
    return resources.files("mlp_core").joinpath("web", name).read_text(encoding="utf-8")


def bundle(figure):
    """What a notebook or the book's builder may show: HTML for pages and, in a live kernel, the widget."""
    data = {"text/html": figure.html(), "text/plain": f"LiveFigure {figure.name!r}: {figure.caption}"}
    if os.environ.get(STILL):
        from ..plots import png_side_by_side

        return {**data, "image/png": png_side_by_side(figure.draw())}
    return {**data, **figure.widget._repr_mimebundle_()}


def make_widget(figure):
    """The box of sliders and view, and the sliders by symbol."""
    import anywidget
    import ipywidgets
    import traitlets

    class View(anywidget.AnyWidget):
        """Shows a picture; each slider's value arrives in a trait of its own, p0, p1, …"""

        markup = traitlets.Unicode().tag(sync=True)
        _css = web_file("live.css")

    pictures = figure.pictures()
    script = figure.script([fig for _, fig in pictures])
    code = "\n".join(map(web_file, SCRIPTS))
    esm = f"{code}\nconst figure = {script};\nexport default mlpLive.widget(figure);\n"
    traits = {f"p{index}": traitlets.Float(float(slider.value)).tag(sync=True)
              for index, slider in enumerate(figure.sliders)}
    markup = (f'<figure class="mlp-live">{panels_html(figure, pictures)}'
              f'{sentence_html(figure)}'
              f"<figcaption>{escape(figure.caption)}</figcaption></figure>")
    view = type("View", (View,), {**traits, "_esm": esm})(markup=markup)

    sliders = {}
    for index, slider in enumerate(figure.sliders):
        look = {"description": slider.label, "style": {"description_width": "14em"},
                "layout": {"width": "100%", "max_width": "40em"}}
        if isinstance(slider, Choice):
            control = ipywidgets.Dropdown(options=[*zip(slider.options, range(len(slider.options)))],
                                          value=slider.value, **look)
            ipywidgets.jslink((control, "index"), (view, f"p{index}"))
        else:
            control = ipywidgets.FloatSlider(value=slider.value, min=slider.low, max=slider.high, step=slider.step,
                                             readout_format=f".{slider.decimals}f", **look)
            ipywidgets.jslink((control, "value"), (view, f"p{index}"))
        sliders[slider.symbol] = control
    return ipywidgets.VBox([view, *sliders.values()]), sliders
