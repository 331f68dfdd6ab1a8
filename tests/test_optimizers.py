"""Each update rule against numbers worked from its paper, and against the form the paper gives."""

import copy

import numpy as np
import pytest

from mlp_core import Adam, GradientDescent, Momentum, Nesterov, RMSProp

RULES = [GradientDescent(0.1), Momentum(0.1, 0.9), Nesterov(0.1, 0.9), RMSProp(0.1, 0.9, 1e-8), Adam(0.1)]
IDS = [type(rule).__name__ for rule in RULES]

# Two steps from θ = 1 with gradients 2 and −1, η = 0.1, worked by hand.
WORKED = [
    # 1 − 0.2 = 0.8;  0.8 + 0.1 = 0.9
    (GradientDescent(0.1), 0.8, 0.9),
    # Polyak: v = −0.2, θ = 0.8;  v = 0.5·(−0.2) + 0.1 = 0, θ = 0.8
    (Momentum(0.1, 0.5), 0.8, 0.8),
    # v = −0.2, θ = 1 + 0.5·(−0.2) − 0.2 = 0.7;  v = −0.1 + 0.1 = 0, θ = 0.7 + 0 + 0.1 = 0.8
    (Nesterov(0.1, 0.5), 0.7, 0.8),
    # Tieleman and Hinton, ρ = 15/16, ε = ½: s = 4/16 = ¼, θ = 1 − 0.1·2/(½ + ½) = 0.8;
    # s = 15/64 + 1/16 = 19/64, θ = 0.8 + 0.1/(√19/8 + ½) = 0.8 + 0.8/(√19 + 4)
    (RMSProp(0.1, 15 / 16, 0.5), 0.8, 0.8 + 0.8 / (np.sqrt(19) + 4)),
    # Kingma and Ba: m = 0.5·2 = 1, s = 0.25·4 = 1; corrected m̂ = 1/0.5 = 2, ŝ = 1/0.25 = 4:
    # θ = 1 − 0.1·2/(2 + 2) = 0.95.  m = 0.5 − 0.5 = 0, so θ stays.   (β₁ = 0.5, β₂ = 0.75, ε = 2)
    (Adam(0.1, 0.5, 0.75, 2.0), 0.95, 0.95),
]


@pytest.mark.parametrize(("rule", "first", "second"), WORKED, ids=IDS)
def test_two_steps_by_hand(rule, first, second):
    rule.reset()
    theta = np.array([1.0])
    assert rule.step(theta, np.array([2.0])) is theta
    assert theta[0] == pytest.approx(first, rel=1e-15, abs=0)
    rule.step(theta, np.array([-1.0]))
    assert theta[0] == pytest.approx(second, rel=1e-15, abs=0)


def gradient(theta):
    """Of a bent bowl, (θ₁² + 5 θ₂²)/2 + sin θ₁θ₂."""
    return theta * [1, 5] + theta[::-1] * np.cos(theta[0] * theta[1])


def test_nesterov_visits_the_points_of_sutskever():
    rule, theta = Nesterov(0.05, 0.8), np.array([2.0, -1.0])
    p, v = theta.copy(), np.zeros(2)
    for _ in range(30):
        v = 0.8 * v - 0.05 * gradient(p + 0.8 * v)
        p = p + v
        rule.step(theta, gradient(theta))
        np.testing.assert_allclose(rule.behind(theta), p, rtol=0, atol=1e-13)
        np.testing.assert_allclose(theta, p + 0.8 * v, rtol=0, atol=1e-13)


def test_adam_as_algorithm_1_reads():
    rule, theta = Adam(0.05, 0.7, 0.8, 1e-3), np.array([2.0, -1.0])
    x, m, v = theta.copy(), 0, 0
    for t in range(1, 31):
        g = gradient(x)
        m = 0.7 * m + 0.3 * g
        v = 0.8 * v + 0.2 * g**2
        x = x - 0.05 * (m / (1 - 0.7**t)) / (np.sqrt(v / (1 - 0.8**t)) + 1e-3)
        rule.step(theta, gradient(theta))
        np.testing.assert_allclose(theta, x, rtol=0, atol=1e-13)


