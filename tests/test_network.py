"""The network: a pass worked by hand, its parameters as views, initialisation, copies and files."""

import copy
import os
import pickle
import stat
from zlib import crc32

import numpy as np
import pytest

from mlp_core import MLP, gradcheck
from mlp_core.activations import ACTIVATIONS
from mlp_core.losses import PAIRS


def worked():
    """2-2-2, ReLU and softmax, one hidden neuron on and one off.

    x = (1, 2), W1 = [[1, −1], [1, 0]], b1 = (0, −1): Z1 = (3, −2), A1 = (3, 0).
    W2 = [[ln 2, 0], [1, 1]], b2 = (0, ln 8): Z2 = (3 ln 2, ln 8) = (ln 8, ln 8): A2 = (½, ½).
    """
    net = MLP([2, 2, 2])
    net.weights[0] = [[1, -1], [1, 0]]
    net.biases[0] = [0, -1]
    net.weights[1] = [[np.log(2), 0], [1, 1]]
    net.biases[1] = [0, np.log(8)]
    return net


def test_forward_by_hand():
    # The second example, x = (0, 0), leaves the biases alone: Z1 = (0, −1), A1 = 0, Z2 = (0, ln 8), A2 = (1, 8)/9.
    trace = worked().forward([[1, 2], [0, 0]])
    np.testing.assert_array_equal(trace.A[0], [[1, 2], [0, 0]])
    np.testing.assert_array_equal(trace.Z[1], [[3, -2], [0, -1]])
    np.testing.assert_array_equal(trace.A[1], [[3, 0], [0, 0]])
    np.testing.assert_allclose(trace.Z[2], [[np.log(8), np.log(8)], [0, np.log(8)]], rtol=1e-15)
    np.testing.assert_allclose(trace.output, [[0.5, 0.5], [1 / 9, 8 / 9]], rtol=1e-14)
    assert trace.Z[0] is None


def test_backward_by_hand():
    # Label 0, n = 1: dZ2 = A2 − T = (−½, ½). dW2 = A1ᵀ dZ2 = [[−1.5, 1.5], [0, 0]], db2 = dZ2.
    # dA1 = dZ2 W2ᵀ = (−½ ln 2, 0), the second neuron is off: dZ1 = (−½ ln 2, 0). dW1 = xᵀ dZ1.
    net, half = worked(), np.log(2) / 2
    assert net.loss([[1, 2]], [0]) == pytest.approx(np.log(2), rel=1e-15)
    grads = net.backward(net.forward([[1, 2]]), [0])
    np.testing.assert_allclose(grads.dZ[2], [[-0.5, 0.5]], rtol=1e-15)
    np.testing.assert_allclose(grads.weights[1], [[-1.5, 1.5], [0, 0]], rtol=1e-15)
    np.testing.assert_allclose(grads.biases[1], [-0.5, 0.5], rtol=1e-15)
    np.testing.assert_allclose(grads.dZ[1], [[-half, 0]], rtol=1e-15)
    np.testing.assert_allclose(grads.weights[0], [[-half, 0], [-2 * half, 0]], rtol=1e-15)
    np.testing.assert_allclose(grads.biases[0], [-half, 0], rtol=1e-15)


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("sizes", [[1, 1], [3, 2], [2, 5, 1], [2, 4, 3, 2]])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_projections_of_the_gradient(hidden, output, loss, sizes, n):
    """Along random directions, ∇L · d is the slope of the loss: central differences in float64."""
    rng = np.random.default_rng(crc32(f"{hidden} {output} {loss} {sizes} {n}".encode()))
    net = MLP(sizes, hidden=hidden, output=output, loss=loss, weight_decay=0.01)
    net.theta = rng.normal(size=net.theta.size)
    k = sizes[-1]
    Y = rng.integers(0, k, n) if output == "softmax" else rng.integers(0, 2, (n, k))
    X = rng.normal(size=(n, sizes[0]))
    while net.kinked and any((np.abs(Z) < 1e-3).any() for Z in net.forward(X).Z[1:-1]):
        X = rng.normal(size=X.shape)  # keep ReLU's kink out of reach; it is tested apart
    gradient, here = net.backward(net.forward(X), Y).theta, net.theta.copy()
    for _ in range(3):
        direction = rng.normal(size=here.size)
        direction /= np.linalg.norm(direction)
        sides = []
        for side in (1e-5, -1e-5):
            net.theta = here + side * direction
            sides.append(net.loss(X, Y))
        assert gradient @ direction == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-6, abs=1e-8), sides
        net.theta = here


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu"])
def test_at_the_kink_the_left_slope_counts(hidden):
    # w = 1, b = 0, x = 0: z is exactly 0. Output w₂ a with w₂ = 1, target −1: dL/da = 2, so db₁ = 2 f′(0).
    net = MLP([1, 1, 1], hidden=hidden, output="linear")
    net.theta = [1, 0, 1, 0]
    grads = net.backward(net.forward([[0.0]]), [-1.0])
    assert grads.biases[0] == pytest.approx(2 * {"relu": 0, "leaky_relu": 0.01}[hidden], abs=0)


