"""Exercises on one layer, and on a loss at the end of a network."""

import numpy as np

from .. import _validate
from ..derive import ACTIVATIONS
from ..derive.layerwise import layer_gradients, layerwise_gradients
from .scalars import by_output, slope_of, value_of
from .task import Case, Task, measured, stale

_SHAPES = ((5, 4, 3), (5, 4, 3), (4, 4, 4), (6, 3, 2))


def layer(want, activation="identity", *, seed=0):
    """Exercise: one gradient of a layer A = f(X W + b).

    Parameters
    ----------
    want : {"dW", "db", "dX"}
    activation : str
        "identity" gives functions X, dZ, W, b; any other activation X, dA, W, b, where dA is ∂L/∂A, and the
        function has to find dZ itself.
    seed : int

    Returns
    -------
    Task

    Raises
    ------
    TypeError, ValueError
        For a gradient or an activation that is none of these, or a seed that is no whole number from 0.
    """
    _validate.choice("want", want, ("dW", "db", "dX"))
    _validate.choice("activation", activation, tuple(ACTIVATIONS))
    seed = _validate.integer("seed", seed, 0)
    rng, upstream = np.random.default_rng(seed), "dZ" if activation == "identity" else "dA"
    f, slope, cases, first = value_of(activation), slope_of(activation), [], {}
    for n, d, k in _SHAPES:
        X, W, b, up = (np.round(rng.normal(size=size), 2) for size in ((n, d), (d, k), (k,), (n, k)))
        truths = dict(zip(("dW", "db", "dX"), layer_gradients(X, W, b, up, activation)))
        right = truths[want]
        Z = X @ W + b
        rivals = []
        if activation != "identity":
            X0, W0, b0 = first.setdefault((n, d, k), (X, W, b))
            alone = slope(Z)
            others = {"no_bias": up * slope(X @ W), "upstream": alone,
                      "relu_side": up * slope(-Z) if activation in ("relu", "leaky_relu") else up * np.nan,
                      "no_slope": up, "at_output": up * slope(f(Z)), "at_input": up * by_output(activation)(Z),
                      "forward": up * f(Z), "stale": up * slope(X0 @ W0 + b0)}
            rivals = [(kind, _wanted(want, X, W, dZ)) for kind, dZ in others.items()]
            rivals += [("layer_slope", up @ W.T * slope(X))] if want == "dX" else []
            early = {"dW": X.T @ up * alone.sum(axis=0), "db": up.sum(axis=0) * alone.sum(axis=0)}.get(want)
            rivals += [("early_sum", early)]
        dZ = up * slope(Z)
        last = {"dW": X[-1][:, None] * dZ[-1], "db": dZ[-1], "dX": dZ[:, -1:] * W[:, -1]}[want]
        rivals += [*_products(want, X, W, b, dZ), ("forward", Z), ("forward", f(Z)), ("overwritten", last)]
        rivals += [("other", one) for name, one in truths.items() if name != want]
        if activation != "identity":
            rivals += [(kind, one) for kind, one in _products(want, X, W, b, up) if kind in ("unsummed", "bias")]
        arguments = {"db": {upstream: up, "X": X, "W": W, "b": b}, "dX": {upstream: up, "W": W, "X": X, "b": b}}.get(
            want, {"X": X, upstream: up, "W": W, "b": b})
        cases.append(Case(arguments, (right,), [(kind, (np.asarray(one),)) for kind, one in rivals if one is not None],
                          {"n": n, "k": k}))

    def measure(case, method, step):
        X, W, b, up = (case.arguments[name] for name in ("X", "W", "b", upstream))
        value = {"dW": lambda one: (up * f(X @ one + b)).sum(), "db": lambda one: (up * f(X @ W + one)).sum(),
                 "dX": lambda one: (up * f(one @ W + b)).sum()}[want]
        return (measured(value, {"dW": W, "db": b, "dX": X}[want], method, step),)

    solution = {"dW": "dW = Xᵀ dZ", "db": "db = the sum of dZ over the examples", "dX": "dX = dZ Wᵀ"}[want]
    solution += "" if activation == "identity" else ", with dZ = dA ∘ f′(Z)"
    names = ", ".join(cases[0].arguments)
    return Task(f"{want} of a layer", f"write a function of some of {names} that returns {want} for Z = X W + b, "
                f"A = f(Z), f = {activation}", stale(cases), (want,), solution, measure=measure)


