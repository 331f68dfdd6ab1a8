"""Self-checks: questions that a published page judges by itself, where no Python runs.

The truth is derived here by SymPy, and so are the twins that the usual mistakes would give. The page gets them as
formulas that `web/formula.js` reads, and compares as `judging` does. `formula` and `number` make such checks; `choice`
is in `choosing`.
"""

import math
from dataclasses import dataclass

import numpy as np
import sympy as sp

from .. import _validate
from ..derive import expanded, numpy_function
from ..derive.typed import Mistyped, read_typed, write_typed
from .judging import CLOSE, check
from .slips import wrong_slopes, wrong_values
from .task import Case, Task

PLACES = 9
LONGEST = 10_000  # characters of a derived formula; `web/self-check.js` allows as many
RANGES = ((-2.2, 2.2), (0.1, 3.0), (0.05, 0.95))


@dataclass(frozen=True)
class SelfCheck:
    """A question that a page can judge.

    Attributes
    ----------
    data : dict
        What the page is given, ready for JSON.
    answer : Expr or None
        The derived answer, for a formula or a number.
    task : Task or None
        The same exercise for the Python tutor.
    """

    data: dict
    answer: object = None
    task: object = None


def formula(of, by=None, letters=(), *, answer=None, seed=0):
    """A formula to be typed in: the derivative of a function, or with no `by` the function itself.

    Parameters
    ----------
    of : str
        The function, as a reader would type it.
    by : str, optional
        The letter by which to differentiate.
    letters : sequence of str
        The other letters in it.
    answer : str, optional
        The answer as an author would type it; it is held against the derived one.
    seed : int
        Decides the places at which answers are compared.

    Returns
    -------
    SelfCheck

    Raises
    ------
    ValueError
        If `of` cannot be read, if no places are found at which the answer is finite, or if `answer` is wrong.
    """
    symbols = _symbols(by, letters)
    expression = _read("of", of, symbols)
    truth, rivals = _truth(expression, by, symbols)
    names = list(symbols)
    texts = [(kind, text) for kind, wrong in rivals if (text := _typed(wrong)) is not None]
    stack = [truth, *(read_typed(text, symbols, longest=LONGEST) for _, text in texts), expression]
    places, numbers = _places(list(symbols.values()), stack, seed, of)
    size = np.abs(numbers[:, 0]).max()
    kept = [k for k in range(len(texts)) if np.isfinite(numbers[:, k + 1]).all()
            and np.abs(numbers[:, k + 1] - numbers[:, 0]).max() > 100 * CLOSE * max(size, 1e-300)]
    cases = tuple(Case(dict(zip(names, map(float, place))), (np.asarray(row[0]),),
                       [(texts[k][0], (np.asarray(row[k + 1]),)) for k in kept])
                  for place, row in zip(places, numbers))
    task = Task(f"formula for {of}", f"write a formula in {', '.join(names)}", cases, ("the formula",), str(truth),
                truth, tuple(symbols.values()))
    data = {"kind": "formula", "names": names, "truth": write_typed(truth), "places": places.tolist(),
            "rivals": [list(texts[k]) for k in kept]}
    return _agreeing(SelfCheck(data, truth, task), answer, symbols)


