"""The gradient check: differences, the three-way report, and what it says when something is wrong."""

import subprocess
import sys

import numpy as np
import pytest

from mlp_core import MLP, Adam, data, gradcheck, train
from mlp_core.activations import ACTIVATIONS, OUTPUTS, softmax
from mlp_core.complexstep import HIDDEN, OUTPUT, complex_loss
from mlp_core.losses import PAIRS
from mlp_core.network import Gradients


def f(theta):
    """θ₁³ + θ₁ e^θ₂, with gradient (3 θ₁² + e^θ₂, θ₁ e^θ₂)."""
    return theta[0] ** 3 + theta[0] * np.exp(theta[1])


@pytest.mark.parametrize(("method", "bound"), [("forward", 1e-6), ("central", 1e-9), ("complex", 1e-15)])
def test_differences(method, bound):
    theta = np.array([1.5, -0.7])
    before = theta.copy()
    exact = [3 * 1.5**2 + np.exp(-0.7), 1.5 * np.exp(-0.7)]
    found = gradcheck.numerical_gradient(f, theta, method=method)
    assert gradcheck.relative_error(found, exact) < bound
    np.testing.assert_array_equal(theta, before)


def test_methods_have_the_errors_that_their_formulas_promise():
    # sin at 1, h = 1e-3: forward is off by −h/2 sin 1, central by −h²/6 cos 1, the complex step by +h²/6 cos 1.
    def off(method):
        step = gradcheck.numerical_gradient(lambda t: np.sin(t[0]), [1.0], method=method, step=1e-3)
        return step[0] - np.cos(1)

    assert off("forward") == pytest.approx(-5e-4 * np.sin(1), rel=1e-3)
    assert off("central") == pytest.approx(-1e-6 / 6 * np.cos(1), rel=1e-3)
    assert off("complex") == pytest.approx(-1e-6 / 6 * -np.cos(1), rel=1e-3)


def test_any_shape_and_a_number():
    W = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(gradcheck.numerical_gradient(lambda V: (V**2).sum(), W), 2 * W, atol=1e-8)
    found = gradcheck.numerical_gradient(lambda t: t**3, 2.0, method="complex")
    assert found.shape == ()
    assert found == pytest.approx(12, rel=1e-15)


@pytest.mark.parametrize("method", ["forward", "central"])
def test_a_step_that_leaves_the_floats_is_refused(method):
    with pytest.raises(ValueError, match="step: expected one that stays within the floats"):
        gradcheck.numerical_gradient(lambda t: t.sum(), [1.7e308], method=method, step=1.7e308)


def test_the_complex_step_tells_when_the_imaginary_part_is_lost():
    with pytest.raises(TypeError, match="f: expected one complex number"):
        gradcheck.numerical_gradient(lambda t: np.abs(t).sum(), [1.0], method="complex")


def test_relative_error_is_over_the_whole_gradient():
    # The largest difference, 0.5, over the largest entry, 10: the pair 1e-9, 2e-9 is noise, and no "100 %".
    assert gradcheck.relative_error([10, 1e-9, 4], [9.5, 2e-9, 4]) == 0.05
    assert gradcheck.relative_error([np.zeros((2, 2)), np.zeros(2)], [np.zeros((2, 2)), np.zeros(2)]) == 0
    assert gradcheck.relative_error([np.ones((2, 2)), np.ones(2)], [np.ones((2, 2)), np.zeros(2)]) == 1
    assert gradcheck.relative_error([1.0, np.nan], [1.0, 2.0]) == np.inf
    assert gradcheck.relative_error([1.7e308], [-1.7e308]) == 2
    net, X, Y = network()
    assert gradcheck.relative_error(backprop(net, X, Y), 2 * backprop(net, X, Y).theta) == 0.5


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_the_complex_formulas_are_those_of_the_network_on_real_numbers(hidden):
    Z = np.array([-1e4, -30, -1, -0.0, 0, 1, 30, 1e4])
    np.testing.assert_allclose(HIDDEN[hidden](Z.astype(complex)).real, ACTIVATIONS[hidden].value(Z), rtol=1e-14,
                               atol=1e-15)
    found = HIDDEN[hidden](Z + 1e-30j)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.imag / 1e-30, ACTIVATIONS[hidden].slope(ACTIVATIONS[hidden].value(Z)),
                               rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("output", OUTPUTS)
