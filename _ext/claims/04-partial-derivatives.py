"""What the letters of the chapter on partial derivatives mean. See `book_claims`."""

import sympy as sp
from book_claims import Page, unknown

from mlp_core.derive.reading_meanings import Matrix

page = Page()
page.also |= {"2x + 1", "1 + 3z",
              r"J = \begin{pmatrix} 1 & 2 \\ 0 & -1 \end{pmatrix}",
              r"(2 \cdot 1 \cdot 2,\; 2 \cdot 1 \cdot (-1),\; 2) = (4, -2, 2)"}
SHAPES = [{"n": 1, "d": 1, "k": 1}, {"n": 2, "d": 3, "k": 2}, {"n": 3, "d": 2, "k": 4}]


@page.everywhere
def surface(s):
    s.let(r"f(x, z) = x^2 + xz + \tfrac32 z^2")
    s.says["2x + 1"], s.says["1 + 3z"] = r"\frac{d}{dx} f(x, 1) = #", r"\frac{d}{dz} f(1, z) = #"


def any_surface(s):
    s.unknown("f(x, z)")


def walk(s):
    """The slope on a path that sets out at the angle φ, D_u f."""
    any_surface(s)
    s.assume(r"p(h) = f(x + h\cos\varphi, z + h\sin\varphi)", r"u = (\cos\varphi, \sin\varphi)", "D = p'(0)")
    s.words["D_u f"] = "D"
    east, north = s.value(r"\nabla f")
    s.put(r"\alpha", sp.atan2(north, east))


@page.at("The two together describe the full change")
def full_change(s):
    any_surface(s)
    s.words[r"\text{full change}"] = r"f(x + \Delta x, z + \Delta z) - f(x, z)"
    s.small = (s[r"\Delta x"], s[r"\Delta z"])


@page.at("A tool: the dot product")
def at_one(s):
    s.where[r"\nabla f = (3, 4)"] = {"x": 1, "z": 1}


@page.at("Why the gradient points uphill fastest", "Play: turn on the spot")
def uphill(s):
    walk(s)
    s.words[r"\text{angle between } \nabla f \text{ and } u"] = r"\varphi - \alpha"
    s.says[r"\frac{\partial f}{\partial x}\, h\cos\varphi + \frac{\partial f}{\partial z}\, h\sin\varphi"] = (
        r"f(x + h\cos\varphi, z + h\sin\varphi) - f(x, z) \approx #")
    s.says[r"|\nabla f| \cos(\varphi - \alpha)"] = "D = #"
    s.small = (s["h"],)


@page.at("Play: the surface, its two slices, and the arrow")
def due_east(s):
    s.where[r"\partial f/\partial z = 0"] = s.where[r"\partial f/\partial x > 0"] = {"x": 3, "z": -1}


@page.at("Why a network needs this")
def neuron(s):
    s.let("L(w_1, w_2, b) = (w_1 x_1 + w_2 x_2 + b - y)^2")
    numbers = r"(2 \cdot 1 \cdot 2,\; 2 \cdot 1 \cdot (-1),\; 2) = (4, -2, 2)"
    s.says[numbers] = r"\nabla L = #"
    s.where[numbers] = {"x_1": 2, "x_2": -1, "y": 1, "w_1": 1, "w_2": 1, "b": 1}


@page.at("Several outputs: the Jacobian", sizes=[{"d": 1, "k": 1}, {"d": 3, "k": 2}])
def layer_and_activation(s, d, k):
    x, W, b = s.row("x", d), s.matrix("W", d, k), s.row("b", k)
    sums = x * W + b
    z = s.node("z", sums, vector=True)
    s.node("a", Matrix([[unknown(f"a{i}", k)(*z) for i in (1, 2)]]), vector=True)
    s.put("J", sums.jacobian(x))
    s.count(i=2, j=d, k=k)


@page.at("Several outputs: the Jacobian", only=[r"J = \begin{pmatrix} 1 & 2 \\ 0 & -1 \end{pmatrix}"])
def two_sums(s):
    s.let("z_1 = x_1 + 2 x_2", "z_2 = -x_2")
    s.put("J", Matrix([[s["z_1"], s["z_2"]]]).jacobian([s["x_1"], s["x_2"]]))


def one_example(s, d, k, bias=False):
    x, W = s.row("x", d), s.matrix("W", d, k)
    z = s.node("z", x * W + s.row("b", k) if bias else x * W, vector=True)
    s.node("L", unknown("F", k)(*z))
    s.loss = "L"
    s.count(j=d, k=k)


