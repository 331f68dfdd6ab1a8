"""The gradient tutor: mistakes planted in every kind of exercise, and right answers written in other ways."""

import re
import sys

import numpy as np
import pytest
import sympy as sp
from mistakes import fresh

from chapters import ROOT
from mlp_core import exercises
from mlp_core.derive import Sigmoid, Tanh

x, y = sp.symbols("x y", real=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(Z, axis=1):
    E = np.exp(Z)
    return E / E.sum(axis=axis, keepdims=True)


def relu(z):
    return np.maximum(z, 0)


# -- scalar functions: formula, right answers in several forms, (kind, wrong answer) -----------------------------------

SCALARS = {
    "power of a sum": ((3 * x**2 + 1) ** 3, [lambda x: 18 * x * (3 * x * x + 1) ** 2,
                                           lambda x: 162 * x**5 + 108 * x**3 + 18 * x], [
        ("chain", lambda x: 3 * (3 * x**2 + 1) ** 2), ("at_start", lambda x: 3 * x**2 * 6 * x),
        ("no_slope", lambda x: 6 * x), ("forward", lambda x: (3 * x**2 + 1) ** 3),
        ("power", lambda x: 3 * (3 * x**2 + 1) ** 3 * 6 * x)]),
    "sine of a square": (sp.sin(x**2), [
        lambda x: 2 * x * np.cos(x**2), lambda x: 2 * x * (1 - 2 * np.sin(x**2 / 2) ** 2)], [
        ("chain", lambda x: np.cos(x**2)), ("at_start", lambda x: np.cos(x) * 2 * x), ("no_slope", lambda x: 2 * x),
        ("forward", lambda x: np.sin(x**2)), ("power", lambda x: np.cos(x**2) * 2 * x**2)]),
    "product": (x**2 * sp.exp(x), [
        lambda x: (x * x + 2 * x) * np.exp(x), lambda x: np.exp(x + 0.0) * ((x + 1) ** 2 - 1)], [
        ("product", lambda x: 2 * x * np.exp(x))]),
    "quotient": (sp.sin(x) / (x**2 + 2), [lambda x: (np.cos(x) * (x**2 + 2) - 2 * x * np.sin(x)) / (x**2 + 2) ** 2], [
        ("quotient", lambda x: (np.cos(x) * (x**2 + 2) + 2 * x * np.sin(x)) / (x**2 + 2) ** 2),
        ("forward", lambda x: np.sin(x) / (x**2 + 2)),
        ("overwritten", lambda x: np.cos(x) / (x**2 + 2))]),
    "swish": (x * Sigmoid(x), [lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x))),
                               lambda x: sigmoid(x) + x * np.exp(-x) / (1 + np.exp(-x)) ** 2], [
        ("overwritten", lambda x: sigmoid(x)), ("overwritten", lambda x: x * sigmoid(x) * (1 - sigmoid(x))),
        ("forward", lambda x: x * sigmoid(x)), ("product", lambda x: sigmoid(x) * (1 - sigmoid(x)))]),
    "neuron": ((Tanh(2 * x - 1) - sp.Rational(1, 2)) ** 2, [
        lambda x: 4 * (np.tanh(2 * x - 1) - 0.5) * (1 - np.tanh(2 * x - 1) ** 2),
        lambda x: (4 * np.tanh(2 * x - 1) - 2) / np.cosh(2 * x - 1) ** 2], [
        ("no_slope", lambda x: 2 * (np.tanh(2 * x - 1) - 0.5) * 2),
        ("at_output", lambda x: 4 * (np.tanh(2 * x - 1) - 0.5) * (1 - np.tanh(np.tanh(2 * x - 1)) ** 2)),
        ("forward", lambda x: (np.tanh(2 * x - 1) - 0.5) ** 2)]),
}


def scaled(right, kind):
    number = {"sign": -1.0, "factor 2": 2.0, "factor ½": 0.5, "factor": 1.7, "zero": 0.0}[kind]
    return lambda *args: number * right(*args)


def difference(f, step, central=False):
    if central:
        return lambda x: (f(x + step) - f(x - step)) / (2 * step)
    return lambda x: (f(x + step) - f(x)) / step


