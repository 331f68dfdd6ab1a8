"""The worksheet of the worked network: tables to be filled in by hand, and the same tables filled in.

Every number comes from `data.spine`, or from a seed, and from an `MLP`. So the answers cannot differ from what the
network does.
"""

from fractions import Fraction

import numpy as np

from . import _validate, data
from .network import MLP
from .optimizers import GradientDescent

__all__ = ["Table", "answers", "backward", "chain", "exact", "forward", "given", "key", "network", "sheet", "step"]

LAYERS = (1, 2, 3)
_CHAIN = {"x": 2.0, "y": 4.0, "W_1": 3.0, "W_2": 1.0, "lr": 0.01}


class Table(str):
    """Markdown that a notebook shows as a table."""

    def _repr_markdown_(self):
        return str(self)


def exact(number):
    """A multiple of an eighth as TeX, such as -\\tfrac{3}{2}.

    Raises
    ------
    ValueError
        If the number is no such multiple.
    """
    found = Fraction(round(8 * float(number)), 8)
    if abs(found - number) > 1e-12:
        raise ValueError(f"number: got {number!r}, expected a multiple of 1/8")
    sign = "-" if found < 0 else ""
    top, below = abs(found.numerator), found.denominator
    return f"{sign}{top}" if below == 1 else f"{sign}\\tfrac{{{top}}}{{{below}}}"


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return Table("\n".join("| " + " | ".join(line) + " |" for line in lines))


def _tex(text, filled=True):
    return f"${text}$" if filled else ""


def network(seed=None):
    """The network of chapter 6 and its example, or one of the same shape with numbers from a seed.

    Parameters
    ----------
    seed : int or None
        0 or more: weights and biases are multiples of ½ from −2 to 2, such that the top neurons fire, another is
        silent, and no sum is too large for a pencil.

    Returns
    -------
    tuple
        `MLP`, inputs x (1, 2), target y (1, 2).

    Raises
    ------
    TypeError, ValueError
        If the seed is no whole number from 0 on.
    """
    spine = data.spine()
    net = MLP(spine.sizes, hidden="relu", output="softmax")
    if seed is None:
        net.theta = spine.theta
        return net, spine.x, spine.y
    rng = np.random.default_rng(_validate.integer("seed", seed, 0))
    while True:
        net.theta = rng.integers(-4, 5, size=net.theta.size) / 2
        x, y = rng.integers(-2, 4, size=(1, 2)).astype(float), np.eye(2)[[rng.integers(2)]]
        if _suits_a_pencil(net, x, y):
            return net, x, y


def _suits_a_pencil(net, x, y):
    trace = net.forward(x)
    sums = np.concatenate(trace.Z[1:], axis=None)
    silent = np.concatenate(trace.Z[1:3], axis=None) < 0
    return (np.abs(sums).min() >= 0.5 and np.abs(sums).max() <= 5 and np.abs(np.diff(trace.Z[3])).max() <= 3
            and x.all() and trace.Z[1][0, 0] > 0 and trace.Z[2][0, 0] > 0 and silent.any()
            and net.backward(trace, y).dZ[2][0, 0] != 0 and all(np.count_nonzero(W) >= 3 for W in net.weights))


def answers(seed=None):
    """What the network does with its example.

    Parameters
    ----------
    seed : int or None
        As in `network`.

    Returns
    -------
    tuple
        The network (`MLP`), its `Trace`, its `Gradients`, the target, and s (float): the error of the top output
        neuron, its output minus its target. The other errors and all slopes are simple multiples of s.
    """
    net, x, y = network(seed)
    trace = net.forward(x)
    grads = net.backward(trace, y)
    return net, trace, grads, y, float(grads.dZ[3][0, 0])


def given(seed=None):
    """The eighteen numbers of the network as chapter 6 lays them out, the inputs and the target."""
    net, x, y = network(seed)
    rows = [[_tex(f"w_{{{j + 1}{k + 1}}}"), f"from {j + 1} to {k + 1}", *(_tex(exact(W[j, k])) for W in net.weights)]
            for j in (0, 1) for k in (0, 1)]
    rows += [[_tex(f"b_{k + 1}"), f"bias of {k + 1}", *(_tex(exact(b[k])) for b in net.biases)] for k in (0, 1)]
    rows += [[_tex(f"x_{k + 1}"), f"input {k + 1}", _tex(exact(x[0, k])), "", ""] for k in (0, 1)]
    rows += [[_tex(f"y_{k + 1}"), f"target {k + 1}", "", "", _tex(exact(y[0, k]))] for k in (0, 1)]
    return _table(["number", "what it is", *(f"layer {layer}" for layer in LAYERS)], rows)


