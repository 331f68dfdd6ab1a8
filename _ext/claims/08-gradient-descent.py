"""What the letters of the chapter on gradient descent mean. See `book_claims`."""

import sympy as sp
from book_claims import Page, unknown

from mlp_core.derive import adam, gradient_descent, momentum, nesterov, rmsprop
from mlp_core.derive.reading_meanings import Matrix

page = Page()
BY_HAND = r"v = 0.5 \cdot \text{old } v - 0.25 \cdot \text{slope}"
FLAT = r"w - \eta \cdot 4w^3 = w\,(1 - 4\eta w^2)"
page.also |= {r"\lambda (w - w^*)", r"r = 1 - \eta\lambda", "4w^3", FLAT}


@page.everywhere
def settings(s):
    s.positive(r"\eta", r"\lambda")
    s.real("e", r"\beta", "w")  # e is the error of a weight here


def any_loss(s, rule, *names):
    """Two weights θ and a loss of which nothing is known; what the optimiser remembers, weight by weight."""
    weights = sp.symbols("w_{1} w_{2}", real=True)
    s.put(r"\theta", Matrix(weights))
    s.put("L", sp.Lambda(weights, unknown("F", 2)(*weights)))
    s.gradient_by = r"\theta"
    s.rule = rule(unknown("F", 2)(*weights), weights, s[r"\eta"], *(s[name] for name in names))
    if s.rule.memory:
        s.put("v", Matrix(s.rule.memory))


def new(s, names):
    """The values after one step of the rule."""
    return Matrix([s.rule.update[name] for name in names])


@page.at("One weight, by hand")
def one_weight(s):
    s.let("L(w) = (w - 2)^2")
    s.rule = gradient_descent(s.expression("L"), [s["w"]], s[r"\eta"])
    s.put("w_{new}", s.rule.update[s["w"]])
    s.says[r"-\eta L'(w)"] = "w_{new} - w = #"
    s.says[r"L'(w)\,d"] = r"L(w + d) - L(w) \approx #"
    s.small = (s["d"],)


@page.at("How large a step? The exact answer")
def parabola(s):
    s.let(r"L = \tfrac12 \lambda (w - w^*)^2")
    s.says[r"\lambda (w - w^*)"] = r"\frac{dL}{dw} = #"
    s.rule = gradient_descent(s["L"], [s["w"]], s[r"\eta"])
    s.put("r", (s.rule.update[s["w"]] - s["w^*"]) / (s["w"] - s["w^*"]))  # the new error over the old one


@page.at("Many weights: why we need every partial derivative")
def many_weights(s):
    any_loss(s, gradient_descent)
    slopes = s[r"\nabla L"]
    s.put("g", slopes)
    s.vectors.add("g")
    s.put(r"\alpha", sp.atan2(slopes[1], slopes[0]))
    s.says[r"|\nabla L|\cos(\varphi - \alpha)"] = r"g_1\cos\varphi + g_2\sin\varphi = #"


@page.at("Many weights: why we need every partial derivative",
         only=[r"\partial L/\partial w_1 = \tfrac12 \cdot 2 w_1 = w_1",
               r"\partial L/\partial w_2 = \tfrac12 \cdot 20\, w_2 = 10\, w_2"])
def bowl(s):
    s.let(r"L = \tfrac12 (w_1^2 + 10\, w_2^2)")


@page.at("Why narrow valleys are slow", sizes=[{"d": 1}, {"d": 3}])
def quadratic_bowl(s, d):
    s.column("e", d)
    s.put("H", Matrix(d, d, lambda i, j: sp.Symbol(f"h_{min(i, j)}{max(i, j)}", real=True)))  # symmetric
    s.put("I", Matrix(sp.eye(d)))
    s.let(r"L = \tfrac12\, e^{\mathsf T} H e")
    s.rule = gradient_descent(s["L"][0], list(s["e"]), s[r"\eta"])


@page.at("Momentum")
def velocity(s):
    any_loss(s, momentum, r"\beta")


@page.at("Momentum", only=[BY_HAND])
def velocity_by_hand(s):
    s.let("L = (w - 2)^2")
    s.rule = momentum(s["L"], [s["w"]], sp.Rational("0.25"), sp.Rational("0.5"))
    s.put("v", s.rule.memory[0])
    s.put("v_{new}", s.rule.update[s["v"]])
    s.words = {"v = ": "v_{new} = ", r"\text{old }": "", r"\text{slope}": r"\frac{dL}{dw}"}


def follow(s, rule):
    """The error on a parabola of curvature λ, where the velocity is the last step taken."""
    e, (v,) = s["e"], s.rule.memory
    s.put(r"e_{\text{new}}", s.rule.update[e].subs(v, e - s[r"e_{\text{old}}"]))


