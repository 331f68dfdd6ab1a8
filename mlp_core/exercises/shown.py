"""How an exercise looks in a notebook: its question and its numbers, as Markdown with TeX."""

import numpy as np
import sympy as sp

from ..derive import latex

FEW = 80
_TEX = {"theta": r"\theta", "lr": r"\eta", "beta": r"\beta", "rho": r"\rho", "eps": r"\varepsilon",
        "beta1": r"\beta_1", "beta2": r"\beta_2", "dZ": r"\partial L/\partial Z", "dA": r"\partial L/\partial A"}


def tex(name, value):
    """`name = value` between dollar signs, an array as a matrix."""
    array = np.asarray(value, dtype=float)
    body = f"{array:.6g}" if array.ndim == 0 else (
        r"\begin{pmatrix}" + r" \\ ".join(" & ".join(f"{one:.6g}" for one in line) for line in np.atleast_2d(array))
        + r"\end{pmatrix}")
    return f"${_TEX.get(name, name)} = {body}$"


def row(*cells):
    """One line of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |"


def shown(task):
    """The question; and where it has arrays, and not too many numbers, these as an instance."""
    given = {name: value for name, value in task.given.items() if not isinstance(value, list)}
    whole = len(given) == len(task.given) and sum(np.size(value) for value in given.values()) <= FEW
    if whole and any(np.ndim(value) for value in given.values()):
        return f"{task.statement} For instance (in `.given`): {', '.join(tex(*pair) for pair in given.items())}."
    return task.statement


def numbers(task):
    """The answer for the teacher: as a formula where there is one, else for the numbers in `task.given`."""
    if isinstance(task.expression, sp.MatrixBase):
        return ", ".join(f"${latex(sp.factor(one))}$" for one in task.expression)
    if task.expression is not None:
        return f"${latex(task.expression)}$"
    return ", ".join(tex(_TEX.get(name, rf"\mathrm{{{name}}}"), value)
                     for name, value in zip(task.parts, task.cases[0].truth))
