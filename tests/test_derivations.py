"""Lines of a derivation are equal or refused; formulas are printed as they are written by hand."""

import doctest
import random

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_core import activations, derive
from mlp_core.derive import derivation, layout
from mlp_core.derive.activations import z
from mlp_core.derive.functions import NAMED

x, y, u, v = sp.symbols("x y u v", real=True)
h, g, A, B, C = (sp.Function(letter) for letter in ("h", "g", "A", "B", "C"))
L = sp.Symbol("L", real=True)
SIGMOID = 1 / (1 + sp.exp(-z))


# -- named activations -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", NAMED)
def test_slope_rules_follow_from_the_formulas(name):
    slope = derive.activation(name, z).diff(z)
    assert slope == NAMED[name].slope(z)
    own = derive.expanded(derive.in_own_terms(slope))
    assert derive.check_equal(own, derive.ACTIVATIONS[name].slope)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_second_slopes_follow_from_the_formulas(name):
    twice = derive.activation(name, z).diff(z, 2)
    assert derive.check_equal(derive.expanded(twice), derive.ACTIVATIONS[name].formula.diff(z, 2))


@pytest.mark.parametrize("name", derive.ACTIVATIONS)
def test_expanded_forms_are_the_packages_activations(name):
    expression = derive.activation(name, 2 * x)
    points = np.linspace(-3, 3, 13)  # 0 among them
    both = derive.numpy_function([x], derive.expanded([expression, expression.diff(x) / 2], stable=True))
    entry = activations.ACTIVATIONS[name]
    values = entry.value(2 * points)
    for derived, numeric in zip(both(points), (values, entry.slope(values))):
        assert np.allclose(np.broadcast_to(derived, points.shape), numeric, rtol=1e-14, atol=1e-15)


def test_named_activations_at_exact_numbers_and_at_the_kink():
    assert [derive.ReLU(sp.Rational(value)) for value in ("-3", "0", "5/2")] == [0, 0, sp.Rational(5, 2)]
    assert [derive.ReLU.slope(sp.Integer(value)) for value in (-1, 0, 1)] == [0, 0, 1]
    assert derive.Sigmoid(sp.Integer(0)) == sp.Rational(1, 2)
    assert abs(derive.Sigmoid(1).evalf(30) - 1 / (1 + sp.exp(-1)).evalf(30)) < 1e-29
    with pytest.raises(ValueError, match="name: got 'rely'"):
        derive.activation("rely", x)


# -- equal or not ----------------------------------------------------------------------------------------------------

EQUAL = [((x + 1) ** 2, x**2 + 2 * x + 1), (sp.sin(x) ** 2 + sp.cos(x) ** 2, 1),
         (derive.ReLU(x), (x + sp.Abs(x)) / 2), (derive.Tanh(x), (sp.exp(2 * x) - 1) / (sp.exp(2 * x) + 1)),
         (sp.Derivative(h(g(x)), x), sp.diff(h(g(x)), x)), (sp.Sum(v, (v, 1, 4)), 10)]
DIFFERENT = [((x + 1) ** 2, x**2 + 2 * x + 2), (derive.ReLU(x), x), (derive.Sigmoid(x), derive.Tanh(x)),
             (sp.diff(h(g(x)), x), h(x).diff(x) * g(x).diff(x)), (sp.sqrt(x**2), x), (sp.log(x * y), sp.log(x)),
             (derive.ReLU.slope(x), sp.Piecewise((0, x < 0), (1, True))), (sp.exp(x), sp.Float("1e-40") + sp.exp(x))]