def test_weight_decay_is_in_loss_and_gradient_but_not_on_biases():
    X, Y = np.random.default_rng(0).normal(size=(6, 2)), [0, 1, 2, 0, 1, 2]
    plain, decayed = MLP([2, 4, 3]), MLP([2, 4, 3], weight_decay=0.3)
    plain.biases[0] = decayed.biases[0] = [1, 2, 3, 4]
    penalty = 0.15 * sum((W**2).sum() for W in plain.weights)
    assert decayed.loss(X, Y) == pytest.approx(plain.loss(X, Y) + penalty, rel=1e-14)
    a, b = (net.backward(net.forward(X), Y) for net in (plain, decayed))
    for i in range(2):
        np.testing.assert_allclose(b.weights[i], a.weights[i] + 0.3 * plain.weights[i], rtol=1e-12)
        np.testing.assert_array_equal(b.biases[i], a.biases[i])


def test_weights_and_biases_are_views_of_theta_and_stay_so():
    net = MLP([2, 3, 2])
    assert isinstance(net.weights, list)
    net.theta = np.arange(17)
    np.testing.assert_array_equal(net.weights[0], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(net.biases[0], [6, 7, 8])
    np.testing.assert_array_equal(net.weights[1], [[9, 10], [11, 12], [13, 14]])
    np.testing.assert_array_equal(net.biases[1], [15, 16])
    net.weights[1] = np.ones((3, 2))
    net.biases[0][:] = -1
    net.weights[0] *= 2
    net.theta += 1
    np.testing.assert_array_equal(net.theta, [1, 3, 5, 7, 9, 11, 0, 0, 0, 2, 2, 2, 2, 2, 2, 16, 17])
    assert all(array.base is not None and np.shares_memory(array, net.theta) for array in net.weights + net.biases)


def test_gradients_are_writable_views_of_their_theta():
    net = MLP([2, 3, 2])
    grads = net.backward(net.forward([[1, 2]]), [1])
    grads.weights[0][:] = 7
    grads.biases[1][:] = 8
    np.testing.assert_array_equal(grads.theta[:6], 7)
    np.testing.assert_array_equal(grads.theta[-2:], 8)


TWINS = [copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))]


@pytest.mark.parametrize("twin", [copy.copy, *TWINS])
def test_a_copy_of_the_weights_is_a_plain_list_of_arrays_of_its_own(twin):
    net = MLP([2, 3, 2])
    for mine in (net.weights, net.biases):
        others = twin(mine)
        assert type(others) is list
        for a, b in zip(mine, others, strict=True):
            np.testing.assert_array_equal(a, b)
            assert not np.shares_memory(a, b)
            b += 1


@pytest.mark.parametrize("twin", TWINS)
def test_traces_and_gradients_copy_and_the_copies_have_views_of_their_own(twin):
    net = MLP([2, 3, 2])
    trace = net.forward([[1, 2], [3, 4]])
    grads = net.backward(trace, [1, 0])
    np.testing.assert_array_equal(net.backward(twin(trace), [1, 0]).theta, grads.theta)
    other = twin(grads)
    np.testing.assert_array_equal(other.theta, grads.theta)
    np.testing.assert_array_equal(other.dZ[1], grads.dZ[1])
    other.weights[0][0, 0] = other.biases[1][1] = 7
    assert (other.theta[0], other.theta[-1]) == (7, 7)
    assert 7 not in grads.theta


