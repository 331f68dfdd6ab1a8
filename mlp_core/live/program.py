"""What a live figure computes, described once: sliders, expressions, and a few named operations.

A `Program` is a list of definitions. Each may use what stands before it. The same list is evaluated here with NumPy
and printed as JavaScript by `javascript.py`; what is not a formula (a loop, a search) is one of the operations below,
each with a twin of the same name in `web/live.js`.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

import numpy as np
import sympy as sp

from ..derive import numpy_function

_serial = count()
LARGEST = float(np.finfo(float).max)


@lru_cache(maxsize=2048)
def _compiled(arguments, expressions):
    """A figure is evaluated at many slider values: compile each of its formulas once."""
    return numpy_function(arguments, list(expressions))


def _fresh(letters):
    """A symbol that no reader writes, for values that an operation hands on."""
    return sp.Dummy(f"{letters}_{next(_serial)}")


@dataclass(frozen=True)
class Slider:
    """A number that the reader chooses.

    Attributes
    ----------
    symbol : Symbol
        Stands for the number in every expression.
    low, high, step, value : float
        Ends, spacing, and the value at the start; `value` must be one that the slider can reach.
    label : str
        Says what it is, in words: "learning rate η".
    unit : str
        Follows the number, such as "steps"; may be empty.
    """

    symbol: sp.Symbol
    low: float
    high: float
    step: float
    value: float
    label: str
    unit: str = ""

    def __post_init__(self):
        for name in ("low", "high", "step", "value"):
            if not np.isfinite(getattr(self, name)):
                raise ValueError(f"{name}: got {getattr(self, name)}, expected a finite number")
        if not self.low < self.high:
            raise ValueError(f"high: got {self.high}, expected more than low = {self.low}")
        if not 0 < self.step <= self.high - self.low:
            raise ValueError(f"step: got {self.step}, expected between 0 and {self.high - self.low}")
        if not self.low <= self.value <= self.high or not np.isclose(self.value, self.nearest(self.value)):
            raise ValueError(f"value: got {self.value}, expected {self.low} to {self.high} in steps of {self.step}")
        if not self.label.strip():
            raise ValueError("label: got an empty text, expected what the slider sets, in words")

    @property
    def decimals(self):
        """How many decimals its values need."""
        return max(len(f"{number:.10f}".rstrip("0").split(".")[1]) for number in (self.step, self.low))

    def nearest(self, value):
        """The reachable value closest to `value`."""
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        return round(self.low + steps * self.step, self.decimals)


@dataclass(frozen=True)
class Let:
    """One number computed from what stands before it."""

    symbol: sp.Symbol
    expression: sp.Expr


@dataclass(frozen=True)
class Grid:
    """`points` equally spaced values of `symbol` from `low` to `high`, ends included."""

    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr
    points: int = 161

    @property
    def columns(self):
        """The symbols that take one value at each point."""
        return (self.symbol,)


@dataclass(frozen=True)
class Loop:
    """The same step taken again and again: a descent, an epoch.

    Attributes
    ----------
    state : dict of Symbol to Expr
        Where each part of the state starts.
    update : dict of Symbol to Expr
        The state after a step, in terms of the state before it.
    steps : int
        How many steps are taken.
    limit : float
        When one of the `watched` exceeds this in size, or anything is no finite number, the loop stops and is called
        diverged.
    watched : tuple of Symbol
        The parts of the state that the limit is for; all, if left out.
    taken : Symbol
        Counts steps: 0 for the start. In `update` it is the number of the step being taken, from 1.
    diverged, last : Symbol
        1 if the limit was passed, else 0; and the number of steps that stayed within it.
    """

    state: dict
    update: dict
    steps: int
    limit: float = 1e3
    watched: tuple = ()
    taken: sp.Symbol = field(default_factory=lambda: _fresh("taken"))
    diverged: sp.Symbol = field(default_factory=lambda: _fresh("diverged"))
    last: sp.Symbol = field(default_factory=lambda: _fresh("last"))

    def __post_init__(self):
        if not 0 < self.limit < float("inf"):
            raise ValueError(f"limit: got {self.limit}, expected a finite number above 0")
        if self.steps < 1:
            raise ValueError(f"steps: got {self.steps}, expected at least 1")
        if set(self.watched) - set(self.state):
            raise ValueError(f"watched: got {self.watched}, expected some of {tuple(self.state)}")
        if set(self.state) != set(self.update):
            raise ValueError(f"update: got {set(self.update)}, expected the same symbols as state, {set(self.state)}")

    @classmethod
    def of(cls, rule, start, steps, **options):
        """The loop of a `derive.UpdateRule`: parameters start at `start` (dict), memory at 0."""
        if set(start) != set(rule.variables):
            raise ValueError(f"start: got {set(start)}, expected {set(rule.variables)}")
        state = {symbol: sp.sympify(start.get(symbol, 0)) for symbol in rule.state}
        options.setdefault("watched", rule.variables)
        if rule.counter is not None:
            options["taken"] = rule.counter
        return cls(state, {symbol: rule.update[symbol] for symbol in rule.state}, steps, **options)

    @property
    def limits(self):
        """For each part of the state the size that it must not exceed."""
        return [self.limit if not self.watched or symbol in self.watched else LARGEST for symbol in self.state]

    @property
    def columns(self):
        """The symbols that take one value after each step."""
        return (*self.state, self.taken)


@dataclass(frozen=True)
class Settled:
    """The step of a loop from which on a condition holds to the end, or −1 if it does not hold at the end."""

    symbol: sp.Symbol
    over: Loop
    when: sp.Basic


@dataclass(frozen=True)
class At:
    """An expression's value at one step of a loop (at the last one, where the loop ended before)."""

    symbol: sp.Symbol
    over: Loop
    step: sp.Expr
    expression: sp.Expr


