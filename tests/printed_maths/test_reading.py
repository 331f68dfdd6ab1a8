"""The reader of formulas, on the equations that a book like this prints, and what it refuses."""

import sys
from pathlib import Path

import pytest
import sympy as sp

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

from book_claims import Scene, hold  # noqa: E402

from mlp_core.derive import adam, gradient_descent, momentum, nesterov, rmsprop  # noqa: E402
from mlp_core.derive.reading import (  # noqa: E402
    Meanings,
    Misfit,
    NoMeaning,
    Refused,
    Unreadable,
    read_latex,
    unknown,
)
from mlp_core.derive.reading_check import compare  # noqa: E402
from mlp_core.derive.reading_meanings import Matrix  # noqa: E402

w, x, y, z, a, b = sp.symbols("w x y z a b", real=True)
SHAPES = [(1, 1, 1), (2, 3, 2), (3, 2, 4)]


# --- single expressions

@pytest.mark.parametrize(("tex", "expected"), [
    (r"\frac12", sp.Rational(1, 2)),
    (r"\tfrac14 w^4 - w^2 + \tfrac14 w", w**4 / 4 - w**2 + w / 4),
    (r"\frac{a}{b}", a / b),
    (r"a/b", a / b),
    (r"-a/(2b)", -a / (2 * b)),
    (r"1{,}000", 1000),
    (r"2x^23", 2 * x**2 * 3),
    (r"x^{2z}", x ** (2 * z)),
    (r"3(x + 1)", 3 * (x + 1)),
    (r"x(x - 1)", x * (x - 1)),
    (r"2 \cdot 3 \times x", 6 * x),
    (r"\left( x + 1 \right)\bigl(x - 1\bigr)", (x + 1) * (x - 1)),
    (r"\sqrt2 + \sqrt{x^2 + 1}", sp.sqrt(2) + sp.sqrt(x**2 + 1)),
    (r"|x - 1|", sp.Abs(x - 1)),
    (r"e^{-z}", sp.exp(-z)),
    (r"\exp(-z) + \ln 2 + \log(x)", sp.exp(-z) + sp.log(2) + sp.log(x)),
    (r"x\cos z + \sin^2 z", x * sp.cos(z) + sp.sin(z)**2),
    (r"\sigma(z)", 1 / (1 + sp.exp(-z))),
    (r"\operatorname{softplus}(z)", sp.log(1 + sp.exp(z))),
    (r"\max(0, z)", sp.Max(0, z)),
    (r"\sum_{i=1}^{3} i x^i", x + 2 * x**2 + 3 * x**3),
    (r"\sum_{i=1}^3 y_i", sum(sp.symbols("y_{1} y_{2} y_{3}", real=True))),
    (r"\prod_{k=1}^{3} (x + k)", (x + 1) * (x + 2) * (x + 3)),
    (r"\lim_{h \to 0} \frac{(x + h)^2 - x^2}{h}", 2 * x),
    (r"\lim_{h \to 0} \frac{1 - \cos h}{h^2} + x", x + sp.Rational(1, 2)),
    (r"\lim_{x \to 3} \frac{x^2 - 9}{x - 3}", 6),
    (r"\frac{d}{dx} (3x + 1)^2", 18 * x + 6),
    (r"\frac{d}{dx} x^2 z", 2 * x * z),
    (r"\frac{\partial}{\partial z} (x^2 z^3)", 3 * x**2 * z**2),
    (r"\frac{d^2}{dx^2} x^3", 6 * x),
    (r"\frac{\partial^2}{\partial x\, \partial z} (x^2 z^3)", 6 * x * z**2),
    (r"\sigma'(0)", sp.Rational(1, 4)),
    (r"w^{*} + w_0", sp.Symbol("w^*", real=True) + sp.Symbol("w_{0}", real=True)),
    (r"\begin{pmatrix} 1 & x \\ 0 & -1 \end{pmatrix}", Matrix([[1, x], [0, -1]])),
    (r"\begin{bmatrix} 1 & 2 \end{bmatrix}^\top", Matrix([1, 2])),
    (r"(1,\; x)", Matrix([[1, x]])),
    (r"2\underbrace{(x + 1)}_{\text{first, } x} + \boxed{z}", 2 * x + 2 + z),
    (r"(1, 2) \cdot (3, x)", 3 + 2 * x),
])
def test_an_expression_is_read(tex, expected):
    found = read_latex(tex)
    assert sp.simplify(found - expected) == (sp.zeros(*found.shape) if isinstance(found, sp.MatrixBase) else 0)