m, p = sp.Symbol("m", integer=True), sp.Symbol("p", positive=True)
FAR = [derive.ReLU(x - 100), derive.ReLU(x * y - 1000), derive.LeakyReLU.slope(x - 100) - sp.Rational(1, 100),
       sp.Abs(x - 100) - 100 + x, sp.Max(x, 100) - 100, sp.sign(x + 77) - 1, sp.floor(x / 100) * sp.floor(x / 100 + 1),
       *(sp.Piecewise((0, condition), (1, True)) for condition in (
           x < 1000, x**2 < 1000, x < 100 * sp.sqrt(2), m < sp.Rational(199, 2), p < 1000, sp.Ne(x, 77))),
       sp.Piecewise((1, sp.And(x > 1000, x < 1000 + sp.Rational(1, 10))), (0, True))]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_lines_are_found_equal(one, other):
    assert derive.check_equal(one, other) in ("by algebra", "at 6 points, to 50 digits")


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_lines_are_refused_with_a_point(one, other):
    with pytest.raises(derive.NotEqual, match="the one is"):
        derive.check_equal(one, other)


@pytest.mark.parametrize("lost", FAR, ids=str)
def test_a_case_that_begins_far_out_is_not_lost(lost):
    for line in (x, sp.exp(y)):
        with pytest.raises(derive.NotEqual, match="the one is"):
            derive.check_equal(line + lost, line)
    assert derive.check_equal(sp.sin(x) ** 2 + lost + sp.cos(x) ** 2, 1 + lost)


def test_rational_numbers_must_be_the_same_and_others_agree_to_50_digits():
    tiny = sp.Rational(1, 10**60)
    with pytest.raises(derive.NotEqual, match="the other 1"):
        derive.check_equal(x, x + tiny)
    assert derive.check_equal(sp.exp(p), sp.exp(p) + tiny) == "at 6 points, to 50 digits"


def test_a_point_at_which_a_condition_compares_no_numbers_is_passed_over():
    cases = sp.Piecewise((x, 1 / x < y), (y, True))
    assert derive.check_equal(cases * (sp.sin(x) ** 2 + sp.cos(x) ** 2), cases)


def test_what_cannot_be_decided_is_refused():
    P, Q = sp.symbols("P Q", commutative=False)
    with pytest.raises(derive.NotEqual, match="undecided"):
        derive.check_equal(P * Q, Q * P)


def test_names_are_replaced_by_their_meaning_and_circles_found():
    a, t = sp.symbols("a t", real=True)
    assert derive.check_equal(a * t, x**3, {a: x**2, t: x}) == "by algebra"
    assert derive.check_equal(a, x**2, {a: t**2, t: x}) == "by algebra"
    with pytest.raises(ValueError, match="circle"):
        derive.check_equal(a, x, {a: t + 1, t: a + 1})


def test_matrices_are_compared_by_shape_and_entry():
    M = sp.Matrix([[x, y], [1, 2]])
    assert derive.check_equal(sp.MatMul(M, M.T, evaluate=False), M * M.T) == "by algebra"
    with pytest.raises(derive.NotEqual, match=r"entry \(1, 2\)"):
        derive.check_equal(M, M.T)
    with pytest.raises(derive.NotEqual, match="shapes differ"):
        derive.check_equal(M, M[:, 0])
    N = sp.MatrixSymbol("N", 2, 2)
    assert derive.check_equal(N.T * N, M.T * M, {N: M}) == "by algebra"


def test_conditions_are_compared_at_their_borders_too():
    eta, curvature = derive.curvature.eta, derive.curvature.curvature
    derive.check_equal(sp.Abs(1 - eta * curvature) < 1, sp.And(eta > 0, eta < 2 / curvature))
    for wrong in (sp.And(eta >= 0, eta < 2 / curvature), sp.And(eta > 0, eta <= 2 / curvature), eta < 2 / curvature,
                  sp.And(eta > 0, eta < 1 / curvature)):
        with pytest.raises(derive.NotEqual):
            derive.check_equal(sp.Abs(1 - eta * curvature) < 1, wrong)
    with pytest.raises(derive.NotEqual, match="a condition"):
        derive.check_equal(eta < 1, eta)


@st.composite
def expressions(draw, depth=2):
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from([x, y, sp.Integer(2), sp.Rational(1, 3)]))
    one, other = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    return draw(st.sampled_from([one + other, one * other, one - 2 * other, derive.Sigmoid(one), derive.ReLU(one),
                                 one**2]))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(expressions(), expressions())
