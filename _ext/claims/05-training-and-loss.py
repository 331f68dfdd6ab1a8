"""What the letters of the chapter on training and the loss mean. See `book_claims`."""

from book_claims import Page

from mlp_core.derive.reading_meanings import Matrix

page = Page()
BATCHES = [{"n": 1, "k": 1}, {"n": 1, "k": 3}, {"n": 3, "k": 2}]
LONG_WAY = r"-y_j (1 - p_j) + \sum_{i \ne j} y_i p_j = -y_j + p_j \sum_i y_i = p_j - y_j"
page.also |= {"-y/p + (1 - y)/(1 - p)", "-p_i p_j", LONG_WAY}


@page.at("The five steps")
def two_examples(s):
    s.let(r"L(w, b) = \tfrac12\bigl((w + b - 3)^2 + (2w + b - 5)^2\bigr)")
    for tex in (r"\partial L/\partial w = (-2) \cdot 1 + (-3) \cdot 2 = -8",
                r"\partial L/\partial b = (-2) + (-3) = -5"):
        s.where[tex] = {"w": 1, "b": 0}


@page.at("Targets that are numbers: the squared error", sizes=BATCHES)
def squared_error(s, n, k):
    s.matrix(r"\hat{y}", n, k)
    s.matrix("y", n, k)
    s.size(n=n)
    s.count(i=n, k=k)
    s.let(r"L = \frac1n \sum_{i=1}^{n} \sum_{k} (\hat y_{ik} - y_{ik})^2")


@page.at("Targets that are yes or no: binary cross-entropy")
def yes_or_no(s):
    s.node("p", s.value(r"\sigma(z)"))
    s.let(r"L = -y \ln p - (1 - y) \ln(1 - p)")
    s.says["-y/p + (1 - y)/(1 - p)"] = r"\frac{dL}{dp} = #"


def one_example(s, k):
    """Logits, their softmax, and targets that add up to 1."""
    s.row("z", k)
    s.node("p", s.value(r"\operatorname{softmax}(z)"), vector=True)
    y = s.row("y", k)
    s.put("y", Matrix([[*y[:-1], 1 - sum(y[:-1])]]))
    s.size(K=k)
    s.count(i=k, j=k, k=k)
    s.let(r"L = -\sum_{k=1}^{K} y_k \ln p_k")


@page.at('Why "output minus target"', sizes=[{"k": 2}, {"k": 4}])
def softmax(s, k):
    one_example(s, k)


@page.at('Why "output minus target"', sizes=BATCHES, only=["dZ = (P - Y)/n"])
def batch_of_classes(s, n, k):
    s.matrix("Z", n, k)
    s.put("P", s.value(r"\operatorname{softmax}(Z)"))
    Y = s.matrix("Y", n, k)
    s.put("Y", Matrix(n, k, lambda i, j: Y[i, j] if j < k - 1 else 1 - sum(Y[i, :k - 1])))
    s.size(n=n, k=k)
    s.assume(r"L = -\frac1n \sum_{i=1}^{n} \sum_{j=1}^{k} Y_{ij} \ln P_{ij}")
    s.loss = "L"


@page.at("Exercise 1 (pencil)")
def once_round(s):
    s.assume(r"L = \frac12 ((w \cdot 0 + b - 2)^2 + (w \cdot 1 + b - 1)^2)")
    for tex in (r"\partial L/\partial w = (-1) \cdot 0 + 2 \cdot 1 = 2", r"\partial L/\partial b = -1 + 2 = 1"):
        s.where[tex] = {"w": 2, "b": 1}


@page.at("Exercise 7 (pencil and code)", sizes=[{"k": 2}, {"k": 4}])
def long_way(s, k):
    one_example(s, k)
    s.says[LONG_WAY] = r"\partial L/\partial z_j = #"


@page.at("Exercise 7 (pencil and code)", sizes=[{"k": 2}, {"k": 4}],
         only=[r"\partial p_i/\partial z_j = p_i(1 - p_i)"])
def the_same(s, k):
    one_example(s, k)
    s.ranges = {"i": range(1, k + 1)}
    s.words["z_j"] = "z_i"  # for i = j


@page.at("Exercise 7 (pencil and code)", sizes=[{"k": 2}, {"k": 4}], only=["-p_i p_j"])
def others(s, k):
    one_example(s, k)
    s.ranges = {"i": range(2, k + 1)}
    s.words["p_j"] = "p_1"  # for i ≠ j
    s.says["-p_i p_j"] = r"\partial p_i/\partial z_1 = #"