@pytest.mark.parametrize("tex", [
    "", "x +", r"\frac{1}", "(x", "x)", r"\sqrt[3]{x}", r"\int x", "a = b", "x^-1", r"a/b c", r"\sin x y", "2 @ 3",
    r"\frac{\partial^2 L}{\partial w}", r"\sum x", r"\begin{tikz} \end{tikz}", "f'_k(x)", r"\log_2 x",
])
def test_what_cannot_be_read_says_so(tex):
    with pytest.raises(Unreadable, match=r"at character|expected one expression"):
        read_latex(tex)


@pytest.mark.parametrize("tex", [
    "f'(x)", r"\frac{\partial L}{\partial w}", r"\nabla L", r"\nabla L(\theta)", r"\sum_i y_i", r"f(x, \dots, z)'",
    r"a_1 + \dots + a_9", r"\sum_{j=1}^{d} w_j", r"\prod_{j=1}^{1/2} 3",
    r"\lim_{h \to 0} \frac{1}{h}", r"\sum_{i=1}^{10^{30}} x",
    r"\begin{pmatrix} 2 & 1 \\ 1 & 1 \end{pmatrix}^{10^{10}}",
])
def test_what_has_no_meaning_says_so(tex):
    with pytest.raises((NoMeaning, Unreadable)):
        read_latex(tex)


@pytest.mark.parametrize("tex", ["10^{10^{10}}x", "9^{9^{9}} + x", "2^{1000000}x",
                                 r"\begin{pmatrix} 10 & x \end{pmatrix}^{10^{10}}"])
def test_a_power_with_too_many_digits_is_left_standing(tex):
    assert len(str(read_latex(tex, meanings=Meanings(entrywise=True)))) < 100


def test_a_formula_must_be_text():
    with pytest.raises(TypeError, match="expected a string"):
        read_latex(3)


def test_letters_mean_what_is_given():
    f = sp.Lambda(x, x**3)
    assert read_latex("f'(2)", {"f": f}) == 12
    assert read_latex("f''(x) + f(1)", {"f": f}) == 6 * x + 1
    assert read_latex("f(1 + x)", {"f": 2}) == 2 * (1 + x)  # a number times a bracket
    W = Matrix([[1, 2], [3, 4]])
    assert read_latex("W_{21} W^{(1)}_{12}", {"W": W, "W^{(1)}": W.T}) == 9
    assert read_latex(r"W^{\mathsf T} \odot W", {"W": W}) == Matrix([[1, 6], [6, 16]])
    assert read_latex("a^{(2)}_1", {"a": {2: W}, }) == Matrix([[1, 2]])


def test_shapes_that_do_not_fit_are_refused():
    A, B = Matrix.ones(2, 3), Matrix.ones(2, 2)
    for tex in ("AB", r"A \odot B", "A + B", "A^2", "1/A"):
        with pytest.raises(Misfit):
            read_latex(tex, {"A": A, "B": B})
    with pytest.raises(NoMeaning, match="no entry"):
        read_latex("A_{34}", {"A": A})


def test_dots_are_filled_in_from_both_sides():
    n, stages = sp.Integer(5), {k: unknown(f"s{k}") for k in range(1, 6)}
    meanings = {"f": stages, "n": n, "x": x}
    assert read_latex(r"f_n(x) \cdots f_1(x)", meanings) == sp.prod([stages[k](x) for k in stages])
    assert read_latex(r"f_1(x) + f_2(x) + \dots + f_n(x)", meanings) == sum(stages[k](x) for k in stages)


