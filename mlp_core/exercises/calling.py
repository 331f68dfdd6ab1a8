"""Calling a reader's function safely: with copies, with a time limit, and with a clear word for whatever goes wrong."""

import copy
import ctypes
import inspect
import threading
from dataclasses import dataclass, field

import numpy as np

SECONDS = 2.0


class TooLong(BaseException):
    """Raised inside a reader's function that has run out of time. No `except Exception` of theirs catches it."""


@dataclass
class Outcome:
    """What came of one call: a value, or a trouble (a kind and a sentence), and the names of inputs that it changed."""

    value: object = None
    trouble: tuple | None = None
    changed: list = field(default_factory=list)


def chosen(function, arguments):
    """Which arguments a function gets: those it names, and for other names those that are left, in order.

    What it takes by keyword only is handed over by name.

    Parameters
    ----------
    function : callable
    arguments : dict of str to value

    Returns
    -------
    (list of str, list of str), in order and by name; or None where the function wants more than there is
    """
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except Exception:  # a ufunc or a built-in does not say, and a reader's own `__signature__` may do anything
        return list(arguments)[:function.nin if isinstance(function, np.ufunc) else 1], []
    named = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.name in arguments]
    if any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return [name for name in arguments if name not in named], named
    wanted = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
              and (one.default is one.empty or one.name in arguments)]
    left = [name for name in arguments if name not in {*named, *(one.name for one in wanted)}]
    if len(wanted) + len(named) > len(arguments):
        return None
    return [one.name if one.name in arguments else left.pop(0) for one in wanted], named


def call(function, arguments, seconds=SECONDS):
    """Call a function with copies of the arguments, in a thread that is stopped when the time is over.

    Returns
    -------
    Outcome
    """
    names = chosen(function, arguments)
    if names is None:
        given = ", ".join(arguments)
        return Outcome(trouble=("arguments", f"your function wants more than this exercise has to give it: {given}"))
    in_order, named = names
    handed = {name: copy.deepcopy(arguments[name]) for name in (*in_order, *named)}
    outcome = Outcome()

    def work():
        try:
            with np.errstate(all="ignore"):
                outcome.value = function(*(handed[name] for name in in_order), **{name: handed[name] for name in named})
        except TooLong:
            outcome.trouble = late
        except RecursionError:
            outcome.trouble = ("raises", "your function calls itself without end (RecursionError)")
        except BaseException as error:
            outcome.trouble = ("raises", f"your function stopped with {type(error).__name__}: {_short(error)}")

    late = ("slow", f"your function had not answered after {seconds:g} seconds; does a loop never end?")
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(seconds)
    if worker.is_alive():
        _stop(worker)
        outcome.trouble = late
        return outcome
    outcome.changed = [name for name, given in handed.items() if not _same(given, arguments[name])]
    return outcome


def one_by_one(function, arguments, seconds=SECONDS):
    """The same for a function of single numbers: its first argument's entries one after another."""
    name, array = next(iter(arguments.items()))
    values = []
    for entry in np.ravel(array):
        outcome = call(function, {name: float(entry)}, seconds)
        if outcome.trouble:
            return outcome
        values.append(outcome.value)
    try:
        return Outcome(np.reshape(np.array(values, dtype=float), np.shape(array)))
    except (TypeError, ValueError, OverflowError):
        return Outcome(trouble=("kind", "your function does not return one number for one number"))


def _stop(worker):
    """Raise `TooLong` in the thread; again if a bare `except` of the reader's swallows it."""
    for _ in range(5):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(TooLong))
        worker.join(0.2)
        if not worker.is_alive():
            return


def _same(one, other):
    if isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    try:
        one, other = np.asarray(one), np.asarray(other)
    except Exception:  # an object of theirs in a list
        return False
    return one.shape == other.shape and np.array_equal(one, other)


def _short(error, limit=160):
    try:
        text = " ".join(str(error).split()) or "no message"
    except BaseException:  # an exception of theirs whose own text fails
        text = "no message"
    return text if len(text) <= limit else text[: limit - 1] + "…"
