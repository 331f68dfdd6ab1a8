"""Symbols that the search finds: each row of a table of symbols goes into the book's index, as readers may type it.

The search knows words, and formulas are TeX to it: whoever looks for ∂ would find nothing, and for σ a page that shows
it in a picture. The rows are those of tables whose first column is headed "symbol", on the page of notation.
"""

import re
import unicodedata

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

CHARACTERS = {"partial": "∂", "nabla": "∇", "sum": "∑", "circ": "∘", "cdot": "·", "ell": "ℓ",
              "lambda": "λ"}  # which Unicode spells otherwise
FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
WORDS = re.compile(r"\\operatorname\{(\w+)\}|\\(tanh|ln)\b")
COMMAND = re.compile(r"\\([A-Za-z]+)")


def character(name):
    """The character of a TeX command: σ for ``sigma``; "" where there is none."""
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return CHARACTERS.get(name) or unicodedata.lookup(f"GREEK {case} LETTER {name.lower().removeprefix('var')}")
    except KeyError:
        return ""


def spellings(tex):
    """How a formula may be typed, as a list without doubles: all of it without TeX's signs, its symbols, their names.

    >>> spellings(r"\\varepsilon x")
    ['εx', 'ε', 'epsilon']
    """
    plain = WORDS.sub(lambda word: word[1] or word[2], FRACTION.sub(r"\1/\2", tex))
    named = {name: character(name) for name in COMMAND.findall(plain)}
    plain = COMMAND.sub(lambda command: named[command[1]], plain)
    whole = re.sub(r"[{}^_\s]", "", plain)
    return list(dict.fromkeys(filter(None, [whole, *(each for name, sign in named.items() if sign
                                                     for each in (sign, name.removeprefix("var")))])))


class IndexSymbols(SphinxTransform):
    default_priority = 800  # before the index of the page is read, at 850

    def apply(self):
        number = 0
        for table in self.document.findall(nodes.table):
            head = next(table.findall(nodes.thead), None)
            if head is None or head.astext().split()[:1] != ["symbol"]:
                continue
            for row in next(table.findall(nodes.tbody)).findall(nodes.row):
                number += 1
                target = f"symbol-{number}"
                typed = [each for formula in row[0].findall(nodes.math) for each in spellings(formula.astext())]
                if typed:
                    row["ids"].append(target)
                    entries = [("single", each, target, "main", None) for each in typed]
                    row[0].insert(0, addnodes.index(entries=entries))


def setup(app):
    app.add_transform(IndexSymbols)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
