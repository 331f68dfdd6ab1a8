"""Is what a formula says true? Each relation is held against what its letters mean. See `reading`.

The truth never comes from the formula: both sides are worked out, every derivative in them by `sympy.diff`, and the
two results are compared, first at a random point (which finds nearly every mistake at once), then by algebra, then
at more points to 50 digits.
"""

import random

import mpmath
import sympy as sp

from .reading_meanings import Matrix, NoMeaning, is_matrix
from .reading_numbers import NoNumber, value_at
from .reading_tree import assignments
from .reading_values import Evaluation

POINTS = 20
DIGITS = 50
EQUAL = {"=", ":=", "\\equiv"}
ORDER = {"<": sp.Lt, ">": sp.Gt, "\\leq": sp.Le, "\\geq": sp.Ge, "\\neq": sp.Ne}


class Refused(ValueError):
    """A formula that says something which is not so."""


def _number(symbol, rng):
    """A rational that the symbol's assumptions allow."""
    if symbol.is_integer:
        return sp.Integer(rng.randint(1, 6))
    size = sp.Rational(rng.randint(5, 60), rng.choice((31, 37, 41)))
    return size if symbol.is_nonnegative else -size if symbol.is_negative else size * rng.choice((-1, 1))


def _at(expression, point):
    """The value at a point; None where there is no finite one."""
    try:
        value = value_at(expression, point)
    except NoNumber:
        return None
    return value if mpmath.isfinite(value) else None


def _same(one, other):
    with mpmath.workdps(DIGITS):
        return one is not None and other is not None and bool(
            abs(one - other) <= mpmath.mpf(10) ** (-DIGITS) * (1 + abs(one)))


def compare(left, right, seed=0):
    """How two expressions were found equal, in words.

    Raises
    ------
    Refused
        With a point at which they differ, or if no point gives a number.
    """
    left, right = sp.sympify(left), sp.sympify(right)
    if left == right:
        return "by algebra"
    rng, agreed = random.Random(seed), 0
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    for _ in range(6 * POINTS):
        at = {symbol: _number(symbol, rng) for symbol in symbols}
        one, other = _at(left, at), _at(right, at)
        if one is None and other is None:
            continue
        if not _same(one, other):
            where = ", ".join(f"{symbol} = {number}" for symbol, number in at.items()) or "any point"
            shown = ["nothing" if value is None else mpmath.nstr(value, 8) for value in (one, other)]
            raise Refused(f"at {where} the left side is {shown[0]}, the right side {shown[1]}")
        agreed += 1
        if agreed == 2 and _by_algebra(left - right):
            return "by algebra"
        if agreed == POINTS or not symbols:
            return f"at {agreed} points, to {DIGITS} digits"
    raise Refused("no point was found at which both sides are numbers")


def _by_algebra(difference):
    size = sp.count_ops(difference)
    if size > 3000 or difference.has(sp.Piecewise, sp.Max):
        return False
    return sp.expand(difference) == 0 or (
        size <= 400 and sp.expand(sp.together(difference).as_numer_denom()[0]) == 0)


def equal(left, right, loose=False):
    """Like `compare`, for matrices entry by entry. `loose`: a list of numbers may stand for a row or a column."""
    if is_matrix(left) or is_matrix(right):
        left, right = (side if is_matrix(side) else Matrix([[side]]) for side in (left, right))
        if loose and left.shape == right.shape[::-1] and 1 in left.shape:
            right = right.T
        if left.shape != right.shape:
            raise Refused(f"the left side has the shape {left.shape}, the right side {right.shape}")
        evidence = [compare(one, other) for one, other in zip(left, right)]
        return max(evidence, key=len)
    return compare(left, right)


