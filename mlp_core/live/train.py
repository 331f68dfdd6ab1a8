"""Watch the loss fall: a small network that the reader sets up and that trains in the page.

Described here, computed by `mlp_core.train` for Python (`train_twin`) and by `web/train.js` for the page, around
activations, loss and update rule printed from the same SymPy expressions (`train_code`).
"""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qs

import numpy as np
import sympy as sp

from .. import _validate, plots
from . import train_twin
from .checks import check_text, mapping, several
from .program import Result
from .train_choices import choices
from .words import Say

HALF = 2.6
"""The picture of the plane reaches from −HALF to HALF both ways."""
GRID = 40
"""At so many places a side the network is asked for its answer, from one edge to the other."""

epoch, loss, held, right, last, broken = sp.symbols("epoch loss held right last broken", real=True)
_STANDS = "the training loss is {loss}, the held-out loss is {held}, and {right} % of the held-out points are right."
SENTENCE = Say((
    (sp.Eq(broken, 1), "The training diverged after epoch {last}: the loss or a weight left all bounds. "
                       "Choose a smaller learning rate."),
    (sp.Eq(epoch, 0), "Before any training the loss is {loss} and {right} % of the held-out points are right."),
    (sp.Eq(epoch, 1), "After 1 epoch " + _STANDS),
    (loss > sp.Float(0.6935), "After {epoch} epochs the training loss is {loss}, more than the 0.693 of saying 50 % to "
                              "every point; {right} % of the held-out points are right."),
    (True, "After {epoch} epochs " + _STANDS),
), {"epoch": epoch, "loss": loss, "held": held, "right": right, "last": last})


@dataclass(frozen=True)
class Shown:
    """What the figure shows in one state.

    Attributes
    ----------
    run : Run
        The whole run of training.
    net : MLP
        The network as it stands at the epoch shown.
    epoch : int
        The epoch shown: the one chosen, or the last before the training diverged.
    field : array (GRID, GRID)
        The network's answer over the plane, row by row from below.
    text : str
        The sentence under the figure.
    """

    run: train_twin.Run
    net: object
    epoch: int
    field: np.ndarray
    text: str


