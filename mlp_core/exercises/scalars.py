"""Exercises on functions of numbers: any formula, and the activations."""

from functools import cache
from itertools import permutations

import numpy as np
import sympy as sp

from .. import _validate
from ..derive import ACTIVATIONS, expanded, latex, numpy_function
from ..derive.checks import expression as _expression
from ..derive.checks import symbols
from ..derive.reading import read_latex
from .slips import wrong_slopes
from .task import Case, Task, measured, stale

_z = sp.Symbol("z", real=True)
_a = sp.Symbol("a", real=True)


def scalar(formula, by=None, *, seed=0, places=9):
    """Exercise: the slope of a function, or the gradient of a function of several numbers.

    Parameters
    ----------
    formula : Expr or str
        The function; a string is read as LaTeX.
    by : Symbol or list of Symbol, optional
        By what to differentiate; else by all letters in it, in alphabetical order.
    seed : int
        Decides the places at which answers are compared.
    places : int
        How many.

    Returns
    -------
    Task
        An answer is a function of these numbers that returns the slope; for several letters the row of slopes.

    Raises
    ------
    TypeError
        If the formula is neither text nor an expression, if `by` holds what is no symbol, or `seed` or `places` is no
        whole number.
    ValueError
        If the formula cannot be read or has no letters, or no places are found at which it has a finite slope.
    """
    seed, places = _validate.integer("seed", seed, 0), _validate.integer("places", places, 1)
    expression = read_latex(formula) if isinstance(formula, str) else _expression("formula", formula)
    by = [by] if isinstance(by, sp.Symbol) else by or sorted(expression.free_symbols, key=str)
    letters = list(symbols("by", by))
    if not letters or expression.free_symbols - set(letters):
        raise ValueError(f"formula: expected a function of {letters or 'at least one letter'}, got {expression}")
    truth = [sp.diff(expression, one) for one in letters]
    kinds = _rivals(expression, letters, truth)
    stack = truth + [one for _, row in kinds for one in row]
    evaluate = numpy_function(letters, [expanded(one, stable=True) for one in stack])
    value = numpy_function(letters, expanded(expression, stable=True))
    cases = _cases(letters, kinds, _found(letters, value, evaluate, seed, places))
    if len(cases) < places:
        raise ValueError(f"formula: found {len(cases)} places with a finite slope, expected {places}: {expression}")

    def measure(case, method, step):
        at = np.array(list(case.arguments.values()))
        slopes = measured(lambda point: value(*point), at, method, step)
        return (slopes[0] if len(letters) == 1 else slopes,)

    kind = "slope" if len(letters) == 1 else "gradient"
    listed = ", ".join(f"${latex(one)}$" for one in letters)
    statement = (f"Find the {kind} of ${latex(expression)}$ by {listed}, as a function of "
                 f"`{', '.join(map(str, letters))}`.")
    names, answer = ", ".join(map(str, letters)), sp.Matrix([truth]) if len(letters) > 1 else truth[0]
    return Task(f"slope of {expression}", f"write a function of {names} that returns the derivative of {expression}",
                stale(cases), ("the slope" if len(letters) == 1 else "the gradient",), str(answer),
                answer, tuple(letters), measure, statement=statement)


def _found(letters, value, evaluate, seed, places):
    """Up to `places` points with finite real slopes: [(point, slopes (1 + kinds, letters), the true first)]."""
    rng, found = np.random.default_rng(seed), []
    for attempt in range(60 * places):
        low, high = (-2.2, 2.2) if attempt < 30 * places else (0.1, 3)
        at = np.round(rng.uniform(low, high, len(letters)), 2)
        with np.errstate(all="ignore"):  # NumPy's floats, as Python's own refuse to divide by 0
            here = np.array([value(*at), *evaluate(*at)], dtype=complex)
        needed = here[: len(letters) + 1]
        if at.all() and np.isfinite(needed).all() and not needed.imag.any() and np.abs(needed).max() <= 1e4:
            found.append((at, here[1:].reshape(-1, len(letters))))
        if len(found) == places:
            break
    return found


def _cases(letters, kinds, found):
    """At each point the right answer, and the wrong ones that have a number at all points."""
    usable = [kind for kind in range(1, len(kinds) + 1)
              if all(np.isfinite(rows[kind]).all() and not rows[kind].imag.any() for _, rows in found)]
    cases = []
    for at, rows in found:
        shaped = (rows[:, 0] if len(letters) == 1 else rows).real
        rivals = [(kinds[kind - 1][0], (np.asarray(shaped[kind]),)) for kind in usable]
        if len(letters) > 1:
            rivals += [("order", (shaped[0][list(turn)],)) for turn in list(permutations(range(len(letters))))[1:24]]
        cases.append(Case(dict(zip(map(str, letters), map(float, at))), (np.asarray(shaped[0]),), rivals))
    return cases


