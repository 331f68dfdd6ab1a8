"""What `derive` states, held against independent arithmetic: 50-digit numbers, central differences, steps by hand."""

import inspect
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy as sp

from mlp_core import derive, optimizers
from mlp_core.derive.activations import stably, z

POINTS = [sp.Rational(number, 7) for number in range(-40, 41, 3) if number != 0]
PAIRINGS = [("softmax", "cross_entropy"), ("softmax", "mse"), ("sigmoid", "binary_cross_entropy"),
            ("sigmoid", "mse"), ("linear", "mse")]


def digits(expression, values, precision=60):
    return sp.N(expression.subs(values), precision)


@pytest.mark.parametrize("name", derive.ACTIVATIONS)
def test_stable_form_equals_the_formula_at_50_digits(name):
    entry = derive.ACTIVATIONS[name]
    for point in POINTS:
        for readable, stable in ((entry.formula, entry.stable), (entry.slope, entry.stable_slope)):
            a, b = digits(readable, {z: point}), digits(stable, {z: point})
            assert abs(a - b) <= sp.Float("1e-50", 60) * max(1, abs(a)), (point, a, b)


@pytest.mark.parametrize("name", derive.ACTIVATIONS)
def test_slope_is_the_derivative_by_an_independent_difference(name):
    slope = derive.numpy_function([z], derive.ACTIVATIONS[name].stable_slope)
    value = derive.numpy_function([z], derive.ACTIVATIONS[name].stable)
    points, step = np.array([float(p) for p in POINTS]), 1e-6
    measured = (value(points + step) - value(points - step)) / (2 * step)
    assert np.allclose(np.broadcast_to(slope(points), points.shape), measured, atol=1e-8)


@pytest.mark.parametrize("name", derive.ACTIVATIONS)
def test_stable_forms_are_finite_where_the_formula_overflows(name):
    entry, far = derive.ACTIVATIONS[name], np.array([-1e4, -800.0, 800.0, 1e4])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for form in (entry.stable, entry.stable_slope):
            assert np.all(np.isfinite(derive.numpy_function([z], form)(far)))


@pytest.mark.parametrize(("name", "slope"), [("relu", 0), ("leaky_relu", sp.Rational(1, 100))])
def test_slope_at_the_kink_is_the_one_below(name, slope):
    assert derive.ACTIVATIONS[name].slope.subs(z, 0) == slope


@pytest.mark.parametrize(("output", "loss"), PAIRINGS)
@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_loss_gradient_equals_a_50_digit_difference(output, loss, outputs):
    entry = derive.output_loss(output, loss, outputs)
    rng = np.random.default_rng(outputs)
    values = dict(zip(entry.logits, map(sp.Rational, rng.integers(-30, 0, outputs) / sp.Integer(10))))
    values |= dict(zip(entry.targets, map(sp.Rational, np.eye(outputs, dtype=int)[0])))
    mpmath.mp.dps = 60
    for logit, slope in zip(entry.logits, entry.gradient):
        along = sp.lambdify(logit, entry.formula.subs({k: v for k, v in values.items() if k != logit}), "mpmath")
        measured = mpmath.diff(along, mpmath.mpf(values[logit].p) / values[logit].q)
        assert abs(digits(slope, values) - sp.Float(str(measured), 50)) < 1e-20


def test_softmax_with_cross_entropy_comes_out_as_output_minus_target():
    entry = derive.output_loss("softmax", "cross_entropy", 3)
    total = sum(sp.exp(logit) for logit in entry.logits)
    one_hot = {entry.targets[0]: 1 - entry.targets[1] - entry.targets[2]}  # targets add up to 1
    for logit, target, slope in zip(entry.logits, entry.targets, entry.gradient):
        expected = (sp.exp(logit) / total - target).subs(one_hot)
        assert sp.simplify(slope.subs(one_hot) - expected) == 0


