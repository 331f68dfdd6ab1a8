"""Are two expressions equal? Algebra first, then numbers to 50 digits; a doubt counts as no."""

import random
from itertools import combinations, pairwise

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from .checks import expression_or_matrix
from .functions import expanded

POINTS = 6
DIGITS = 50
_CONDITIONS = (Relational, BooleanFunction, BooleanAtom)
_OPEN = (sp.Derivative, sp.Subs, sp.Sum, sp.Product, sp.Integral, sp.Limit)


class NotEqual(ValueError):
    """Two lines differ, or nobody could tell. The message says where."""


def meaning(expression, given):
    """The expression with every name in `given` replaced by what it stands for, names within names too."""
    if isinstance(expression, (sp.MatrixBase, sp.MatrixExpr)):
        whole = sp.sympify(expression)
        for _ in range(len(given) + 1):
            after = whole.subs(given).doit()
            if after == whole:
                break
            whole = after
        whole = whole.as_explicit() if isinstance(whole, sp.MatrixExpr) else whole
        return whole.applyfunc(lambda entry: meaning(entry, given))
    expression = sp.sympify(expression)
    if expression.has(*_OPEN):
        expression = expression.doit()
    names = {name: value for name, value in given.items() if not isinstance(value, (sp.MatrixBase, sp.MatrixExpr))}
    for _ in range(len(names) + 1):
        after = expression.subs(names, simultaneous=True) if expression.has(*_OPEN) else expression.xreplace(names)
        if after == expression:
            return expression.doit() if expression.has(*_OPEN) else expression
        expression = after.doit() if after.has(*_OPEN) else after
    raise ValueError(f"given: the names stand for one another in a circle: {', '.join(map(str, names))}")


def _concrete(expression, seed):
    """Unknown functions h, g … replaced by some smooth ones, so that a line that holds for all of them has numbers."""
    rng = random.Random(seed)
    for node in sorted({(node.func, len(node.args)) for node in expression.atoms(AppliedUndef)}, key=str):
        function, arity = node
        c = [sp.Rational(rng.randint(1, 9), rng.randint(2, 5)) for _ in range(4)]
        u = sp.symbols(f"u:{arity}", cls=sp.Dummy, real=True)
        body = sum(c[k % 4] * one ** (k + 2) for k, one in enumerate(u)) + c[1] * sp.exp(c[2] * sum(u) / 7)
        expression = expression.subs(function, sp.Lambda(u, body + c[3] * sp.prod(u)))
    return expression.doit()


def _value(symbol, rng):
    """A rational that the symbol's assumptions allow."""
    number = sp.Rational(rng.randint(3, 40), rng.choice((7, 11, 13)))
    if symbol.is_integer:
        number = sp.Integer(rng.randint(1, 6))
    if symbol.is_positive or symbol.is_nonnegative:
        return number
    if symbol.is_negative:
        return -number
    return number * rng.choice((-1, 1))


def _point(symbols, rng):
    return {symbol: _value(symbol, rng) for symbol in symbols}


def _borders(expression):
    """What is 0 where a case begins, and at kinks and jumps."""
    for node in expression.atoms(Relational):
        yield node.lhs - node.rhs
    for node in expression.atoms(sp.Abs, sp.sign, sp.Heaviside):
        yield node.args[0]
    for node in expression.atoms(sp.Max, sp.Min):
        yield from (one - other for one, other in combinations(node.args, 2))
    for node in expression.atoms(sp.floor, sp.ceiling):
        yield from (node.args[0] - whole for whole in (-1, 0, 1))


def _zeros(border, main):
    """Where a polynomial in one letter is 0, as rationals, to 20 digits if need be; nowhere for what is none."""
    for exact in (border, sp.N(border, 30)):  # the second where there is a root or π in it
        polynomial = sp.nsimplify(exact, rational=True).as_poly(main)
        if polynomial is not None and polynomial.degree() > 0 and (polynomial.domain.is_QQ or polynomial.domain.is_ZZ):
            return {zero if zero.is_Rational else sp.Rational(str(sp.N(zero, 20))) for zero in polynomial.real_roots()}
    return set()


