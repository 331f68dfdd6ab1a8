"""Functions of which nothing is known but that they have derivatives: what holds for them holds for every function."""

import itertools
import random
from functools import cache

import sympy as sp

_TERMS = 3


class Unknown(sp.Function):
    """A smooth function without a formula; its derivatives are unknown functions too.

    Made by `unknown`. Mixed derivatives are the same in whatever order they are taken. So that two formulas can be
    compared at a point with 50 digits, it has a value there: that of a sum of exponentials which nobody would guess.
    """

    label, orders = "", ()

    def fdiff(self, argindex=1):
        orders = list(self.orders)
        orders[argindex - 1] += 1
        return _made(self.label, tuple(orders))(*self.args)

    def _eval_is_extended_real(self):
        return True if all(one.is_extended_real for one in self.args) else None

    @classmethod
    def terms(cls):
        """(weight, slopes) of each exponential that stands for the function itself where a number is needed."""
        return _coefficients(cls.label, len(cls.orders))


@cache
def _coefficients(label, arity):
    rng = random.Random(f"{label}/{arity}")
    number = (sp.Rational(rng.choice((-1, 1)) * rng.randint(20, 90), 97) for _ in itertools.count())
    return [(next(number), [next(number) for _ in range(arity)]) for _ in range(_TERMS)]


@cache
def _made(label, orders):
    name = label + "".join(f"_{order}" for order in orders) if any(orders) else label
    return type(name, (Unknown,), {"label": label, "orders": orders, "nargs": len(orders)})


def unknown(label, arity=1):
    """An unknown function.

    Parameters
    ----------
    label : str
        Its name; the same name is the same function.
    arity : int
        How many numbers it takes.

    Examples
    --------
    >>> h, x = unknown("h"), sp.Symbol("x", real=True)
    >>> sp.diff(h(x**2), x)
    2*x*h_1(x**2)
    """
    if arity < 1:
        raise ValueError(f"arity: got {arity}, expected at least 1")
    return _made(label, (0,) * arity)
