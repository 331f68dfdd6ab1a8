"""The tree of a formula: what it says, before anybody knows what its letters mean. See `reading`."""

from dataclasses import dataclass
from itertools import product as every

RELATIONS = {"=", ":=", "\\approx", "<", ">", "\\leq", "\\geq", "\\neq", "\\leftarrow", "\\rightarrow", "\\mapsto",
             "\\in", "\\equiv", "\\sim", "\\propto", "\\iff", "\\Rightarrow", "\\implies", "\\ll", "\\gg", "\\pm"}
NAMED_FUNCTIONS = {"\\sin", "\\cos", "\\tan", "\\exp", "\\ln", "\\log", "\\tanh", "\\sinh", "\\cosh", "\\max", "\\min",
                   "\\arctan"}
GREEK = {"\\" + word for word in (
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "varrho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi",
    "Omega", "ell", "infty")}
ACCENTS = {"\\hat", "\\bar", "\\tilde", "\\vec", "\\mathbf", "\\boldsymbol", "\\mathcal", "\\mathbb", "\\widehat"}


BEGINNINGS = GREEK | NAMED_FUNCTIONS | ACCENTS | {
    "(", "[", "{", "\\{", "\\frac", "\\sqrt", "\\sum", "\\prod", "\\lim", "\\partial", "\\nabla", "\\operatorname",
    "\\underbrace", "\\overbrace", "\\boxed"}


@dataclass(frozen=True)
class Node:
    """One place of the tree.

    Attributes
    ----------
    kind : str
        num, name, call, sum, neg, product, quotient, power, transpose, derivative, nabla, d, series, limit, abs, root,
        tuple, matrix, cases, dots, word, relation or list.
    parts : tuple
        What it is made of: nodes, and plain strings and numbers.
    at : int
        The place in the formula.
    """

    kind: str
    parts: tuple
    at: int = 0

    def nodes(self):
        """This node and all below it."""
        yield self
        for part in _inside(self.parts):
            yield from part.nodes()


def _inside(parts):
    for part in parts:
        if isinstance(part, Node):
            yield part
        elif isinstance(part, tuple):
            yield from _inside(part)


@dataclass(frozen=True)
class Name:
    """A letter with all that hangs on it: accents, layer, subscripts; primes count derivatives."""

    base: str
    layer: Node | None = None
    subscripts: tuple = ()
    star: bool = False


def names_in(node):
    """All name nodes below, those in subscripts and layers too."""
    for one in node.nodes():
        if one.kind == "name":
            yield one
            name = one.parts[0]
            for part in (*name.subscripts, *((name.layer,) if name.layer is not None else ())):
                yield from names_in(part)


def counting_letters(node, ranges):
    """The letters of `ranges` that a formula uses as subscripts or layers and that no Σ of its own binds."""
    found = set()

    def visit(one, bound):
        if not isinstance(one, Node):
            if isinstance(one, tuple):
                for part in one:
                    visit(part, bound)
            elif isinstance(one, Name):
                for part in (*one.subscripts, *((one.layer,) if one.layer is not None else ())):
                    for name in names_in(part):
                        if name.parts[0].base in ranges and name.parts[0].base not in bound:
                            found.add(name.parts[0].base)
            return
        if one.kind == "series":
            _, index, low, high, body, without = one.parts
            visit((low, high, without), bound)
            visit(body, bound | {index})
            return
        for part in one.parts:
            visit(part, bound)

    visit(node, frozenset())
    return sorted(found)


def assignments(node, ranges):
    """Every way of giving numbers to the free counting letters of a formula."""
    letters = counting_letters(node, ranges)
    for numbers in every(*(ranges[letter] for letter in letters)):
        yield dict(zip(letters, numbers))