@dataclass
class WatchTheLossFall:
    """A network on toy data, with its decision region, its loss and its weights, for every epoch of its training.

    The page trains it anew whenever the reader changes something; its state is in the page's address. On paper it is
    the picture at the start.

        WatchTheLossFall("watch-the-loss-fall", data=("moons", "circles", "xor", "spirals"), epochs=200)

    Attributes
    ----------
    name : str
        Small letters, digits and hyphens; no other figure of the book has it.
    data : sequence of str
        Names from `train_twin.SETS`; the first is shown at first.
    epochs : int
        Length of a run, 1 to 1000; the parameters after each are kept.
    start : dict
        What is chosen at first, by key: data, layers, units, activation, lr, momentum, seed, epoch.
    caption : str
        What the figure is and what to do with it.
    """

    name: str
    data: tuple = tuple(train_twin.SETS)
    epochs: int = 200
    start: dict = field(default_factory=dict)
    caption: str = ("A network learns to tell two kinds of points apart. Circles belong to the blue kind, squares to "
                    "the orange; hollow ones are held out, the network never learns from them. Each small square in "
                    "the network shows what one hidden neuron says at every place. Lines are weights: solid if "
                    "positive, purple and dashed if negative. How few neurons are enough for each data set?")

    def __post_init__(self):
        plots.check_name(self.name)
        if isinstance(self.data, str) or not self.data:
            raise ValueError(f"data: got {self.data!r}, expected a list of names such as ('moons', 'xor')")
        self.data = several("data", self.data)
        for name in self.data:
            _validate.choice("data", name, tuple(train_twin.SETS))
        if len(set(self.data)) < len(self.data):
            raise ValueError(f"data: got {self.data!r}, expected each name once")
        self.epochs = _validate.integer("epochs", self.epochs, 1, 1000)
        check_text("caption", self.caption)
        self.choices = choices(self.data, self.epochs, mapping("start", self.start, check_text))
        self._views = {}

    @cached_property
    def points(self):
        """The points of each data set by name, a `Split` of whole thousandths."""
        return {name: train_twin.points(name) for name in self.data}

    def state(self, **chosen):
        """Every choice by key: those given, the others as at the start.

        Raises
        ------
        ValueError
            For an unknown key or a value that cannot be chosen.
        """
        state = {choice.key: choice.values[choice.start] for choice in self.choices}
        unknown = set(chosen) - set(state)
        if unknown:
            raise ValueError(f"chosen: got {', '.join(sorted(unknown))}, expected some of {', '.join(state)}")
        for choice in self.choices:
            if choice.key in chosen:
                state[choice.key] = choice.values[choice.index(chosen[choice.key])]
        return state

    def run(self, **chosen):
        """The run of training for these choices, with `mlp_core.train`."""
        state = self.state(**chosen)
        return train_twin.run(self.network(**chosen), self.points[state["data"]], state["lr"], state["momentum"],
                              self.epochs)

    def network(self, **chosen):
        """The network for these choices, before any training."""
        state = self.state(**chosen)
        sizes = [2, *[state["units"]] * state["layers"], 1]
        return train_twin.starting_network(sizes, state["activation"], state["seed"])

    def evaluate(self, **chosen):
        """What the figure shows for these choices.

        Returns
        -------
        Shown
        """
        run, net, wanted = self.run(**chosen), self.network(**chosen), self.state(**chosen)["epoch"]
        at = min(wanted, run.last)
        net.theta = run.thetas[at]
        held_n = len(self.points[self.state(**chosen)["data"]].y_test)
        values = {epoch: at, loss: run.loss[at], held: run.held_loss[at], right: 100 * run.held_right[at] / held_n,
                  last: run.last, broken: float(run.diverged and wanted > run.last)}
        return Shown(run, net, at, over_the_plane(net), SENTENCE.text(Result(values)))

    def address(self, **chosen):
        """The part of the page's address after # that shows these choices: "name?data=moons&layers=2&…"."""
        return f"{self.name}?" + "&".join(f"{key}={value}" for key, value in self.state(**chosen).items())

    def from_address(self, fragment):
        """The choices that the part of an address after # asks for; what it cannot ask for is as at the start.

        Returns
        -------
        dict or None
            None if it speaks of something else.
        """
        name, question, asked = fragment.partition("?")
        if name != self.name or not question or "?" in asked:
            return None
        wanted = {key: values[0] for key, values in parse_qs(asked, keep_blank_values=True).items()}
        state = self.state()
        for choice in self.choices:
            texts = {str(value): value for value in choice.values}
            state[choice.key] = texts.get(wanted.get(choice.key), state[choice.key])
        return state

    def draw(self, **chosen):
        """Three matplotlib figures: the plane with the decision region, the loss, the network."""
        from .train_picture import draw

        return draw(self, **chosen)

    def html(self):
        """The figure for a page: pictures, controls, sentence, and its code."""
        from .train_page import page_html

        return page_html(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from .widget import bundle

        return bundle(self, lambda: plots.png_side_by_side(self.draw()))

    # -- in Jupyter -------------------------------------------------------------------------------------------------

    @property
    def widget(self):
        """The `ipywidgets` box with controls and the view linked to them; made once."""
        from .train_widget import make_widget
        from .widget import box_of

        return box_of(self, make_widget)

    def control(self, key):
        """The `ipywidgets` control of a choice: read, set or observe its `index` or, for the epoch, its `value`."""
        keys = [choice.key for choice in self.choices]
        if key not in keys:
            raise ValueError(f"key: got {key!r}, expected one of {', '.join(keys)}")
        self.widget  # noqa: B018  makes the controls
        return self._views["controls"][key]


def over_the_plane(net, n=GRID):
    """The network's answers at n × n places from −HALF to HALF, row by row from below: (n, n)."""
    x = places(n)
    X = np.column_stack([np.tile(x, n), np.repeat(x, n)])
    return net.forward(X).output.reshape(n, n)


def places(n=GRID):
    """n numbers from −HALF to HALF, evenly spaced."""
    return -HALF + 2 * HALF * (np.arange(n) / (n - 1))