def test_sums_are_equal_whatever_the_order_and_a_lost_term_is_refused(one, other):
    assert derive.check_equal((one + other) ** 2, one**2 + 2 * one * other + other**2)
    if derive.expanded(one).subs({x: 1, y: 2}) != 0:
        with pytest.raises(derive.NotEqual):
            derive.check_equal(one + other, other + 2 * one)


# -- derivations -----------------------------------------------------------------------------------------------------

def sigmoid_steps():
    return derive.Derivation(sp.Derivative(SIGMOID, z), of=NAMED["sigmoid"].slope(z)).step(
        "chain rule", sp.exp(-z) / (1 + sp.exp(-z)) ** 2)


def test_each_planted_mistake_is_refused_and_leaves_the_derivation_as_it_was():
    done = sigmoid_steps()
    s = derive.Sigmoid(z)
    for slip in (-sp.exp(-z) / (1 + sp.exp(-z)) ** 2,  # flipped sign
                 sp.exp(-z) / (1 + sp.exp(-z)),  # lost factor
                 s * (1 + s), s, sp.Integer(0), s * (1 - s) + sp.Rational(1, 10**30)):
        with pytest.raises(ValueError, match="does not equal"):
            done.step("a slip", slip)
        assert len(done) == 2
    assert done.step("by its name", s * (1 - s)).result == s * (1 - s)
    assert [step.rule for step in done.steps] == ["", "chain rule", "by its name"]


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda d: d.step("", x), ValueError, "rule: expected a few words"),
    (lambda d: d.step("words", "x + 1"), TypeError, "expected an expression, got str"),
    (lambda d: d.step("words", object()), TypeError, "expected an expression, got object"),
    (lambda d: d.show(2), ValueError, "upto: got 2, expected 0 to 1"),
    (lambda d: derive.Derivation("x"), TypeError, "start: expected an expression"),
])
def test_bad_calls_are_refused_by_name(call, error, words):
    with pytest.raises(error, match=words):
        call(sigmoid_steps())


def test_one_step_at_a_time_shows_no_more_than_asked_for():
    done = sigmoid_steps()
    assert "chain rule" not in done.show(0).latex()
    assert done.show(1).latex() == done.latex()
    assert len(done.show(0)) == 1


def test_simplify_is_a_step_like_any_other():
    done = derive.Derivation(sp.sin(x) ** 2 + sp.cos(x) ** 2).simplify()
    assert done.result == 1
    assert done.steps[-1].rule == "simplify"


def test_latex_has_the_rule_beside_each_line():
    tex = sigmoid_steps().latex()
    assert tex.startswith("\\begin{aligned}\n\\sigma'(z) &= \\frac{d}{d z} \\frac{1}{1 + e^{- z}} \\\\")
    assert r"&= \frac{e^{- z}}{\left(1 + e^{- z}\right)^{2}} && {\small \text{chain rule}}" in tex
    assert "small" not in sigmoid_steps().latex(rules=False)
    assert sigmoid_steps()._repr_latex_().startswith("$$\n\\begin{aligned}")


def test_names_with_formulas_in_rules_are_set_as_formulas():
    tex = derive.Derivation(x + x).step(r"since $x$ is $x$", 2 * x).latex()
    assert r"{\small \text{since }x\text{ is }x}" in tex


def test_the_docstrings_example():
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner(optionflags=flags)
    for test in finder.find(derivation.Derivation, globs={"sp": sp, "Derivation": derive.Derivation}):
        runner.run(test)
    assert runner.summarize().failed == 0
    assert runner.tries > 0


