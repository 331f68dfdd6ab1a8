"""The update rules of gradient descent and its relatives, for any loss written in SymPy.

A rule says how one step turns the parameters and the optimiser's memory into the next ones. The chapter on gradient
descent prints these expressions, the sliders run them, and tests compare them with `mlp_core.optimizers`.
Loss and settings are expressions or numbers, the parameters different symbols: TypeError or ValueError otherwise.
"""

from dataclasses import dataclass

import sympy as sp

from .checks import expression, symbols
from .evaluate import numpy_function


@dataclass(frozen=True)
class UpdateRule:
    """One step of an optimiser on one loss, as expressions.

    Attributes
    ----------
    name : str
    variables : tuple of Symbol
        The parameters that are being learned.
    memory : tuple of Symbol
        What the optimiser remembers from step to step (velocities, running means); all start at 0.
    update : dict of Symbol to Expr
        For every parameter and every memory its value after the step, all in terms of the values before it.
    counter : Symbol or None
        The number of the step that is being taken, from 1, where the rule uses it (Adam).
    """

    name: str
    variables: tuple
    memory: tuple
    update: dict
    counter: sp.Symbol | None = None

    @property
    def state(self):
        """Parameters and memory, in the order in which `steps` returns them."""
        return (*self.variables, *self.memory)

    @property
    def settings(self):
        """The symbols that need a value before a step can be taken: those of the rule and of the loss."""
        known = {*self.state, self.counter}
        return tuple(sorted(set().union(*(after.free_symbols for after in self.update.values())) - known, key=str))

    def steps(self, start, settings, count):
        """The states after 0, 1, … `count` steps.

        Parameters
        ----------
        start : sequence of float
            Where the parameters start; memory starts at 0.
        settings : dict of Symbol to float
            A value for each of the rule's `settings`.
        count : int

        Returns
        -------
        list of tuple of float
            `count + 1` states, parameters first, then memory.

        Raises
        ------
        ValueError
            If the start has the wrong length or a setting is missing.
        """
        if len(start) != len(self.variables):
            raise ValueError(f"start: got {len(start)} numbers, expected {len(self.variables)}")
        missing = [str(symbol) for symbol in self.settings if symbol not in settings]
        if missing:
            raise ValueError(f"settings: no value for {', '.join(missing)}, expected one for each setting")
        counter = [self.counter] if self.counter is not None else []
        function = numpy_function([*self.state, *self.settings, *counter], [self.update[s] for s in self.state])
        values = [settings[symbol] for symbol in self.settings]
        states = [(*(float(number) for number in start), *(0.0 for _ in self.memory))]
        for number in range(1, count + 1):
            after = function(*states[-1], *values, *([number] if counter else []))
            states.append(tuple(float(value) for value in after))
        return states


def _memories(letter, variables):
    """One memory for each parameter, named after it."""
    return tuple(sp.Symbol(f"{letter}_{{{variable}}}", real=True) for variable in variables)


def _checked(loss, variables, **settings):
    """The loss and the settings as expressions, the parameters as symbols."""
    return (expression("loss", loss), symbols("variables", variables), *(expression(*one) for one in settings.items()))


def _slopes(loss, variables):
    return [sp.diff(loss, variable) for variable in variables]


def gradient_descent(loss, variables, lr):
    """θ ← θ − η ∂L/∂θ. Source: Cauchy 1847; chapter 8 derives it."""
    loss, variables, lr = _checked(loss, variables, lr=lr)
    update = {theta: theta - lr * slope for theta, slope in zip(variables, _slopes(loss, variables))}
    return UpdateRule("gradient descent", variables, (), update)


def momentum(loss, variables, lr, beta):
    """v ← β v − η ∂L/∂θ, then θ ← θ + v. Source: Polyak 1964."""
    loss, variables, lr, beta = _checked(loss, variables, lr=lr, beta=beta)
    velocities = _memories("v", variables)
    update = {}
    for theta, v, slope in zip(variables, velocities, _slopes(loss, variables)):
        update[v] = beta * v - lr * slope
        update[theta] = theta + update[v]
    return UpdateRule("momentum", variables, velocities, update)


def nesterov(loss, variables, lr, beta):
    """v ← β v − η ∂L/∂θ at the point θ + β v, then θ ← θ + v. Source: Nesterov 1983, as in Sutskever et al. 2013."""
    loss, variables, lr, beta = _checked(loss, variables, lr=lr, beta=beta)
    velocities = _memories("v", variables)
    ahead = {theta: theta + beta * v for theta, v in zip(variables, velocities)}
    update = {}
    for theta, v, slope in zip(variables, velocities, _slopes(loss, variables)):
        update[v] = beta * v - lr * slope.subs(ahead, simultaneous=True)
        update[theta] = theta + update[v]
    return UpdateRule("Nesterov momentum", variables, velocities, update)


def rmsprop(loss, variables, lr, rho, eps):
    """s ← ρ s + (1 − ρ) g², then θ ← θ − η g / (√s + ε), with g = ∂L/∂θ. Source: Tieleman and Hinton 2012."""
    loss, variables, lr, rho, eps = _checked(loss, variables, lr=lr, rho=rho, eps=eps)
    squares = _memories("s", variables)
    update = {}
    for theta, s, slope in zip(variables, squares, _slopes(loss, variables)):
        update[s] = rho * s + (1 - rho) * slope**2
        update[theta] = theta - lr * slope / (sp.sqrt(update[s]) + eps)
    return UpdateRule("RMSProp", variables, squares, update)


def adam(loss, variables, lr, beta1, beta2, eps):
    """m and s are running means of g and g², corrected for their start at 0. Source: Kingma and Ba 2015, Algorithm 1.

    m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²,  θ ← θ − η m̂ / (√ŝ + ε),
    with m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) in step t.
    """
    loss, variables, lr, beta1, beta2, eps = _checked(loss, variables, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    t = sp.Symbol("t", integer=True, positive=True)
    means, squares = _memories("m", variables), _memories("s", variables)
    update = {}
    for theta, m, s, slope in zip(variables, means, squares, _slopes(loss, variables)):
        update[m] = beta1 * m + (1 - beta1) * slope
        update[s] = beta2 * s + (1 - beta2) * slope**2
        corrected_m, corrected_s = update[m] / (1 - beta1**t), update[s] / (1 - beta2**t)
        update[theta] = theta - lr * corrected_m / (sp.sqrt(corrected_s) + eps)
    return UpdateRule("Adam", variables, (*means, *squares), update, t)


RULES = {"gradient descent": gradient_descent, "momentum": momentum, "nesterov": nesterov,
         "rmsprop": rmsprop, "adam": adam}