def settled(over, when):
    """The step from which on `when` holds to the end, as a definition with a symbol of its own."""
    return Settled(_fresh("settled"), over, when)


def at(over, step, expression):
    """The value of `expression` at a step, as a definition with a symbol of its own."""
    return At(_fresh("at"), over, sp.sympify(step), sp.sympify(expression))


class Program:
    """Sliders and definitions, in an order in which each uses only what stands before it.

    Parameters
    ----------
    sliders : sequence of Slider
    definitions : sequence of Let, Grid, Loop, Settled, At

    Raises
    ------
    ValueError
        If a definition uses a symbol that nothing before it defines, or two things define the same symbol.
    """

    def __init__(self, sliders, definitions=()):
        self.sliders, self.definitions = tuple(sliders), tuple(definitions)
        self.scalars = []
        for slider in self.sliders:
            self._define(slider.symbol)
        for definition in self.definitions:
            if isinstance(definition, Grid):
                self.need([definition.low, definition.high])
            elif isinstance(definition, Loop):
                self.need(definition.state.values())
                self.need(definition.update.values(), definition.columns)
                self._define(definition.diverged)
                self._define(definition.last)
            elif isinstance(definition, Settled):
                self.need([definition.when], definition.over.columns)
                self._define(definition.symbol)
            elif isinstance(definition, At):
                self.need([definition.step])
                self.need([definition.expression], definition.over.columns)
                self._define(definition.symbol)
            else:
                self.need([definition.expression])
                self._define(definition.symbol)

    def _define(self, symbol):
        if symbol in self.scalars:
            raise ValueError(f"definitions: {symbol} is defined twice")
        self.scalars.append(symbol)

    def need(self, expressions, columns=()):
        """Raise ValueError if an expression uses a symbol that is neither defined yet nor a column."""
        known = {*self.scalars, *columns}
        for expression in expressions:
            unknown = sp.sympify(expression).free_symbols - known
            if unknown:
                names = ", ".join(sorted(map(str, unknown)))
                raise ValueError(f"definitions: {names} in {expression} is not defined before it is used")

    def defaults(self):
        """The sliders' values at the start, by symbol."""
        return {slider.symbol: float(slider.value) for slider in self.sliders}

    def run(self, values=None):
        """Evaluate every definition with NumPy.

        Parameters
        ----------
        values : dict of Symbol to float
            Slider values; those left out stand at their start.

        Returns
        -------
        Result

        Raises
        ------
        ValueError
            For a symbol that no slider has.
        """
        values = dict(values or {})
        unknown = set(values) - {slider.symbol for slider in self.sliders}
        if unknown:
            raise ValueError(f"values: {', '.join(map(str, unknown))} is no slider of this figure")
        result = Result({**self.defaults(), **{symbol: float(value) for symbol, value in values.items()}})
        with np.errstate(all="ignore"):
            for definition in self.definitions:
                _OPERATIONS[type(definition)](definition, result)
        return result


