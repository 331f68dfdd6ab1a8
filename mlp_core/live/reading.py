"""What a typed function comes to in Python: numbers from the formulas that SymPy reads and differentiates.

A page computes the same by dual numbers, in `web/live-typed.js`; here they only tell where there is a number at all.
"""

from functools import cache, lru_cache

import numpy as np
import sympy as sp

from ..derive.typed import FUNCTIONS, built, parse_typed
from .formulas import numpy_function

LONGEST = 60
"""How many characters may be typed. `web/live-typed.js` knows it too."""


class Reading:
    """A typed function for NumPy. Twin of what `reading` in `web/live-typed.js` gives.

    Attributes
    ----------
    text : str
    """

    def __init__(self, text, of):
        self.text, self._tree = text, parse_typed(text, [of], LONGEST)
        x = sp.Symbol(of, real=True)
        expression = built(self._tree, {of: x})
        both = [expression, sp.diff(expression, x)]
        self._numbers = numpy_function([x], [sp.nan if one.has(sp.I) else one for one in both])

    def value(self, x):
        """The function's value at x, a number or an array; NaN where it has none."""
        return self._both(x)[0]

    def slope(self, x):
        """Its slope at x; NaN where it has none."""
        return self._both(x)[1]

    def _both(self, x):
        """Numbers by the formulas that SymPy simplified. Where there are any, the formula as it was typed decides: x/x
        has none at 0, though SymPy writes 1. The other way round, SymPy may go through ∞ or i, and it need not."""
        x = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            typed, found = dual(self._tree, x), self._numbers(x)
        typed[1] = np.where(np.isfinite(typed[0]), typed[1], np.nan)
        found = [np.where(np.isfinite(number) & (np.imag(number) == 0), np.real(number), mine)
                 for mine, number in zip(typed, found)]
        return [np.where(np.isfinite(mine), number, np.nan)[()] for mine, number in zip(typed, found)]


@lru_cache(maxsize=256)
def read(text, of):
    """The `Reading` of a text as a function of the letter `of`; raises `Mistyped`."""
    return Reading(text, of)


@cache
def _elementary(name):
    """(value, slope) of a function of `FUNCTIONS`."""
    z = sp.Symbol("z", real=True)
    return numpy_function([z], [FUNCTIONS[name](z), sp.diff(FUNCTIONS[name](z), z)])


def _log(z):
    return np.log(np.where(z > 0, z, np.nan))


def dual(tree, x):
    """[value, slope] of a tree of `parse_typed` at x, by dual numbers, as in `web/formula.js`."""
    kind, *parts = tree
    if kind in ("number", "name"):
        return [x, np.ones_like(x)] if kind == "name" else [np.full_like(x, float(parts[0])), np.zeros_like(x)]
    if kind == "call":
        z, move = dual(parts[1], x)
        value, slope = _elementary(parts[0])(z) if parts[0] != "ln" else (_log(z), 1 / z)
        return [np.where(np.isnan(z), np.nan, value), np.where(move == 0, 0, slope * move)]
    a, da = dual(parts[0], x)
    if kind == "neg":
        return [-a, -da]
    b, db = dual(parts[1], x)
    if kind == "+":
        return [a + b, da + db]
    if kind == "-":
        return [a - b, da - db]
    if kind == "*":
        return [a * b, da * b + a * db]
    if kind == "/":
        return [a / b, (da - a / b * db) / b]
    value = np.where((np.abs(a) == 1) & ~np.isfinite(b), np.nan, np.power(a, b))  # where NumPy says 1
    by_base = np.where((da == 0) | (b == 0), 0, b * np.power(a, b - 1) * da)
    return [value, by_base + np.where(db == 0, 0, value * _log(a) * db)]
