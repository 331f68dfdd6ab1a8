"""Is this gradient right? Three answers, found in three ways, side by side: symbolic | backpropagation |
numeric.

`check` compares them. The symbolic one is derived by SymPy (`mlp_core.derive`), backpropagation is
`MLP.backward`, numeric is the complex step, with central differences of `MLP.loss` itself as one more
opinion. The first three share no arithmetic, so a slip in one does not hide in another; central differences
try out the very forward pass that backpropagation goes back through.
"""

import numpy as np

from . import _validate, losses
from .complexstep import HIDDEN, complex_loss
from .differences import STEPS, numerical_gradient, relative_error
from .gradreport import Report
from .network import MLP, Gradients, views

__all__ = ["Report", "check", "numerical_gradient", "relative_error"]


def check(net, X, Y, *, gradients=None, sample=None, seed=0):
    """Compare the gradient of a network's loss, derived, backpropagated and measured.

    All of it happens in float64, on a copy: for a float32 network that is its numbers, but not its rounding.
    Weight decay is a part of the loss, hence of all answers; to the symbolic one λW is added here, as
    `derive` knows the bare loss only.

    Parameters
    ----------
    net : MLP
        Not changed. Small: numeric answers cost four forward passes for each parameter.
    X : array (n, d)
    Y : array
        Targets as in `MLP.loss`.
    gradients : Gradients, (list of dW, list of db), flat array, or None
        To be checked in place of `net.backward`'s, for instance your own.
    sample : int or None
        Measure at most so many entries of each array, chosen by `seed`, and the one where the derived and the
        backpropagated gradient differ most, so that it shows who is wrong; None measures all.
    seed : int

    Returns
    -------
    Report

    Raises
    ------
    TypeError, ValueError
        For bad input, or gradients that have not the shapes of the parameters.
    """
    if not isinstance(net, MLP):
        raise TypeError(f"net: expected an MLP, got {_validate.shown(net)} ({type(net).__name__})")
    sample = None if sample is None else _validate.integer("sample", sample, 1)
    rng = np.random.default_rng(_validate.integer("seed", seed, 0))
    _validate.finite("net.theta", net.theta, net.dtype)
    net = net.copy(dtype=np.float64)
    trace = net.forward(X)
    X = trace.A[0]
    T = losses.targets(Y, len(X), net.sizes[-1], net.output, net.loss_name)
    backprop = net.backward(trace, T) if gradients is None else gradients
    names = [f"{letter}{layer}" for layer in range(1, len(net.sizes)) for letter in "Wb"]
    symbolic, backprop = _symbolic(net, X, T), _arrays(backprop, net)
    probed = [_chosen(*both, sample, rng) for both in zip(symbolic, backprop, strict=True)]
    central, kinks, steps = _central(net, X, T, trace, probed)
    floors, loss_floor = _rounding(net, trace, T)
    return Report(
        names=names,
        opinions={"symbolic": symbolic, "backprop": backprop, "complex": _complex(net, X, T, probed),
                  "central": central},
        probed=probed, kinks=kinks, on_kink=_on_kink(net, trace), floors=floors,
        central_floors=[loss_floor / step for step in steps],
        losses=(net.loss(X, T), _complex_loss(net, net.theta, X, T).real))


def _in_order(weights, biases):
    """W1, b1, W2, b2, …"""
    return [array for pair in zip(weights, biases, strict=True) for array in pair]


def _chosen(derived, given, sample, rng):
    """Flat indices of the entries of one array to be measured."""
    if sample is None or sample >= derived.size:
        return np.arange(derived.size)
    with np.errstate(invalid="ignore"):  # inf − inf
        apart = np.abs(derived - given)
    farthest = np.where(np.isnan(apart), np.inf, apart).argmax()
    return np.union1d(rng.choice(derived.size, sample, replace=False), farthest)


def _symbolic(net, X, T):
    from .derive import layerwise_gradients  # SymPy: only when a check is asked for

    dW, db = layerwise_gradients(net.weights, net.biases, X, T, hidden=net.hidden, output=net.output,
                                 loss=net.loss_name)
    return _in_order([d + net.weight_decay * W for d, W in zip(dW, net.weights, strict=True)], db)


def _arrays(gradients, net):
    """Gradients in any of the accepted forms as a list of arrays, their shapes checked."""
    if isinstance(gradients, Gradients):
        gradients = gradients.weights, gradients.biases
    elif not isinstance(gradients, (tuple, list)):
        flat = _validate.real_array("gradients", gradients)
        if flat.shape != net.theta.shape:
            raise ValueError(f"gradients: expected shape {net.theta.shape}, like theta, got {flat.shape}")
        gradients = views(flat.astype(np.float64), net.sizes)
    lists = [part for part in gradients if hasattr(part, "__len__") and getattr(part, "ndim", 1)]
    if len(gradients) != 2 or [len(part) for part in lists] != [len(net.weights)] * 2:
        raise ValueError(f"gradients: expected ({len(net.weights)} arrays dW, {len(net.weights)} arrays db), "
                         f"got {_validate.shown(gradients)}")
    found = []
    parameters = _in_order(net.weights, net.biases)
    for i, (given, like) in enumerate(zip(_in_order(*gradients), parameters, strict=True)):
        name = f"gradients: d{'Wb'[i % 2]}{i // 2 + 1}"
        array = _validate.real_array(name, given)
        if array.shape != like.shape:
            raise ValueError(f"{name}: expected shape {like.shape}, like its parameter, got {array.shape}")
        found.append(array.astype(np.float64))
    return found


