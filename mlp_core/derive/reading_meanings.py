"""What letters stand for, and the functions that need no introduction. See `reading`."""

from dataclasses import dataclass, field

import sympy as sp

from .activations import ACTIVATIONS
from .activations import z as _z

Matrix = sp.ImmutableDenseMatrix
_ACTIVATIONS = {name: sp.Lambda(_z, ACTIVATIONS[entry].formula) for name, entry in {
    "\\sigma": "sigmoid", "\\tanh": "tanh", "\\operatorname{relu}": "relu", "\\operatorname{ReLU}": "relu",
    "\\operatorname{softplus}": "softplus", "\\operatorname{sigmoid}": "sigmoid", "\\operatorname{tanh}": "tanh",
    "\\operatorname{leaky}": "leaky_relu", "\\operatorname{LReLU}": "leaky_relu",
    "\\operatorname{leakyReLU}": "leaky_relu"}.items()}
FUNCTIONS = {**_ACTIVATIONS, "\\sin": sp.sin, "\\cos": sp.cos, "\\tan": sp.tan, "\\exp": sp.exp, "\\ln": sp.log,
             "\\log": sp.log, "\\sinh": sp.sinh, "\\cosh": sp.cosh, "\\arctan": sp.atan,
             "\\max": sp.Max, "\\min": sp.Min, "\\operatorname{sign}": sp.sign}


class NoMeaning(ValueError):
    """A letter, or a way of writing, of which nobody has said what it stands for here."""


class Misfit(ValueError):
    """Things that cannot be put together, such as matrices whose shapes do not fit."""


@dataclass
class Meanings:
    """What the letters of some formulas stand for.

    Attributes
    ----------
    values : dict of str to object
        By LaTeX name: a number, expression, matrix, `Lambda`, SymPy function, or a dict by layer or number.
    nodes : dict of Symbol to Expr
        Named values on the way, each in terms of inputs and other nodes. ∂L/∂z holds z's own inputs still if z is one.
    ranges : dict of str to range
        Letters that count, with the numbers they run through.
    vectors : set of str
        Names with one subscript, although they are stored as a row or a column.
    loss : str or None
        The name whose gradient `dW` means; None where `df` is a total differential.
    gradient_by : str or None
        The name by which ∇ differentiates where the function has no arguments of its own.
    entrywise : bool
        True where powers and quotients of matrices mean those of their entries.
    rule : UpdateRule or None
        What ← must agree with.
    small : tuple of Symbol
        Quantities for which ≈ means: equal up to terms of second order in them.
    """

    values: dict = field(default_factory=dict)
    nodes: dict = field(default_factory=dict)
    ranges: dict = field(default_factory=dict)
    vectors: set = field(default_factory=set)
    loss: str | None = None
    gradient_by: str | None = None
    entrywise: bool = False
    rule: object = None
    small: tuple = ()

    def functions(self):
        """The names that take arguments, for the grammar."""
        return {name for name, value in {**FUNCTIONS, **self.values}.items() if is_function(value)}

    def ground(self, expression, held=()):
        """With every node written out, except those that are held."""
        names = {name: value for name, value in self.nodes.items() if name not in held}
        while expression.free_symbols & names.keys():
            expression = expression.xreplace(names)
        return expression


def is_function(value):
    """True for what can be called in `f(x)`."""
    if isinstance(value, dict):
        return any(is_function(one) for one in value.values())
    return isinstance(value, (sp.Lambda, sp.core.function.FunctionClass, Operation))


class Operation:
    """A function of matrices, such as softmax row by row."""

    def __init__(self, apply):
        self.apply = apply


def _softmax(matrix):
    rows, columns = matrix.shape
    total = [sum(sp.exp(matrix[i, j]) for j in range(columns)) for i in range(rows)]
    return Matrix(rows, columns, lambda i, j: sp.exp(matrix[i, j]) / total[i])


def _diagonal(value):
    return Matrix(sp.diag(*value))


FUNCTIONS["\\operatorname{softmax}"] = Operation(_softmax)
FUNCTIONS["\\operatorname{diag}"] = Operation(_diagonal)


def is_matrix(value):
    """Whether a value is a matrix of SymPy's."""
    return isinstance(value, sp.MatrixBase)
