"""The gradient ledger: within its bounds, and not so as soon as one gradient is wrong."""

import numpy as np
import pytest

from mlp_core import activations, ledger, losses, optimizers
from mlp_core.activations import Activation
from mlp_core.losses import Loss
from mlp_core.network import MLP


@pytest.fixture(scope="module")
def entries():
    return ledger.ledger()


def test_every_gradient_is_within_its_bounds(entries):
    assert entries.ok
    for entry in entries:
        assert set(entry.errors) == {"backprop", "complex", "central"}
        assert entry.errors["backprop"] <= 1e-12
        assert entry.errors["complex"] <= 1e-12
        assert entry.errors["central"] <= 1e-7


def test_every_activation_loss_and_rule_is_entered(entries):
    names = " ".join(entry.name for entry in entries)
    for name in activations.ACTIVATIONS:
        assert name.replace("_", " ").replace("relu", "ReLU") in names
    for output, loss in losses.PAIRS:
        assert f"{ledger._WORDS[loss]} after {output}" in names
    for rule in ("gradient descent", "momentum", "Nesterov", "RMSProp", "Adam"):
        assert f"{rule}, its step" in names
    assert sum("worked network" in entry.name for entry in entries) == 6


def wrong_parts(entries):
    return [entry.name for entry in entries if not entry.ok]


def test_a_wrong_slope_shows(monkeypatch):
    wrong = Activation(activations.tanh, lambda A: 1 - A)
    monkeypatch.setitem(activations.ACTIVATIONS, "tanh", wrong)
    assert wrong_parts(ledger.ledger()) == ["tanh, its slope"]


def test_a_lost_factor_in_a_loss_shows(monkeypatch):
    monkeypatch.setitem(losses.PAIRS, ("linear", "mse"), Loss(losses.mse, "output", losses.output_minus_target))
    assert "squared error after linear, by the logits" in wrong_parts(ledger.ledger())


def test_a_transposed_weight_on_the_way_back_shows(monkeypatch):
    right = MLP._backward

    def wrong(net, trace, T, gradients):
        right(net, trace, T, gradients)
        gradients.weights[0][...] = gradients.weights[0].T.copy()

    monkeypatch.setattr(MLP, "_backward", wrong)
    assert wrong_parts(ledger.ledger()) == ["the worked network's weights of layer 1", "weight decay, by a weight"]


def test_an_update_in_the_wrong_direction_shows(monkeypatch):
    monkeypatch.setattr(optimizers.GradientDescent, "_update", lambda self, g: np.multiply(g, self.lr))
    assert wrong_parts(ledger.ledger()) == ["gradient descent, its step"]


def test_a_table_names_what_exceeds_its_bound():
    entry = ledger.Entry("x", "y", "03-chain-rule", {"backprop": 1e-3, "complex": 0.0, "central": 0.0})
    text = ledger.Ledger([entry])._repr_markdown_()
    assert "1e-03 ✗" in text
    assert not ledger.Ledger([entry]).ok
