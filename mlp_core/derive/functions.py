"""Activations that keep their names: σ(z), ReLU(z) … and their slopes σ′(z), ReLU′(z), through every derivation.

`ACTIVATIONS` writes each activation out, which is what gets evaluated; a page of derivations reads better when a
`Piecewise` stays hidden behind its name. `expanded` opens the names again. Chapter 3 derives the slopes.
"""

import sympy as sp

from .activations import ACTIVATIONS
from .activations import z as _z
from .checks import expression as _expression
from .checks import expression_or_part


class NamedActivation(sp.Function):
    """An activation f of one real number, left closed; its derivative is the `NamedSlope` f′.

    Subclasses are in `NAMED`; apply one to an expression, as `ReLU(z)`. Exact numbers evaluate to exact numbers where
    there is one: `ReLU(-3)` is 0.
    """

    nargs = 1
    entry = None
    tex = None
    slope = None

    @classmethod
    def eval(cls, argument):
        if argument.is_Rational:
            value = cls.entry.formula.subs(_z, argument)
            if value.is_Rational:
                return value
        return None

    def fdiff(self, argindex=1):
        return self.slope(self.args[0])

    def _eval_is_extended_real(self):
        return self.args[0].is_extended_real

    def _eval_evalf(self, prec):
        return self.opened()._eval_evalf(prec)

    def opened(self, stable=False):
        """The formula behind the name; with `stable`, in the form that does not overflow."""
        return (self.entry.stable if stable else self.entry.formula).subs(_z, self.args[0])

    def in_own_terms(self):
        """The same by the function's own value, where that is shorter; here nothing is."""
        return self

    def _eval_rewrite_as_Piecewise(self, argument, **_):
        return self.opened()

    _eval_rewrite_as_exp = _eval_rewrite_as_Piecewise


class NamedSlope(NamedActivation):
    """The slope f′ of a named activation, left closed; 0′s convention is the book's, ReLU′(0) = 0.

    Its own derivative f″ is taken from the formula; a kink has none there, and counts as 0.
    """

    of = None
    rule = None

    @classmethod
    def eval(cls, argument):
        if argument.is_Rational:
            value = cls.entry.slope.subs(_z, argument)
            if value.is_Rational:
                return value
        return None

    def fdiff(self, argindex=1):
        return sp.diff(self.rule(_z), _z).subs(_z, self.args[0])

    def opened(self, stable=False):
        return (self.entry.stable_slope if stable else self.entry.slope).subs(_z, self.args[0])

    def in_own_terms(self):
        """σ′(z) as σ(z)(1 − σ(z)), tanh′(z) as 1 − tanh²(z), softplus′(z) as σ(z); a slope with a kink as it is."""
        return self if self.entry.name in _KINKED else type(self).rule(self.args[0])


_KINKED = ("relu", "leaky_relu")
_TEX = {"relu": ("ReLU", r"\operatorname{ReLU}"), "leaky_relu": ("LeakyReLU", r"\operatorname{LReLU}"),
        "sigmoid": ("Sigmoid", r"\sigma"), "tanh": ("Tanh", r"\tanh"),
        "softplus": ("Softplus", r"\operatorname{softplus}")}


def _pair(name):
    entry, (identifier, tex) = ACTIVATIONS[name], _TEX[name]
    slope = type(identifier + "Slope", (NamedSlope,), {"entry": entry, "tex": tex + "'", "__module__": __name__})
    function = type(identifier, (NamedActivation,),
                    {"entry": entry, "tex": tex, "slope": slope, "__module__": __name__})
    slope.of = function
    return function


#: The named activations by the names of `mlp_core.MLP`; the identity needs no name and is not among them.
NAMED = {name: _pair(name) for name in _TEX}
ReLU, LeakyReLU, Sigmoid, Tanh, Softplus = (NAMED[name] for name in _TEX)

# Each slope in terms of its function; a test derives them from the formulas.
Sigmoid.slope.rule = staticmethod(lambda s: Sigmoid(s) * (1 - Sigmoid(s)))
Tanh.slope.rule = staticmethod(lambda s: 1 - Tanh(s) ** 2)
Softplus.slope.rule = staticmethod(lambda s: Sigmoid(s))
ReLU.slope.rule = LeakyReLU.slope.rule = staticmethod(lambda s: sp.Integer(0) * s)


def activation(name, argument):
    """f(argument) with f kept as a name.

    Parameters
    ----------
    name : str
        A name from `ACTIVATIONS`; "identity" gives the argument itself.
    argument : Expr

    Raises
    ------
    TypeError
        If the argument is no expression.
    ValueError
        For an unknown name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"name: got {name!r}, expected one of {', '.join(ACTIVATIONS)}")
    argument = _expression("argument", argument)
    return argument if name == "identity" else NAMED[name](argument)


def expanded(expression, stable=False):
    """Named activations and slopes opened into elementary functions, `Piecewise`, `Max` and `Min`.

    Parameters
    ----------
    expression : Expr, Matrix or list of them
    stable : bool
        True for the forms that do not overflow, for evaluating and for live figures; False for those that are read.

    Returns
    -------
    The same kind of object without any named activation.

    Raises
    ------
    TypeError
        If it is none of these.
    """
    if isinstance(expression, (list, tuple)):
        return type(expression)(expanded(one, stable) for one in expression)
    if isinstance(expression, sp.MatrixBase):
        return expression.applyfunc(lambda one: expanded(one, stable))
    return expression_or_part("expression", expression).replace(lambda node: isinstance(node, NamedActivation),
                                                                lambda node: node.opened(stable))


def in_own_terms(expression):
    """Smooth slopes by their function's value: σ′(z) becomes σ(z)(1 − σ(z)). Kinked ones stay."""
    return expression_or_part("expression", expression).replace(lambda node: isinstance(node, NamedSlope),
                                                                lambda node: node.in_own_terms())