def scalar_cases():
    for name, (formula, rights, wrongs) in SCALARS.items():
        task = exercises.scalar(formula, seed=3)
        f = sp.lambdify(x, formula.replace(Tanh, sp.tanh).replace(Sigmoid, lambda u: 1 / (1 + sp.exp(-u))), "numpy")
        for right in rights:
            yield name, task, None, right
        wrongs = [*wrongs, *((kind, scaled(rights[0], kind)) for kind in ("sign", "factor 2", "factor ½", "factor",
                                                                           "zero")),
                  ("step_large", difference(f, 1e-2)), ("step_large", difference(f, 1e-4)),
                  ("step_large", difference(f, 0.05, central=True)), ("step_small", difference(f, 1e-12)),
                  ("step_small", difference(f, 1e-13, central=True))]
        for kind, wrong in wrongs:
            yield name, task, kind, wrong


# -- activations -------------------------------------------------------------------------------------------------------

ACTIVATIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2, [lambda z: 1 / np.cosh(z) ** 2], lambda a: 1 - a**2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z)), [lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2],
                lambda a: a * (1 - a)),
    "softplus": (lambda z: np.log(1 + np.exp(z)), sigmoid, [lambda z: (1 + np.tanh(z / 2)) / 2],
                 lambda a: 1 - np.exp(-a)),
    "relu": (relu, lambda z: (z > 0) * 1.0, [lambda z: np.heaviside(z, 0.0), lambda z: (z >= 0) * 1.0],
             lambda a: (a > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01),
                   [lambda z: 1 - 0.99 * (z <= 0)], lambda a: np.where(a > 0, 1, 0.01)),
}


def activation_cases():
    for name, (f, slope, others, by_output) in ACTIVATIONS.items():
        task, kinked = exercises.activation(name, seed=1), "relu" in name
        for right in (slope, *others, lambda z, s=slope: s(z.astype(np.float32)).astype(np.float32),
                      lambda z, s=slope: s(np.asarray(z))):
            yield name, task, None, right
        yield name, task, "forward", f
        yield name, task, "no_slope", np.ones_like
        for kind in ("sign", "factor 2", "factor ½", "factor", "zero"):
            yield name, task, kind, scaled(slope, kind)
        if kinked:
            yield name, task, "relu_side", lambda z, s=slope: s(-z)
        else:
            yield name, task, "at_output", lambda z, f=f, s=slope: s(f(z))
            yield name, task, "at_input", by_output
            yield name, task, "step_large", difference(f, 1e-3)
            yield name, task, "step_small", difference(f, 1e-12)
            told = exercises.activation(name, of="output", seed=2)
            yield name, told, None, by_output
            yield name, told, "at_output", slope
            yield name, told, "sign", scaled(by_output, "sign")


# -- layers ------------------------------------------------------------------------------------------------------------

def remembering(function):
    """A function that keeps the first X it sees and uses it for ever: a stale forward pass."""
    kept = {}

    def old(X, dA, W, b):
        Z = kept.setdefault((X.shape, W.shape), X @ W + b)
        return function(X, dA, W, b, Z)

    return old