def _rivals(expression, letters, truth):
    """[(kind, one wrong slope for each letter)]: the n-th slip of a kind, made for every letter that allows it."""
    table = []
    for letter in letters:
        counts, here = {}, {}
        for kind, wrong in wrong_slopes(expression, letter):
            counts[kind] = counts.get(kind, 0) + 1
            here[kind, counts[kind]] = wrong
        table.append(here)
    keys = dict.fromkeys(key for here in table for key in here)
    return [(key[0], [here.get(key, right) for here, right in zip(table, truth)]) for key in keys]


_BY_OUTPUT = {"identity": sp.Integer(1), "relu": sp.Piecewise((0, _a <= 0), (1, True)),
              "leaky_relu": sp.Piecewise((sp.Rational(1, 100), _a <= 0), (1, True)), "sigmoid": _a * (1 - _a),
              "tanh": 1 - _a**2, "softplus": 1 - sp.exp(-_a)}


def _on_arrays(symbol, formula):
    function = numpy_function([symbol], formula)
    return lambda Z: np.broadcast_to(np.asarray(function(Z), dtype=float), np.shape(Z))


@cache
def value_of(name):
    """f of an activation, on arrays, from its formula in SymPy."""
    return _on_arrays(_z, ACTIVATIONS[name].stable)


@cache
def slope_of(name):
    """f′(z), on arrays."""
    return _on_arrays(_z, ACTIVATIONS[name].stable_slope)


@cache
def by_output(name):
    """f′(z) told from a = f(z), on arrays."""
    return _on_arrays(_a, _BY_OUTPUT[name])


def activation(name, of="input", *, seed=0):
    """Exercise: the slope of an activation, entry by entry.

    Parameters
    ----------
    name : str
        "identity", "relu", "leaky_relu", "sigmoid", "tanh" or "softplus".
    of : {"input", "output"}
        Whether the function is given z, or the output a = f(z).
    seed : int

    Returns
    -------
    Task

    Raises
    ------
    TypeError, ValueError
        For a name that is none, or a seed that is no whole number from 0.
    """
    _validate.choice("name", name, tuple(ACTIVATIONS))
    _validate.choice("of", of, ("input", "output"))
    entry, rng = ACTIVATIONS[name], np.random.default_rng(_validate.integer("seed", seed, 0))
    value, slope, from_output = value_of(name), slope_of(name), by_output(name)
    kinked, letter, cases = name in ("relu", "leaky_relu"), "z" if of == "input" else "a", []
    slips = [] if kinked else wrong_slopes(entry.formula, _z)
    broken = [(kind, _on_arrays(_z, expanded(wrong))) for kind, wrong in slips]
    others = [other for other in ACTIVATIONS if other not in (name, "identity")]
    for size in ((4, 3), (4, 3), (7,)):
        Z = np.round(rng.uniform(0.2, 2.5, size) * rng.permuted(np.resize([-1, 1], size)), 3)
        A, right = value(Z), slope(Z)
        other = slope(A) if of == "output" else from_output(Z)
        rivals = [("relu_side", slope(-Z))] if kinked else []
        rivals += [("forward", A), ("forward", value(A)), ("at_output", slope(A)),
                   ("at_input", other if of == "input" else right + np.nan), ("no_slope", np.ones(size))]
        rivals += [("sign", -right), *((kind, wrong(Z)) for kind, wrong in broken)]
        rivals += [(f"slope of {other}", one) for other in others for one in (slope_of(other)(Z), by_output(other)(A))]
        rivals = [(kind, (np.broadcast_to(np.asarray(one, dtype=float), size),)) for kind, one in rivals]
        cases.append(Case({letter: Z if of == "input" else A}, (np.array(right),), rivals))
    if kinked:
        low = float(slope(-1.0))
        at = np.array([0.0, -0.0])
        cases.append(Case({letter: at}, (np.broadcast_to(low, 2).astype(float),), [], range=(low, 1.0)))

    def measure(case, method, step):
        Z = case.arguments[letter]
        low, high = method != "forward", method != "backward"
        return ((value(Z + high * step) - value(Z - low * step)) / ((low + high) * step),)

    formula = sp.diff(entry.formula, sp.Symbol("z", real=True)) if of == "input" else _BY_OUTPUT[name]
    symbol = sp.Symbol(letter, real=True)
    return Task(f"slope of {name}", f"write a function of an array {letter} that returns f′(z) for f = {name}"
                + ("" if of == "input" else ", where a = f(z)"),
                stale(cases), ("the slope",), str(formula), formula, (symbol,), measure if of == "input" else None,
                entrywise=True)
