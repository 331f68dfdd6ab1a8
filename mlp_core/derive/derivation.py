"""A derivation, one line at a time: where it starts, which rule is used, what comes next; each line checked.

A line that does not equal the one before it cannot be put down: `step` refuses it. So what a page prints has been
executed.
"""

from dataclasses import dataclass

import sympy as sp

from . import layout
from .checks import expression_or_matrix
from .equality import NotEqual, check_equal
from .notation import latex


@dataclass(frozen=True)
class Step:
    """One line of a derivation.

    Attributes
    ----------
    rule : str
        What was done, in words; empty for the line it starts from.
    expression : Expr, Matrix or condition
    evidence : str
        How the line was found to equal the one before, as `check_equal` says it.
    """

    rule: str
    expression: object
    evidence: str


class Derivation:
    """A chain of equal expressions, written one below the other, the rule beside each.

    Parameters
    ----------
    start : Expr, Matrix, MatrixExpr or condition
        The first line.
    of : Expr or str, optional
        What is being derived, for the left side of the first line: an expression or LaTeX.
    given : dict, optional
        What names stand for, {Symbol: Expr}: used in every check, as `check_equal` uses it.
    seed : int
        Decides the numbers that are tried where algebra is not enough.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> d = Derivation(sp.Derivative(x**2 + 3*x, x)).step("term by term", 2*x + 3)
    >>> d.result
    2*x + 3
    >>> d.step("a slip", 2*x - 3)
    Traceback (most recent call last):
    ...
    mlp_core.derive.equality.NotEqual: "a slip": 2 x - 3 does not equal 2 x + 3: at x = -27/11 ...
    """

    def __init__(self, start, of=None, given=None, seed=0):
        self.of = of
        self.given = dict(given or {})
        self.seed = seed
        self.steps = (Step("", self._line("start", start), ""),)

    @staticmethod
    def _line(name, expression):
        try:
            return sp.sympify(expression_or_matrix(name, expression))
        except TypeError:
            raise TypeError(f"{name}: expected an expression, got {type(expression).__name__}") from None

    def step(self, rule, expression, given=None):
        """Put down the next line.

        Parameters
        ----------
        rule : str
            What was done, in a few words.
        expression : Expr, Matrix, MatrixExpr or condition
            Must equal the line before.
        given : dict, optional
            What further names stand for, from this line on.

        Returns
        -------
        Derivation
            This one, so that steps can be chained.

        Raises
        ------
        TypeError, ValueError
            If the rule is empty or the line no expression; if the line does not equal the one before, or nobody could
            tell (`NotEqual`, with a point at which they differ). The derivation is then left as it was.
        """
        if not isinstance(rule, str) or not rule.strip():
            raise ValueError(f"rule: expected a few words, got {rule!r}")
        line, known = self._line("expression", expression), {**self.given, **(given or {})}
        try:
            evidence = check_equal(self.result, line, known, self.seed)
        except NotEqual as refusal:
            raise NotEqual(f'"{rule}": {latex(line)} does not equal {latex(self.result)}: {refusal}') from None
        self.given = known
        self.steps = (*self.steps, Step(rule, line, evidence))
        return self

    def simplify(self, rule="simplify"):
        """Let SymPy simplify the last line, and put that down, checked like any other."""
        return self.step(rule, sp.simplify(self.result))

    @property
    def result(self):
        """The last line."""
        return self.steps[-1].expression

    def __len__(self):
        return len(self.steps)

    def show(self, upto):
        """The derivation as far as a line, for showing one step at a time.

        Parameters
        ----------
        upto : int
            How many steps after the first line, from 0 to `len(self) - 1`.
        """
        if not 0 <= upto < len(self):
            raise ValueError(f"upto: got {upto}, expected 0 to {len(self) - 1}")
        part = Derivation.__new__(Derivation)
        part.__dict__.update(self.__dict__, steps=self.steps[:upto + 1])
        return part

    def latex(self, rules=True, room=layout.LINE):
        """The lines below one another, aligned at the equals signs, as LaTeX without dollars.

        Parameters
        ----------
        rules : bool
            Write each rule: beside its line where all of that fits, else in small type above it.
        room : float
            The width of a line, in digits. Longer sums are broken between their terms.
        """
        sign = r"\iff" if isinstance(self.steps[0].expression, sp.logic.boolalg.Boolean) and not isinstance(
            self.steps[0].expression, sp.Symbol) else "="
        left = latex(self.of) if self.of is not None else None
        pieces = [latex(step.expression) for step in self.steps]
        start = pieces.pop(0) if left is None else left
        steps = self.steps[1:] if left is None else self.steps
        sideways = layout.width(start) + 3
        if sideways > room / 3:  # a long left side gets a line of its own
            sideways = 3
            start += r" \\"
        broken = [layout.lines(piece, room - sideways) for piece in pieces]
        beside = all(layout.width(piece) + len(step.rule) * 0.8 + 4 <= room - sideways
                     for step, part in zip(steps, broken) for piece in part)
        rows = []
        for number, (step, part) in enumerate(zip(steps, broken)):
            head = start if number == 0 and not start.endswith(r"\\") else ""
            rule = _words(step.rule if beside else step.rule + ":") if rules and step.rule else ""
            if rule and not beside:
                rows.append(f"& {rule}")
            rows.append(f"{head} &{sign} {part[0]}" + (rf" && {rule}" if rule and beside else ""))
            rows += [rf"&\quad {more}" for more in part[1:]]
        first = f"{start[:-3]}" + r" & \\" + "\n" if start.endswith(r"\\") else ""
        body = (r" \\" + "\n").join(rows) if rows else start
        return rf"\begin{{aligned}}{chr(10)}{first}{body}{chr(10)}\end{{aligned}}"

    def _repr_latex_(self):
        return f"$$\n{self.latex()}\n$$"

    def __repr__(self):
        return f"Derivation of {len(self) - 1} steps, from {self.steps[0].expression} to {self.result}"


class Equations(tuple):
    """Named equations, one below the other: pairs of a name and the expression that it stands for.

    Parameters
    ----------
    pairs : iterable of (Symbol, Expr)
    """

    def __new__(cls, pairs):
        return super().__new__(cls, (tuple(pair) for pair in pairs))

    def latex(self, room=layout.LINE):
        """The equations aligned at their equals signs, as LaTeX without dollars; sums wider than `room` are broken."""
        rows = []
        for name, expression in self:
            left = latex(name)
            first, *more = layout.lines(latex(expression), room - layout.width(left) - 3)
            rows += [f"{left} &= {first}", *(rf"&\quad {piece}" for piece in more)]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def _repr_latex_(self):
        return f"$$\n{self.latex()}\n$$"


def _words(rule):
    """A rule as small upright text; parts between dollars are formulas."""
    parts = [part if odd % 2 else rf"\text{{{part}}}" for odd, part in enumerate(rule.split("$")) if part]
    return rf"{{\small {''.join(parts)}}}"