def test_complex_outputs(output):
    Z = np.array([[1e4, -1e4, 0], [0.3, 0.1, -2]])
    np.testing.assert_allclose(OUTPUT[output](Z.astype(complex)).real, OUTPUTS[output](Z), rtol=1e-14)


def network(hidden="tanh", output="softmax", loss=None, sizes=(2, 4, 3, 3), **settings):
    net = MLP(list(sizes), hidden=hidden, output=output, loss=loss, **settings)
    rng = np.random.default_rng(0)
    net.theta = rng.normal(size=net.theta.size)
    k = sizes[-1]
    return net, rng.normal(size=(6, sizes[0])), rng.integers(0, k, 6) if output == "softmax" else rng.integers(
        0, 2, (6, k))


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_all_agree(hidden, output, loss):
    net, X, Y = network(hidden, output, loss, weight_decay=0.05)
    before = net.theta.tobytes()
    report = gradcheck.check(net, X, Y)
    assert report.ok, str(report)
    assert report.odd_one_out is None
    assert report.max_relative_error < 1e-12
    assert report.max_central_error < 1e-7
    assert report.names == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert net.theta.tobytes() == before


def test_one_neuron_one_example_and_float32():
    net, X, Y = network(output="linear", sizes=(1, 1), dtype=np.float32)
    assert gradcheck.check(net, X[:1], Y[:1]).ok
    assert net.dtype == np.float32


def backprop(net, X, Y):
    return net.backward(net.forward(X), Y)


def test_a_wrong_backward_pass_stands_alone():
    net, X, Y = network()
    wrong = backprop(net, X, Y)
    wrong.weights[1][2, 0] += 1e-6
    report = gradcheck.check(net, X, Y, gradients=wrong)
    assert not report.ok
    assert report.odd_one_out == "backprop"
    difference = report.differences["W2", "symbolic", "backprop"]
    assert difference.index == (2, 0)
    assert difference.values[1] - difference.values[0] == pytest.approx(1e-6, rel=1e-6)
    assert report.differences["W1", "symbolic", "backprop"].ok
    assert "DISAGREE: backprop stands alone" in str(report)
    assert report.max_relative_error > 1e-8


def test_one_s_own_gradients_in_every_form():
    net, X, Y = network()
    right = backprop(net, X, Y)
    for form in (right, right.theta, (list(right.weights), list(right.biases))):
        assert gradcheck.check(net, X, Y, gradients=form).ok
    transposed = ([dW.T for dW in right.weights], right.biases)
    with pytest.raises(ValueError, match=r"dW1: expected shape \(2, 4\), like its parameter, got \(4, 2\)"):
        gradcheck.check(net, X, Y, gradients=transposed)


def test_not_a_number_is_no_agreement():
    net, X, Y = network()
    wrong = backprop(net, X, Y)
    wrong.biases[0][1] = np.nan
    report = gradcheck.check(net, X, Y, gradients=wrong)
    assert report.odd_one_out == "backprop"
    assert report.max_relative_error == np.inf


def test_a_wrong_derivation_stands_alone(monkeypatch):
    from mlp_core import derive

    right = derive.layerwise_gradients

    def wrong(*arguments, **names):
        dW, db = right(*arguments, **names)
        return [dW[0] * 2, *dW[1:]], db

    monkeypatch.setattr(derive, "layerwise_gradients", wrong)
    assert gradcheck.check(*network()).odd_one_out == "symbolic"


def test_wrong_numbers_stand_alone(monkeypatch):
    def tripled(*arguments, **names):
        value = complex_loss(*arguments, **names)
        return complex(value.real, 3 * value.imag)

    monkeypatch.setattr(gradcheck, "complex_loss", tripled)
    assert gradcheck.check(*network()).odd_one_out == "complex"
    monkeypatch.undo()
    monkeypatch.setitem(gradcheck.STEPS, "central", 0.1)
    assert gradcheck.check(*network()).odd_one_out == "central"


def test_a_wrong_forward_pass_checks_out_against_itself_only(monkeypatch):
    """Its gradient is right for its own, wrong function: central differences agree, the formulas do not."""
    class Doubled(MLP):
        def _forward(self, trace):
            super()._forward(trace)
            last = trace.Z[-1]
            last *= 2
            softmax(last, out=trace.A[-1], log=trace.log_output)

        def _backward(self, trace, T, gradients):
            super()._backward(trace, T, gradients)
            gradients.theta *= 2

    net, X, Y = network()
    wrong = Doubled([2, 4, 3, 3], hidden="tanh")
    wrong.theta = net.theta
    report = gradcheck.check(wrong, X, Y)
    assert report.error("backprop", "central") < 1e-7
    assert report.odd_one_out == "forward"
    assert "look at the forward pass" in str(report)


