r"""Printed maths: no page may state a derivative, a gradient or an update that is not so.

`book_formulas` finds every formula of a page; those that state a slope are read by `mlp_core.derive.reading` and held
against what SymPy derives. For that the letters need meanings. Those stand in `_ext/claims/<page>.py`, one file for
each page that states a slope, and nothing there may contain a derivative: it says what L is, never what L′ is.

    page = Page()

    @page.everywhere                              # for the whole page
    def symbols(s):
        s.positive(r"\eta")

    @page.at("One weight, by hand")               # for what stands below this heading, in sections inside it too
    def one_weight(s):
        s.let("L(w) = (w - 2)^2")                 # must be printed on the page in these very letters
        s.rule = gradient_descent(s.expression("L"), [s["w"]], s[r"\eta"])     # what arrows must agree with

    @page.at("The shape rule", sizes=[dict(n=1, d=1, k=1), dict(n=2, d=3, k=2)])   # checked for each
    def layer(s, n, d, k):
        X, W = s.matrix("X", n, d), s.matrix("W", d, k)
        Z = s.node("Z", X * W)                    # a value on the way: ∂L/∂Z means with Z held as a variable
        s.node("L", unknown("F", n * k)(*Z))      # any loss at all
        s.loss = "L"                              # so dW means ∂L/∂W
        s.count(i=n, j=d, k=k)                    # letters in subscripts

What else a section may say, by the formula's TeX:

- `s.where[tex] = {"x": 1}`: the point at which a slope has the number printed; `s.point` for a whole section.
- `s.says[tex] = r"\nabla L = #"`: for an expression in a sentence that says what it is; # is the expression.
- `s.root[tex] = ("w", "0.126")`: an equation to be solved; it must have that root, to the digits given.
- `s.mistakes.add(tex)`: printed as a mistake; it must be refused.
- `s.words[r"\text{full change}"] = r"\Delta f"`: words that stand for a letter.
- `page.at(heading, only=[tex, ...])`: other meanings for these formulas alone.
- `page.unread[tex] = reason`: what truly cannot be read. Listed in the ledger; keep it empty.

`check(path)` gives a verdict on each formula, `count(verdicts)` the numbers that the ledger prints.
"""

import importlib.util
import inspect
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import sympy as sp
from book_formulas import Formula, formulas, states_slope

from mlp_core.derive.reading import (
    Check,
    Evaluation,
    Meanings,
    NoMeaning,
    Refused,
    Unreadable,
    parse,
    read_latex,
    unknown,
)
from mlp_core.derive.reading_meanings import Matrix, is_matrix
from mlp_core.derive.reading_tokens import tokens

CLAIMS = Path(__file__).parent / "claims"
_LONE = {"derivative", "nabla", "d"}


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


@dataclass(frozen=True)
class Verdict:
    """What became of one formula.

    Attributes
    ----------
    formula : Formula
    kind : str
        "verified", "mistake" (printed as one, and refused), "mention" (names a slope, says nothing of it), "unread"
        (listed as such) or "failed".
    claims : int
        How many relations it states.
    evidence : tuple of str
        How each was found true; the reason, for what is unread; the problem, for what failed.
    """

    formula: Formula
    kind: str
    claims: int
    evidence: tuple = ()


@cache
def plain(tex):
    """TeX without anything that only spaces it, so that it can be compared."""
    tex = re.sub(r"\\(?:[,;:!]|quad|qquad|left|right)(?![a-zA-Z])|~", " ", tex)
    tex = re.sub(r"\\[td]frac", r"\\frac", tex)
    tex = re.sub(r"(\\[a-zA-Z]+)\s+(?=[a-zA-Z])", r"\1@", tex)
    return re.sub(r"\s+", "", tex).rstrip(".,;").replace("@", " ")


def page_of(path):
    """The meanings for a page, from `_ext/claims`; empty if there is no such file."""
    source = CLAIMS / f"{Path(path).stem}.py"
    if not source.exists():
        return Page()
    specification = importlib.util.spec_from_file_location(f"claims_{source.stem.replace('-', '_')}", source)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.page


def worded(tex, scene):
    for words, letters in scene.words.items():
        tex = tex.replace(words, letters)
    return tex


def is_lone(node):
    """True for a slope that is only named: L'(w), ∂L/∂w, ∇L, dW, with or without bars."""
    if node.kind in _LONE:
        return True
    if node.kind == "abs":
        return is_lone(node.parts[0])
    if node.kind == "call":
        return node.parts[0].parts[1] > 0
    return node.kind == "name"


def _look(table, tex):
    return next((value for key, value in table.items() if plain(key) == plain(tex)), None)


def read(tex, scene):
    """The tree of a formula, in the words and with the left side that a scene gives it."""
    said = _look(scene.says, tex)
    whole = tex if "=" in tex else f"({tex})"
    return parse(worded(said.replace("#", whole) if said else tex, scene), scene.functions())


def point_of(tex, scene):
    """The point at which a formula's numbers hold, {Symbol: Rational}."""
    numbers = _look(scene.where, tex) or scene.point
    return {scene[name]: sp.Rational(number) for name, number in numbers.items()}


