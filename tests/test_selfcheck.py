"""Self-checks: what the page says to right and wrong answers, that Python's tutor agrees, what stops the build."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from javascript import Node

from chapters import CHAPTERS
from mlp_core.derive.typed import read_typed
from mlp_core.exercises import check, choosing
from mlp_core.exercises.kinds import ON_PAGES
from mlp_core.exercises.selfcheck import formula, number

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_checks
from sphinx.errors import ExtensionError

JUDGE = """
function asked(given) {
  const verdict = mlpCheck.judge(given.check, given.answer);
  return { ...verdict, sentence: mlpCheck.sentence(verdict), explanation: mlpCheck.explanation(verdict) };
}"""


@pytest.fixture(scope="module")
def page():
    """A function of a check's data and an answer: the page's verdict, with the words it says."""
    with Node(["formula.js", "self-check.js"], book_checks.words() + JUDGE) as node:
        yield lambda data, answer: node({"check": data, "answer": answer})


# -- formulas: (of, by, letters), right answers in several forms, {wrong answer: the mistake} ------------------------

FORMULAS = [
    (("(5x - 2)^3", "x"), ["15(5x-2)²", "3*5*(5x-2)^2", "375x^2 - 300x + 60", "15(2-5x)^2", "(5x-2)(75x-30)"], {
        "3(5x-2)^2": "chain", "15x^2": "at_start", "(5x-2)^3": "forward", "15(5x-2)^3": "power", "5(5x-2)^2": "power",
        "-15(5x-2)^2": "sign", "30(5x-2)^2": "factor 2", "7.5(5x-2)^2": "factor ½", "0": "zero", "5": "no_slope",
        "10.5(5x-2)^2": "factor", "45(5x-2)^2": "factor"}),
    (("x^2 exp(3x)", "x"), ["2x exp(3x) + 3x^2 exp(3x)", "x(2+3x)e^(3x)", "(3x² + 2x) exp(x)^3", "x*e^(3x)*(3*x+2)"], {
        "6x exp(3x)": "product", "2x exp(3x)": "overwritten", "3x^2 exp(3x)": "overwritten",
        "2x exp(3x) + x^2 exp(3x)": "chain", "x^2 exp(3x)": "forward", "-(2x+3x^2)e^(3x)": "sign",
        "2x exp(3x) + 3x^2 exp(x)": "at_start", "12x exp(3x)": "product factor 2"}),
    (("sigmoid(3z)", "z"), ["3σ(3z)(1-σ(3z))", "3 sigma(3z) sigma(-3z)", "3e^(-3z)/(1+e^(-3z))²",
                              "3/(2+e^(3z)+e^-(3z))"], {
        "σ(3z)(1-σ(3z))": "chain", "σ(3z)": "forward", "3σ(z)(1-σ(z))": "at_start", "3": "no_slope",
        "3σ(σ(3z))(1-σ(σ(3z)))": "at_output", "-3σ(3z)(1-σ(3z))": "sign", "6σ(3z)σ(-3z)": "factor 2"}),
    (("tanh(x)^2", "x"), ["2tanh(x)(1-tanh(x)^2)", "2tanh(x) - 2tanh(x)³", "2 tanh(x) (1 - tanh²(x))"], {
        "2tanh(x)": "chain", "tanh²(x)": "forward", "2x(1-tanh(x)^2)": "at_start", "tanh(x)(1-tanh(x)^2)": "power"}),
    (("(w x + b - y)^2", "w", ["x", "b", "y"]), ["2x(w x + b - y)", "2(y-b-wx)(-x)", "2wx² + 2bx - 2xy"], {
        "2(wx+b-y)": "chain", "2w(wx+b-y)": "other_letter", "-2x(wx+b-y)": "sign", "x(wx+b-y)": "factor ½",
        "4x(wx+b-y)": "factor 2", "(wx+b-y)²": "forward", "x": "no_slope", "2wx": "at_start"}),
    (("sin(x)/(x^2+2)", "x"), ["cos(x)/(x²+2) - 2x sin(x)/(x²+2)²", "(cos(x)(x^2+2) - 2x sin(x))/(x^2+2)^2"], {
        "(cos(x)(x^2+2) + 2x sin(x))/(x^2+2)^2": "quotient", "cos(x)/(x²+2)": "overwritten", "sin(x)/(x²+2)": "forward",
        "-2x sin(x)/(x^2+2)^2": "overwritten"}),
    (("relu(w x + b)", "w", ["x", "b"]), ["x step(wx+b)", "step(b+xw)*x", "relu(x step(wx+b)) - relu(-x step(wx+b))"], {
        "step(wx+b)": "chain", "relu(wx+b)": "forward", "x": "no_slope", "x step(w)": "at_start",
        "w step(wx+b)": "other_letter", "-x step(wx+b)": "sign"}),
    (("2x^3 + 4ln(x) - 5", "x"), ["6x^2 + 4/x", "(6x³+4)/x", "6x² + 4x⁻¹"], {
        "6x^2 + 4": "no_slope", "2x^3+4ln(x)-5": "forward", "6x^3 + 4/x": "power", "2x^2 + 4/x": "power",
        "6x^2": "overwritten", "4/x": "overwritten"}),
    (("x tanh(x)", "x"), ["tanh(x) + x(1-tanh(x)^2)", "x + tanh(x) - x tanh²(x)"], {
        "1 - tanh(x)^2": "product", "tanh(x)": "overwritten", "x(1-tanh(x)^2)": "overwritten", "x tanh(x)": "forward"}),
    (("w1 x1 + w2 x2 + b", None, ["w1", "x1", "w2", "x2", "b"]), ["b + x1 w1 + x2 w2", "x_1w_1 + w₂x₂ + b"], {
        "w1 x1 + w2 x2": "lost_term", "w1 x1 + w2 x2 - b": "term_sign", "w1 x1 + b": "lost_term"}),
    (("relu(2x - 1)", None, ["x"]), ["ReLU(2*x-1)", "(2x-1)step(2x-1)"], {
        "2x-1": "unactivated", "relu(2x)": "lost_term", "relu(2x+1)": "term_sign"}),
]


def kinds(verdict):
    """What the page suspects, the first one with its companion."""
    return [one["kind"] + (f" {one['also']}" if one["also"] else "") for one in verdict["diagnoses"]]


def test_there_are_enough_of_them():
    assert sum(len(wrong) for *_, wrong in FORMULAS) >= 60
    assert sum(len(right) for _, right, _ in FORMULAS) >= 30


@pytest.mark.parametrize(("made", "right", "wrong"), FORMULAS, ids=[made[0] for made, *_ in FORMULAS])
def test_the_page_names_the_mistake_as_python_does(page, made, right, wrong):
    one = formula(*made)
    names = {str(symbol): symbol for symbol in one.task.symbols}
    for text in right:
        assert page(one.data, text)["sentence"] == ["Right.", ""], text
        assert check(one.task, read_typed(text, names)).right, text
    for text, planted in wrong.items():
        found = page(one.data, text)
        assert found["status"] == "wrong", (text, found)
        assert planted in kinds(found), (text, kinds(found))
        assert found["sentence"][1].startswith("Hint: ")
        assert ("More than one" in found["sentence"][1]) == (len(kinds(found)) > 1)
        assert len(found["explanation"]) == len(kinds(found))
        assert all(re.fullmatch(r"(The same answer would come from this, too: )?[A-Z0-9].*\.", each)
                   for each in found["explanation"])
        assert "{" not in " ".join(found["explanation"])
        tutor = check(one.task, read_typed(text, names)).diagnoses
        assert [each.kind for each in tutor] == [each["kind"] for each in found["diagnoses"]], text
        assert [each.also for each in tutor] == [each["also"] for each in found["diagnoses"]], text


def test_where_nothing_fits_it_says_so_and_shows_a_point(page):
    one = formula("x^2 exp(3x)", "x")
    found = page(one.data, "x^3 + 7")
    assert (found["status"], found["diagnoses"], found["explanation"]) == ("unknown", [], [])
    head, says = found["sentence"]
    assert head == "Not right, and I do not know why."
    numbers = re.fullmatch(r"At x = (\S+) you have (\S+), and right is (\S+)\.", says).groups()
    at, mine, truth = (float(number.replace("−", "-")) for number in numbers)
    assert [at] in one.data["places"]
    assert mine == pytest.approx(at**3 + 7, rel=1e-5)
    assert truth == pytest.approx((2 * at + 3 * at**2) * 2.718281828459045 ** (3 * at), rel=1e-5)


@pytest.mark.parametrize(("text", "says"), [
    ("", "Type a formula first."), ("q", "I do not know the letter q; here you can use x."),
    ("ln(x-100)", "At x = 0.6 your formula has no value."), ("1/(x-x)", "At x = 0.6 your formula has no value.")])
def test_what_cannot_be_compared_is_said(page, text, says):
    found = page(formula("x^2 exp(3x)", "x").data, text)
    assert found["sentence"] == ["Nothing to compare yet.", says]


# -- numbers ----------------------------------------------------------------------------------------------------------

NUMBERS = [
    ({"of": "(3w-6)^2", "by": "w", "at": {"w": "1"}}, ["-18", "−18", "-36/2", "-18.0", "-18,0", "2*(-3)*3"], {
        "18": "sign", "-36": "factor 2", "-9": "factor ½", "-6": "chain", "9": "forward", "3": "no_slope",
        "6": "at_start", "0": "zero"}),
    ({"of": "(w-2)^2", "by": "w", "at": {"w": "0"}, "step": "0.25"}, ["1", "4/4", "1,0"], {
        "-1": "uphill", "4": "rate"}),
    ({"of": "sigmoid(2x-1)", "by": "x", "at": {"x": "1"}}, ["0.393", "0,393", "0.3932", "2e/(1+e)^2"], {
        "0.197": "chain", "0.731": "forward", "2": "no_slope", "-0.393": "sign", "0.786": "factor 2"}),
    ({"of": "1/3"}, ["1/3", "0.333", "0.33333"], {"-1/3": "sign", "2/3": "factor 2", "1/6": "factor ½"}),
    ({"of": "relu(x1 - 2x2 + 2)", "at": {"x1": "2", "x2": "3"}}, ["0", "0.0"], {"-2": "unactivated"}),
    ({"of": "(w x + b - y)^2", "at": {"w": "2", "x": "1", "b": "1/2", "y": "1"}}, ["2.25", "9/4", "1.5²"], {
        "1.5": "no_square", "1": "lost_term", "0.25": "term_sign"}),
    ({"of": "-ln(p)", "by": "p", "at": {"p": "0.8"}}, ["-1.25", "-5/4"], {"0.223": "forward", "1.25": "sign"}),
]


@pytest.mark.parametrize(("made", "right", "wrong"), NUMBERS, ids=[made["of"] for made, *_ in NUMBERS])
def test_numbers_in_any_form_and_their_mistakes(page, made, right, wrong):
    one = number(**made)
    for text in right:
        assert page(one.data, text)["status"] == "right", text
    for text, planted in wrong.items():
        found = page(one.data, text)
        assert (found["status"], planted in kinds(found)) == ("wrong", True), (text, kinds(found))


def test_a_number_is_compared_to_the_digits_asked_for(page):
    data = number("sigmoid(2x-1)", "x", {"x": "1"}).data  # 0.39322…
    assert page(data, "0.393")["sentence"] == ["Right.", "More exactly: 0.393224."]
    for rough in ("0.392", "0.39", "0.394"):
        assert page(data, rough)["sentence"][1] == "You are close: give 3 significant digits."
    assert page(data, "0.9")["sentence"][1] == ("None of the mistakes that I know gives 0.9. Go through the numbers on "
                                                "the way once more.")
    assert page(data, "1/0")["sentence"] == ["Nothing to compare yet.", "This has no value."]
    assert page(data, "x")["sentence"][1] == "I do not know the letter x; here you can use numbers only."
    assert page(number("sigmoid(x)", None, {"x": "1"}, digits=2).data, "0.73")["status"] == "right"
    assert page(number("1/4").data, "0.2500001")["status"] == "unknown"


def test_a_sum_of_roots_that_is_0_is_0(page):
    nothing = "(sqrt(2) + sqrt(3))^2 - 5 - 2sqrt(6) + 0x"
    assert number(nothing, None, {"x": "1"}).data["truth"] == 0
    options = [choosing.Option("falls", "< 0", "No."), choosing.Option("stays", "= 0"),
               choosing.Option("rises", "> 0", "No.")]
    assert choosing.choice(options, nothing, at={"x": "1"}).data["right"] == 1
    rounded = number("x^2", None, {"x": "0"}, digits=3).data
    assert [page(rounded, text)["status"] for text in ("0", "0.001")] == ["right", "unknown"]
    assert number("exp(-100x)", None, {"x": "1"}).data["truth"] > 0


@pytest.mark.parametrize(("digits", "trouble"), [("3", TypeError), (2.5, TypeError), (0, ValueError), (16, ValueError)])
def test_digits_are_a_whole_number(digits, trouble):
    with pytest.raises(trouble, match="digits: expected a whole number"):
        number("x^2", None, {"x": "2"}, digits=digits)


def test_a_formula_may_have_no_letters(page):
    made = formula("sqrt(2) + 1")
    assert [page(made.data, text)["status"] for text in ("1 + 2^(1/2)", "2")] == ["right", "wrong"]
    assert check(made.task, r"1 + \sqrt 2")
    assert not check(made.task, lambda: 2.0)


# -- the directive ----------------------------------------------------------------------------------------------------


def directives():
    """(page, kind, options, lines) of every self-check of the book."""
    for path in CHAPTERS:
        text = path.read_text(encoding="utf-8")
        for kind, inside in re.findall(r"^:::\{self-check\} (\w+)\n(.*?)^:::$", text, re.S | re.M):
            lines, options = inside.splitlines(), {}
            while found := re.match(r":(\w+): (.*)", lines[0]):
                options[found[1]] = found[2]
                lines.pop(0)
            yield path.stem, kind, options, lines


def test_chapters_have_checks_of_all_kinds():
    counts = {}
    for stem, *_ in directives():
        counts[stem[:2]] = counts.get(stem[:2], 0) + 1
    assert set(counts) >= {f"{chapter:02}" for chapter in (*range(10), 11)}
    assert all(2 <= count <= 4 for count in counts.values())
    assert {kind for _, kind, *_ in directives()} == {"formula", "number", "choice"}


def test_every_check_of_the_book_takes_its_truth_and_names_each_of_its_twins(page):
    for stem, kind, options, lines in directives():
        data = book_checks.made(kind, options, lines)[0].data
        if kind == "choice":
            assert [page(data, k)["status"] == "right" for k in range(len(data["why"]))].index(True) == data["right"]
            continue
        assert page(data, str(data["truth"]))["status"] == "right", (stem, options)
        for twin, answer in data["rivals"]:
            assert twin in ON_PAGES
            found = page(data, answer if kind == "formula" else f"{answer:.16f}")
            assert (found["status"], twin in kinds(found)) == ("wrong", True), (stem, options, twin, answer)


def test_a_choice_can_be_decided_by_what_is_derived(page):
    options = {"of": "(3w-6)^2", "by": "w", "at": "w = 1"}
    lines = ["Which way must $w$ go?", "", "- up <!-- < 0: The slope is negative. -->",
             "- down", "  a little <!-- > 0: The slope is -18: the loss rises to the left. -->",
             "- it stays <!-- = 0: Only where the slope is 0. -->"]
    found, question, listed = book_checks.made("choice", options, lines)
    assert (found.data["right"], question[0], listed[1]) == (0, lines[0], "down\n  a little")
    assert page(found.data, 0)["sentence"] == ["Right.", "The slope is negative."]
    assert page(found.data, 2)["sentence"] == ["Not yet.", "Only where the slope is 0."]
    lines = ["Which?", "- $2x e^x$", "- $(x^2 + 2x) e^x$"]
    found = book_checks.made("choice", {"of": "x^2 exp(x)", "by": "x"}, lines)[0]
    assert found.data["right"] == 1
    assert page(found.data, 0)["sentence"][1].startswith("A product of derivatives.")


@pytest.mark.parametrize(("kind", "options", "lines", "message"), [
    ("formula", {"of": "x^2", "by": "x", "answer": "2"}, ["What?"], "answer: got '2', expected what is derived, 2*x"),
    ("formula", {"of": "x^2", "by": "x", "answer": "2y"}, ["What?"], "answer: I do not know the letter y"),
    ("number", {"of": "x^2", "by": "x", "at": "x = 3", "answer": "9"}, ["What?"], "answer: got '9', expected what is"),
    ("formula", {"of": "x^^2", "by": "x"}, ["What?"], "of: Something is missing after ^"),
    ("formula", {"of": "x y", "by": "x"}, ["What?"], "of: I do not know the letter y; here you can use x."),
    ("formula", {"by": "x"}, ["What?"], "of: got nothing, expected a function"),
    ("formula", {"of": "sqrt(-1 - x^2)", "by": "x"}, ["What?"], "of: found no 9 places with a finite answer"),
    ("formula", {"of": "10^400 x", "by": "x"}, ["What?"], "of: found no 9 places with a finite answer"),
    ("formula", {"of": "x^2", "by": "x"}, [""], "content: got none, expected a question"),
    ("formula", {"of": "x^2", "by": "x", "at": "x = 1"}, ["What?"],
     "at: got 'x = 1', but a formula has no such option"),
    ("number", {"of": "x^2", "by": "x"}, ["What?"], "at: got nothing, expected a number for x"),
    ("number", {"of": "x^2", "by": "x", "at": "x 3"}, ["What?"], "at: got 'x 3', expected letters and numbers"),
    ("number", {"of": "x^2", "by": "x", "at": "x = y"}, ["What?"], "at: I do not know the letter y"),
    ("number", {"of": "ln(x)", "at": "x = 0"}, ["What?"], "of: ln(x) has no finite answer"),
    ("choice", {}, ["What?", "- a <!-- right -->"], "options: got 1 right ones among 1"),
    ("choice", {}, ["What?", "- a <!-- no -->", "- b <!-- no -->"], "options: got 0 right ones among 2"),
    ("choice", {}, ["What?", "- a <!-- right -->", "- b <!-- right -->"], "options: got 2 right ones among 2"),
    ("choice", {}, ["What?", "- a <!-- right -->", "- b"], "options: 'b' is wrong and does not say why"),
    ("choice", {}, ["What?", "- a <!-- < 0: no -->", "- b <!-- right -->"], "options: '< 0' of 'a' needs `of`"),
    ("choice", {"of": "x^2", "by": "x"}, ["What?", "- $x$ <!-- right -->", "- $2x$"],
     "options: '$x$' is marked right, but derived is 2*x"),
    ("choice", {"of": "x^2", "by": "x"}, ["What?", "- $2x$", "- $x + x$"], "options: got 2 right ones among 2"),
    ("choice", {"of": "x^2", "by": "x"}, ["What?", "- $2x$", "- $7 - x^3$"], "wrong and does not say why"),
    ("choice", {"of": "x^2", "by": "x"}, ["What?", "- $2x$", "- about 2"], "options: got 'about 2' marked ''"),
    ("choice", {"of": "x^2", "by": "x"}, ["What?", "- a <!-- < 0: why -->", "- b <!-- > 0 -->"], "needs `at`, a place"),
])
def test_what_cannot_be_judged_is_refused(kind, options, lines, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        book_checks.made(kind, options, lines)


def test_a_refusal_stops_the_build_and_says_where():
    directive = SimpleNamespace(
        arguments=["formula"], options={"of": "x^2", "by": "x", "answer": "x"}, content=["What?"], lineno=12,
        env=SimpleNamespace(docname="one", doc2path=lambda name, base: name + ".md"))
    with pytest.raises(ExtensionError, match=r"one\.md:12: self-check: answer: got 'x', expected what is derived"):
        book_checks.SelfCheck.run(directive)
    directive.arguments = ["riddle"]
    with pytest.raises(ExtensionError, match="got 'riddle', expected formula, number or choice"):
        book_checks.SelfCheck.run(directive)


def test_an_edition_without_solutions_has_no_answers():
    assert book_checks.SelfCheck.answer(SimpleNamespace(config=SimpleNamespace(book_solutions=False)), None, []) == []