def test_kinks_in_the_way_are_found_and_said():
    # Z1 = (1e-7, 1): a central step of 6e-6 on W1 or b1 of the first neuron steps over its kink, others do not.
    net = MLP([1, 2, 1], output="linear")
    net.theta = [1e-7, 1, 0, 0, 1, 1, 0]
    report = gradcheck.check(net, [[1.0]], [5.0])
    assert report.kinks == [("W1", (0, 0)), ("b1", (0,))]
    assert report.ok, str(report)
    assert report.on_kink == 0
    assert "stepped over a kink of the activation: 2" in str(report)
    # The differences there would have been wrong: half a slope.
    assert report.opinions["central"][0][0, 0] == pytest.approx(report.opinions["backprop"][0][0, 0] / 2, rel=0.1)


def test_where_nothing_could_be_compared_the_report_says_nothing():
    net = MLP([1, 1, 1], output="linear", seed=0)
    net.weights[0][:], net.biases[0][:] = 1, 0
    report = gradcheck.check(net, np.zeros((2, 1)), np.ones((2, 1)))  # the only hidden neuron is exactly on its kink
    assert report.differences["b1", "backprop", "central"].compared == 0
    assert report.differences["b1", "backprop", "complex"].compared == 1
    (row,) = [line.split() for line in str(report).splitlines() if line.startswith("b1")]
    assert row[2:6] == ["0.0e+00", "0.0e+00", "0.0e+00", "–"]
    assert "<td>–</td>" in report._repr_html_()


def test_exactly_on_the_kink_the_convention_is_said():
    net = MLP([1, 2, 1], output="linear")
    net.theta = [1, 1, 0, -2, 1, 1, 0]
    report = gradcheck.check(net, [[0.0]], [5.0])
    assert (report.on_kink, report.ok) == (1, True)
    assert "exactly 0: 1" in str(report)
    assert "kink" not in str(gradcheck.check(*network("tanh")))


def test_a_network_that_fits_its_data_is_not_blamed_for_rounding():
    X, y = data.blobs(30, spread=0.2)
    net = MLP([2, 8, 3], hidden="tanh")
    train(net, X, y, Adam(0.05), epochs=3000)
    assert net.loss(X, y) < 1e-5
    assert gradcheck.check(net, X, y).ok
    wrong = backprop(net, X, y)
    wrong.theta *= 1.001
    assert gradcheck.check(net, X, y, gradients=wrong).odd_one_out == "backprop"


@pytest.mark.parametrize("scale", [1e-3, 100, 1e4])
def test_inputs_of_any_size(scale):
    net, X, Y = network("relu")
    net.weights[0] /= scale
    assert gradcheck.check(net, X * scale, Y).ok


def houses():
    """Areas near 2,000, prices near 200,000: nothing was scaled."""
    rng = np.random.default_rng(0)
    X = rng.normal(2000, 500, (20, 1))
    return X, 100 * X + rng.normal(0, 1e4, (20, 1))


def spoiled(gradients):
    """A thousandth is wrong in the largest entry."""
    gradients.theta[np.abs(gradients.theta).argmax()] *= 1.001
    return gradients


@pytest.mark.parametrize("hidden", ["relu", "tanh"])
@pytest.mark.parametrize("sizes", [[1, 1], [1, 4, 1], [1, 8, 8, 1]])
def test_examples_as_they_come(sizes, hidden):
    net, (X, Y) = MLP(sizes, hidden=hidden, output="linear"), houses()
    report = gradcheck.check(net, X, Y)
    assert report.ok, str(report)
    assert gradcheck.check(net, X, Y, gradients=spoiled(backprop(net, X, Y))).odd_one_out == "backprop"


