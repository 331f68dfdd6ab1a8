"""What the letters of the chapter on the chain rule mean. See `book_claims`."""

from book_claims import Page, unknown

page = Page()
SLOPES = {  # slopes that the text gives in words
    "18x + 6": r"\frac{d}{dx} (9x^2 + 6x + 1) = #",
    "-u^{-2}": r"\frac{d}{du} (1/u) = #",
    "-1/u^2": r"\frac{d}{du} (1/u) = #",
    "3v^2": r"\frac{d}{dv} v^3 = #",
    r"2(a - \tfrac12)": r"\frac{dL}{da} = #",
    r"\sigma(2z)(1 - \sigma(2z))": r"\sigma'(2z) = #",
    r"4\,\sigma(2z)\,(1 - \sigma(2z))": r"\tanh'(z) = #",
    "e^z/(1 + e^z)": r"\operatorname{softplus}'(z) = #",
    "a(1 - a)": r"\sigma'(z) = #",
    "-1/a": r"\frac{d}{da} (-\ln a) = #",
    "-6x/(x^2 + 1)^4": r"\frac{d}{dx} A(B(C(x))) = #",
}
page.also |= set(SLOPES)


@page.everywhere
def two_functions(s):
    s.unknown("h", "g")
    s.says |= SLOPES


@page.at("One function after another")
def composite(s):
    s.let("f(x) = h(g(x))")
    s.says[r"\frac{d}{d g(x)} h(g(x))"] = "h'(g(x)) = #"


@page.at("One function after another", only=["h'(u) = 2u", r"h'(1) \cdot g'(1) = 2 \cdot 3 = 6"])
def example(s):
    s.let("g(x) = 3x + 1", "h(u) = u^2")


@page.at("Why it is true")
def why(s):
    """ε and δ are what lies between a quotient and the slope."""
    s.let("f(x) = h(g(x))", "u = g(x)")
    s.assume("k = g(x + d) - g(x)", r"\varepsilon = \frac{k}{d} - g'(x)")
    s.says[r"h'(g(x)) \cdot g'(x)"] = "f'(x) = #"


@page.at("Why it is true", only=[r"h(u + k) - h(u) = (h'(u) + \delta)\, k"])
def outer(s):
    s.assume(r"\delta = \frac{h(u + k) - h(u)}{k} - h'(u)")


@page.at("Why it is true", only=[
    r"\frac{f(x + d) - f(x)}{d} = (h'(u) + \delta)\,(g'(x) + \varepsilon), \qquad u = g(x)"])
def both(s):
    why(s)
    outer(s)


@page.at("Three in a row")
def three(s):
    s.unknown("A", "B", "C")
    s.let("f(x) = A(B(C(x)))", "g(x) = B(C(x))", "u = C(x)", "v = B(u)")
    s.says[r"A'(g(x)) \cdot g'(x)"] = "f'(x) = #"
    s.says[r"B'(C(x)) \cdot C'(x)"] = "g'(x) = #"
    s.says[r"A'(v) \cdot B'(u) \cdot C'(x)"] = "f'(x) = #"


@page.at("Any number in a row", sizes=[{"n": 3}, {"n": 5}])
def many(s, n):
    stages = {k: unknown(f"f{k}") for k in range(1, n + 1)}
    values = {0: s["x"]}
    for k in range(1, n + 1):
        values[k] = stages[k](values[k - 1])
    s.put("f", stages)
    s.put("a", values)
    s.put("y", values[n])
    s.size(n=n)


@page.at("Play: one neuron and its loss", only=[r"2(a - \tfrac12)"])
def one_neuron(s):
    s.let(r"L = (a - \tfrac12)^2")


@page.at("Three ways of writing one rule")
def fractions(s):
    s.unknown("A", "B", "C")
    s.node("u", s.value("C(x)"))
    s.node("v", s.value("B(u)"))
    s.node("y", s.value("A(v)"))
    s.says["A'(B(C(x)))"] = r"\frac{dy}{dv} = #"


@page.at("One number used twice")
def product_rule(s):
    s.put("u", unknown("u")(s["x"]))
    s.put("v", unknown("v")(s["x"]))


@page.at("Exercise 1 (pencil)")
def fourth_power(s):
    s.let("f(x) = (2x - 3)^4", "g(x) = 2x - 3", "h(u) = u^4")
    s.where["h'(u) = 4u^3 = 4"] = {"u": 1}


@page.at("Exercise 2 (pencil)")
def bell(s):
    s.let("f(x) = e^{-x^2}")


@page.at("Exercise 4 (pencil)")
def says_yes(s):
    s.let(r"L = -\ln \sigma(z)")


@page.at("Exercise 4 (pencil)", only=["a(1 - a)"])
def output(s):
    s.let(r"a = \sigma(z)")


@page.at("Exercise 6 (find the bug)")
def three_stages(s):
    s.let("C(x) = x^2 + 1", "B(u) = 1/u", "A(v) = v^3")


@page.at("Exercise 7 (pencil)")
def swish(s):
    s.let(r"f(z) = z\,\sigma(z)")


@page.at("Recap")
def recap(s):
    s.unknown("A", "B", "C")
    s.let("f(x) = A(B(C(x)))")