def test_unknown_pairing_is_refused_by_name():
    with pytest.raises(ValueError, match=r"loss: got 'cross_entropy' with output 'linear'"):
        derive.output_loss("linear", "cross_entropy", 2)
    with pytest.raises(ValueError, match="outputs: got 0"):
        derive.output_loss("linear", "mse", 0)
    with pytest.raises(ValueError, match="hidden: got 'rely'"):
        derive.layerwise_gradients([], [], [], [], hidden="rely", output="linear", loss="mse")


def test_stably_replaces_function_and_slope():
    f, x = sp.Function("f"), sp.Symbol("x", real=True)
    product_rule = sp.diff(x * f(x), x)
    done = stably(product_rule, f, derive.ACTIVATIONS["tanh"])
    assert sp.simplify(done - (sp.tanh(x) + x * (1 - sp.tanh(x) ** 2))) == 0


def test_numpy_function_names_the_missing_symbol():
    x, y = sp.symbols("x y")
    with pytest.raises(ValueError, match="contains y, expected only the arguments \\(x\\)"):
        derive.numpy_function([x], x + y)
    assert derive.numpy_function([x, y], [x + y, x * y])(2.0, 3.0) == [5.0, 6.0]


CODE = "open('ran', 'w').close() or 1"
X = sp.Symbol("x", real=True)


@pytest.mark.parametrize("use", [
    lambda code: derive.numpy_function([X], code), lambda code: derive.numpy_function([X], [code]),
    derive.expanded, lambda code: derive.expanded([code]), derive.in_own_terms,
    lambda code: derive.activation("identity", code), lambda code: derive.activation("relu", code),
    lambda code: derive.chain_rule(sp.sin(X), code, sp.Symbol("t")),
    lambda code: derive.contributions_add(code, {X: X}, X), lambda code: derive.contributions_add(X, {X: code}, X),
    lambda code: derive.gradient_descent(code, [X], 1), lambda code: derive.gradient_descent(X**2, [X], code),
    lambda code: derive.momentum(X**2, [X], 1, code), lambda code: derive.nesterov(X**2, [X], 1, code),
    lambda code: derive.rmsprop(X**2, [X], 1, code, 1), lambda code: derive.adam(X**2, [X], 1, 1, 1, code),
    lambda code: derive.hessian(code, [X]), lambda code: derive.momentum_threshold(sp.eye(2), code),
    lambda code: derive.largest_curvature([[code]]), derive.Derivation, lambda code: derive.Derivation([code]),
    lambda code: derive.Derivation(X).step("words", code), lambda code: derive.check_equal(code, X),
    lambda code: derive.check_equal(X, code), lambda code: derive.check_equal(X, X, {X: code})])
def test_a_text_is_no_formula_and_is_never_run(use, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TypeError, match=r"expected a[n ].*expression"):
        use(CODE)
    assert not list(tmp_path.iterdir())


def test_one_case_of_several_can_be_expanded():
    (case, _) = sp.Piecewise((derive.ReLU(X), X > 1), (X, True)).args
    assert derive.expanded(case) == derive.expanded(sp.Piecewise(case, (X, True))).args[0]


@pytest.mark.parametrize(("use", "trouble"), [
    (lambda: derive.gradient_descent(X**2, X, 1), TypeError), (lambda: derive.adam(X, "x", 1, 1, 1, 1), TypeError),
    (lambda: derive.momentum(X**2, [X, X], 1, 1), ValueError), (lambda: derive.hessian(X**2, [X, X]), ValueError),
    (lambda: derive.gradient_descent(X**2, [X, 2], 1), TypeError)])
def test_parameters_are_different_symbols(use, trouble):
    with pytest.raises(trouble, match="variables: got"):
        use()


def test_a_function_of_arrays_takes_each_symbol_once():
    with pytest.raises(ValueError, match="arguments: got x, x, expected each symbol once"):
        derive.numpy_function([X, X], X)
    with pytest.raises(TypeError, match="arguments: got x, expected a list"):
        derive.numpy_function(X, X)


