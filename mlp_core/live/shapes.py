"""Artists with an outline of their own: arrows, bars, the edges of a network; and numbers written into a panel.

`outline` says where an artist lies in the SVG of its panel; `web/live-shapes.js` has a twin for every kind.
"""

from dataclasses import dataclass
from typing import ClassVar

import matplotlib as mpl
import numpy as np
import sympy as sp
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text as MplText
from matplotlib.transforms import Affine2D, ScaledTranslation

from .. import plots
from .._validate import shown
from .checks import as_numbers, check_text, expression, mapping, pair
from .panels import Artist, axes_map, pixels
from .words import check_names, fill

FAR = 5000.0
"""No arrow is drawn longer than this, in SVG units."""
HEAD, HALF_HEAD = 9.0, 4.0
NOWHERE = np.full((1, 2), -9.0)
"""Stands for an outline without points; off every panel."""


class Shape(Artist):
    """An artist whose picture is one path."""

    closed = True

    def outline(self, place, points):
        """The path as a list of pieces, arrays (n, 2) in SVG units, on axes that `axes_map` describes."""
        raise NotImplementedError

    def paint(self, points):
        """matplotlib's words for fill and stroke."""
        return {"facecolor": plots.COLOURS[self.colour], "edgecolor": "none"}

    def draw(self, ax, gid, points, zorder):
        fig = ax.figure
        place = axes_map(_Linear if ax.get_yscale() == "linear" else _Log, fig)
        pieces = self.outline(place, points) or [NOWHERE]
        height = fig.get_figheight() * 72
        path = Path.make_compound_path(*(_path(piece * [1, -1] + [0, height], self.closed) for piece in pieces))
        scaled = Affine2D().scale(1 / 72) + fig.dpi_scale_trans
        ax.add_patch(PathPatch(path, transform=scaled, gid=gid, zorder=zorder, label=self.label or None,
                               **self.paint(points)))


class _Linear:
    yscale = "linear"


class _Log:
    yscale = "log"


def _path(corners, closed):
    if not closed:
        return Path(corners)
    return Path([*corners, corners[0]], [Path.MOVETO, *[Path.LINETO] * (len(corners) - 1), Path.CLOSEPOLY])


def arrow_outline(tail, tip, width):
    """An arrow as a polygon of seven corners, (7, 2); a point, if it has no length; None, if it is no arrow."""
    if not (np.isfinite(tail).all() and np.isfinite(tip).all()):
        return None
    length = np.hypot(*(tip - tail))
    if length < 1e-9:
        return np.array([tail] * 7)
    along = (tip - tail) / length
    across = np.array([-along[1], along[0]])
    length = min(length, FAR)
    head = min(HEAD, 0.6 * length)
    half, barb = width / 2 * head / HEAD, HALF_HEAD * head / HEAD
    neck, end = tail + along * (length - head), tail + along * length
    return np.array([tail + half * across, neck + half * across, neck + barb * across, end,
                     neck - barb * across, neck - half * across, tail - half * across])


@dataclass(frozen=True)
class Arrow(Shape):
    """An arrow from (x, y) to (x + dx, y + dy): a gradient, a step. Over a `Field` or `Data`, one at each point.

    Attributes
    ----------
    x, y, dx, dy : Expr
    over : Grid, Loop, Field, Data or None
    colour : str
    width : float
        Of the shaft, in typographic points.
    upto, label
        As for `Line`.
    """

    x: sp.Expr
    y: sp.Expr
    dx: sp.Expr
    dy: sp.Expr
    over: object = None
    colour: str = "gradient"
    width: float = 2.2
    upto: sp.Expr | None = None
    label: str = ""

    kind: ClassVar[str] = "arrow"
    formulas: ClassVar[tuple] = ("x", "y", "dx", "dy")

    def __post_init__(self):
        super().__post_init__()
        as_numbers(self, "width", above=0)

    @property
    def expressions(self):
        return [self.x, self.y, self.x + self.dx, self.y + self.dy]

    @property
    def settings(self):
        return {"width": self.width}

    def outline(self, place, points):
        tails, tips = pixels(place, *points[:2]), pixels(place, *points[2:])
        arrows = (arrow_outline(tail, tip, self.width) for tail, tip in zip(tails, tips))
        return [arrow for arrow in arrows if arrow is not None]


@dataclass(frozen=True)
class Bars(Shape):
    """Upright bars from `base` to their heights.

    Attributes
    ----------
    heights : sequence of Expr, or Expr
        One for each bar, which then stand at 0, 1, 2, …; or one formula for the points of `over`.
    over : Grid, Loop, Data or None
    x : Expr or None
        Where the bars stand; needed with `over`. Without, it is added to 0, 1, 2, …
    colour : str
    width : float
        In units of the x axis.
    base : float
    upto, label
        As for `Line`.
    """

    heights: object
    over: object = None
    x: sp.Expr | None = None
    colour: str = "forward"
    width: float = 0.6
    base: float = 0.0
    upto: sp.Expr | None = None
    label: str = ""

    kind: ClassVar[str] = "bars"

    def __post_init__(self):
        super().__post_init__()
        as_numbers(self, "base")
        as_numbers(self, "width", above=0)
        if (self.over is None) != isinstance(self.heights, (list, tuple)):
            raise ValueError(f"heights: got {shown(self.heights)}, expected a list of expressions, or one and `over`")
        object.__setattr__(self, "heights", tuple(expression("heights", each) for each in self.heights)
                           if self.over is None else expression("heights", self.heights))
        if self.x is not None:
            object.__setattr__(self, "x", expression("x", self.x))
        elif self.over is not None:
            raise ValueError("x: got None, expected where the bars stand, as an expression in the columns of `over`")

    @property
    def expressions(self):
        return [*self.places, *self.heights] if self.over is None else [self.x, self.heights]

    @property
    def places(self):
        """Where bars without a series stand."""
        return [(self.x or sp.Integer(0)) + k for k in range(len(self.heights))]

    @property
    def settings(self):
        return {"half": self.width / 2, "base": self.base}

    def points(self, result):
        if self.over is not None:
            return super().points(result)
        return tuple(np.array([result.scalar(each) for each in part]) for part in (self.places, self.heights))

    def code(self, code):
        if self.over is not None:
            return super().code(code)
        return code.lists(self.places, self.heights)

    def outline(self, place, points):
        xs, heights = points
        foot = place["y"][0] if place["log"] else self.base
        low = pixels(place, xs - self.width / 2, np.full(len(xs), foot))
        high = pixels(place, xs + self.width / 2, heights)
        high[:, 1] = np.clip(high[:, 1], -FAR, FAR)
        return [np.array([a, (a[0], b[1]), b, (b[0], a[1])]) for a, b in zip(low, high) if np.isfinite([*a, *b]).all()]


