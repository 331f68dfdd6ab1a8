"""Each activation function as an expression, with the slope that SymPy derives from it.

Two forms stand side by side. `formula` is the one a person reads; `stable` is equal to it and never overflows, and is
the one that gets evaluated. A test holds the two equal at 50 digits. Chapter 3 derives the slopes.
"""

from dataclasses import dataclass

import sympy as sp

z = sp.Symbol("z", real=True)


@dataclass(frozen=True)
class Activation:
    """One activation function f of a real number z.

    Attributes
    ----------
    name : str
        The name used by `mlp_core.MLP`.
    formula : Expr
        f(z) as it is written by hand.
    stable : Expr
        The same function in a form that does not overflow for any float.
    stable_slope : Expr
        The derivative f'(z), likewise.
    """

    name: str
    formula: sp.Expr
    stable: sp.Expr
    stable_slope: sp.Expr

    @property
    def slope(self):
        """f'(z), derived by SymPy from `formula`."""
        return sp.diff(self.formula, z)


def _with_kink(slope_below):
    """slope_below·z for z ≤ 0 and z above: its derivative at 0 is the slope below, by the book's convention."""
    return sp.Piecewise((slope_below * z, z <= 0), (z, True))


def _sigmoid(argument):
    return sp.exp(sp.Min(argument, 0)) / (1 + sp.exp(-sp.Abs(argument)))


def _entry(name, formula, stable=None, stable_slope=None):
    stable = formula if stable is None else stable
    return Activation(name, formula, stable, sp.diff(formula, z) if stable_slope is None else stable_slope)


ACTIVATIONS = {
    entry.name: entry
    for entry in (
        _entry("identity", z),
        _entry("relu", _with_kink(sp.Integer(0))),
        _entry("leaky_relu", _with_kink(sp.Rational(1, 100))),
        _entry("sigmoid", 1 / (1 + sp.exp(-z)), _sigmoid(z), _sigmoid(z) * _sigmoid(-z)),
        _entry("tanh", sp.tanh(z)),
        _entry("softplus", sp.log(1 + sp.exp(z)), sp.Max(z, 0) + sp.log(1 + sp.exp(-sp.Abs(z))), _sigmoid(z)),
    )
}


def stably(expression, function, entry):
    """Put an activation in for an open function f and its slope f', in the forms that do not overflow.

    Parameters
    ----------
    expression : Expr
        Contains `function` of some symbol, and perhaps its derivative there, as `sympy.diff` leaves them.
    function : UndefinedFunction
        The f that was left open.
    entry : Activation
        What it stands for.
    """
    def derivative(node):
        (argument,) = node.expr.args
        return entry.stable_slope.subs(z, argument)

    without_slopes = expression.replace(
        lambda node: isinstance(node, sp.Derivative) and node.expr.func == function, derivative)
    return without_slopes.replace(function, lambda argument: entry.stable.subs(z, argument))
