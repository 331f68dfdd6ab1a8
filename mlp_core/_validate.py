"""Checks of arguments: each returns the value in the form the package works with, or says what is wrong with
it.

Every message reads "name: expected this, got that". A wrong kind of thing is a `TypeError`, a wrong value or
shape a `ValueError`. Any room may import this one; it imports NumPy alone.
"""

import math
import operator

import numpy as np


def shown(value, limit=60):
    """`value` as it may stand in a message: its repr, shortened."""
    try:
        text = repr(value) if not isinstance(value, np.ndarray) else f"an array of shape {value.shape}"
    except Exception:  # a repr may do anything, and Python prints no more than 4,300 digits
        text = f"something of type {type(value).__name__}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def integer(name, value, at_least, at_most=math.inf):
    """`value` as an int within the limits. Fractions, strings and booleans are refused."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        kind = type(value).__name__
        raise TypeError(f"{name}: expected a whole number, got {shown(value)} ({kind})") from None
    if not at_least <= number <= at_most:
        limit = f"of at least {at_least}" if number < at_least else f"of at most {at_most}"
        raise ValueError(f"{name}: expected a whole number {limit}, got {shown(number)}")
    return number


def number(name, value, *, above=None, at_least=None, below=None):
    """`value` as a finite float inside the limits that are given."""
    words = {"above": above, "of at least": at_least, "below": below}
    limits = [f"{word} {limit}" for word, limit in words.items() if limit is not None]
    expected = " and ".join(["a finite number", *limits]).replace("number and", "number", 1)
    try:
        of_numpy = isinstance(value, (np.ndarray, np.generic))
        if of_numpy and (value.dtype.kind not in "iuf" or value.ndim or isinstance(value, np.ma.MaskedArray)):
            raise TypeError
        if not of_numpy and (isinstance(value, (bool, str, bytes, bytearray, complex)) or np.ndim(value)):
            raise TypeError
        result = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: expected {expected}, got {shown(value)} ({type(value).__name__})") from None
    except OverflowError:
        result = np.inf
    inside = ((above is None or result > above) and (at_least is None or result >= at_least)
              and (below is None or result < below))
    if not (np.isfinite(result) and inside):
        raise ValueError(f"{name}: expected {expected}, got {shown(value)}")
    return result


def flag(name, value):
    """`value` as a bool; anything but True or False is refused."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: expected True or False, got {shown(value)} ({type(value).__name__})")
    return bool(value)


def choice(name, value, options):
    """`value` if it is one of the names in `options`; a near miss is told what was probably meant."""
    expected = f"one of {', '.join(repr(option) for option in options)}"
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected {expected}, got {shown(value)} ({type(value).__name__})")
    if value not in options:
        from difflib import get_close_matches  # wanted only when something is wrong

        close = get_close_matches(value.lower(), options, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{name}: expected {expected}, got {shown(value)}{hint}")
    return value


def real_array(name, value):
    """`value` as an array of real numbers of any shape, not copied if it is one already."""
    if _masked(value):
        raise TypeError(f"{name}: expected a plain array, got a masked array, whose mask would be lost")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: expected real numbers, got {shown(value)} with dtype {array.dtype}")
    return array


def _masked(value):
    """Whether a masked array, or a masked number, is anywhere in lists of lists."""
    return isinstance(value, np.ma.MaskedArray) or (isinstance(value, (list, tuple)) and any(map(_masked, value)))


def all_finite(array):
    """Whether every entry is finite.

    One that is not makes the sum of squares infinite or NaN, and that sum is several times quicker to have than an
    array of answers. A sum that overflows decides nothing: then each entry is looked at.
    """
    flat = array.ravel("K")
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(np.dot(flat, flat)) or np.isfinite(array).all())


def finite(name, array, dtype):
    """`array` in `dtype`, after making sure that every entry is finite there."""
    if array.dtype.kind == "f" and not all_finite(array):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}: expected finite numbers, got {array[where]} at index {where}")
    with np.errstate(over="ignore"):
        converted = np.asarray(array, dtype=dtype)
    if converted is not array and not all_finite(converted):
        raise ValueError(f"{name}: expected numbers that fit into {np.dtype(dtype)}, got {np.abs(array).max()}")
    return converted


def matrix(name, value, columns, dtype):
    """`value` as examples in rows: a finite (n, columns) array with n ≥ 1. `columns` None: any number from 1.
    """
    array = real_array(name, value)
    expected = f"shape (n, {columns or 'd'}), one example a row"
    if array.ndim == 1 and array.size:
        index = "example is {}[None, :]" if len(array) == columns else "column is {}[:, None]"
        hint = f"a single {index.format(name)}"
        raise ValueError(f"{name}: expected {expected}, got shape {array.shape}; {hint}")
    if array.ndim != 2 or (columns is not None and array.shape[1] != columns):
        raise ValueError(f"{name}: expected {expected}, got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one example and one column, got shape {array.shape}")
    return finite(name, array, dtype)


def vector(name, value, size, dtype):
    """`value` as a finite (size,) array. `size` None: any length from 1."""
    array = real_array(name, value)
    if array.ndim != 1 or array.size == 0 or (size is not None and array.size != size):
        raise ValueError(f"{name}: expected shape ({size or 'n'},), got shape {array.shape}")
    return finite(name, array, dtype)


class Number:
    """An attribute of a class that is checked by `number` whenever it is set."""

    def __init__(self, **limits):
        self.limits = limits

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__[self.name]

    def __set__(self, instance, value):
        instance.__dict__[self.name] = number(self.name, value, **self.limits)


def float_type(name, value):
    """`value` as the dtype float32 or float64."""
    try:
        dtype = np.dtype(value)
    except TypeError:
        dtype = None
    if value is None or dtype not in (np.float32, np.float64) or not dtype.isnative:
        raise (ValueError if dtype is not None else TypeError)(
            f"{name}: expected float32 or float64, got {shown(value)}")
    return dtype
