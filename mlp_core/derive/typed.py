"""Formulas as a reader types them, `x^2 exp(-3x)`, to SymPy and back. The page reads the same ones: `web/formula.js`.

`parse_typed` makes a tree, `read_typed` an expression, `write_typed` a text that reads as the expression. The
grammar: + − * · / ^ ** and powers such as ²; numbers with a decimal point or comma; implicit multiplication, `2x` and
`3(x + 1)`; the functions of `FUNCTIONS`; e and pi; letters that the caller allows, Greek ones spelled out or not. What
can be read in two ways is refused. Nothing typed is ever run as code.
"""

import math
import operator
from decimal import Decimal

import numpy as np
import sympy as sp

from .activations import Activation
from .activations import z as _z
from .functions import LeakyReLU, NamedActivation, NamedSlope, ReLU, Sigmoid, Softplus, in_own_terms
from .typed_grammar import Parser
from .typed_tokens import Mistyped, cut

__all__ = ["FUNCTIONS", "Mistyped", "built", "parse_typed", "read_typed", "write_typed"]


class Step(NamedActivation):
    """1 for z > 0, else 0; its slope is 0."""

    entry = Activation("step", sp.Piecewise((0, _z <= 0), (1, True)), sp.Piecewise((0, _z <= 0), (1, True)),
                       sp.Integer(0))
    tex = r"\operatorname{step}"

    def fdiff(self, argindex=1):
        return sp.Integer(0)


class Sign(Step):
    """−1, 0 or 1; its slope is 0."""

    entry = Activation("sign", sp.sign(_z), sp.sign(_z), sp.Integer(0))
    tex = r"\operatorname{sign}"


class Absolute(NamedActivation):
    """|z|; its slope at 0 is 0."""

    entry = Activation("abs", sp.Abs(_z), sp.Abs(_z), sp.sign(_z))
    tex = r"\operatorname{abs}"
    slope = Sign


#: What may be typed before parentheses, by the name that stands in a tree.
FUNCTIONS = {"exp": sp.exp, "ln": sp.log, "sqrt": sp.sqrt, "sin": sp.sin, "cos": sp.cos, "tanh": sp.tanh,
             "sigmoid": Sigmoid, "relu": ReLU, "leaky_relu": LeakyReLU, "softplus": Softplus, "step": Step,
             "abs": Absolute, "sign": Sign}
_HUGE = 4096  # bits: exact powers beyond are left standing


def parse_typed(text, names, longest=200):
    """The tree of a typed formula.

    Parameters
    ----------
    text : str
    names : sequence of str
        The letters that may be used, such as "x", "w1", "y_hat", "η".
    longest : int
        How many characters it may have.

    Returns
    -------
    tuple
        ("number", Rational or E or pi), ("name", one of `names`), ("neg", tree), (sign, tree, tree) with one of
        + - * / ^, or ("call", key of `FUNCTIONS`, tree).

    Raises
    ------
    Mistyped
        (a ValueError) with a sentence for the reader, and the place as `.at`.
    TypeError
        If `text` is no string.
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected a string, got {type(text).__name__}")
    if len(text) > longest:
        raise Mistyped(f"This is too long for me: {longest} characters are the most.", longest)
    return Parser(cut(text, list(names)), len(text)).whole()


def read_typed(text, symbols, longest=200):
    """The expression of a typed formula.

    Parameters
    ----------
    text : str
    symbols : dict of str to Symbol, or sequence of Symbol
        What the letters stand for.
    longest : int
        How many characters it may have.

    Returns
    -------
    Expr
        With ReLU, σ and the like closed; `derive.expanded` opens them.

    Raises
    ------
    Mistyped
        As `parse_typed`.
    """
    symbols = symbols if isinstance(symbols, dict) else {str(symbol): symbol for symbol in symbols}
    return built(parse_typed(text, symbols, longest), symbols)


def built(tree, symbols):
    """The expression of a tree of `parse_typed`, where `symbols` says what the letters stand for."""
    kind, *parts = tree
    if kind == "number":
        return parts[0]
    if kind == "name":
        return symbols[parts[0]]
    if kind == "call":
        return FUNCTIONS[parts[0]](built(parts[1], symbols))
    first, *second = (built(part, symbols) for part in parts)
    if kind == "neg":
        return -first
    return {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": power}[kind](
        first, *second)


class HugePower(sp.Function):
    """A power of numbers, such as 9^9^9, that is left standing for good: SymPy would multiply out an unevaluated `Pow`
    as soon as anything is done with it. As a number it is the float that it is on a page, ∞ if that overflows.
    """

    nargs = 2

    def _eval_evalf(self, prec):
        with np.errstate(all="ignore"):
            return sp.sympify(float(np.power(*(np.float64(_as_float(number)) for number in self.args))))

    def _numpycode(self, printer):
        return printer._print(self._eval_evalf(53))

    def _latex(self, printer, exp=None):
        text = "{{{}}}^{{{}}}".format(*map(printer._print, self.args))
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


def _as_float(number):
    try:
        return float(number)
    except TypeError:  # it is not real
        return math.nan


def power(base, exponent):
    """base^exponent; a power of numbers that has too many digits to be multiplied out is left standing."""
    if base.is_Rational and exponent.is_Rational:
        bits = max(abs(base.p).bit_length(), base.q.bit_length())
        if bits * abs(exponent) > _HUGE:
            return HugePower(base, exponent)
        if exponent.q > 64:
            return sp.Pow(base, exponent, evaluate=False)
    if base.is_number and exponent.is_number and (base.has(HugePower) or exponent.has(HugePower)):
        return HugePower(base, exponent)
    return sp.Pow(base, exponent)


_NAMES = {function: name for name, function in FUNCTIONS.items() if name != "sqrt"}


class _Writer(sp.printing.str.StrPrinter):
    def _print_Function(self, node):
        if isinstance(node, NamedSlope) and isinstance(node, (ReLU.slope, LeakyReLU.slope)):
            step = f"step({self._print(node.args[0])})"
            return step if isinstance(node, ReLU.slope) else f"(0.01 + 0.99*{step})"
        if type(node) not in _NAMES:
            raise TypeError(f"expression: got {node.func} in it, which cannot be typed")
        return f"{_NAMES[type(node)]}({self._print(node.args[0])})"

    _print_exp = _print_log = _print_Function

    def _print_HugePower(self, node):
        return "({})^({})".format(*map(self._print, node.args))

    def _print_Exp1(self, node):
        return "e"

    def _print_Float(self, number):
        return format(Decimal(repr(float(number))), "f")

    def _print_Abs(self, node):
        return f"abs({self._print(node.args[0])})"

    def _print_sign(self, node):
        return f"sign({self._print(node.args[0])})"

    def _print_Pow(self, node, rational=False):
        return super()._print_Pow(node, rational).replace("**", "^")

    def _print_Mul(self, node):
        return super()._print_Mul(node).replace("**", "^")

    def emptyPrinter(self, node):
        raise TypeError(f"expression: got {type(node).__name__} in it, which cannot be typed")

    _print_Piecewise = _print_Derivative = _print_Relational = _print_ImaginaryUnit = _print_Infinity = emptyPrinter
    _print_ComplexInfinity = _print_NaN = _print_NegativeInfinity = _print_Sum = _print_Subs = emptyPrinter


def write_typed(expression):
    """A text that `parse_typed` reads as the expression; slopes such as σ′ are written by their functions.

    Raises
    ------
    TypeError
        If there is something in it that cannot be typed.
    """
    return _Writer().doprint(in_own_terms(expression))
