"""What the letters of a page mean, place by place: a `Page` of `Scene`s. How to write them stands in `book_claims`."""

import inspect
import re
from dataclasses import dataclass, field
from functools import cache

import sympy as sp

from mlp_core.derive.reading import Evaluation, Meanings, parse, unknown
from mlp_core.derive.reading_meanings import Matrix, is_matrix


@cache
def plain(tex):
    """TeX without anything that only spaces it, so that it can be compared."""
    tex = re.sub(r"\\(?:[,;:!]|quad|qquad|left|right)(?![a-zA-Z])|~", " ", tex)
    tex = re.sub(r"\\[td]frac", r"\\frac", tex)
    tex = re.sub(r"(\\[a-zA-Z]+)\s+(?=[a-zA-Z])", r"\1@", tex)
    return re.sub(r"\s+", "", tex).rstrip(".,;").replace("@", " ")


@dataclass
class Scene(Meanings):
    """The meanings at one place of a page; see the module's own words for how to use it."""

    where: dict = field(default_factory=dict)
    point: dict = field(default_factory=dict)
    says: dict = field(default_factory=dict)
    root: dict = field(default_factory=dict)
    mistakes: set = field(default_factory=set)
    words: dict = field(default_factory=dict)
    stated: list = field(default_factory=list)

    def __getitem__(self, tex):
        """The symbol or value of a letter."""
        return Evaluation(self).value(parse(tex, ()).parts[0])

    def value(self, tex):
        """What a formula stands for, in the letters as they are now."""
        return Evaluation(self).value(parse(tex, self.functions()).parts[0])

    def expression(self, tex):
        """A named value with every step on the way written out."""
        return self.ground(sp.sympify(self[tex]))

    def key(self, tex):
        """A name as values are looked up."""
        return Evaluation(self).written(parse(tex, ()).parts[0].parts[0])

    def put(self, tex, value):
        """Give a letter a value: an expression, matrix, function, or a dict by layer or number."""
        self.values[self.key(tex)] = value
        return value

    def let(self, *definitions):
        """Take definitions such as `f(x) = x^2` or `u = 3x + 1` over from the page, in its own letters."""
        self.stated += definitions
        self.assume(*definitions)

    def assume(self, *definitions):
        """Like `let`, for what the page says in words or in code."""
        for tex in definitions:
            left, right = self._sides(tex)
            arguments = ()
            if left.kind == "call":
                left, arguments = left.parts
            elif left.kind == "product" and left.parts[0][1].kind in ("name", "tuple"):  # f is not yet known to be one
                left, inside = left.parts[0]
                arguments = inside.parts if inside.kind == "tuple" else (inside,)
            name = Evaluation(self).written(left.parts[0])
            variables = [sp.Symbol(Evaluation(self).written(one.parts[0]), real=True) if self._free(one)
                         else Evaluation(self).value(one) for one in arguments]
            value = Evaluation(self).value(right)
            self.values[name] = sp.Lambda(tuple(variables), value) if arguments else value

    def stages(self, *definitions):
        """Like `let`, for values on the way: `a = W_1 x`, then `L = (a - y)^2`, in which ∂L/∂a has a meaning."""
        for tex in definitions:
            self.let(tex)
            name = self.key(tex.split("=")[0])
            self.node(name, self.values.pop(name))

    def _free(self, node):
        return self.key_of(node) not in self.values

    def key_of(self, node):
        return Evaluation(self).written(node.parts[0])

    def _sides(self, tex):
        tree = parse(tex, self.functions())
        if len(tree.parts) != 1 or tree.parts[0].kind != "relation" or tree.parts[0].parts[1] != ("=",):
            raise ValueError(f"a definition is one equation, not {tex!r}")
        return tree.parts[0].parts[0]

    def positive(self, *names):
        for tex in names:
            self.put(tex, sp.Symbol(self.key(tex), positive=True))

    def real(self, *names):
        for tex in names:
            self.put(tex, sp.Symbol(self.key(tex), real=True))

    def unknown(self, *names):
        """Functions of which nothing is known: `h` of one variable, `f(x, z)` of those in the bracket."""
        for tex in names:
            name, _, inside = tex.partition("(")
            variables = [self[one] for one in inside.rstrip(")").split(",") if one.strip()]
            function = unknown(re.sub(r"\W", "", name), len(variables) or 1)
            self.put(name, sp.Lambda(tuple(variables), function(*variables)) if variables else function)

    def matrix(self, tex, rows, columns, layer=None):
        """A matrix of variables, `W_{jk}`."""
        name = tex + (f"^{{({layer})}}" if layer is not None else "")
        value = Matrix(rows, columns, lambda i, j: sp.Symbol(f"{name}_{{{i + 1}{j + 1}}}", real=True))
        self.values[name] = value
        return value

    def row(self, tex, length, layer=None):
        """A row of variables, `b_k`."""
        name = tex + (f"^{{({layer})}}" if layer is not None else "")
        value = Matrix(1, length, lambda _, j: sp.Symbol(f"{name}_{{{j + 1}}}", real=True))
        self.values[name] = value
        self.vectors.add(name)
        return value

    def column(self, tex, length):
        """A column of variables."""
        value = self.values[tex] = self.row(tex, length).T
        return value

    def node(self, tex, value, layer=None, vector=False):
        """A named value on the way: a symbol (or one for each entry) that stands for an expression."""
        name = tex + (f"^{{({layer})}}" if layer is not None else "")
        if not is_matrix(value):
            symbol = sp.Symbol(name, real=True)
            self.nodes[symbol], self.values[name] = sp.sympify(value), symbol
            return symbol
        if vector:
            named = self.row(name, len(value))
            named = self.values[name] = named.reshape(*value.shape)
        else:
            named = self.matrix(name, *value.shape)
        self.nodes.update(zip(named, value))
        return named

    def count(self, **letters):
        """Through which numbers letters run: `k=3` for 1 to 3, or a range."""
        for letter, numbers in letters.items():
            name = {"ell": "\\ell"}.get(letter, letter)
            self.ranges[name] = range(1, numbers + 1) if isinstance(numbers, int) else numbers

    def size(self, **letters):
        """Letters that stand for a number of things, such as n."""
        for letter, number in letters.items():
            self.values[letter] = sp.Integer(number)