def _central(weights, biases, X, Y, hidden, output, loss, step=1e-6):
    """The loss differentiated numerically from formulas written once more, here, in plain NumPy."""
    f = {"identity": lambda s: s, "relu": lambda s: np.where(s > 0, s, 0), "tanh": np.tanh,
         "leaky_relu": lambda s: np.where(s > 0, s, s / 100), "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
         "softplus": lambda s: np.log1p(np.exp(s))}
    out = {"linear": lambda s: s, "sigmoid": f["sigmoid"],
           "softmax": lambda s: np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)}
    cost = {"mse": lambda p: ((p - Y) ** 2).sum(), "cross_entropy": lambda p: -(Y * np.log(p)).sum(),
            "binary_cross_entropy": lambda p: -(Y * np.log(p) + (1 - Y) * np.log(1 - p)).sum()}

    def value():
        A = X
        for layer, (W, b) in enumerate(zip(weights, biases)):
            A = (f[hidden] if layer < len(weights) - 1 else out[output])(A @ W + b)
        return cost[loss](A) / len(X)

    slopes = []
    for array in [*weights, *biases]:
        slope = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + step
            above = value()
            array[index] = kept - step
            slope[index] = (above - value()) / (2 * step)
            array[index] = kept
        slopes.append(slope)
    return slopes


@pytest.mark.parametrize("hidden", derive.ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), PAIRINGS)
def test_layerwise_gradients_equal_central_differences(hidden, output, loss):
    rng = np.random.default_rng(3)
    sizes = [2, 3, 2, 2]
    weights = [rng.normal(scale=0.5, size=pair) for pair in pairwise(sizes)]
    biases = [rng.normal(size=width) for width in sizes[1:]]
    X, Y = rng.normal(size=(4, 2)), np.eye(2)[[0, 1, 1, 0]]
    dW, db = derive.layerwise_gradients(weights, biases, X, Y, hidden=hidden, output=output, loss=loss)
    for derived, measured in zip([*dW, *db], _central(weights, biases, X, Y, hidden, output, loss)):
        assert derived.shape == measured.shape
        assert np.abs(derived - measured).max() <= 1e-7 * max(1, np.abs(measured).max())


# -- update rules: numbers worked by hand ----------------------------------------------------------------------------

w, eta, beta, rho, eps = sp.symbols("w eta beta rho epsilon", real=True)
PARABOLA = (w - 2) ** 2


def test_gradient_descent_halves_the_error():
    rule = derive.gradient_descent(PARABOLA, [w], eta)
    assert [state[0] for state in rule.steps([5], {eta: 0.25}, 3)] == [5, 3.5, 2.75, 2.375]


def test_momentum_and_nesterov_by_hand():
    # slopes 6, 3, 0; v = -1.5, then 0.5*(-1.5) - 0.25*3 = -1.5, then -0.75
    settings = {eta: 0.25, beta: 0.5}
    rolling = derive.momentum(PARABOLA, [w], eta, beta).steps([5], settings, 3)
    assert rolling == [(5, 0), (3.5, -1.5), (2, -1.5), (1.25, -0.75)]
    # Nesterov, step 2: the slope at 3.5 - 0.75 = 2.75 is 1.5, so v = -0.75 - 0.375 = -1.125
    looking = derive.nesterov(PARABOLA, [w], eta, beta).steps([5], settings, 2)
    assert looking == [(5, 0), (3.5, -1.5), (2.375, -1.125)]


def test_rmsprop_by_hand():
    # g = 6: s = 0.75*0 + 0.25*36 = 9, w = 5 - 0.5*6/3 = 4; then g = 4: s = 6.75 + 4 = 10.75
    (_, first, second) = derive.rmsprop(PARABOLA, [w], eta, rho, eps).steps([5], {eta: 0.5, rho: 0.75, eps: 0}, 2)
    assert first == (4, 9)
    assert second == pytest.approx((4 - 0.5 * 4 / 10.75**0.5, 10.75), rel=1e-15)


