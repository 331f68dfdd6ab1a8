"""What a reader moves: sliders, and choices of one thing among several."""

from dataclasses import dataclass

import numpy as np
import sympy as sp

from .._validate import shown
from .checks import check_symbol, check_text, expression, plain, several, whole

SMALLEST_STEP = 1e-6
"""Values are written with up to ten decimals: steps this small are still told apart."""
MOST_STEPS = 1e6
"""From one end of a slider to the other; no screen has as many places."""


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
    play : bool
        With buttons that move it step by step from end to end, as for the epochs of a training.
    """

    symbol: sp.Symbol
    low: float
    high: float
    step: float
    value: float
    label: str
    unit: str = ""
    play: bool = False

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        for name in ("low", "high", "step", "value"):
            object.__setattr__(self, name, plain(name, getattr(self, name)))
        if not self.low < self.high:
            raise ValueError(f"high: got {self.high}, expected more than low = {self.low}")
        width = float(self.high) - float(self.low)
        if width == np.inf:
            raise ValueError(f"high: got {shown(self.high)}, expected a finite distance from low = {shown(self.low)}")
        if not 0 < self.step <= width:
            raise ValueError(f"step: got {self.step}, expected between 0 and {self.high - self.low}")
        if self.step < SMALLEST_STEP or width / MOST_STEPS > self.step:
            raise ValueError(f"step: got {self.step}, expected at least {max(SMALLEST_STEP, width / MOST_STEPS):.1g}; "
                             "choose another unit for a slider as fine as that")
        if not self.low <= self.value <= self.high or not np.isclose(self.value, self.nearest(self.value)):
            raise ValueError(f"value: got {self.value}, expected {self.low} to {self.high} in steps of {self.step}")
        for name in ("label", "unit"):
            check_text(name, getattr(self, name))
        if not self.label.strip():
            raise ValueError("label: got an empty text, expected what the slider sets, in words")
        if self.play and (self.low, self.high, self.step) != tuple(map(int, (self.low, self.high, self.step))):
            raise ValueError("play: expected ends and steps that are whole numbers, "
                             f"got {self.low} to {self.high} in steps of {self.step}")

    @property
    def decimals(self):
        """How many decimals its values need."""
        return max(len(f"{number:.10f}".rstrip("0").split(".")[1]) for number in (self.step, self.low))

    def nearest(self, value):
        """The reachable value closest to `value`."""
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        return round(self.low + steps * self.step, self.decimals) + 0  # −0 becomes 0

    def shown(self, value):
        """The value as a reader sees it: with its unit, or the words of a choice."""
        return f"{value:.{self.decimals}f}".replace("-", "−") + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True)
class Choice:
    """One thing chosen among several by name: a data set, an activation. Its symbol is 0, 1, … in expressions.

    Attributes
    ----------
    symbol : Symbol
    options : sequence of str
        What there is to choose, in a reader's words; at least two.
    value : int
        Which one is chosen at the start.
    label : str
    """

    symbol: sp.Symbol
    options: tuple
    value: int
    label: str

    low, step, unit, decimals, play = 0, 1, "", 0, False

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        object.__setattr__(self, "options", several("options", self.options))
        if not all(isinstance(option, str) and option.strip() for option in self.options) or len(self.options) < 2:
            raise ValueError(f"options: got {self.options!r}, expected at least two texts")
        if len(set(self.options)) < len(self.options):
            raise ValueError(f"options: got {self.options!r}, expected each text once")
        object.__setattr__(self, "value", whole("value", self.value, 0))
        if self.value not in range(len(self.options)):
            raise ValueError(f"value: got {self.value!r}, expected a whole number from 0 to {self.high}")
        check_text("label", self.label)
        if not self.label.strip():
            raise ValueError("label: got an empty text, expected what is chosen, in words")

    @property
    def high(self):
        """The number of the last option."""
        return len(self.options) - 1

    def nearest(self, value):
        """The number of an option closest to `value`."""
        return int(min(max(round(value), 0), self.high))

    def shown(self, value):
        """The option with that number."""
        return self.options[self.nearest(value)]


def chosen(symbol, expressions):
    """The expression with the number that `symbol`, of a `Choice`, stands for."""
    check_symbol("symbol", symbol)
    expressions = [expression("expressions", each) for each in several("expressions", expressions)]
    if not expressions:
        raise ValueError("expressions: got none, expected one for each option")
    pieces = [(each, sp.Eq(symbol, number)) for number, each in enumerate(expressions[:-1])]
    return sp.Piecewise(*pieces, (expressions[-1], True))
