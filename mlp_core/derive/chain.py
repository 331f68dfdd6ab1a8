"""The chain rule with every factor in sight: two functions, three, any number; and one input that is used twice.

Functions may be left open (h, g) or be formulas. Chapter 3 derives the rule; here it is applied, and each line of it
is checked against `sympy.diff` of the whole composite.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import sympy as sp
from sympy.core.function import AppliedUndef

from .checks import expression
from .derivation import Derivation
from .notation import latex, rate


@dataclass(frozen=True)
class Factor:
    """One stage's slope: how fast its value changes with what goes into it.

    Attributes
    ----------
    of, by : Symbol
        The stage's value and its input, as in dv/du.
    stage : Expr
        The value in terms of the input.
    slope : Expr
        dv/du, in terms of the input.
    """

    of: sp.Symbol
    by: sp.Symbol
    stage: sp.Expr
    slope: sp.Expr

    @property
    def symbol(self):
        """dv/du as one symbol, to be printed."""
        return rate(self.of, self.by, partial=False)


class Chain:
    """A composite function of one variable, with its derivative as a product; made by `chain_rule`.

    Attributes
    ----------
    x : Symbol
    factors : tuple of Factor
        From the outermost stage to the innermost.
    """

    def __init__(self, factors, x):
        self.factors = tuple(factors)
        self.x = x

    @property
    def stages(self):
        """What every intermediate name stands for, {Symbol: Expr}, innermost first; the last is the whole function."""
        return {factor.of: factor.stage for factor in reversed(self.factors)}

    def _in_x(self, expression):
        for factor in self.factors[1:]:
            expression = expression.subs(factor.of, factor.stage)
        return expression.doit()

    @cached_property
    def composite(self):
        """The whole function in x."""
        return self._in_x(self.factors[0].stage)

    @cached_property
    def product(self):
        """The product of the factors in the names of the stages, outermost first, not multiplied out."""
        return sp.Mul(*(factor.slope for factor in self.factors), evaluate=False)

    @cached_property
    def derivative(self):
        """The derivative in x: the factors with the stages put in, multiplied."""
        return sp.Mul(*(self._in_x(factor.slope) for factor in self.factors))

    def derivation(self):
        """From d/dx of the composite to the result: the rule, each factor, the stages put in. Every line is checked.

        Returns
        -------
        Derivation
        """
        given = {factor.of: factor.stage for factor in self.factors[1:]}
        given |= {factor.symbol: factor.slope for factor in self.factors}
        names = sp.Mul(*(factor.symbol for factor in self.factors), evaluate=False)
        done = Derivation(sp.Derivative(self.composite, self.x), given=given)
        done.step("one factor for each stage", names).step("the slope of each stage", self.product)
        in_x = [self._in_x(factor.slope) for factor in self.factors]
        if in_x != [factor.slope for factor in self.factors]:
            done.step("the stages put in", sp.Mul(*in_x, evaluate=False))
        if latex(self.derivative) != latex(done.result):
            done.step("multiplied", self.derivative)
        return done

    def backward(self):
        """Products taken from the outside in, as backpropagation does: dy/dv, dy/du, dy/dx.

        Returns
        -------
        tuple of (Symbol, Expr)
            A derivative of the last value, by each stage in turn, and its product so far in the stages' names.
        """
        top = self.factors[0].of
        products = accumulate((factor.slope for factor in self.factors), lambda a, b: sp.Mul(a, b))
        return tuple((rate(top, factor.by, partial=False), product) for factor, product in zip(self.factors, products))

    def forward(self):
        """Products taken from the inside out: du/dx, dv/dx, dy/dx. The same in the end.

        Returns
        -------
        tuple of (Symbol, Expr)
        """
        products = accumulate((factor.slope for factor in reversed(self.factors)), lambda a, b: sp.Mul(b, a))
        return tuple((rate(factor.of, self.x, partial=False), product)
                     for factor, product in zip(reversed(self.factors), products))


def chain_rule(*stages, through=None, value="y"):
    """The derivative of a composite function, with every factor shown.

    Parameters
    ----------
    *stages : Expr, …, Symbol
        The outermost function, …, the innermost, and x last: `chain_rule(sp.sin(u), x**2, x)` for sin(x²). Each
        function is an expression in one letter that stands for the value of the next; open functions work too:
        `chain_rule(h(u), g(x), x)`.
    through : sequence of Symbol, optional
        Those letters, outermost first; needed where an expression has more letters than one.
    value : str or Symbol
        What to call the value of the whole.

    Returns
    -------
    Chain

    Raises
    ------
    TypeError, ValueError
        If x is no symbol, a stage no expression, if there are fewer than two functions, or if it is not clear which
        letter a stage is in.
    """
    *functions, x = stages
    if not isinstance(x, sp.Symbol):
        raise TypeError(f"stages: expected the variable, a Symbol, at the end, got {type(x).__name__}")
    functions = [expression("stages", function) for function in functions]
    if len(functions) < 2:
        raise ValueError(f"stages: got {len(functions)} function, expected at least two before the variable")
    letters = _letters(functions, through)
    if x in letters or len(set(letters)) < len(letters):
        raise ValueError(f"stages: each stage needs a letter of its own, got {', '.join(map(str, [*letters, x]))}")
    names, inputs = [sp.Symbol(value, real=True) if isinstance(value, str) else value, *letters], [*letters, x]
    for function, letter in zip(functions, inputs):
        if letter not in function.free_symbols:
            raise ValueError(f"stages: {function} does not depend on {letter}")
    return Chain([Factor(name, letter, function, sp.diff(function, letter))
                  for name, letter, function in zip(names, inputs, functions)], x)


def _letters(functions, through):
    """The letters that stand for the values of the inner stages, outermost first."""
    if through is not None:
        if len(through) != len(functions) - 1:
            raise ValueError(f"through: got {len(through)} letters, expected {len(functions) - 1}")
        return list(through)
    letters = []
    for function in functions[:-1]:
        free = function.free_symbols
        if len(free) != 1:
            raise ValueError(f"through: {function} has {len(free)} letters, so say which one stands for the next stage")
        letters.append(next(iter(free)))
    return letters


def contributions_add(outer, inner, x, value="y"):
    """One input used more than once: its contributions to the derivative, one for each way, are added.

    dy/dx = ∂y/∂u · du/dx + ∂y/∂v · dv/dx + …, and + ∂y/∂x where x is also used directly.

    Parameters
    ----------
    outer : Expr
        y in the letters of `inner`, and perhaps in x.
    inner : dict of Symbol to Expr
        What each letter stands for, in x.
    x : Symbol
    value : str or Symbol
        What to call the value of the whole.

    Returns
    -------
    Derivation
        From dy/dx of the whole to the sum with the inner functions put in; where `outer` holds an open function of
        several variables, to its partial derivatives in the letters.

    Raises
    ------
    TypeError, ValueError
        If a function is no expression, or if `outer` does not depend on one of the letters.
    """
    outer = expression("outer", outer)
    inner = {letter: expression("inner", function) for letter, function in inner.items()}
    y = sp.Symbol(value, real=True) if isinstance(value, str) else value
    missing = [letter for letter in inner if letter not in outer.free_symbols]
    if not inner or missing:
        raise ValueError(f"inner: expected letters that occur in {outer}, got {', '.join(map(str, inner)) or 'none'}")
    given, names, slopes = dict(inner), [], []
    for letter, function in inner.items():
        ways = {rate(y, letter): sp.diff(outer, letter), rate(letter, x, partial=False): sp.diff(function, x)}
        given |= ways
        names.append(sp.Mul(*ways, evaluate=False))
        slopes.append(sp.Mul(*ways.values(), evaluate=False))
    if x in outer.free_symbols:
        given[rate(y, x)] = sp.diff(outer, x)
        names.append(rate(y, x))
        slopes.append(sp.diff(outer, x))
    whole = outer.subs(inner).doit()

    def added(terms):
        return sp.Add(*terms, evaluate=False) if len(terms) > 1 else terms[0]

    done = Derivation(sp.Derivative(whole, x), of=rate(y, x, partial=False), given=given)
    done.step("contributions add", added(names)).step("the slopes", added(slopes))
    if any(len(node.args) > 1 for node in outer.atoms(AppliedUndef)):
        return done  # ∂h/∂u at (g(x), …) has no short name
    return done.step("the inner functions put in", added([slope.subs(inner).doit() for slope in slopes]))
