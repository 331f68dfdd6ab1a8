""""Watch the loss fall" as HTML for a published page, and as the description that `web/train-view.js` draws from."""

from html import escape

import numpy as np

from .. import plots
from . import train_code, train_picture
from .javascript import Code, literal
from .panels import axes_map
from .program import Program
from .train import GRID, HALF, SENTENCE, broken, epoch, held, last, loss, right
from .train_choices import ACTIVATIONS
from .train_twin import HE, LOSS_LIMIT, WEIGHT_LIMIT

ALT = (
    "The plane with the points of both kinds, blue circles and orange squares. Its colour says which kind the network "
    "takes a place for, and a line runs where it is undecided.",
    "The loss after every epoch on a logarithmic axis: a solid line for the training points, a dashed one for those "
    "held out, and a dot on each at the epoch shown.",
    "The network: two inputs, the hidden neurons, one output. Each weight is a line, the wider the larger; solid for "
    "positive, purple and dashed for negative. In each hidden neuron a small picture of its answer over the plane.",
)
ARTISTS = {"border": 0, "t0": 0, "t1": 0, "h0": 0, "h1": 0, "train-all": 1, "held-all": 1, "train-now": 1,
           "held-now": 1, "train-dot": 1, "held-dot": 1, "cross": 1}
"""What JavaScript moves, and on which panel it is."""


def _thousandths(X):
    return [int(k) for k in np.round(1000 * X).ravel()]


def _points(split):
    return {part: {"x": _thousandths(X), "y": "".join(map(str, y))}
            for part, X, y in (("train", split.X_train, split.y_train), ("held", split.X_test, split.y_test))}


def _sentence():
    code = Code(Program(()))
    names = [code.name(symbol) for symbol in (epoch, loss, held, right, last, broken)]
    reads = " ".join(f"var {name} = s[{k}];" for k, name in enumerate(names))
    return f"function (s) {{ var rt = mlpLive.runtime; {reads} return {code.sentence(SENTENCE)}; }}"


def panel_map(panel_figure, log=False):
    """Where the data lie in a panel's SVG, as `panels.axes_map` says it."""
    class Kind:
        yscale = "log" if log else "linear"

    return axes_map(Kind, panel_figure)


def script(figure, drawings):
    """The figure as a JavaScript object literal: what can be chosen, the points, and the printed code."""
    choices = [{"key": c.key, "values": c.values, "start": c.start, **({"shown": c.shown} if c.slider else {})}
               for c in figure.choices]
    activations = ", ".join(f"{literal(name)}: {{ he: {literal(name in HE)}, code: {train_code.activation(name)} }}"
                            for name in ACTIVATIONS)
    tile = {"half": train_picture.TILE, "points": train_picture.TILE_POINTS, "gap": train_picture.GAP,
            "inputs": train_picture.INPUT_GAP}
    parts = {
        "name": literal(figure.name), "epochs": literal(figure.epochs), "choices": literal(choices),
        "half": literal(HALF), "grid": literal(GRID), "tile": literal(tile),
        "loss": literal(train_picture.LOSS_RANGE), "spots": literal(train_picture.ACROSS),
        "limits": literal({"loss": LOSS_LIMIT, "theta": WEIGHT_LIMIT}), "artists": literal(ARTISTS),
        "panels": literal([panel_map(fig, log=k == 1) for k, fig in enumerate(drawings)]),
        "data": literal({name: _points(split) for name, split in figure.points.items()}),
        "activations": f"{{ {activations} }}",
        "code": f"{{ output: {train_code.output()}, update: {train_code.update()} }}", "say": _sentence(),
    }
    return "{ " + ",\n".join(f"{key}: {value}" for key, value in parts.items()) + " }"


def panels_html(figure, drawings):
    """The three pictures, each with its description, as wide as they were drawn."""
    parts = []
    for k, (fig, alt) in enumerate(zip(drawings, ALT)):
        picture = plots.svg(fig, f"{figure.name}-{k}")
        picture = picture.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
        parts.append(f'<div class="mlp-panel">{picture}</div>')
    columns = " ".join(f"minmax(0, {fig.get_figwidth():g}fr)" for fig in drawings)
    return f'<div class="mlp-panels" style="grid-template-columns: {columns}">{"".join(parts)}</div>'


def sentence_html(figure):
    """The sentence, over an unseen copy of the longest one, so that the page never moves when it changes."""
    return (f'<div class="mlp-say"><p class="mlp-sentence">{escape(figure.evaluate().text)}</p>'
            f'<p class="mlp-ghost" aria-hidden="true">{escape(SENTENCE.longest())}</p></div>')


def control_html(figure, choice):
    """A labelled slider with its value beside it, or a labelled list."""
    control, label = f"{figure.name}-{choice.key}", escape(choice.label)
    head = f'<div class="mlp-slider"><label for="{control}">{label}</label>'
    if not choice.slider:
        options = "".join(f'<option value="{k}"{" selected" if k == choice.start else ""}>{escape(text)}</option>'
                          for k, text in enumerate(choice.shown))
        return f'{head}<select id="{control}" autocomplete="off">{options}</select></div>'
    value = escape(choice.shown[choice.start])
    return (f'{head}<output id="{control}-value" for="{control}" aria-hidden="true">{value}</output>'
            f'<input type="range" id="{control}" min="0" max="{len(choice.values) - 1}" step="1" '
            f'value="{choice.start}" aria-valuetext="{value}" autocomplete="off"></div>')


def kept(figure):
    """How much memory the page takes so that going back to an epoch needs no training."""
    numbers = sum((a + 1) * b for a, b in ((2, 8), (8, 8), (8, 1)))
    return f"(The page keeps the weights after every epoch, at most {8 * numbers * (figure.epochs + 1) / 1000:.0f} kB.)"


def page_html(figure):
    """Pictures, controls, sentence and code of a `WatchTheLossFall`, for `web/train-page.js` to bring to life."""
    drawings = train_picture.draw(figure, page=True)
    *settings, scrubber = [control_html(figure, choice) for choice in figure.choices]
    return (f'<figure class="mlp-train" id="{figure.name}">{panels_html(figure, drawings)}'
            '<div class="mlp-play"><button type="button" class="mlp-start">▶ Play</button>'
            f'<button type="button" class="mlp-step">One epoch</button>{scrubber}</div>'
            f'{sentence_html(figure)}<p class="mlp-announce" role="status" aria-live="polite"></p>'
            f'<div class="mlp-controls">{"".join(settings)}'
            '<button type="button" class="mlp-reset">Start again</button></div>'
            f"<figcaption>{escape(figure.caption)} {kept(figure)}</figcaption></figure>\n"
            f"<script>(window.mlpTrainQueue = window.mlpTrainQueue || []).push({script(figure, drawings)});</script>")
