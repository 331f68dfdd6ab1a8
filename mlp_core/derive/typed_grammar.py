"""From the pieces of a typed formula to a tree; the second half of `typed`. Its twin is `read` in `web/formula.js`."""

import re

from .typed_tokens import CLOSING, Mistyped, Token

DEEPEST = 40


class Parser:
    """Reads tokens by falling precedence: sums, products, signs, powers, single things."""

    def __init__(self, tokens, length):
        self.tokens, self.length = tokens, length
        self.place, self.depth, self.tight = 0, 0, -1

    def whole(self):
        """The tree of all tokens; raises `Mistyped`."""
        tree = self.sum()
        if self.place < len(self.tokens):
            raise Mistyped(f"This {self.peek().text} closes nothing.", self.peek().at)
        return tree

    def peek(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("end", "", self.length)

    def take(self):
        self.place += 1
        return self.tokens[self.place - 1]

    def at_sign(self, values):
        return self.peek().kind == "sign" and self.peek().value in values

    def deeper(self, part):
        self.depth += 1
        if self.depth > DEEPEST:
            raise Mistyped(f"This is nested too deeply for me: {DEEPEST} levels are the most.", self.peek().at)
        tree = part()
        self.depth -= 1
        return tree

    def sum(self):
        tree = self.product()
        while self.at_sign("+-"):
            tree = (self.take().value, tree, self.product())
        return tree

    def product(self):
        tree, slash = self.signed(), None
        while True:
            token = self.peek()
            if self.at_sign("*/"):
                slash = token if token.value == "/" else None
                self.place += 1
                tree = (token.value, tree, self.signed())
            elif token.kind == "number" and not re.search("[A-Za-zπ]", token.text):
                raise Mistyped(f"Put a sign such as * before {token.text}.", token.at)
            elif token.kind in ("number", "name", "function", "open"):
                if slash:
                    raise Mistyped("I cannot tell how far the / reaches: put parentheses around what is divided by.",
                                   slash.at)
                if self.tight == token.at and token.kind != "open":
                    raise Mistyped("I cannot tell how far the power reaches: put parentheses around it, or * after "
                                   "it.", token.at)
                tree = ("*", tree, self.power())
            else:
                return tree

    def signed(self):
        if not self.at_sign("+-"):
            return self.power()
        return ("neg", self.deeper(self.signed)) if self.take().value == "-" else self.deeper(self.signed)

    def power(self):
        tree = self.single()
        if not self.at_sign("^"):
            return tree
        self.place += 1
        exponent, last = self.deeper(self.signed), self.tokens[self.place - 1]
        self.tight = -1 if last.kind == "close" or last.raised else last.end
        return ("^", tree, exponent)

    def single(self):
        token = self.peek()
        if token.kind in ("number", "name"):
            self.place += 1
            return (token.kind, token.value)
        if token.kind == "function":
            return self.call()
        if token.kind == "open":
            return self.group()
        raise self.missing(token)

    def missing(self, token):
        if not self.place:
            return Mistyped("Type a formula first." if token.kind == "end" else
                            f"Something is missing before {token.text}.", token.at)
        before = self.tokens[self.place - 1]
        if before.kind == "open" and token.kind == "close":
            return Mistyped("There is nothing between the parentheses.", token.at)
        return Mistyped(f"Something is missing after {before.text}.", token.at)

    def group(self):
        opening = self.take()
        tree, token = self.deeper(self.sum), self.peek()
        if token.kind == "end":
            raise Mistyped(f"This {opening.text} is never closed.", opening.at)
        if token.text != CLOSING[opening.text]:
            raise Mistyped(f"This {token.text} does not close the {opening.text} before it.", token.at)
        self.place += 1
        return tree

    def call(self):
        """A function of what stands in parentheses; sin²(x) is (sin(x))²."""
        named, exponent = self.take(), None
        if self.at_sign("^"):
            self.place += 1
            exponent = self.peek()
            if exponent.kind != "number" or not re.fullmatch("[0-9]+|[⁰¹²³⁴-⁹]+", exponent.text):
                raise Mistyped(f"Write the power of a function after its parentheses: {named.text}(…)^….", named.at)
            self.place += 1
        if self.peek().kind != "open":
            raise Mistyped(f"Put what {named.text} is taken of in parentheses: {named.text}(…).", named.at)
        tree = ("call", named.value, self.group())
        return ("^", tree, ("number", exponent.value)) if exponent else tree
