"""Planted mistakes: each changes a line of the package and must make a test of this folder fail.

A test that cannot fail is worth nothing. Here every mistake is put in, and the test that is to catch it is run: it
passes on the package as it is and fails on the broken one.
"""

import copy
import inspect
import textwrap

import numpy as np
import pytest
import test_data
import test_losses
import test_network
import test_optimizers
import test_training

from mlp_core import MLP, activations, data, gradcheck, losses, network, optimizers, training


def mutate(monkeypatch, owner, name, old, new):
    """Replace a piece of a function's source by another, in place of the function itself."""
    function = getattr(owner, name)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, f"{old!r} is there {source.count(old)} times in {name}"
    names = inspect.getmodule(function).__dict__
    found = {}
    exec(compile("from __future__ import annotations\n" + source.replace(old, new), name, "exec"), names, found)
    monkeypatch.setattr(owner, name, found[name])
    for pair, entry in losses.PAIRS.items():  # the tables hold the functions themselves
        monkeypatch.setitem(losses.PAIRS, pair, losses.Loss(*(found[name] if f is function else f for f in entry)))
    for key, entry in activations.ACTIVATIONS.items():
        if entry.value is function:
            monkeypatch.setitem(activations.ACTIVATIONS, key, entry._replace(value=found[name]))
    for key, f in activations.OUTPUTS.items():
        if f is function:
            monkeypatch.setitem(activations.OUTPUTS, key, found[name])


def gradients_agree(hidden="tanh", output="softmax", loss=None):
    """The three-way check on 3-3-3-3, where a transposed matrix still fits."""
    net = MLP([3, 3, 3, 3], hidden=hidden, output=output, loss=loss, weight_decay=0.1)
    rng = np.random.default_rng(0)
    net.theta = rng.normal(size=net.theta.size)
    X, labels = rng.normal(size=(5, 3)), rng.integers(0, 3, 5)
    report = gradcheck.check(net, X, labels if output == "softmax" else np.eye(3)[labels])
    assert report.ok, str(report)


BACKWARD = {
    "a transposed weight": ("self.weights[layer - 1].T, out=dZ", "self.weights[layer - 1], out=dZ"),
    "the wrong layer's weight": ("self.weights[layer - 1].T, out=dZ", "self.weights[layer - 2].T, out=dZ"),
    "the slope forgotten": ("slope(A[layer - 1])", "1"),
    "the slope of the layer above": ("slope(A[layer - 1])", "slope(A[layer])"),
    "the layer's own output for its input": ("np.dot(A[layer - 1].T", "np.dot(A[layer].T"),
    "pre-activations for activations": ("np.dot(A[layer - 1].T", "np.dot([A[0], *trace.Z[1:]][layer - 1].T"),
    "a mean over examples too many": ("np.dot(ones, dZ", "np.dot(ones / len(ones), dZ"),
    "bias gradients overwritten, example by example": (
        "np.dot(ones, dZ[layer], out=gradients.biases[layer - 1])",
        "[np.copyto(gradients.biases[layer - 1], row) for row in dZ[layer]]"),
    "weight decay overwriting": ("dW += self", "dW[...] = self"),
    "weight decay doubled": ("self.weight_decay * W", "2 * self.weight_decay * W"),
    "weight decay forgotten": ("if self.weight_decay:", "if False:"),
}


@pytest.mark.parametrize("mistake", BACKWARD)
def test_mistakes_in_the_backward_pass(monkeypatch, mistake):
    gradients_agree()
    mutate(monkeypatch, MLP, "_backward", *BACKWARD[mistake])
    with pytest.raises(AssertionError, match="DISAGREE: backprop stands alone"):
        gradients_agree()


FORWARD = {
    "the bias forgotten": ("Z[layer] += b", "pass"),
    "the bias of one example only": ("Z[layer] += b", "Z[layer][0] += b"),
    "a hidden activation on the last layer": ("OUTPUTS[self.output](Z[last], out=A[last], **logarithms)",
                                              "hidden(Z[last], out=A[last])"),
}


@pytest.mark.parametrize("mistake", FORWARD)
def test_mistakes_in_the_forward_pass(monkeypatch, mistake):
    test_network.test_forward_by_hand()
    gradients_agree()
    mutate(monkeypatch, MLP, "_forward", *FORWARD[mistake])
    with pytest.raises(AssertionError, match="DISAGREE"):
        gradients_agree()
    with pytest.raises(AssertionError):
        test_network.test_forward_by_hand()