def test_unknown_functions_know_the_chain_rule_and_nothing_else():
    h, g = unknown("h"), unknown("g")
    slope = sp.diff(h(g(x)), x)
    assert slope == unknown("h").fdiff(h(g(x))) * sp.diff(g(x), x)
    with pytest.raises(Refused):
        compare(sp.diff(h(x), x), h(x))
    with pytest.raises(Refused):
        compare(sp.diff(h(x), x, 2) * h(x), sp.diff(h(x), x)**2)  # true of one exponential, not of every function
    F = unknown("F", 2)
    assert sp.diff(F(x, y), x, y) == sp.diff(F(x, y), y, x)
    with pytest.raises(ValueError, match="arity"):
        unknown("h", 0)


# --- the equations of a book on backpropagation, each with wrong ones beside it

def scene(build=None, **sizes):
    made = Scene()
    if build:
        build(made, **sizes)
    return made


def holds(tex, *scenes):
    return [hold(tex, one) for one in scenes]


def refused(tex, *scenes):
    """Refused in one scene at least, as a page's formula must hold in all."""
    for one in scenes:
        try:
            hold(tex, one)
        except (Refused, Misfit):
            return True
    return False


@pytest.mark.parametrize(("right", "wrong"), [
    (r"\sigma'(z) = \sigma(z)(1 - \sigma(z))", r"\sigma'(z) = \sigma(z)(1 + \sigma(z))"),
    (r"\sigma' = \sigma (1 - \sigma)", r"\sigma' = 1 - \sigma"),
    (r"\tanh'(z) = 1 - \tanh^2(z)", r"\tanh'(z) = 1 - \tanh(z)"),
    (r"\operatorname{softplus}'(z) = \sigma(z)", r"\operatorname{softplus}'(z) = \sigma(-z)"),
    (r"\operatorname{ReLU}'(z) = \begin{cases} 0 & z \le 0 \\ 1 & z > 0 \end{cases}",
     r"\operatorname{ReLU}'(z) = \begin{cases} 1 & z \le 0 \\ 0 & z > 0 \end{cases}"),
    (r"\operatorname{ReLU}'(z) = \begin{cases} 1 & \text{if } z > 0, \\ 0 & \text{otherwise} \end{cases}",
     r"\operatorname{ReLU}'(z) = \begin{cases} 1 & \text{if } z > 0, \\ -1 & \text{otherwise} \end{cases}"),
    (r"\frac{d}{dx} x^n = n x^{n - 1}", r"\frac{d}{dx} x^n = n x^{n + 1}"),
    (r"\frac{d}{dx} e^x = e^x, \qquad \frac{d}{dx} \ln x = \frac1x",
     r"\frac{d}{dx} e^x = e^x, \qquad \frac{d}{dx} \ln x = \frac1{x^2}"),
    (r"\frac{d}{dz}\frac{e^z}{1 + e^z} = \sigma'(z)", r"\frac{d}{dz}\frac{e^z}{1 + e^z} = -\sigma'(z)"),
    (r"\begin{aligned} \frac{d}{dx} (x^2 + 3x) &= 2x + 3 \\ &= 2(x + 1) + 1 \end{aligned}",
     r"\begin{aligned} \frac{d}{dx} (x^2 + 3x) &= 2x + 3 \\ &= 2(x + 1) - 1 \end{aligned}"),
])
def test_slopes_of_known_functions(right, wrong):
    one = scene()
    one.positive("x", "n")
    holds(right, one)
    assert refused(wrong, one)


def two_stages(s):
    s.unknown("h", "g")
    s.assume("f(x) = h(g(x))")
    s.node("u", s.value("g(x)"))
    s.node("y", s.value("h(u)"))