def layer_cases():
    plain = {want: exercises.layer(want, seed=4) for want in ("dW", "db", "dX")}
    rights = {"dW": [lambda X, dZ: X.T @ dZ, lambda dZ, X: np.einsum("nd,nk->dk", X, dZ),
                     lambda X, dZ: sum(np.outer(row, d) for row, d in zip(X, dZ)),
                     lambda X, dZ: (X.T.astype(np.float32) @ dZ.astype(np.float32))],
              "db": [lambda dZ: dZ.sum(axis=0), lambda dZ: np.ones(len(dZ)) @ dZ, lambda dZ: len(dZ) * dZ.mean(axis=0)],
              "dX": [lambda dZ, W: dZ @ W.T, lambda W, dZ: (W @ dZ.T).T, lambda W, dZ: np.inner(dZ, W)]}
    wrongs = {"dW": [("transposed", lambda X, dZ: dZ.T @ X), ("untransposed", lambda X, dZ: X @ dZ),
                     ("swapped", lambda X, dZ: dZ @ X.T), ("unsummed", lambda X, dZ: X[:, :, None] * dZ[:, None]),
                     ("overwritten", lambda X, dZ: np.outer(X[-1], dZ[-1])),
                     ("factor 1/n", lambda X, dZ: X.T @ dZ / len(X)), ("forward", lambda X, W, b: X @ W + b),
                     ("oversummed", lambda X, dZ: (X.T @ dZ).sum())],
              "db": [("unsummed", lambda dZ: dZ), ("axis", lambda dZ: dZ.sum(axis=1)), ("oversummed", np.sum),
                     ("bias", lambda X, dZ: X.T @ dZ), ("bias", lambda X, dZ: (X.T @ dZ).sum(axis=0)),
                     ("bias", lambda b, dZ: b * dZ.sum(axis=0)), ("factor 1/n", lambda dZ: dZ.mean(axis=0)),
                     ("overwritten", lambda dZ: dZ[-1]), ("shape", lambda dZ: dZ.sum(axis=0, keepdims=True))],
              "dX": [("transposed", lambda dZ, W: W @ dZ.T), ("untransposed", lambda dZ, W: dZ @ W),
                     ("swapped", lambda dZ, W: W.T @ dZ), ("factor n", lambda dZ, W: len(dZ) * dZ @ W.T),
                     ("overwritten", lambda dZ, W: np.outer(dZ[:, -1], W[:, -1]))]}
    for want, task in plain.items():
        for right in rights[want]:
            yield want, task, None, right
        for kind, wrong in wrongs[want]:
            yield want, task, kind, wrong
        names = {"dW": ("X", "dZ"), "db": ("dZ", "X"), "dX": ("dZ", "W")}[want]
        for kind in ("sign", "factor 2", "factor ½", "factor"):
            def changed(one, two, right=rights[want][0], kind=kind, names=names):
                given = dict(zip(names, (one, two)))
                keys = right.__code__.co_varnames[: right.__code__.co_argcount]
                return scaled(right, kind)(*(given[key] for key in keys))
            yield want, task, kind, changed
    finish = {"dW": lambda X, dZ, W: X.T @ dZ, "db": lambda X, dZ, W: dZ.sum(axis=0), "dX": lambda X, dZ, W: dZ @ W.T}
    for name, (f, slope, _, by_output) in ACTIVATIONS.items():
        for want, end in finish.items():
            task, label = exercises.layer(want, name, seed=5), f"{want} {name}"

            def through(change, end=end):
                return lambda X, dA, W, b: end(X, dA * change(X @ W + b), W)

            yield label, task, None, through(slope)
            yield label, task, "no_slope", through(np.ones_like)
            yield label, task, "sign", through(lambda Z, s=slope: -s(Z))
            yield label, task, "stale", remembering(
                lambda X, dA, W, b, Z, s=slope, end=end: end(X, dA * s(Z), W))
            if "relu" in name:
                yield label, task, "relu_side", through(lambda Z, s=slope: s(-Z))
            else:
                yield label, task, "at_output", through(lambda Z, s=slope, f=f: s(f(Z)))
                yield label, task, "at_input", through(by_output)


# -- losses ------------------------------------------------------------------------------------------------------------

def loss_cases():
    ends = {"softmax": softmax, "sigmoid": sigmoid, "linear": lambda Z: Z}
    for output, f in ends.items():
        own, share = exercises.loss(output, seed=6), 2 if output == "linear" else 1

        def right(Z, Y, f=f, share=share):
            return share * (f(Z) - Y) / len(Z)

        yield output, own, None, right
        yield output, own, None, lambda A, Y, share=share: share * (A - Y) / A.shape[0]
        yield output, own, None, lambda Z, Y, right=right: right(Z + 0.0, Y) * 1
        for kind in ("sign", "factor 2", "factor ½", "factor"):
            yield output, own, kind, lambda Z, Y, right=right, kind=kind: scaled(right, kind)(Z, Y)
        yield output, own, "factor n", lambda Z, Y, right=right: len(Z) * right(Z, Y)
        yield output, own, "factor 1/k", (
            lambda Z, Y, right=right: right(Z, Y) / Z.shape[1])
        yield output, own, "forward", lambda A: A
        if output != "linear":
            yield output, own, "at_input", lambda Z, Y: (Z - Y) / len(Z)
            yield output, own, "extra_slope", lambda A, Y: (A - Y) * A * (1 - A) / len(A)
    yield "softmax", exercises.loss(), "diagonal", lambda A, Y: -Y / A * A * (1 - A) / len(A)
    yield "softmax", exercises.loss(), "axis", lambda Z, Y: (softmax(Z, 0) - Y) / len(Z)
    yield "softmax", exercises.loss(), "no_slope", lambda A, Y: -Y / A / len(A)
    yield "sigmoid", exercises.loss("sigmoid"), "half_loss", lambda A, Y: -Y * (1 - A) / len(A)
    yield "linear", exercises.loss("linear"), "shape", lambda Z, Y: 2 * (Z - Y.ravel()) / len(Z)
    squares = exercises.loss("softmax", "mse"), exercises.loss("sigmoid", "mse")
    yield "mse", squares[0], None, lambda A, Y: 2 / len(A) * A * (A - Y - (A * (A - Y)).sum(1, keepdims=True))
    yield "mse", squares[1], None, lambda A, Y: 2 / len(A) * (A - A**2) * (A - Y)
    yield "mse", squares[0], "diagonal", lambda A, Y: 2 / len(A) * (A - Y) * A * (1 - A)
    for task in squares:
        yield "mse", task, "no_slope", lambda A, Y: 2 / len(A) * (A - Y)