def number(of, by=None, at=None, *, step=None, digits=None, answer=None):
    """A number to be typed in: a slope or a value at a place, or where one step of gradient descent leads.

    Parameters
    ----------
    of : str
        The function.
    by : str, optional
        By which letter its slope is wanted; without, its value is.
    at : dict of str to str
        The place: {"x": "1/2"}.
    step : str, optional
        The learning rate: the answer is then the value of `by` after one step.
    digits : int, optional
        To how many significant digits, up to 15; else exactly for short decimals, and to 3 digits for others. 0 has
        none, and is wanted exactly.
    answer : str, optional
        The answer as an author would type it; it is held against the derived one.

    Returns
    -------
    SelfCheck

    Raises
    ------
    TypeError
        If `digits` is no whole number.
    ValueError
        If something cannot be read, the answer is not finite, or `answer` is wrong.
    """
    digits = None if digits is None else _validate.integer("digits", digits, 1, 15)
    at = {name: _read("at", value, {}) for name, value in (at or {}).items()}
    symbols = _symbols(by, at)
    expression = _read("of", of, symbols)
    if (by and by not in at) or (step and not by):
        raise ValueError(f"at: got {', '.join(at) or 'nothing'}, expected a number for {by or 'by, which is missing'}")
    truth, rivals = _truth(expression, by, symbols)
    if step:
        start, rate = symbols[by], _read("step", step, {})
        rivals = [(kind, start - rate * wrong) for kind, wrong in rivals if kind != "other_letter"]
        rivals = [("uphill", start + rate * truth), ("rate", start - truth), ("only_step", -rate * truth),
                  ("only_step", rate * truth), *rivals]
        truth = start - rate * truth
    place = {symbols[name]: value for name, value in at.items()}
    exact = expanded(truth).subs(place)
    value = _float(truth, place)
    if not math.isfinite(value):
        raise ValueError(f"of: {of} has no finite answer at {at}")
    allowed = _allowed(exact, value, digits)
    found = [(kind, _float(wrong, place)) for kind, wrong in rivals]
    kept = list(dict.fromkeys((kind, one) for kind, one in found
                              if math.isfinite(one) and abs(one - value) > 2 * allowed))
    case = Case({name: float(one) for name, one in at.items()}, (np.asarray(value),),
                [(kind, (np.asarray(one),)) for kind, one in kept])
    task = Task(f"number for {of}", "give the number", (case,), ("the number",), str(exact), exact, ())
    data = {"kind": "number", "truth": value, "allowed": allowed, "rivals": [list(one) for one in kept],
            "digits": 0 if allowed < 1e-6 * max(1, abs(value)) else digits or 3}
    return _agreeing(SelfCheck(data, exact, task), answer, {})


def _symbols(by, letters):
    names = dict.fromkeys([*([by] if by else []), *letters])
    return {name: sp.Symbol(name, real=True) for name in names}


def _read(argument, text, symbols):
    try:
        return read_typed(text, symbols)
    except Mistyped as trouble:
        raise ValueError(f"{argument}: {trouble} It is {text!r}.") from None


def _typed(expression):
    try:
        return write_typed(expression)
    except TypeError:
        return None


def _truth(expression, by, symbols):
    """The answer, and [(kind, what a mistake makes of it)]."""
    if not by:
        return expression, wrong_values(expression)
    x = symbols[by]
    truth = sp.diff(expression, x)
    others = [("other_letter", sp.diff(expression, other)) for other in symbols.values() if other != x]
    return truth, [*wrong_slopes(expression, x), *((kind, one) for kind, one in others if one != truth)]


def _places(letters, stack, seed, of):
    """Places at which the first and the last of the stack are finite (places, letters), and all numbers there."""
    evaluate, rng = numpy_function(letters, [expanded(one, stable=True) for one in stack]), np.random.default_rng(seed)
    for low, high in RANGES:
        found = []
        for _ in range(6 * PLACES):
            at = np.round(rng.uniform(low, high, len(letters)), 2)
            try:
                with np.errstate(all="ignore"):
                    row = np.array(evaluate(*at), dtype=complex)
            except OverflowError:  # a whole number that no float can hold
                continue
            row = np.where(row.imag == 0, row.real, np.nan)
            if at.all() and np.isfinite(row[[0, -1]]).all() and abs(row[0]) <= 1e4:
                found.append((at, row))
            if len(found) == PLACES:
                return np.array([at for at, _ in found]), np.array([row for _, row in found])
    raise ValueError(f"of: found no {PLACES} places with a finite answer, got {of!r}")


def _float(expression, place):
    exact = expanded(expression).subs(place)
    number = sp.N(exact, 20)
    if number.is_real and abs(number) < 1e-30 and exact.equals(0):  # roots that cancel leave a rest
        return 0.0
    return float(number) if number.is_real else math.nan


def _allowed(exact, value, digits):
    """How far a number may be off."""
    if value == 0 or (digits is None and (exact * 10_000).is_integer):
        return 1e-9 * max(1.0, abs(value))
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - (digits or 3) + 1) * (1 + 1e-6)


def _agreeing(made, answer, symbols):
    """The check, if the derived answer and the author's pass it and no twin does."""
    own = made.answer if answer is None else _read("answer", answer, symbols)
    if made.data["kind"] == "formula":
        verdict = check(made.task, own)
        right, said = verdict.right, str(verdict)
    else:
        right, said = abs(float(own) - made.data["truth"]) <= made.data["allowed"], f"{float(own)} was given"
    if not right:
        raise ValueError(f"answer: got {answer!r}, expected what is derived, {made.answer}. {said}")
    return made
