"""Losses: worked numbers, huge logits, gradients against central differences, and the targets they take."""

import numpy as np
import pytest

from mlp_core import losses
from mlp_core.activations import OUTPUTS, softmax

PAIRS = list(losses.PAIRS)


def example(output, loss, n=4, k=3, seed=0):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, k))
    if output == "softmax":
        T = np.eye(k)[rng.integers(0, k, n)]
    else:
        T = rng.integers(0, 2, (n, k)).astype(float) if loss == "binary_cross_entropy" else rng.normal(size=(n, k))
    return Z, T


def value(output, loss, Z, T):
    log_output = np.empty_like(Z)
    A = softmax(Z, log=log_output) if output == "softmax" else OUTPUTS[output](Z)
    pair = losses.PAIRS[output, loss]
    return pair.value({"logits": Z, "output": A, "log_output": log_output}[pair.of], T)


def gradient(output, loss, Z, T):
    return losses.PAIRS[output, loss].gradient(Z, OUTPUTS[output](Z), T)


def test_cross_entropy_by_hand():
    # Probabilities 1/8, 2/8, 5/8 and 1/2, 1/4, 1/4; labels 2 and 0: (−ln 5/8 − ln 1/2)/2 = 0.581575404902840
    Z = np.log([[1.0, 2.0, 5.0], [2.0, 1.0, 1.0]])
    T = np.array([[0.0, 0, 1], [1, 0, 0]])
    assert value("softmax", "cross_entropy", Z, T) == pytest.approx(0.581575404902840, rel=1e-14)
    np.testing.assert_allclose(gradient("softmax", "cross_entropy", Z, T),
                               [[1 / 16, 1 / 8, -3 / 16], [-1 / 4, 1 / 8, 1 / 8]], rtol=1e-14)


def test_binary_cross_entropy_by_hand():
    # σ(ln 3) = 3/4, σ(0) = 1/2; targets 1 and 0 of one example: −ln 3/4 − ln 1/2 = 0.980829253011726. Summed, not
    # averaged, over the two outputs.
    Z, T = np.array([[np.log(3), 0.0]]), np.array([[1.0, 0.0]])
    assert value("sigmoid", "binary_cross_entropy", Z, T) == pytest.approx(0.980829253011726, rel=1e-14)
    np.testing.assert_allclose(gradient("sigmoid", "binary_cross_entropy", Z, T), [[-0.25, 0.5]], rtol=1e-15)


def test_mse_by_hand():
    # Errors (1, −2) and (3, 0): squares 5 and 9, mean over the two examples 7, not over the four numbers.
    Z, T = np.array([[2.0, 1.0], [4.0, 4.0]]), np.array([[1.0, 3.0], [1.0, 4.0]])
    assert value("linear", "mse", Z, T) == 7
    np.testing.assert_array_equal(gradient("linear", "mse", Z, T), [[1, -2], [3, 0]])


@pytest.mark.parametrize(("n", "k"), [(1, 1), (1, 4), (7, 1), (5, 3)])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_gradient_is_the_slope_of_the_value(output, loss, n, k):
    Z, T = example(output, loss, n, k, seed=n + 10 * k)
    h, central = 1e-5, np.empty_like(Z)
    for index in np.ndindex(Z.shape):
        step = np.zeros_like(Z)
        step[index] = h
        central[index] = (value(output, loss, Z + step, T) - value(output, loss, Z - step, T)) / (2 * h)
    np.testing.assert_allclose(gradient(output, loss, Z, T), central, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_huge_logits_are_finite_and_quiet(output, loss, dtype):
    Z = np.array([[1e4, -1e4], [-1e4, 1e4], [1e4, 1e4]], dtype=dtype)
    T = np.array([[0, 1], [0, 1], [1, 0]], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        loss_value, dZ = value(output, loss, Z, T), gradient(output, loss, Z, T)
    assert np.isfinite(loss_value)
    assert np.isfinite(dZ).all()
    assert dZ.dtype == dtype
    if loss == "cross_entropy":
        # Example by example: z₁ − z₂ = 2e4, 0 and ln 2; each third of A − T.
        assert loss_value == pytest.approx((2e4 + np.log(2)) / 3, rel=1e-6)
        np.testing.assert_allclose(dZ * 3, [[1, -1], [0, 0], [-0.5, 0.5]], rtol=1e-6)
    if loss == "binary_cross_entropy":
        assert loss_value == pytest.approx(3e4 / 3, rel=1e-6)
        np.testing.assert_allclose(dZ * 3, [[1, -1], [0, 0], [0, 1]], rtol=1e-6)


def test_a_sure_and_right_answer_costs_next_to_nothing():
    Z, T = np.array([[40.0, 0.0]]), np.array([[1.0, 0.0]])
    assert 0 <= value("softmax", "cross_entropy", Z, T) < 1e-15
    assert value("sigmoid", "binary_cross_entropy", Z[:, :1], T[:, :1]) == pytest.approx(np.exp(-40), rel=1e-12, abs=0)


def test_labels_and_one_hot_are_the_same_targets():
    labels = np.array([2, 0, 1])
    for Y in (labels, labels.astype(np.uint8), labels.astype(float), [2, 0, 1], np.eye(3)[labels],
              np.eye(3, dtype=int)[labels]):
        T = losses.targets(Y, 3, 3, "softmax", "cross_entropy")
        np.testing.assert_array_equal(T, [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
        assert T.dtype == np.float64


def test_one_output_takes_a_flat_list():
    T = losses.targets([0, 1, 1], 3, 1, "sigmoid", "binary_cross_entropy", np.float32)
    assert T.shape == (3, 1)
    assert T.dtype == np.float32
    np.testing.assert_array_equal(losses.targets([0.5, -2.0], 2, 1, "linear", "mse"), [[0.5], [-2.0]])


@pytest.mark.parametrize(("output", "default"), [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"),
                                                 ("linear", "mse")])
def test_the_loss_follows_the_output(output, default):
    assert losses.choose(output) == default
    assert losses.choose(output, "mse") == "mse"
    for wrong in {"cross_entropy", "binary_cross_entropy"} - {default}:
        with pytest.raises(ValueError, match=f"loss: expected .*{output}.*{wrong}"):
            losses.choose(output, wrong)