# name: function, what stands there, what is put there, the output and loss it is for
LOSSES = {
    "the lost 1/n": ("output_minus_target", "dZ /= len(T)", "pass", "softmax", "cross_entropy"),
    "target minus output": ("output_minus_target", "np.subtract(A, T", "np.subtract(T, A", "sigmoid",
                            "binary_cross_entropy"),
    "the lost 2": ("mse_linear", "2 / len(T)", "1 / len(T)", "linear", "mse"),
    "divided by all entries": ("mse_linear", "len(T)", "T.size", "linear", "mse"),
    "softmax taken entry by entry": ("mse_softmax", "dZ -= (A * dZ).sum(axis=1, keepdims=True)", "dZ *= 1 - A",
                                     "softmax", "mse"),
    "sums over examples": ("mse_softmax", "axis=1", "axis=0", "softmax", "mse"),
    "the output's slope forgotten": ("mse_sigmoid", "dZ *= A * (1 - A)", "pass", "sigmoid", "mse"),
    "a value that is a mean over outputs": ("mse", ".sum(axis=1).mean()", ".mean()", "linear", "mse"),
    "a value of the wrong sign": ("cross_entropy", "-float", "float", "softmax", "cross_entropy"),
    "a value that is a sum over examples": ("cross_entropy", "/ len(T)", "", "softmax", "cross_entropy"),
}


@pytest.mark.parametrize("mistake", LOSSES)
def test_mistakes_in_the_losses(monkeypatch, mistake):
    name, old, new, output, loss = LOSSES[mistake]
    gradients_agree(output=output, loss=loss)
    test_losses.test_gradient_is_the_slope_of_the_value(output, loss, 5, 3)
    mutate(monkeypatch, losses, name, old, new)
    with pytest.raises(AssertionError, match="DISAGREE"):
        gradients_agree(output=output, loss=loss)
    with pytest.raises(AssertionError):
        test_losses.test_gradient_is_the_slope_of_the_value(output, loss, 5, 3)


SLOPES = {
    "ReLU's slope taken on the output with >=": ("relu", lambda A: (A >= 0).astype(A.dtype)),
    "ReLU's slope on the wrong side": ("relu", lambda A: 1 - np.sign(A)),
    "leaky ReLU without its leak": ("leaky_relu", lambda A: np.sign(A)),
    "sigmoid's slope at the wrong place": ("sigmoid", lambda A: A * A),
    "tanh's square forgotten": ("tanh", lambda A: 1 - A),
    "softplus for its slope": ("softplus", lambda A: A),
    "the identity's slope 0": ("identity", lambda A: 0 * A),
}


@pytest.mark.parametrize("mistake", SLOPES)
def test_mistakes_in_the_slopes(monkeypatch, mistake):
    hidden, slope = SLOPES[mistake]
    gradients_agree(hidden)
    monkeypatch.setitem(activations.ACTIVATIONS, hidden, activations.ACTIVATIONS[hidden]._replace(slope=slope))
    with pytest.raises(AssertionError, match="DISAGREE: backprop stands alone"):
        gradients_agree(hidden)


def test_relu_with_greater_or_equal(monkeypatch):
    """At 0 alone no measured slope can tell; the hand-worked kink does."""
    test_network.test_at_the_kink_the_left_slope_counts("relu")
    relu = activations.ACTIVATIONS["relu"]._replace(slope=lambda A: (A >= 0).astype(A.dtype))
    monkeypatch.setitem(activations.ACTIVATIONS, "relu", relu)
    with pytest.raises(AssertionError):
        test_network.test_at_the_kink_the_left_slope_counts("relu")


@pytest.mark.parametrize(("name", "old", "new"), [
    ("leaky_relu", "LEAK * Z", "0.1 * Z"), ("sigmoid", "1 + e, out", "2 + e, out"),
    ("softplus", "np.maximum(Z, 0)", "np.maximum(Z, 1)"), ("softmax", "E.sum", "E.max")])
def test_mistakes_in_the_activations(monkeypatch, name, old, new):
    arguments = {"output": "softmax", "loss": "mse"} if name == "softmax" else {"hidden": name}
    gradients_agree(**arguments)
    mutate(monkeypatch, activations, name, old, new)
    with pytest.raises(AssertionError, match="DISAGREE"):
        gradients_agree(**arguments)


