"""The gradient ledger: every gradient that the package computes, derived, programmed and measured, side by side.

Each entry holds SymPy's derivative against three others: the NumPy code, the complex step, and central differences of
the function itself. The page that shows the ledger is made when the book is built, and the build stops if one entry
exceeds its bound. What chapters print besides is counted on the same page.
"""

import inspect
from typing import NamedTuple

import numpy as np

from . import activations, complexstep, data, gradcheck, losses, optimizers
from .differences import numerical_gradient, relative_error
from .gradreport import BOUNDS
from .network import MLP

_WORDS = {"cross_entropy": "cross-entropy", "binary_cross_entropy": "binary cross-entropy", "mse": "squared error"}
OPINIONS = ("backprop", "complex", "central")


class Entry(NamedTuple):
    """One gradient.

    Attributes
    ----------
    name : str
        What it is the gradient of, in words.
    formula : str
        LaTeX, printed from the SymPy expression.
    chapter : str
        The page that derives it, such as "03-chain-rule".
    errors : dict of str to float
        The relative error of "backprop" (the NumPy code), "complex" and "central" against the symbolic gradient.
    """

    name: str
    formula: str
    chapter: str
    errors: dict

    @property
    def ok(self):
        """Whether every error is within its bound: 1e-12, and 1e-7 for central differences."""
        return all(self.errors[name] <= BOUNDS[name] for name in OPINIONS)


def _entry(name, formula, chapter, symbolic, opinions):
    """An entry from four arrays or lists of arrays."""
    return Entry(name, formula, chapter, {each: relative_error(symbolic, opinions[each]) for each in OPINIONS})


def _activations():
    import sympy as sp

    from . import derive

    z = derive.symbol("z")
    Z = np.random.default_rng(0).uniform(0.1, 4, 40) * np.tile([1, -1], 20)  # off the kink at 0
    for name in derive.ACTIVATIONS:
        here, named = activations.ACTIVATIONS[name], derive.activation(name, z)
        slope = named.diff(z)
        symbolic = derive.numpy_function([z], derive.expanded(sp.sympify(slope)))(Z) * np.ones_like(Z)
        said = derive.expanded(slope) if here.kink else derive.in_own_terms(slope)
        yield _entry(f"{name.replace('_', ' ').replace('relu', 'ReLU')}, its slope",
                     rf"\frac{{d}}{{dz}} {derive.latex(named)} = {derive.latex(said)}",
                     "03-chain-rule", symbolic, {
            "backprop": here.slope(here.value(Z)),
            "complex": numerical_gradient(lambda Z, f=complexstep.HIDDEN[name]: f(Z).sum(), Z, "complex"),
            "central": numerical_gradient(lambda Z, f=here.value: f(Z).sum(), Z)})


def _losses():
    from . import derive

    rng = np.random.default_rng(1)
    for (output, loss), pair in losses.PAIRS.items():
        Z = rng.normal(size=(4, 3))
        T = np.eye(3)[[2, 0, 1, 2]] if output == "softmax" else rng.integers(0, 2, (4, 3)).astype(float)
        entry = derive.output_loss(output, loss, 3)
        columns = derive.numpy_function([*entry.logits, *entry.targets], [entry.formula.diff(z) for z in entry.logits])
        symbolic = np.stack(columns(*Z.T, *T.T), axis=1) / len(Z)
        A = activations.OUTPUTS[output](Z)
        network = derive.SymbolicNetwork([1, 2], output=output, loss=loss)
        yield _entry(f"{_WORDS[loss]} after {output}, by the logits",
                     _derivative(network, network.Z[1][0]), "05-training-and-loss", symbolic, {
            "backprop": pair.gradient(Z, A, T),
            "complex": numerical_gradient(
                lambda Z, T=T, o=output, n=loss: complexstep.example_losses(Z, T, o, n).mean(), Z, "complex"),
            "central": numerical_gradient(lambda Z, T=T, o=output, p=pair: p.value(_seen(p.of, Z, o), T), Z)})


def _seen(of, Z, output):
    """What a loss is taken of, from logits Z, as a forward pass leaves it in its trace."""
    if of == "logits":
        return Z
    log = np.empty_like(Z)
    A = activations.softmax(Z, log=log) if output == "softmax" else activations.OUTPUTS[output](Z)
    return log if of == "log_output" else A


def _derivative(network, by):
    from . import derive

    return f"{derive.latex(network.rate(by))} = {derive.latex(network.gradient(by))}"


def _network():
    """The network that is worked by hand, array by array, its inputs included."""
    from . import derive

    spine = data.spine()
    net = MLP(spine.sizes)
    net.theta = spine.theta
    report = gradcheck.check(net, spine.X, spine.Y)
    network = derive.SymbolicNetwork(net.sizes)
    for index, name in enumerate(report.names):
        layer = index // 2 + 1
        group = network.weights if name[0] == "W" else network.biases
        symbolic = report.opinions["symbolic"][index]
        whole = max(np.abs(array).max() for array in report.opinions["symbolic"])
        errors = {each: float(np.abs(report.opinions[each][index] - symbolic).max() / whole) for each in OPINIONS}
        yield Entry(f"the worked network's {'weights' if name[0] == 'W' else 'biases'} of layer {layer}",
                    _derivative(network, group[layer - 1][0]), "07-backward-pass", errors)


