"""What an exercise is: places at which an answer is tried, the truth there, and what known mistakes would give."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Case:
    """One place at which answers are compared.

    Attributes
    ----------
    arguments : dict of str to number, array or list of array
        What a reader's function is given.
    truth : tuple of array
        The right answer, one array for each of the task's parts.
    rivals : list of (str, tuple of array)
        What known mistakes give here: the kind of the mistake and its answer. The order is the order of suspicion, and
        the n-th rival of a kind is the same mistake in every case.
    factors : dict of str to float
        Numbers that a gradient is easily too large by, such as {"n": 5}.
    range : (float, float) or None
        At a kink any slope between these two is accepted, with a remark.
    """

    arguments: dict
    truth: tuple
    rivals: list = field(default_factory=list)
    factors: dict = field(default_factory=dict)
    range: tuple | None = None


@dataclass(frozen=True)
class Task:
    """An exercise: find this gradient.

    Attributes
    ----------
    name : str
        What is asked for, in a few words.
    question : str
        The exercise in a sentence: what the function takes and what it returns.
    cases : tuple of Case
        An array as an answer is compared with the first.
    parts : tuple of str
        Names of what is returned, such as ("dW",).
    solution : str
        The right answer as a formula, shown when it is asked for.
    expression : Expr or None
        The right answer in symbols, where answers may be formulas.
    symbols : tuple of Symbol
        The letters of `expression`, in the order of the arguments.
    measure : callable or None
        `measure(case, method, step)`: what finite differences with this step give, one array for each part.
    unpack : callable or None
        Turns what was returned into one value for each part; None where there is one part.
    entrywise : bool
        Whether a function of single numbers may stand for one of arrays.
    statement : str
        The question as Markdown with TeX; else `question`.
    """

    name: str
    question: str
    cases: tuple
    parts: tuple
    solution: str
    expression: object = None
    symbols: tuple = ()
    measure: object = None
    unpack: object = None
    entrywise: bool = False
    statement: str = ""

    def __post_init__(self):
        if not self.statement:
            object.__setattr__(self, "statement", f"{self.question[0].upper()}{self.question[1:]}.")

    @property
    def given(self):
        """The numbers of this exercise by name: what an array as an answer is to be computed from. Copies."""
        return {name: [np.copy(one) for one in value] if isinstance(value, list) else np.copy(value)[()]
                for name, value in self.cases[0].arguments.items()}

    def check(self, answer, **options):
        """Judge an answer; see `mlp_core.exercises.check`."""
        from .judging import check

        return check(self, answer, **options)

    def proved(self, solution):
        """The task itself, if its own solution passes its check.

        Raises
        ------
        ValueError
            With the verdict, where it does not: so an exercise that nobody can solve is refused when it is made.
        """
        verdict = self.check(solution)
        if not verdict:
            raise ValueError(f"solution: expected one that passes the check of {self.name}, got: {verdict}")
        return self

    def __repr__(self):
        return f"Exercise: {self.question}"

    __str__ = __repr__

    def _repr_markdown_(self):
        from .shown import shown

        return f"**Exercise.** {shown(self)}"


def stale(cases):
    """The cases with one more rival: the answer of the first case of the same shapes, as old values would give it."""
    seen, answer = {}, []
    for case in cases:
        shapes = tuple(np.shape(one) for one in case.truth), tuple(map(_shapes, case.arguments.values()))
        first = seen.setdefault(shapes, case)
        answer.append(Case(case.arguments, case.truth, [*case.rivals, ("stale", first.truth)], case.factors,
                           case.range))
    return tuple(answer)


def _shapes(value):
    return tuple(np.shape(one) for one in value) if isinstance(value, list) else np.shape(value)


def measured(function, at, method, step):
    """Finite differences of a number-valued function by every entry of an array, as a reader would write them.

    Parameters
    ----------
    function : callable
        From an array of the shape of `at` to a float.
    at : array
    method : {"forward", "backward", "central"}
    step : float
    """
    slope, low, high = np.empty(np.shape(at)), method != "forward", method != "backward"
    for index in np.ndindex(slope.shape):
        below, above = np.array(at, dtype=float), np.array(at, dtype=float)
        below[index] -= low * step
        above[index] += high * step
        slope[index] = (function(above) - function(below)) / ((low + high) * step)
    return slope