# -- networks ----------------------------------------------------------------------------------------------------------

def backprop(f, slope, end, share, *, through=None, finish=None, flat=False):
    """Two layers, as a reader would write them; `through` replaces the slope, `finish` changes what is returned."""
    def gradients(X, Y, weights, biases):
        (W1, W2), (b1, b2) = weights, biases
        Z1 = X @ W1 + b1
        A1 = f(Z1)
        d2 = share * (end(A1 @ W2 + b2) - Y) / len(X)
        d1 = d2 @ W2.T * (through or (lambda Z, A: slope(Z)))(Z1, A1)
        found = [X.T @ d1, d1.sum(0), A1.T @ d2, d2.sum(0)]
        found = finish(found, d1, d2, X) if finish else found
        return np.concatenate([one.ravel() for one in found]) if flat else ([found[0], found[2]], [found[1], found[3]])
    return gradients


def network_cases():
    for name, (f, slope, _, by_output) in ACTIVATIONS.items():
        for output, end, share in (("softmax", softmax, 1), ("linear", lambda Z: Z, 2)):
            task, label = exercises.network((3, 4, 2), name, output, seed=7), f"network {name} {output}"

            def made(f=f, slope=slope, end=end, share=share, **options):
                return backprop(f, slope, end, share, **options)

            yield label, task, None, made()
            yield label, task, None, made(flat=True)
            yield label, task, "no_slope", made(through=lambda Z, A: 1.0)
            yield label, task, "sign", made(finish=lambda g, *_: [-one for one in g])
            yield label, task, "factor n", made(finish=lambda g, d1, d2, X: [len(X) * one for one in g])
            yield label, task, "unsummed", made(finish=lambda g, d1, d2, X: [g[0], d1, g[2], d2])
            yield label, task, "axis", made(finish=lambda g, d1, d2, X: [g[0], d1.sum(1), g[2], d2.sum(1)])
            yield label, task, "transposed", made(finish=lambda g, *_: [g[0].T, g[1], g[2].T, g[3]])
            if "relu" in name:
                yield label, task, "relu_side", made(through=lambda Z, A, s=slope: s(-Z))
            else:
                yield label, task, "at_output", made(through=lambda Z, A, s=slope: s(A))
                yield label, task, "at_input", made(through=lambda Z, A, s=by_output: s(Z))


# -- update rules ------------------------------------------------------------------------------------------------------

def momentum(theta, g, v, lr, beta):
    new = beta * v - lr * g
    return theta + new, new


def rmsprop(theta, g, s, lr, rho, eps):
    new = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(new) + eps), new


def adam(theta, g, m, s, lr, beta1, beta2, eps, t):
    m, s = m + (1 - beta1) * (g - m), beta2 * s + (1 - beta2) * g * g
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


def adam_uncorrected(theta, g, m, s, lr, beta1, beta2, eps, t):
    m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
    return theta - lr * m / (np.sqrt(s) + eps), m, s


def rmsprop_inside(theta, g, s, lr, rho, eps):
    new = rho * s + (1 - rho) * g**2
    return theta - lr * g / np.sqrt(new + eps), new


def update_cases():
    tasks = {rule: exercises.update(rule, seed=8) for rule in ("gradient descent", "momentum", "rmsprop", "adam")}
    descent = tasks["gradient descent"]
    yield "descent", descent, None, lambda theta, g, lr: theta - lr * g
    yield "descent", descent, "sign", lambda theta, g, lr: theta + lr * g
    yield "descent", descent, "rate", lambda theta, g: theta - g
    for rule, right in (("momentum", momentum), ("rmsprop", rmsprop), ("adam", adam)):
        yield rule, tasks[rule], None, right
    yield "momentum", tasks["momentum"], "sign", lambda theta, g, v, lr, beta: momentum(theta, -g, v, lr, beta)
    yield "momentum", tasks["momentum"], "memory", lambda theta, g, v, lr, beta: momentum(theta, g, 0 * v, lr, beta)
    yield "momentum", tasks["momentum"], "old_memory", lambda theta, g, v, lr, beta: (theta + v, beta * v - lr * g)
    yield "momentum", tasks["momentum"], "rate", lambda theta, g, v, beta: momentum(theta, g, v, 1.0, beta)
    yield "rmsprop", tasks["rmsprop"], "root", rmsprop_inside
    yield "rmsprop", tasks["rmsprop"], "memory", (
        lambda theta, g, s, lr, rho, eps: rmsprop(theta, g, 0 * s, lr, rho, eps))
    yield "rmsprop", tasks["rmsprop"], "swapped_rate", (
        lambda theta, g, s, lr, rho, eps: rmsprop(theta, g, s, lr, 1 - rho, eps))
    yield "adam", tasks["adam"], "correction", adam_uncorrected
    yield "adam", tasks["adam"], "correction", lambda theta, g, m, s, lr, beta1, beta2, eps, t: adam(
        theta, g, m, s, lr, beta1, beta2, eps, t - 1)
    yield "adam", tasks["adam"], "sign", lambda theta, g, m, s, lr, beta1, beta2, eps, t: adam(
        theta, g, m, s, -lr, beta1, beta2, eps, t)


