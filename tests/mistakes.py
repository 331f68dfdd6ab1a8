"""Wrong gradients that were not made from the tutor's own list of mistakes, and right ones in other forms.

They are written from the outside, as readers would write them. Each wrong answer goes with the kind that names its
mistake (or several, where the same numbers have several causes); "?" stands for a mistake that the tutor need not know,
but must not call right.
"""

import math

import numpy as np
import sympy as sp

from mlp_core import exercises

x, w, b = sp.symbols("x w b", real=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


def scalars():
    """(exercise, right answers, (kinds, wrong answer))."""
    yield exercises.scalar(3 * sp.sin(x**2), seed=3), [lambda x: 6 * x * np.cos(x * x)], [
        ("chain", lambda x: 3 * np.cos(x**2)), ("at_start", lambda x: 6 * x * np.cos(x)),
        ("at_slope", lambda x: 3 * np.cos(2 * x)), ("factor", lambda x: 2 * x * np.cos(x**2)),
        ("sign", lambda x: -6 * x * np.cos(x**2)), ("forward", lambda x: 3 * np.sin(x**2))]
    yield exercises.scalar(sp.exp(-(x**2) / 2), seed=3), [lambda x: -x * math.exp(-x * x / 2)], [
        ("sign", lambda x: x * np.exp(-(x**2) / 2)), ("chain|forward", lambda x: np.exp(-(x**2) / 2)),
        ("factor 2", lambda x: -2 * x * np.exp(-(x**2) / 2)),
        ("power|factor ½", lambda x: -x / 2 * np.exp(-(x**2) / 2))]
    yield exercises.scalar((x**2 + 1) / (x - 7), seed=3), [lambda x: 1 - 50 / (x - 7) ** 2], [
        ("quotient", lambda x: (2 * x * (x - 7) + x**2 + 1) / (x - 7) ** 2), ("ratio", lambda x: 2 * x),
        ("sign", lambda x: (x**2 + 1 - 2 * x * (x - 7)) / (x - 7) ** 2),
        ("unsquared", lambda x: (2 * x * (x - 7) - (x**2 + 1)) / (x - 7))]
    yield exercises.scalar(x**3 * sp.sin(x), seed=3), [lambda x: x * x * (3 * np.sin(x) + x * np.cos(x))], [
        ("product", lambda x: 3 * x**2 * np.cos(x)), ("overwritten", lambda x: 3 * x**2 * np.sin(x)),
        ("overwritten", lambda x: x**3 * np.cos(x)), ("term_sign", lambda x: 3 * x**2 * np.sin(x) - x**3 * np.cos(x)),
        ("power", lambda x: x**2 * np.sin(x) + x**3 * np.cos(x))]
    yield exercises.scalar((2 * w + b - 1) ** 2, [w, b], seed=3), [
        lambda w, b: np.array([[4 * (2 * w + b - 1), 2 * (2 * w + b - 1)]]),
        lambda b, w: [8 * w + 4 * b - 4, 4 * w + 2 * b - 2]], [
        ("chain", lambda w, b: (2 * (2 * w + b - 1),) * 2),
        ("factor ½", lambda w, b: [2 * (2 * w + b - 1), 2 * w + b - 1]),
        ("order", lambda w, b: (2 * (2 * w + b - 1), 4 * (2 * w + b - 1))),
        ("signs", lambda w, b: [-4 * (2 * w + b - 1), 2 * (2 * w + b - 1)])]
    yield exercises.scalar(sp.log(1 + sp.exp(x)), seed=3), [
        sigmoid, lambda x: float(np.exp(x) / (1 + np.exp(x))), 1 / (1 + sp.exp(-x)), r"\frac{e^x}{1 + e^x}"], [
        ("chain", lambda x: 1 / (1 + np.exp(x))), ("chain", r"\frac{1}{1 + e^x}"), ("no_slope", np.exp),
        ("step_small", lambda x: (np.log(1 + np.exp(x + 1e-12)) - np.log(1 + np.exp(x))) / 1e-12),
        ("step_large", lambda x: (np.log(1 + np.exp(x + 0.3)) - np.log(1 + np.exp(x))) / 0.3),
        ("step_large", lambda x: (np.log(1 + np.exp(x + 0.2)) - np.log(1 + np.exp(x - 0.2))) / 0.4)]
    yield exercises.scalar(2 * x**3 - 5 * x, seed=3), ["6x^2 - 5", 6 * x * x - 5], [
        ("undone", lambda x: 6 * x**2 - 5 * x), ("power", "2x^2 - 5"), ("power", "6x^3 - 5"), ("term_sign", "6x^2 + 5"),
        ("overwritten", "6x^2")]


def activations():
    yield exercises.activation("sigmoid", seed=5), [
        lambda z: np.exp(z) / (1 + np.exp(z)) ** 2, lambda z: 0.25 / np.cosh(z / 2) ** 2,
        lambda z: (sigmoid(z) * sigmoid(-z)).tolist(), lambda z: (sigmoid(z + 1e-5) - sigmoid(z - 1e-5)) / 2e-5,
        lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2, lambda z: np.imag(sigmoid(z + 1e-30j)) / 1e-30], [
        ("at_input", lambda z: z * (1 - z)), ("forward", lambda z: np.exp(z) / (1 + np.exp(z))),
        ("sign", lambda z: sigmoid(z) * (sigmoid(z) - 1)), ("chain", lambda z: -1 / (1 + np.exp(-z)) ** 2),
        ("slope of tanh", lambda z: 1 - sigmoid(z) ** 2),
        ("step_large", lambda z: (sigmoid(z) - sigmoid(z - 0.5)) / 0.5),
        ("step_small", lambda z: (sigmoid(z + 1e-14) - sigmoid(z - 1e-14)) / 2e-14)]
    yield exercises.activation("sigmoid", "output", seed=5), [lambda a: a - a * a], [
        ("at_output", lambda a: sigmoid(a) * (1 - sigmoid(a))), ("forward", lambda a: a),
        ("sign", lambda a: a * (a - 1))]
    yield exercises.activation("tanh", seed=5), [lambda z: 4 / (np.exp(z) + np.exp(-z)) ** 2], [
        ("at_output", lambda z: tanh_slope(np.tanh(z))), ("sign", lambda z: np.tanh(z) ** 2 - 1),
        ("slope of sigmoid", lambda z: sigmoid(z) * (1 - sigmoid(z))), ("?", lambda z: 1 - np.tanh(z)),
        ("?", lambda z: 1 + np.tanh(z) ** 2)]
    yield exercises.activation("softplus", seed=5), [lambda z: 0.5 * (1 + np.tanh(z / 2))], [
        ("chain", lambda z: 1 / (1 + np.exp(z))), ("at_output", lambda z: sigmoid(np.log1p(np.exp(z)))),
        ("slope of sigmoid", lambda z: sigmoid(z) * (1 - sigmoid(z)))]
    yield exercises.activation("relu", seed=5), [
        lambda z: z > 0, lambda z: np.sign(np.maximum(z, 0)), lambda z: 1 if z > 0 else 0], [
        ("forward", lambda z: np.where(z > 0, z, 0)), ("relu_side", lambda z: np.where(z > 0, 0, 1)),
        ("at_output|no_slope", lambda z: np.where(np.maximum(z, 0) >= 0, 1, 0)), ("?", np.sign), ("?", lambda z: z > 1)]
    yield exercises.activation("leaky_relu", seed=5), [lambda z: np.where(z > 0, 1, 0.01)], [
        ("slope of relu", lambda z: z > 0), ("relu_side", lambda z: np.where(z > 0, 0.01, 1)),
        ("?", lambda z: np.where(z > 0, 1, 0.01 * z))]


def losses():
    yield exercises.loss(seed=2), [
        lambda Z, Y, A: A / len(Y) - Y / len(Y),
        lambda Z, Y: np.stack([(np.diag(p) - np.outer(p, p)) @ (-q / p) for p, q in zip(softmax(Z), Y)]) / len(Z)], [
        ("factor n", lambda Z, Y: softmax(Z) - Y), ("factor 1/n", lambda A, Y: (A - Y) / len(A) ** 2),
        ("diagonal", lambda A, Y: -Y / A * A * (1 - A) / len(A)),
        ("extra_slope", lambda A, Y: (A - Y) * A * (1 - A) / len(A)),
        ("axis", lambda Z, Y: (softmax(Z.T).T - Y) / len(Z)),
        ("axis", lambda Z, Y: (np.exp(Z) / np.exp(Z).sum() - Y) / len(Z)),
        ("transposed", lambda A, Y: ((A - Y) / len(A)).T), ("oversummed", lambda A, Y: (A - Y).mean(axis=0)),
        ("oversummed", lambda A, Y: (A - Y).mean()), ("twice", lambda A, Y: (softmax(A) - Y) / len(A)),
        ("target", lambda A: A / len(A)), ("output of sigmoid", lambda Z, Y: (sigmoid(Z) - Y) / len(Z)),
        ("forward", lambda A, Y: -np.sum(Y * np.log(A)) / len(A))]
    yield exercises.loss("sigmoid"), [lambda Z, Y: (sigmoid(Z) - Y) / len(Y)], [
        ("half_loss", lambda A, Y: -Y * (1 - A) / len(Y)), ("half_loss", lambda A, Y: (1 - Y) * A / len(Y)),
        ("no_slope", lambda A, Y: (A - Y) / (A * (1 - A)) / len(Y)), ("factor 1/k", lambda A, Y: (A - Y) / Y.size),
        ("signs", lambda A, Y: (-Y * (1 - A) - (1 - Y) * A) / len(Y)),
        ("twice", lambda A, Y: (sigmoid(A) - Y) / len(Y))]
    yield exercises.loss("linear"), [lambda Z, Y: 2 * (Z - Y) / len(Y)], [
        ("factor ½", lambda Z, Y: (Z - Y) / len(Y)), ("target", lambda Z, Y: 2 * Z / len(Y)),
        ("forward", lambda Z, Y: (Z - Y) ** 2 / len(Y)), ("?", lambda Z, Y: np.sign(Z - Y) / len(Y))]
    yield exercises.loss("softmax", "mse"), [], [
        ("diagonal", lambda A, Y: 2 * (A - Y) * A * (1 - A) / len(A)), ("no_slope", lambda A, Y: 2 * (A - Y) / len(A))]


def layers():
    yield exercises.layer("dW", seed=4), [lambda X, dZ: np.einsum("ij,ik->jk", X, dZ)], [
        ("factor n", lambda X, dZ: len(X) * X.T @ dZ), ("overwritten", lambda X, dZ: np.outer(X[-1], dZ[-1])),
        ("one_example", lambda X, dZ: np.outer(X[0], dZ[0])), ("weight", lambda X, dZ: np.ones_like(X).T @ dZ),
        ("early_sum", lambda X, dZ: np.outer(X.sum(axis=0), dZ.sum(axis=0))), ("other", lambda dZ: dZ.sum(axis=0)),
        ("?", lambda W: W)]
    yield exercises.layer("db", seed=4), [lambda dZ: [sum(column) for column in zip(*dZ)]], [
        ("shape", lambda dZ: np.tile(dZ.sum(axis=0), (len(dZ), 1))),
        ("shape", lambda dZ: dZ.sum(axis=0, keepdims=True)),
        ("factor 1/n", lambda dZ: dZ.mean(axis=0)), ("bias", lambda dZ, b: dZ.sum(axis=0) * b),
        ("one_example", lambda dZ: dZ[0]), ("overwritten", lambda dZ: dZ[-1]), ("unsummed", lambda dZ: dZ),
        ("?", np.ones_like)]
    yield exercises.layer("dX", seed=4), [lambda dZ, W: np.array([W @ row for row in dZ])], [
        ("transposed", lambda dZ, W: W @ dZ.T), ("untransposed", lambda dZ, W: dZ @ W),
        ("oversummed", lambda dZ, W: (dZ @ W.T).sum(axis=0)), ("other", lambda X, dZ: X.T @ dZ)]
    for name, f, slope in (("sigmoid", sigmoid, lambda z: sigmoid(z) * sigmoid(-z)), ("tanh", np.tanh, tanh_slope)):
        yield exercises.layer("dW", name, seed=8), [lambda X, dA, W, b, s=slope: X.T @ (dA * s(X @ W + b))], [
            ("no_slope", lambda X, dA: X.T @ dA), ("forward", lambda X, dA, W, b, f=f: X.T @ (dA * f(X @ W + b))),
            ("at_output", lambda X, dA, W, b, f=f, s=slope: X.T @ (dA * s(f(X @ W + b)))),
            ("no_bias", lambda X, dA, W, s=slope: X.T @ (dA * s(X @ W))),
            ("upstream", lambda X, dA, W, b, s=slope: X.T @ s(X @ W + b))]
        yield exercises.layer("db", name, seed=8), [], [
            ("early_sum", lambda X, dA, W, b, s=slope: dA.sum(axis=0) * s(X @ W + b).sum(axis=0)),
            ("axis", lambda X, dA, W, b, s=slope: (dA * s(X @ W + b)).sum(axis=1))]
        yield exercises.layer("dX", name, seed=8), [], [
            ("layer_slope", lambda X, dA, W, s=slope: (dA @ W.T) * s(X)), ("no_slope", lambda dA, W: dA @ W.T)]


def networks():
    """The same slips in networks of other sizes, written as a loop over layers."""
    def backprop(slip=""):
        def gradients(X, Y, weights, biases):
            A, Z, dW, db = [X], [], [], []
            for W, b in zip(weights, biases):
                Z.append(A[-1] @ W + (0 if slip == "no bias" else b))
                A.append(np.tanh(Z[-1]))
            dZ = ((sigmoid(Z[-1]) if weights[-1].shape[1] == 1 else softmax(Z[-1])) - Y) / len(X)
            for layer in reversed(range(len(weights))):
                into = Z[layer - 1] if slip == "sums" and layer else A[layer]
                dW.insert(0, into.T @ dZ)
                db.insert(0, dZ.mean(axis=0) if slip == "mean" else dZ.sum(axis=0))
                if layer:
                    dA = dZ @ weights[layer].T
                    dZ = dA * (A[layer] if slip == "value" else 1 if slip == "none" else tanh_slope(Z[layer - 1]))
            return {"swapped": (db, dW), "reversed": (dW[::-1], db[::-1]),
                    "top only": ([0 * dW[0], *dW[1:]], [0 * db[0], *db[1:]])}.get(slip, (dW, db))
        return gradients

    for sizes, output in (((2, 3, 2), "softmax"), ((4, 3, 3, 1), "sigmoid")):
        yield exercises.network(sizes, "tanh", output, seed=2), [backprop()], [
            ("no_bias", backprop("no bias")), ("before", backprop("sums")), ("factor 1/n", backprop("mean")),
            ("forward", backprop("value")), ("no_slope", backprop("none")), ("order", backprop("swapped")),
            ("order", backprop("reversed")), ("zero", backprop("top only"))]


def updates():
    yield exercises.update(), [lambda theta, g, lr: theta - g * lr], [
        ("rate", lambda theta, g, lr: theta - g / lr), ("rate", lambda theta, g, lr: lr * (theta - g)),
        ("factor 2", lambda theta, g, lr: theta - 2 * lr * g), ("step_alone", lambda theta, g, lr: -lr * g),
        ("no_step", lambda theta: theta), ("?", lambda theta, g, lr: theta * (1 - lr * g))]

    def rolling(change):
        return lambda theta, g, v, lr, beta: change(theta, beta * v - lr * g, g, v, lr, beta)

    yield exercises.update("momentum"), [rolling(lambda theta, new, *_: np.array([theta + new, new]))], [
        ("unused", rolling(lambda theta, new, g, v, lr, beta: (theta - lr * g, new))),
        ("sign", rolling(lambda theta, new, *_: (theta - new, new))),
        ("order", rolling(lambda theta, new, *_: (new, theta + new))),
        ("memory", rolling(lambda theta, new, g, v, *_: (theta + new, v))),
        ("convention", lambda theta, g, v, lr, beta: (theta - lr * (beta * v + g), beta * v + g)),
        ("memory", lambda theta, g, v, lr, beta: (theta + v - lr * g, v - lr * g))]

    def scaled(root, m=lambda m, g, t, beta: (beta * m + (1 - beta) * g) / (1 - beta**t), late=0, back=False):
        def step(theta, g, m_old, s_old, lr, beta1, beta2, eps, t, m=m):
            first, second = beta1 * m_old + (1 - beta1) * g, beta2 * s_old + (1 - beta2) * g**2
            size = second / (1 - beta2 ** (t + late))
            new = theta - lr * m(m_old, g, t + late, beta1) / root(size, eps)
            return (new, second, first) if back else (new, first, second)
        return lambda theta, g, m, s, lr, beta1, beta2, eps, t: step(theta, g, m, s, lr, beta1, beta2, eps, t)

    def usual(size, eps):
        return np.sqrt(size) + eps

    yield exercises.update("adam"), [scaled(usual)], [
        ("root", scaled(lambda size, eps: np.sqrt(size + eps))), ("root", scaled(lambda size, eps: size + eps)),
        ("root", scaled(lambda size, eps: np.sqrt(size))), ("correction", scaled(usual, late=1)),
        ("correction", scaled(usual, late=-1)), ("order", scaled(usual, back=True)),
        ("unused", scaled(usual, m=lambda m, g, t, beta: g)),
        ("old_memory", scaled(usual, m=lambda m, g, t, beta: m / (1 - beta**t))),
        ("correction", scaled(usual, m=lambda m, g, t, beta: beta * m + (1 - beta) * g))]


def fresh():
    """(exercise, kinds or None for a right answer, answer)."""
    for group in (scalars, activations, losses, layers, networks, updates):
        for task, rights, wrongs in group():
            for right in rights:
                yield task, None, right
            for kinds, wrong in wrongs:
                yield task, kinds, wrong
