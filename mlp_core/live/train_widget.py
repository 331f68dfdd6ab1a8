""""Watch the loss fall" in Jupyter: `ipywidgets` controls linked in the browser to a view that runs the page's code."""

import os
from html import escape

from . import train_page, train_picture
from .widget import STILL, lean, web_file

SCRIPTS = ("live.js", "train.js", "train-view.js", "train-page.js")


def bundle(figure):
    """What a notebook or the book's builder may show: HTML for pages and, in a live kernel, the widget."""
    data = {"text/html": figure.html(), "text/plain": f"WatchTheLossFall {figure.name!r}: {figure.caption}"}
    if os.environ.get(STILL):
        from ..plots import png_side_by_side

        return {**data, "image/png": png_side_by_side(figure.draw())}
    return {**data, **figure.widget._repr_mimebundle_()}


def make_widget(figure):
    """The box of controls and view, the controls by key, and the links between."""
    import anywidget
    import ipywidgets
    import traitlets

    class View(anywidget.AnyWidget):
        """Shows the pictures; the index of each choice arrives in a trait of its name."""

        markup = traitlets.Unicode().tag(sync=True)
        _css = web_file("live.css") + web_file("train.css")

    drawings = train_picture.draw(figure, page=True)
    code = "\n".join(lean(web_file(name)) for name in SCRIPTS)
    esm = f"{code}\nconst figure = {train_page.script(figure, drawings)};\nexport default mlpTrain.widget(figure);\n"
    markup = (f'<figure class="mlp-train">{train_page.panels_html(figure, drawings)}{train_page.sentence_html(figure)}'
              f"<figcaption>{escape(figure.caption)}</figcaption></figure>")
    traits = {choice.key: traitlets.Int(choice.start).tag(sync=True) for choice in figure.choices}
    view = type("View", (View,), {**traits, "_esm": esm})(markup=markup)

    look = {"style": {"description_width": "14em"}, "layout": {"width": "100%", "max_width": "40em"}}
    controls, links = {}, []
    for choice in figure.choices[:-1]:
        kind = ipywidgets.SelectionSlider if choice.slider else ipywidgets.Dropdown
        control = kind(options=list(zip(choice.shown, choice.values)), value=choice.values[choice.start],
                       description=choice.label, **look)
        links.append(ipywidgets.jslink((control, "index"), (view, choice.key)))
        controls[choice.key] = control
    last = figure.choices[-1]
    scrubber = ipywidgets.IntSlider(value=last.start, min=0, max=figure.epochs, description=last.label, **look)
    play = ipywidgets.Play(value=last.start, min=0, max=figure.epochs, interval=40, show_repeat=False)
    links.append(ipywidgets.jslink((play, "value"), (scrubber, "value")))
    links.append(ipywidgets.jslink((scrubber, "value"), (view, last.key)))
    controls[last.key] = scrubber
    box = ipywidgets.VBox([view, ipywidgets.HBox([play, scrubber]), *list(controls.values())[:-1]])
    return box, controls, links