@pytest.mark.parametrize(("right", "wrong"), [
    ("f'(x) = h'(g(x)) g'(x)", "f'(x) = h'(g'(x))"),
    (r"\frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx}", r"\frac{dy}{dx} = \frac{dy}{du} + \frac{du}{dx}"),
    ("dy/dx = h'(u)\\, g'(x)", "dy/dx = h'(x)\\, g'(x)"),
    ("f''(x) = h''(u) g'(x)^2 + h'(u) g''(x)", "f''(x) = h''(u) g'(x) + h'(u) g''(x)"),
    (r"\frac{d}{d g(x)} h(g(x)) = h'(g(x))", r"\frac{d}{d g(x)} h(g(x)) = h'(x)"),
])
def test_the_chain_rule(right, wrong):
    one = scene(two_stages)
    holds(right, one)
    assert refused(wrong, one)


def test_the_total_differential():
    one = scene(lambda s: s.unknown("f(x, z)"))
    holds(r"df = \frac{\partial f}{\partial x}\,dx + \frac{\partial f}{\partial z}\,dz", one)
    assert refused(r"df = \frac{\partial f}{\partial x}\,dz + \frac{\partial f}{\partial z}\,dx", one)
    one.small = (one[r"\Delta x"], one[r"\Delta z"])
    holds(r"f(x + \Delta x, z + \Delta z) \approx f(x, z) + \frac{\partial f}{\partial x}\Delta x"
          r" + \frac{\partial f}{\partial z}\Delta z", one)
    assert refused(r"f(x + \Delta x, z + \Delta z) \approx f(x, z) + \frac{\partial f}{\partial x}\Delta x", one)


def two_layers(s, n, d, k):
    """X W¹ + b¹ → f → W² + b² → any loss, with examples as rows."""
    f = unknown("f")
    s.put("f", f)
    X, W1, W2 = s.matrix("X", n, d), s.matrix("W", d, k, layer=1), s.matrix("W", k, 2, layer=2)
    b1, b2 = s.row("b", k, layer=1), s.row("b", 2, layer=2)
    ones = Matrix.ones(n, 1)
    s.values["A^{(0)}"] = X
    Z1 = s.node("Z", X * W1 + ones * b1, layer=1)
    A1 = s.node("A", Z1.applyfunc(f), layer=1)
    Z2 = s.node("Z", A1 * W2 + ones * b2, layer=2)
    s.node("L", unknown("F", 2 * n)(*Z2))
    s.loss = "L"
    s.put(r"\delta", {1: s.value("dZ^{(1)}"), 2: s.value("dZ^{(2)}")})
    s.put(r"\mathbf{1}", ones)
    s.count(ell=2, i=n, j=d, k=k)