def forward(seed=None, filled=False):
    """The way forward: each neuron's weighted sum and output, and the loss.

    Parameters
    ----------
    seed : int or None
        As in `network`.
    filled : bool
        Whether the answers stand in the table.
    """
    net, trace, _, y, _ = answers(seed)
    rows = []
    for layer in LAYERS:
        for k in (0, 1):
            out = trace.A[layer][0, k]
            shown = exact(out) if layer < 3 else f"{out:.3f}"
            letter = f"a^{{({layer})}}_{k + 1}" if layer < 3 else f"p_{k + 1}"
            rows.append([f"{layer}, {('top', 'bottom')[k]}", _tex(f"z^{{({layer})}}_{k + 1}"),
                         _tex(exact(trace.Z[layer][0, k]), filled), _tex(letter), _tex(shown, filled)])
    loss = net.loss(trace.A[0], y)
    rows.append(["loss", "", "", "$L$", _tex(f"{loss:.3f}", filled)])
    return _table(["layer, neuron", "name", "sum", "name", "output"], rows)


def backward(seed=None, filled=False):
    """The way back: what each neuron is handed, its error, and the slopes of its weights and bias, in multiples of s.

    Parameters
    ----------
    seed, filled
        As in `forward`.
    """
    net, _, grads, _, s = answers(seed)
    rows = []
    for layer in reversed(LAYERS):
        W, b, dZ = grads.weights[layer - 1], grads.biases[layer - 1], grads.dZ[layer]
        handed = grads.dZ[layer + 1] @ net.weights[layer].T if layer < 3 else None
        for k in (0, 1):
            numbers = [dZ[0, k], W[0, k], W[1, k], b[k]]
            first = "–" if handed is None else _tex(exact(handed[0, k] / s), filled)
            rows.append([f"{layer}, {('top', 'bottom')[k]}", first,
                         *(_tex(exact(number / s), filled) for number in numbers)])
    return _table(["layer, neuron", "handed to it", "error", "weight from 1", "weight from 2", "bias"], rows)


def step(seed=None, lr=0.1, filled=False):
    """One step downhill with all eighteen numbers: where the heaviest blamed weight goes, and the loss.

    Parameters
    ----------
    seed, filled
        As in `forward`.
    lr : float
        The learning rate, > 0.
    """
    net, trace, grads, target, s = answers(seed)
    before = net.loss(trace.A[0], target)
    net.theta = GradientDescent(lr=lr).step(net.theta, grads.theta)
    rows = [["$s$, output of the top neuron minus its target", _tex(f"{s:.3f}", filled)],
            ["$w^{(2)}_{11}$ after the step", _tex(f"{net.weights[1][0, 0]:.3f}", filled)],
            ["$b^{(3)}_1$ after the step", _tex(f"{net.biases[2][0]:.3f}", filled)],
            ["$L$ before the step", _tex(f"{before:.3f}", filled)],
            ["$L$ after the step", _tex(f"{net.loss(trace.A[0], target):.3f}", filled)]]
    return _table([f"one step, $\\eta = {lr:g}$", "value"], rows)


def chain(turns=2, filled=False):
    """The chain of two stages of chapter 9, turn by turn.

    Parameters
    ----------
    turns : int
        How many, at least 1.
    filled : bool
        As in `forward`.
    """
    net = MLP([1, 1, 1], hidden="identity", output="linear")
    net.theta = [_CHAIN["W_1"], 0, _CHAIN["W_2"], 0]
    x, y, lr = np.array([[_CHAIN["x"]]]), np.array([[_CHAIN["y"]]]), _CHAIN["lr"]
    names = ["$a = W_1 x$", r"$\hat y = W_2 a$", r"$L = (\hat y - y)^2$", r"slope arriving at stage 2",
             "slope of $W_2$", "slope handed back to stage 1", "slope of $W_1$",
             r"$\Delta W_2$", r"$\Delta W_1$", "new $W_1$", "new $W_2$"]
    columns = []
    for _ in range(turns):
        trace = net.forward(x)
        grads = net.backward(trace, y)
        arriving, handed = float(grads.dZ[2][0, 0]), float(grads.dZ[1][0, 0])
        slope1, slope2 = float(grads.weights[0][0, 0]), float(grads.weights[1][0, 0])
        values = [trace.A[1][0, 0], trace.output[0, 0], net.loss(x, y), arriving, slope2, handed, slope1,
                  -lr * slope2, -lr * slope1]
        net.weights[0][...] -= lr * slope1   # the chain has no biases, so these stay 0
        net.weights[1][...] -= lr * slope2
        columns.append([*values, net.weights[0][0, 0], net.weights[1][0, 0]])
    rows = [[name, *(_tex(f"{round(float(value), 4):g}", filled) for value in line)]
            for name, line in zip(names, zip(*columns, strict=True), strict=True)]
    return _table(["in each turn", *(f"turn {turn + 1}" for turn in range(turns))], rows)


def sheet(seed=None, filled=False):
    """A whole sheet: what is given, then the tables of `forward`, `backward` and `step`, blank or filled."""
    parts = ("**Given**", given(seed), "**Forward**", forward(seed, filled), "**Backward, in multiples of $s$**",
             backward(seed, filled), "**One step**", step(seed, filled=filled))
    return Table("\n\n".join(parts))


def key(seed=None):
    """The same sheet with its answers: from a student's seed, the teacher's key."""
    return sheet(seed, filled=True)
