"""Exercise: one step of an optimiser."""

import numpy as np
import sympy as sp

from ..derive import RULES, numpy_function
from .task import Case, Task, stale
from .values import Unusable

_MEMORY = {"gradient descent": (), "momentum": ("v",), "rmsprop": ("s",), "adam": ("m", "s")}
_SETTINGS = {"gradient descent": {"lr": 0.1}, "momentum": {"lr": 0.1, "beta": 0.8},
             "rmsprop": {"lr": 0.1, "rho": 0.9, "eps": 0.02},
             "adam": {"lr": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 0.02}}
_WORDS = {"gradient descent": "θ ← θ − η g", "momentum": "v ← β v − η g, then θ ← θ + v",
          "rmsprop": "s ← ρ s + (1 − ρ) g², then θ ← θ − η g / (√s + ε)",
          "adam": "m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², θ ← θ − η m̂ / (√ŝ + ε), m̂ = m / (1 − β₁ᵗ), "
                  "ŝ = s / (1 − β₂ᵗ)"}


def update(rule="gradient descent", *, seed=0):
    """Exercise: one step of an update rule.

    Parameters
    ----------
    rule : {"gradient descent", "momentum", "rmsprop", "adam"}
    seed : int

    Returns
    -------
    Task
        An answer is a function of theta, g (the gradient), the memories (v; s; m and s), the settings (lr, then beta;
        rho and eps; beta1, beta2 and eps) and, for Adam, the number t of the step. It returns the new theta, or theta
        and the new memories as a tuple.
    """
    if rule not in _MEMORY:
        raise ValueError(f"rule: expected one of {', '.join(_MEMORY)}, got {rule!r}")
    g, theta = sp.symbols("g theta", real=True)
    settings = _SETTINGS[rule]
    symbols = sp.symbols(list(settings), positive=True)
    made = RULES[rule](g * theta, [theta], *symbols)
    counter = [made.counter] if made.counter is not None else []
    step = numpy_function([*made.state, g, *symbols, *counter], [made.update[one] for one in made.state])
    rng, cases = np.random.default_rng(seed), []
    for t in (2, 3, 7):
        size, values = 4, [share * number for share, number in zip(rng.uniform(0.7, 1, 4), settings.values())]
        here = dict(zip(settings, map(float, np.round(values, 4))))
        start, slope = (np.round(rng.normal(size=size), 2) for _ in range(2))
        memory = {name: np.round(np.abs(rng.normal(size=size)) + 0.1 if name == "s" else rng.normal(size=size), 2)
                  for name in _MEMORY[rule]}
        number = {"t": t} if counter else {}
        right = tuple(map(np.asarray, step(start, *memory.values(), slope, *here.values(), *number.values())))
        rivals = [(kind, _step(rule, slip, start, slope, memory, here, t)) for kind, slip in _slips(rule)]
        cases.append(Case({"theta": start, "g": slope, **memory, **here, **number}, right, rivals))
    parts = ("theta", *_MEMORY[rule])
    names = ", ".join(cases[0].arguments)
    return Task(f"one step of {rule}", f"write a function of {names} that returns the new {', '.join(parts)}",
                stale(cases), parts, _WORDS[rule], unpack=_unpack if len(parts) > 1 else None)


def _unpack(value, case):
    if not isinstance(value, (tuple, list)):
        raise Unusable(f"Expected a tuple of {len(case.truth)} arrays: theta and what is remembered.")
    return list(value)


def _slips(rule):
    """(kind, name of the slip) for a rule."""
    found = [("sign", "sign"), ("rate", "rate")]
    if rule != "gradient descent":
        found += [("memory", "memory"), ("old_memory", "old_memory"), ("swapped_rate", "swapped_rate")]
    if rule == "adam":
        found += [("memory", "memory m"), ("memory", "memory s"), ("swapped_rate", "swapped m"),
                  ("swapped_rate", "swapped s"), ("correction", "none"), ("correction", "earlier"),
                  ("correction", "only m"), ("correction", "only s")]
    if rule in ("rmsprop", "adam"):
        found += [("root", "no root"), ("root", "eps inside"), ("root", "no square")]
    return found


def _step(rule, slip, theta, g, memory, settings, t):
    """One step with a slip, as (theta, *memories)."""
    lr, sign = (1.0 if slip == "rate" else settings["lr"]), (-1 if slip == "sign" else 1)
    if rule == "gradient descent":
        return (theta - sign * lr * g,)

    def mean(name, new, share, own=None):
        share = 1 - share if slip in ("swapped_rate", f"swapped {name}") else share
        old = 0 if slip in ("memory", f"memory {name}") else memory[name]
        return share * old + (1 - share if own is None else own) * new

    if rule == "momentum":
        v = mean("v", g, settings["beta"], own=-sign * lr)
        return theta + (memory["v"] if slip == "old_memory" else v), v
    beta2, eps = settings.get("rho", settings.get("beta2")), settings["eps"]
    s = mean("s", g if slip == "no square" else g**2, beta2)
    used = memory["s"] if slip == "old_memory" else s
    top, m = g, None
    if rule == "adam":
        m = mean("m", g, settings["beta1"])
        top = memory["m"] if slip == "old_memory" else m
        t = t - 1 if slip == "earlier" else t
        top = top / (1 if slip in ("none", "only s") else 1 - settings["beta1"] ** t)
        used = used / (1 if slip in ("none", "only m") else 1 - beta2**t)
    with np.errstate(invalid="ignore"):
        divisor = used + eps if slip == "no root" else np.sqrt(used + eps) if slip == "eps inside" else (
            np.sqrt(used) + eps)
    after = theta - sign * lr * top / divisor
    return (after, s) if m is None else (after, m, s)
