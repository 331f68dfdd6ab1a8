"""What the parts of a live figure's description may be: each check gives the value back as the package works with it,
or says what came and what was expected.
"""

from collections.abc import Iterable, Mapping, Set
from numbers import Integral, Real

import numpy as np
import sympy as sp
from sympy.logic.boolalg import Boolean

from .._validate import shown
from ..derive.checks import expression

LARGEST = float(np.finfo(float).max)


def plain(name, value):
    """A number as Python's own int or float, as code is printed from it.

    Raises
    ------
    TypeError
        If it is no real number.
    ValueError
        If it is not finite.
    """
    if isinstance(value, sp.NumberSymbol):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: got {value!r}, expected a number")
    try:
        number = float(value)
    except OverflowError:
        number = np.inf
    if not np.isfinite(number):
        raise ValueError(f"{name}: got {shown(value)}, expected a finite number")
    return int(value) if isinstance(value, Integral) else number


def whole(name, value, least):
    """A whole number of at least `least` as Python's own int.

    Raises
    ------
    TypeError
        If it is no whole number.
    ValueError
        If it is too small.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name}: got {value!r}, expected a whole number")
    if value < least:
        raise ValueError(f"{name}: got {value}, expected at least {least}")
    return int(value)


def check_text(name, value):
    """Raise TypeError unless `value` is a text."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: got {value!r}, expected a text")


def check_symbol(name, value):
    """Raise TypeError unless `value` is a SymPy symbol."""
    if not isinstance(value, sp.Symbol):
        raise TypeError(f"{name}: got {shown(value)}, expected a SymPy symbol")


def condition(name, value):
    """A SymPy condition, or True or False as one; TypeError for anything else."""
    if not isinstance(value, (bool, np.bool_, Boolean)):
        raise TypeError(f"{name}: got {shown(value)}, expected a condition, such as a SymPy relation")
    return expression(name, value)


def as_expressions(described, *names):
    """Make expressions of these attributes of a frozen dataclass."""
    for name in names:
        object.__setattr__(described, name, expression(name, getattr(described, name)))


def as_numbers(described, *names, above=-np.inf, at_least=-np.inf):
    """Make plain numbers of these attributes of a frozen dataclass; ValueError for one outside of the limits."""
    for name in names:
        value = plain(name, getattr(described, name))
        if not (value > above and value >= at_least):
            limit = f"more than {above}" if value <= above else f"at least {at_least}"
            raise ValueError(f"{name}: got {value}, expected {limit}")
        object.__setattr__(described, name, value)


def several(name, values, kinds=object):
    """A list, a tuple or the like as a tuple, with members of one of `kinds` only; TypeError for anything else."""
    if isinstance(values, (str, Mapping, Set)) or not isinstance(values, Iterable):
        raise TypeError(f"{name}: got {shown(values)}, expected a list or tuple")
    values = tuple(values)
    for value in values:
        if not isinstance(value, kinds):
            expected = ", ".join(kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))
            raise TypeError(f"{name}: got {shown(value)} among them, expected only {expected}")
    return values


def mapping(name, values, check_key=check_symbol):
    """A dict as a new one with the same keys, each of which passes `check_key`; TypeError for anything else."""
    if not isinstance(values, Mapping):
        raise TypeError(f"{name}: got {shown(values)}, expected a dict")
    for key in values:
        check_key(name, key)
    return dict(values)


def pair(name, values):
    """Two finite numbers as a tuple; TypeError or ValueError for anything else."""
    values = several(name, values)
    if len(values) != 2:
        raise ValueError(f"{name}: got {shown(values)}, expected two numbers")
    return tuple(plain(name, value) for value in values)


def interval(name, values):
    """As `pair`, the smaller number first."""
    low, high = pair(name, values)
    if not low < high:
        raise ValueError(f"{name}: got {(low, high)}, expected two numbers, the smaller first")
    return low, high
