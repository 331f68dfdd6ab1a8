"""What the letters of the chapter on the backward pass mean. See `book_claims`."""

import sympy as sp
from book_claims import Page, unknown

from mlp_core.derive import ACTIVATIONS
from mlp_core.derive.activations import z as _z
from mlp_core.derive.reading_meanings import Matrix

page = Page()
SHAPES = [{"n": 1, "d": 1, "k": 1}, {"n": 2, "d": 3, "k": 2}, {"n": 3, "d": 2, "k": 4}]
GATE = r"dZ = dA \circ \operatorname{ReLU}'(Z)"
ANY_GATE = r"dZ = dA \circ f'(Z)"
SMOOTH_GATE = r"dZ = dA \circ \sigma'(Z)"
DOWN_COLUMNS = r"dA = W^{\mathsf T} dZ"
BY_COLUMNS = r"dW = dZ\, A^{\mathsf T}"
OUTER = r"""\begin{pmatrix} \frac{\partial L}{\partial w^{(3)}_{11}} & \frac{\partial L}{\partial w^{(3)}_{12}}
\\[6pt] \frac{\partial L}{\partial w^{(3)}_{21}} & \frac{\partial L}{\partial w^{(3)}_{22}} \end{pmatrix}
= \begin{pmatrix} a^{(2)}_1 \\ a^{(2)}_2 \end{pmatrix}
\begin{pmatrix} \frac{\partial L}{\partial z^{(3)}_1} & \frac{\partial L}{\partial z^{(3)}_2} \end{pmatrix}"""


def _relu(entry):
    return ACTIVATIONS["relu"].formula.subs(_z, entry)


def worked_network(s):
    """From the sums of layer 2 on: two ReLU neurons, softmax over two classes, cross-entropy."""
    sums = s.row("z", 2, layer=2)
    a = s.node("a", sums.applyfunc(_relu), layer=2, vector=True)
    z = s.node("z", a * s.matrix("w", 2, 2, layer=3) + s.row("b", 2, layer=3), layer=3, vector=True)
    total = sum(map(sp.exp, z))
    p = s.node("p", Matrix([[sp.exp(entry) / total for entry in z]]), vector=True)
    first = sp.Symbol("y_{1}", real=True)
    s.put("y", Matrix([[first, 1 - first]]))
    s.vectors.add("y")
    s.node("L", -first * sp.log(p[0]) - (1 - first) * sp.log(p[1]))


@page.at("The chain rule apportions the error")
def network(s):
    worked_network(s)


@page.at("Entry by entry, recognised as matrices", only=[OUTER])
def column_times_row(s):
    worked_network(s)


@page.at("Entry by entry, recognised as matrices", "A batch", "What a gradient costs", "Exercise 7 (code)", "Recap",
         sizes=SHAPES)
def layer(s, n, d, k):
    A, W, b = s.matrix("A", n, d), s.matrix("W", d, k), s.row("b", k)
    Z = s.node("Z", A * W + Matrix.ones(n, 1) * b)
    s.node("L", unknown("F", n * k)(*Z))
    s.put("X", A)  # layer 1 reads the inputs
    s.loss = "L"
    s.count(i=n)
    s.says[r"A^{\mathsf T} dZ"] = "dW = #"


@page.at("If your other book writes columns", only=[BY_COLUMNS, DOWN_COLUMNS], sizes=SHAPES)
def columns(s, n, d, k):
    A, W, b = s.matrix("A", d, n), s.matrix("W", k, d), s.column("b", k)
    Z = s.node("Z", W * A + b * Matrix.ones(1, n))
    s.node("L", unknown("F", n * k)(*Z))
    s.loss = "L"


def gate(s, n, k, activation):
    Z = s.matrix("Z", n, k)
    A = s.node("A", Z.applyfunc(activation))
    s.node("L", unknown("F", n * k)(*A))
    s.loss = "L"


@page.at("Entry by entry, recognised as matrices", only=[GATE], sizes=SHAPES)
def relu_gate(s, n, k):
    gate(s, n, k, _relu)


@page.at("Exercise 6 (pencil, then SymPy)", only=[SMOOTH_GATE], sizes=SHAPES)
def sigmoid_gate(s, n, k):
    gate(s, n, k, lambda entry: ACTIVATIONS["sigmoid"].formula.subs(_z, entry))


@page.at("Recap", only=[ANY_GATE], sizes=SHAPES)
def any_gate(s, n, k):
    f = unknown("f")
    s.put("f", f)
    gate(s, n, k, f)
