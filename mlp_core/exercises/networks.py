"""Exercise: all the gradients of a whole network."""

from itertools import pairwise

import numpy as np

from .. import _validate
from ..derive import ACTIVATIONS
from ..derive.layerwise import layerwise_gradients
from .scalars import by_output, slope_of, value_of
from .task import Case, Task, measured, stale
from .values import Unusable

_LOSS = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy", "linear": "mse"}


def network(sizes=(3, 4, 2), hidden="tanh", output="softmax", *, seed=0):
    """Exercise: the gradients of the loss by every weight and bias of a network.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden widths, outputs. Small.
    hidden : str
        As in `mlp_core.MLP`.
    output : {"softmax", "sigmoid", "linear"}
        With its own loss.
    seed : int

    Returns
    -------
    Task
        An answer is a function of X (n, d), Y (n, k), weights and biases (lists) that returns dW and db as two lists,
        or [dW1, db1, dW2, …], or `Gradients`, or one flat vector in that order.

    Raises
    ------
    TypeError, ValueError
        For fewer than two sizes, one that is no whole number from 1, a name that is none, or a seed that is no whole
        number from 0.
    """
    sizes = [_validate.integer(f"sizes[{at}]", size, 1) for at, size in enumerate(sizes)]
    if len(sizes) < 2:
        raise ValueError(f"sizes: expected at least two, the inputs and the outputs, got {sizes}")
    _validate.choice("hidden", hidden, tuple(ACTIVATIONS))
    _validate.choice("output", output, tuple(_LOSS))
    seed = _validate.integer("seed", seed, 0)
    rng, cases, first = np.random.default_rng(seed), [], None
    pairs = list(pairwise(sizes))
    for n in (5, 5, 6):
        weights = [np.round(rng.normal(size=pair), 2) for pair in pairs]
        biases = [np.round(rng.normal(size=out), 2) for _, out in pairs]
        X, k = np.round(rng.normal(size=(n, sizes[0])), 2), sizes[-1]
        Y = {"softmax": np.eye(k)[rng.integers(k, size=n)], "linear": np.round(rng.normal(size=(n, k)), 2),
             "sigmoid": rng.integers(2, size=(n, k)).astype(float)}[output]
        right = _in_order(*layerwise_gradients(weights, biases, X, Y, hidden=hidden, output=output, loss=_LOSS[output]))
        first = first or (weights, biases, X)
        old = first if len(first[2]) == n else (weights, biases, X)
        rivals = [({"value": "forward"}.get(slip, slip), _backprop(weights, biases, X, Y, hidden, output, slip, old))
                  for slip in _SLIPS]
        arguments = {"X": X, "Y": Y, "weights": weights, "biases": biases}
        cases.append(Case(arguments, right, [(kind, one) for kind, one in rivals if one], {"n": n, "k": k}))
    parts = tuple(f"d{letter}{layer}" for layer in range(1, len(sizes)) for letter in "Wb")

    def measure(case, method, step):
        X, Y, weights, biases = case.arguments.values()
        arrays = _in_order(weights, biases)

        def value(place, one):
            put = [one if at == place else array for at, array in enumerate(arrays)]
            return _loss(put[0::2], put[1::2], X, Y, hidden, output)

        return tuple(measured(lambda one, place=place: value(place, one), array, method, step)
                     for place, array in enumerate(arrays))

    question = ("write a function of X, Y, weights, biases that returns dW and db of every layer, for "
                f"{hidden} hidden layers and {_LOSS[output].replace('_', ' ')} after {output}")
    solution = ("dZ = (A − Y) / n at the output (twice that for mse); for each layer from the last: dW = Aᵀ dZ, db = "
                "the sum of dZ over the examples, dA = dZ Wᵀ, dZ = dA ∘ f′(Z)")
    return Task(f"gradients of a network {list(sizes)}", question, stale(cases), parts, solution, measure=measure,
                unpack=_unpack)


def _in_order(weights, biases):
    return tuple(one for pair in zip(weights, biases) for one in pair)