@pytest.mark.parametrize(("right", "wrong"), [
    (r"dW^{(\ell)} = A^{(\ell-1)\top} dZ^{(\ell)}", r"dW^{(\ell)} = A^{(\ell-1)} dZ^{(\ell)}"),
    (r"dW^{(1)} = X^T dZ^{(1)}", r"dW^{(1)} = X^T dZ^{(2)}"),
    (r"db^{(\ell)} = \mathbf 1^{\top} dZ^{(\ell)}", r"b^{(\ell)} = \mathbf 1^{\top} dZ^{(\ell)}"),
    (r"db^{(\ell)} = \sum_i dZ^{(\ell)}_i", r"db^{(\ell)} = dZ^{(\ell)}_1"),
    (r"dA^{(1)} = dZ^{(2)} {W^{(2)}}^{\mathsf T}", r"dA^{(1)} = dZ^{(2)} W^{(2)}"),
    (r"dZ^{(1)} = dA^{(1)} \odot f'(Z^{(1)})", r"dZ^{(1)} = dA^{(1)} f'(Z^{(1)})"),
    (r"\delta^{(1)} = \bigl(\delta^{(2)} W^{(2)\top}\bigr) \circ f'(Z^{(1)})",
     r"\delta^{(1)} = \bigl(\delta^{(2)} W^{(2)\top}\bigr) \circ f(Z^{(1)})"),
    (r"\frac{\partial L}{\partial W^{(1)}_{jk}} = \sum_i X_{ij} \frac{\partial L}{\partial Z^{(1)}_{ik}}",
     r"\frac{\partial L}{\partial W^{(1)}_{jk}} = \sum_i X_{ij} \frac{\partial L}{\partial Z^{(1)}_{ij}}"),
    (r"\frac{\partial L}{\partial W^{(2)}} = {A^{(1)}}^\top \frac{\partial L}{\partial Z^{(2)}}",
     r"\frac{\partial L}{\partial W^{(2)}} = \frac{\partial L}{\partial Z^{(2)}} {A^{(1)}}^\top"),
    (r"\partial L/\partial Z^{(1)}_{ik} = f'(Z^{(1)}_{ik})\, \partial L/\partial A^{(1)}_{ik}",
     r"\partial L/\partial Z^{(1)}_{ik} = f'(A^{(1)}_{ik})\, \partial L/\partial A^{(1)}_{ik}"),
])
def test_backpropagation(right, wrong):
    scenes = [scene(two_layers, n=n, d=d, k=k) for n, d, k in SHAPES]
    holds(right, *scenes)
    assert refused(wrong, *scenes)


def outputs(s, n, k):
    s.matrix("Z", n, k)
    Y = s.matrix("Y", n, k)
    s.put("Y", Matrix(n, k, lambda i, j: Y[i, j] if j < k - 1 else 1 - sum(Y[i, :k - 1])))
    s.put("P", s.value(r"\operatorname{softmax}(Z)"))
    s.size(n=n)
    s.count(i=n, j=k, k=k)
    s.assume(r"L = -\frac1n \sum_i \sum_k Y_{ik} \ln P_{ik}")
    s.loss = "L"


@pytest.mark.parametrize(("right", "wrong"), [
    (r"dZ = \frac1n (P - Y)", "dZ = P - Y"),
    (r"\frac{\partial L}{\partial Z_{ij}} = \frac{P_{ij} - Y_{ij}}{n}",
     r"\frac{\partial L}{\partial Z_{ij}} = \frac{Y_{ij} - P_{ij}}{n}"),
])
def test_softmax_with_cross_entropy(right, wrong):
    scenes = [scene(outputs, n=n, k=k) for n, k in ((1, 2), (2, 3), (3, 1))]
    holds(right, *scenes)
    assert refused(wrong, *scenes)


def squares(s, n, k):
    s.matrix(r"\hat{Y}", n, k)
    s.matrix("Y", n, k)
    s.matrix("W", n, k)
    s.size(n=n)
    s.count(i=n, k=k)
    s.assume(r"L = \frac1n \sum_i \sum_k (\hat Y_{ik} - Y_{ik})^2 + \frac\lambda2 \sum_i \sum_k W_{ik}^2")
    s.loss = "L"


@pytest.mark.parametrize(("right", "wrong"), [
    (r"d\hat Y = \frac2n (\hat Y - Y)", r"d\hat Y = 2 (\hat Y - Y)"),
    (r"\frac{\partial L}{\partial \hat Y_{ik}} = \frac{2}{n} (\hat Y_{ik} - Y_{ik})",
     r"\frac{\partial L}{\partial \hat Y_{ik}} = \frac{1}{n} (\hat Y_{ik} - Y_{ik})"),
    (r"dW = \lambda W", r"dW = 2\lambda W"),
])
def test_mean_squared_error_and_weight_decay(right, wrong):
    scenes = [scene(squares, n=n, k=k) for n, k in ((1, 2), (2, 3), (3, 1))]
    holds(right, *scenes)
    assert refused(wrong, *scenes)


