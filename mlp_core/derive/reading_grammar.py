"""From tokens to a tree: `parse`. See `reading`.

The grammar is that of school books: juxtaposition multiplies, a slash divides by the one factor after it, `d` directly
before a letter is a differential, a prime is a derivative, and whether `f(x)` is a call or a product depends on whether
`f` is known to be a function.
"""

from .reading_factors import Factors
from .reading_names import Names
from .reading_slopes import Slopes
from .reading_tokens import Token, tokens, unreadable
from .reading_tree import BEGINNINGS, RELATIONS, Node


class Parser(Factors, Names, Slopes):
    """Reads one formula. `functions` are the names, as LaTeX, that take arguments."""

    def __init__(self, tex, functions=()):
        self.tex, self.functions, self.bare = tex, set(functions), False
        self.tokens, self.next = tokens(tex), 0
        self.bars = self.cells = 0

    # --- moving along

    def peek(self, ahead=0):
        place = self.next + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end", "", len(self.tex), len(self.tex))

    def take(self, text=None):
        token = self.peek()
        if text is not None and token.text != text:
            raise self.wrong(f"expected {text}, found {token.text or 'the end'}")
        self.next += 1
        return token

    def wrong(self, problem):
        return unreadable(self.tex, self.peek().at, problem)

    def digit(self):
        """One argument without braces: \\frac12 means 1 over 2, so only the first digit of a number is taken."""
        token = self.peek()
        if token.kind == "num" and len(token.text) > 1:
            first = Token("num", token.text[0], token.at, token.at + 1)
            self.tokens[self.next:self.next + 1] = [first, Token("num", token.text[1:], token.at + 1, token.end)]

    # --- whole formulas

    def statements(self):
        """All that the formula says: a list of expressions and relations."""
        found = []
        while self.skip_separators():
            if self.peek().kind == "begin" and self.peek().text[7:].strip("*}{lcr|") in (
                    "aligned", "align", "gathered", "split", "equation"):
                self.take()
                continue
            self.bare = self.without_arguments()
            found.append(self.chain(found))
        return Node("list", tuple(found))

    def without_arguments(self):
        """True in σ' = σ(1 − σ), where functions stand without arguments and brackets multiply."""
        depth = 0
        for place in range(self.next, len(self.tokens)):
            token = self.tokens[place]
            depth += (token.text in ("(", "{", "[")) - (token.text in (")", "}", "]"))
            if depth == 0 and (token.kind in ("quad", "row") or token.text in (",", ";")):
                return False
            after = self.tokens[place + 1].text if place + 1 < len(self.tokens) else ""
            if token.text == "'" and after not in ("(", "'", "}"):
                return True
        return False

    def skip_separators(self):
        while True:
            token = self.peek()
            if token.kind == "end":
                return False
            if token.kind == "text" and (self.peek(1).text in RELATIONS or (
                    self.peek(1).kind == "quad" and self.peek(2).text in RELATIONS)):
                return True  # words that name a quantity, as in "full change = …"
            if token.kind in ("quad", "row", "text") or token.text in (",", ";", ".", "&", ":") or (
                    token.kind == "begin" and token.text.startswith("\\end")) or token.text in ("\\iff", "\\implies",
                                                                                                "\\Rightarrow"):
                self.take()
                continue
            return True

    def chain(self, before=()):
        """a = b = c, as one node; a row that begins with a relation goes on from the last one."""
        at = self.peek().at
        if self.peek().text in RELATIONS and before:
            last = before[-1]
            sides, signs = [last.parts[0][-1] if last.kind == "relation" else last], []
        else:
            sides, signs = [self.side()], []
        while True:
            while (self.peek().text == "&" or self.peek().kind == "quad") and self.peek(1).text in RELATIONS:
                self.take()
            if self.peek().text not in RELATIONS or self.peek().text in ("\\iff", "\\implies", "\\Rightarrow"):
                break
            signs.append(self.take().text)
            while self.peek().text == "&":
                self.take()
            sides.append(self.side())
        return Node("relation", (tuple(sides), tuple(signs)), at) if signs else sides[0]

    def side(self):
        """An expression; with commas between bare ones it is left to the caller."""
        return self.sum()

    # --- sums, products

    def sum(self):
        at, terms = self.peek().at, []
        sign = "+"
        if self.peek().text in "+-" and self.peek().text:
            sign = self.take().text
        while True:
            term = Node("dots", (), self.take().at) if self.peek().text == "\\dots" else self.entrywise()
            terms.append(Node("neg", (term,), term.at) if sign == "-" else term)
            aligned = self.peek().text == "&" and self.peek(1).text in ("+", "-") and not self.cells
            if self.peek().text not in ("+", "-") and not aligned:
                break
            if self.peek().text == "&":
                self.take()
            sign = self.take().text
        return terms[0] if len(terms) == 1 else Node("sum", tuple(terms), at)

    def entrywise(self):
        at, factors = self.peek().at, [self.product()]
        while self.peek().text == "\\odot":
            self.take()
            factors.append(self.product())
        return factors[0] if len(factors) == 1 else Node("product", (tuple(factors), ("\\odot",) * (len(factors) - 1)),
                                                         at)

    def product(self):
        at = self.peek().at
        factors, signs = [self.factor()], []
        while True:
            token = self.peek()
            if token.text == "\\cdot":
                self.take()
                negative = self.peek().text == "-"
                if negative:
                    raise self.wrong("a minus sign after a times sign needs a bracket")
                signs.append("\\cdot")
                factors.append(self.factor())
            elif token.text == "/":
                self.take()
                below = self.factor()
                above = self.joined(factors, signs, at)
                factors, signs = [Node("quotient", (above, below), at)], []
                if self.begins_factor() and self.peek().text not in ("\\partial",):
                    raise self.wrong("what follows a slash's denominator needs a bracket, to say where it belongs")
            elif token.text == "\\dots":
                self.take()
                factors.append(Node("dots", (), token.at))
                signs.append("")
            elif self.begins_factor():
                signs.append("")
                factors.append(self.factor())
            else:
                return self.joined(factors, signs, at)

    @staticmethod
    def joined(factors, signs, at):
        return factors[0] if len(factors) == 1 else Node("product", (tuple(factors), tuple(signs)), at)

    def begins_factor(self):
        token = self.peek()
        if token.text == "|":
            return not self.bars
        if token.kind in ("num", "letter", "word"):
            return True
        if token.kind == "begin":
            return token.text.startswith("\\begin")
        return token.text in BEGINNINGS or (token.text == "\\Vert" and not self.bars)


def parse(tex, functions=()):
    """What a formula says, as a tree.

    Parameters
    ----------
    tex : str
        LaTeX, as between dollar signs.
    functions : iterable of str
        Names, as LaTeX, that are called in `f(x)`; any other name before a bracket is a factor.

    Returns
    -------
    Node
        Of kind "list": expressions, and relations between expressions.

    Raises
    ------
    Unreadable
        (a ValueError) with the place that could not be read.
    """
    return Parser(tex, functions).statements()