def _weight_decay():
    import sympy as sp

    from . import derive

    w, rate = sp.Symbol("w", real=True), sp.Symbol("lambda", positive=True)
    penalty = rate / 2 * w**2
    W = np.random.default_rng(2).normal(size=6)
    net = MLP([2, 2], hidden="identity", output="linear", weight_decay=0.3)
    net.theta = W
    X, Y = np.zeros((1, 2)), net.forward(np.zeros((1, 2))).output  # no error of its own: only the penalty is left
    free = np.arange(6) < 4

    def loss(theta):
        return complexstep.complex_loss([theta[:4].reshape(2, 2)], [theta[4:]], X, Y, hidden="identity",
                                        output="linear", loss="mse", weight_decay=0.3)

    def own(theta):
        moved = net.copy()
        moved.theta = theta
        return moved.loss(X, Y)

    symbolic = derive.numpy_function([w, rate], penalty.diff(w))(W, 0.3) * free
    yield _entry("weight decay, by a weight", rf"\frac{{d}}{{dw}} {derive.latex(penalty)} = "
                 f"{derive.latex(penalty.diff(w))}", "10-digits", symbolic, {
        "backprop": net.backward(net.forward(X), Y).theta, "complex": numerical_gradient(loss, W, "complex"),
        "central": numerical_gradient(own, W)})


def _updates():
    """Five steps of each rule down a curve; the slope comes from SymPy, from NumPy, and from both numeric ways."""
    import sympy as sp

    from . import derive

    w, g = sp.symbols("w g", real=True)
    names = {"lr": "eta", "beta": "beta", "rho": "rho", "eps": "epsilon", "beta1": "beta_1", "beta2": "beta_2"}
    curve, slope = w**4 / 4 - w**2 + w / 2, lambda theta: theta**3 - 2 * theta + 0.5
    slopes = {
        "backprop": slope,
        "complex": lambda theta: numerical_gradient(lambda t: (t**4 / 4 - t**2 + t / 2).sum(), theta, "complex"),
        "central": lambda theta: numerical_gradient(lambda t: (t**4 / 4 - t**2 + t / 2).sum(), theta)}
    makers = {"gradient descent": optimizers.GradientDescent(0.05), "momentum": optimizers.Momentum(0.05, 0.8),
              "nesterov": optimizers.Nesterov(0.05, 0.8), "rmsprop": optimizers.RMSProp(0.05, 0.9, 1e-3),
              "adam": optimizers.Adam(0.05, 0.9, 0.99, 1e-3)}
    for name, rule in makers.items():
        settings = list(inspect.signature(derive.RULES[name]).parameters)[2:]  # after the loss and its variables
        letters = {key: sp.Symbol(names[key], positive=True) for key in settings}
        symbolic = derive.RULES[name](curve, [w], **letters)
        states = symbolic.steps([1.7], {letters[key]: getattr(rule, key) for key in letters}, 5)
        found = {}
        for each, gradient in slopes.items():
            rule.reset()
            theta, path = np.array([1.7]), []
            for _ in range(5):
                rule.step(theta, gradient(theta))
                path.append(float((rule.behind(theta) if name == "nesterov" else theta)[0]))
            found[each] = np.array(path)
        line = derive.RULES[name](g * w, [w], **letters)  # the loss whose slope is g
        yield _entry(f"{name.replace('nesterov', 'Nesterov').replace('rmsprop', 'RMSProp').replace('adam', 'Adam')}, "
                     "its step", rf"w \leftarrow {derive.latex(line.update[w])}", "08-gradient-descent",
                     np.array([state[0] for state in states[1:]]), found)


class Ledger(list):
    """A list of `Entry`. In a notebook it shows itself as a table."""

    @property
    def ok(self):
        """Whether every entry is within its bounds."""
        return all(entry.ok for entry in self)

    def _repr_markdown_(self):
        def said(entry, name):
            error = entry.errors[name]
            return (f"{error:.0e}" if error else "0") + ("" if error <= BOUNDS[name] else " ✗")

        rows = [f"| [{entry.name}]({entry.chapter}.md) | ${entry.formula}$ | "
                + " | ".join(said(entry, name) for name in OPINIONS) + " |" for entry in self]
        head = ["| gradient, with its chapter | symbolic form | NumPy code | complex step | central differences |",
                "|---|---|---|---|---|"]
        return "\n".join(head + rows)


def ledger():
    """Every gradient of the package with its three errors.

    Returns
    -------
    Ledger
    """
    return Ledger(entry for part in (_activations, _losses, _network, _weight_decay, _updates) for entry in part())
