r"""Reading formulas: from the LaTeX that stands on a page to SymPy.

SymPy's own reader knows too little of the book's notation, and a formula that nobody can execute may be wrong. Here
a small grammar of our own reads it: fractions, powers, layers `W^{(1)}_{12}`, transposes, primes, ∂, ∇, d/dx, Σ, Π,
matrices, cases, entry-by-entry products and updates with an arrow. `read_latex` is the front door. The other rooms:

- `reading_tokens`, `reading_grammar` (with `_factors`, `_names`, `_slopes`, and the `reading_tree` they make): from
  text to a tree (`parse`), or `Unreadable` with the place.
- `reading_meanings`, `reading_values` (with `_lookup`, `_arithmetic`): from the tree to SymPy, once letters have a
  meaning (`Meanings`, `Evaluation`).
- `reading_check`, `reading_numbers`: whether what a formula says is true (`Check`).
- `reading_unknown`: functions of which nothing is known, so that what holds for them holds for all (`unknown`).
"""

import sympy as sp

from .reading_check import Check, Refused
from .reading_grammar import parse
from .reading_meanings import Meanings, Misfit, NoMeaning
from .reading_tokens import Unreadable
from .reading_unknown import unknown
from .reading_values import Evaluation

__all__ = ["Check", "Evaluation", "Meanings", "Misfit", "NoMeaning", "Refused", "Unreadable", "parse", "read_latex",
           "unknown"]


def read_latex(tex, symbols=None, meanings=None):
    r"""The expression that a formula stands for.

    Parameters
    ----------
    tex : str
        LaTeX of one expression, as between dollar signs. Derivatives in it are carried out.
    symbols : dict of str to object, optional
        What letters mean, by LaTeX name: {"w": Symbol, "W": Matrix, "f": Lambda, "\\sigma": sympy function …}. A letter
        that is not given becomes a real symbol of its own name.
    meanings : Meanings, optional
        In place of `symbols`, where more is to be said.

    Returns
    -------
    Expr or Matrix

    Raises
    ------
    TypeError, ValueError
        If `tex` is no string; if it cannot be read (`Unreadable`, with the place), if something in it has no meaning
        (`NoMeaning`), or if it multiplies or adds what does not fit (`Misfit`).

    Examples
    --------
    >>> read_latex(r"\frac{d}{dx} (3x + 1)^2")
    18*x + 6
    >>> x = sp.Symbol("x", real=True)
    >>> read_latex(r"f'(2)", {"f": sp.Lambda(x, x**3)})
    12
    """
    meanings = Meanings(values=dict(symbols or {})) if meanings is None else meanings
    tree = parse(tex, meanings.functions())
    if len(tree.parts) != 1 or tree.parts[0].kind == "relation":
        raise Unreadable(f"tex: expected one expression, got {len(tree.parts)} statements or a relation: {tex.strip()}")
    value = Evaluation(meanings).value(tree.parts[0])
    ground = meanings.ground
    return value.applyfunc(ground) if isinstance(value, sp.MatrixBase) else ground(sp.sympify(value))
