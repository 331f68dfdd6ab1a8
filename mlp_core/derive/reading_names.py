"""Reading names, with all that hangs on them, and calls of functions. See `reading_grammar`."""

from dataclasses import replace

from .reading_tokens import Token, unreadable
from .reading_tree import ACCENTS, GREEK, NAMED_FUNCTIONS, Name, Node


class Names:
    """The part of the parser for w^{(1)}_{12}, f'(x), \\tanh^2 z."""

    def named(self, layer_brackets=True):
        """A name with its accents, layer, subscripts and star, without primes or calls."""
        token = self.take()
        base = token.text
        if base in ACCENTS:
            self.digit()
            braces = self.peek().text == "{"
            inner = "".join(part.text for part in self.braced()) if braces else self.take().text
            base = f"{base}{{{inner}}}"
        elif base == "\\Delta" and (self.peek().kind == "letter" or self.peek().text in GREEK):
            base = f"\\Delta {self.take().text}"
        elif token.kind not in ("letter", "word") and base not in GREEK:
            raise unreadable(self.tex, token.at, f"expected a name, found {base or 'the end'}")
        name = Name(base)
        while True:
            if self.peek().text == "_":
                self.take()
                name = replace(name, subscripts=self.subscripts())
            elif self.peek().text == "^" and self.is_star(1):
                self.next += 2
                name = replace(name, star=True)
            elif self.peek().text == "^" and self.peek(1).text == "{" and self.is_star(2) and self.peek(3).text == "}":
                self.next += 4
                name = replace(name, star=True)
            elif self.peek().text == "^" and self.peek(1).text == "{" and self.peek(2).text == "(" and layer_brackets:
                self.next += 3
                layer = self.sum()
                self.take(")")
                name = replace(name, layer=layer)
                if self.peek().text == "}":
                    self.take()
                else:  # W^{(2)\top}: give the rest back as a superscript of its own
                    self.tokens[self.next:self.next] = [Token("punct", "^", self.peek().at, self.peek().at),
                                                        Token("punct", "{", self.peek().at, self.peek().at)]
            else:
                return name

    def is_star(self, ahead):
        token = self.peek(ahead)
        return token.text == "\\cdot" and token.end - token.at == 1

    def braced(self):
        self.take("{")
        inner, depth = [], 1
        while depth:
            token = self.take()
            if token.kind == "end":
                raise self.wrong("a brace is not closed")
            depth += (token.text == "{") - (token.text == "}")
            inner.append(token)
        return inner[:-1]

    def subscripts(self):
        """jk as (j, k), 21 as one number, k-1 as one sum, `old` and \\min as words."""
        self.digit()
        if self.peek().text != "{":
            token = self.peek()
            if token.text in NAMED_FUNCTIONS or token.kind in ("word", "text"):
                return (Node("word", (self._word(self.take()),), token.at),)
            return (self.primary(plain=True),)
        self.take("{")
        if self.peek().kind in ("text", "word") or self.peek().text in NAMED_FUNCTIONS:
            token = self.take()
            self.take("}")
            return (Node("word", (self._word(token),), token.at),)
        place = self.next
        letters = []
        while self.peek().kind in ("letter", "num") or self.peek().text in (",", "\\ell"):
            letters.append(self.take())
        if self.peek().text == "}" and letters:
            self.take("}")
            if all(token.kind == "letter" for token in letters) and len(letters) > 2:
                return (Node("word", ("".join(token.text for token in letters),), letters[0].at),)
            return tuple(Node("num", (token.text,), token.at) if token.kind == "num"
                         else Node("name", (Name(token.text), 0), token.at)
                         for token in letters if token.text != ",")
        self.next = place
        found = [self.sum()]
        while self.peek().text == ",":
            self.take()
            found.append(self.sum())
        self.take("}")
        return tuple(found)

    @staticmethod
    def _word(token):
        return token.text.split("{", 1)[1].rstrip("}").strip() if token.kind == "text" else token.text

    def primes(self):
        count = 0
        while True:
            if self.peek().text == "'":
                self.take()
                count += 1
            elif self.peek().text == "^" and self.peek(1).text == "'":
                self.next += 2
                count += 1
            elif self.peek().text == "^" and self.peek(1).text == "{" and self.peek(2).text == "'":
                self.next += 2
                while self.peek().text == "'":
                    self.take()
                    count += 1
                self.take("}")
            else:
                return count

    def name_or_call(self, plain):
        at = self.peek().at
        if plain and self.peek().text not in ACCENTS:  # f_k': the prime belongs to f
            return Node("name", (Name(self.take().text), 0), at)
        name = self.named(layer_brackets=True)
        primes = self.primes()
        if primes and self.peek().text == "_":
            raise self.wrong("write the subscript before the prime")
        node = Node("name", (name, primes), at)
        takes_arguments = primes or self.written(name) in self.functions or name.base in self.functions
        if plain or self.bare or not takes_arguments or self.peek().text != "(":
            return node
        inside = self.bracket()
        return Node("call", (node, inside.parts if inside.kind == "tuple" else (inside,)), at)

    @staticmethod
    def written(name):
        """A name without subscripts, as `functions` lists it."""
        return name.base + ("^*" if name.star else "")

    def function(self):
        """\\ln x, \\tanh^2 z, \\operatorname{relu}'(z), \\max(0, z)."""
        token = self.take()
        base = token.text
        if base == "\\operatorname":
            base = "\\operatorname{" + "".join(part.text for part in self.braced()) + "}"
        primes = self.primes()
        name = Node("name", (Name(base), primes), token.at)
        power = None
        if self.peek().text == "_":
            raise self.wrong("a function's subscript is not read")
        if self.peek().text == "^":
            self.take()
            power = self.exponent()
        if self.peek().text in ("(", "[", "\\{") and not self.bare:
            inside = self.bracket()
            call = Node("call", (name, inside.parts if inside.kind == "tuple" else (inside,)), token.at)
        elif not self.bare and (self.begins_factor() and self.peek().text not in NAMED_FUNCTIONS):
            call = Node("call", (name, (self.open_argument(),)), token.at)
        else:
            call = name
        return call if power is None else Node("power", (call, power), token.at)

    def open_argument(self):
        """The argument of a function without brackets: one factor, or a number and the letters behind it."""
        at, factors = self.peek().at, []
        while self.begins_factor() and (
                not factors or (factors[0].kind == "num" and self.peek().kind == "letter")):
            factors.append(self.hanging(self.primary()))
        if self.begins_factor() and self.peek().kind == "letter":
            raise self.wrong("how far the argument of this function reaches is unclear without a bracket")
        return self.joined(factors, [""] * (len(factors) - 1), at)