def test_a_trace_outlives_the_next_forward_pass():
    net, rng = MLP([3, 4, 2]), np.random.default_rng(0)
    first = net.forward(rng.normal(size=(5, 3)))
    kept = [A.copy() for A in first.A]
    net.forward(rng.normal(size=(5, 3)))
    for A, before in zip(first.A, kept, strict=True):
        np.testing.assert_array_equal(A, before)


def test_predictions_have_the_shape_of_labels():
    X = np.random.default_rng(0).normal(size=(6, 2))
    net = MLP([2, 4, 3])
    np.testing.assert_array_equal(net.predict(X), net.forward(X).output.argmax(axis=1))
    assert MLP([2, 4, 3], output="sigmoid").predict(X).shape == (6, 3)
    assert MLP([2, 4, 1], output="linear").predict(X).shape == (6,)
    one = MLP([2, 4, 1], output="sigmoid")
    np.testing.assert_array_equal(one.predict(X), one.forward(X).output[:, 0] >= 0.5)
    wanted = one.predict(X)
    wanted[:2] = 1 - wanted[:2]
    assert one.accuracy(X, wanted) == pytest.approx(4 / 6)
    assert net.accuracy(X, np.eye(3)[net.predict(X)]) == 1


@pytest.mark.parametrize(("init", "hidden", "variance"), [
    (None, "relu", 2 / 300), (None, "leaky_relu", 2 / 300), (None, "tanh", 2 / 500), (None, "sigmoid", 2 / 500),
    ("glorot", "relu", 2 / 500), ("he", "tanh", 2 / 300)])
def test_initial_variance(init, hidden, variance):
    W = MLP([300, 200, 2], hidden=hidden, init=init, seed=3).weights[0]
    assert W.var() == pytest.approx(variance, rel=0.02)  # 60,000 draws: a deviation of 0.6 % for normal ones
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    assert (np.abs(W).max() <= np.sqrt(3 * variance)) == (variance == 2 / 500)  # Glorot's is uniform


