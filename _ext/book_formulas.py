r"""Every formula that a page prints, with its place: `formulas(path)`.

Formulas are found between dollar signs, in `{math}` blocks and in bare `\begin{align}` blocks, wherever they stand:
prose, tables, admonitions, folded solutions. Inside code cells the strings are searched, so that captions and labels
count too; what a cell computes is put out by SymPy and needs no reading. `states_slope` says which of them state a
derivative, a gradient or an update.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlp_core.derive.reading_grammar import Parser
from mlp_core.derive.reading_tokens import tokens

_FENCE = re.compile(r"(`{3,}|~{3,}|:{3,})[ \t]*(\{[\w:-]+\})?[ \t]*(.*)$")
_FRONT = re.compile(r"(?ms)\A---\n.*?^---$")
_FOUND = re.compile(r"""(?msx)
    ^\#+\ +(?P<heading>[^\n]*)$
  | ^(?P<fence>`{3,}|:{3,})\{math\}[^\n]*\n(?:^:[^\n]*\n)*(?P<block>.*?)^(?P=fence)\s*?$
  | (?P<code>(?<!`)`[^`]+`(?!`))
  | \$\$(?P<display>.+?)\$\$(?:\ *\((?P<label>[^)\s]+)\))?
  | (?P<align>\\begin\{(?P<kind>align|gather|equation|eqnarray)\*?\}.*?\\end\{(?P=kind)\*?\})
  | (?<![\\$])\$(?![$\s])(?P<inline>(?:[^$\\]|\\.)+?)(?<!\s)\$(?!\d)
""")


@dataclass(frozen=True)
class Formula:
    """One formula of a page.

    Attributes
    ----------
    path : Path
    line : int
        Where it begins.
    headings : tuple of str
        The headings above it, outermost first.
    tex : str
        As it stands there, with every run of white space as one blank.
    label : str or None
    """

    path: Path
    line: int
    headings: tuple
    tex: str
    label: str | None = None

    def __str__(self):
        return f"{self.path.name}:{self.line} ({self.headings[-1] if self.headings else 'top'}): {self.tex}"


def _blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def without_code(text):
    """The page with all code replaced by blanks, and its code cells as (first line, source)."""
    lines, cells, opened, literal = text.split("\n"), [], [], None
    for number, line in enumerate(lines):
        fence = _FENCE.match(line.lstrip(" ") if opened else line)
        marks, name, rest = fence.groups() if fence else ("", None, "")
        closes = bool(opened) and fence and not name and not rest and marks[0] == opened[-1][0] and (
            len(marks) >= len(opened[-1]))
        if closes:
            opened.pop()
            if literal:
                kind, first = literal  # the place of the first line inside
                if kind == "{code-cell}":
                    cells.append((first + 1, "\n".join(lines[first:number])))
                lines[first:number] = [""] * (number - first)
                literal = None
        elif fence and not literal:
            opened.append(marks)
            if marks[0] != ":" and name in (None, "{code-cell}", "{code}", "{code-block}", "{eval-rst}"):
                literal = (name, number + 1)
    return "\n".join(lines), cells


def formulas(path):
    """The formulas of a page in the order in which they stand.

    Parameters
    ----------
    path : str or Path
        A Markdown page.

    Returns
    -------
    list of Formula
    """
    path = Path(path)
    text = _FRONT.sub(_blank, path.read_text(encoding="utf-8"))
    text, cells = without_code(text)
    found, headings = [], []
    marks = []
    for match in _FOUND.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match["heading"] is not None:
            level = len(match[0]) - len(match[0].lstrip("#"))
            headings = [(depth, title) for depth, title in headings if depth < level]
            headings.append((level, match["heading"].strip()))
            marks.append((line, tuple(title for _, title in headings)))
            for inner in _FOUND.finditer(match["heading"]):
                if inner["inline"]:
                    found.append((line, inner["inline"], None))
            continue
        tex = match["block"] or match["display"] or match["align"] or match["inline"]
        if tex and match["code"] is None:
            found.append((line, tex, match["label"]))
    for first, source in cells:
        found += [(first + line - 1, tex, None) for line, tex in _in_strings(source)]

    def above(line):
        return max((mark for mark in marks if mark[0] <= line), default=(0, ()))[1]

    return [Formula(path, line, above(line), " ".join(tex.split()), label)
            for line, tex, label in sorted(found, key=lambda one: one[0])]


@cache
def _in_strings(source):
    """(line, TeX) of the formulas in the strings of a code cell."""
    if "$" not in source and "Math(" not in source and "Latex(" not in source:
        return ()
    return tuple(_strings(ast.parse(re.sub(r"(?m)^(?:[%!]|:\w).*$", "", source))))


def _strings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for match in _FOUND.finditer(node.value):
                tex = match["display"] or match["inline"]
                if tex:
                    yield node.lineno, tex
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("Math", "Latex"):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "$" not in argument.value:
                    yield node.lineno, argument.value


@cache
def states_slope(tex):
    """True if a formula contains a prime, ∂, ∇, a differential, an arrow that updates, or a new value.

    A formula that is no LaTeX at all to the reader counts as one, so that nobody overlooks it.
    """
    try:
        pieces = tokens(tex)
    except ValueError:
        return bool(re.search(r"'|\\prime|\\partial|\\nabla|\\leftarrow|\\gets|\bd[A-Za-z]\b|\\frac\s*\{\s*d", tex))
    parser = Parser.__new__(Parser)
    parser.tex, parser.tokens, parser.next = tex, pieces, 0
    for place, piece in enumerate(pieces):
        if piece.text in ("'", "\\partial", "\\nabla", "\\leftarrow", "\\mapsto") or parser.is_differential(place):
            return True
        if piece.text in ("\\frac", "\\tfrac", "\\dfrac") and [
                one.text for one in pieces[place + 1:place + 4]] == ["{", "d", "}"]:
            return True
        if piece.kind in ("text", "word") and re.search(r"\b(new|slope|gradient|derivative)\b", piece.text):
            return True
        if piece.text == ":=" or re.fullmatch(r"_\{[tk]\+1\}(=|:=)", "".join(
                one.text for one in pieces[place:place + 7])):  # w_{t+1} = …
            return True
    return False
