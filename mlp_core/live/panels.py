"""What a live figure shows: panels with lines and dots, each tied to expressions."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp

from .. import plots


@dataclass(frozen=True)
class Line:
    """A line through the points (x, y).

    Attributes
    ----------
    x, y : Expr
        In the symbols of the program and the columns of `over`.
    over : Grid, Loop or None
        What the points run over; None for a single point.
    colour : str
        A name from `plots.COLOURS`.
    marker : float
        Diameter of a dot at every point, in typographic points; 0 for none.
    width : float
        Of the line, in typographic points; 0 for none.
    dashed : bool
    upto : Expr or None
        For a loop: no point after this step is drawn.
    label : str
        For the legend; empty for none.
    """

    x: sp.Expr
    y: sp.Expr
    over: object = None
    colour: str = "forward"
    marker: float = 0
    width: float = 2
    dashed: bool = False
    upto: sp.Expr | None = None
    label: str = ""

    def __post_init__(self):
        if self.colour not in plots.COLOURS:
            raise ValueError(f"colour: got {self.colour!r}, expected one of {', '.join(plots.COLOURS)}")

    def points(self, result):
        """The points for a `program.Result`: two arrays of the same length."""
        if self.over is None:
            return np.array([result.scalar(self.x)]), np.array([result.scalar(self.y)])
        return tuple(result.over(self.over, [self.x, self.y], self.upto))


def Dot(x, y, colour="gradient", size=9, **options):
    """A single dot at (x, y), or one for each point of `over`."""
    return Line(sp.sympify(x), sp.sympify(y), colour=colour, marker=size, width=0, **options)


@dataclass(frozen=True)
class Panel:
    """One set of axes with its artists.

    Attributes
    ----------
    title, xlabel, ylabel : str
    xlim, ylim : pair of float
    artists : sequence of Line
    alt : str
        What the panel shows, for a reader who does not see it.
    yscale : {"linear", "log"}
    square : bool
        One unit as long on both axes.
    backdrop : callable or None
        Draws onto the matplotlib axes what stands still.
    """

    title: str
    xlabel: str
    ylabel: str
    xlim: tuple
    ylim: tuple
    artists: tuple
    alt: str
    yscale: str = "linear"
    square: bool = False
    backdrop: Callable | None = None

    def __post_init__(self):
        for name in ("xlim", "ylim"):
            low, high = getattr(self, name)
            if not low < high or (name == "ylim" and self.yscale == "log" and low <= 0):
                raise ValueError(f"{name}: got {(low, high)}, expected two numbers, the smaller first"
                                 + (", above 0 on a log axis" if self.yscale == "log" else ""))
        if self.yscale not in ("linear", "log"):
            raise ValueError(f"yscale: got {self.yscale!r}, expected 'linear' or 'log'")
        if not self.alt.strip():
            raise ValueError("alt: got an empty text, expected what the panel shows")


def axes_map(panel, fig):
    """Where the data lie in the SVG: the box in its units (points, y down) and the limits it spans."""
    (ax,) = fig.axes
    ax.apply_aspect()
    box, width, height = ax.get_position(), fig.get_figwidth() * 72, fig.get_figheight() * 72
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    return {"x": [x0, x1], "y": [y0, y1], "log": panel.yscale == "log",
            "left": box.x0 * width, "right": box.x1 * width,
            "bottom": (1 - box.y0) * height, "top": (1 - box.y1) * height}