def rule(make, *settings):
    def build(s):
        weights = sp.symbols("w_{1} w_{2}", real=True)
        loss = unknown("F", 2)
        s.put(r"\theta", Matrix(weights))
        s.put("L", sp.Lambda(weights, loss(*weights)))
        s.gradient_by = r"\theta"
        s.positive(r"\eta")
        s.entrywise = True
        s.rule = make(loss(*weights), weights, s[r"\eta"], *(s[name] for name in settings))
        for letter, memory in zip({2: "v", 4: "ms"}.get(len(s.rule.memory), ""),
                                  (s.rule.memory[:2], s.rule.memory[2:])):
            s.put("s" if make is rmsprop else letter, Matrix(memory))
        s.put("g", s.value(r"\nabla L"))
        if s.rule.counter is not None:
            s.put("t", s.rule.counter)
    return build


@pytest.mark.parametrize(("build", "right", "wrong"), [
    (rule(gradient_descent), r"\theta \leftarrow \theta - \eta \nabla L(\theta)",
     r"\theta \leftarrow \theta + \eta \nabla L(\theta)"),
    (rule(gradient_descent), r"w_1 \gets w_1 - \eta \frac{\partial L}{\partial w_1}",
     r"w_1 \gets w_1 - \eta \frac{\partial L}{\partial w_2}"),
    (rule(momentum, r"\beta"), r"v \leftarrow \beta v - \eta \nabla L(\theta), \quad \theta \leftarrow \theta + v",
     r"v \leftarrow \beta v - \eta \nabla L(\theta), \quad \theta \leftarrow \theta - v"),
    (rule(nesterov, r"\beta"), r"v \leftarrow \beta v - \eta \nabla L(\theta + \beta v)",
     r"v \leftarrow \beta v - \eta \nabla L(\theta + v)"),
    (rule(rmsprop, r"\rho", r"\varepsilon"),
     r"s \leftarrow \rho s + (1 - \rho) g^2, \quad \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \varepsilon}",
     r"s \leftarrow \rho s + (1 - \rho) g, \quad \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \varepsilon}"),
    (rule(adam, r"\beta_1", r"\beta_2", r"\varepsilon"),
     r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad \theta \leftarrow \theta - \eta "
     r"\frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}",
     r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad \theta \leftarrow \theta - \eta "
     r"\frac{m / (1 - \beta_2^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}"),
])
def test_update_rules(build, right, wrong):
    one = scene(build)
    holds(right, one)
    assert refused(wrong, one)


def test_a_number_is_checked_to_the_digits_printed():
    one = scene()
    holds(r"\sigma'(1) \approx 0.197", one)
    assert refused(r"\sigma'(1) \approx 0.196", one)
    assert refused(r"\sigma'(1) = 0.197", one)


def test_a_loss_nobody_defined_is_no_zero():
    with pytest.raises(NoMeaning, match="nobody says what L is"):
        hold(r"\frac{\partial L}{\partial w} = 0", scene())
    with pytest.raises(NoMeaning):
        hold(r"w \leftarrow w - \eta g", scene())
    meanings = Meanings(loss="L", values={"L": w**2})
    with pytest.raises(NoMeaning, match="nobody says what q is"):
        read_latex("dq", meanings=meanings)


def test_an_expression_that_claims_needs_its_left_side():
    one = scene(two_stages)
    with pytest.raises(NoMeaning, match="nobody says what it is"):
        hold("h'(g(x)) g'(x)", one)
    one.says["h'(g(x)) g'(x)"] = "f'(x) = #"
    assert hold("h'(g(x)) g'(x)", one)[1] == 1
    assert hold("h'(g(x))", one)[0] == "mention"


def test_what_is_printed_as_a_mistake_must_be_one():
    one = scene(two_stages)
    one.mistakes |= {"f'(x) = h'(x) g'(x)", "f'(x) = h'(g(x)) g'(x)"}
    assert hold("f'(x) = h'(x) g'(x)", one)[0] == "mistake"
    with pytest.raises(Refused, match="but it is right"):
        hold("f'(x) = h'(g(x)) g'(x)", one)
