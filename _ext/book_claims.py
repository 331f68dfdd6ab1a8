r"""Printed maths: no page may state a derivative, a gradient or an update that is not so.

`book_formulas` finds every formula of a page; those that state a slope are read by `mlp_core.derive.reading` and held
against what SymPy derives. For that the letters need meanings. Those stand in `_ext/claims/<page>.py`, one file for
each page that states a slope. They say what L is, never what its derivative comes out as: that is SymPy's to find.

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

`check(path)` gives a verdict on each formula, `count(verdicts)` the numbers that the ledger prints. While writing:

    python _ext/book_claims.py chapters/03-chain-rule.md      # every formula that states a slope, with its verdict
"""

import hashlib
import importlib.util
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import sympy as sp
from book_formulas import Formula, formulas, states_slope
from book_scenes import Page, Scene, plain

from mlp_core.derive.reading import Check, Evaluation, NoMeaning, Refused, parse, unknown
from mlp_core.derive.reading_tokens import tokens

CLAIMS = Path(__file__).parent / "claims"
_LONE = {"derivative", "nabla", "d"}


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


def all_verdicts(folder, known=None, rest=()):
    """The verdicts on every page of a folder, by the page's name.

    Parameters
    ----------
    folder : str or Path
    known : dict, optional
        What was found before, {page: (key, verdicts)}, brought up to date here. A page that stands as it stood then, to
        the letter, is not worked out again.
    rest : tuple
        What verdicts depend on besides the page's text; goes into the key.
    """
    known = {} if known is None else known
    paths = sorted(Path(folder).glob("*.md"))
    for gone in known.keys() - {path.stem for path in paths}:
        del known[gone]
    for path in paths:
        key = (hashlib.sha256(path.read_bytes()).hexdigest(), *rest)
        if known.get(path.stem, (None,))[0] != key:
            known[path.stem] = key, check(path)
    return {path.stem: known[path.stem][1] for path in paths}


__all__ = ["Page", "Scene", "Verdict", "all_verdicts", "check", "count", "hold", "page_of", "plain", "read", "stale",
           "unknown"]


if __name__ == "__main__":
    for given in sys.argv[1:]:
        told = check(given)
        for one in told:
            print(f"{one.kind:8} {one.formula}" + "".join(
                f"\n         {reason}" for reason in one.evidence if one.kind == "failed"))
        print(count(told), *stale(given), sep="\n")
