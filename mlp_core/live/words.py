"""Numbers and sentences, written the same way by Python and by the page.

`number` and `Say.text` have twins in `web/live.js`; the browser tests compare the sentences letter by letter.
"""

import math
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import sympy as sp

from .._validate import shown
from .checks import as_expressions, check_text, condition, expression, mapping, several
from .controls import Choice
from .typed import Typed

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value):
    """A number as a reader wants it: at most three significant digits, or the whole number.

    >>> number(41.0), number(0.12345), number(-2.5e-7)
    ('41', '0.123', '−2.5 × 10⁻⁷')
    """
    value = float(value)
    if not math.isfinite(value):
        return "no number"
    size, sign = abs(value), "−" if value < 0 else ""
    if size == int(size) and size < 1e5:
        return f"{sign}{int(size)}"
    if size >= 1e5 or size < 1e-3:
        exact = Decimal(size)
        exponent = exact.adjusted()
        digits = exact.scaleb(-exponent).quantize(Decimal("0.1"), ROUND_HALF_UP)
        if digits >= 10:
            digits, exponent = Decimal("1.0"), exponent + 1
        return f"{sign}{digits} × 10{str(exponent).translate(_SUPERSCRIPTS)}"
    decimals = sum(size < bound for bound in (100, 10, 1, 0.1, 0.01))
    text = f"{Decimal(size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}"
    return sign + (text.rstrip("0").rstrip(".") if decimals else text)


def check_names(texts, values):
    """Raise ValueError if texts name a number that `values` does not hold, or none of them one that it holds."""
    named = set()
    for text in texts:
        here = set(re.findall(r"\{(\w+)\}", text))
        if here - set(values):
            raise ValueError(f"values: no expression for {', '.join(sorted(here - set(values)))} in {text!r}")
        named |= here
    idle = sorted(set(values) - named)
    if idle:
        raise ValueError(f"values: got {', '.join(idle)}, expected only what a text names in braces, such as {{loss}}")


def fill(text, values):
    """The text with each `{name}` replaced by its number, or by its words."""
    def word(found):
        value = values[found[1]]
        return value if isinstance(value, str) else number(value)

    return re.sub(r"\{(\w+)\}", word, text)


def tidy(value):
    """An expression for a sentence, with 0 for what rounding leaves of a 0: below 1e-9 in size.

    Raises
    ------
    TypeError
        If it is no expression.
    """
    value = expression("value", value)
    return sp.Piecewise((0, sp.Abs(value) < sp.Float(1e-9)), (value, True))


@dataclass(frozen=True)
class Unless:
    """For a sentence: the number `expression`, or `words` instead where `condition` holds ("diverged")."""

    expression: sp.Expr
    condition: sp.Basic
    words: str

    def __post_init__(self):
        as_expressions(self, "expression")
        object.__setattr__(self, "condition", condition("condition", self.condition))
        check_text("words", self.words)


def _holds(when, result):
    return when is True or bool(result.scalar(sp.Piecewise((1, when), (0, True))))


@dataclass(frozen=True)
class Say:
    """The sentence under a figure: the first case whose condition holds.

    Attributes
    ----------
    cases : sequence of (condition, str)
        Conditions are SymPy relations between scalars, or True; the last must be True. The text holds `{name}` where
        a number goes.
    values : dict of str to Expr, Unless, Choice, Typed or Say
        The number for each name; for a `Choice` the option that is chosen, for a `Typed` the text, for another `Say`
        what it says.
    """

    cases: tuple
    values: dict = field(default_factory=dict)

    def __post_init__(self):
        cases = [several("cases", case) for case in several("cases", self.cases)]
        for case in cases:
            if len(case) != 2:
                raise ValueError(f"cases: got {shown(case)}, expected pairs of a condition and a text")
        if not cases or cases[-1][0] is not True:
            raise ValueError("cases: the last condition must be True, so that there is always a sentence")
        object.__setattr__(self, "cases", tuple((when if when is True else condition("cases", when), text)
                                                for when, text in cases))
        values = mapping("values", self.values, check_text)
        object.__setattr__(self, "values", {
            name: value if isinstance(value, (Choice, Typed, Say, Unless)) else expression("values", value)
            for name, value in values.items()})
        for _, text in cases:
            check_text("cases", text)
        check_names([text for _, text in cases], self.values)

    def needs(self):
        """The expressions that it is made of, and the `Choice` and `Typed` controls: two lists."""
        expressions, controls = [when for when, _ in self.cases if when is not True], []
        for value in self.values.values():
            if isinstance(value, Say):
                inner = value.needs()
                expressions, controls = expressions + inner[0], controls + inner[1]
            elif isinstance(value, (Choice, Typed)):
                controls.append(value)
            else:
                expressions += [value.expression, value.condition] if isinstance(value, Unless) else [value]
        return expressions, controls

    @staticmethod
    def names(text):
        """The names that stand in braces in a text."""
        return re.findall(r"\{(\w+)\}", text)

    def longest(self):
        """The longest sentence that any case can give, with the longest numbers."""
        longest = {name: value.longest() if isinstance(value, Say) else value.start if isinstance(value, Typed)
                   else max([number(-1.5e-200), *getattr(value, "options", ())], key=len)
                   for name, value in self.values.items()}
        return max((fill(text, longest) for _, text in self.cases), key=len)

    def text(self, result):
        """The sentence for a `program.Result`."""
        for when, text in self.cases:
            if _holds(when, result):
                return fill(text, {name: self._word(name, result) for name in self.names(text)})
        raise AssertionError("the last case always holds")

    def _word(self, name, result):
        value = self.values[name]
        if isinstance(value, Choice):
            return value.shown(result.scalar(value.symbol))
        if isinstance(value, Say):
            return value.text(result)
        if isinstance(value, Typed):
            return result.scalars[value.symbol].text
        if not isinstance(value, Unless):
            return number(result.scalar(value))
        return value.words if _holds(value.condition, result) else number(result.scalar(value.expression))
