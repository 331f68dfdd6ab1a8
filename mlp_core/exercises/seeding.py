"""Exercises with numbers of one's own: a student's name or number decides them, and the teacher's key follows."""

import random
import unicodedata
from dataclasses import dataclass
from html import escape

import sympy as sp

from ..derive import ReLU, Sigmoid, Tanh
from .layers import layer, loss
from .networks import network
from .scalars import scalar
from .shown import numbers, row, shown
from .task import Task
from .updating import update


class Draw:
    """Numbers that follow from a seed: the same on every machine, with every version of Python and NumPy.

    Parameters
    ----------
    seed : int or str
        A number, or a name; capitals and spaces around a name do not count.
    """

    def __init__(self, seed):
        if isinstance(seed, bool) or not isinstance(seed, int | str) or not str(seed).strip():
            raise TypeError(f"seed: expected a whole number or a name, got {seed!r}")
        name = unicodedata.normalize("NFC", " ".join(str(seed).split())).casefold()
        self._random = random.Random(name).random  # Python promises that this sequence never changes
        self.seed = self.integer(0, 2**31)

    def integer(self, low, high, but=()):
        """A whole number from low to high, both included, that is not in `but`."""
        return self.choice([n for n in range(low, high + 1) if n not in but] if but else range(low, high + 1))

    def choice(self, options):
        """One of several."""
        return options[int(self._random() * len(options))]


x, y, w, b = sp.symbols("x y w b", real=True)


def _power(draw):
    n = draw.integer(3, 6)
    return scalar(draw.integer(2, 9) * x**n + draw.integer(-9, 9, but=(0,)) * x, seed=draw.seed)


def _corners(draw):
    c, d = draw.integer(2, 8), draw.integer(2, 8)
    return scalar(c * ReLU(x + 1) + d * ReLU(3 - 2 * x), seed=draw.seed)


def _chain(draw):
    inner = draw.integer(2, 5) * x**2 + draw.integer(-4, 4, but=(0,)) * x + draw.integer(1, 6)
    outer = draw.choice([sp.sin, lambda u: Tanh(u / 8), lambda u: u ** draw.integer(3, 5), lambda u: Sigmoid(u / 8)])
    return scalar(outer(inner), seed=draw.seed)


def _partials(draw):
    p, q = draw.integer(2, 4), draw.integer(2, 3)
    f = draw.integer(2, 7) * x**p * y + draw.integer(-6, 6, but=(0,)) * x * y**q + draw.integer(2, 9) * sp.sin(y)
    return scalar(f, [x, y], seed=draw.seed)


def _error(draw):
    into, target = draw.integer(-4, 4, but=(-1, 0, 1)), draw.integer(-5, 5, but=(0,))
    return scalar((w * into + b - target) ** 2, [w, b], seed=draw.seed)


def _sgd(theta, g, lr):
    return theta - lr * g


FAMILIES = {
    "power": _power, "corners": _corners, "chain": _chain, "partials": _partials, "error": _error,
    "loss": lambda draw: (loss(seed=draw.seed), lambda A, Y: (A - Y) / len(A)),
    "dW": lambda draw: (layer("dW", seed=draw.seed), lambda X, dZ: X.T @ dZ),
    "db": lambda draw: (layer("db", seed=draw.seed), lambda dZ: dZ.sum(axis=0)),
    "dX": lambda draw: (layer("dX", seed=draw.seed), lambda dZ, W: dZ @ W.T),
    "network": lambda draw: network(seed=draw.seed),
    "step": lambda draw: (update(seed=draw.seed), _sgd),
    "momentum": lambda draw: (update("momentum", seed=draw.seed), lambda theta, g, v, lr, beta: (
        theta + beta * v - lr * g, beta * v - lr * g)),
}


def seeded(make, seed):
    """An exercise with numbers from a seed.

    Parameters
    ----------
    make : str or callable
        One of "power", "corners", "chain", "partials", "error" (of a neuron), "loss", "dW", "db", "dX", "network",
        "step" and "momentum"; or a function from a `Draw` to a `Task`, or to a task and its solution.
    seed : int or str
        A number, or a student's name.

    Returns
    -------
    Task
        The same for the same seed, on every machine; arrays with the same version of NumPy. A notebook shows it
        with its numbers.

    Raises
    ------
    TypeError
        If `make` makes no exercise, or the seed is none.
    ValueError
        For an unknown name, and where the exercise's own solution fails its check.
    """
    if isinstance(make, str) and make not in FAMILIES:
        raise ValueError(f"make: expected one of {', '.join(FAMILIES)} or a function, got {make!r}")
    made = FAMILIES.get(make, make)(Draw(seed)) if isinstance(make, str) else make(Draw(seed))
    task, solution = made if isinstance(made, tuple) else (made, getattr(made, "expression", None))
    if not isinstance(task, Task):
        raise TypeError(f"make: expected a function that makes an exercise, got {type(task).__name__} from it")
    return task if solution is None else task.proved(solution)


@dataclass(frozen=True)
class Key:
    """The teacher's key: for each seed the exercise and its answer. A notebook shows it as a table.

    Attributes
    ----------
    rows : tuple of (str, str, str)
        The seed, the exercise and the answer, as Markdown.
    tasks : tuple of Task
    """

    rows: tuple
    tasks: tuple

    def _repr_markdown_(self):
        return "\n".join(row(*one) for one in (("for", "exercise", "answer"), ("---",) * 3, *self.rows))

    def __repr__(self):
        return self._repr_markdown_()


def key(make, seeds):
    """The numbers and the answers of a whole class.

    Parameters
    ----------
    make : str or callable
        As for `seeded`.
    seeds : iterable of int or str
        The list of the class: numbers or names.

    Returns
    -------
    Key
    """
    seeds = list(seeds)
    tasks = tuple(seeded(make, seed) for seed in seeds)
    names = [escape(str(seed), quote=False) for seed in seeds]
    return Key(tuple((name, shown(task), numbers(task)) for name, task in zip(names, tasks)), tasks)
