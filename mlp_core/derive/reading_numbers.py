"""The value of an expression at a point, to 60 digits, without SymPy's evalf, which is a hundred times slower here."""

from functools import cache

import mpmath
import sympy as sp

from .reading_unknown import Unknown

DIGITS = 60
_RELATIONS = {sp.Lt: lambda a, b: a < b, sp.Le: lambda a, b: a <= b, sp.Gt: lambda a, b: a > b,
              sp.Ge: lambda a, b: a >= b, sp.Eq: lambda a, b: a == b, sp.Ne: lambda a, b: a != b}
_NAMES = {"Abs": "fabs", "atan": "atan", "atan2": "atan2", "log": "log", "exp": "exp"}


class NoNumber(ValueError):
    """The expression has no finite value at this point."""


def value_at(expression, point):
    """A number of mpmath, real or complex.

    Parameters
    ----------
    expression : Expr
    point : dict of Symbol to Rational
        One for each free symbol.

    Raises
    ------
    NoNumber
        At a pole, a gap between the cases of a `Piecewise`, or a function that has no numbers.
    """
    with mpmath.workdps(DIGITS):
        try:
            return +_Values(point).of(expression)
        except (ZeroDivisionError, OverflowError, TypeError) as problem:
            raise NoNumber(f"{expression}: {problem}") from None


class _Values:
    def __init__(self, point):
        self.known = {symbol: self.rational(number) for symbol, number in point.items()}

    @staticmethod
    def rational(number):
        return mpmath.mpf(number.p) / number.q

    def of(self, node):
        if node not in self.known:
            self.known[node] = self.fresh(node)
        return self.known[node]

    def fresh(self, node):
        if node.is_Rational:
            return self.rational(node)
        if node.is_Add:
            return mpmath.fsum(map(self.of, node.args))
        if node.is_Mul:
            return mpmath.fprod(map(self.of, node.args))
        if node.is_Pow:
            base, exponent = node.args
            if exponent.is_Integer:
                return self.of(base) ** int(exponent)
            return mpmath.power(self.of(base), self.of(exponent))
        if isinstance(node, Unknown):
            return mpmath.fsum(self.of_unknown(node))
        if isinstance(node, sp.Piecewise):
            for value, condition in node.args:
                if self.holds(condition):
                    return self.of(value)
            raise NoNumber("no case holds")
        if isinstance(node, (sp.Max, sp.Min)):
            values = [self.of(argument) for argument in node.args]
            return max(values) if isinstance(node, sp.Max) else min(values)
        if node in (sp.E, sp.pi):
            return +(mpmath.e if node is sp.E else mpmath.pi)
        name = type(node).__name__
        function = getattr(mpmath, _NAMES.get(name, name), None) if isinstance(node, sp.Function) else None
        if function is None:
            raise NoNumber(f"{name} has no numbers")
        return function(*map(self.of, node.args))

    def of_unknown(self, node):
        arguments = [self.of(argument) for argument in node.args]
        for weight, slopes in _exponentials(type(node)):
            yield weight * mpmath.exp(mpmath.fdot(slopes, arguments))

    def holds(self, condition):
        if condition in (sp.true, sp.false):
            return condition == sp.true
        if isinstance(condition, sp.And):
            return all(map(self.holds, condition.args))
        if isinstance(condition, sp.Or):
            return any(map(self.holds, condition.args))
        return _RELATIONS[type(condition)](*map(self.of, condition.args))


@cache
def _exponentials(function):
    """(weight, slopes) of an unknown function, or of a derivative of one, in mpmath's numbers."""
    with mpmath.workdps(DIGITS):
        found = []
        for weight, slopes in function.terms():
            for slope, order in zip(slopes, function.orders):
                weight *= slope**order
            found.append((_Values.rational(weight), [_Values.rational(slope) for slope in slopes]))
        return found