class Result:
    """What a program computed: `scalars` by symbol, and for each grid or loop its columns by symbol."""

    def __init__(self, scalars):
        self.scalars = scalars
        self.series = {}

    def scalar(self, expression):
        """An expression in scalars only, as a float."""
        symbols = tuple(self.scalars)
        values = (np.float64(self.scalars[symbol]) for symbol in symbols)
        return float(_compiled(symbols, (sp.sympify(expression),))(*values)[0])

    def over(self, series, expressions, upto=None):
        """Expressions at every point of a grid or loop, as arrays; `upto` cuts a loop after that step."""
        columns = self.series[id(series)]
        size = len(next(iter(columns.values())))
        if upto is not None:
            size = max(1, min(size, math.floor(self.scalar(upto) + 0.5) + 1))
        values = {**self.scalars, **{symbol: column[:size] for symbol, column in columns.items()}}
        with np.errstate(all="ignore"):
            arrays = _compiled(tuple(values), tuple(map(sp.sympify, expressions)))(*values.values())
        return [np.broadcast_to(np.asarray(array, dtype=float), size) for array in arrays]


def _let(definition, result):
    result.scalars[definition.symbol] = result.scalar(definition.expression)


def _grid(definition, result):
    low, high = result.scalar(definition.low), result.scalar(definition.high)
    share = np.arange(definition.points) / (definition.points - 1)
    result.series[id(definition)] = {definition.symbol: low + (high - low) * share}


def _loop(definition, result):
    symbols = list(definition.state)
    arguments = (*result.scalars, *symbols, definition.taken)
    step = _compiled(arguments, tuple(sp.sympify(definition.update[symbol]) for symbol in symbols))
    settings = [np.float64(value) for value in result.scalars.values()]
    states = [[np.float64(result.scalar(definition.state[symbol])) for symbol in symbols]]
    for number in range(1, definition.steps + 1):
        after = [np.float64(value) for value in step(*settings, *states[-1], np.float64(number))]
        if not all(abs(value) <= limit for value, limit in zip(after, definition.limits)):
            break
        states.append(after)
    columns = np.array(states).T
    result.series[id(definition)] = {**dict(zip(symbols, columns)), definition.taken: np.arange(len(states)) * 1.0}
    result.scalars[definition.diverged] = float(len(states) <= definition.steps)
    result.scalars[definition.last] = float(len(states) - 1)


def _settled(definition, result):
    holds = result.over(definition.over, [definition.when])[0].astype(bool)
    since = len(holds) - int(np.logical_and.accumulate(holds[::-1]).sum())
    result.scalars[definition.symbol] = float(since) if since < len(holds) else -1.0


def _at(definition, result):
    values = result.over(definition.over, [definition.expression])[0]
    step = math.floor(result.scalar(definition.step) + 0.5)
    result.scalars[definition.symbol] = float(values[min(max(step, 0), len(values) - 1)])


_OPERATIONS = {Let: _let, Grid: _grid, Loop: _loop, Settled: _settled, At: _at}
