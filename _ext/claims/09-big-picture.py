"""What the letters of the chapter on the big picture mean. See `book_claims`."""

from book_claims import Page, unknown

from mlp_core.derive import gradient_descent
from mlp_core.derive.reading_meanings import Matrix

page = Page()


@page.at("A chain of two stages, by hand")
def two_stages(s):
    s.stages("a = W_1 x", r"\hat y = W_2 a", r"L = (\hat y - y)^2")
    weights = [s["W_1"], s["W_2"]]
    s.rule = gradient_descent(s.expression("L"), weights, s[r"\eta"])
    for number, weight in enumerate(weights, 1):
        s.put(rf"\Delta W_{number}", s.rule.update[weight] - weight)
    s.point = {"W_1": 3, "W_2": 1, "x": 2, "y": 4, r"\eta": "0.01"}


IN_STEPS = r"\Delta L \approx -\eta \left( \left(\frac{\partial L}{\partial W_1}\right)^2 + " + (
    r"\left(\frac{\partial L}{\partial W_2}\right)^2 \right)")


def after(s, moves):
    """The change of the loss when both weights move."""
    s.stages("a = W_1 x", r"\hat y = W_2 a", r"L = (\hat y - y)^2")
    before = s.expression("L")
    s.put(r"\Delta L", before.subs({s[name]: s[name] + move for name, move in moves.items()}) - before)


@page.at("Why the loss falls")
def small_moves(s):
    moves = {"W_1": s[r"\Delta W_1"], "W_2": s[r"\Delta W_2"]}
    after(s, moves)
    s.small = tuple(moves.values())


@page.at("Why the loss falls", only=[IN_STEPS])
def small_rate(s):
    two_stages(s)
    after(s, {name: s.rule.update[s[name]] - s[name] for name in ("W_1", "W_2")})
    s.small, s.point = (s[r"\eta"],), {}


@page.at("The same turn in a real network", sizes=[{"n": 1, "d": 1, "k": 1}, {"n": 2, "d": 3, "k": 2},
                                                   {"n": 3, "d": 2, "k": 4}])
def layer(s, n, d, k):
    A, W, b = s.matrix("A", n, d), s.matrix("W", d, k), s.row("b", k)
    Z = s.node("Z", A * W + Matrix.ones(n, 1) * b)
    s.node("L", unknown("F", n * k)(*Z))
    s.loss = "L"


@page.at("Exercise 5 (pencil, then code)")
def same_chain(s):
    s.stages("a = W_1 x", r"\hat y = W_2 a", r"L = (\hat y - y)^2")