# -- the chain rule --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("chain", "expected"), [
    (derive.chain_rule(sp.sin(u), x**2, x), 2 * x * sp.cos(x**2)),
    (derive.chain_rule(sp.exp(v), u**3, 3 * x + 1, x), 9 * (3 * x + 1) ** 2 * sp.exp((3 * x + 1) ** 3)),
    (derive.chain_rule(derive.Sigmoid(u), x * y + 2, x), y * derive.Sigmoid.slope(x * y + 2)),
    (derive.chain_rule(h(u), g(x), x), sp.diff(h(g(x)), x).doit()),
    (derive.chain_rule(A(v), B(u), C(x), x), sp.diff(A(B(C(x))), x).doit()),
])
def test_chain_rule_gives_the_derivative_of_the_composite(chain, expected):
    done = chain.derivation()
    assert derive.check_equal(done.result, expected)
    assert derive.check_equal(chain.derivative, sp.Derivative(chain.composite, x))
    assert len(chain.factors) == len(chain.stages)
    factors = sp.Mul(*(factor.symbol for factor in chain.factors), evaluate=False)
    assert done.steps[1].expression == factors


@pytest.mark.parametrize("length", [2, 3, 4, 7])
def test_any_number_of_functions_forward_and_backward(length):
    names = sp.symbols(f"s1:{length}", real=True)
    rng = random.Random(length)
    outer_first = [sp.sin(name) + rng.randint(1, 5) * name for name in reversed(names)]
    chain = derive.chain_rule(*outer_first, x**2 / 3, x)
    assert len(chain.factors) == length
    backward, forward = chain.backward(), chain.forward()
    meaning = chain.stages
    assert len(backward) == len(forward) == length
    assert derive.check_equal(backward[-1][1], forward[-1][1])
    assert derive.check_equal(forward[-1][1], sp.Derivative(chain.composite, x), meaning)
    assert backward[0][0] == derive.rate(sp.Symbol("y", real=True), names[-1], partial=False)
    assert forward[0][1] == 2 * x / 3


def test_a_wrong_factor_cannot_be_put_down():
    chain = derive.chain_rule(sp.sin(u), x**2, x)
    done = chain.derivation().show(1)
    with pytest.raises(derive.NotEqual):
        done.step("the slopes", sp.cos(u))  # lost factor
    with pytest.raises(derive.NotEqual):
        done.step("the slopes", sp.cos(x) * 2 * x)  # cos at x, not at x²


@pytest.mark.parametrize(("stages", "error", "words"), [
    ((sp.sin(u), x**2), TypeError, "expected the variable"),
    ((sp.sin(x), x), ValueError, "expected at least two"),
    ((u * v, x**2, x), ValueError, "2 letters"),
    ((sp.sin(u), y**2, x), ValueError, "does not depend on x"),
    ((sp.sin(x), x**2, x), ValueError, "a letter of its own"),
])
def test_unclear_stages_are_refused(stages, error, words):
    with pytest.raises(error, match=words):
        derive.chain_rule(*stages)


def test_through_says_which_letter_stands_for_the_next_stage():
    chain = derive.chain_rule(u * v, x**2, x, through=[u])
    assert chain.derivative == 2 * x * v
    with pytest.raises(ValueError, match="through: got 2 letters, expected 1"):
        derive.chain_rule(u * v, x**2, x, through=[u, v])


@pytest.mark.parametrize(("outer", "inner", "expected"), [
    (u * v, {u: x**2, v: sp.sin(x)}, 2 * x * sp.sin(x) + x**2 * sp.cos(x)),
    (u**2 + x * v, {u: 3 * x, v: sp.exp(x)}, 18 * x + sp.exp(x) + x * sp.exp(x)),
    (u * u, {u: x}, 2 * x),
])
def test_contributions_of_an_input_used_twice_add(outer, inner, expected):
    assert derive.check_equal(derive.contributions_add(outer, inner, x).result, expected)


def test_contributions_of_an_open_function_of_two_variables():
    done = derive.contributions_add(h(u, v), {u: x**2, v: sp.sin(x)}, x)
    assert done.result.doit() == h(u, v).diff(u) * 2 * x + h(u, v).diff(v) * sp.cos(x)
    with pytest.raises(ValueError, match="inner: expected letters that occur"):
        derive.contributions_add(u**2, {v: x}, x)


# -- worked derivations ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_activation_slopes_end_in_their_own_terms(name):
    done = derive.activation_slope(name)
    assert done.result == derive.in_own_terms(NAMED[name].slope(z))
    assert derive.check_equal(derive.expanded(done.result), derive.ACTIVATIONS[name].slope)
    with pytest.raises(ValueError, match="name: got 'relu'"):
        derive.activation_slope("relu")


