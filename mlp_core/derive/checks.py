"""What may stand for a formula: SymPy's expressions, conditions and numbers. Never a text, which SymPy would run."""

from collections.abc import Iterable
from numbers import Real

import numpy as np
import sympy as sp
from sympy.logic.boolalg import Boolean

from .._validate import shown


def expression(name, value):
    """A SymPy expression or condition, or a number as one; TypeError for anything else. A text is no expression: SymPy
    would run it as code.
    """
    if isinstance(value, (sp.Expr, Boolean)):
        return value
    if not isinstance(value, (Real, np.bool_)):
        raise TypeError(f"{name}: got {shown(value)}, expected a SymPy expression or a number")
    return sp.sympify(bool(value) if isinstance(value, np.bool_) else value)


def expression_or_matrix(name, value):
    """As `expression`; a matrix is let through, too."""
    return value if isinstance(value, sp.MatrixBase) else expression(name, value)


def expression_or_part(name, value):
    """As `expression`; what is only part of one, such as one case of a `Piecewise`, is let through, too."""
    return value if isinstance(value, sp.Basic) else expression(name, value)


def symbols(name, values):
    """A list or tuple of different SymPy symbols as a tuple; TypeError or ValueError for anything else."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{name}: got {shown(values)}, expected a list of SymPy symbols")
    values = tuple(values)
    for value in values:
        if not isinstance(value, sp.Symbol):
            raise TypeError(f"{name}: got {shown(value)} among them, expected only SymPy symbols")
    if len(set(values)) < len(values):
        raise ValueError(f"{name}: got {', '.join(map(str, values))}, expected each symbol once")
    return values
