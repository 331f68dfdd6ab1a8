""""Watch the loss fall" in Jupyter: `ipywidgets` controls linked in the browser to a view that runs the page's code."""

from . import train_page, train_picture
from .widget import LOOK, lean, reset, view, web_file

SCRIPTS = ("live.js", "train.js", "train-view.js", "train-page.js")


def make_widget(figure):
    """The box of controls and view, the controls by key, and the links between."""
    import ipywidgets

    drawings = train_picture.draw(figure, page=True)
    code = "\n".join(lean(web_file(name)) for name in SCRIPTS)
    esm = f"{code}\nconst figure = {train_page.script(figure, drawings)};\nexport default mlpTrain.widget(figure);\n"
    inside = train_page.panels_html(figure, drawings) + train_page.sentence_html(figure)
    starts = {choice.key: choice.start for choice in figure.choices}
    shown = view(figure, "mlp-train", inside, esm, web_file("live.css") + web_file("train.css"), **starts)

    controls, links = {}, []
    for choice in figure.choices[:-1]:
        kind = ipywidgets.SelectionSlider if choice.slider else ipywidgets.Dropdown
        control = kind(options=list(zip(choice.shown, choice.values)), value=choice.values[choice.start],
                       description=choice.label, **LOOK)
        links.append(ipywidgets.jslink((control, "index"), (shown, choice.key)))
        controls[choice.key] = control
    last = figure.choices[-1]
    scrubber = ipywidgets.IntSlider(value=last.start, min=0, max=figure.epochs, description=last.label, **LOOK)
    play = ipywidgets.Play(value=last.start, min=0, max=figure.epochs, interval=40, show_repeat=False)
    links.append(ipywidgets.jslink((play, "value"), (scrubber, "value")))
    links.append(ipywidgets.jslink((scrubber, "value"), (shown, last.key)))
    box = ipywidgets.VBox([shown, ipywidgets.HBox([play, scrubber]), *controls.values(),
                           reset([*controls.values(), scrubber])])
    return box, {**controls, last.key: scrubber}, links
