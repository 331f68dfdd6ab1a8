"""Data to learn from: toy sets drawn from a seed, real handwritten digits, and one example to be worked by hand.

Every toy set but `wave` returns X (n, 2), float64, and whole labels y (n,), as equally shared among the classes as n
allows, in an order that tells nothing. Same arguments, same bits. All take n ≥ 1 and a seed ≥ 0; `noise` or `spread`
≥ 0 is the standard deviation of what is added to each coordinate. Anything else raises `TypeError` or `ValueError`,
and so does more than memory or the floats can hold.
"""

import json
import os
from typing import NamedTuple

import numpy as np

from . import _validate


class Split(NamedTuple):
    """Examples to learn from and examples held out, with rows X and labels or values y."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def split(X, y, test_fraction=0.25, seed=0):
    """Hold out a part of the examples, chosen at random.

    Parameters
    ----------
    X : array (n, …)
        n ≥ 2 examples as rows.
    y : array (n, …)
        What belongs to each.
    test_fraction : float
        Between 0 and 1, neither included; rounded to whole examples, at least one on either side.
    seed : int
        Decides who is held out.

    Returns
    -------
    Split
        X_train, y_train, X_test, y_test: copies.

    Raises
    ------
    TypeError, ValueError
        For fewer than 2 examples, X and y of unequal length or not of real numbers, a fraction or seed out of limits.
    """
    X, y = _validate.real_array("X", X), _validate.real_array("y", y)
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y) or len(X) < 2:
        raise ValueError(f"X, y: expected equally many rows, at least 2, got shapes {X.shape} and {y.shape}")
    fraction = _validate.number("test_fraction", test_fraction, above=0, below=1)
    order = _rng(seed).permutation(len(X))
    held_out = min(max(round(fraction * len(X)), 1), len(X) - 1)
    train, test = order[held_out:], order[:held_out]
    return Split(X[train], y[train], X[test], y[test])


def digits(test_fraction=0.25, seed=0):
    """1,797 handwritten digits, 8 × 8 pixels each, split and scaled to 0 … 1.

    The test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (1998), UCI
    Machine Learning Repository, https://doi.org/10.24432/C50P49, licence CC BY 4.0; the numbers are those
    that scikit-learn ships as `load_digits`. Each pixel counts the dark dots in a 4 × 4 patch of a 32 × 32
    bitmap, 0 to 16, here divided by 16. Thirteen people wrote them, and the split is by image, not by writer:
    every writer is on both sides, so unknown handwriting will be read somewhat worse than the held-out images
    are.

    Parameters
    ----------
    test_fraction : float
        Between 0 and 1, neither included. 0.25 holds out 449 images.
    seed : int
        Decides which.

    Returns
    -------
    Split
        X_train (1348, 64), X_test (449, 64), float64; y_train, y_test whole numbers 0 … 9.

    Raises
    ------
    TypeError, ValueError
        For a fraction or seed out of limits.
    """
    with np.load(os.path.join(os.path.dirname(__file__), "digits.npz"), allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    return split(images / 16, labels.astype(np.intp), test_fraction, seed)


class Spine(NamedTuple):
    """One small network with examples, to be followed by hand: see `spine`.

    Attributes
    ----------
    sizes : list of int
        [2, 2, 2, 2]: two inputs, two hidden layers of two neurons, two outputs.
    weights : list of array (2, 2)
    biases : list of array (2,)
    x, y : array (1, 2)
        The example that chapters 6, 7 and 9 work through, and its target as one-hot row: the second class.
    X, Y : array (3, 2)
        A small batch, whose first row is x, y.
    """

    sizes: list
    weights: list
    biases: list
    x: np.ndarray
    y: np.ndarray
    X: np.ndarray
    Y: np.ndarray

    @property
    def theta(self):
        """All parameters as one vector (18,), in the order of `MLP.theta`: W1 row by row, b1, W2, b2, W3, b3."""
        return np.concatenate([part.ravel() for pair in zip(self.weights, self.biases, strict=True) for part in pair])


def spine():
    """The numbers that the book works through by hand, in the chapters on the forward and the backward pass.

    They go with ReLU in the hidden layers, softmax at the end, and cross-entropy. Every number is a multiple of a
    quarter, which floating point holds exactly. For x = (1, 2) the sums are (2, −1), (1, 3/2) and (2, 1): the second
    neuron of the first hidden layer stays silent, and the logits differ by 1, so that every slope is a tidy multiple
    of σ(1) = e/(1 + e). In the batch each ReLU is on for some example and off for another, except the second neuron of
    layer 2, which is always on. No sum is 0.

    Returns
    -------
    Spine
        Fresh arrays, so that a caller may change them.
    """
    return Spine(
        sizes=[2, 2, 2, 2],
        weights=[np.array([[2.0, 1.0], [-0.5, -2.0]]), np.array([[1.0, 0.5], [-1.0, 1.0]]),
                 np.array([[1.0, -1.0], [0.5, 1.5]])],
        biases=[np.array([1.0, 2.0]), np.array([-1.0, 0.5]), np.array([0.25, -0.25])],
        x=np.array([[1.0, 2.0]]), y=np.array([[0.0, 1.0]]),
        X=np.array([[1.0, 2.0], [-1.0, 0.0], [-1.0, 1.0]]), Y=np.array([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]))


def derivation_cost():
    """What a gradient cost in four ways, measured once by tests/benchmarks/derivation_cost.py; chapter 7 draws it.

    Returns
    -------
    dict
        "date", "machine", "rows" (examples in the batch), and the lists "by_depth" and "by_width". Their entries are
        dicts with "sizes", "parameters", seconds for "forward", "backprop", "numeric", "layerwise" and "expanded", and
        "length", how many numbers, letters and operations the expanded gradient has; what took too long is left out.
    """
    with open(os.path.join(os.path.dirname(__file__), "derivation_cost.json"), encoding="utf-8") as stored:
        return json.load(stored)


_SAID = {
    "n": ("int", "How many points, at least 1."),
    "classes": ("int", "How many classes, at least 1."),
    "spread": ("float", "The standard deviation, ≥ 0, of each cloud along either axis."),
    "noise": ("float", "The standard deviation, ≥ 0, of what is added to each coordinate; in `wave`, to y."),
    "seed": ("int", "At least 0; the same seed gives the same bits."),
}
"""What the arguments of the toy sets mean: it is the same in all of them."""


def _toy_set(function):
    """Write into a docstring what its arguments are, and what is raised."""
    names = function.__code__.co_varnames[:function.__code__.co_argcount]
    listed = "".join("    {} : {}\n        {}\n".format(name, *_SAID[name]) for name in names)
    function.__doc__ = (f"{function.__doc__ or ''}\n\n    Parameters\n    ----------\n{listed}\n"
                        "    Raises\n    ------\n    TypeError, ValueError\n"
                        "        For anything else, and for more than memory or the floats can hold.\n    ")
    return function


@_toy_set
def blobs(n=200, classes=3, spread=0.5, seed=0):
    """Round clouds, one a class, with centres evenly on a circle of radius 2."""
    rng, y = _begin(n, seed, classes)
    angle = 2 * np.pi * y / classes
    return _noisy(2 * np.column_stack([np.cos(angle), np.sin(angle)]), spread, rng, "spread"), y


@_toy_set
def moons(n=200, noise=0.1, seed=0):
    """Two half circles that reach into each other: class 0 the upper one, class 1 the lower."""
    rng, y = _begin(n, seed)
    angle = rng.uniform(0, np.pi, n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    return _noisy(np.where(y[:, None] == 0, upper, [1, 0.5] - upper), noise, rng), y


@_toy_set
def circles(n=200, noise=0.1, seed=0):
    """A ring of radius 2 (class 0) around one of radius 1 (class 1)."""
    rng, y = _begin(n, seed)
    angle = rng.uniform(0, 2 * np.pi, n)
    return _noisy((2 - y)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), noise, rng), y


@_toy_set
def spirals(n=300, classes=3, noise=0.05, seed=0):
    """Arms that wind once around the origin out to radius 1, one a class."""
    rng, y = _begin(n, seed, classes)
    radius = rng.uniform(0.05, 1, n)
    angle = 2 * np.pi * (y / classes + radius)
    return _noisy(radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), noise, rng), y


@_toy_set
def xor(n=200, noise=0.2, seed=0):
    """Clouds around the corners (±1, ±1): class 1 where the two signs differ."""
    rng, corner = _begin(n, seed, 4)
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    return _noisy(corners[corner], noise, rng), corner % 2


@_toy_set
def wave(n=100, noise=0.1, seed=0):
    """One number in, one number out: y = sin(π x) + noise, for x in −1 … 1. Returns X (n, 1), y (n,) of floats."""
    rng = _rng(seed)
    X = rng.uniform(-1, 1, (_examples(n), 1))
    return X, _noisy(np.sin(np.pi * X[:, 0]), noise, rng)


def _rng(seed):
    return np.random.default_rng(_validate.integer("seed", seed, 0))


def _begin(n, seed, classes=2):
    """A generator, and n labels in random order."""
    classes = _validate.integer("classes", classes, 1, at_most=2**53)  # as far as floats tell them apart
    rng = _rng(seed)
    return rng, rng.permutation(np.arange(_examples(n)) % classes)


def _examples(n):
    """n, if there is room for as many points."""
    n = _validate.integer("n", n, 1)
    try:
        np.empty((n, 2))
    except (MemoryError, OverflowError, ValueError):
        raise ValueError(f"n: expected as many examples as memory can hold, got {_validate.shown(n)}") from None
    return n


def _noisy(points, deviation, rng, name="noise"):
    with np.errstate(over="ignore"):
        moved = points + _validate.number(name, deviation, at_least=0) * rng.standard_normal(points.shape)
    if not _validate.all_finite(moved):
        raise ValueError(f"{name}: expected one that leaves the points finite, got {deviation}")
    return moved