GROUPS = (scalar_cases, activation_cases, layer_cases, loss_cases, network_cases, update_cases)

# every kind of mistake that the tutor promises to know
PROMISED = {"sign", "factor n", "factor 1/n", "factor 2", "factor ½", "at_output", "at_input", "no_slope", "transposed",
            "swapped", "axis", "unsummed", "bias", "diagonal", "relu_side", "overwritten", "forward", "stale",
            "step_large", "step_small", "shape"}


@pytest.fixture(scope="module")
def judged():
    own = [(label, kind, task.check(answer)) for group in GROUPS for label, task, kind, answer in group()]
    return own + [(task.name, kinds, task.check(answer)) for task, kinds, answer in fresh()]


def first(verdict):
    return verdict.diagnoses[0].kind if verdict.diagnoses else verdict.status


def test_what_is_planted_is_named(judged):
    """At least 200 mistakes; 95 % named first, none called right; and no right answer called wrong."""
    wrong = [(label, kinds, verdict) for label, kinds, verdict in judged if kinds]
    right = [(label, verdict) for label, kinds, verdict in judged if not kinds]
    known = [one for one in wrong if one[1] != "?"]
    missed = [(label, kinds, first(verdict)) for label, kinds, verdict in known
              if first(verdict) not in kinds.split("|")]
    called_right = [(label, kinds) for label, kinds, verdict in wrong if verdict]
    called_wrong = [(label, str(verdict)) for label, verdict in right if not verdict]
    print(f"{len(known)} planted mistakes, {len(known) - len(missed)} named first; {len(wrong)} wrong answers, "
          f"{len(called_right)} called right; {len(right)} right answers, {len(called_wrong)} called wrong")
    assert len(known) >= 200
    assert len(right) >= 100
    assert called_right == []
    assert called_wrong == []
    assert len(missed) <= 0.05 * len(known), missed


def test_every_promised_kind_is_planted_and_named(judged):
    named = {kinds for _, kinds, verdict in judged if kinds and first(verdict) == kinds}
    assert named >= PROMISED


def test_a_mistake_that_is_not_known_is_never_taken_for_rounding(judged):
    guessed = [(label, first(verdict)) for label, kinds, verdict in judged
               if kinds and first(verdict).startswith("step_") and not kinds.startswith("step_")]
    assert guessed == []


def test_every_diagnosis_explains_without_giving_the_answer(judged):
    for _, kind, verdict in judged:
        if kind and verdict.diagnoses:
            assert verdict.hint
            assert len(verdict.explain()) > 30
            assert verdict.solution
            assert verdict.solution not in str(verdict)
            assert verdict.solution not in verdict._repr_html_()
            assert verdict.answer() == verdict.solution


# -- answers that are none ---------------------------------------------------------------------------------------------

def endless(z):
    while True:
        z = z + 0


def without_end(z):
    return without_end(z)


class Speechless(Exception):
    def __str__(self):
        return 1 / 0


def speechless(z):
    raise Speechless


@pytest.mark.parametrize(("answer", "says"), [
    (without_end, "without end"), (lambda z: sys.exit(1), "SystemExit"),
    (speechless, "Speechless: no message"), (lambda z: {"slope": z}, "dict"), (lambda z: (i for i in z), "generator"),
    (lambda z: np.array(["1"] * z.size), "numbers"), (lambda z: z / 0, "finite"),
    (sp.Eq(sp.Symbol("z"), 1), "no expression"), (sp.true, "no expression"), (lambda *, q: q, "keyword"),
    ({}, "dict"), (None, "None"), (b"1", "bytes"),
    (lambda z: None, "None"), (lambda z: z * 1j, "complex"), (lambda z: z * np.nan, "finite"),
    (lambda z: 1 / 0, "ZeroDivisionError"), (lambda z: "one", "numbers"), (lambda a, b, c: a, "more than"),
    (lambda z: [[1], [2, 3]], "array"), (lambda z: z.astype(np.float16), "float16"), ("q^2", "q"),
    (r"\frac{1}{", "cannot be read"), (endless, "seconds")])