def hold(tex, scene, tree=None):
    """Hold one formula, or a tree in its place, against one scene; returns (kind, number of claims, evidence).

    Raises
    ------
    ValueError
        If it cannot be read, has no meaning or is not so.
    """
    if len(tokens(tex)) == 1:
        return "mention", 0, ()  # a sign that is being explained
    tree = read(tex, scene) if tree is None else tree
    relations = [part for part in tree.parts if part.kind == "relation"]
    claims = sum(len(part.parts[1]) for part in relations)
    if not claims:
        if not all(is_lone(part) for part in tree.parts):
            raise NoMeaning("an expression, but nobody says what it is: a line `s.says[tex] = r\"... = #\"` would")
        return "mention", 0, ()
    rooted = _look(scene.root, tex)
    if rooted:
        return "verified", claims, (_rooted(relations[0], scene, *rooted),)
    wrong = any(plain(one) == plain(tex) for one in scene.mistakes)
    check = Check(scene, point_of(tex, scene))
    if not wrong:
        return "verified", claims, tuple(one for part in relations for one in check.statement(part))
    try:
        check.statement(tree)
    except Refused as refusal:
        return "mistake", claims, (f"refused, as it should be: {refusal}",)
    raise Refused("printed as a mistake, but it is right")


def _rooted(node, scene, name, printed):
    """An equation to be solved has the root that is printed."""
    (left, right), _ = node.parts
    evaluation, variable = Evaluation(scene), scene[name]
    difference = scene.ground(sp.sympify(evaluation.value(left) - evaluation.value(right)))
    root = sp.nsolve(difference, variable, float(printed), prec=30)
    if abs(root - sp.Rational(printed)) > sp.Rational(1, 2) / 10 ** len(printed.partition(".")[2]):
        raise Refused(f"its root near {printed} is {sp.N(root, 8)}")
    return f"solved by {printed}, to the digits printed"


def check(path, page=None, lines=None):
    """A verdict on every formula of a page that states a slope.

    Parameters
    ----------
    path : str or Path
    page : Page, optional
        Its meanings; by default from `_ext/claims`.
    lines : container of int, optional
        Only formulas that begin in these lines.

    Returns
    -------
    list of Verdict
    """
    page = page_of(path) if page is None else page
    found = formulas(path)
    verdicts = []
    for formula in found:
        if not states_slope(formula.tex) and plain(formula.tex) not in map(plain, page.also):
            continue
        if lines is not None and formula.line not in lines:
            continue
        reason = _look(page.unread, formula.tex)
        if reason:
            verdicts.append(Verdict(formula, "unread", 1, (reason,)))
            continue
        try:
            for section in page.special(formula):
                same = [one for one in found if section in page.special(one) and plain(one.tex) == plain(formula.tex)]
                if len(same) != section.times:
                    raise NoMeaning(f"printed {len(same)} times here, but its special meaning is for {section.times}: "
                                    f"lines {', '.join(str(one.line) for one in same)}")
            verdicts.append(_verdict(formula, page, found))
        except ValueError as problem:
            verdicts.append(Verdict(formula, "failed", 1, (f"{type(problem).__name__}: {problem}",)))
    return verdicts


def _verdict(formula, page, found):
    kind, claims, evidence = "mention", 0, ()
    for scene in page.scenes(formula):
        for tex in scene.stated:
            _must_be_printed(tex, formula, found)
        kind, claims, shown = hold(formula.tex, scene)
        evidence += shown
    return Verdict(formula, kind, claims, evidence)


def _must_be_printed(tex, formula, found):
    """The definition that a slope rests on must stand before it, or below the same heading."""
    wanted = plain(tex)
    if not any(wanted in plain(one.tex) for one in found
               if one.line <= formula.line or one.headings == formula.headings):
        raise NoMeaning(f"its meaning rests on {tex!r}, which the page does not print before it")


def stale(path, page=None):
    """Entries of a page's meanings that belong to no formula of it any more."""
    page = page_of(path) if page is None else page
    found = formulas(path)
    printed, headings = {plain(one.tex) for one in found}, {title for one in found for title in one.headings}
    named = list(page.unread) + list(page.also)
    for section in page.sections:
        named += section.only
        missing = set(section.headings) - headings
        if missing:
            yield f"no heading {missing.pop()!r} with a formula below it"
    for formula in found:
        if states_slope(formula.tex):
            for scene in page.scenes(formula):
                named += [*scene.where, *scene.says, *scene.root, *scene.mistakes]
    for tex in dict.fromkeys(named):
        if plain(tex) not in printed:
            yield f"no formula {tex!r} is printed"


def count(verdicts):
    """How many claims are verified, of how many, and how many formulas are mentions or unread.

    Returns
    -------
    dict of str to int
        `verified`, `total` (claims: a = b = c makes two), `mentions`, `unread`.
    """
    claims = Counter()
    for verdict in verdicts:
        claims[verdict.kind] += verdict.claims
        claims["mentions"] += verdict.kind == "mention"
    verified = claims["verified"] + claims["mistake"]
    return {"verified": verified, "total": verified + claims["unread"] + claims["failed"],
            "mentions": claims["mentions"], "unread": claims["unread"]}


def all_verdicts(folder):
    """The verdicts on every page of a folder, by the page's name."""
    return {path.stem: check(path) for path in sorted(Path(folder).glob("*.md"))}


__all__ = ["Page", "Scene", "Unreadable", "Verdict", "all_verdicts", "check", "count", "hold", "page_of", "plain",
           "read_latex", "stale", "unknown"]