class Check:
    """Holds formulas against one set of meanings.

    Parameters
    ----------
    meanings : Meanings
    point : dict of Symbol to number, optional
        Where equations with a number on one side are to hold.
    """

    def __init__(self, meanings, point=None):
        self.meanings, self.point = meanings, dict(point or {})

    def statement(self, node):
        """How each relation of a statement was found true, in words.

        Raises
        ------
        Refused, NoMeaning, Misfit
            (all ValueErrors) if it is not so, or says something of which nobody knows the meaning.
        """
        if node.kind == "list":
            return [one for part in node.parts for one in self.statement(part)]
        found = []
        for indices in assignments(node, self.meanings.ranges):
            evaluation = Evaluation(self.meanings, indices)
            if node.kind != "relation":
                self.value(evaluation, node)
                continue
            sides, signs = node.parts
            for number, sign in enumerate(signs):
                found.append(self.relation(evaluation, sides[number], sign, sides[number + 1]))
        return found

    def value(self, evaluation, node):
        """What a node stands for, with every value on the way written out."""
        value = evaluation.value(node)
        return value.applyfunc(self.meanings.ground) if is_matrix(value) else self.meanings.ground(sp.sympify(value))

    def relation(self, evaluation, before, sign, after):
        """One link of a chain."""
        if sign in ("\\leftarrow", "\\mapsto"):
            return self.update(evaluation, before, after)
        left, right = self.value(evaluation, before), self.value(evaluation, after)
        loose = "tuple" in (before.kind, after.kind)
        if sign in EQUAL:
            if self.point and (_free(left) == set() or _free(right) == set()):
                return equal(self.at(left), self.at(right), loose)
            return equal(left, right, loose)
        if sign == "\\approx":
            return self.nearly(left, right, after)
        if sign in ORDER:
            verdict = sp.simplify(ORDER[sign](self.at(left), self.at(right)))
            if verdict != sp.true:
                raise Refused(f"{left} {sign} {right} does not hold in general, or at the point that is given")
            return "by algebra"
        raise NoMeaning(f"a relation that is not checked: {sign}")

    def at(self, value):
        """A value at the point that is given."""
        return value.xreplace(self.point) if self.point else value

    def nearly(self, left, right, after):
        """≈: to the digits printed, or up to second order in what is small."""
        small = set(self.meanings.small)
        if not is_matrix(left) and (left.free_symbols | right.free_symbols) & small:
            t = sp.Symbol("t", real=True)
            shrunk = {symbol: t * symbol for symbol in small}
            sides = [side.xreplace(shrunk) for side in (left, right)]
            for order in (0, 1):
                compare(*(sp.diff(side, t, order).subs(t, 0) for side in sides))
            return "up to terms of second order"
        left, right = self.at(left), self.at(right)
        printed = after.parts[0] if after.kind == "neg" else after
        if printed.kind != "num" or _free(left):
            raise NoMeaning("≈ is checked between a number and its digits, or where something small is named")
        digits = len(printed.parts[0].partition(".")[2])
        if abs(sp.N(left, 30) - right) > sp.Rational(1, 2) / 10**digits:
            raise Refused(f"{sp.N(left, 10)} is not {right} to the digits printed")
        return "to the digits printed"

    def update(self, evaluation, target, after):
        """← : what the rule makes of the target in one step. A parameter's arrow uses memory that is already new."""
        rule = self.meanings.rule
        if rule is None:
            raise NoMeaning("nobody says which update rule an arrow must agree with here")
        old, new = evaluation.value(target), self.value(evaluation, after)
        names = list(old) if is_matrix(old) else [old]
        if is_matrix(old) and (not is_matrix(new) or new.shape != old.shape):
            raise Refused(f"the new value has another shape than the old one, {old.shape}")
        for symbol in names:
            if symbol not in rule.update:
                raise NoMeaning(f"{symbol} is not updated by {rule.name}")
        renewed = {memory: rule.update[memory] for memory in rule.memory} if names[0] in rule.variables else {}
        found = [compare(self.meanings.ground(rule.update[symbol]), value.xreplace(renewed))
                 for symbol, value in zip(names, list(new) if is_matrix(new) else [new])]
        return max(found, key=len)


def _free(value):
    return value.free_symbols
