"""What the letters of the page on notation mean. See `book_claims`."""

from book_claims import Page, unknown

from mlp_core.derive.reading_meanings import Matrix

page = Page()
SHAPES = [{"n": 1, "d": 1, "k": 1}, {"n": 2, "d": 3, "k": 2}, {"n": 3, "d": 2, "k": 4}]
LAYOUTS = "One layer, two layouts"
DOWN_COLUMNS = r"dA = W^{\mathsf T} dZ"
BY_COLUMNS = r"dW = dZ\, A^{\mathsf T}"
GATE = r"dZ = dA \circ f'(Z)"


@page.at(LAYOUTS, sizes=SHAPES)
def rows(s, n, d, k):
    A, W, b = s.matrix("A", n, d), s.matrix("W", d, k), s.row("b", k)
    Z = s.node("Z", A * W + Matrix.ones(n, 1) * b)
    s.node("L", unknown("F", n * k)(*Z))
    s.loss = "L"
    s.count(i=n)


@page.at(LAYOUTS, only=[BY_COLUMNS, DOWN_COLUMNS], sizes=SHAPES)
def columns(s, n, d, k):
    A, W, b = s.matrix("A", d, n), s.matrix("W", k, d), s.column("b", k)
    Z = s.node("Z", W * A + b * Matrix.ones(1, n))
    s.node("L", unknown("F", n * k)(*Z))
    s.loss = "L"


@page.at(LAYOUTS, only=[GATE], sizes=SHAPES)
def gate(s, n, d, k):
    f = unknown("f")
    s.put("f", f)
    Z = s.matrix("Z", n, k)
    A = s.node("A", Z.applyfunc(f))
    s.node("L", unknown("F", n * k)(*A))
    s.loss = "L"
