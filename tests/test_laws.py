"""Laws that hold for all numbers, tried on many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mlp_core import MLP, GradientDescent, Momentum, Nesterov, train
from mlp_core.activations import ACTIVATIONS, sigmoid, softmax, softplus
from mlp_core.losses import PAIRS

number = st.floats(-1e4, 1e4)
small = st.floats(-20, 20)
logits = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(lambda shape: arrays(float, shape, elements=number))
seeds = st.integers(0, 2**32 - 1)
pairs = st.sampled_from(list(PAIRS))
hidden = st.sampled_from(list(ACTIVATIONS))


def network(seed, activation="tanh", pair=("softmax", "cross_entropy"), weight_decay=0.0):
    """A random network of 1 to 3 hidden layers, with examples and targets to go with it."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, rng.integers(3, 6)).tolist()
    net = MLP(sizes, hidden=activation, output=pair[0], loss=pair[1], weight_decay=weight_decay)
    net.theta = rng.normal(size=net.theta.size)
    n, k = int(rng.integers(2, 8)), sizes[-1]
    Y = np.eye(k)[rng.integers(0, k, n)] if pair[0] == "softmax" else rng.integers(0, 2, (n, k)).astype(float)
    return net, rng.normal(size=(n, sizes[0])), Y, rng


@given(logits, number)
def test_softmax_ignores_a_shift(Z, shift):
    np.testing.assert_allclose(softmax(Z + shift), softmax(Z), rtol=1e-7, atol=1e-11)


@given(logits)
def test_softmax_is_a_distribution_that_keeps_the_order(Z):
    A = softmax(Z)
    assert (A >= 0).all()
    np.testing.assert_allclose(A.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_array_equal(A.max(axis=1), np.take_along_axis(A, Z.argmax(axis=1)[:, None], 1)[:, 0])


@given(arrays(float, 5, elements=number))
def test_sigmoid_and_softplus_mirror(Z):
    np.testing.assert_allclose(sigmoid(-Z), 1 - sigmoid(Z), rtol=0, atol=2e-16)
    np.testing.assert_allclose(softplus(Z) - softplus(-Z), Z, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(np.tanh(Z / 2), 2 * sigmoid(Z) - 1, rtol=0, atol=4e-16)


@given(arrays(float, (4, 2), elements=small))
def test_two_softmax_outputs_are_one_sigmoid(Z):
    np.testing.assert_allclose(softmax(Z)[:, 0], sigmoid(Z[:, 0] - Z[:, 1]), rtol=1e-12)


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), hidden)
def test_activations_rise_and_their_slopes_are_bounded(a, b, name):
    f = ACTIVATIONS[name]
    low, high = f.value(np.array([min(a, b), max(a, b)]))
    assert low <= high
    Z = np.array([a, b])
    slope = f.slope(f.value(Z))
    assert ((slope >= 0) & (slope <= 1)).all()


@given(seeds, hidden, pairs)
def test_permuting_hidden_neurons_changes_nothing(seed, activation, pair):
    net, X, Y, rng = network(seed, activation, pair, weight_decay=0.1)
    order, other = rng.permutation(net.sizes[1]), net.copy()
    other.weights[0] = net.weights[0][:, order]
    other.biases[0] = net.biases[0][order]
    other.weights[1] = net.weights[1][order]
    np.testing.assert_allclose(other.forward(X).output, net.forward(X).output, rtol=1e-10, atol=1e-12)
    a, b = net.backward(net.forward(X), Y), other.backward(other.forward(X), Y)
    scale = np.abs(a.theta).max()
    np.testing.assert_allclose(b.weights[0], a.weights[0][:, order], rtol=0, atol=1e-12 * scale + 1e-15)
    np.testing.assert_allclose(b.weights[1], a.weights[1][order], rtol=0, atol=1e-12 * scale + 1e-15)


@given(seeds, hidden, pairs)
def test_a_batch_is_the_mean_of_its_examples(seed, activation, pair):
    net, X, Y, _ = network(seed, activation, pair, weight_decay=0.1)
    singles = [(net.loss(X[[i]], Y[[i]]), net.backward(net.forward(X[[i]]), Y[[i]]).theta) for i in range(len(X))]
    np.testing.assert_allclose(net.loss(X, Y), np.mean([loss for loss, _ in singles]), rtol=1e-12)
    whole, mean = net.backward(net.forward(X), Y).theta, np.mean([theta for _, theta in singles], axis=0)
    np.testing.assert_allclose(whole, mean, rtol=0, atol=1e-12 * max(1, np.abs(mean).max()))


@given(seeds, hidden, pairs)
def test_the_order_of_examples_and_their_doubling_do_not_matter(seed, activation, pair):
    net, X, Y, rng = network(seed, activation, pair)
    order = np.tile(rng.permutation(len(X)), 2)
    a, b = net.backward(net.forward(X), Y), net.backward(net.forward(X[order]), Y[order])
    np.testing.assert_allclose(b.theta, a.theta, rtol=0, atol=1e-12 * max(1, np.abs(a.theta).max()))


@given(seeds, st.sampled_from(["relu", "leaky_relu", "identity"]), st.floats(0.1, 10))
def test_scaling_into_and_out_of_a_positively_homogeneous_layer_cancels(seed, activation, factor):
    net, X, _, _ = network(seed, activation)
    other = net.copy()
    other.weights[0] *= factor
    other.biases[0] *= factor
    other.weights[1] /= factor
    np.testing.assert_allclose(other.forward(X).output, net.forward(X).output, rtol=1e-9, atol=1e-12)


@given(seeds)
def test_without_activation_layers_collapse_into_one(seed):
    net, X, _, _ = network(seed, "identity", ("linear", "mse"))
    W, b = np.eye(net.sizes[0]), np.zeros(net.sizes[0])
    for weight, bias in zip(net.weights, net.biases, strict=True):
        W, b = W @ weight, b @ weight + bias
    np.testing.assert_allclose(net.forward(X).output, X @ W + b, rtol=1e-9, atol=1e-10)


@given(seeds, st.sampled_from([("softmax", "cross_entropy"), ("softmax", "mse")]))
def test_softmax_gradients_of_the_logits_sum_to_zero(seed, pair):
    net, X, Y, _ = network(seed, "tanh", pair)
    np.testing.assert_allclose(net.backward(net.forward(X), Y).biases[-1].sum(), 0, atol=1e-14)


@given(seeds, hidden, pairs)
def test_a_small_step_downhill_goes_down(seed, activation, pair):
    net, X, Y, _ = network(seed, activation, pair)
    before, gradient = net.loss(X, Y), net.backward(net.forward(X), Y).theta
    train(net, X, Y, GradientDescent(1e-6), epochs=1)
    assert net.loss(X, Y) <= before - 0.5e-6 * (gradient @ gradient) + 1e-13 * (1 + before)


@given(seeds)
def test_without_memory_momentum_and_nesterov_are_gradient_descent(seed):
    rng = np.random.default_rng(seed)
    start, gradients = rng.normal(size=5), rng.normal(size=(4, 5))
    ends = []
    for rule in (GradientDescent(0.1), Momentum(0.1, 0), Nesterov(0.1, 0)):
        theta = start.copy()
        for gradient in gradients:
            rule.step(theta, gradient)
        ends.append(theta)
    np.testing.assert_array_equal(ends[0], ends[1])
    np.testing.assert_array_equal(ends[0], ends[2])
