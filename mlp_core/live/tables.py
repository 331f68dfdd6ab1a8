"""More that a live figure may compute over: a field of points in the plane, given data, and sums over either."""

from dataclasses import dataclass

import sympy as sp

from .._validate import shown
from .checks import as_expressions, check_symbol, interval, mapping, plain, several, whole
from .controls import Choice


@dataclass(frozen=True)
class Field:
    """`points[0]` × `points[1]` points that fill a rectangle, row by row from below: what heat maps run over.

    Attributes
    ----------
    x, y : Symbol
    xlim, ylim : pair of float
        Ends included.
    points : pair of int
    """

    x: sp.Symbol
    y: sp.Symbol
    xlim: tuple
    ylim: tuple
    points: tuple = (41, 41)

    def __post_init__(self):
        for name in ("x", "y"):
            check_symbol(name, getattr(self, name))
        for name in ("xlim", "ylim"):
            object.__setattr__(self, name, interval(name, getattr(self, name)))
        points = several("points", self.points)
        if len(points) != 2:
            raise ValueError(f"points: got {points}, expected two whole numbers")
        object.__setattr__(self, "points", tuple(whole("points", each, 2) for each in points))

    @property
    def columns(self):
        """The symbols that take one value at each point."""
        return (self.x, self.y)


@dataclass(frozen=True)
class Data:
    """Numbers that are given, such as the points of a data set.

    Attributes
    ----------
    values : dict of Symbol to sequence of float
        One column for each symbol, all of one length. With `choice`, for each symbol one such column for each option.
    choice : Choice or None
        Which data set is meant.
    """

    values: dict
    choice: object = None

    def __post_init__(self):
        if not isinstance(self.choice, (Choice, type(None))):
            raise TypeError(f"choice: got {shown(self.choice)}, expected a Choice or None")
        values, read = mapping("values", self.values), {}
        if not values:
            raise ValueError("values: got no column, expected at least one")
        options = len(self.choice.options) if self.choice else 1
        for symbol, columns in values.items():
            listed = several("values", columns) if self.choice else [columns]
            if len(listed) != options:
                raise ValueError(f"values: got {len(listed)} columns for {symbol}, expected {options}, one an option")
            read[symbol] = [tuple(plain("values", value) for value in several("values", each)) for each in listed]
        for sets in zip(*read.values()):
            lengths = sorted({len(column) for column in sets})
            if len(lengths) > 1 or 0 in lengths:
                raise ValueError(f"values: got columns of lengths {lengths}, expected one length of at least 1")
        object.__setattr__(self, "values", {symbol: tuple(columns) if self.choice else columns[0]
                                            for symbol, columns in read.items()})

    @property
    def columns(self):
        """The symbols that take one value at each point."""
        return tuple(self.values)

    def tables(self):
        """For each option its columns, lists of float."""
        columns = [column if self.choice else [column] for column in self.values.values()]
        return [[[float(value) for value in column] for column in table] for table in zip(*columns)]


@dataclass(frozen=True)
class Total:
    """The sum of an expression over the points of a `Data`, `Grid`, `Field` or `Loop`."""

    symbol: sp.Symbol
    over: object
    expression: sp.Expr

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        as_expressions(self, "expression")


def total(over, expression):
    """The sum of `expression` over the points of `over`, as a definition with a symbol of its own."""
    return Total(sp.Dummy("total"), over, expression)
