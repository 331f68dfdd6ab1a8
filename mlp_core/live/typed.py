"""Functions that a reader types into a live figure, `x^2 + 1`: the control, and its place in formulas.

`Value` and `Slope` stand in a figure's formulas for the typed function and its slope. What they come to is computed in
`reading`, and on a page in `web/live-typed.js`.
"""

import re
from dataclasses import dataclass

import sympy as sp

from ..derive.typed import Mistyped
from .checks import check_symbol, check_text, several
from .checks import expression as formula
from .reading import LONGEST, Reading, read
from .tables import total

__all__ = ["LONGEST", "Finite", "Reading", "Slope", "Typed", "Value", "defined", "gaps"]


class _Applied(sp.Function):
    """A method of a typed function's `Reading`, called: the arguments are the control's symbol and a number."""

    nargs = 2
    _part = None

    def _eval_is_extended_real(self):
        return True

    def _numpycode(self, printer):
        return f"{printer._print(self.args[0])}.{self._part}({printer._print(self.args[1])})"

    _javascript = _numpycode

    def _sympystr(self, printer):
        return f"{self.args[0]}{'′' * (self._part == 'slope')}({printer._print(self.args[1])})"

    def _latex(self, printer, exp=None):
        dash = "'" * (self._part == "slope")
        text = rf"{printer._print(self.args[0])}{dash}\left({printer._print(self.args[1])}\right)"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class Slope(_Applied):
    """The slope of a typed function."""

    _part = "slope"

    def fdiff(self, argindex=1):
        raise NotImplementedError(f"the second derivative of the typed function {self.args[0]} is not known")


class Value(_Applied):
    """A typed function. Its derivative is a `Slope`."""

    _part = "value"

    def fdiff(self, argindex=1):
        return Slope(*self.args)


class Finite(sp.Function):
    """1 if each argument is a finite number, else 0. (SymPy takes no comparison for what NaN makes of it.)"""

    is_extended_real = True

    def _numpycode(self, printer):
        finite = printer._module_format("numpy.isfinite")
        return "*".join(f"{finite}({printer._print(part)})" for part in self.args) + "*1"

    def _javascript(self, printer):
        return "(" + " && ".join(f"Number.isFinite({printer._print(part)})" for part in self.args) + " ? 1 : 0)"


def defined(*expressions):
    """A condition: each expression has a finite number."""
    return sp.Eq(Finite(*(formula("expressions", each) for each in expressions)), 1)


def gaps(over, expression):
    """At how many points of `over` the expression has no finite number, as a definition with a symbol of its own."""
    return total(over, 1 - Finite(formula("expression", expression)))


@dataclass(frozen=True)
class Typed:
    """A function of one number that the reader types. Called, it stands for the function in a formula: `f(x**2)`.

    `sp.diff` gives its slope, so it may go into a descent. Where a typed formula has no number or no slope, both
    evaluators say NaN: lines have gaps there, and `defined(f(x))` is false.

    Attributes
    ----------
    symbol : Symbol
        The function's name; its value in a state is the text.
    of : str
        The letter that the reader uses for the number.
    start : str
        The formula at the start, at most 60 characters long.
    label : str
        Says what it is, in words: "your loss L(w)".
    suggestions : sequence of str
        Other formulas, each on a button.
    """

    symbol: sp.Symbol
    of: str
    start: str
    label: str
    suggestions: tuple = ()

    unit, play = "", False

    def __post_init__(self):
        check_symbol("symbol", self.symbol)
        if not isinstance(self.of, str) or not re.fullmatch("[A-Za-zΑ-Ωα-ω]", self.of) or self.of in "eπ":
            raise ValueError(f"of: got {self.of!r}, expected a letter other than e and π")
        object.__setattr__(self, "suggestions", several("suggestions", self.suggestions))
        for name, text in (("start", self.start), *(("suggestions", text) for text in self.suggestions)):
            check_text(name, text)
            self.reading(text, name)
        check_text("label", self.label)
        if not self.label.strip():
            raise ValueError("label: got an empty text, expected what is typed, in words")

    @property
    def value(self):
        """The text at the start."""
        return self.start

    def __call__(self, argument):
        return Value(self.symbol, formula("argument", argument))

    def reading(self, text, name="values"):
        """The function that a text stands for, as a `Reading`.

        Raises
        ------
        ValueError
            If the text cannot be read; `name` is what it is called there.
        """
        check_text(name, text)
        try:
            return read(text.strip(), self.of)
        except Mistyped as trouble:
            expected = f"expected a formula in {self.of}"
            raise ValueError(f"{name}: got {text!r} for {self.symbol}, {expected}. {trouble}") from None