def test_same_seed_same_bits_and_another_seed_others():
    a, b, c = (MLP([2, 5, 2], seed=seed).theta for seed in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()
    np.testing.assert_array_equal(MLP([2, 5, 2], seed=1, dtype="float32").theta, a.astype(np.float32))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_is_in_the_dtype(dtype):
    net = MLP([2, 4, 3, 2], hidden="leaky_relu", dtype=dtype)
    trace = net.forward(np.ones((3, 2), dtype=np.int8))
    grads = net.backward(trace, [0, 1, 1])
    for array in (net.theta, *trace.A, *trace.Z[1:], *grads.dZ[1:], grads.theta, *grads.weights):
        assert array.dtype == dtype


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_float32_is_float64_to_seven_digits(hidden, output, loss):
    rng = np.random.default_rng(0)
    net = MLP([3, 8, 8, 3], hidden=hidden, output=output, loss=loss, dtype=np.float32)
    X, Y = rng.normal(size=(20, 3)).astype(np.float32), np.eye(3)[rng.integers(0, 3, 20)]
    double = net.copy(dtype=np.float64)
    assert net.loss(X, Y) == pytest.approx(double.loss(X, Y), rel=1e-6)
    a, b = (each.backward(each.forward(X), Y) for each in (net, double))
    assert 0 < gradcheck.relative_error(a, b) < 1e-5


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_ten_thousand(output, dtype):
    net = MLP([1, 2], output=output, dtype=dtype)
    net.weights[0] = [[1e4, -1e4]]
    Y = [[0, 1], [0, 1]]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        loss = net.loss([[1], [-1]], Y)
        grads = net.backward(net.forward([[1], [-1]]), Y)
    # The first example is wholly wrong, the second wholly right: dZ = (1, −1)/2 and 0.
    assert loss == pytest.approx(1e4, rel=1e-6)
    np.testing.assert_allclose(grads.weights[0], [[0.5, -0.5]], rtol=1e-6)


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda net: net.copy(),
                                  lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_is_a_network_of_its_own(twin):
    net = MLP([2, 3, 2], hidden="tanh", weight_decay=0.1)
    other = twin(net)
    assert repr(other) == repr(net)
    np.testing.assert_array_equal(other.theta, net.theta)
    other.weights[0][0, 0] += 1
    assert other.theta[0] == net.theta[0] + 1
    assert other.weight_decay == 0.1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_save_and_load_bit_for_bit(tmp_path, dtype):
    net = MLP([2, 3, 2], hidden="softplus", output="softmax", loss="mse", seed=5, dtype=dtype, weight_decay=0.25)
    path = tmp_path / "no ending"
    net.save(path)
    net.save(str(path))
    assert [file.name for file in tmp_path.iterdir()] == ["no ending"]
    other = MLP.load(path)
    assert (repr(other), other.weight_decay) == (repr(net), 0.25)
    assert other.theta.tobytes() == net.theta.tobytes()
    X = np.random.default_rng(0).normal(size=(3, 2))
    assert other.forward(X).output.tobytes() == net.forward(X).output.tobytes()


def test_saving_writes_where_a_link_leads_and_takes_names_in_bytes(tmp_path):
    net, target, link = MLP([2, 3, 2]), tmp_path / ("n" * 250), tmp_path / "link"
    link.symlink_to(target)
    net.save(link)
    assert link.is_symlink()
    assert MLP.load(target).theta.tobytes() == net.theta.tobytes()
    net.save(os.fsencode(tmp_path / "net"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link", "net", target.name]


class Trap:
    """What leaves a folder behind if a pickle of it is opened."""

    def __init__(self, place):
        self.place = str(place)

    def __reduce__(self):
        return os.mkdir, (self.place,)


def _pickle(path, trap):
    path.write_bytes(pickle.dumps(trap))


def _objects(path, trap):
    MLP([2, 3]).save(path)
    with np.load(path) as stored:
        parts = dict(stored)
    with open(path, "wb") as file:
        np.savez(file, **{**parts, "theta": np.array([trap], object)})


@pytest.mark.parametrize("write", [_pickle, _objects])
def test_nothing_in_a_file_runs(write, tmp_path):
    path, trace = tmp_path / "net.npz", tmp_path / "ran"
    write(path, Trap(trace))
    with pytest.raises(ValueError, match=r"^path: expected a network"):
        MLP.load(path)
    assert not trace.exists()


def test_a_file_that_is_no_archive_is_called_that(tmp_path):
    (tmp_path / "notes").write_text("weights and biases\n")
    with pytest.raises(ValueError, match=r"^path: expected a network.*: it is no \.npz file$"):
        MLP.load(tmp_path / "notes")


def test_saving_keeps_who_may_read_the_file(tmp_path):
    path = tmp_path / "net.npz"
    MLP([2, 2]).save(path)
    path.chmod(0o600)
    MLP([2, 2]).save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_save_leaves_no_draft(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ValueError, match=r"path: expected a file that can be written.*No space left"):
        MLP([2, 2]).save(tmp_path / "net.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_tie_is_a_yes():
    net = MLP([2, 1], output="sigmoid")
    net.theta = np.zeros(3)
    np.testing.assert_array_equal(net.predict([[1.0, 2.0]]), [1])


def test_files_hold_no_pickle(tmp_path):
    MLP([2, 2]).save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)


def test_settings_cannot_be_changed_by_a_slip():
    net = MLP([2, 3, 2])
    for name in ("hidden", "thetas", "weights", "sizes"):
        with pytest.raises(AttributeError, match=name):
            setattr(net, name, "tanh")
    before = net.theta.copy()
    for slip in (lambda views: views.append(1), lambda views: views.insert(0, 1), lambda views: views.extend([1]),
                 lambda views: views.pop(), lambda views: views.remove(1),
                 lambda views: views.clear(), lambda views: views.reverse(), lambda views: views.sort(),
                 lambda views: views.__delitem__(0), lambda views: views.__iadd__([1]), lambda views: views.__imul__(2),
                 lambda views: views.__setitem__(slice(None), [1])):
        for views in (net.weights, net.biases):
            with pytest.raises(TypeError, match="keeps its layers"):
                slip(views)
    assert [len(net.weights), len(net.biases)] == [2, 2]
    np.testing.assert_array_equal(net.theta, before)
    net.weight_decay = 0.5
    assert gradcheck.relative_error([net.weight_decay], [0.5]) == 0
