"""The loss of one example as an expression in its logits z_1 … z_k and targets y_1 … y_k, and its gradient.

The output activation belongs to it: cross-entropy is differentiated together with the softmax that it follows, so
that "output minus target" comes out of the derivation and is not put in. Chapter 5 derives these.
"""

from dataclasses import dataclass
from functools import cache

import sympy as sp

from .activations import ACTIVATIONS, stably
from .activations import z as _z
from .notation import latex

_y = sp.Symbol("y", real=True)
_f = sp.Function("f")


@dataclass(frozen=True)
class OutputLoss:
    """The loss of one example at the end of a network.

    Attributes
    ----------
    logits, targets : tuple of Symbol
        z_1 … z_k, the last layer's weighted sums, and y_1 … y_k, what was wanted.
    formula : Expr
        The loss in these symbols, as it is read.
    gradient : tuple of Expr
        ∂loss/∂z_j for every j, derived by SymPy, in a form that does not overflow (for softmax: at logits that are
        at most 0; see `shift`).
    shift : bool
        True where the loss stays the same when one number is taken from every logit, as it does for softmax. The
        gradient is then evaluated at the logits less the largest of them.
    """

    logits: tuple
    targets: tuple
    formula: sp.Expr
    gradient: tuple
    shift: bool

    def _repr_latex_(self):
        return f"$$\n{latex(self.formula)}\n$$"


def _softmax_loss(loss, logits, targets):
    total = sum(sp.exp(logit) for logit in logits)
    if loss == "mse":
        formula = sum((sp.exp(logit) / total - y) ** 2 for logit, y in zip(logits, targets))
        return formula, formula
    formula = -sum(y * sp.log(sp.exp(logit) / total) for logit, y in zip(logits, targets))
    return formula, sp.expand_log(formula, force=True)


def _separate_loss(output, loss):
    """One output's share of the loss: as it is read, and the same with f for the activation left open."""
    entry = ACTIVATIONS["identity" if output == "linear" else output]
    if loss == "mse":
        return (entry.formula - _y) ** 2, (_f(_z) - _y) ** 2, entry
    probability = entry.formula
    formula = -_y * sp.log(probability) - (1 - _y) * sp.log(1 - probability)
    return formula, _f(_z) - _y * _z, ACTIVATIONS["softplus"]


_FORMULAS = {("softmax", "cross_entropy"), ("softmax", "mse"), ("sigmoid", "binary_cross_entropy"),
             ("sigmoid", "mse"), ("linear", "mse")}


@cache
def output_loss(output, loss, outputs):
    """The loss of one example, for a pairing of output activation and loss.

    Parameters
    ----------
    output : {"softmax", "sigmoid", "linear"}
    loss : {"cross_entropy", "binary_cross_entropy", "mse"}
    outputs : int
        How many outputs the network has, at least 1.

    Returns
    -------
    OutputLoss

    Raises
    ------
    ValueError
        For a pairing that the book refuses, or fewer than one output.
    """
    if (output, loss) not in _FORMULAS:
        allowed = ", ".join(f"{after} with {before}" for before, after in sorted(_FORMULAS))
        raise ValueError(f"loss: got {loss!r} with output {output!r}, expected one of: {allowed}")
    if outputs < 1:
        raise ValueError(f"outputs: got {outputs}, expected at least 1")
    logits = sp.symbols(f"z_1:{outputs + 1}", real=True)
    targets = sp.symbols(f"y_1:{outputs + 1}", real=True)
    if output == "softmax":
        formula, expanded = _softmax_loss(loss, logits, targets)
        return OutputLoss(logits, targets, formula, tuple(sp.diff(expanded, logit) for logit in logits), shift=True)
    read, open_form, entry = _separate_loss(output, loss)
    slope = stably(open_form.diff(_z), _f, entry)
    pairs = list(zip(logits, targets))
    return OutputLoss(logits, targets, sum(read.subs({_z: logit, _y: y}) for logit, y in pairs),
                      tuple(slope.subs({_z: logit, _y: y}) for logit, y in pairs), shift=False)