# rule, what stands there, what is put there; the row of test_optimizers.WORKED that must notice
RULES = {
    "uphill": ("GradientDescent", "g *= -self.lr", "g *= self.lr", 0),
    "the velocity forgotten": ("Momentum", "v *= self.beta", "v *= 0", 1),
    "gradients averaged into the velocity": ("Momentum", "g *= self.lr", "g *= self.lr * (1 - self.beta)", 1),
    "no look ahead": ("Nesterov", "np.multiply(self.beta, v", "np.multiply(1, v", 2),
    "the mean square forgotten": ("RMSProp", "s *= self.rho", "s *= 0", 3),
    "epsilon under the root": ("RMSProp", "np.sqrt(s, out=root)\n", "np.sqrt(s + self.eps, out=root)\n", 3),
    "no root": ("RMSProp", "np.sqrt(s, out=root)", "np.copyto(root, s)", 3),
    "no correction of the mean": ("Adam", "/ (1 - self.beta1**t)", "", 4),
    "no correction of the square": ("Adam", "np.divide(s, 1 - self.beta2**t, out=root)", "np.copyto(root, s)", 4),
    "the betas mixed up": ("Adam", "m *= self.beta1", "m *= self.beta2", 4),
}


@pytest.mark.parametrize("mistake", RULES)
def test_mistakes_in_the_update_rules(monkeypatch, mistake):
    rule, old, new, row = RULES[mistake]
    worked, first, second = test_optimizers.WORKED[row]
    test_optimizers.test_two_steps_by_hand(worked, first, second)
    if rule == "Nesterov":  # its super() needs the class's own cell, which a function made anew has not
        old, new = "super()._update(g)", "Momentum._update(self, g); return v"
    mutate(monkeypatch, getattr(optimizers, rule), "_update", old, new)
    with pytest.raises(AssertionError):
        test_optimizers.test_two_steps_by_hand(worked, first, second)


TRAINING = {
    "batches shuffled, not examples": (
        "one_epoch", "self.rng.shuffle(self.order)", "self.order = np.roll(self.order, self.batch_size)",
        test_training.test_mini_batches_are_the_five_steps_on_shuffled_examples),
    "no shuffle": ("one_epoch", "self.rng.shuffle(self.order)", "pass",
                   test_training.test_mini_batches_are_the_five_steps_on_shuffled_examples),
    "the last batch dropped": (
        "one_epoch", "range(0, n, self.batch_size)", "range(0, n - self.batch_size + 1, self.batch_size)",
        test_training.test_mini_batches_are_the_five_steps_on_shuffled_examples),
    "batches of unequal size weighted alike": (
        "one_epoch", "(len(rows) / (start + len(rows)))", "1 / (start / self.batch_size + 1)",
        lambda: test_training.test_mini_batches_hold_every_example_once_and_are_weighted_by_their_size(59)),
    "the move taken twice": ("one_step", "theta += move", "theta += 2 * move",
                             test_training.test_full_batch_is_the_five_steps),
    "the move not looked at": ("one_step", "and math.isfinite(np.dot(move, move))", "",
                               test_training.test_parameters_may_not_run_away_behind_a_finite_loss),
    "the best parameters not put back": ("all_epochs", "self.net.theta[:] = best_theta", "pass",
                                         test_training.test_early_stopping_goes_back_to_the_best_epoch),
    "patience counted from the start": ("all_epochs", "epoch - (history.best_epoch or 0)", "epoch",
                                        test_training.test_early_stopping_goes_back_to_the_best_epoch),
    "validation weighted wrongly": ("validate", "loss += share *", "loss +=",
                                    lambda: test_training.test_validation_is_taken_after_each_epoch(7)),
}


@pytest.mark.parametrize("mistake", TRAINING)
def test_mistakes_in_training(monkeypatch, mistake):
    name, old, new, caught_by = TRAINING[mistake]
    caught_by()
    mutate(monkeypatch, training._Run, name, old, new)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        caught_by()


@pytest.mark.parametrize(("owner", "name", "old", "new", "caught_by"), [
    (network, "views", "(d_in + 1) * d_out", "d_in * d_out + d_out - 1",
     test_network.test_weights_and_biases_are_views_of_theta_and_stay_so),
    (MLP, "__setstate__", 'state["_theta"].copy()', 'state["_theta"]',
     lambda: test_network.test_a_copy_is_a_network_of_its_own(copy.copy)),
    (data, "split", "order[held_out:], order[:held_out]", "order[held_out:], order[:held_out + 1]",
     test_data.test_split_keeps_rows_together_and_all_of_them),
    (data, "digits", "images / 16", "images / 15", test_data.test_the_digits_are_those_of_scikit_learn),
])
def test_other_mistakes(monkeypatch, owner, name, old, new, caught_by):
    caught_by()
    mutate(monkeypatch, owner, name, old, new)
    with pytest.raises((AssertionError, ValueError)):
        caught_by()