@dataclass
class _Section:
    headings: tuple
    build: object
    sizes: list
    only: frozenset
    times: int = 1


class Page:
    """The meanings of one page, section by section."""

    def __init__(self):
        self.sections, self.unread, self.also = [], {}, set()

    def at(self, *headings, sizes=None, only=(), times=1):
        """For what stands below these headings; a function of a `Scene` and of the sizes.

        Formulas named in `only` must be printed there exactly `times` times: a second one may be another's mistake.
        """
        def keep(build):
            texts = frozenset(map(plain, only))
            self.sections.append(_Section(headings, build, list(sizes or [{}]), texts, times))
            return build
        return keep

    def special(self, formula):
        """The sections that give this formula a meaning of its own."""
        return [section for section in self.sections if plain(formula.tex) in section.only and (
            not section.headings or set(section.headings) & set(formula.headings))]

    def everywhere(self, build):
        """For the whole page."""
        self.sections.append(_Section((), build, [{}], frozenset()))
        return build

    def scenes(self, formula):
        """The scenes in which a formula must hold: one for each choice of sizes."""
        chosen = [section for heading in (None, *formula.headings) for section in self.sections
                  if not section.only and (heading in section.headings if heading else not section.headings)]
        special = self.special(formula)
        if special:
            chosen = [section for section in chosen if not section.headings] + special
        sizes = next((section.sizes for section in reversed(chosen) if section.sizes != [{}]), [{}])
        for size in sizes:
            scene = Scene()
            for section in chosen:
                wanted = inspect.signature(section.build).parameters
                section.build(scene, **{name: number for name, number in size.items() if name in wanted})
            yield scene