@dataclass(frozen=True)
class Edge(Shape):
    """A straight line whose width shows a number: solid if it is positive, purple and dashed if negative.

    Not blue and orange, which say on every page what goes forward and what comes back.

    Attributes
    ----------
    start, end : pair of float
        In the units of the axes.
    value : Expr
    largest : float
        Numbers of this size and more are drawn widest.
    """

    start: tuple
    end: tuple
    value: sp.Expr
    largest: float = 2.0

    kind: ClassVar[str] = "edge"
    formulas: ClassVar[tuple] = ("value",)
    closed = False
    over = None
    colour = "muted"

    def __post_init__(self):
        super().__post_init__()
        as_numbers(self, "largest", above=0)
        for name in ("start", "end"):
            object.__setattr__(self, name, pair(name, getattr(self, name)))

    @property
    def expressions(self):
        return [self.value]

    @property
    def settings(self):
        return {"largest": self.largest}

    def outline(self, place, points):
        return [pixels(place, *zip(self.start, self.end))]

    def paint(self, points):
        (value,) = points[0]
        width = 0.8 + 4.2 * min(abs(value) / self.largest, 1)
        return {"fill": False, "edgecolor": plots.COLOURS["extra" if value < 0 else "muted"], "linewidth": width,
                "linestyle": (0, (4 / width, 3 / width)) if value < 0 else "-", "capstyle": "butt"}


class _LiveText(MplText):
    """Written as text into an SVG, so that the page can change it, and with a rim of paper elsewhere."""

    def draw(self, renderer):
        vector = isinstance(getattr(renderer, "_renderer", renderer), RendererSVG)
        self.set_path_effects([] if vector else [withStroke(linewidth=2.5, foreground=plots.COLOURS["paper"])])
        before = mpl.rcParams["svg.fonttype"]
        mpl.rcParams["svg.fonttype"] = "none"  # a context manager would copy all settings for every number
        try:
            super().draw(renderer)
        finally:
            mpl.rcParams["svg.fonttype"] = before


@dataclass(frozen=True)
class Text(Artist):
    """Words and numbers at a place of the panel, such as "a = {a}"; a number alone is "{a}".

    Attributes
    ----------
    x, y : Expr
        The middle of the text.
    text : str
        With `{name}` where a number goes, written as in a `Say`.
    values : dict of str to Expr
    colour : str
    size : float
        In typographic points.
    align : {"center", "left", "right"}
        Which part of the text is at x.
    """

    x: sp.Expr
    y: sp.Expr
    text: str
    values: dict
    colour: str = "ink"
    size: float = 9
    align: str = "center"

    kind: ClassVar[str] = "text"
    formulas: ClassVar[tuple] = ("x", "y")
    over = None

    def __post_init__(self):
        super().__post_init__()
        as_numbers(self, "size", above=0)
        if self.align not in ("center", "left", "right"):
            raise ValueError(f"align: got {self.align!r}, expected 'center', 'left' or 'right'")
        check_text("text", self.text)
        if not self.text.strip():
            raise ValueError("text: got an empty text, expected words or the name of a number in braces")
        values = mapping("values", self.values, check_text)
        object.__setattr__(self, "values", {name: expression("values", value) for name, value in values.items()})
        check_names([self.text], self.values)

    @property
    def expressions(self):
        return [self.x, self.y, *self.values.values()]

    @property
    def settings(self):
        return {"text": self.text, "names": list(self.values), "down": 0.36 * self.size}

    def words(self, points):
        """What it says."""
        return fill(self.text, dict(zip(self.values, (float(value) for (value,) in points[2:]))))

    def draw(self, ax, gid, points, zorder):
        (x,), (y,) = points[:2]
        if not np.isfinite(ax.transData.transform((x, y))).all():  # matplotlib would write no text for the page to move
            x, y = ax.transData.inverted().transform(NOWHERE[0])
        text = _LiveText(x, y, self.words(points), gid=gid, color=plots.COLOURS[self.colour], fontsize=self.size,
                         ha=self.align, va="baseline", parse_math=False, zorder=zorder + 1, clip_on=True)
        # lowered so that its figures, not its foot, are at its place
        text.set_transform(ax.transData + ScaledTranslation(0, -0.36 * self.size / 72, ax.figure.dpi_scale_trans))
        ax.add_artist(text)