@pytest.mark.parametrize(("outputs", "by"), [(2, 1), (2, 2), (3, 2), (5, 5)])
def test_softmax_with_cross_entropy_is_output_minus_target(outputs, by):
    done = derive.softmax_cross_entropy(outputs, by)
    assert done.result == derive.symbol("a", by) - derive.symbol("y", by)
    assert all(step.evidence == "by algebra" for step in done.steps[1:])
    for slip in (derive.symbol("y", by) - derive.symbol("a", by), derive.symbol("a", by)):
        with pytest.raises(derive.NotEqual):
            done.step("a slip", slip)
    with pytest.raises(ValueError, match="outputs, by"):
        derive.softmax_cross_entropy(2, 3)


def test_sigmoid_with_binary_cross_entropy_is_output_minus_target():
    assert derive.sigmoid_cross_entropy().result == derive.Sigmoid(z) - derive.symbol("y")


# -- curvature -------------------------------------------------------------------------------------------------------

def random_bowl(seed, size):
    B = np.random.default_rng(seed).integers(-3, 4, (size, size))
    return sp.Matrix(B @ B.T + np.eye(size, dtype=int))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [1, 2, 3])
def test_thresholds_are_where_steps_stop_shrinking(seed, size):
    H = random_bowl(seed, size)
    variables = sp.symbols(f"w1:{size + 1}", real=True)
    w = sp.Matrix(variables)
    bowl = (w.T * H * w)[0] / 2
    assert derive.hessian(bowl, variables) == H
    eta = sp.Symbol("eta", real=True)
    for rule, border in ((derive.gradient_descent(bowl, variables, eta), derive.gradient_descent_threshold(H)),
                         (derive.momentum(bowl, variables, eta, sp.Rational(7, 10)),
                          derive.momentum_threshold(H, sp.Rational(7, 10)))):
        for share, settles in ((0.999, True), (1.001, False)):
            step = np.array(derive.step_matrix(rule).subs(eta, float(border) * share), dtype=float)
            assert (np.abs(np.linalg.eigvals(step)).max() < 1) == settles


def test_stability_and_momentum_border_say_what_the_chapter_says():
    eta, beta, curvature = (getattr(derive.curvature, name) for name in ("eta", "beta", "curvature"))
    assert derive.stability().result == sp.And(sp.Lt(0, eta), eta < 2 / curvature)
    assert derive.momentum_border().result == (eta < 2 * (1 + beta) / curvature)
    assert derive.check_equal(derive.momentum_border().steps[0].expression.lhs,
                              derive.momentum_polynomial().subs(derive.curvature.root, -1))
    for wrong in (eta < 2 * (1 - beta) / curvature, eta < (1 + beta) / curvature, eta <= 2 * (1 + beta) / curvature):
        with pytest.raises(derive.NotEqual):
            derive.momentum_border().step("a slip", wrong)


def test_thresholds_of_symbols_and_of_no_bowl():
    one, two = sp.symbols("lambda_1 lambda_2", positive=True)
    assert derive.gradient_descent_threshold(sp.diag(one, two)) == 2 / sp.Max(one, two)
    for second, words in ((sp.diag(1, -1), "eigenvalue -1"), (sp.diag(1, 0), "eigenvalue 0"),
                          (sp.Matrix([[1, 2], [3, 4]]), "not symmetric"), (sp.ones(1, 2), "not square")):
        with pytest.raises(ValueError, match=words):
            derive.gradient_descent_threshold(second)
    with pytest.raises(ValueError, match="share: got 1"):
        derive.momentum_threshold(sp.eye(2), 1)
    with pytest.raises(ValueError, match="not linear"):
        derive.step_matrix(derive.gradient_descent(x**4, [x], y))
    with pytest.raises(ValueError, match="variables: expected at least one"):
        derive.hessian(x**2, [])


