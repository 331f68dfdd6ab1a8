"""Artists over the plane: heat maps, level lines, and areas where something holds."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sympy as sp
from matplotlib.colors import to_rgb

from .. import plots
from .._validate import shown
from .checks import as_expressions, as_numbers, plain, several
from .contours import areas, segments
from .panels import Artist, pixels
from .shapes import Shape
from .tables import Field

OPAQUE = 0.6
"""The strongest tint of a heat map: the grid shows through."""


def tint(values, below, above):
    """An image (…, 4): the more a value is above 0, the more of one colour; below 0, of the other; from −1 to 1."""
    share = np.clip(np.nan_to_num(values, nan=0.0), -1, 1)
    image = np.empty((*share.shape, 4))
    for sign, name in ((share < 0, below), (share >= 0, above)):
        image[sign, :3] = to_rgb(plots.COLOURS[name])
    image[..., 3] = OPAQUE * np.abs(share)
    return image


def check_over(field):
    """Raise TypeError unless it is a `Field`."""
    if not isinstance(field, Field):
        raise TypeError(f"over: got {shown(field)}, expected a Field")


@dataclass(frozen=True)
class HeatMap(Artist):
    """A value over a field as a tint: orange above `middle`, blue below, the stronger the further from it.

    Attributes
    ----------
    value : Expr
        In the symbols of the program and the two columns of the field.
    over : Field
    middle, reach : float
        No tint at `middle`, the full one from `middle` ± `reach` on.
    below, above : str
        Names from `plots.COLOURS`.
    """

    value: sp.Expr
    over: object
    middle: float = 0.0
    reach: float = 1.0
    below: str = "forward"
    above: str = "gradient"

    kind: ClassVar[str] = "heat"

    def __post_init__(self):
        as_expressions(self, "value")
        check_over(self.over)
        for name in (self.below, self.above):
            if name not in plots.COLOURS:
                raise ValueError(f"colour: got {name!r}, expected one of {', '.join(plots.COLOURS)}")
        as_numbers(self, "middle")
        as_numbers(self, "reach", above=0)

    @property
    def expressions(self):
        return [self.over.x, self.over.y, self.value]

    @property
    def settings(self):
        return {"across": self.over.points[0], "middle": self.middle, "reach": self.reach, "opaque": OPAQUE,
                "colours": [self.below, self.above]}

    def draw(self, ax, gid, points, zorder):
        across, up = self.over.points
        (x0, x1), (y0, y1) = self.over.xlim, self.over.ylim
        dx, dy = (x1 - x0) / (across - 1) / 2, (y1 - y0) / (up - 1) / 2  # a point is the middle of its tile
        values = (points[2].reshape(up, across) - self.middle) / self.reach
        ax.imshow(tint(values, self.below, self.above), extent=(x0 - dx, x1 + dx, y0 - dy, y1 + dy), origin="lower",
                  aspect=ax.get_aspect(), interpolation="bilinear", gid=gid, zorder=1)


@dataclass(frozen=True)
class Contour(Shape):
    """The lines on which a value over a field equals each of `levels`.

    Attributes
    ----------
    value : Expr
    over : Field
    levels : sequence of float
    colour : str
    width : float
    label : str
    """

    value: sp.Expr
    over: object
    levels: tuple = (0.0,)
    colour: str = "muted"
    width: float = 1.2
    label: str = ""

    kind: ClassVar[str] = "contour"
    formulas: ClassVar[tuple] = ("value",)
    closed = False

    def __post_init__(self):
        super().__post_init__()
        check_over(self.over)
        as_numbers(self, "width", above=0)
        object.__setattr__(self, "levels", tuple(plain("levels", each) for each in several("levels", self.levels)))

    @property
    def expressions(self):
        return [self.over.x, self.over.y, self.value]

    @property
    def settings(self):
        return {"across": self.over.points[0], "levels": [float(level) for level in self.levels]}

    def outline(self, place, points):
        xs, ys, values = points
        return [pixels(place, *piece.T) for level in self.levels
                for piece in segments(xs, ys, values - level, self.over.points[0])]

    def paint(self, points):
        return {"fill": False, "edgecolor": plots.COLOURS[self.colour], "linewidth": self.width, "capstyle": "round"}


@dataclass(frozen=True)
class Region(Shape):
    """The part of a field where a value is above `level`, tinted: a decision region.

    Attributes
    ----------
    value : Expr
    over : Field
    level : float
    colour : str
    opacity : float
    label : str
    """

    value: sp.Expr
    over: object
    level: float = 0.0
    colour: str = "gradient"
    opacity: float = 0.25
    label: str = ""

    kind: ClassVar[str] = "region"
    formulas: ClassVar[tuple] = ("value",)

    def __post_init__(self):
        super().__post_init__()
        check_over(self.over)
        as_numbers(self, "level")
        as_numbers(self, "opacity", above=0)

    @property
    def expressions(self):
        return [self.over.x, self.over.y, self.value]

    @property
    def settings(self):
        return {"across": self.over.points[0], "level": float(self.level)}

    def outline(self, place, points):
        xs, ys, values = points
        return [pixels(place, *polygon.T) for polygon in areas(xs, ys, values - self.level, self.over.points[0])]

    def paint(self, points):
        return {"facecolor": plots.COLOURS[self.colour], "alpha": self.opacity, "edgecolor": "none"}
