"""The one example that several chapters work through by hand, against numbers worked by hand."""

import numpy as np

from mlp_core import MLP, data, gradcheck

S = np.e / (1 + np.e)  # σ(1), the factor in every slope


def network():
    spine = data.spine()
    net = MLP(spine.sizes)
    net.theta = spine.theta
    return net, spine


def test_theta_is_in_the_order_of_the_network():
    net, spine = network()
    for own, given in zip(net.weights + net.biases, spine.weights + spine.biases, strict=True):
        assert np.array_equal(own, given)


def test_forward_by_hand():
    # layer 1: 1·2 − 2·½ + 1 = 2 and 1·1 − 2·2 + 2 = −1, so the second neuron is silent
    # layer 2: 2·1 + 0 − 1 = 1 and 2·½ + 0 + ½ = 3/2; layer 3: 1·1 + 3/2·½ + ¼ = 2 and −1 + 3/2·3/2 − ¼ = 1
    net, spine = network()
    trace = net.forward(spine.x)
    assert [Z.tolist() for Z in trace.Z[1:]] == [[[2, -1]], [[1, 1.5]], [[2, 1]]]
    assert [A.tolist() for A in trace.A[:3]] == [[[1, 2]], [[2, 0]], [[1, 1.5]]]
    assert np.allclose(trace.output, [[S, 1 - S]], rtol=1e-15)
    assert np.isclose(net.loss(spine.x, spine.y), np.log(1 + np.e), rtol=1e-15)


def test_backward_by_hand():
    # dZ3 = p − y = s(1, −1); dA2 = s(1 + 1, ½ − 3/2) = s(2, −1); dA1 = s(2 − ½, −2 − 1), of which ReLU stops the second
    net, spine = network()
    grads = net.backward(net.forward(spine.x), spine.y)
    weights = [[[1.5, 0], [3, 0]], [[4, -2], [0, 0]], [[1, -1], [1.5, -1.5]]]
    biases = [[1.5, 0], [2, -1], [1, -1]]
    for found, expected in zip(grads.weights + grads.biases, weights + biases, strict=True):
        assert np.allclose(found, S * np.array(expected), rtol=1e-14)


def test_the_batch_begins_with_the_example_and_keeps_off_every_kink():
    net, spine = network()
    assert np.array_equal(spine.X[:1], spine.x)
    assert np.array_equal(spine.Y[:1], spine.y)
    hidden = net.forward(spine.X).Z[1:3]
    assert min(np.abs(Z).min() for Z in hidden) >= 0.5
    on = np.hstack([Z > 0 for Z in hidden]).mean(axis=0)
    assert ((on > 0) & (on < 1)).tolist() == [True, True, True, False]
    assert gradcheck.check(net, spine.X, spine.Y).ok


def test_a_caller_may_change_what_it_gets():
    data.spine().weights[0][:] = 0
    assert data.spine().weights[0].any()