# -- LaTeX -----------------------------------------------------------------------------------------------------------

a1, y1 = derive.symbol("a", 1, layer=2), derive.symbol("y", 1)
w11, b1, x1, x2 = (derive.symbol("w", 1, 1, layer=1), derive.symbol("b", 1, layer=1), derive.symbol("x", 1),
                   derive.symbol("x", 2))
w21, dz = derive.symbol("w", 2, 1, layer=1), derive.rate(L, derive.symbol("z", 1, layer=1))
eta, beta, curvature = sp.symbols("eta beta lambda", positive=True)


@pytest.mark.parametrize(("expression", "tex"), [
    (b1 + w11 * x1 + w21 * x2, r"x_{1} w^{(1)}_{11} + x_{2} w^{(1)}_{21} + b^{(1)}_{1}"),
    (derive.ReLU.slope(z), r"\operatorname{ReLU}'(z)"),
    ((a1 - y1) / 3, r"\frac{a^{(2)}_{1} - y_{1}}{3}"),
    (2 * (a1 - y1) / 3, r"\frac{2 \left(a^{(2)}_{1} - y_{1}\right)}{3}"),
    (w11 * dz * derive.ReLU.slope(z),
     r"\frac{\partial L}{\partial z^{(1)}_{1}} w^{(1)}_{11} \operatorname{ReLU}'(z)"),
    (-y1 * sp.log(a1), r"- y_{1} \ln a^{(2)}_{1}"),
    (1 - eta * curvature, r"1 - \eta \lambda"),
    (sp.Abs(1 - eta * curvature), r"\left|1 - \eta \lambda\right|"),
    (2 * (1 + beta) / curvature, r"\frac{2 \left(1 + \beta\right)}{\lambda}"),
    (x**2 + 3 * x + 1, "x^{2} + 3 x + 1"),
    (sp.diff(h(g(x)), x), "h'(g(x)) g'(x)"),
    (derive.Sigmoid(z) * (1 - derive.Sigmoid(z)), r"\sigma(z) \left(1 - \sigma(z)\right)"),
    (-a1 * (a1 - 1), r"a^{(2)}_{1} \left(1 - a^{(2)}_{1}\right)"),
    (SIGMOID, r"\frac{1}{1 + e^{- z}}"),
    (sp.Derivative(x * sp.sin(x), x), r"\frac{d}{d x} \left(x \sin(x)\right)"),
    (sp.Sum(sp.Indexed("a", v), (v, 1, 3)), r"\sum_{v=1}^{3} {a}_{v}"),
    ("already text", "already text"),
    (derive.symbol("w", 1, 12, layer=2), "w^{(2)}_{1,12}"),
])
def test_formulas_are_printed_as_by_hand(expression, tex):
    assert derive.latex(expression) == tex


@settings(max_examples=40, deadline=None, derandomize=True)
@given(expressions())
def test_every_formula_has_paired_braces_and_brackets(expression):
    tex = derive.latex(expression)
    assert tex.count("{") == tex.count("}")
    assert tex.count(r"\left") == tex.count(r"\right")
    assert "Piecewise" not in tex
    assert r"\begin{cases}" not in tex


def test_long_sums_are_broken_between_terms_and_inside_brackets():
    total = sum(derive.symbol("x", k) * derive.symbol("w", k, 1, layer=1) for k in range(1, 30))
    for tex in (derive.latex(total), derive.latex(sp.Mul(y, total, evaluate=False))):
        lines = layout.lines(tex, 40)
        assert len(lines) > 3
        assert max(map(layout.width, lines)) <= 41
        joined = "".join(lines).replace(" ", "")
        assert joined.replace(r"\bigl", r"\left").replace(r"\bigr", r"\right") == tex.replace(" ", "")


def test_widths_count_what_is_seen():
    assert layout.width("x + 1") < layout.width("x + 1 + y")
    assert layout.width(r"\frac{x}{y}") < layout.width("x y")
    assert layout.width(r"x^{2}_{1}") < 2
    assert layout.width(r"\operatorname{ReLU}(z)") == pytest.approx(7)