def test_what_cannot_be_compared_gets_a_clear_word(answer, says):
    verdict = exercises.check(exercises.activation("tanh"), answer, seconds=0.3)
    assert verdict.status == "unusable"
    assert not verdict
    assert says in verdict.message


def test_what_is_no_formula_makes_no_exercise_and_is_never_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for formula in (["open('ran', 'w').close() or 1"], b"x", None, {"x": 1}):
        with pytest.raises(TypeError, match="formula: got"):
            exercises.scalar(formula)
    with pytest.raises(TypeError, match="by: got 'x'"):
        exercises.scalar(x**2, "x")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("answer", "says"), [
    ("10^{10^{10}}x", "finite"), ("9^{9^{9}}x", "finite"), ("2^{1000000}x", "finite"), (x * 2**20000, "computed"),
    ("(" * 5000 + "x" + ")" * 5000, "brackets"), (sp.Integral(sp.sin(sp.sin(x)), (x, 0, x)), "computed"),
    (sp.Symbol("x") * sp.Function("f")(x), "")])
def test_formulas_that_give_no_numbers_get_a_word(answer, says):
    verdict = exercises.scalar(x**3).check(answer)
    assert verdict.status == "unusable"
    assert says in verdict.message


@pytest.mark.parametrize("answer", [
    lambda z: (1 - np.tanh(z) ** 2).astype(object), lambda z: [list(row) for row in np.atleast_2d(1 - np.tanh(z) ** 2)]
    if z.ndim > 1 else list(1 - np.tanh(z) ** 2), lambda z: np.ma.masked_less(1 - np.tanh(z) ** 2, 0),
    lambda z, extra=1: 1 - np.tanh(z) ** 2, lambda *given: 1 - np.tanh(given[0]) ** 2, lambda t: 1 - np.tanh(t) ** 2,
    lambda *, z: 1 - np.tanh(z) ** 2, lambda *rest, z: 1 - np.tanh(z) ** 2])
def test_unusual_ways_to_return_the_right_numbers_are_accepted(answer):
    assert exercises.activation("tanh").check(answer)


@pytest.mark.parametrize(("make", "trouble", "says"), [
    (lambda: exercises.scalar(x**2, places=0), ValueError, "places"),
    (lambda: exercises.scalar(x**2, places="a"), TypeError, "places"),
    (lambda: exercises.scalar(x**2, seed="a"), TypeError, "seed"),
    (lambda: exercises.activation(["tanh"]), TypeError, "name"),
    (lambda: exercises.activation("tanh", "x"), ValueError, "of"),
    (lambda: exercises.activation("tanh", seed=-1), ValueError, "seed"),
    (lambda: exercises.layer("dA"), ValueError, "want"), (lambda: exercises.layer("dW", ["relu"]), TypeError, "activa"),
    (lambda: exercises.layer("dW", seed=0.5), TypeError, "seed"),
    (lambda: exercises.loss("foo"), ValueError, "output"), (lambda: exercises.loss("softmax", 3), TypeError, "name"),
    (lambda: exercises.loss("softmax", "foo"), ValueError, "name"),
    (lambda: exercises.loss("linear", "cross_entropy"), ValueError, "loss"),
    (lambda: exercises.loss(seed=-1), ValueError, "seed"),
    (lambda: exercises.network(output="gelu"), ValueError, "output"),
    (lambda: exercises.network(hidden="gelu"), ValueError, "hidden"),
    (lambda: exercises.network((3,)), ValueError, "sizes"),
    (lambda: exercises.network((3, 0, 2)), ValueError, "sizes"),
    (lambda: exercises.network("34"), TypeError, "sizes"), (lambda: exercises.network(seed=None), TypeError, "seed"),
    (lambda: exercises.update(["momentum"]), TypeError, "rule"),
    (lambda: exercises.update("nesterov"), ValueError, "rule"),
    (lambda: exercises.update(seed="a"), TypeError, "seed")])
def test_an_exercise_that_cannot_be_made_says_which_argument_is_wrong(make, trouble, says):
    with pytest.raises(trouble, match=f"^{says}"):
        make()


def test_a_name_in_the_key_is_text_and_no_html():
    made = exercises.key("power", ["<img src=x>", "Anna & Ben"])
    assert "<" not in made._repr_markdown_()
    assert [row[0] for row in made.rows] == ["&lt;img src=x&gt;", "Anna &amp; Ben"]


