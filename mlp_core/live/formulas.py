"""Formulas as both evaluators take them: named activations opened, one inside the other in separate stages.

ReLU(ReLU(x) + 1), opened in one piece, asks each case within each case; in stages it stays short.
"""

import sympy as sp

from ..derive import expanded
from ..derive.evaluate import NumberedPrinter
from ..derive.functions import NamedActivation
from .checks import expression as formula


def stages(expressions):
    """Expressions without named activations.

    Parameters
    ----------
    expressions : sequence of Expr

    Returns
    -------
    (list of (Symbol, Expr), list of Expr)
        Values to compute first, in order, and the expressions in terms of them, in their stable forms.
    """
    found = {}

    def opened(expression):
        if not expression.has(NamedActivation):
            return expression
        arguments = [opened(argument) for argument in expression.args]
        if isinstance(expression, NamedActivation) and not arguments[0].is_Atom:
            name = found.setdefault(arguments[0], sp.Dummy("z", real=True))
            return expanded(expression.func(name), stable=True)
        return expanded(expression.func(*arguments), stable=True)

    results = [opened(formula("expressions", expression)) for expression in expressions]
    return [(name, value) for value, name in found.items()], results


class _Printer(NumberedPrinter):
    """A case without a number, as one of 1/ReLU(z) is, gives NaN, and so does 1 to the power of ∞; and a number that is
    not exact in floating point is a float from the start: NumPy knows no larger whole numbers.
    """

    def _print_Rational(self, number):
        if max(abs(number.p), number.q) <= 2**53:
            return super()._print_Rational(number)
        return self._print(sp.sympify(float(number)))  # ∞ for what is too large

    def _print_Integer(self, number):
        return super()._print_Integer(number) if abs(number) <= 2**53 else self._print_Rational(number)

    def _print_Pow(self, power, rational=False):
        text = super()._print_Pow(power, rational)
        if power.exp.is_number or (power.base.is_number and abs(power.base) != 1):
            return text
        base, exponent = self._print(power.base), self._print(power.exp)
        return f"where((absolute({base}) == 1) & ~isfinite({exponent}), nan, {text})"  # where NumPy says 1

    def _print_ComplexInfinity(self, _):
        return self._print_NaN(sp.nan)


def numpy_function(arguments, expressions):
    """A list of expressions as one NumPy function of arrays, in the order of `arguments`; it gives a list."""
    def shared(listed):
        before, listed = stages(listed)
        common, listed = sp.cse(listed, list=False)
        return before + common, listed

    expressions = [formula("expressions", each) for each in expressions]
    printer = _Printer(arguments)
    return sp.lambdify(printer.arguments, expressions, modules="numpy", cse=shared, printer=printer)
