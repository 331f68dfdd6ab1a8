"""Formulas that fit a page: how wide a piece of LaTeX will be, and where a long sum is broken."""

import re

#: Widths in digits of the book's type: a line of the text column holds about this many.
LINE = 62

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}^_&]|\s+|.")
_NOTHING = {r"\left", r"\right", r"\displaystyle", r"\limits", r"\mathrm", r"\operatorname", r"\text", r"\mathsf",
            r"\begin", r"\end", r"\bigl", r"\bigr"}
_WIDE = {r"\quad": 2, r"\qquad": 4, r"\,": 0.4, r"\;": 0.6, r"\sum": 2.4, r"\cdot": 1.4, r"\ln": 2, r"\tanh": 4,
         r"\exp": 3, "+": 2.2, "-": 2.2, "=": 2.4, "<": 2.4, r"\leftarrow": 3, r"\iff": 4}


def width(tex):
    """About how many digits wide a formula is. A fraction is as wide as its wider half; scripts count two thirds."""
    tokens = [token for token in _TOKEN.findall(tex) if not token.isspace()]
    return _run(tokens, 0)[0]


def _group(tokens, at):
    """(width, next place) of one argument: a group in braces, or a single token."""
    if at < len(tokens) and tokens[at] == "{":
        wide, at = _run(tokens, at + 1)
        return wide, at + 1
    return _one(tokens, at) if at < len(tokens) else (0, at)


def _one(tokens, at):
    token = tokens[at]
    if token == r"\frac":
        upper, at = _group(tokens, at + 1)
        lower, at = _group(tokens, at)
        return max(upper, lower) + 0.5, at
    if token in _NOTHING:
        return 0, at + 1
    return _WIDE.get(token, 1), at + 1


def _run(tokens, at):
    total = 0
    while at < len(tokens) and tokens[at] != "}":
        if tokens[at] == "{":
            wide, at = _group(tokens, at)
            total += wide
        elif tokens[at] in "^_":
            raised, at = 0, at
            while at < len(tokens) and tokens[at] in "^_":  # x_{1}^{2}: one above the other
                wide, at = _group(tokens, at + 1)
                raised = max(raised, wide)
            total += raised * 2 / 3
        else:
            wide, at = _one(tokens, at)
            total += wide
    return total, at


def terms(tex):
    """The formula cut before every + and − that stands outside all brackets, braces and \\left … \\right."""
    pieces, depth, start = [], 0, 0
    for found in _TOKEN.finditer(tex):
        token = found[0]
        depth += token in ("{", "(", "[", r"\{") or token == r"\begin"
        depth -= token in ("}", ")", "]", r"\}") or token == r"\end"
        free = tex[:found.start()].endswith((r"\bigl", r"\bigr"))  # a line may end inside these
        depth += (token == ")") * free - (token == "(") * free
        if token in "+-" and depth == 0 and tex[start:found.start()].strip():
            pieces.append(tex[start:found.start()].strip())
            start = found.start()
    return [*pieces, tex[start:].strip()]


def _opened(tex):
    r"""The outermost \left( … \right) as brackets of a fixed size, between which a line may end; None without any."""
    if r"\left(" not in tex:
        return None
    depth, pieces, last = 0, [], 0
    for found in re.finditer(r"\\(left|right)([(|).])", tex):
        side, bracket = found.groups()
        depth -= side == "right"
        if depth == 0 and bracket in "()":
            pieces += [tex[last:found.start()], rf"\bigl{bracket}" if side == "left" else rf"\bigr{bracket}"]
            last = found.end()
        depth += side == "left"
    return "".join([*pieces, tex[last:]])


def lines(tex, room=LINE):
    """A long sum as several lines, each at most `room` wide where its terms allow it; else one line.

    A term that is too wide by itself is broken between the terms of its brackets.
    """
    if width(tex) <= room:
        return [tex]
    pieces = []
    for term in terms(tex):
        opened = _opened(term) if width(term) > room else None
        pieces += terms(opened) if opened else [term]
    done = [""]
    for piece in pieces:
        if done[-1] and width(done[-1] + piece) > room:
            done.append("")
        done[-1] = f"{done[-1]} {piece}".strip()
    return done