@page.at("What momentum buys")
def error_with_momentum(s):
    s.rule = momentum(s[r"\lambda"] * s["e"] ** 2 / 2, [s["e"]], s[r"\eta"], s[r"\beta"])
    follow(s, s.rule)


@page.at("What momentum buys", only=[r"e_{\text{new}} = r^2"])
def root(s):
    """One step as a matrix that takes the last two errors to the next two; r is one of its eigenvalues."""
    error_with_momentum(s)
    e, old = s["e"], s[r"e_{\text{old}}"]
    step = s[r"e_{\text{new}}"]
    r = next(iter(sp.Matrix([[sp.expand(step).coeff(e), sp.expand(step).coeff(old)], [1, 0]]).eigenvals()))
    s.put(r"e_{\text{new}}", step.subs({e: r, old: 1}))
    s.put("r", r)


@page.at("Nesterov: look where you are going")
def look_ahead(s):
    any_loss(s, nesterov, r"\beta")
    theta, v = s[r"\theta"], s["v"]
    ahead = theta + s[r"\beta"] * v
    s.put("g", s[r"\nabla L"].xreplace(dict(zip(theta, ahead))))
    s.put(r"\hat\theta", ahead)
    s.put(r"v_{\text{new}}", new(s, v))
    s.put(r"\hat\theta_{\text{new}}", new(s, theta) + s[r"\beta"] * new(s, v))


@page.at("Nesterov: look where you are going",
         only=[r"e_{\text{new}} = e + \beta (e - e_{\text{old}}) "
               r"- \eta\lambda\,\bigl(e + \beta (e - e_{\text{old}})\bigr) "
               r"= (1 - \eta\lambda)\,\bigl(e + \beta (e - e_{\text{old}})\bigr)"])
def error_with_nesterov(s):
    s.rule = nesterov(s[r"\lambda"] * s["e"] ** 2 / 2, [s["e"]], s[r"\eta"], s[r"\beta"])
    follow(s, s.rule)


def one_slope(s):
    w, loss = s["w"], unknown("F")
    s.put("L", sp.Lambda(w, loss(w)))
    s.put("g", s["L'"].expr if isinstance(s["L'"], sp.Lambda) else s["L'"])
    return loss(w), [w], s[r"\eta"]


@page.at("A learning rate for each weight: RMSProp and Adam")
def dividing(s):
    s.rule = rmsprop(*one_slope(s), s[r"\rho"], s[r"\varepsilon"])
    s.put("s", s.rule.memory[0])


@page.at("A learning rate for each weight: RMSProp and Adam", only=[
    r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad s \leftarrow \beta_2 s + (1 - \beta_2) g^2, \qquad "
    r"w \leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}"])
def two_means(s):
    s.rule = adam(*one_slope(s), s[r"\beta_1"], s[r"\beta_2"], s[r"\varepsilon"])
    s.put("m", s.rule.memory[0])
    s.put("s", s.rule.memory[1])
    s.put("t", s.rule.counter)


@page.at("All the data, one example, or a handful", sizes=[{"n": 1}, {"n": 3}])
def mean_of_examples(s, n):
    weights = sp.symbols("w_{1} w_{2}", real=True)
    s.put(r"\theta", Matrix(weights))
    s.gradient_by = r"\theta"
    s.put(r"\ell", {i: unknown(f"l{i}", 2)(*weights) for i in range(1, n + 1)})
    s.size(n=n)
    s.count(i=n)
    s.let(r"L = \frac1n \sum_{i=1}^n \ell_i")


@page.at("Exercise 3 (reading a figure)")
def two_valleys(s):
    s.let(r"f(w) = \tfrac14 w^4 - w^2 + \tfrac14 w")
    s.root["f'(w) = 0"] = ("w", "0.126")


@page.at("Exercise 4 (code)")
def flat_bottom(s):
    s.let("L(w) = w^4")
    s.rule = gradient_descent(s.expression("L"), [s["w"]], s[r"\eta"])
    s.put("w_{new}", s.rule.update[s["w"]])
    s.says["4w^3"] = "L'(w) = #"
    s.says[FLAT] = "w_{new} = #"


@page.at("Exercise 5 (code)")
def climbing(s):
    any_loss(s, momentum, r"\beta")
    s.mistakes.add(r"v \leftarrow \beta v + \eta \nabla L")


@page.at("Recap")
def recap(s):
    any_loss(s, gradient_descent)
    s.put(r"\theta_{new}", new(s, s[r"\theta"]))
    s.says[r"-\nabla L"] = r"\theta_{new} - \theta = \eta \cdot #"
