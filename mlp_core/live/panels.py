"""What a live figure shows: panels with artists tied to expressions. Lines and dots are here, the others in `shapes`,
`fields` and `drawn_network`.

An artist turns a `program.Result` into arrays (`points`), names the JavaScript that gives the same arrays (`code`), and
draws them with matplotlib under a gid (`draw`). Its `kind` names the part of `web/live.js` that moves what was drawn,
and `settings` says what that part must know besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sympy as sp

from .. import plots
from .checks import as_expressions, as_numbers, check_text, interval, several


class Artist:
    """What every artist has; subclasses are dataclasses with `over`, a series or None, and `colour`, and name in
    `formulas` those of their attributes that are expressions.
    """

    kind: ClassVar[str] = "line"
    formulas: ClassVar[tuple] = ()
    label = ""
    upto = None

    def __post_init__(self):
        as_expressions(self, *self.formulas, *(["upto"] if self.upto is not None else []))
        if self.colour not in plots.COLOURS:
            raise ValueError(f"colour: got {self.colour!r}, expected one of {', '.join(plots.COLOURS)}")

    @property
    def expressions(self):
        """The formulas of the artist's arrays, in order."""
        raise NotImplementedError

    @property
    def settings(self):
        """What the page must know to draw it, as numbers and texts."""
        return {}

    def points(self, result):
        """The arrays for a `program.Result`, all of the same length."""
        if self.over is None:
            return tuple(np.array([result.scalar(expression)]) for expression in self.expressions)
        return tuple(result.over(self.over, self.expressions, self.upto))

    def code(self, code):
        """The JavaScript that gives the same arrays, for a `javascript.Code`."""
        return code.points(self.over, self.expressions, self.upto)

    def draw(self, ax, gid, points, zorder):
        """Draw the arrays of `points` onto axes that are settled."""
        raise NotImplementedError


@dataclass(frozen=True)
class Line(Artist):
    """A line through the points (x, y).

    Attributes
    ----------
    x, y : Expr
        In the symbols of the program and the columns of `over`.
    over : Grid, Loop, Data or None
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

    formulas: ClassVar[tuple] = ("x", "y")

    def __post_init__(self):
        super().__post_init__()
        as_numbers(self, "marker", "width", at_least=0)

    @property
    def expressions(self):
        return [self.x, self.y]

    @property
    def settings(self):
        return {"dots": True} if self.marker else {}

    def draw(self, ax, gid, points, zorder):
        if self.marker:
            points = _with_one_on_canvas(ax, points)
        ax.plot(*points, gid=gid, color=plots.COLOURS[self.colour], label=self.label or None, linewidth=self.width,
                marker="o" if self.marker else None, markersize=self.marker, markeredgewidth=0.8,
                markeredgecolor=plots.COLOURS["paper"], zorder=zorder, solid_capstyle="butt",
                linestyle="none" if not self.width else "--" if self.dashed else "-")


def _with_one_on_canvas(ax, points):
    """Points such that matplotlib writes a marker, which the page copies: it writes none that is off its canvas. If all
    are, one more stands in the canvas's corner, where the axes' box hides it.
    """
    spots = ax.transData.transform(np.column_stack(points))
    if ((spots >= 0) & (spots <= ax.figure.bbox.size)).all(axis=1).any():
        return points
    corner = ax.transData.inverted().transform((1, 1))
    return [np.append(each, [np.nan, at]) for each, at in zip(points, corner)]


def Dot(x, y, colour="gradient", size=9, **options):
    """A single dot at (x, y), or one for each point of `over`."""
    return Line(x, y, colour=colour, marker=size, width=0, **options)


@dataclass(frozen=True)
class Panel:
    """One set of axes with its artists.

    Attributes
    ----------
    title, xlabel, ylabel : str
    xlim, ylim : pair of float
    artists : sequence of Artist
    alt : str
        What the panel shows, for a reader who does not see it.
    yscale : {"linear", "log"}
    square : bool
        One unit as long on both axes.
    backdrop : callable or None
        Draws onto the matplotlib axes what stands still.
    xticks : sequence of str
        Names for the places 0, 1, 2, … of the x axis, as under bars; empty for numbers.
    bare : bool
        Without axes, as for a drawn network.
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
    xticks: tuple = ()
    bare: bool = False

    def __post_init__(self):
        for name in ("title", "xlabel", "ylabel", "alt"):
            check_text(name, getattr(self, name))
        object.__setattr__(self, "artists", several("artists", self.artists, Artist))
        object.__setattr__(self, "xticks", several("xticks", self.xticks, str))
        for name in ("xlim", "ylim"):
            object.__setattr__(self, name, interval(name, getattr(self, name)))
        if self.yscale == "log" and self.ylim[0] <= 0:
            raise ValueError(f"ylim: got {self.ylim}, expected two numbers, the smaller first, above 0 on a log axis")
        if self.yscale not in ("linear", "log"):
            raise ValueError(f"yscale: got {self.yscale!r}, expected 'linear' or 'log'")
        if not self.alt.strip():
            raise ValueError("alt: got an empty text, expected what the panel shows")

    def prepare(self, ax):
        """Limits, labels and backdrop: what stands still."""
        if self.yscale == "log":
            ax.set_yscale("log", nonpositive="mask")  # a gap where there is no logarithm, as on the page
        ax.set(xlim=self.xlim, ylim=self.ylim)
        for put, words in ((ax.set_xlabel, self.xlabel), (ax.set_ylabel, self.ylabel), (ax.set_title, self.title)):
            put(words, parse_math=False)
        if self.xticks:
            ax.set_xticks(range(len(self.xticks)), self.xticks, parse_math=False)
            ax.grid(visible=False, axis="x")
        if self.bare:
            ax.set_axis_off()
        if self.square:
            ax.set_aspect("equal", adjustable="box")
        if self.backdrop is not None:
            self.backdrop(ax)
        ax.set(xlim=self.xlim, ylim=self.ylim)


def axes_map(panel, fig):
    """Where the data lie in the SVG: the box in its units (points, y down) and the limits it spans."""
    (ax,) = fig.axes
    ax.apply_aspect()
    box, width, height = ax.get_position(), fig.get_figwidth() * 72, fig.get_figheight() * 72
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    return {"x": [x0, x1], "y": [y0, y1], "log": panel.yscale == "log",
            "left": box.x0 * width, "right": box.x1 * width,
            "bottom": (1 - box.y0) * height, "top": (1 - box.y1) * height}


def pixels(place, xs, ys):
    """Where points lie in the SVG that `axes_map` describes: an array (n, 2). The page has the same function."""
    with np.errstate(all="ignore"):
        low, high, ys = (np.log10(v) if place["log"] else np.asarray(v, dtype=float) for v in (*place["y"], ys))
    across = (place["right"] - place["left"]) / (place["x"][1] - place["x"][0])
    up = (place["bottom"] - place["top"]) / (high - low)
    return np.column_stack([place["left"] + (np.asarray(xs, dtype=float) - place["x"][0]) * across,
                            place["bottom"] - (ys - low) * up])
