"""Backward against autograd (HIPS), an independent automatic differentiation, on 1,080 random networks."""

from itertools import pairwise, product

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from autograd.scipy.special import logsumexp

from mlp_core import MLP, gradcheck
from mlp_core.losses import PAIRS

F = {
    "identity": lambda z: z,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "sigmoid": lambda z: 0.5 * (anp.tanh(z / 2) + 1),
    "tanh": anp.tanh,
    "softplus": lambda z: anp.logaddexp(0.0, z),
}


def peer_loss(theta, sizes, X, T, hidden, output, loss):
    """The network as the textbook writes it, cut out of the flat vector anew."""
    A, at = X, 0
    for layer, (d_in, d_out) in enumerate(pairwise(sizes)):
        W, b = theta[at:at + d_in * d_out], theta[at + d_in * d_out:at + (d_in + 1) * d_out]
        Z = anp.dot(A, anp.reshape(W, (d_in, d_out))) + b
        A, at = F[hidden](Z) if layer < len(sizes) - 2 else Z, at + (d_in + 1) * d_out
    if loss == "cross_entropy":
        return anp.mean(logsumexp(Z, axis=1) - anp.sum(T * Z, axis=1))
    if loss == "binary_cross_entropy":
        return anp.mean(anp.sum(anp.logaddexp(0.0, Z) - T * Z, axis=1))
    A = {"softmax": lambda z: anp.exp(z - logsumexp(z, axis=1, keepdims=True)), "sigmoid": F["sigmoid"],
         "linear": F["identity"]}[output](Z)
    return anp.mean(anp.sum((A - T) ** 2, axis=1))


CASES = list(product(F, PAIRS, range(1, 7)))


@pytest.mark.parametrize(("hidden", "pair", "depth"), CASES, ids=lambda value: "-".join(value) if isinstance(
    value, tuple) else str(value))
def test_backward_is_what_autograd_finds(hidden, pair, depth):
    output, loss = pair
    for attempt in range(6):
        rng = np.random.default_rng([CASES.index((hidden, pair, depth)), attempt])
        n = [1, 50, *rng.integers(2, 50, 4)][attempt]
        sizes = rng.integers(1, 9, depth + 1).tolist()
        if attempt == 2:
            sizes[-1] = 1
        net = MLP(sizes, hidden=hidden, output=output, loss=loss)
        net.theta = rng.normal(size=net.theta.size)
        for W in net.weights:  # not so large that outputs saturate: 1 − a would have lost its digits in both
            W /= np.sqrt(len(W))
        X, k = rng.normal(size=(n, sizes[0])), sizes[-1]
        if output == "softmax":
            Y = rng.integers(0, k, n)
            T = np.eye(k)[Y]
        else:
            Y = T = rng.integers(0, 2, (n, k)).astype(float) if output == "sigmoid" else rng.normal(size=(n, k))
        wanted = grad(peer_loss)(net.theta.copy(), sizes, X, T, hidden, output, loss)
        found = net.backward(net.forward(X), Y).theta
        if np.abs(wanted).max() < 1e-15:  # softmax over a single output is always sure
            assert np.abs(found).max() < 1e-15
        else:
            assert gradcheck.relative_error(found, wanted) < 1e-10, (sizes, n)
        np.testing.assert_allclose(net.loss(X, Y), peer_loss(net.theta, sizes, X, T, hidden, output, loss),
                                   rtol=1e-11, atol=1e-13)


def test_there_are_a_thousand():
    assert len(CASES) * 6 >= 1000
