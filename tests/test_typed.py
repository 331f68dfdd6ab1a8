"""Formulas that a reader types: read alike by the page and by Python, with the numbers and slopes that SymPy gives."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from javascript import Node

from mlp_core.derive import ReLU, Sigmoid, expanded, numpy_function
from mlp_core.derive.typed import FUNCTIONS, Mistyped, built, parse_typed, read_typed, write_typed

NAMES = ["x", "w", "w1", "y_hat", "η"]
SYMBOLS = {name: sp.Symbol(name, real=True) for name in NAMES}
PLACES = [{"x": 0.7, "w": -1.3, "w1": 2.1, "y_hat": 0.45, "η": 0.05},
          {"x": -1.9, "w": 0.6, "w1": -0.35, "y_hat": 1.7, "η": 1.25},
          {"x": 2.3, "w": 1.45, "w1": 0.8, "y_hat": -0.6, "η": 0.4}]

EQUAL = """
    2x = 2*x
    3(x+1) = 3*x + 3
    x exp(x) = x*exp(x)
    xexp(x) = x*exp(x)
    xw = x*w
    wx² = w*x**2
    x^2 w = x**2*w
    (x+1)(x-1) = x**2 - 1
    x(w+1) = x*w + x
    x**2 = x**2
    x^2^3 = x**8
    (x^2)^3 = x**6
    x²³ = x**23
    x⁻² = 1/x**2
    x^-2 = 1/x**2
    -x^2 = -(x**2)
    2^-x = 2**(-x)
    -2^2 = -4
    --x = x
    +x = x
    2*-x = -2*x
    2 − x = 2 - x
    x·w×2⋅3∙1 = 6*x*w
    x÷w∕2 = x/w/2
    x/w/2 = x/(2*w)
    x/2*w = x*w/2
    x-w-1 = x - w - 1
    2x/3 = 2*x/3
    0.5x = x/2
    .5x = x/2
    2. x = 2*x
    0,125x = x/8
    2,5+x = 5/2 + x
    ½x² = x**2/2
    ¾+⅓+¼ = 4/3
    [x+{2(w-1)}] = x + 2*w - 2
    w1x = w1*x
    w_1 + w₁ = 2*w1
    ŷ + yhat = 2*y_hat
    ŷ + y_hat = 2*y_hat
    eta = η
    2eta x = 2*η*x
    pi x = pi*x
    πx = pi*x
    e^x = exp(x)
    e^(2x) = exp(2*x)
    2e^x = 2*exp(x)
    e^x w = exp(x)*w
    x^2(x+1) = x**3 + x**2
    x²w = x**2*w
    ln(x²) = log(x**2)
    log(e) = 1
    √(x²) = sqrt(x**2)
    sqrt(4) = 2
    sin²(x) + cos^2(x) = sin(x)**2 + cos(x)**2
    tanh(2x)^2 = tanh(2*x)**2
    sin (x) = sin(x)
    Sin(x) + EXP(x) = sin(x) + exp(x)
    exp[x] = exp(x)
    2sin(x)cos(x) = 2*sin(x)*cos(x)
    x sin(w)(x+1) = x*sin(w)*(x + 1)
""".strip().splitlines()

ALIKE = """
    σ(x)(1-σ(x)) | sigmoid(x)(1-sigmoid(x)) | sigma(x) - sigma(x)^2 | Sigmoid(x)*(1 - Sigmoid(x))
    relu(w x) | ReLU(wx) | RELU(x*w) | x w step(w x)
    softplus(x) | ln(1+e^x) | -ln(sigma(-x))
    leaky_relu(x) | Leaky_ReLU(x) | relu(x) - 0.01 relu(-x)
    abs(x) | x sign(x) | relu(x) + relu(-x)
    tanh(x) | 2σ(2x)-1 | (e^x-e^-x)/(e^x+e^-x)