def _beside(zeros):
    """Some numbers, one between any two of them, and one beyond either end."""
    zeros = sorted(zeros)
    return [zeros[0] - 1, *zeros, *((a + b) / 2 for a, b in pairwise(zeros)), zeros[-1] + 1] if zeros else []


def _at_borders(before, after, symbols, rng):
    """Points at and beside the borders, found along the first letter of each, at some values of the others."""
    borders = sorted({*_borders(before), *_borders(after)}, key=str)
    for main in sorted({min(border.free_symbols, key=str) for border in borders if border.free_symbols}, key=str):
        at = _point([symbol for symbol in symbols if symbol != main], rng)
        zeros = set().union(*(_zeros(border.xreplace(at), main) for border in borders if border.has(main)))
        numbers = _beside(zeros)
        if main.is_integer:
            numbers = [whole(number) for number in numbers for whole in (sp.floor, sp.ceiling)]
        yield from ({**at, main: number} for number in numbers if _fits(main, number))


def _fits(symbol, number):
    """Whether the symbol's assumptions allow a number."""
    return all(getattr(number, f"is_{fact}") is not (not holds) for fact, holds in symbol.assumptions0.items())


def _agree(left, right):
    """The same number to 50 digits (True), different ones (False), or no finite number at all (None)."""
    if left.is_Rational and right.is_Rational:
        return left == right
    left, right = (sp.N(side, DIGITS + 15, maxn=400) for side in (left, right))
    if not all(side.is_number and side.is_finite for side in (left, right)):
        return None
    return bool(abs(left - right) <= sp.Float(10, 20) ** (-DIGITS) * (1 + abs(left)))


def _by_numbers(before, after, seed):
    """How many random points agreed; raises NotEqual at one that does not."""
    rng = random.Random(seed)
    before, after = (_concrete(side, seed) for side in (before, after))
    symbols = sorted(before.free_symbols | after.free_symbols, key=str)
    if not all(symbol.is_commutative for symbol in symbols):
        return 0  # the order of factors matters, and numbers do not know it
    agreed, points = 0, [_point(symbols, rng) for _ in range(5 * POINTS)]
    if all(symbol.is_zero is not False for symbol in symbols):
        points.insert(0, dict.fromkeys(symbols, sp.Integer(0)))  # where ReLU has its kink
    for at in points:
        agreed += _agree_at(at, before, after)
        if agreed == POINTS or (agreed and not symbols):
            break
    for at in _at_borders(before, after, symbols, rng):
        _agree_at(at, before, after)
    return agreed


def _agree_at(at, before, after):
    """Whether both are one number at a point; raises NotEqual if they are two."""
    try:
        left, right = before.xreplace(at), after.xreplace(at)
    except TypeError:  # a condition compares what is no number here, such as 1/0
        return False
    verdict = _agree(left, right)
    if verdict is False:
        where = ", ".join(f"{symbol} = {number}" for symbol, number in at.items()) or "this"
        raise NotEqual(f"at {where} the one is {sp.N(left, 8)}, the other {sp.N(right, 8)}")
    return verdict is True


def _by_algebra(difference):
    """True if the difference simplifies to 0 by rules that are quick; False says nothing."""
    if sp.count_ops(difference) > 4000:
        return False
    for tidy in (sp.expand, lambda d: sp.expand(sp.together(d).as_numer_denom()[0]), sp.simplify):
        if tidy is sp.simplify and sp.count_ops(difference) > 300:
            return False
        if tidy(difference) == 0:
            return True
    return False


