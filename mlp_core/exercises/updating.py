"""Exercise: one step of an optimiser."""

import numpy as np
import sympy as sp

from .. import _validate
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
        rho and eps; beta1, beta2 and eps) and, for Adam, the number t of the step. It returns the new theta, and for
        rules with a memory a tuple: the new theta and the new memories.

    Raises
    ------
    TypeError, ValueError
        For a rule that is none of these, or a seed that is no whole number from 0.
    """
    _validate.choice("rule", rule, tuple(_MEMORY))
    seed = _validate.integer("seed", seed, 0)
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
    meaning = {"momentum": ", where v is the step made last, and θ moves by the new one",
               "rmsprop": ", where s is a running mean of g²",
               "adam": ", where m and s are running means of g and g², and t counts steps from 1"}.get(rule, "")
    return Task(f"one step of {rule}", f"write a function of {names} that returns the new {', '.join(parts)}{meaning}",
                stale(cases), parts, _WORDS[rule], unpack=_unpack if len(parts) > 1 else None)


def _unpack(value, case):
    if isinstance(value, np.ndarray) and value.ndim == 2 and len(value) == len(case.truth):
        return list(value)
    if not isinstance(value, (tuple, list)):
        raise Unusable(f"Expected a tuple of {len(case.truth)} arrays: theta and what is remembered.")
    return list(value)


def _slips(rule):
    """(kind, name of the slip) for a rule."""
    found = [("sign", "sign"), ("rate", "rate"), ("rate", "divided"), ("factor 2", "double"), ("factor ½", "half"),
             ("step_alone", "step alone"), ("step_alone", "step backwards"), ("no_step", "no step")]
    if rule == "gradient descent":
        return [*found, ("rate", "rate times all")]
    found += [("memory", "memory"), ("old_memory", "old_memory"), ("swapped_rate", "swapped_rate"),
              ("unused", "unused"), ("memory", "kept")]
    if rule == "momentum":
        return [*found, ("convention", "gradient units"), ("convention", "mean of gradients"), ("memory", "undamped"),
                ("sign", "backwards")]
    if rule == "adam":
        found += [("memory", "memory m"), ("memory", "memory s"), ("swapped_rate", "swapped m"),
                  ("swapped_rate", "swapped s"), ("correction", "none"), ("correction", "earlier"),
                  ("correction", "later"), ("correction", "only m"), ("correction", "only s"),
                  ("correction", "remembered"), ("betas", "betas"), ("old_memory", "old m"), ("old_memory", "old s")]
    return [*found, ("root", "no root"), ("root", "eps inside"), ("root", "no eps"), ("root", "no square")]


def _step(rule, slip, theta, g, memory, settings, t):
    """One step with a slip, as (theta, *memories)."""
    lr = settings["lr"] * {"sign": -1, "double": 2, "half": 0.5}.get(slip, 1)
    settings = {**settings, "lr": {"rate": 1.0, "divided": 1 / lr}.get(slip, lr)}
    if rule == "gradient descent":
        after, memories = theta - settings["lr"] * g, []
    else:
        after, *memories = (_momentum if rule == "momentum" else _scaled)(slip, theta, g, memory, settings, t)
    after = {"step alone": after - theta, "step backwards": theta - after, "no step": theta,
             "rate times all": lr * (theta - g)}.get(slip, after)
    return (after, *(memory.values() if slip == "kept" else memories))


def _momentum(slip, theta, g, memory, settings, t):
    lr, beta, v = settings["lr"], settings["beta"], memory["v"]
    if slip in ("gradient units", "mean of gradients"):
        new = beta * v + (1 if slip == "gradient units" else 1 - beta) * g
        return theta - lr * new, new
    share = {"memory": 0.0, "undamped": 1.0, "swapped_rate": 1 - beta}.get(slip, beta)
    new = share * v - lr * g
    return theta + {"old_memory": v, "unused": -lr * g, "backwards": -new}.get(slip, new), new


def _scaled(slip, theta, g, memory, settings, t):
    """RMSProp and Adam: a step divided by a mean of squares."""
    adam, eps = "m" in memory, settings["eps"]
    beta1, beta2 = settings.get("beta1"), settings.get("rho", settings.get("beta2"))
    if slip == "betas":
        beta1, beta2 = beta2, beta1

    def mean(name, new, share):
        share = 1 - share if slip in ("swapped_rate", f"swapped {name}") else share
        old = 0 if slip in ("memory", f"memory {name}") else memory[name]
        return share * old + (1 - share) * new

    s, m = mean("s", g if slip == "no square" else g**2, beta2), mean("m", g, beta1) if adam else g
    used = memory["s"] if slip in ("old_memory", "old s") else s
    top = g if slip == "unused" else memory["m"] if adam and slip in ("old_memory", "old m") else m
    if adam:
        t += {"earlier": -1, "later": 1}.get(slip, 0)
        top = top / (1 if slip in ("none", "only s", "unused") else 1 - beta1**t)
        used = used / (1 if slip in ("none", "only m") else 1 - beta2**t)
    with np.errstate(invalid="ignore"):
        divisor = {"no root": used + eps, "eps inside": np.sqrt(used + eps), "no eps": np.sqrt(used)}.get(
            slip, np.sqrt(used) + eps)
    memories = (top, used) if slip == "remembered" else (m, s)
    return theta - settings["lr"] * top / divisor, *(memories if adam else (s,))