""".strip().splitlines()


CODE = """
function asked(given) {
  try {
    const f = mlpFormula.parse(given.text, given.names);
    return { tree: f.tree, numbers: given.places.map(env => [f.value(env)].concat(given.by.map(name => {
      const [value, slope] = f.dual(env, name);
      if (!Object.is(value, f.value(env))) throw new Error("two values");
      return slope;
    }))) };
  } catch (error) {
    if (error.at === undefined) throw error;
    return { says: error.message, at: error.at };
  }
}"""


@pytest.fixture(scope="module")
def page():
    """A function of a text: the tree, and [value, slope by …] at each place; or the sentence and place of a refusal."""
    with Node(["formula.js"], CODE) as node:
        yield lambda text, names=NAMES, places=PLACES, by=NAMES: node(
            {"text": text, "names": names, "places": places, "by": by})


def plain(tree):
    """A tree of Python's as JSON gives the page's."""
    if tree[0] == "number":
        return ["number", float(tree[1])]
    return [tree[0], *(plain(part) if isinstance(part, tuple) else part for part in tree[1:])]


def exact(expression, place):
    """[value, slope by each name] to 30 digits, None where there is no real number."""
    substituted = {SYMBOLS[name]: sp.Rational(value) for name, value in place.items()}
    found = []
    for one in [expression, *(sp.diff(expression, SYMBOLS[name]) for name in NAMES)]:
        value = sp.N(expanded(one).subs(substituted), 30)
        found.append(float(value) if value.is_real and value.is_finite else None)
    return found


def near(mine, wanted, size=1.0):
    return mine is not None and abs(mine - wanted) <= 1e-12 * abs(wanted) + 1e-15 * size


def rows():
    """Every text of the tables."""
    return [line.rsplit(" = ", 1)[0].strip() for line in EQUAL] + [
        text.strip() for line in ALIKE for text in line.split("|")]


@pytest.fixture(scope="module")
def on_page(page):
    return {text: page(text) for text in rows()}


@pytest.mark.parametrize("line", EQUAL, ids=str.strip)
def test_means_what_a_reader_means(line):
    text, meant = line.rsplit(" = ", 1)
    assert sp.simplify(read_typed(text.strip(), SYMBOLS) - sp.sympify(meant, locals=SYMBOLS)) == 0


@pytest.mark.parametrize("line", ALIKE, ids=str.strip)
def test_ways_of_writing_one_function(line, on_page):
    first, *others = (on_page[text.strip()]["numbers"] for text in line.split("|"))
    for other in others:
        for mine, wanted in zip(other, first):
            assert mine == pytest.approx(wanted, rel=1e-12, abs=1e-12)


def test_the_page_reads_the_tables_as_python_does(on_page):
    assert len(on_page) > 70
    for text, found in on_page.items():
        assert found["tree"] == plain(parse_typed(text, NAMES)), text
        for place, numbers in zip(PLACES, found["numbers"]):
            wanted = exact(read_typed(text, SYMBOLS), place)
            assert all(near(*pair) for pair in zip(numbers, wanted)), (text, place, numbers, wanted)


KNOWN = "I know exp, ln, sqrt, sin, cos, tanh, sigmoid, relu, softplus, step and abs."
REFUSED = {
    "Type a formula first.": ["", "   "],
    "Something is missing after +.": ["+", "x+)"],
    "Something is missing before *.": ["*x"],
    "Something is missing after *.": ["x*", "2*/3"],
    "Something is missing after ^.": ["x^"],
    "There is nothing between the parentheses.": ["()", "exp()"],
    "This ( is never closed.": ["(x"],
    "This ) closes nothing.": ["x)"],
    "This ] does not close the ( before it.": ["(x]"],
    "This [ is never closed.": ["(x + 2) [x"],
    "Something is missing before ².": ["²"],
    "Something is missing after ⁻.": ["x⁻"],
    "I do not know the letter q; here you can use x, w, w1, y_hat and η.": ["q", "x + q"],
    "I do not know x2; here you can use x, w, w1, y_hat and η.": ["x2"],
    "I do not know the function xq; " + KNOWN: ["xq(2)"],
    "I do not know the function arcsin; " + KNOWN: ["arcsin (x)"],
    "I do not know constructor; here you can use x, w, w1, y_hat and η.": ["constructor"],
    "I do not know the sign _.": ["__proto__"],
    "I do not know the sign ..": ["x.y"],
    "I do not know the sign ,.": ["x, w"],
    "I do not know the sign ;.": ["x;w"],
    "I do not know the sign 😀.": ["2 + 😀"],
    "I do not know the sign !.": ["x!"],
    "I do not know alert; here you can use x, w, w1, y_hat and η.": ["alert`1`"],
    r"I do not know the sign \.": ["\\frac12"],
    "I do not know the letter y; here you can use x, w, w1, y_hat and η.": ["y = 2x"],
    "Leave out the sign =: type only what stands to the right of it.": ["w = 2x"],
    "Write abs(…) for an absolute value.": ["|x|"],
    "I do not read primes: write the derivative itself.": ["x'"],
    "Put what sin is taken of in parentheses: sin(…).": ["sin x", "sinx", "sin^2 x"],
    "Put what exp is taken of in parentheses: exp(…).": ["exp"],
    "Put what ReLU is taken of in parentheses: ReLU(…).": ["ReLU * x"],
    "Put what √ is taken of in parentheses: √(…).": ["√2"],
    "Write the power of a function after its parentheses: sin(…)^….": ["sin^-1(x)", "sin^x(x)"],
    "Write the power of a function after its parentheses: tanh(…)^….": ["tanh⁻¹(x)"],
    "Put a sign such as * before 2.": ["x 2"],
    "Put a sign such as * before 3.": ["2 3"],
    "Put a sign such as * before ½.": ["(x)½"],
    "Put a sign such as * before .3.": ["1.2.3"],
    "I cannot tell how far the / reaches: put parentheses around what is divided by.": ["1/2x", "x/2(x+1)"],
    "I cannot tell how far the power reaches: put parentheses around it, or * after it.":
        ["e^2x", "e^wx", "2^-3x", "x^2exp(x)"],
    "I cannot tell whether 1e-3 is a power of ten: write 10^… for that, and * between the number and e "
    "for the other.": ["1e-3x"],
    "I cannot tell whether the comma in 2,125 marks decimals or thousands: write a point, or no comma.": ["2,125x"],
    "This is too long for me: 200 characters are the most.": ["x" * 201],
    "This is nested too deeply for me: 40 levels are the most.":
        ["(" * 41 + "x" + ")" * 41, "-" * 41 + "x", "x^" * 41 + "x"],
}
AT = {"x + q": 4, "2*/3": 2, "(x + 2) [x": 8, "1/2x": 1, "e^2x": 3, "x⁻": 2, "(x]": 2, "x+)": 2, "x*": 2, "2 + 😀": 4}


def refusal(text, names=NAMES):
    """The sentence and the place with which Python refuses a text."""
    with pytest.raises(Mistyped) as refused:
        parse_typed(text, names)
    return {"says": str(refused.value), "at": refused.value.at}


def test_both_refuse_with_one_sentence_at_one_place(page):
    for text, sentence in ((text, sentence) for sentence, texts in REFUSED.items() for text in texts):
        found = page(text)
        assert found == refusal(text), text
        assert found["says"] == sentence, text
        assert found["at"] == AT.get(text, found["at"])
        assert 0 <= found["at"] <= len(text)


def test_letters_are_named_as_they_may_be_used(page):
    for names in ([], ["a"], ["a", "b"]):
        assert page("q", names) == refusal("q", names)
    assert refusal("q", [])["says"] == "I do not know the letter q; here you can use numbers only."
    assert refusal("q", ["a", "b"])["says"] == "I do not know the letter q; here you can use a and b."
    assert plain(parse_typed("sigma e(sin+2)", ["σ", "e", "sin"]))[1] == ["*", ["name", "σ"], ["name", "e"]]
    with pytest.raises(TypeError, match="text: expected a string"):
        parse_typed(3, [])


@settings(max_examples=300, deadline=None)
@given(st.text("xw1 2.,+-*/^()[]²⁻½eσ√πsinexp=|_'ŷ\u0302₁😀", max_size=14))
def test_both_read_or_refuse_any_text_alike(page, text):
    found = page(text)
    if "tree" in found:
        assert found["tree"] == plain(parse_typed(text, NAMES))
    else:
        assert found == refusal(text)


LEAVES = st.sampled_from(["x", "w", "w1", "2", "0.5", "3", "η", "y_hat", "e", "½"])


def joined(parts):
    one, power = parts.map("({})".format), st.sampled_from(["²", "^3", "⁻¹", "^(x)", "^-2", "^0.5"])
    return st.one_of(
        st.tuples(one, st.sampled_from(["+", "-", "*", "/", " ", "·"]), one).map("".join),
        st.tuples(st.sampled_from(sorted(FUNCTIONS)), one).map("".join),
        st.tuples(one, power).map("".join), one.map("-{}".format))


def parts_of(tree):
    """A tree and every tree in it."""
    yield tree
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from parts_of(part)


@settings(max_examples=150, deadline=None)
@given(st.recursive(LEAVES, joined, max_leaves=4), st.sampled_from(PLACES))
def test_values_and_slopes_of_any_formula_are_those_of_sympy(page, text, place):
    tree = parse_typed(text, NAMES)
    (numbers,) = page(text, places=[place])["numbers"]
    wanted = exact(built(tree, SYMBOLS), place)
    steps = [number for part in parts_of(tree) for number in exact(built(part, SYMBOLS), place)]
    if None in steps:  # on the way there is no real number, even if SymPy cancels it
        assume(False)
    size = max(abs(step) for step in steps)
    assume(size < 1e6)
    assert all(abs(mine - one) <= 1e-12 * max(abs(one), size) for mine, one in zip(numbers, wanted))
    again = exact(read_typed(write_typed(built(tree, SYMBOLS)), SYMBOLS), place)
    assert again == pytest.approx(wanted, rel=1e-14)


def test_slopes_at_kinks_are_those_of_the_book(page):
    slopes = {"relu": 0, "leaky_relu": 0.01, "step": 0, "abs": 0, "sign": 0}
    for name, slope in slopes.items():
        (numbers,) = page(f"{name}(x)", ["x"], [{"x": 0}], ["x"])["numbers"]
        expression = read_typed(f"{name}(x)", SYMBOLS)
        there = [expanded(one).subs(SYMBOLS["x"], 0) for one in (expression, expression.diff(SYMBOLS["x"]))]
        assert numbers == [0, slope] == [float(one) for one in there], name


def test_what_cannot_be_typed_is_refused():
    x = SYMBOLS["x"]
    assert write_typed(sp.diff(Sigmoid(2 * x), x)) == "2*(1 - sigmoid(2*x))*sigmoid(2*x)"
    assert write_typed(sp.Float(1e-7) * ReLU(x).diff(x)) == "0.0000001*step(x)"
    open_slope = sp.Function("f")(x).diff(x)
    for strange in (sp.gamma(x), sp.Piecewise((x, x > 0), (0, True)), sp.I * x, sp.zoo, open_slope):
        with pytest.raises(TypeError, match="cannot be typed"):
            write_typed(strange)


def test_a_tower_of_powers_is_left_standing():
    assert write_typed(read_typed("9^9^9^9", [])) == "(9)^((9)^(387420489))"
    assert write_typed(read_typed("2^10", [])) == "1024"


@pytest.mark.parametrize("text", ["2^999999", "1/2^999999", "9^9^9", "x*9^9^9", "x + 2^9^9", "0.5^9^9^9", "-(9^9^9)^2",
                                  "x^(9^9^9)", "(1/3)^99999", "sqrt(9^9^9)", "e^(9^9^9)", "9^9^9/9^9^9",
                                  "1.000001^2000",
                                  "relu(9^9^9)", "abs(9^9^9) x", "sigmoid(9^9^9)", "ln(9^9^9)", "(-1)^(9^9^9)"])
def test_huge_powers_take_no_time_and_no_memory(page, text):
    """Whatever is done with them: they are differentiated, opened, written, read again, and evaluated."""
    x = SYMBOLS["x"]
    expression = read_typed(text, [x])
    slope = expanded(sp.diff(3 * expression - x, x))
    assert write_typed(read_typed(write_typed(expression), [x])) == write_typed(expression)
    assert sp.latex(expression)
    with np.errstate(all="ignore"):
        found = numpy_function([x], [expanded(expression), slope])(np.float64(0.5))
    (numbers,) = page(text, ["x"], [{"x": 0.5}], ["x"])["numbers"]
    for mine, on_page in zip([found[0], (found[1] + 1) / 3], numbers):
        assert on_page is None or mine == pytest.approx(on_page, rel=1e-12)
