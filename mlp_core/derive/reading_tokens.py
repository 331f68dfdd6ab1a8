"""LaTeX cut into tokens: the first step of reading a formula. See `reading` for the whole."""

import re
from dataclasses import dataclass

_PATTERN = re.compile(r"""
    (?P<text>\\(?:text|textrm|textbf|mbox)\s*\{(?:[^{}]|\{[^{}]*\})*\})
  | (?P<begin>\\(?:begin|end)\s*\{[a-z]+\*?\}(?:\{[lcr|]*\})?)
  | (?P<row>\\\\(?:\[[^\]]*\])?)
  | (?P<quad>\\q?quad(?![a-zA-Z]))
  | (?P<space>\\[,;:!\s>]|~|\\(?:displaystyle|textstyle|limits|nolimits|nonumber|notag)(?![a-zA-Z])|\s+)
  | (?P<cmd>\\[a-zA-Z]+|\\[{}|])
  | (?P<num>\d+(?:\{,\}\d{3})*(?:\.\d+)?)
  | (?P<letter>[a-zA-Z])
  | (?P<punct>:=|[{}()\[\]^_'+\-*/=<>,;:.|&!−])
""", re.VERBOSE)

_RENAMED = {
    "\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\cfrac": "\\frac", "\\gets": "\\leftarrow", "\\le": "\\leq",
    "\\ge": "\\geq", "\\ne": "\\neq", "\\top": "\\top", "\\intercal": "\\top", "\\circ": "\\odot", "\\lvert": "|",
    "\\rvert": "|", "\\vert": "|", "\\|": "\\Vert", "\\lVert": "\\Vert", "\\rVert": "\\Vert", "\\lbrace": "\\{",
    "\\rbrace": "\\}", "\\ldots": "\\dots", "\\cdots": "\\dots", "\\dotsb": "\\dots", "\\dotsc": "\\dots",
    "\\prime": "'", "\\times": "\\cdot", "*": "\\cdot", "\\ast": "\\cdot", "−": "-", "\\to": "\\rightarrow",
    "\\lbrack": "[", "\\rbrack": "]", "\\coloneqq": ":=", "\\varnothing": "\\emptyset", "\\bullet": "\\cdot",
}
_SIZES = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)$")
_OPENING, _CLOSING = {"(", "[", "{", "\\{"}, {")", "]", "}", "\\}"}


class Unreadable(ValueError):
    """A formula, or a place in it, that the reader does not know how to read."""


def unreadable(tex, at, problem):
    """An `Unreadable` that shows the place."""
    around = " ".join(tex[max(0, at - 30):at + 30].split())
    return Unreadable(f"{problem}, at character {at} of the formula: … {around} …")


@dataclass(frozen=True)
class Token:
    """A piece of LaTeX: what kind, how it is written, and where it began and ended."""

    kind: str
    text: str
    at: int
    end: int


def tokens(tex):
    """The tokens of a formula, without spacing and sizes.

    Parameters
    ----------
    tex : str
        LaTeX as it stands between dollar signs.

    Raises
    ------
    Unreadable
        (a ValueError) at a character that belongs to no token.
    """
    if not isinstance(tex, str):
        raise TypeError(f"tex: expected a string of LaTeX, got {type(tex).__name__}")
    found, at, depth, sized = [], 0, 0, False
    while at < len(tex):
        match = _PATTERN.match(tex, at)
        if match is None:
            raise unreadable(tex, at, f"no LaTeX that is known here begins with {tex[at]!r}")
        kind, text = match.lastgroup, match[match.lastgroup]
        begun, at = at, match.end()
        if kind == "space":
            continue
        if kind == "cmd" and _SIZES.match(text):
            sized = True
            continue
        if sized and text == ".":  # \right. closes nothing that can be seen
            sized = False
            continue
        sized = False
        if kind in ("cmd", "punct"):
            text = _RENAMED.get(text, text)
            if text == "\\mathsf" or text == "\\mathrm":  # \mathsf T, and \mathrm{word}
                inner = re.compile(r"\s*(?:\{\s*([a-zA-Z]+)\s*\}|([a-zA-Z]))").match(tex, at)
                if inner:
                    word = inner[1] or inner[2]
                    text, at = ("\\top" if word == "T" else word), inner.end()
                    kind = "cmd" if word == "T" else "letter" if len(word) == 1 else "word"
        depth += (text in _OPENING) - (text in _CLOSING)
        if kind == "quad" and depth > 0:
            continue
        found.append(Token(kind, text, begun, at))
    return found
