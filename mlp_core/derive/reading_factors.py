"""Reading one factor: numbers, brackets, powers, roots, matrices and cases. See `reading_grammar`."""

from .reading_tokens import unreadable
from .reading_tree import ACCENTS, GREEK, NAMED_FUNCTIONS, Name, Node


class Factors:
    """The part of the parser for what stands between two signs."""

    def factor(self):
        token = self.peek()
        if token.text == "\\partial" or (token.text == "d" and self.peek(1).text == "/"
                                         and self.peek(2).text == "d" and self.peek(3).kind in ("letter", "cmd")):
            return self.slashed()
        if token.text == "\\nabla":
            return self.nabla()
        if token.text in ("\\sum", "\\prod"):
            return self.series()
        if token.text == "\\lim":
            return self.limit()
        if self.is_differential():
            first = self.differential()
            if self.peek().text == "/" and self.is_differential(1):
                self.take()
                operand = Node("name", (first.parts[0], 0), first.at)
                return Node("derivative", ("d", operand, (self.differential().parts[0],)), first.at)
            return self.hanging(first)
        return self.hanging(self.primary())

    def hanging(self, base):
        """Powers and transposes behind a factor."""
        while self.peek().text == "^":
            self.take()
            exponent = self.exponent()
            base = Node("transpose", (base,), base.at) if exponent is None else Node("power", (base, exponent), base.at)
        return base

    def exponent(self):
        """What stands in a superscript; None for a transpose."""
        self.digit()
        if self.peek().text == "\\top" or (self.peek().text == "T" and "T" not in self.functions):
            self.take()
            return None
        if self.peek().text == "{":
            if self.peek(1).text in ("\\top", "T") and self.peek(2).text == "}":
                self.next += 3
                return None
            return self.group()
        if self.peek().text == "-":
            raise self.wrong("a negative exponent needs braces")
        return self.primary(plain=True)

    def group(self):
        self.take("{")
        bars, self.bars = self.bars, 0
        inner = self.sum()
        self.bars = bars
        self.take("}")
        return inner

    def argument(self):
        """An argument of \\frac or \\sqrt."""
        self.digit()
        return self.group() if self.peek().text == "{" else self.primary(plain=True)

    def primary(self, plain=False):
        token = self.peek()
        if token.kind == "num":
            self.take()
            return Node("num", (token.text.replace("{,}", ""),), token.at)
        if token.text == "{":
            return self.group()
        if token.text in ("(", "[", "\\{"):
            return self.bracket()
        if token.text in ("|", "\\Vert") and not self.bars:
            return self.absolute()
        if token.kind == "begin" and token.text.startswith("\\begin"):
            return self.environment()
        if token.text == "\\frac":
            return self.fraction()
        if token.text == "\\sqrt":
            return self.root()
        if token.text in ("\\underbrace", "\\overbrace", "\\boxed"):
            return self.braced_over()
        if token.text in NAMED_FUNCTIONS or token.text == "\\operatorname":
            return self.function()
        if token.kind in ("letter", "word") or token.text in GREEK | ACCENTS:
            return self.name_or_call(plain)
        if token.kind == "text":
            return Node("name", (Name(self._word(self.take())), 0), token.at)
        raise self.wrong(f"expected a number, a letter or a bracket, found {token.text or 'the end'}")

    def bracket(self):
        opened = self.take()
        closing = {"(": ")", "[": "]", "\\{": "\\}"}[opened.text]
        bars, self.bars = self.bars, 0
        items = [self.sum()]
        while self.peek().text in (",", ";"):
            self.take()
            if self.peek().text == "\\dots":
                items.append(Node("dots", (), self.take().at))
            else:
                items.append(self.sum())
        self.bars = bars
        self.take(closing)
        return items[0] if len(items) == 1 else Node("tuple", tuple(items), opened.at)

    def absolute(self):
        at, bar = self.peek().at, self.take().text
        self.bars += 1
        inner = self.sum()
        self.bars -= 1
        self.take(bar)
        return Node("abs", (inner,), at)

    def braced_over(self):
        """What stands above or below a brace; the words at the brace only explain."""
        brace = self.take().text
        inner = self.group()
        if brace != "\\boxed" and self.peek().text in ("_", "^"):
            self.take()
            self.braced()
        return inner

    def root(self):
        at = self.take().at
        if self.peek().text == "[":
            raise self.wrong("only square roots are read")
        return Node("root", (self.argument(),), at)

    def environment(self):
        token = self.take()
        name = token.text.split("{")[1].split("}")[0]
        if name not in ("pmatrix", "bmatrix", "matrix", "cases", "vmatrix", "smallmatrix", "array"):
            raise unreadable(self.tex, token.at, f"an environment that is not read: {name}")
        rows, row = [], []
        self.cells += 1
        while True:
            if self.peek().kind == "text":
                self.take()
                continue
            if name == "cases" and row and self.peek().text not in ("&", "\\end") and self.peek().kind != "row" and (
                    self.peek().kind != "begin"):
                if self.peek().text in (",", "."):
                    self.take()
                    continue
                row.append(self.chain())
            elif self.peek().text == "&":
                self.take()
            elif self.peek().kind == "row":
                self.take()
                rows.append(tuple(row))
                row = []
            elif self.peek().kind == "begin" and self.peek().text.startswith("\\end"):
                self.take()
                rows += [tuple(row)] if row else []
                self.cells -= 1
                return Node("cases" if name == "cases" else "matrix", (tuple(rows),), token.at)
            else:
                row.append(self.sum())
