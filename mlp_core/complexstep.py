"""The loss of a network for complex parameters, as the complex step needs it: Im L(θ + ih) / h is the slope.

This is a writing of its own, not `network` run on complex numbers: maximum, abs and logaddexp would lose the
imaginary part. Every formula branches on the real part, where it would branch on a real number, and is
analytic on either side.
"""

import numpy as np


def _sigmoid(z):
    e = np.exp(np.where(z.real > 0, -z, z))
    return np.where(z.real > 0, 1, e) / (1 + e)


def _softplus(z):
    return np.where(z.real > 0, z, 0) + np.log1p(np.exp(np.where(z.real > 0, -z, z)))


def _centred(z):
    """Logits less the one with the largest real part: that changes neither softmax nor its cross-entropy."""
    return z - np.take_along_axis(z, z.real.argmax(axis=1)[:, None], axis=1)


def _softmax(z):
    e = np.exp(_centred(z))
    return e / e.sum(axis=1, keepdims=True)


HIDDEN = {
    "identity": lambda z: z,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "leaky_relu": lambda z: np.where(z.real > 0, z, z / 100),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "softplus": _softplus,
}

OUTPUT = {"softmax": _softmax, "sigmoid": _sigmoid, "linear": lambda z: z}


def example_losses(z, T, output, loss):
    """The loss of every example, (n,), for logits z (n, k), real or complex, and targets T (n, k)."""
    if loss == "cross_entropy":
        centred = _centred(z)
        return np.log(np.exp(centred).sum(axis=1)) - (T * centred).sum(axis=1)
    if loss == "binary_cross_entropy":
        return (_softplus(z) - T * z).sum(axis=1)
    return ((OUTPUT[output](z) - T) ** 2).sum(axis=1)


def complex_loss(weights, biases, X, T, *, hidden, output, loss, weight_decay=0.0):
    """The mean loss, weight decay included, as a complex number.

    Parameters
    ----------
    weights, biases : list of array
        Real or complex, shaped as in `MLP`.
    X : array (n, d)
    T : array (n, k)
        Targets as numbers.
    hidden, output, loss : str
        Names as in `MLP`.
    weight_decay : float
    """
    A = X
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        A = HIDDEN[hidden](A @ W + b)
    z = np.asarray(A @ weights[-1] + biases[-1], dtype=complex)
    penalty = weight_decay / 2 * sum((W**2).sum() for W in weights)
    return complex(example_losses(z, T, output, loss).mean() + penalty)
