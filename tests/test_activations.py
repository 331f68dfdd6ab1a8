"""Values and slopes of the activations: by hand, at the ends of the floats, against central differences."""

import numpy as np
import pytest

from mlp_core.activations import ACTIVATIONS, OUTPUTS, softmax

# By hand: e = 2.718281828459045, σ(1) = 1/(1 + 1/e), tanh 1 = (e² − 1)/(e² + 1), softplus(0) = ln 2.
BY_HAND = [
    ("identity", -1.5, -1.5, 1), ("identity", 0, 0, 1),
    ("relu", -2, 0, 0), ("relu", 0, 0, 0), ("relu", 3, 3, 1),
    ("leaky_relu", -2, -0.02, 0.01), ("leaky_relu", 0, 0, 0.01), ("leaky_relu", 3, 3, 1),
    ("sigmoid", 0, 0.5, 0.25), ("sigmoid", 1, 0.7310585786300049, 0.19661193324148185),
    ("tanh", 0, 0, 1), ("tanh", 1, 0.7615941559557649, 0.41997434161402614),
    ("softplus", 0, 0.6931471805599453, 0.5), ("softplus", 1, 1.3132616875182228, 0.7310585786300049),
]


@pytest.mark.parametrize(("name", "z", "value", "slope"), BY_HAND)
def test_by_hand(name, z, value, slope):
    f, Z = ACTIVATIONS[name], np.array([[float(z)]])
    A = f.value(Z)
    assert A.item() == pytest.approx(value, rel=1e-15, abs=1e-17)
    assert f.slope(A).item() == pytest.approx(slope, rel=1e-14, abs=1e-17)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_is_the_derivative(name):
    Z = np.linspace(-6, 6, 40)  # 0 is not among them
    f, h = ACTIVATIONS[name], 1e-6
    central = (f.value(Z + h) - f.value(Z - h)) / (2 * h)
    np.testing.assert_allclose(f.slope(f.value(Z)), central, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_huge_arguments_are_finite_and_quiet(name, dtype):
    Z = np.array([-1e4, -500, -89, -0.0, 0, 89, 500, 1e4], dtype=dtype)
    f = ACTIVATIONS[name]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        A = f.value(Z)
        slope = f.slope(A)
    assert np.isfinite(A).all()
    assert np.isfinite(slope).all()
    assert A.dtype == slope.dtype == dtype
    ends = {"relu": (0, 1e4), "leaky_relu": (-100, 1e4), "identity": (-1e4, 1e4), "sigmoid": (0, 1), "tanh": (-1, 1),
            "softplus": (0, 1e4)}[name]
    np.testing.assert_allclose(A[[0, -1]], ends)


def test_sigmoid_and_softplus_keep_their_digits_far_out():
    # σ(−40) = e⁻⁴⁰ to 17 digits, and so is softplus(−40) and its slope: 4.248354255291589e-18.
    Z = np.array([-40.0])
    for name in ("sigmoid", "softplus"):
        f = ACTIVATIONS[name]
        A = f.value(Z)
        assert A.item() == pytest.approx(4.248354255291589e-18, rel=1e-14, abs=0)
        assert f.slope(A).item() == pytest.approx(4.248354255291589e-18, rel=1e-14, abs=0)


def test_softmax_by_hand():
    # Logits ln 1, ln 2, ln 5: probabilities 1/8, 2/8, 5/8.
    np.testing.assert_allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]], rtol=1e-15)


def test_softmax_of_huge_logits():
    with np.errstate(over="raise", invalid="raise"):
        A = softmax(np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]]))
    np.testing.assert_allclose(A, [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-15)


@pytest.mark.parametrize("function", [*(entry.value for entry in ACTIVATIONS.values()), *OUTPUTS.values()])
def test_out_is_filled_and_the_argument_left_alone(function):
    Z = np.random.default_rng(0).normal(size=(4, 3))
    before, out = Z.copy(), np.empty_like(Z)
    assert function(Z, out=out) is out
    np.testing.assert_array_equal(out, function(Z))
    np.testing.assert_array_equal(Z, before)
    assert not np.shares_memory(function(Z), Z)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_writes_its_logarithm_beside_it(dtype):
    Z = np.array([[1, 2, 3], [1e4, -1e4, 0], [0, 0, 0]], dtype=dtype)
    log = np.empty_like(Z)
    A = softmax(Z, log=log)
    np.testing.assert_allclose(log[[0, 2]], np.log(A[[0, 2]]), rtol=1e-6 if dtype == np.float32 else 1e-14)
    np.testing.assert_array_equal(A[1], [1, 0, 0])  # its logarithm is finite all the same
    np.testing.assert_array_equal(log[1], [0, -2e4, -1e4])
