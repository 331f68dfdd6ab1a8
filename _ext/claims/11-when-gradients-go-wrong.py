"""What the letters of the chapter on gradients that go wrong mean. See `book_claims`."""

import sympy as sp
from book_claims import Page, unknown

from mlp_core.derive.reading_meanings import Matrix

page = Page()
SHAPES = [{"n": 1, "d": 1, "k": 1}, {"n": 2, "d": 3, "k": 2}, {"n": 3, "d": 2, "k": 4}]
GATE = r"dZ = dA \circ f'(Z)"
TANH_GATE = r"dA \circ (1 - A \circ A)"
NO_GATE = "dZ = dA"
NOT_TRANSPOSED = r"dA = dZ\, W"


@page.at("What the formula gets wrong: truncation")
def tangent(s):
    s.unknown("f")
    s.small = (s["h"],)


@page.at("A chain of factors")
def chain(s):
    f = unknown("f")
    s.put("f", f)
    z = s.node(s.key("z_2"), s["w"] * f(s["z_1"]) + s["b"])
    s.node("L", unknown("F")(z))


def any_layer(s, n, d, k):
    A, W, b = s.matrix("A", n, d), s.matrix("W", d, k), s.row("b", k)
    Z = s.node("Z", A * W + Matrix.ones(n, 1) * b)
    s.node("L", unknown("F", n * k)(*Z))
    s.loss = "L"
    s.count(i=n)


def any_gate(s, n, k, f):
    s.put("f", f)
    Z = s.matrix("Z", n, k)
    A = s.node("A", Z.applyfunc(f))
    s.node("L", unknown("F", n * k)(*A))
    s.loss = "L"


@page.at("How large should the first weights be?", "The clinic", sizes=SHAPES)
def layer(s, n, d, k):
    any_layer(s, n, d, k)


@page.at("The clinic", only=[GATE], sizes=SHAPES)
def gate(s, n, k):
    any_gate(s, n, k, unknown("f"))


@page.at("The clinic", only=[TANH_GATE], sizes=SHAPES)
def tanh_gate(s, n, k):
    any_gate(s, n, k, sp.tanh)
    s.says[TANH_GATE] = "dZ = #"


@page.at("Patient 4", only=[NO_GATE], sizes=SHAPES)
def gate_forgotten(s, n, k):
    any_gate(s, n, k, unknown("f"))
    s.mistakes.add(NO_GATE)


@page.at("Patient 5", only=[NOT_TRANSPOSED], sizes=[{"n": 2, "d": 2}, {"n": 3, "d": 3}])
def not_transposed(s, n, d):
    any_layer(s, n, d, d)  # as many outputs as inputs, or it would not even fit
    s.mistakes.add(NOT_TRANSPOSED)