@pytest.mark.parametrize("scale", [1e-6, 1e4, 1e6, 1e12])
@pytest.mark.parametrize(("output", "loss"), [pair for pair in PAIRS if pair[1] != "mse" or pair[0] == "linear"])
@pytest.mark.parametrize("hidden", ["identity", "relu", "leaky_relu", "softplus", "tanh"])
def test_inputs_that_the_weights_are_not_made_for(hidden, output, loss, scale):
    net, X, Y = network(hidden, output, loss)
    X *= scale
    report = gradcheck.check(net, X, Y)
    assert report.ok, str(report)
    assert gradcheck.check(net, X, Y, gradients=spoiled(backprop(net, X, Y))).odd_one_out == "backprop"


@pytest.mark.parametrize("times", [10, 100])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_large_weights(hidden, output, loss, times):
    # Saturated units lose digits, all of them at times; a thousandth is still seen where more than rounding is left.
    net, X, Y = network(hidden, output, loss)
    net.theta *= times
    report = gradcheck.check(net, X, Y)
    assert report.ok, str(report)
    wrong = spoiled(backprop(net, X, Y))
    if np.abs(wrong.theta).max() > 1e-10:
        assert gradcheck.check(net, X, Y, gradients=wrong).odd_one_out == "backprop"


def test_a_gradient_that_is_nothing_but_rounding():
    # Weights 0 and as many examples of each class: the bias gradients cancel, but for the last bits.
    net, X, _ = network()
    net.theta = np.zeros_like(net.theta)
    report = gradcheck.check(net, X, [0, 0, 1, 1, 2, 2])
    assert report.ok
    assert report.max_relative_error > 1e-3
    assert "The gradients agree as far as rounding shows: they differ by" in str(report)
    assert "e-17 at most" in str(report)
    assert "relative error" not in str(report)


def test_central_differences_that_rounding_blurs_are_said_to_be():
    X, Y = houses()
    text = str(gradcheck.check(MLP([1, 1], output="linear"), X, Y))
    assert "The gradients agree: relative error" in text
    assert "which is rounding." in text
    assert "rounding" not in str(gradcheck.check(*network()))


def test_weight_decay_that_cancels_the_gradient():
    # At the bottom, λW = −∂L/∂W of the bare loss: what is left is rounding.
    X = np.array([[1.0], [3.0]])
    net = MLP([1, 1], output="linear", weight_decay=0.3)
    A = np.array([[X[0, 0] ** 2 + X[1, 0] ** 2 + 0.3, X.sum()], [X.sum(), 2]])
    net.theta = np.linalg.solve(A, [1 * 7 + 3 * 2, 9])
    assert gradcheck.check(net, X, [7.0, 2.0]).ok


def test_a_sample_of_entries():
    net, X, Y = network(sizes=(10, 20, 3))
    report = gradcheck.check(net, X, Y, sample=7, seed=1)
    assert report.ok
    measured = [int((numeric != 0).sum()) for numeric in report.opinions["complex"]]
    assert all(number in (7, 8) for number in measured[:3])  # and where two answers differ most, if only by rounding
    assert measured[3] == 3


@pytest.mark.parametrize("mistake", [1e-3, np.inf, np.nan])
def test_a_sample_finds_who_is_wrong_wherever_it_is(mistake):
    net, X, Y = network(sizes=(10, 20, 3))
    for at in np.random.default_rng(3).integers(0, 200, 8):
        wrong = backprop(net, X, Y)
        wrong.weights[0].flat[at] += mistake
        report = gradcheck.check(net, X, Y, gradients=wrong, sample=2)
        assert report.odd_one_out == "backprop"
        assert report.differences["W1", "backprop", "complex"].index == np.unravel_index(at, (10, 20))


def test_the_report_as_text_and_as_a_table():
    net, X, Y = network()
    report = gradcheck.check(net, X, Y)
    text, table = str(report), report._repr_html_()
    assert " ".join(text.splitlines()[0].split()) == (
        "shape symbolic | backprop symbolic | complex backprop | complex backprop | central largest at")
    assert "The gradients agree" in text
    assert table.count("<tr>") == 7
    assert table.count('scope="row"') == 6
    assert "✗" not in table
    wrong = backprop(net, X, Y)
    wrong.theta[0] += 1
    assert "✗" in gradcheck.check(net, X, Y, gradients=wrong)._repr_html_()


def test_sympy_is_loaded_only_by_a_check():
    code = ("import sys, mlp_core; mlp_core.gradcheck.numerical_gradient(lambda t: t[0], [1.0]); "
            "assert 'sympy' not in sys.modules")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_gradients_are_what_backward_returns():
    net, X, Y = network()
    assert isinstance(backprop(net, X, Y), Gradients)
