"""Derivations that chapters walk through: slopes of the activations, and where "output minus target" comes from."""

import sympy as sp

from .activations import ACTIVATIONS
from .activations import z as _z
from .derivation import Derivation
from .functions import NAMED, Sigmoid, Tanh
from .notation import symbol


def _product(*factors):
    return sp.Mul(*factors, evaluate=False)


def _sigmoid():
    e = sp.exp(-_z)
    return (("chain rule: $u^{-1}$ with $u = 1 + e^{-z}$", e / (1 + e) ** 2),
            ("as a product", _product(1 / (1 + e), e / (1 + e))),
            ("take 1 from the numerator and add it", _product(1 / (1 + e), sp.Add(1, -1 / (1 + e), evaluate=False))),
            ("by its name", Sigmoid(_z) * (1 - Sigmoid(_z))))


def _tanh():
    up, down = sp.exp(_z), sp.exp(-_z)
    rest = ((up - down) / (up + down)) ** 2
    return (("quotient rule", ((up + down) ** 2 - (up - down) ** 2) / (up + down) ** 2),
            ("divide each part", sp.Add(1, -rest, evaluate=False)), ("by its name", 1 - Tanh(_z) ** 2))


def _softplus():
    up = sp.exp(_z)
    return ((r"chain rule: $\ln u$ with $u = 1 + e^z$", up / (1 + up)),
            (r"divide both parts by $e^z$", 1 / (1 + sp.exp(-_z))), ("by its name", Sigmoid(_z)))


_WORKED = {"sigmoid": _sigmoid, "tanh": _tanh, "softplus": _softplus}


def activation_slope(name):
    """The slope of a smooth activation, step by step: σ′ = σ(1 − σ), tanh′ = 1 − tanh², softplus′ = σ.

    Parameters
    ----------
    name : {"sigmoid", "tanh", "softplus"}

    Returns
    -------
    Derivation

    Raises
    ------
    ValueError
        For any other name; those with a kink have no such derivation.
    """
    if name not in _WORKED:
        raise ValueError(f"name: got {name!r}, expected one of {', '.join(_WORKED)}")
    up, down = sp.exp(_z), sp.exp(-_z)
    formula = (up - down) / (up + down) if name == "tanh" else ACTIVATIONS[name].formula
    done = Derivation(sp.Derivative(formula, _z), of=NAMED[name].slope(_z))
    for rule, line in _WORKED[name]():
        done.step(rule, line)
    return done


def softmax_cross_entropy(outputs, by=1):
    """From −Σ y_j ln a_j, a = softmax(z), to ∂L/∂z_k = a_k − y_k: output minus target, step by step.

    Parameters
    ----------
    outputs : int
        How many classes, at least 2.
    by : int
        k, from 1 to `outputs`.

    Returns
    -------
    Derivation

    Raises
    ------
    ValueError
        For fewer than two outputs, or a k that is none of them.
    """
    if outputs < 2 or not 1 <= by <= outputs:
        raise ValueError(f"outputs, by: got {outputs}, {by}, expected at least 2 outputs and one of them")
    z, y = ([symbol(letter, k) for k in range(1, outputs + 1)] for letter in "zy")
    total, here, wanted = sum(map(sp.exp, z)), z[by - 1], y[by - 1]
    others = [one for one in y if one != wanted]
    done = Derivation(sp.Derivative(-sum(one * sp.log(sp.exp(logit) / total) for one, logit in zip(y, z)), here),
                      of=sp.Symbol(rf"\frac{{\partial L}}{{\partial z_{{{by}}}}}"))
    logs = sum(y) * sp.log(total) - sum(one * logit for one, logit in zip(y, z))
    done.step("logarithm of a quotient", sp.Derivative(logs, here))
    done.step("term by term", sum(y) * sp.exp(here) / total - wanted)
    done.step("the targets add up to 1", sp.exp(here) / total - wanted, given={others[-1]: 1 - sum(y) + others[-1]})
    a = symbol("a", by)
    return done.step(f"$a_{{{by}}}$ is the output", a - wanted, given={a: sp.exp(here) / total})


def sigmoid_cross_entropy():
    """From −y ln σ(z) − (1 − y) ln(1 − σ(z)) to σ(z) − y: output minus target again.

    Returns
    -------
    Derivation
    """
    y, s = symbol("y"), Sigmoid(_z)
    done = Derivation(sp.Derivative(-y * sp.log(s) - (1 - y) * sp.log(1 - s), _z),
                      of=sp.Symbol(r"\frac{\partial L}{\partial z}"))
    slope = Sigmoid.slope(_z)
    done.step("chain rule, twice", sp.Add(_product(-y / s, slope), _product((1 - y) / (1 - s), slope), evaluate=False))
    done.step(r"$\sigma'(z) = \sigma(z)(1 - \sigma(z))$", sp.Add(-y * (1 - s), (1 - y) * s, evaluate=False))
    return done.step("multiply out", s - y)