@page.at("The shape rule", sizes=[{"d": 2, "k": 2}, {"d": 2, "k": 3}, {"d": 4, "k": 2}])
def any_loss(s, d, k):
    one_example(s, d, k)


@page.at("The gradient by a matrix, entry by entry", sizes=[{"d": 2, "k": 2}], only=[r"""
    \begin{pmatrix} x_1\,\partial L/\partial z_1 & x_1\,\partial L/\partial z_2 \\
    x_2\,\partial L/\partial z_1 & x_2\,\partial L/\partial z_2 \end{pmatrix}
    = \begin{pmatrix} x_1 \\ x_2 \end{pmatrix} \begin{pmatrix} \partial L/\partial z_1 & \partial L/\partial z_2
    \end{pmatrix}"""])
def all_four(s, d, k):
    one_example(s, d, k)


@page.at("The gradient by a matrix, entry by entry", only=[
    r"\partial L/\partial z_k = z_k",
    r"dW = \begin{pmatrix} 1 \\ 2 \end{pmatrix}\begin{pmatrix} 5 & -2 \end{pmatrix} "
    r"= \begin{pmatrix} 5 & -2 \\ 10 & -4 \end{pmatrix} ."])
def by_hand(s):
    one_example(s, 2, 2)
    s.let(r"L = \tfrac12 (z_1^2 + z_2^2)")
    point = {"W_{11}": 1, "W_{12}": 0, "W_{21}": 2, "W_{22}": -1, "x_1": 1, "x_2": 2}
    s.where[r"dW = \begin{pmatrix} 1 \\ 2 \end{pmatrix}\begin{pmatrix} 5 & -2 \end{pmatrix} "
            r"= \begin{pmatrix} 5 & -2 \\ 10 & -4 \end{pmatrix} ."] = point


@page.at("Bias, inputs, and many examples", sizes=SHAPES, only=[
    r"\partial L/\partial b_k = \partial L/\partial z_k",
    r"\partial L/\partial x_j = \sum_k W_{jk}\, \partial L/\partial z_k", r"dx = dz\, W^{\mathsf T}"])
def with_bias(s, d, k):
    one_example(s, d, k, bias=True)


def examples(s, n, d, k):
    X, W, b = s.matrix("X", n, d), s.matrix("W", d, k), s.row("b", k)
    Z = s.node("Z", X * W + Matrix.ones(n, 1) * b)
    s.node("L", unknown("F", n * k)(*Z))
    s.loss = "L"
    s.count(i=n, j=d, k=k)


@page.at("Bias, inputs, and many examples", "Recap", sizes=SHAPES)
def batch(s, n, d, k):
    examples(s, n, d, k)
    s.says[r"X_{ij}\,\partial L/\partial Z_{ik}"] = r"\partial L/\partial W_{jk} = \sum_i #"
    s.says[r"X^{\mathsf T} dZ"] = "dW = #"


@page.at("Bias, inputs, and many examples", sizes=SHAPES, only=["dZ = 3Z^2"])
def cubes(s, n, d, k):
    examples(s, n, d, k)
    s.put("L", sum(entry**3 for entry in s["Z"]))
    s.entrywise = True


@page.at("Bias, inputs, and many examples", sizes=SHAPES, only=[r"dW = dZ\, X^{\mathsf T}"])
def columns(s, n, d, k):
    """Examples as columns, as many books write them."""
    X, W, b = s.matrix("X", d, n), s.matrix("W", k, d), s.column("b", k)
    Z = s.node("Z", W * X + b * Matrix.ones(1, n))
    s.node("L", unknown("F", n * k)(*Z))
    s.loss = "L"


@page.at("Exercise 1 (pencil)")
def exercise_1(s):
    s.let("f(x, z) = x^2 z + 3z")


@page.at("Exercise 2 (reading a figure)")
def due_north(s):
    for tex in (r"\partial f/\partial x = 2x + z = 0", r"\partial f/\partial z = -0.5 + 3 = 2.5"):
        s.where[tex] = {"x": "-0.5", "z": 1}


@page.at("Exercise 3 (pencil)")
def at_some_point(s):
    s.assume("f(x, z) = 2x - z")  # any function with this gradient


@page.at("Exercise 5 (pencil and code)")
def roof(s):
    s.let(r"f(x, z) = \dfrac{xz}{\sqrt{x^2 + z^2}}")


@page.at("Recap", only=[r"\nabla f \cdot u"])
def recap(s):
    walk(s)
    s.says[r"\nabla f \cdot u"] = "D = #"
