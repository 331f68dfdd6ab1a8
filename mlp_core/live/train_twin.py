"""What "Watch the loss fall" computes, in Python: the points, the starting weights, a run of `mlp_core.train`.

The page does the same with `web/train.js`; points and starting weights are the same numbers, bit for bit.
"""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from .. import data
from ..history import DivergedError
from ..network import MLP
from ..optimizers import Momentum
from ..training import train

LOSS_LIMIT, WEIGHT_LIMIT = 1e3, 1e6
HE = ("relu", "leaky_relu", "softplus")
"""Activations whose starting weights have variance 2/d_in (He et al. 2015); the others 2/(d_in + d_out) (Glorot)."""

SETS = {
    "moons": ("two moons", lambda n: data.moons(n, noise=0.25)),
    "circles": ("two rings", lambda n: data.circles(n, noise=0.3)),
    "xor": ("XOR corners", lambda n: data.xor(n, noise=0.4)),
    "spirals": ("two spirals", lambda n: data.spirals(n, classes=2, noise=0.04)),
}
"""The data sets by name: what a reader calls each, and n points of it from `mlp_core.data`."""


def points(name, train_n=200, held_n=100):
    """Points to learn from and points held out, each coordinate with mean 0 and deviation 1, to three decimals.

    Returns
    -------
    Split
        X_train (train_n, 2), X_test (held_n, 2) of whole thousandths; y_train, y_test of zeros and ones.
    """
    X, y = SETS[name][1](train_n + held_n)
    X = np.round((X - X.mean(axis=0)) / X.std(axis=0) * 1000) / 1000
    return data.split(X, y, test_fraction=held_n / (train_n + held_n), seed=0)


def uniform(seed):
    """Numbers between 0 and 1 without end, the same in Python and in JavaScript.

    x ← 48271 x mod 2³¹ − 1, the "minimal standard" (Park, Miller and Stockmeyer 1993), from x = seed + 1 and without
    its first ten numbers, in which neighbouring seeds are alike. No step leaves the whole numbers that a float holds.
    """
    state, taken = seed + 1, 0
    while True:
        state = state * 48271 % 2147483647
        taken += 1
        if taken > 10:
            yield state / 2147483647


def starting_network(sizes, activation, seed):
    """An MLP whose weights are uniform between ±√(6/d_in) (He) or ±√(6/(d_in + d_out)) (Glorot), biases 0."""
    net, numbers = MLP(sizes, hidden=activation, output="sigmoid"), uniform(seed)
    for W in net.weights:
        limit = np.sqrt(6 / (W.shape[0] if activation in HE else sum(W.shape)))
        for index in np.ndindex(W.shape):
            W[index] = (2 * next(numbers) - 1) * limit
    return net


@dataclass(frozen=True)
class Run:
    """A run of training, epoch by epoch; state e is that after e epochs.

    Attributes
    ----------
    thetas : array (last + 1, p)
        The parameters.
    loss, held_loss : array (last + 1,)
        On the training points and on those held out.
    held_right : array (last + 1,)
        How many of the held-out points are on the right side.
    diverged : bool
        Whether the run ended early because the loss, or a weight, left all bounds.
    """

    thetas: np.ndarray
    loss: np.ndarray
    held_loss: np.ndarray
    held_right: np.ndarray
    diverged: bool

    @property
    def last(self):
        """The last epoch that is known."""
        return len(self.loss) - 1


def run(net, split, lr, beta, epochs):
    """Train with `mlp_core.train` and momentum, all points at once, and keep every epoch.

    Parameters
    ----------
    net : MLP
        Changed in place.
    split : Split
    lr, beta : float
        η > 0 and 0 ≤ β < 1.
    epochs : int

    Returns
    -------
    Run
    """
    X, y, X_held, y_held = split
    thetas, loss = [net.theta.copy()], [net.loss(X, y)]
    held_loss, held_right = [net.loss(X_held, y_held)], [net.accuracy(X_held, y_held)]

    def keep(epoch, net, history):
        now = net.loss(X, y)
        bounded = np.abs(net.theta).max() <= WEIGHT_LIMIT
        if not (now <= LOSS_LIMIT and bounded and np.isfinite(history.validation_loss[-1])):
            return True
        loss.append(now)
        thetas.append(net.theta.copy())
        held_loss.append(history.validation_loss[-1])
        held_right.append(history.validation_accuracy[-1])
        return False

    with np.errstate(all="ignore"), suppress(DivergedError):  # what was kept until then is what there is
        train(net, X, y, Momentum(lr, beta), epochs, validation=(X_held, y_held), callback=keep)
    right = np.round(np.array(held_right) * len(y_held))
    return Run(np.array(thetas), np.array(loss), np.array(held_loss), right, len(loss) <= epochs)
