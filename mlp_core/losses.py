"""Losses: their value, and their gradient by the last layer's weighted sums Z.

`PAIRS[output, loss]` holds what goes together. Targets T are an (n, k) array of numbers; `targets` makes them
from labels. A loss is the mean over examples of the sum over outputs, and this is the only room that divides
by n: the 1/n in the gradient below travels back through every layer. Chapter 5 derives each line.

The formulas here take Z, A, ln A and T of shape (n, k), n ≥ 1, as a network hands them on, and check nothing: bad
input is refused by `targets` and by `MLP`. Values are floats; gradients are (n, k), in `out` if it is given.
"""

from typing import NamedTuple

import numpy as np

from . import _validate


def cross_entropy(log_A, T):
    """Mean over examples of −Σ t ln a, from the logarithms that `softmax` writes beside A: those of A itself would be
    infinite where a has underflown to 0.
    """
    return -float((T * log_A).sum()) / len(T)


def binary_cross_entropy(Z, T):
    """Mean over examples of Σ −t ln σ(z) − (1 − t) ln(1 − σ(z)), from the logits: softplus(z) − t z."""
    return float((np.maximum(Z, 0) - T * Z + np.log1p(np.exp(-np.abs(Z)))).sum(axis=1).mean())


def mse(A, T):
    """Mean over examples of Σ (a − t)², a sum over the outputs, without a ½."""
    return float(np.square(A - T).sum(axis=1).mean())


def output_minus_target(Z, A, T, out=None):
    """dZ = (A − T) / n, for softmax with cross-entropy and for sigmoid with binary cross-entropy alike."""
    dZ = np.subtract(A, T, out=out)
    dZ /= len(T)
    return dZ


def mse_linear(Z, A, T, out=None):
    """dZ = 2 (A − T) / n."""
    dZ = np.subtract(A, T, out=out)
    dZ *= 2 / len(T)
    return dZ


def mse_sigmoid(Z, A, T, out=None):
    """dZ = dA ∘ A ∘ (1 − A), with dA = 2 (A − T) / n."""
    dZ = mse_linear(Z, A, T, out)
    dZ *= A * (1 - A)
    return dZ


def mse_softmax(Z, A, T, out=None):
    """dz_j = a_j (da_j − Σ_k a_k da_k), with dA = 2 (A − T) / n: every output depends on every z."""
    dZ = mse_linear(Z, A, T, out)
    dZ -= (A * dZ).sum(axis=1, keepdims=True)
    dZ *= A
    return dZ


class Loss(NamedTuple):
    """What belongs to one pairing of output and loss.

    Attributes
    ----------
    value : callable
        `value(array, T)` is the loss, a float, for an array and T of shape (n, k).
    of : {"log_output", "logits", "output"}
        Which array of a `Trace` the value is taken of: ln A, Z or A.
    gradient : callable
        `gradient(Z, A, T, out=None)` is ∂L/∂Z, of shape (n, k).
    """

    value: object
    of: str
    gradient: object


PAIRS = {
    ("softmax", "cross_entropy"): Loss(cross_entropy, "log_output", output_minus_target),
    ("softmax", "mse"): Loss(mse, "output", mse_softmax),
    ("sigmoid", "binary_cross_entropy"): Loss(binary_cross_entropy, "logits", output_minus_target),
    ("sigmoid", "mse"): Loss(mse, "output", mse_sigmoid),
    ("linear", "mse"): Loss(mse, "output", mse_linear),
}

LOSSES = tuple(dict.fromkeys(loss for _, loss in PAIRS))


def choose(output, loss=None):
    """The name of the loss for an output: the one asked for if the two go together, else the output's own.

    Raises
    ------
    ValueError
        For an unknown loss, or one that does not go with this output.
    """
    fitting = [fits for after, fits in PAIRS if after == output]
    if loss is None:
        return fitting[0]
    _validate.choice("loss", loss, LOSSES)
    if loss not in fitting:
        expected = " or ".join(map(repr, fitting))
        raise ValueError(f"loss: expected {expected} with output {output!r}, got {loss!r}")
    return loss


def one_hot(labels, k, dtype=np.float64):
    """(n, k) rows of zeros with a one in each example's column, from labels (n,) in 0 … k − 1."""
    rows = np.zeros((len(labels), k), dtype)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def targets(Y, n, k, output, loss, dtype=np.float64, name="Y"):
    """What was wanted, as numbers (n, k): `labels_or_targets`, with labels turned into one-hot rows."""
    Y = labels_or_targets(Y, n, k, output, loss, dtype, name)
    return one_hot(Y, k, dtype) if Y.ndim == 1 else Y


def labels_or_targets(Y, n, k, output, loss, dtype=np.float64, name="Y"):
    """What was wanted, checked.

    Parameters
    ----------
    Y : array
        After softmax: labels (n,) in 0 … k − 1, or one-hot (n, k). After sigmoid with binary cross-entropy:
        zeros and ones (n, k), or (n,) where k = 1. With mse otherwise: finite numbers (n, k), or (n,) where k
        = 1.
    n, k : int
        How many examples and outputs there are.
    output, loss : str
        A pairing from `PAIRS`.

    Returns
    -------
    array
        Labels as whole numbers (n,), or an (n, k) array of `dtype`.

    Raises
    ------
    TypeError, ValueError
        Naming `name`, what came and what was expected.
    """
    array = _validate.real_array(name, Y)
    if output == "softmax" and array.ndim == 1:
        return _labels(array, n, k, name)
    if array.ndim == 1 and k == 1:
        array = array[:, None]
    if array.shape != (n, k):
        shapes = f"({n}, {k})" + (f" or ({n},)" if output == "softmax" or k == 1 else "")
        raise ValueError(f"{name}: expected shape {shapes}, got {array.shape}")
    converted = _validate.finite(name, array, dtype)
    # Looked at as they came: float32 would round 1e-60 to 0.
    if output == "softmax":
        wrong = ((array != 0) & (array != 1)).any(axis=1) | (array.sum(axis=1) != 1)
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ValueError(f"{name}: expected labels ({n},) or one-hot rows, one 1 and else 0, got "
                             f"{_validate.shown(array[at].tolist())} in row {at}")
    if loss == "binary_cross_entropy" and not ((array == 0) | (array == 1)).all():
        where = tuple(int(i) for i in np.argwhere((array != 0) & (array != 1))[0])
        raise ValueError(f"{name}: expected labels 0 or 1, got {array[where]} at index {where}")
    return converted


def _labels(array, n, k, name):
    """`array` as whole numbers (n,) in 0 … k − 1, or an error that names the first that is not."""
    if array.shape != (n,):
        raise ValueError(f"{name}: expected shape ({n},) or ({n}, {k}), got {array.shape}")
    _validate.finite(name, array, array.dtype)
    wrong = (array < 0) | (array > k - 1) | (array != np.floor(array))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ValueError(f"{name}: expected whole labels from 0 to {k - 1}, got {array[at]} at index {at}")
    return array.astype(np.intp)