def _wanted(want, X, W, dZ):
    return {"dW": X.T @ dZ, "db": dZ.sum(axis=0), "dX": dZ @ W.T}[want]


def _products(want, X, W, b, dZ):
    """What goes wrong in a product of matrices or in a sum. None where the shapes would not allow it."""
    square = X.shape == W.shape == dZ.shape
    if want == "db":
        return [("unsummed", dZ), ("axis", dZ.sum(axis=1)), ("oversummed", dZ.sum()), ("bias", dZ.sum(axis=0) * b),
                ("bias", X.T @ dZ), ("bias", (X.T @ dZ).sum(axis=0)), ("bias", (X.T @ dZ).mean(axis=0)),
                ("bias", X[:, 0] @ dZ), ("shape", dZ.sum(axis=0, keepdims=True)),
                ("axis", dZ.sum(axis=1, keepdims=True)), ("one_example", dZ[0])]
    right, left, other = {"dW": (X.T, dZ, X), "dX": (dZ, W.T, W)}[want]
    plain = (other, dZ) if want == "dW" else (dZ, other)
    return [("transposed", (right @ left).T), ("untransposed", plain[0] @ plain[1] if square else None),
            ("swapped", left @ right if square else None), ("swapped", plain[1] @ plain[0] if square else None),
            ("unsummed", X[:, :, None] * dZ[:, None, :] if want == "dW" else dZ[:, None, :] * W),
            *([("early_sum", X.sum(axis=0)[:, None] * dZ.sum(axis=0)), ("one_example", X[0][:, None] * dZ[0]),
               ("weight", np.ones_like(X).T @ dZ)] if want == "dW" else [])]


def loss(output="softmax", name=None, *, seed=0):
    """Exercise: ∂L/∂Z of a loss, the mean over the examples, by the last layer's weighted sums.

    Parameters
    ----------
    output : {"softmax", "sigmoid", "linear"}
    name : {"cross_entropy", "binary_cross_entropy", "mse"} or None
        None: the output's own.
    seed : int

    Returns
    -------
    Task
        An answer is a function of Z (n, k), Y (n, k) and, if it likes, A, that returns dZ (n, k).

    Raises
    ------
    TypeError, ValueError
        For an output or a loss that is none of these, two that do not go together, or a seed that is no whole number
        from 0.
    """
    _validate.choice("output", output, ("softmax", "sigmoid", "linear"))
    seed = _validate.integer("seed", seed, 0)
    name = name or {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}.get(output, "mse")
    _validate.choice("name", name, ("cross_entropy", "binary_cross_entropy", "mse"))
    rng, cases = np.random.default_rng(seed), []
    activate = _softmax if output == "softmax" else value_of({"linear": "identity"}.get(output, output))
    first = {}
    for n, k in ((5, 3), (5, 3), (7, 4), (6, 3 if output == "softmax" else 1)):
        Z = np.round(rng.normal(size=(n, k)), 2)
        Y = {"softmax": np.eye(k)[rng.integers(k, size=n)], "linear": np.round(rng.normal(size=(n, k)), 2),
             "sigmoid": rng.integers(2, size=(n, k)).astype(float)}[output]
        right = np.concatenate([layerwise_gradients([np.eye(k)], [np.zeros(k)], Z[[i]], Y[[i]], hidden="identity",
                                                    output=output, loss=name)[1][0][None] for i in range(n)]) / n
        A, A0 = activate(Z), activate(first.setdefault((n, k), Z))
        rivals = [(kind, (np.asarray(one),)) for kind, one in _loss_slips(output, name, Z, A, Y, A0)]
        cases.append(Case({"Z": Z, "Y": Y, "A": A}, (right,), rivals, {"n": n, "k": k}))

    def value(Z, Y):
        A = activate(Z)
        cross = {"cross_entropy": lambda: -(Y * np.log(A)), "mse": lambda: (A - Y) ** 2,
                 "binary_cross_entropy": lambda: -Y * np.log(A) - (1 - Y) * np.log(1 - A)}[name]()
        return cross.sum() / len(Z)

    def measure(case, method, step):
        Y = case.arguments["Y"]
        return (measured(lambda Z: value(Z, Y), case.arguments["Z"], method, step),)

    slope = {"linear": "2 (A − Y) / n", "sigmoid": "2 (A − Y) ∘ A ∘ (1 − A) / n",
             "softmax": "A ∘ (dA − sum of A ∘ dA over each row), dA = 2 (A − Y) / n"}[output]
    return Task(f"dZ of {name} after {output}", f"write a function of Z, Y (and A, if you like) that returns ∂L/∂Z for "
                f"the mean {name.replace('_', ' ')} after {output}", stale(cases), ("dZ",),
                f"dZ = {slope if name == 'mse' else '(A − Y) / n'}", measure=measure)