class Odd(list):
    """Whatever is asked of it, it fails."""

    def fail(self, *_, **__):
        raise RuntimeError

    __array__ = __len__ = __iter__ = __float__ = fail
    __call__ = lambda self, *given: given[0]  # noqa: E731
    __signature__ = property(fail)


@pytest.mark.parametrize(("task", "answer"), [
    (exercises.activation("tanh"), lambda z: Odd()), (exercises.activation("tanh"), lambda z: [Odd()]),
    (exercises.activation("tanh"), Odd()), (exercises.update("momentum"), lambda *given: Odd()),
    (exercises.update("momentum"), lambda *given: np.array(1.0)), (exercises.update("momentum"), np.array(1.0)),
    (exercises.network((2, 2)), lambda *given: Odd()), (exercises.network((2, 2)), lambda *given: (Odd(), Odd()))])
def test_objects_that_fail_at_everything_get_a_verdict(task, answer):
    assert not task.check(answer)


def test_an_odd_object_put_into_an_input_counts_as_a_change():
    verdict = exercises.network((2, 2)).check(lambda X, Y, weights, biases: weights.__setitem__(0, Odd()))
    assert verdict.status == "unusable"


@pytest.mark.parametrize(("seconds", "trouble"), [
    ("a", TypeError), (None, TypeError), (np.nan, ValueError), (np.inf, ValueError), (-1, ValueError), (0, ValueError),
    (1e300, ValueError)])
def test_the_time_limit_is_a_number_of_seconds(seconds, trouble):
    with pytest.raises(trouble, match="seconds: expected a finite number above 0"):
        exercises.activation("tanh").check(lambda z: z, seconds=seconds)


def test_an_answer_that_changes_from_call_to_call_is_found_out():
    noise = np.random.default_rng(0)
    verdict = exercises.activation("tanh").check(lambda z: 1 - np.tanh(z) ** 2 + 1e-3 * noise.normal(size=z.shape))
    assert verdict.status == "unknown"
    assert any("Called twice" in remark for remark in verdict.remarks)


def test_measured_slopes_with_a_good_step_are_right_and_arrays_are_never_called_noise():
    task = exercises.network((2, 3, 2), "tanh")
    for step in (1e-5, 1e-6, 1e-7):
        assert task.check(lambda X, Y, weights, biases, h=step: measured_network(X, Y, weights, biases, h))
    told = exercises.activation("tanh")
    assert told.check(1 - np.tanh(told.given["z"]) ** 2 + 0.01 * told.given["z"] ** 2).status == "unknown"


def measured_network(X, Y, weights, biases, h):
    def loss():
        Z = np.tanh(X @ weights[0] + biases[0]) @ weights[1] + biases[1]
        return -np.sum(Y * np.log(softmax(Z))) / len(X)

    found = []
    for array in (weights[0], biases[0], weights[1], biases[1]):
        found.append(np.zeros(array.shape))
        for place in np.ndindex(array.shape):
            kept, values = array[place], []
            for side in (h, -h):
                array[place] = kept + side
                values.append(loss())
            array[place] = kept
            found[-1][place] = (values[0] - values[1]) / (2 * h)
    return found


def test_lists_are_read_and_changed_inputs_are_named():
    task = exercises.activation("tanh")
    assert any("list" in remark for remark in task.check(lambda z: (1 - np.tanh(z) ** 2).tolist()).remarks)

    def greedy(z):
        z[:] = np.tanh(z)
        return 1 - z**2

    verdict = task.check(greedy)
    assert verdict
    assert "changes its input z" in verdict.remarks[0]


def test_unknown_mistakes_show_the_numbers_and_say_so():
    verdict = exercises.activation("tanh").check(lambda z: z**3)
    assert verdict.status == "unknown"
    assert "do not know" in str(verdict)
    assert len(verdict.rows) == 5


def test_formulas_are_judged_by_what_they_mean():
    z = sp.Symbol("z")
    task = exercises.activation("tanh")
    assert task.check(1 - sp.tanh(z) ** 2)
    assert task.check(r"\frac{4}{(e^z + e^{-z})^2}")
    assert task.check("1 - z^2").diagnoses[0].kind == "at_input"
    assert exercises.scalar("x^2 e^{x}").check("2x e^x").diagnoses[0].kind == "product"


def test_several_mistakes_that_fit_are_all_named():
    verdict = exercises.scalar(sp.sin(2 * x)).check(lambda x: np.cos(2 * x))
    assert [one.kind for one in verdict.diagnoses] == ["chain", "factor ½"]
    assert "The same numbers" in verdict.explain()


