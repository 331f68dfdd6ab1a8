"""Finding formulas wherever they stand on a page, and what is said of a page that lacks meanings."""

import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

import book_claims  # noqa: E402
from book_formulas import formulas, states_slope  # noqa: E402

PAGE = r"""
---
kernelspec: {name: python3}
title: "$front'(x) = matter$"
---

(label)=
# A page

Prose with $f(x) = x^2$ and `$code'(x) = 1$`, five dollars \$5 and six \$6, and a slope, $f'(x) = 2x$.

| name | slope |
|---|---|
| square | $f'(3) = 6$ |

$$
f''(x) = 2
$$ (second)

```{math}
:label: third
f'''(x) = 0
```

```
$plain'(x) = 7$
```

:::{dropdown} Solution
So $\frac{d}{dx} f(x) = 2x$ again,
and over two lines $f'(x) =
2x$.
:::

```{admonition} A box
Inside a box: $f'(0) = 0$
```

\begin{align}
f'(x) &= 2x \\
      &= x + x
\end{align}

## A section

```{code-cell} ipython3
g = lambda x: x  # $comment'(x) = 1$
figure("caption with $f'(1) = 2$", label=r"$\partial f/\partial x$")
Math(r"f'(5) = 10")
```
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(textwrap.dedent(PAGE).lstrip(), encoding="utf-8")
    return path


def meanings():
    page = book_claims.Page()

    @page.everywhere
    def square(s):
        s.let("f(x) = x^2")

    return page


def test_formulas_are_found_wherever_they_stand(page):
    found = formulas(page)
    assert [formula.tex for formula in found if states_slope(formula.tex)] == [
        "f'(x) = 2x", "f'(3) = 6", "f''(x) = 2", "f'''(x) = 0", r"\frac{d}{dx} f(x) = 2x", "f'(x) = 2x", "f'(0) = 0",
        r"\begin{align} f'(x) &= 2x \\ &= x + x \end{align}", "f'(1) = 2", r"\partial f/\partial x", "f'(5) = 10"]
    by_tex = {formula.tex: formula for formula in found}
    assert by_tex["f''(x) = 2"].label == "second"
    assert by_tex["f'(1) = 2"].headings == ("A page", "A section")
    lines = page.read_text(encoding="utf-8").splitlines()
    for tex in ("f'(3) = 6", "f'(0) = 0", "f'(1) = 2", "f'(5) = 10"):
        assert tex in lines[by_tex[tex].line - 1]


def test_every_one_of_them_is_checked(page):
    verdicts = book_claims.check(page, meanings())
    assert book_claims.count(verdicts) == {"verified": 11, "total": 11, "mentions": 1, "unread": 0}


@pytest.mark.parametrize(("right", "wrong"), [
    ("f'(x) = 2x.", "f'(x) = x."), ("f'(3) = 6", "f'(3) = 5"), ("f''(x) = 2", "f''(x) = 3"),
    ("f'''(x) = 0", "f'''(x) = 1"), ("f(x) = 2x$ again", "f(x) = 3x$ again"), ("f'(0) = 0", "f'(0) = 1"),
    ("&= x + x", "&= x - x"), ("f'(1) = 2", "f'(1) = 3"), ("f'(5) = 10", "f'(5) = 11"),
])
def test_a_mistake_is_found_wherever_it_stands(page, right, wrong):
    text = page.read_text(encoding="utf-8").replace("= 2x$.", "= 2x.$", 1)
    assert right in text
    page.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    failed = [verdict for verdict in book_claims.check(page, meanings()) if verdict.kind == "failed"]
    assert len(failed) == 1
    assert "left side" in failed[0].evidence[0]


def test_a_page_without_meanings_fails_and_says_where(page):
    verdicts = book_claims.check(page, book_claims.Page())
    failed = [verdict for verdict in verdicts if verdict.kind == "failed"]
    assert len(failed) == 10
    assert str(failed[0].formula) == "page.md:9 (A page): f'(x) = 2x"
    assert "nobody says which function it is" in failed[0].evidence[0] or "which one it is" in failed[0].evidence[0]


def test_meanings_must_be_those_of_the_page(page):
    page.write_text(page.read_text(encoding="utf-8").replace("f(x) = x^2", "f(x) = x^3"), encoding="utf-8")
    evidence = [verdict.evidence[0] for verdict in book_claims.check(page, meanings())]
    assert all("does not print before it" in one for one in evidence)


def test_what_cannot_be_read_is_listed_with_its_reason(page):
    known = meanings()
    known.unread["f'(3) = 6"] = "a reason"
    verdicts = book_claims.check(page, known)
    assert book_claims.count(verdicts) == {"verified": 10, "total": 11, "mentions": 1, "unread": 1}
    assert [verdict.evidence for verdict in verdicts if verdict.kind == "unread"] == [("a reason",)]


def test_entries_that_belong_to_nothing_are_named(page):
    known = meanings()
    known.unread["f'(4) = 8"] = "no longer there"
    known.at("A heading that went", only=["f'(7) = 14"])(lambda s: None)
    assert len(list(book_claims.stale(page, known))) == 3
    assert list(book_claims.stale(page, meanings())) == []


def test_a_special_meaning_is_for_one_place(page):
    known = meanings()
    known.at("A page", only=["f'(x) = 2x"])(lambda s: s.let("f(x) = x^2"))
    failed = [verdict for verdict in book_claims.check(page, known) if verdict.kind == "failed"]
    assert len(failed) == 2
    assert "printed 2 times" in failed[0].evidence[0]
    known = meanings()
    known.at("A page", only=["f'(x) = 2x"], times=2)(lambda s: s.let("f(x) = x^2"))
    assert not [verdict for verdict in book_claims.check(page, known) if verdict.kind == "failed"]


@pytest.mark.parametrize("tex", [
    "f'(x)", r"f^{\prime}", r"\partial L", r"\nabla L", r"\frac{dy}{dx}", r"\frac{d}{d x} y", "dy/dx", "dW = 0",
    r"w \leftarrow w", r"w \gets w", r"w_{\text{new}} = w", "w_{t+1} = w_t", "w := w - 1", r"d\theta", r"\mathrm{d}x",
    r"\text{slope} = 1",
])
def test_what_states_a_slope(tex):
    assert states_slope(tex)


@pytest.mark.parametrize("tex", [
    "f(x) = x^2", "d = 3", "d^2/(2d)", r"\text{don't}", r"x \to 0", "w^*", r"d_{\text{in}}", r"\hat y = wx + b",
    "(n, d)", r"W^{\mathsf T}", r"z = \sum_{j=1}^{d} w_j x_j",
])
def test_what_states_none(tex):
    assert not states_slope(tex)


def test_a_page_is_worked_out_again_only_if_something_changed(tmp_path, monkeypatch):
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    page.write_text("# Page\n\n$\\frac{d}{dx} x^2 = 2 x$\n", encoding="utf-8")
    other.write_text("# Other\n\n$\\frac{d}{dx} x^3 = 3 x^2$\n", encoding="utf-8")
    worked, known, check = [], {}, book_claims.check
    monkeypatch.setattr(book_claims, "check", lambda path: worked.append(path.stem) or check(path))

    def verdicts(*rest):
        worked.clear()
        found = book_claims.all_verdicts(tmp_path, known, rest)
        return {name: [one.kind for one in each] for name, each in found.items()}, list(worked)

    right = {"other": ["verified"], "page": ["verified"]}
    assert verdicts("package 1") == (right, ["other", "page"])
    assert verdicts("package 1") == (right, [])
    assert verdicts("package 2") == (right, ["other", "page"])
    page.write_text("# Page\n\n$\\frac{d}{dx} x^2 = 3 x$\n", encoding="utf-8")
    assert verdicts("package 2") == (right | {"page": ["failed"]}, ["page"])
    other.unlink()
    assert verdicts("package 2") == ({"page": ["failed"]}, [])