def test_adam_by_hand():
    # g = 6: m = 3, s = 9, corrected 6 and 36: w = 5 - 0.5 = 4.5
    # g = 5: m = 1.5 + 2.5 = 4, s = 6.75 + 6.25 = 13; corrected 4/0.75 and 13/0.4375
    b1, b2 = sp.symbols("beta_1 beta_2", real=True)
    rule = derive.adam(PARABOLA, [w], eta, b1, b2, eps)
    (_, first, second) = rule.steps([5], {eta: 0.5, b1: 0.5, b2: 0.75, eps: 0}, 2)
    assert first == (4.5, 3, 9)
    assert second[1:] == (4, 13)
    assert second[0] == pytest.approx(4.5 - 0.5 * (4 / 0.75) / (13 / 0.4375) ** 0.5, rel=1e-14)


def test_a_setting_may_be_a_number_and_the_loss_may_have_some_of_its_own():
    bend = sp.Symbol("kappa", positive=True)
    fixed = derive.momentum(bend * PARABOLA, [w], eta, sp.Rational(1, 2))
    assert fixed.settings == (eta, bend)
    free = derive.momentum(2 * PARABOLA, [w], eta, beta)
    assert fixed.steps([5], {eta: 0.25, bend: 2}, 4) == free.steps([5], {eta: 0.25, beta: 0.5}, 4)
    with pytest.raises(ValueError, match="settings: no value for kappa"):
        fixed.steps([5], {eta: 0.25}, 1)


def test_rule_names_what_is_missing():
    rule = derive.momentum(PARABOLA, [w], eta, beta)
    with pytest.raises(ValueError, match="no value for beta"):
        rule.steps([5], {eta: 0.1}, 1)
    with pytest.raises(ValueError, match="start: got 2 numbers, expected 1"):
        rule.steps([5, 6], {eta: 0.1, beta: 0.5}, 1)


# -- two writings of each rule: SymPy's formula and the NumPy package -------------------------------------------------

a, b = sp.symbols("a b", real=True)
HILLS = sp.exp(-(a**2)) * b + a**4 / 4 + (b - a) ** 2  # no symmetry, so that a mix-up of the two weights would show
SETTINGS = {"lr": 0.03, "beta": 0.8, "rho": 0.7, "eps": 1e-3, "beta1": 0.6, "beta2": 0.9}
PARTNERS = {"gradient descent": optimizers.GradientDescent, "momentum": optimizers.Momentum,
            "nesterov": optimizers.Nesterov, "rmsprop": optimizers.RMSProp, "adam": optimizers.Adam}


def test_every_rule_has_a_partner():
    assert set(PARTNERS) == set(derive.RULES)


@pytest.mark.parametrize("name", derive.RULES)
@pytest.mark.parametrize("seed", range(20))
def test_rules_take_the_steps_of_the_packages_optimizers(name, seed):
    names = list(inspect.signature(derive.RULES[name]).parameters)[2:]
    symbols = dict(zip(names, sp.symbols(names, positive=True)))
    rule = derive.RULES[name](HILLS, [a, b], **symbols)
    gradient = derive.numpy_function([a, b], [sp.diff(HILLS, a), sp.diff(HILLS, b)])
    theta = np.random.default_rng(seed).normal(size=2)
    states = rule.steps(theta, {symbol: SETTINGS[key] for key, symbol in symbols.items()}, count=6)
    optimizer = PARTNERS[name](**{key: SETTINGS[key] for key in names})
    for state in states[1:]:
        optimizer.step(theta, np.array(gradient(*theta)))
        ours = np.array(state[:2])
        if name == "nesterov":  # the package keeps the point ahead, θ + β v
            ours += SETTINGS["beta"] * np.array(state[2:])
        assert np.abs(theta - ours).max() <= 1e-12 * max(1, np.abs(ours).max())