def test_two_mistakes_at_once():
    verdict = exercises.layer("dW").check(lambda X, dZ: -(dZ.T @ X))
    assert (verdict.diagnoses[0].kind, verdict.diagnoses[0].also) == ("transposed", "sign")


def test_arrays_and_seeds():
    task = exercises.layer("dW", seed=11)
    given = task.given
    assert task.check(given["X"].T @ given["dZ"])
    assert task.check(given["X"].T @ given["dZ"] / 5).diagnoses[0].kind == "factor 1/n"
    assert np.array_equal(given["X"], exercises.layer("dW", seed=11).given["X"])
    assert not np.array_equal(given["X"], exercises.layer("dW", seed=12).given["X"])


def test_a_slope_at_the_kink_is_a_convention_and_several_letters_a_gradient():
    assert exercises.activation("relu").check(lambda z: (z >= 0) * 1.0).remarks
    task = exercises.scalar(x**2 * y + sp.sin(y))
    assert task.check(lambda x, y: np.array([2 * x * y, x**2 + np.cos(y)]))
    assert task.check(lambda x, y: np.array([x**2 + np.cos(y), 2 * x * y])).diagnoses[0].kind == "order"


def test_bad_exercises_are_refused():
    for make in (lambda: exercises.activation("tan"), lambda: exercises.layer("dZ"), lambda: exercises.update("sgd"),
                 lambda: exercises.scalar(sp.Integer(3)), lambda: exercises.scalar(sp.sqrt(-1 - x**2))):
        with pytest.raises(ValueError, match="expected"):
            make()
    with pytest.raises(TypeError, match="exercise"):
        exercises.check("tanh", lambda z: z)


def test_an_exercise_whose_own_solution_fails_is_refused():
    task = exercises.activation("tanh")
    assert task.proved(lambda z: 1 - np.tanh(z) ** 2) is task
    with pytest.raises(ValueError, match="passes the check"):
        task.proved(np.tanh)
    with pytest.raises(ValueError, match="passes the check"):
        exercises.seeded(lambda draw: (exercises.layer("dW"), lambda X, dZ: dZ.T @ X), 1)


def test_the_same_seed_gives_the_same_numbers_everywhere():
    """Numbers that must never change, or a class's sheets and its key would part company."""
    assert exercises.seeded("power", 7).solution == "54*x**5 - 4"
    assert exercises.seeded("chain", "Ada Lovelace").solution == exercises.seeded("chain", " ada  lovelace").solution
    assert [exercises.Draw("Emmy").integer(1, 6) for _ in range(2)] == [2, 2]
    draw = exercises.Draw("Emmy")
    assert [draw.integer(-3, 3, but=(0,)) for _ in range(200)].count(0) == 0
    assert {draw.integer(1, 3) for _ in range(99)} == {1, 2, 3}


@pytest.mark.parametrize("family", exercises.FAMILIES)
def test_the_key_follows_from_the_names_of_the_class(family):
    names = ["Ada", "Emmy", "Grace", 4]
    key = exercises.key(family, names)
    assert [row[0] for row in key.rows] == ["Ada", "Emmy", "Grace", "4"]
    assert len({str(task.given) for task in key.tasks}) == 4
    for task, (_, exercise, answer), name in zip(key.tasks, key.rows, names):
        assert repr(task.given) == repr(exercises.seeded(family, name).given)
        assert task.statement in exercise
        assert answer not in task._repr_markdown_()
        if task.expression is not None:
            assert task.check(task.expression)
    assert key._repr_markdown_().count("\n") == 5


def test_bad_seeds_and_families_are_refused():
    for seed in (None, "", " ", 1.5, True):
        with pytest.raises(TypeError, match="seed"):
            exercises.seeded("power", seed)
    with pytest.raises(ValueError, match="make: expected one of"):
        exercises.seeded("powers", 1)
    with pytest.raises(TypeError, match="makes an exercise"):
        exercises.seeded(lambda draw: draw.seed, 1)


def test_the_page_for_instructors_shows_code_that_runs():
    page = (ROOT / "chapters/instructors.md").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```python\n(.*?)```", page, flags=re.S) if "exercises" in block]
    assert len(blocks) == 2
    names = {}
    for block in blocks:
        *before, last = block.strip().split("\n\n")
        exec("\n\n".join(before), names)
        assert len(eval(last, names).rows) in (3, 30)


def test_importing_the_package_does_not_bring_the_exercises():
    import subprocess
    import sys

    code = "import sys, mlp_core; print('mlp_core.exercises' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