def _logically(before, after, seed):
    """Conditions on real numbers. At some values of the other symbols, the first symbol's critical values and one
    point between any two of them and beyond decide whether both hold for the same numbers.
    """
    symbols = sorted(before.free_symbols | after.free_symbols, key=str)
    rng, seen = random.Random(seed), set()
    for main in symbols:
        for _ in range(POINTS):
            at = _point([symbol for symbol in symbols if symbol != main], rng)
            left, right = before.subs(at), after.subs(at)
            zeros = set()
            for relation in left.atoms(Relational) | right.atoms(Relational):
                zeros |= set(sp.solveset(relation.lhs - relation.rhs, main, sp.S.Reals))
            for probe in _beside(zeros) or [_value(main, rng)]:
                if (main.is_positive and not probe > 0) or (main.is_nonnegative and not probe >= 0):
                    continue
                one, other = sp.simplify(left.subs(main, probe)), sp.simplify(right.subs(main, probe))
                if one not in (sp.true, sp.false) or other not in (sp.true, sp.false):
                    raise NotEqual(f"undecided at {main} = {probe}: {one} and {other}")
                if one != other:
                    where = ", ".join(f"{name} = {number}" for name, number in {**at, main: probe}.items())
                    raise NotEqual(f"at {where} the one is {one}, the other {other}")
                seen.add(one)
    if len(seen) < 2:
        raise NotEqual("no point was found that tells the two conditions from ones that always or never hold")
    return "on every side of every border"


def check_equal(before, after, given=None, seed=0):
    """Hold two lines of a derivation against each other.

    "By algebra" is a proof. Points are none, but a slip has little room between them: six or more are drawn at random,
    of a few units at most, and others stand at and beside every case, kink and jump whose place is a polynomial's zero,
    and the steps of floor and ceiling around 0. There two rational numbers must be the same, others to 50 digits. So
    what differs by less than 1e-50 of its size may pass, and so may what differs far out only, behind a border such as
    exp(z) < 10⁶ or at a later step of floor.

    Parameters
    ----------
    before, after : Expr, Matrix, MatrixExpr or Boolean
        Matrices are compared entry by entry, conditions by the numbers for which they hold.
    given : dict of Symbol (or MatrixSymbol) to Expr (or Matrix), optional
        What names stand for: {a: σ(z)}. Replaced on both sides before they are compared.
    seed : int
        Decides the points at which numbers are tried.

    Returns
    -------
    str
        How it was found: "by algebra", or "at 6 points, to 50 digits" where SymPy could not decide.

    Raises
    ------
    TypeError
        If one of them, or what a name stands for, is nothing of this kind.
    NotEqual
        (a ValueError) if the two differ at a point, differ in shape, or no way of deciding worked.
    """
    given = {name: expression_or_matrix("given", value) for name, value in (given or {}).items()}
    before, after = (meaning(expression_or_matrix(name, side), given)
                     for name, side in (("before", before), ("after", after)))
    if isinstance(before, sp.MatrixBase) or isinstance(after, sp.MatrixBase):
        shapes = [side.shape if isinstance(side, sp.MatrixBase) else "a number" for side in (before, after)]
        if shapes[0] != shapes[1]:
            raise NotEqual(f"the shapes differ: {shapes[0]} and {shapes[1]}")
        found = set()
        for place in range(len(before)):
            try:
                found.add(check_equal(before[place], after[place], None, seed))
            except NotEqual as refusal:
                row, column = divmod(place, before.shape[1])
                raise NotEqual(f"entry ({row + 1}, {column + 1}): {refusal}") from None
        return max(found, default="by algebra", key=len)
    conditions = [isinstance(side, _CONDITIONS) for side in (before, after)]
    if any(conditions):
        if not all(conditions):
            raise NotEqual("the one is a condition, the other a number")
        return "by algebra" if before == after else _logically(before, after, seed)
    if before == after or _by_algebra_quick(before, after):
        return "by algebra"
    opened = [expanded(side) for side in (before, after)]
    agreed = _by_numbers(*opened, seed)
    if _by_algebra(before - after) or (opened != [before, after] and _by_algebra(opened[0] - opened[1])):
        return "by algebra"
    if not agreed:
        raise NotEqual("undecided: algebra does not show it, and no point gave a number")
    return f"at {agreed} points, to {DIGITS} digits"


def _by_algebra_quick(before, after):
    difference = before - after
    return sp.count_ops(difference) < 400 and sp.expand(difference) == 0
