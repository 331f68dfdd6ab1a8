"""The gradients of a network, derived one layer at a time, so that the cost does not explode with depth.

Every formula here comes out of `sympy.diff`. The forward sums are written out input by input, not as the matrix
products of `mlp_core.network`, so that a mistake made there is not made here too.
"""

from functools import cache

import numpy as np
import sympy as sp

from .activations import ACTIVATIONS, stably
from .activations import z as _z
from .evaluate import numpy_function
from .losses import output_loss

_a, _w, _rest, _upstream = sp.symbols("a w r g", real=True)
_f = sp.Function("f")


@cache
def _activation(name):
    return numpy_function([_z], ACTIVATIONS[name].stable)


@cache
def _neuron_slopes(name):
    """∂φ/∂w, ∂φ/∂b and ∂φ/∂a for one neuron whose output counts g in the loss: φ = g·f(a·w + r).

    a is one input and w its weight; r is the rest of the weighted sum, which contains the bias b with slope 1.
    """
    phi = _upstream * _f(_a * _w + _rest)
    slopes = [sp.diff(phi, variable).doit() for variable in (_w, _rest, _a)]
    at_z = [slope.subs(_a * _w + _rest, _z).doit() for slope in slopes]
    return numpy_function([_z, _a, _w, _upstream], [stably(slope, _f, ACTIVATIONS[name]) for slope in at_z])


@cache
def _loss_slopes(output, loss, outputs):
    entry = output_loss(output, loss, outputs)
    return entry.shift, numpy_function([*entry.logits, *entry.targets], list(entry.gradient))


def _weighted_sums(A, W, b):
    """z_k = a_1·w_1k + a_2·w_2k + … + b_k for every example: A (n, d), W (d, k), b (k,) -> (n, k)."""
    return sum(A[:, [j]] * W[j] for j in range(W.shape[0])) + b


def layerwise_gradients(weights, biases, X, Y, *, hidden, output, loss):
    """The gradient of the mean loss by every weight and bias, from derivatives that SymPy took.

    Parameters
    ----------
    weights : list of array (d_in, d_out)
    biases : list of array (d_out,)
    X : array (n, d)
        Examples as rows.
    Y : array (n, k)
        Targets as numbers (one-hot for softmax).
    hidden, output, loss : str
        Names as in `mlp_core.MLP`.

    Returns
    -------
    (list of array, list of array)
        ∂L/∂W and ∂L/∂b for each layer, float64, each with its parameter's shape.

    Raises
    ------
    ValueError
        For an unknown activation or a pairing of output and loss that the book refuses.
    """
    if hidden not in ACTIVATIONS:
        raise ValueError(f"hidden: got {hidden!r}, expected one of {', '.join(ACTIVATIONS)}")
    weights = [np.asarray(W, dtype=np.float64) for W in weights]
    biases = [np.asarray(b, dtype=np.float64) for b in biases]
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    activate, neuron_slopes = _activation(hidden), _neuron_slopes(hidden)
    shift, loss_slopes = _loss_slopes(output, loss, weights[-1].shape[1])

    inputs, sums = [X], []
    for layer, (W, b) in enumerate(zip(weights, biases)):
        sums.append(_weighted_sums(inputs[-1], W, b))
        if layer < len(weights) - 1:
            inputs.append(activate(sums[-1]))

    logits = sums[-1] - sums[-1].max(axis=1, keepdims=True) if shift else sums[-1]
    columns = loss_slopes(*logits.T, *Y.T)
    upstream = np.stack([np.broadcast_to(column, len(X)) for column in columns], axis=1) / len(X)
    return _walk_back(weights, inputs, sums, upstream, neuron_slopes)


def layer_gradients(X, W, b, dA, activation):
    """The gradients of one layer A = f(X W + b), from derivatives that SymPy took.

    Parameters
    ----------
    X : array (n, d)
    W : array (d, k)
    b : array (k,)
    dA : array (n, k)
        ∂L/∂A.
    activation : str
        A name from `ACTIVATIONS`.

    Returns
    -------
    (array (d, k), array (k,), array (n, d))
        ∂L/∂W, ∂L/∂b and ∂L/∂X, float64.
    """
    X, W, b, dA = (np.asarray(one, dtype=np.float64) for one in (X, W, b, dA))
    shape = (len(X), *W.shape)
    by_w, by_b, by_x = (np.broadcast_to(slope, shape) for slope in _neuron_slopes(activation)(
        _weighted_sums(X, W, b)[:, None, :], X[:, :, None], W[None], np.broadcast_to(dA[:, None, :], shape)))
    return by_w.sum(axis=0), by_b[:, 0, :].sum(axis=0), by_x.sum(axis=2)


def _walk_back(weights, inputs, sums, upstream, neuron_slopes):
    """From ∂L/∂output to every weight's and bias's share: contributions of examples and of neurons add."""
    dW, db = [], []
    slopes_here = _neuron_slopes("identity")  # the last layer's activation is part of the loss
    for W, A, Z in zip(reversed(weights), reversed(inputs), reversed(sums)):
        shape = (len(A), *W.shape)  # one neuron slope for each example, input and neuron
        by_w, by_b, by_a = (np.broadcast_to(slope, shape) for slope in slopes_here(
            Z[:, None, :], A[:, :, None], W[None], np.broadcast_to(upstream[:, None, :], shape)))
        dW.append(by_w.sum(axis=0))
        db.append(by_b[:, 0, :].sum(axis=0))
        upstream = by_a.sum(axis=2)
        slopes_here = neuron_slopes
    return dW[::-1], db[::-1]
