"""The symbolic network: its derivatives against the network in NumPy; its matrix form proved, and broken."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp

from mlp_core import MLP, derive, gradcheck
from mlp_core.derive.matrixform import matrix_form

PAIRINGS = [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"), ("linear", "mse"), ("softmax", "mse"),
            ("sigmoid", "mse")]
SHAPES = [([2, 2], 1), ([1, 1], 2), ([2, 3, 2], 1), ([3, 2, 1], 2), ([2, 2, 2, 2], 1), ([1, 2, 2], 3)]


def numbers(network, seed=0):
    """X, Y and a NumPy network of the same shape, no pre-activation near a kink (checked by the caller)."""
    rng = np.random.default_rng(seed)
    net = MLP(list(network.sizes), hidden=network.hidden, output=network.output, loss=network.loss_name, seed=seed)
    net.theta[:] = rng.normal(size=net.theta.size)
    X = rng.normal(size=(network.examples, network.sizes[0]))
    k = network.sizes[-1]
    labels = rng.integers(k, size=network.examples)
    Y = np.eye(k)[labels] if network.output == "softmax" else rng.integers(0, 2, (network.examples, k)).astype(float)
    return X, Y, net


def all_cases():
    for hidden in ("relu", "tanh", "sigmoid", "softplus"):
        for output, loss in PAIRINGS:
            for sizes, examples in SHAPES:
                yield pytest.param(sizes, hidden, output, loss, examples,
                                   id=f"{sizes}-{hidden}-{output}-{loss}-{examples}")


@pytest.mark.parametrize(("sizes", "hidden", "output", "loss", "examples"), list(all_cases()))
def test_loss_and_gradients_are_those_of_the_packages_network(sizes, hidden, output, loss, examples):
    network = derive.SymbolicNetwork(sizes, hidden, output, loss, examples)
    X, Y, net = numbers(network, seed=len(sizes) + examples)
    trace = net.forward(X)
    backward = net.backward(trace, Y)
    arrays = X, Y, net.weights, net.biases
    assert np.isclose(network.evaluate(network.L, *arrays), net.loss(X, Y), rtol=1e-12)
    theta = network.evaluate([network.gradient(p, "forward") for p in network.parameters], *arrays)
    assert np.allclose(theta, backward.theta, rtol=0, atol=1e-12 * np.abs(backward.theta).max() + 1e-14)
    for layer in range(1, network.depth + 1):
        assert np.allclose(network.evaluate(network.A[layer], *arrays), trace.A[layer], rtol=1e-12, atol=1e-14)
        dZ = network.evaluate(network.Z[layer].applyfunc(lambda z: network.gradient(z, "forward")), *arrays)
        assert np.allclose(dZ, backward.dZ[layer], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("hidden", ["relu", "tanh"])
@pytest.mark.parametrize(("output", "loss"), PAIRINGS)
def test_gradients_by_inputs_are_central_differences(hidden, output, loss):
    network = derive.SymbolicNetwork([2, 3, 2], hidden, output, loss, examples=2)
    X, Y, net = numbers(network, seed=1)
    assert np.abs(net.forward(X).Z[1]).min() > 1e-3  # no kink within reach of a difference
    measured = gradcheck.numerical_gradient(lambda flat: net.loss(flat.reshape(X.shape), Y), X.ravel())
    derived = network.evaluate(network.X.applyfunc(lambda x: network.gradient(x, "forward")), X, Y, net.weights,
                               net.biases)
    assert gradcheck.relative_error(derived.ravel(), measured) < 1e-7


@pytest.mark.parametrize(("output", "loss"), PAIRINGS)
def test_both_ways_of_differentiating_agree(output, loss):
    """Layer by layer, and sympy.diff of the loss as one composite function."""
    network = derive.SymbolicNetwork([2, 2, 2], "tanh", output, loss)
    X, Y, net = numbers(network)
    quantities = [*network.parameters, *network.X, *network.A[1], *network.Z[1], *network.Z[2], *network.A[2]]
    ways = [network.evaluate([network.gradient(q, form) for q in quantities], X, Y, net.weights, net.biases)
            for form in ("forward", "expanded")]
    assert gradcheck.relative_error(*ways) < 1e-12


@pytest.mark.parametrize(("output", "loss"), PAIRINGS)
@pytest.mark.parametrize("hidden", ["relu", "tanh", "identity"])
@pytest.mark.parametrize(("sizes", "examples"), [([2, 2], 3), ([2, 1, 2], 2), ([2, 2, 1], 1), ([1, 2, 1, 2], 1)])
def test_matrix_form_is_proved(sizes, hidden, output, loss, examples):
    network = derive.SymbolicNetwork(sizes, hidden, output, loss, examples)
    shown = network.prove()
    assert shown["dW1"] == sizes[0] * sizes[1]
    assert sum(shown.values()) == sum(a * b + b for a, b in pairwise(sizes)) + examples * (
        sizes[0] + 2 * sum(sizes[1:]))


def test_the_curriculums_network_is_proved():
    network = derive.SymbolicNetwork([2, 2, 2, 2])
    assert sum(network.prove().values()) == 18 + 2 + 12


# -- planted mistakes ------------------------------------------------------------------------------------------------

def changed(form, name, layer, matrix):
    """The form with one matrix replaced."""
    matrices = list(getattr(form, name))
    matrices[layer] = matrix
    return replace(form, **{name: tuple(matrices)})


MISTAKES = {
    "flipped sign": lambda n, f: changed(f, "dW", 1, -f.dW[1]),
    "transposed dW": lambda n, f: changed(f, "dW", 1, f.dW[1].T),
    "transposed W in dA": lambda n, f: changed(f, "dA", 1, f.dZ[2] * n.weights[1]),
    "missing 1/n": lambda n, f: changed(f, "dW", 0, n.examples * f.dW[0]),
    "lost f'": lambda n, f: changed(f, "dZ", 1, f.dA[1]),
    "f' at A": lambda n, f: changed(f, "dZ", 1, f.dA[1].multiply_elementwise(n.A[1].applyfunc(derive.ReLU.slope))),
    "one example in db": lambda n, f: changed(f, "db", 1, f.dZ[2][0, :]),
    "target minus output": lambda n, f: changed(f, "dZ", 2, -f.dZ[2]),
    "inputs where activations belong": lambda n, f: changed(f, "dW", 1, n.X.T * f.dZ[2]),
    "another shape": lambda n, f: changed(f, "db", 0, f.db[0].T),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize(("output", "loss"), PAIRINGS)
def test_planted_mistakes_in_the_matrix_form_are_refused(mistake, output, loss):
    network = derive.SymbolicNetwork([2, 2, 2], "relu", output, loss, examples=2)
    wrong = MISTAKES[mistake](network, matrix_form(network))
    with pytest.raises(derive.NotEqual, match=r"not shown|has shape"):
        network.prove(wrong)


def test_planted_mistakes_in_a_derivation_are_refused():
    network = derive.SymbolicNetwork([2, 2, 2])
    w = network.weights[0][0, 1]
    done = network.derivation(w)
    right = network.gradient(w, "forward")
    assert done.result == right
    for slip in (-right, right / network.X[0], right.subs(network.weights[1][1, 0], network.weights[1][0, 1])):
        with pytest.raises(derive.NotEqual):
            done.step("a slip", slip)


def test_a_product_of_the_wrong_matrices_is_not_recognised():
    network = derive.SymbolicNetwork([2, 2, 2])
    entries = network.recognise("dA", 1).show(0)
    dZ = sp.ImmutableMatrix(network.Z[2].applyfunc(network.rate))
    with pytest.raises(derive.NotEqual, match="entry"):
        entries.step("forgot the transpose", sp.MatMul(dZ, sp.ImmutableMatrix(network.weights[1]), evaluate=False))


# -- what a page shows -----------------------------------------------------------------------------------------------

def test_output_minus_target_comes_out():
    for output, loss in PAIRINGS[:2]:
        network = derive.SymbolicNetwork([2, 3], output=output, loss=loss, examples=2)
        for z, a, y in zip(network.Z[1], network.A[1], network.Y):
            assert sp.expand(network.gradient(z) - (a - y) / 2) == 0


@pytest.mark.parametrize(("what", "layer"), [("dW", 1), ("dW", 2), ("db", 2), ("dA", 0), ("dA", 1), ("dZ", 1)])
@pytest.mark.parametrize("examples", [1, 2])
def test_products_are_recognised(what, layer, examples):
    network = derive.SymbolicNetwork([2, 3, 2], examples=examples)
    done = network.recognise(what, layer)
    quantities = {"dW": network.weights, "db": network.biases}[what][layer - 1] if what in ("dW", "db") else (
        network.A if what == "dA" else network.Z)[layer]
    assert done.steps[0].expression == quantities.applyfunc(network.gradient)
    assert done.steps[1].evidence == "by algebra"


def test_every_derivation_ends_in_the_forward_form():
    network = derive.SymbolicNetwork([2, 2, 2], examples=1)
    for quantity in (*network.parameters, *network.X, *network.A[1], *network.Z[1], *network.Z[2], *network.A[2]):
        assert network.derivation(quantity).result == network.gradient(quantity, "forward")


def test_formulas_of_the_curriculums_network_read_as_by_hand():
    network = derive.SymbolicNetwork([2, 2, 2, 2])
    z, w, a = network.Z[2][0], network.weights[1][0, 1], network.A[1][1]
    assert derive.latex(network.definitions[z]) == (
        "a^{(1)}_{1} w^{(2)}_{11} + a^{(1)}_{2} w^{(2)}_{21} + b^{(2)}_{1}")
    assert derive.latex(network.gradient(z)) == (
        r"\frac{\partial L}{\partial a^{(2)}_{1}} \operatorname{ReLU}'(z^{(2)}_{1})")
    assert derive.latex(network.gradient(w)) == r"a^{(1)}_{1} \, \frac{\partial L}{\partial z^{(2)}_{2}}"
    assert derive.latex(network.gradient(a)) == (
        r"\frac{\partial L}{\partial z^{(2)}_{1}} w^{(2)}_{21} + \frac{\partial L}{\partial z^{(2)}_{2}} w^{(2)}_{22}")
    assert derive.latex(network.gradient(network.Z[3][0])) == "a^{(3)}_{1} - y_{1}"
    assert len(network.forward()) == 13
    assert len(network.backward()) == 6 + 12 + 6 + 6
    tex = network.backward(1).latex()
    assert tex.count("&=") == 10
    assert "Piecewise" not in tex


def test_symbols_name_the_example_where_there_are_several():
    one, two = (derive.SymbolicNetwork([2, 2], examples=n) for n in (1, 2))
    assert str(one.Z[1][0, 1]) == "z^{(1)}_{2}"
    assert str(two.Z[1][1, 0]) == "z^{(1)}_{21}"


# -- bad calls -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("arguments", "words"), [
    (([2],), "sizes, examples: got"), (([2, 0],), "sizes, examples"), (([2, 2], "rely"), "hidden: got 'rely'"),
    (([2, 2], "relu", "linear", "cross_entropy"), "loss: got 'cross_entropy'"),
    (([2, 2], "relu", "soft"), "loss: got None with output 'soft'"),
    (([2, 2], "relu", "softmax", None, 0), "sizes, examples"),
])
def test_networks_that_are_none_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        derive.SymbolicNetwork(*arguments)


def test_bad_calls_are_refused_by_name():
    network = derive.SymbolicNetwork([2, 2, 2])
    X, Y, net = numbers(network)
    for call, words in (
            (lambda: network.gradient(sp.Symbol("q")), "by: q is no weight"),
            (lambda: network.gradient(network.Y[0]), "is no weight"),
            (lambda: network.gradient(network.X[0], "long"), "form: got 'long'"),
            (lambda: network.forward(3), "layer: got 3, expected 1 to 2"),
            (lambda: network.recognise("dZ", 2), "what, layer: got 'dZ', 2"),
            (lambda: network.evaluate(network.L, X.T, Y, net.weights, net.biases), r"X: got shape \(2, 1\)"),
            (lambda: network.evaluate(network.L, X, Y, net.weights[:1], net.biases), "got 1 and 2 arrays")):
        with pytest.raises(ValueError, match=words):
            call()
