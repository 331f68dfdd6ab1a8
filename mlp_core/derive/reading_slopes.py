"""Reading derivatives in all their ways of writing, ∇, limits, Σ and Π over an index. See `reading_grammar`."""

from .reading_tokens import unreadable
from .reading_tree import ACCENTS, GREEK, Node


class Slopes:
    """The part of the parser for ∂L/∂w, d/dx, dW, ∇L(θ), Σ and Π."""

    def is_differential(self, ahead=0):
        """True at a `d` that stands directly before a letter: dx, dW, dθ, dŷ."""
        d, then = self.peek(ahead), self.peek(ahead + 1)
        return d.text == "d" and d.kind == "letter" and then.at == d.end and (
            then.kind == "letter" or then.text in GREEK | ACCENTS)

    def differential(self):
        at = self.take("d").at
        return Node("d", (self.named(),), at)

    def fraction(self):
        at = self.take().at
        self.digit()
        if self.peek().text == "{" and self.peek(1).text in ("\\partial", "d"):
            place, written = self.next, self.peek(1).text
            found = self.rate(written, at)
            if found is not None:
                return found
            self.next = place
        above = self.argument()
        return Node("quotient", (above, self.argument()), at)

    def rate(self, d, at):
        """\\frac{∂ⁿ operand}{∂a ∂b}, or None if this fraction is none. Without operand it acts on what follows it."""
        self.take("{")
        self.take(d)
        order = 1
        if self.peek().text == "^":
            self.take()
            order = int(self.argument().parts[0])
        operand = None
        if self.peek().text != "}":
            try:
                operand = self.sum()
            except ValueError:
                return None
        if self.peek().text != "}":
            return None
        self.take("}")
        if self.peek().text != "{" or self.peek(1).text != d or self.peek(2).text in ("}", "^", "_"):
            return None
        self.take("{")
        by = []
        while self.peek().text == d:
            self.take()
            name = self.named()
            if self.peek().text == "(":  # SymPy's d/d g(x): by the value of g
                inside = self.bracket()
                arguments = inside.parts if inside.kind == "tuple" else (inside,)
                name = Node("call", (Node("name", (name, 0), at), arguments), at)
            power = 1
            if self.peek().text == "^":
                self.take()
                power = int(self.argument().parts[0])
            by += [name] * power
        self.take("}")
        if len(by) != order:
            raise unreadable(self.tex, at, f"a derivative of order {order} by {len(by)} variables")
        return Node("derivative", (d, operand or self.acted_on(), tuple(by)), at)

    def acted_on(self):
        """What stands behind d/dx; nothing, where the sign itself is spoken of."""
        return self.product() if self.begins_factor() else Node("word", ("nothing",), self.peek().at)

    def slashed(self):
        """∂L/∂w, d/dx."""
        at, d = self.peek().at, self.take().text
        operand = None
        if self.peek().text != "/":
            operand = self.bracket() if self.peek().text == "(" else self.simple()
        self.take("/")
        if self.peek().text != d:
            raise self.wrong(f"expected {d} below, found {self.peek().text or 'the end'}")
        self.take()
        by = self.named()
        return Node("derivative", (d, operand or self.acted_on(), (by,)), at)

    def simple(self):
        at = self.peek().at
        return Node("name", (self.named(), 0), at)

    def nabla(self):
        """∇L, ∇L(θ), ∇_θ L."""
        at, by = self.take().at, None
        if self.peek().text == "_":
            self.take()
            if self.peek().text == "{":
                self.take()
                by = self.named()
                self.take("}")
            else:
                by = self.named()
        operand, arguments = self.simple(), None
        if self.peek().text == "(":
            inside = self.bracket()
            arguments = inside.parts if inside.kind == "tuple" else (inside,)
        return Node("nabla", (by, operand, arguments), at)

    def series(self):
        """Σ and Π over one term: \\sum_{i=1}^{n} a_i, \\sum_k."""
        token, index, low, high, without = self.take(), None, None, None, None
        while self.peek().text in ("_", "^"):
            if self.take().text == "_":
                if self.peek().text == "{":
                    self.take()
                    index = self.named().base
                    if self.peek().text == "=":
                        self.take()
                        low = self.sum()
                    elif self.peek().text == "\\neq":
                        self.take()
                        without = self.sum()
                    self.take("}")
                else:
                    index = self.named().base
            else:
                high = self.argument()
        if index is None:
            raise unreadable(self.tex, token.at, "a sum without an index")
        return Node("series", (token.text, index, low, high, self.entrywise(), without), token.at)

    def limit(self):
        """A limit of one term: \\lim_{h \\to 0} …."""
        at = self.take().at
        self.take("_")
        self.take("{")
        letter = self.named().base
        self.take("\\rightarrow")
        goal = self.sum()
        self.take("}")
        return Node("limit", (letter, goal, self.entrywise()), at)
