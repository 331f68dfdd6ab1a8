"""What the letters of the chapter on the digits mean. See `book_claims`."""

from book_claims import Page

from mlp_core.derive.reading_meanings import Matrix

page = Page()


@page.at("The slope at the end of the network", sizes=[{"k": 2}, {"k": 4}])
def softmax(s, k):
    """Logits, their softmax, and targets that add up to 1."""
    s.row("z", k)
    s.node("p", s.value(r"\operatorname{softmax}(z)"), vector=True)
    y = s.row("y", k)
    s.put("y", Matrix([[*y[:-1], 1 - sum(y[:-1])]]))
    s.size(K=k)
    s.count(i=k, j=k, k=k)
    s.let(r"L = -\sum_{k=1}^{K} y_k \ln p_k")
