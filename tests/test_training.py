"""Training: the loop against one written out, what history says, how runs end, what they cost in memory."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest

from mlp_core import (
    MLP,
    Adam,
    DivergedError,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
    data,
    train,
)


def problem(dtype=np.float64, n=60, **settings):
    X, y = data.blobs(n, seed=2)
    return MLP([2, 6, 3], dtype=dtype, **settings), X, y


def test_full_batch_is_the_five_steps():
    net, X, y = problem(weight_decay=0.01)
    by_hand, losses = net.copy(), []
    for _ in range(20):
        losses.append(by_hand.loss(X, y))
        by_hand.theta -= 0.3 * by_hand.backward(by_hand.forward(X), y).theta
    history = train(net, X, y, GradientDescent(0.3), epochs=20)
    np.testing.assert_array_equal(history.loss, losses)  # exactly the losses before each update
    np.testing.assert_array_equal(net.theta, by_hand.theta)
    assert (history.epochs, history.stopped) == (20, "epochs")


@pytest.mark.parametrize("batch_size", [1, 7, 20, 59])
def test_mini_batches_hold_every_example_once_and_are_weighted_by_their_size(batch_size):
    # With a learning rate that moves nothing, the mean over batches is the loss of all, whatever the last one's size.
    net, X, y = problem()
    before = net.theta.copy()
    history = train(net, X, y, GradientDescent(1e-300), epochs=2, batch_size=batch_size)
    np.testing.assert_allclose(net.theta, before, rtol=0, atol=1e-290)
    np.testing.assert_allclose(history.loss, net.loss(X, y), rtol=1e-13)


def test_mini_batches_are_the_five_steps_on_shuffled_examples():
    class Watching(MLP):
        def _forward(self, trace):
            seen.append(trace.A[0].copy())
            super()._forward(trace)

    X, y = np.arange(10.0)[:, None], np.arange(10.0)
    seen = []
    net = Watching([1, 1], output="linear")
    by_hand = MLP([1, 1], output="linear")
    by_hand.theta = net.theta
    train(net, X, y, GradientDescent(0.001), epochs=3, batch_size=4, seed=5)
    assert [len(batch) for batch in seen] == [4, 4, 2] * 3
    orders = [np.concatenate(seen[i:i + 3])[:, 0] for i in (0, 3, 6)]
    for order in orders:
        assert sorted(order) == list(range(10))
    assert (orders[0] != orders[1]).any()
    # Examples are shuffled, not batches: nowhere did the first four stay together.
    assert not any(set(batch[:, 0]) == {0, 1, 2, 3} for batch in seen)
    for batch in seen:
        by_hand.theta -= 0.001 * by_hand.backward(by_hand.forward(batch), batch[:, 0]).theta
    np.testing.assert_allclose(net.theta, by_hand.theta, rtol=1e-12)


@pytest.mark.parametrize("one_hot", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_same_seed_same_bits(dtype, one_hot):
    runs = []
    for seed in (1, 1, 2):
        net, X, y = problem(dtype)
        history = train(net, X, np.eye(3)[y] if one_hot else y, Adam(0.01), epochs=5, batch_size=16, seed=seed)
        runs.append((net.theta.tobytes(), history.loss.tobytes()))
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[2][0]


def test_labels_and_one_hot_train_alike():
    thetas = []
    for wanted in (lambda y: y, lambda y: np.eye(3)[y]):
        net, X, y = problem()
        train(net, X, wanted(y), GradientDescent(0.1), epochs=3, batch_size=16)
        thetas.append(net.theta)
    np.testing.assert_array_equal(*thetas)


def test_the_optimizer_starts_afresh():
    rule, thetas = Momentum(0.1, 0.9), []
    for _ in range(2):
        net, X, y = problem()
        train(net, X, y, rule, epochs=5)
        thetas.append(net.theta)
    np.testing.assert_array_equal(*thetas)
    assert rule.steps == 5


@pytest.mark.parametrize("rule", [GradientDescent(0.5), Momentum(0.1), Nesterov(0.1), RMSProp(0.01), Adam(0.02)])
@pytest.mark.parametrize("hidden", ["relu", "tanh", "softplus"])
def test_every_optimizer_learns_the_moons(hidden, rule):
    X, y = data.moons(200)
    net = MLP([2, 16, 2], hidden=hidden)
    history = train(net, X, y, rule, epochs=300, batch_size=50)
    assert history.loss[-1] < history.loss[0] / 3
    assert net.accuracy(X, y) > 0.95


def test_a_regression():
    X, y = data.wave(100, noise=0)
    net = MLP([1, 16, 1], hidden="tanh", output="linear")
    history = train(net, X, y, Adam(0.03), epochs=800, validation=(X, y))
    assert net.loss(X, y) < 0.01  # the mean of sin² is a half
    assert np.mean((net.predict(X) - y) ** 2) == pytest.approx(net.loss(X, y), rel=1e-12)
    assert len(history.validation_accuracy) == 0


def test_the_digits_are_read():
    """Plain NumPy, real handwriting: at least 95 % of the images that were held out."""
    digits = data.digits(seed=0)
    net = MLP([64, 32, 10], seed=0)
    history = train(net, digits.X_train, digits.y_train, Momentum(lr=0.1, beta=0.9), epochs=30, batch_size=32,
                    validation=(digits.X_test, digits.y_test))
    assert net.accuracy(digits.X_test, digits.y_test) >= 0.95
    assert history.validation_accuracy[-1] == pytest.approx(net.accuracy(digits.X_test, digits.y_test), rel=1e-12)


@pytest.mark.parametrize("batch_size", [None, 7])
def test_validation_is_taken_after_each_epoch(batch_size):
    net, X, y = problem(weight_decay=0.1)
    X_held, y_held = data.blobs(23, seed=9)
    expected = []

    def look(epoch, net, history):
        assert (history.epochs, len(history.validation_loss)) == (epoch + 1, epoch + 1)
        expected.append((net.loss(X_held, y_held), net.accuracy(X_held, y_held)))

    history = train(net, X, y, GradientDescent(0.2), epochs=4, batch_size=batch_size,
                    validation=(X_held, np.eye(3)[y_held]), callback=look)
    np.testing.assert_allclose(history.validation_loss, [loss for loss, _ in expected], rtol=1e-12)
    np.testing.assert_allclose(history.validation_accuracy, [right for _, right in expected], rtol=1e-12)


def test_validation_does_not_change_the_run():
    thetas = []
    for validation in (None, data.blobs(500, seed=9)):
        net, X, y = problem()
        train(net, X, y, GradientDescent(0.2), epochs=5, validation=validation)
        thetas.append(net.theta)
    np.testing.assert_array_equal(*thetas)


def test_early_stopping_goes_back_to_the_best_epoch():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)  # noise: all that is learned is learned by heart
    held = rng.normal(size=(200, 2)), rng.integers(0, 2, 200)
    net, seen = MLP([2, 30, 2], seed=1), []
    history = train(net, X, y, Adam(0.02), epochs=500, validation=held, patience=10,
                    callback=lambda epoch, net, history: seen.append(net.theta.copy()))
    best = int(np.argmin(history.validation_loss))
    assert (history.stopped, history.best_epoch, history.epochs) == ("patience", best, best + 11)
    np.testing.assert_array_equal(net.theta, seen[best])
    assert net.loss(*held) == pytest.approx(history.validation_loss.min(), rel=1e-12)


def test_a_callback_can_end_the_run_and_change_the_learning_rate():
    net, X, y = problem()
    rule, rates = GradientDescent(0.4), []

    def halve(epoch, net, history):
        rates.append(rule.lr)
        rule.lr /= 2
        return epoch == 2

    history = train(net, X, y, rule, epochs=10, callback=halve)
    assert rates == [0.4, 0.2, 0.1]
    assert (history.epochs, history.stopped) == (3, "callback")


@pytest.mark.parametrize("batch_size", [None, 10])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_diverging_run_says_when_and_leaves_finite_parameters(dtype, batch_size):
    X, y = data.wave(30)
    net, seen = MLP([1, 4, 1], hidden="identity", output="linear", dtype=dtype), []
    with pytest.raises(DivergedError, match=r"diverged in epoch \d+ .*learning rate 3\b") as caught:
        train(net, X, y, GradientDescent(3.0), epochs=1000, batch_size=batch_size,
              callback=lambda epoch, net, history: seen.append(net.theta.copy()))
    error = caught.value
    assert error.lr == 3
    assert 0 < error.epoch == error.history.epochs == len(seen)
    assert error.history.stopped == "diverged"
    assert np.isfinite(error.history.loss).all()
    assert np.isfinite(net.theta).all()
    if batch_size is None:
        np.testing.assert_array_equal(net.theta, seen[-1])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_error_names_the_rate_that_a_callback_chose():
    net, X, y = problem()
    rule = GradientDescent(0.1)

    def race(epoch, net, history):
        rule.lr = 1e200

    with pytest.raises(DivergedError, match=r"epoch [12] .* learning rate 1e\+200") as caught:
        train(net, X, y, rule, epochs=9, callback=race)
    assert caught.value.lr == 1e200


@pytest.mark.parametrize("trouble", ["raises", "diverges"])
def test_with_patience_the_best_epoch_is_put_back_however_the_run_ends(trouble):
    net, X, y = problem()
    rule, kept = GradientDescent(0.1), []

    def look(epoch, net, history):
        kept.append(net.theta.copy())
        if epoch == 5 and trouble == "raises":
            raise KeyboardInterrupt
        rule.lr = 1e200 if epoch == 5 else 30.0 if epoch == 3 else 0.1  # worse first, then lost

    with pytest.raises((KeyboardInterrupt, DivergedError)) as caught:
        train(net, X, y, rule, epochs=20, validation=(X, y), patience=10, callback=look)
    best = int(np.argmin([MLP.loss(_with(net, theta), X, y) for theta in kept]))
    assert best < 5
    np.testing.assert_array_equal(net.theta, kept[best])
    if trouble == "diverges":
        assert "with patience, those of the best epoch" in str(caught.value)


def _with(net, theta):
    other = net.copy()
    other.theta = theta
    return other


def test_history_says_how_a_run_ended_only_when_it_has():
    net, X, y = problem()
    seen = []
    history = train(net, X, y, GradientDescent(0.1), epochs=2, callback=lambda e, n, h: seen.append((h.stopped, h)))
    assert [stopped for stopped, _ in seen] == [None, None]
    assert history.stopped == "epochs"
    assert "stopped by 'epochs'" in repr(history)

    def broken(epoch, net, history):
        seen.append((history.stopped, history))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        train(net, X, y, GradientDescent(0.1), epochs=2, callback=broken)
    assert seen[-1][1].stopped is None
    assert "not at its end" in repr(seen[-1][1])


def test_numbers_that_a_callback_leaves_are_looked_at():
    net, X, y = problem()

    def spoil(epoch, net, history):
        net.theta[3] = np.nan

    with pytest.raises(ValueError, match=r"net\.theta after the callback: expected finite numbers, got nan at index"):
        train(net, X, y, GradientDescent(0.1), epochs=2, callback=spoil)


def test_a_batch_larger_than_the_data_is_all_of_it_in_order():
    net, X, y = problem()
    twin, orders = net.copy(), []

    class Watching(MLP):
        def _forward(self, trace):
            orders.append(trace.A[0].copy())
            super()._forward(trace)

    watched = Watching([2, 6, 3])
    train(watched, X, y, GradientDescent(0.1), epochs=2, batch_size=10**12)
    assert all((seen == X).all() for seen in orders)
    train(net, X, y, GradientDescent(0.1), epochs=2, batch_size=10**12)
    train(twin, X, y, GradientDescent(0.1), epochs=2)
    np.testing.assert_array_equal(net.theta, twin.theta)


def test_the_seed_is_0_unless_another_is_given():
    ends = []
    for settings in ({}, {"seed": 0}, {"seed": 1}):
        net, X, y = problem()
        train(net, X, y, GradientDescent(0.1), epochs=2, batch_size=7, **settings)
        ends.append(net.theta)
    np.testing.assert_array_equal(ends[0], ends[1])
    assert (ends[0] != ends[2]).any()


def test_a_loss_that_is_no_number_ends_the_run_even_if_the_step_is_finite():
    class Silent(MLP):
        def _loss(self, trace, T):
            return np.nan

    _, X, y = problem()
    with pytest.raises(DivergedError, match="epoch 0 "):
        train(Silent([2, 6, 3]), X, y, GradientDescent(0.1), epochs=2)


def test_a_rule_started_on_another_vector_by_a_callback_is_refused():
    net, X, y = problem()
    rule = Adam(0.1)
    with pytest.raises(ValueError, match="optimizer: expected one for this run alone"):
        train(net, X, y, rule, epochs=3, callback=lambda *_: rule.start(np.zeros(5)))


def test_parameters_may_not_run_away_behind_a_finite_loss():
    # A ReLU that is off hides an infinite weight: 0 · … = 0. The move is looked at, not the loss alone.
    class Jump(GradientDescent):
        def _update(self, g):
            g[:] = 0
            g[0] = -np.inf if self.steps == 3 else 0
            return g

    net, X, y = problem()
    before = net.theta.copy()
    with pytest.raises(DivergedError, match="epoch 2 "):
        train(net, X, y, Jump(1.0), epochs=10)
    np.testing.assert_array_equal(net.theta, before)


@pytest.mark.parametrize("batch_size", [None, 1])
@pytest.mark.parametrize("rule", [RMSProp(0.1), Adam(0.1)])
def test_squares_that_overflow_do_not_freeze_the_parameters_in_silence(rule, batch_size):
    # The gradient, −2e20, is a float32, its square is not: g/√s would be 0 from then on, and the loss finite.
    net = MLP([1, 1], output="linear", dtype=np.float32)
    net.theta = [0, 0]
    with pytest.raises(DivergedError, match=r"epoch 0 .* the optimizer's memory is no longer finite") as caught:
        train(net, [[1e6], [1e6]], [1e14, 1e14], rule, epochs=100, batch_size=batch_size)
    assert caught.value.history.stopped == "diverged"
    np.testing.assert_array_equal(net.theta, [0, 0])


def test_an_overflow_that_leaves_everything_finite_is_no_divergence():
    class Passing(Adam):
        def _update(self, g):
            np.float64(1e300) * np.full(1, 1e300)
            return super()._update(g)

    net, X, y = problem()
    twin = net.copy()
    train(net, X, y, Passing(0.01), epochs=3)
    train(twin, X, y, Adam(0.01), epochs=3)
    np.testing.assert_array_equal(net.theta, twin.theta)


def test_a_callback_may_answer_with_numpy_s_true():
    net, X, y = problem()
    history = train(net, X, y, GradientDescent(0.1), epochs=9, callback=lambda e, net, history: history.loss[-1] > 0)
    assert history.epochs == 1
    assert train(net, X, y, GradientDescent(0.1), epochs=2, callback=lambda *_: "no bool").epochs == 2


def test_a_held_out_loss_beyond_the_floats_is_infinite_and_quiet():
    net, X, y = MLP([1, 1], output="linear"), [[1.0], [2.0]], [1.0, 2.0]
    history = train(net, X, y, GradientDescent(0.1), epochs=2, validation=([[1.0]], [1e200]), patience=5)
    assert np.isinf(history.validation_loss).all()
    assert history.epochs == 2


@pytest.mark.parametrize("rule", [GradientDescent(0.1), Momentum(0.1), Nesterov(0.1), RMSProp(0.01), Adam(0.02)])
@pytest.mark.parametrize("forget", [lambda rule, net: rule.reset(), lambda rule, net: rule.start(net.theta)])
def test_a_callback_may_reset_the_rule(rule, forget):
    # Two epochs, the memory dropped, two more: that is two runs of two epochs.
    net, X, y = problem()
    twin = net.copy()
    train(net, X, y, rule, epochs=4, callback=lambda epoch, net, history: epoch == 1 and forget(rule, net))
    assert rule.steps == 2
    for _ in range(2):
        train(twin, X, y, rule, epochs=2)
    np.testing.assert_array_equal(net.theta, twin.theta)


@pytest.mark.parametrize("sizes", [[2, 9, 3], [2, 6, 3]])
def test_a_rule_serves_one_run_at_a_time(sizes):
    net, X, y = problem()
    rule, seen = Momentum(0.1), []

    def another_run(epoch, net, history):
        seen.append(net.theta.copy())
        train(MLP(sizes), X, y, rule, epochs=1)

    with pytest.raises(ValueError, match=r"^optimizer: expected one for this run alone, got Momentum"):
        train(net, X, y, rule, epochs=3, callback=another_run)
    np.testing.assert_array_equal(net.theta, *seen)


def test_an_error_in_a_callback_passes_through():
    net, X, y = problem()
    with pytest.raises(ZeroDivisionError):
        train(net, X, y, GradientDescent(0.1), callback=lambda *_: 1 / 0)


def test_the_progress_bar(capsys):
    net, X, y = problem()
    train(net, X, y, GradientDescent(0.1), epochs=3, progress=True)
    shown = capsys.readouterr()
    assert "3/3" in shown.err + shown.out
    train(net, X, y, GradientDescent(0.1), epochs=3)
    assert capsys.readouterr() == ("", "")


def test_history_shows_itself_and_copies():
    net, X, y = problem()
    history = train(net, X, y, GradientDescent(0.1), epochs=3)
    assert repr(history).startswith("History(3 epochs, last loss 1.144")
    history.loss[0] = 99  # a copy: the record stays
    assert copy.deepcopy(history).loss[0] == history.loss[0] != 99


@pytest.mark.parametrize(("rule", "vectors"), [(GradientDescent(0.01), 0), (Momentum(0.01), 1), (Adam(0.01), 3)])
def test_peak_memory(rule, vectors):
    """Gradients, the optimizer's memory (Adam's: two vectors and scratch) and one batch's buffers; not the epochs."""
    sizes, batch, rng = [200, 300, 10], 50, np.random.default_rng(0)
    X, y = rng.normal(size=(400, 200)), rng.integers(0, 10, 400)
    net = MLP(sizes)
    train(net, X, y, rule, epochs=1, batch_size=batch)  # whatever is loaded once
    peaks = []
    for epochs in (1, 6):
        tracemalloc.start()
        train(net, X, y, rule, epochs=epochs, batch_size=batch)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    numbers = net.theta.size * (1 + vectors) + batch * (200 + 4 * 300 + 6 * 10)
    assert peaks[0] < 8 * numbers + 40_000
    assert abs(peaks[1] - peaks[0]) < 5_000


@pytest.mark.parametrize(("output", "Y"), [("softmax", [0, 1999, 7, 7]), ("linear", np.zeros((4, 2000)))])
@pytest.mark.parametrize("batch_size", [None, 3])
def test_memory_grows_with_the_outputs_and_not_with_their_square(output, Y, batch_size):
    net, X = MLP([2, 2000], output=output), np.ones((4, 2))
    train(net, X, Y, GradientDescent(0.1), epochs=1, batch_size=batch_size)
    tracemalloc.start()
    train(net, X, Y, GradientDescent(0.1), epochs=2, batch_size=batch_size)
    net.loss(X, Y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2000 * (2 * 3 + 4 * 10)  # a square of ones would be 32 MB


def test_wide_labels_train_as_one_hot_rows_do():
    X, y = data.blobs(60, seed=2)
    ends = []
    for Y in (y, np.eye(40)[y]):
        net = MLP([2, 40], seed=1)
        train(net, X, Y, GradientDescent(0.1), epochs=3, batch_size=7)
        ends.append(net.theta)
    np.testing.assert_array_equal(*ends)