def test_adams_first_step_is_about_the_learning_rate_whatever_the_gradient():
    # m̂/√ŝ = g/|g| in step 1 (section 2.1 of the paper).
    for size in (1e-4, 1.0, 1e6):
        theta = np.array([0.0])
        assert Adam(0.1).step(theta, np.array([size]))[0] == pytest.approx(-0.1, rel=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_reaches_the_bottom_of_a_bowl(rule, dtype):
    theta = np.array([2.0, -1.0], dtype=dtype)
    rule.reset()
    for _ in range(400):
        rule.step(theta, theta * np.array([1, 5], dtype=dtype))
    assert theta.dtype == dtype
    assert np.abs(theta).max() < 0.1
    assert all(memory.dtype == dtype and memory.shape == (2,) for memory in rule.state.values())


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_reset_forgets_and_after_only_looks(rule):
    start, g, second = np.array([1.0, -2.0]), np.array([0.3, 0.4]), np.array([-1.0, 1.0])
    rule.reset()
    fresh = rule.step(start.copy(), g)
    looked = rule.after(fresh, second)
    np.testing.assert_array_equal(looked, rule.after(fresh, second))
    np.testing.assert_array_equal(rule.step(fresh.copy(), second), looked)
    rule.reset()
    assert (rule.state, rule.steps) == ({}, 0)
    np.testing.assert_array_equal(rule.step(start.copy(), g), fresh)
    np.testing.assert_array_equal(g, [0.3, 0.4])


def test_behind_and_after_take_lists_and_keep_float32():
    rule = Nesterov(0.1, 0.5)
    assert rule.behind([1, 2]).tolist() == [1, 2]
    theta = rule.step(np.array([1, 2], np.float32), [1, -1])
    for found in (rule.behind(theta), rule.after(theta, [0, 1])):
        assert found.dtype == np.float32
        assert not np.shares_memory(found, theta)


def test_state_is_named_as_in_the_formula():
    for rule, names in zip(RULES, [(), ("v",), ("v",), ("s",), ("m", "s")], strict=True):
        rule.reset()
        rule.step(np.array([1.0]), np.array([2.0]))
        assert tuple(rule.state) == names
        assert rule.steps == 1


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_refused_step_changes_nothing(rule):
    theta = np.array([1.0, 2.0])
    rule.reset()
    rule.step(theta, np.array([0.1, 0.2]))
    before, memory = theta.copy(), {name: array.copy() for name, array in rule.state.items()}
    for bad in ([0.1], [0.1, np.nan], [[0.1, 0.2]], ["a", "b"]):
        with pytest.raises((TypeError, ValueError), match="gradient"):
            rule.step(theta, bad)
    np.testing.assert_array_equal(theta, before)
    for name, array in memory.items():
        np.testing.assert_array_equal(rule.state[name], array)
    with pytest.raises(ValueError, match="theta: expected shape"):
        rule.step(np.ones(3), np.ones(3))
    assert rule.steps == 1


@pytest.mark.parametrize(("rule", "large", "name"), [
    (GradientDescent(1e300), 1e10, "theta"), (Momentum(1e300), 1e10, "theta"), (Nesterov(1e300), 1e10, "theta"),
    (RMSProp(0.1), 1e200, "s"), (Adam(0.1), 1e200, "s")], ids=IDS)
@pytest.mark.parametrize("steps", [0, 2])
def test_a_step_out_of_the_floats_is_not_taken(rule, large, name, steps):
    theta = np.array([1.0, -2.0])
    rule.reset()
    for _ in range(steps):
        rule.step(theta, [1e-300, 2e-300])
    before, memory = theta.copy(), {name: array.copy() for name, array in rule.state.items()}
    with pytest.raises(ValueError, match=f"^{name}: expected a finite result of the step, got numbers too large"):
        rule.step(theta, [large, 1.0])
    np.testing.assert_array_equal(theta, before)
    assert (rule.steps, list(rule.state)) == (steps, list(memory))
    for name, array in memory.items():
        np.testing.assert_array_equal(rule.state[name], array)
    rule.step(theta, [1e-300, 2e-300])
    assert rule.steps == steps + 1


def test_settings_are_checked_when_changed_too():
    rule = Adam()
    rule.lr = 0.5
    with pytest.raises(ValueError, match="lr: expected a finite number above 0, got -1"):
        rule.lr = -1
    with pytest.raises(ValueError, match="beta1: expected a finite number of at least 0 and below 1, got 1"):
        rule.beta1 = 1
    assert repr(rule) == "Adam(lr=0.5, beta1=0.9, beta2=0.999, eps=1e-08)"


def test_a_copy_has_a_memory_of_its_own():
    rule = Adam(0.1)
    rule.step(np.ones(2), np.ones(2))
    for twin in (copy.copy(rule), copy.deepcopy(rule)):
        twin.step(np.ones(2), np.ones(2))
        assert (rule.steps, twin.steps) == (1, 2)
        assert not any(np.shares_memory(rule.state[name], twin.state[name]) for name in rule.state)


@pytest.mark.parametrize("rule", [RMSProp(0.1, eps=1e-50), Adam(0.1, eps=1e-50)])
def test_an_eps_that_the_dtype_takes_for_0_is_refused(rule):
    with pytest.raises(ValueError, match="eps: expected one that float32 can hold, got 1e-50"):
        rule.step(np.ones(1, np.float32), [0])
    rule.step(np.ones(1), [0])
