"""From tokens to a tree: what a formula says, before anybody knows what its letters mean. See `reading`.

A tree is made of `Node`s. The grammar is that of school books: juxtaposition multiplies, a slash divides by the one
factor after it, `d` directly before a letter is a differential, a prime is a derivative, and whether `f(x)` is a call
or a product depends on whether `f` is known to be a function.
"""

from dataclasses import dataclass, replace

from .reading_tokens import Token, tokens, unreadable

RELATIONS = {"=", ":=", "\\approx", "<", ">", "\\leq", "\\geq", "\\neq", "\\leftarrow", "\\rightarrow", "\\mapsto",
             "\\in", "\\equiv", "\\sim", "\\propto", "\\iff", "\\Rightarrow", "\\implies", "\\ll", "\\gg", "\\pm"}
NAMED_FUNCTIONS = {"\\sin", "\\cos", "\\tan", "\\exp", "\\ln", "\\log", "\\tanh", "\\sinh", "\\cosh", "\\max", "\\min",
                   "\\arctan"}
GREEK = {"\\" + word for word in (
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "varrho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi",
    "Omega", "ell", "infty")}
_ACCENTS = {"\\hat", "\\bar", "\\tilde", "\\vec", "\\mathbf", "\\boldsymbol", "\\mathcal", "\\mathbb", "\\widehat"}


_BEGINNINGS = GREEK | NAMED_FUNCTIONS | _ACCENTS | {"(", "[", "{", "\\{", "\\frac", "\\sqrt", "\\sum", "\\prod",
                                                     "\\partial", "\\nabla", "\\operatorname"}


@dataclass(frozen=True)
class Node:
    """One place of the tree.

    Attributes
    ----------
    kind : str
        num, name, call, sum, neg, product, quotient, power, transpose, derivative, nabla, d, series, abs, root, tuple,
        matrix, cases, dots, word, relation or list.
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


class Parser:
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
                above = self._joined(factors, signs, at)
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
                return self._joined(factors, signs, at)

    @staticmethod
    def _joined(factors, signs, at):
        return factors[0] if len(factors) == 1 else Node("product", (tuple(factors), tuple(signs)), at)

    def begins_factor(self):
        token = self.peek()
        if token.text == "|":
            return not self.bars
        if token.kind in ("num", "letter", "word"):
            return True
        if token.kind == "begin":
            return token.text.startswith("\\begin")
        return token.text in _BEGINNINGS or (token.text == "\\Vert" and not self.bars)

    # --- one factor, with what hangs on it

    def factor(self):
        token = self.peek()
        if token.text == "\\partial" or (token.text == "d" and self.peek(1).text == "/"
                                         and self.peek(2).text == "d" and self.peek(3).kind in ("letter", "cmd")):
            return self.slashed()
        if token.text == "\\nabla":
            return self.nabla()
        if token.text in ("\\sum", "\\prod"):
            return self.series()
        if self.is_differential():
            first = self.differential()
            if self.peek().text == "/" and self.is_differential(1):
                self.take()
                operand = Node("name", (first.parts[0], 0), first.at)
                return Node("derivative", ("d", operand, (self.differential().parts[0],)), first.at)
            return self.hanging(first)
        return self.hanging(self.primary())

    def is_differential(self, ahead=0):
        """True at a `d` that stands directly before a letter: dx, dW, dθ, dŷ."""
        d, then = self.peek(ahead), self.peek(ahead + 1)
        return d.text == "d" and d.kind == "letter" and then.at == d.end and (
            then.kind == "letter" or then.text in GREEK | _ACCENTS)

    def differential(self):
        at = self.take("d").at
        return Node("d", (self.named(),), at)

    def hanging(self, base):
        """Powers, transposes, primes and calls behind a factor."""
        while True:
            token = self.peek()
            if token.text == "^":
                self.take()
                exponent = self.exponent()
                if exponent is None:
                    base = Node("transpose", (base,), base.at)
                else:
                    base = Node("power", (base, exponent), base.at)
            else:
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
        if token.text in NAMED_FUNCTIONS or token.text == "\\operatorname":
            return self.function()
        if token.kind in ("letter", "word") or token.text in GREEK | _ACCENTS:
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

    # --- names and calls

    def named(self, layer_brackets=True):
        """A name with its accents, layer, subscripts and star, without primes or calls."""
        token = self.take()
        base = token.text
        if base in _ACCENTS:
            self.digit()
            braces = self.peek().text == "{"
            inner = "".join(part.text for part in self._braced()) if braces else self.take().text
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

    def _braced(self):
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
        if plain and self.peek().text not in _ACCENTS:  # f_k': the prime belongs to f
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
            base = "\\operatorname{" + "".join(part.text for part in self._braced()) + "}"
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
        return self._joined(factors, [""] * (len(factors) - 1), at)

    # --- derivatives, sums

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
