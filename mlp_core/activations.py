"""Activation functions and their slopes, on arrays.

`ACTIVATIONS` holds what hidden layers may use, `OUTPUTS` what the last layer may use. Chapter 3 derives every
slope. All of them stay finite, without warnings, at any finite argument. ReLU's slope at 0 is 0, leaky ReLU's
is 0.01: the kink belongs to the left branch, in the whole book.

Each function takes Z, floats of any shape, and answers in that shape and dtype: as a new array, or in `out`, an array
of the same shape and dtype, which may be Z itself. A wrong `out` raises NumPy's own ValueError or TypeError.
"""

from typing import NamedTuple

import numpy as np

LEAK = 0.01


def identity(Z, out=None):
    """f(z) = z, entry by entry."""
    return np.positive(Z, out=out)


def relu(Z, out=None):
    """f(z) = max(z, 0), entry by entry: from 0 up (chapter 1; Nair and Hinton 2010)."""
    return np.maximum(Z, 0, out=out)


def leaky_relu(Z, out=None):
    """f(z) = z for z > 0, else 0.01 z, entry by entry (Maas, Hannun and Ng 2013)."""
    return np.maximum(Z, LEAK * Z, out=out)


def sigmoid(Z, out=None):
    """f(z) = 1 / (1 + e⁻ᶻ), entry by entry: between 0 and 1. Computed from e^(−|z|), which cannot overflow."""
    e = np.exp(-np.abs(Z))
    return np.divide(np.where(np.greater_equal(Z, 0), 1, e), 1 + e, out=out)


def tanh(Z, out=None):
    """f(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ), entry by entry: between −1 and 1."""
    return np.tanh(Z, out=out)


def softplus(Z, out=None):
    """f(z) = ln(1 + eᶻ), entry by entry: above 0 (Dugas et al. 2001).

    Computed as max(z, 0) + ln(1 + e^(−|z|)), which cannot overflow.
    """
    return np.add(np.maximum(Z, 0), np.log1p(np.exp(-np.abs(Z))), out=out)


def softmax(Z, out=None, log=None):
    """f(z)_j = e^(z_j) / Σ_k e^(z_k) along the last axis: Z (n, k), each row of the answer sums to 1 (chapter 5).

    Taking the largest z from all changes nothing, and keeps every power finite. The logarithm of the answer goes to
    `log`, an array like `out`, if that is given; it stays finite where the answer itself underflows to 0.
    """
    Z = np.asarray(Z)
    E = np.exp(np.subtract(Z, Z.max(axis=-1, keepdims=True), out=log), out=out)
    total = E.sum(axis=-1, keepdims=True)
    E /= total
    if log is not None:
        log -= np.log(total)
    return E


class Activation(NamedTuple):
    """A function and its slope.

    Attributes
    ----------
    value : callable
        `value(Z, out=None)` is f(Z), entry by entry, in the shape of Z.
    slope : callable
        `slope(A)` is f′(Z) where A = f(Z): every slope here can be told from the output alone, so that training
        need not keep Z.
    kink : bool
        Whether f′ jumps at 0.
    """

    value: object
    slope: object
    kink: bool = False


# ReLU and leaky ReLU: a > 0 where z > 0. softplus′ = σ, and with a = ln(1 + eᶻ) that is 1 − e⁻ᵃ; expm1 keeps its
# digits where a is small.
ACTIVATIONS = {
    "identity": Activation(identity, lambda A: np.ones_like(A)),
    "relu": Activation(relu, lambda A: (A > 0).astype(A.dtype), kink=True),
    "leaky_relu": Activation(leaky_relu, lambda A: np.where(A > 0, 1, LEAK).astype(A.dtype), kink=True),
    "sigmoid": Activation(sigmoid, lambda A: A * (1 - A)),
    "tanh": Activation(tanh, lambda A: 1 - A * A),
    "softplus": Activation(softplus, lambda A: -np.expm1(-A)),
}

OUTPUTS = {"softmax": softmax, "sigmoid": sigmoid, "linear": identity}