def _complex_loss(net, theta, X, T):
    return complex_loss(*views(theta, net.sizes), X, T, hidden=net.hidden, output=net.output,
                        loss=net.loss_name, weight_decay=net.weight_decay)


def _complex(net, X, T, probed):
    theta, h = net.theta.astype(complex), STEPS["complex"]
    found = [np.zeros(array.shape) for array in _in_order(net.weights, net.biases)]
    for slopes, moving, entries in zip(found, _in_order(*views(theta, net.sizes)), probed, strict=True):
        for at in entries:
            moving.flat[at] += 1j * h
            slopes.flat[at] = _complex_loss(net, theta, X, T).imag / h
            moving.flat[at] = moving.flat[at].real
    return found


def _central(net, X, T, trace, probed):
    """Central differences of the loss as the network computes it, the entries where a kink lies in the way, and the
    smallest step of each array.

    A weight moves Z by its input, so the step shrinks as inputs grow, and again where the weights of later layers carry
    it far: the error of the formula grows with its square. A step that takes any ReLU from one
    side of 0 to the other measures a mean of two slopes: those entries come back as True in the second list.
    """
    arrays = _in_order(net.weights, net.biases)
    found = [np.zeros(array.shape) for array in arrays]
    kinks, steps = [np.zeros(array.shape, bool) for array in arrays], []
    for i, (moving, entries) in enumerate(zip(arrays, probed, strict=True)):
        reach = max(1.0, np.abs(trace.A[i // 2]).max()) if i % 2 == 0 else 1.0
        smallest = np.inf
        for at in entries:
            here = moving.flat[at]
            h = STEPS["central"] * max(1, abs(here)) / reach
            moving.flat[at] = here + h
            moved = net.forward(X)
            farthest = max(np.abs(Z - before).max() for Z, before in zip(moved.Z[1:], trace.Z[1:]))
            h = max(h / max(1, farthest / (10 * STEPS["central"])), 4 * np.spacing(abs(here)))
            smallest = min(smallest, h)
            sides = []
            for there in (here + h, here - h):
                moving.flat[at] = there
                moved = net.forward(X)
                sides.append((there, net._loss(moved, T), _signs(net, moved)))
            moving.flat[at] = here
            (above, high, signs), (below, low, other_signs) = sides
            found[i].flat[at] = (high - low) / (above - below)
            kinks[i].flat[at] = not np.array_equal(signs, other_signs)
        steps.append(smallest)
    return found, kinks, steps


def _signs(net, trace):
    return np.concatenate([(Z > 0).ravel() for Z in trace.Z[1:-1]]) if net.kinked and trace.Z[1:-1] else None


def _on_kink(net, trace):
    """How many pre-activations are exactly 0, where only a convention says what the slope is."""
    return sum(int((Z == 0).sum()) for Z in trace.Z[1:-1]) if net.kinked else 0


def _rounding(net, trace, T):
    """The size to which rounding alone may part two right gradients, array by array, and two right losses.

    E bounds what it does to Z, sums that cancel included; S is the slope there and B how far E changes it, beside the
    digits that 1 − a² or a (1 − a) lose. D bounds |dZ| and R what may be wrong with it; both are carried back by |Wᵀ|.
    It matters for a network that fits its data so well that "output minus target" is mostly rounding, for large inputs,
    and where units are saturated or a gradient cancels.
    """
    eps, n, A = np.finfo(np.float64).eps, len(T), trace.output
    errors, layers = [np.zeros_like(trace.A[0])], []  # errors of what goes into each layer
    for into, Z, W, b in zip(trace.A, trace.Z[1:], net.weights, net.biases):  # the last A is the output
        E = errors[-1] @ np.abs(W) + 2 * eps * (np.abs(into) @ np.abs(W) + np.abs(b))
        S, above, below = (HIDDEN[net.hidden](place + 1e-30j).imag / 1e-30 for place in (Z, Z + E, Z - E))
        layers.append((S, 0 if net.kinked else np.abs(above - below)))
        errors.append(S * E + 2 * eps * np.abs(HIDDEN[net.hidden](Z)))
    if net.output == "softmax":
        E = E.max(axis=1, keepdims=True)
    S = 1 if net.output == "linear" else 2 * A * (1 - A)
    D = (2 if net.loss_name == "mse" else 1) * np.abs(A - T) / n
    R = 2 * (S * E + 2 * eps * (np.abs(A) + np.abs(T))) / n
    if net.loss_name == "mse" and net.output != "linear":  # one slope more
        D, R = D.max(axis=1, keepdims=True), R.max(axis=1, keepdims=True)
        D, R = D * (S + 4 * eps * A), R * S + D * (2 * S * E + 4 * eps * A)
    loss = 2 * eps * (1 + abs(net._loss(trace, T))) + float((D * E).sum())
    floors = []
    for layer in reversed(range(len(net.weights))):
        W = np.abs(net.weights[layer])
        dW = np.abs(trace.A[layer]).T @ R + errors[layer].T @ D + 2 * eps * net.weight_decay * W
        floors += [float(R.sum(axis=0).max()), float(dW.max())]
        if layer:
            D, R, (S, B) = D @ W.T, R @ W.T, layers[layer - 1]
            D, R = D * (S + 4 * eps), R * S + D * (B + 4 * eps)
    return floors[::-1], loss