def _softmax(Z, axis=1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def _loss_slips(output, name, Z, A, Y, A0):
    """(kind, dZ) for what goes wrong at the end of a network."""
    n, own = len(Z), A * (1 - A)
    found = [("at_input", (Z - Y) / n), ("stale", (A0 - Y) / n), ("forward", A), ("target", A / n)]
    if name == "mse":
        dA = 2 * (A - Y) / n
        found = [("stale", 2 * (A0 - Y) / n * (1 if output == "linear" else A0 * (1 - A0))), ("target", 2 * A / n),
                 ("forward", A), ("forward", (A - Y) ** 2 / n), ("forward", ((A - Y) ** 2).sum(axis=1).mean())]
        if output != "linear":
            found = [("no_slope", dA), *([("diagonal", dA * own)] if output == "softmax" else []),
                     ("at_input", dA * Z * (1 - Z)), ("at_output", dA * _sigmoid(A) * (1 - _sigmoid(A))), *found]
        if output == "softmax":
            found += [("axis", A * (dA - (A * dA).sum(axis=0, keepdims=True))),
                      ("oversummed", A * (dA - (A * dA).sum()))]
    elif name == "cross_entropy":
        B = _softmax(Z, axis=0)
        found = [("diagonal", -Y * (1 - A) / n), ("no_slope", -Y / A / n), ("extra_slope", (A - Y) * own / n),
                 ("axis", (B - Y) / n), ("axis", (np.exp(Z) / np.exp(Z).sum() - Y) / n),
                 ("twice", (_softmax(A) - Y) / n),
                 ("output of sigmoid", (_sigmoid(Z) - Y) / n), *found, ("forward", -(Y * np.log(A)).sum(axis=1).mean())]
    else:
        dA = (A - Y) / own / n
        found = [("no_slope", dA), ("half_loss", -Y * (1 - A) / n), ("half_loss", (1 - Y) * A / n),
                 ("extra_slope", (A - Y) * own / n), ("twice", (_sigmoid(A) - Y) / n),
                 ("output of softmax", (_softmax(Z) - Y) / n), *found]
    if Z.shape[1] == 1:
        right = {"linear": 2 * (A - Y.T) / n, "sigmoid": (A - Y.T) / n}.get(output)
        found.append(("shape", right * (2 * own if (output, name) == ("sigmoid", "mse") else 1)))
    else:
        found.append(("shape", np.full((n, n), np.nan)))
    return found


def _sigmoid(Z):
    return value_of("sigmoid")(Z)

