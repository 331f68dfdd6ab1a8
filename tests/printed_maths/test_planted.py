"""Mistakes planted in a page's text: each kind that has been seen in print must stop the book."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

import book_claims  # noqa: E402

# what it is: page, the line's formula as printed, what stands there, what is put in its place
PLANTED = {
    "a flipped sign": ("08-gradient-descent", r"w \leftarrow w - \eta\, L'(w)", "w - ", "w + "),
    "a flipped sign, in a table": ("08-gradient-descent", r"-\eta L'(w)", r"-\eta", r"\eta"),
    "a flipped sign, in a solution": ("03-chain-rule", r"f'(x) = -2x\,e^{-x^2}", "= -2x", "= 2x"),
    "a lost factor": ("03-chain-rule", r"\frac{d}{dx} (3x + 1)^2 = 2 (3x + 1) \cdot 3", r" \cdot 3", ""),
    "a lost inner slope": ("03-chain-rule", r"f'(x) = h'(g(x)) \cdot g'(x)", r" \cdot g'(x)", ""),
    "a slope taken at the wrong place": ("03-chain-rule", r"f'(x) = h'(g(x)) \cdot g'(x)", "h'(g(x))", "h'(x)"),
    "a swapped index": ("04-partial-derivatives", r"\frac{\partial L}{\partial W_{jk}} = x_j \, \frac{\partial L}"
                        r"{\partial z_k}", r"x_j \, \frac{\partial L}{\partial z_k}",
                        r"x_k \, \frac{\partial L}{\partial z_j}"),
    "rows for columns": ("04-partial-derivatives", r"\partial z_k/\partial x_j = W_{jk}", "W_{jk}", "W_{kj}"),
    "a transposed matrix": ("04-partial-derivatives", r"dX = dZ\, W^{\mathsf T}", r"W^{\mathsf T}", "W"),
    "factors in the wrong order": ("04-partial-derivatives", r"dW = X^{\mathsf T}\, dZ", r"X^{\mathsf T}\, dZ",
                                   r"dZ\, X^{\mathsf T}"),
    "a missing 1/n": ("05-training-and-loss", r"dZ = (P - Y)/n", "(P - Y)/n", "P - Y"),
    "a lost 1/n": ("08-gradient-descent", r"\nabla L = \frac1n \sum_{i=1}^n \nabla \ell_i", r"\frac1n ", ""),
    "a lost 2": ("05-training-and-loss", r"\frac{\partial L}{\partial \hat y_{ik}} = \frac2n\,(\hat y_{ik} - y_{ik})",
                 r"\frac2n", r"\frac1n"),
    "db written as b": ("04-partial-derivatives", r"db = \sum_i dZ_i", "db", "b"),
    "Z for dZ": ("04-partial-derivatives", r"db = \sum_i dZ_i", "dZ_i", "Z_i"),
    "target minus output": ("05-training-and-loss", r"\frac{\partial L}{\partial z_j} = p_j - y_j", "p_j - y_j",
                            "y_j - p_j"),
    "the derivative of another": ("05-training-and-loss", r"\frac{dL}{dz} = \sigma(z) - y", r"\sigma(z)",
                                  r"\sigma'(z)"),
    "a wrong number": ("05-training-and-loss", r"\frac{\partial L}{\partial w} = 5w + 3b - 13", "13", "12"),
    "Nesterov's slope taken here": ("08-gradient-descent", r"v \leftarrow \beta v - \eta\, \nabla L(\theta + \beta v), "
                                    r"\qquad \theta \leftarrow \theta + v", r"\theta + \beta v)", r"\theta)"),
    "RMSProp without its root": ("08-gradient-descent", r"s \leftarrow \rho s + (1 - \rho) g^2, \qquad w \leftarrow "
                                 r"w - \eta\, \frac{g}{\sqrt{s} + \varepsilon}", r"\sqrt{s}", "s"),
    "Adam without its correction": ("08-gradient-descent", r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad s "
                                    r"\leftarrow \beta_2 s + (1 - \beta_2) g^2, \qquad w \leftarrow w - \eta\, \frac{m "
                                    r"/ (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}",
                                    r"m / (1 - \beta_1^t)", "m"),
    "tanh for tanh²": ("03-chain-rule", r"\tanh'(z) = 1 - \tanh^2 z", r"\tanh^2 z", r"\tanh z"),
    "ReLU's slope on the wrong side": ("03-chain-rule", r"\operatorname{ReLU}'(z) = \begin{cases} 0 & \text{if } z < 0 "
                                       r"\\ 1 & \text{if } z > 0 \end{cases}", "z < 0", "z < 1"),
    "a definition changed, its slope not": ("08-gradient-descent", "L(w) = (w - 2)^2", "(w - 2)^2", "(w - 3)^2"),
}


def first_place(text, tex):
    """Where a formula stands in a page, whatever white space is between its parts."""
    return re.search(r"\s+".join(re.escape(part) for part in tex.split()), text)


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_refused(mistake, tmp_path):
    name, tex, old, new = PLANTED[mistake]
    page, text = book_claims.page_of(f"{name}.md"), (ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8")
    place = first_place(text, tex)
    assert place, f"{name}.md no longer prints {tex}: plant this mistake elsewhere"
    line = text.count("\n", 0, place.start()) + 1
    lines = range(line - 3, line + 16)  # a display begins earlier; what rests on a definition stands below
    copy = tmp_path / f"{name}.md"
    for written, expected in ((tex, {"verified", "mention", "mistake"}), (tex.replace(old, new, 1), {"failed"})):
        copy.write_text(text[:place.start()] + written + text[place.end():], encoding="utf-8")
        found = {verdict.kind for verdict in book_claims.check(copy, page, lines)}
        assert found & expected, f"{mistake}: {found}"
        assert expected == {"failed"} or "failed" not in found