def _unpack(value, case):
    if hasattr(value, "weights") and hasattr(value, "biases"):
        return list(_in_order(value.weights, value.biases))
    layers = len(case.truth) // 2
    if isinstance(value, np.ndarray) and value.dtype != object:
        if value.size != sum(one.size for one in case.truth):
            raise Unusable(f"Your vector has {value.size} numbers, and there are {sum(o.size for o in case.truth)} "
                           "weights and biases.")
        cuts = np.cumsum([one.size for one in case.truth])[:-1]
        return [part.reshape(one.shape) for part, one in zip(np.split(value.ravel(), cuts), case.truth)]
    if not isinstance(value, (list, tuple)):
        raise Unusable(f"Expected two lists, dW and db, or a flat vector; got {type(value).__name__}.")
    if len(value) == 2 and all(isinstance(one, (list, tuple)) and len(one) == layers for one in value):
        return list(_in_order(*value))
    return list(value)


def _forward(weights, biases, X, hidden, output):
    Z, A = [], [X]
    for layer, (W, b) in enumerate(zip(weights, biases)):
        Z.append(A[-1] @ W + b)
        last = layer == len(weights) - 1
        if last and output == "softmax":
            E = np.exp(Z[-1] - Z[-1].max(axis=1, keepdims=True))
            A.append(E / E.sum(axis=1, keepdims=True))
        else:
            A.append(value_of(hidden if not last else {"linear": "identity"}.get(output, output))(Z[-1]))
    return Z, A


def _loss(weights, biases, X, Y, hidden, output):
    A = _forward(weights, biases, X, hidden, output)[1][-1]
    cross = {"softmax": lambda: -Y * np.log(A), "linear": lambda: (A - Y) ** 2,
             "sigmoid": lambda: -Y * np.log(A) - (1 - Y) * np.log(1 - A)}[output]()
    return cross.sum() / len(X)


_SLIPS = ("relu_side", "no_slope", "at_output", "at_input", "diagonal", "extra_slope", "untransposed", "transposed",
          "unsummed", "axis", "bias", "overwritten", "stale", "no_bias", "before", "value", "forward", "oversummed")


def _backprop(weights, biases, X, Y, hidden, output, slip, old):
    """Backpropagation with one slip, as (dW1, db1, dW2, …); None where the slip is not possible here."""
    if (slip == "diagonal" and output != "softmax") or (slip == "relu_side" and hidden not in ("relu", "leaky_relu")):
        return None
    if slip == "untransposed" and any(W.shape[0] != W.shape[1] for W in weights[1:]):
        return None
    none = [np.zeros_like(b) for b in biases]
    passed = old if slip == "stale" else (weights, none, X) if slip == "no_bias" else (weights, biases, X)
    Z, A = _forward(*passed, hidden, output)
    if slip == "forward":
        return _in_order([one[0] for one in A[1:]], [one[0] for one in Z])
    slope = {"relu_side": lambda Z, A: slope_of(hidden)(-Z), "no_slope": lambda Z, A: np.ones_like(Z),
             "at_output": lambda Z, A: slope_of(hidden)(A), "at_input": lambda Z, A: by_output(hidden)(Z),
             "value": lambda Z, A: A}.get(
                 slip, lambda Z, A: slope_of(hidden)(Z))
    dZ, dW, db = (A[-1] - Y) * (2 if output == "linear" else 1) / len(X), [], []
    if slip == "diagonal":
        dZ = -Y * (1 - A[-1]) / len(X)
    if slip == "extra_slope":
        dZ = dZ * A[-1] * (1 - A[-1])
    for layer in reversed(range(len(weights))):
        W, into = weights[layer], Z[layer - 1] if slip == "before" and layer else A[layer]
        product = into[-1][:, None] * dZ[-1] if slip == "overwritten" else into.T @ dZ
        dW.append(product.T if slip == "transposed" else product)
        sums = {"unsummed": dZ, "axis": dZ.sum(axis=1), "bias": product.sum(axis=0), "oversummed": dZ.sum(),
                "overwritten": dZ[-1]}
        db.append(sums.get(slip, dZ.sum(axis=0)))
        if layer:
            dZ = dZ @ (W if slip == "untransposed" else W.T) * slope(Z[layer - 1], A[layer])
    return _in_order(dW[::-1], db[::-1])
