"""Answers that are formulas: a SymPy expression, or a string of LaTeX."""

import numpy as np
import sympy as sp

from ..derive import expanded, numpy_function
from ..derive.reading import read_latex
from .values import Unusable


def is_formula(answer):
    """Whether an answer is a formula: LaTeX, or an expression or matrix of SymPy's."""
    return isinstance(answer, (str, sp.Basic, sp.MatrixBase))


def function(task, answer):
    """A reader's formula as a function of the task's arguments.

    Raises
    ------
    Unusable
        If the task takes no formulas, or this one cannot be read or computed, or has letters that mean nothing here.
    """
    if task.expression is None:
        raise Unusable("This exercise wants a function or an array, not a formula.")
    if isinstance(answer, str):
        try:
            answer = read_latex(answer)
        except (TypeError, ValueError) as trouble:
            raise Unusable(f"Your formula cannot be read: {trouble}") from None
        except RecursionError:
            raise Unusable("Your formula cannot be read: there are too many brackets within brackets.") from None
    if not isinstance(answer, (sp.Expr, sp.MatrixBase)):
        raise Unusable(f"Your formula is no expression: {answer}. Give the right-hand side alone.")
    known = {str(symbol): symbol for symbol in task.symbols}
    strange = sorted(str(one) for one in answer.free_symbols if str(one) not in known)
    if strange:
        raise Unusable(f"Your formula has {', '.join(strange)} in it; it may use {', '.join(known)}.")
    try:
        mine = answer.xreplace({one: known[str(one)] for one in answer.free_symbols})
        entries = list(mine) if isinstance(mine, sp.MatrixBase) else [mine]
        evaluate = numpy_function(task.symbols, [expanded(one, stable=True) for one in entries])
    except Exception as trouble:  # SymPy's formulas may hold what no number comes of
        raise Unusable(f"Your formula cannot be computed: {type(trouble).__name__}.") from None

    def formula(*values):
        shape = np.broadcast_shapes(*map(np.shape, values))
        found = [np.broadcast_to(one, shape) for one in evaluate(*values)]
        return found[0] if len(found) == 1 else np.stack(found, axis=-1)

    return formula
