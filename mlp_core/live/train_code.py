"""What the page's training loop (`web/train.js`) runs inside: activations, loss and update rule, printed from SymPy.

Each kernel goes over whole arrays, so that the loop around it calls a function once a layer and not once a neuron.
"""

import sympy as sp

from .. import derive
from .javascript import Code
from .program import Program

z, y, theta, v, g, lr, beta = sp.symbols("z y theta v g eta beta", real=True)
_OUTPUT = derive.output_loss("sigmoid", "binary_cross_entropy", 1)
_SOFTPLUS, _SIGMOID = derive.ACTIVATIONS["softplus"], derive.ACTIVATIONS["sigmoid"]

PROBABILITY = _SIGMOID.stable.subs(derive.activations.z, z)
"""The output σ(z), in the form that cannot overflow."""

LOSS = _SOFTPLUS.stable.subs(derive.activations.z, z) - y * z
"""−y ln σ(z) − (1 − y) ln(1 − σ(z)) of one example, as softplus(z) − y z, which cannot overflow."""

GRADIENT = _OUTPUT.gradient[0].subs({_OUTPUT.logits[0]: z, _OUTPUT.targets[0]: y})
"""∂loss/∂z of one example, as SymPy derives it."""


def _kernel(arguments, inputs, outputs):
    """A JavaScript function over the entries from i to before end.

    `inputs` maps symbols to where they are read, `outputs` maps where results go to their expressions.
    """
    code = Code(Program(()))
    reads = [f"var {code.name(symbol)} = {place};" for symbol, place in inputs.items()]
    body = " ".join(reads + code.statements(list(outputs), list(outputs.values())))
    return f"function ({arguments}, i, end) {{ for (; i < end; i++) {{ {body} }} }}"


def activation(name):
    """(Z, A, S, i, end): f(z) into A and f′(z) into S."""
    entry = derive.ACTIVATIONS[name]
    return _kernel("Z, A, S", {derive.activations.z: "Z[i]"}, {"A[i]": entry.stable, "S[i]": entry.stable_slope})


def output():
    """(Z, Y, P, L, D, i, end): output, loss and ∂loss/∂z of each example from its logit and label."""
    return _kernel("Z, Y, P, L, D", {z: "Z[i]", y: "Y[i]"}, {"P[i]": PROBABILITY, "L[i]": LOSS, "D[i]": GRADIENT})


def update():
    """(T, V, G, lr, beta, i, end): one step of momentum from the gradient G, parameters T and velocities V in place."""
    rule = derive.momentum(g * theta, [theta], lr, beta)  # a loss whose slope is g
    (velocity,) = rule.memory
    inputs = {theta: "T[i]", velocity: "V[i]", g: "G[i]", lr: "lr", beta: "beta"}
    return _kernel("T, V, G, lr, beta", inputs, {"V[i]": rule.update[velocity], "T[i]": rule.update[theta]})
