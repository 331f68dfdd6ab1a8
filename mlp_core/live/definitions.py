"""What a live figure is computed from: numbers and a few named operations.

Each definition may use what stands before it. `program.py` evaluates them with NumPy, `javascript.py` prints them; what
is not a formula (a loop, a search) is one of the operations below, with a twin of the same name in `web/live.js`.
"""

from dataclasses import dataclass, field
from itertools import count

import sympy as sp

from .checks import LARGEST, as_expressions, check_symbol, condition, expression, mapping, plain, several, whole

_serial = count()


def _fresh(letters):
    """A symbol that no reader writes, for values that an operation hands on."""
    return sp.Dummy(f"{letters}_{next(_serial)}")


@dataclass(frozen=True)
class Let:
    """One number computed from what stands before it."""

    symbol: sp.Symbol
    expression: sp.Expr

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        as_expressions(self, "expression")


@dataclass(frozen=True)
class Grid:
    """`points` equally spaced values of `symbol` from `low` to `high`, ends included."""

    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr
    points: int = 161

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        as_expressions(self, "low", "high")
        object.__setattr__(self, "points", whole("points", self.points, 2))

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
    sums : dict of Symbol to (Data, Expr)
        What is added up over data before each step, from the state before it; for `update`.
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
    sums: dict = field(default_factory=dict)
    taken: sp.Symbol = field(default_factory=lambda: _fresh("taken"))
    diverged: sp.Symbol = field(default_factory=lambda: _fresh("diverged"))
    last: sp.Symbol = field(default_factory=lambda: _fresh("last"))

    def __post_init__(self):
        object.__setattr__(self, "limit", float(plain("limit", self.limit)))
        if not self.limit > 0:
            raise ValueError(f"limit: got {self.limit}, expected a finite number above 0")
        object.__setattr__(self, "steps", whole("steps", self.steps, 1))
        object.__setattr__(self, "watched", several("watched", self.watched))
        for name in ("state", "update"):
            parts = mapping(name, getattr(self, name))
            object.__setattr__(self, name, {symbol: expression(name, part) for symbol, part in parts.items()})
        object.__setattr__(self, "sums", {symbol: (over, expression("sums", part))
                                          for symbol, (over, part) in mapping("sums", self.sums).items()})
        for name in ("taken", "diverged", "last"):
            check_symbol(name, getattr(self, name))
        if set(self.watched) - set(self.state):
            raise ValueError(f"watched: got {self.watched}, expected some of {tuple(self.state)}")
        if set(self.state) != set(self.update):
            raise ValueError(f"update: got {tuple(self.update)}, expected the same symbols as state, "
                             f"{tuple(self.state)}")

    @classmethod
    def of(cls, rule, start, steps, **options):
        """The loop of a `derive.UpdateRule`: parameters start at `start` (dict), memory at 0."""
        if set(start) != set(rule.variables):
            raise ValueError(f"start: got {tuple(start)}, expected {tuple(rule.variables)}")
        state = {symbol: start.get(symbol, 0) for symbol in rule.state}
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

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        object.__setattr__(self, "when", condition("when", self.when))


@dataclass(frozen=True)
class At:
    """An expression's value at one step of a loop (at the last one, where the loop ended before)."""

    symbol: sp.Symbol
    over: Loop
    step: sp.Expr
    expression: sp.Expr

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        as_expressions(self, "step", "expression")


def settled(over, when):
    """The step from which on `when` holds to the end, as a definition with a symbol of its own."""
    return Settled(_fresh("settled"), over, when)


def at(over, step, expression):
    """The value of `expression` at a step, as a definition with a symbol of its own."""
    return At(_fresh("at"), over, step, expression)
