"""Self-checks with a choice of answers; see `selfcheck`. Where the truth can be derived, it decides which is right."""

import re
from dataclasses import dataclass

from ..derive.reading import read_latex
from .judging import check
from .selfcheck import SelfCheck, formula, number

_WHEN = re.compile(r"(<|>|=)\s*0$")
_COMPARED = {"<": lambda value: value < 0, ">": lambda value: value > 0, "=": lambda value: value == 0}


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from.

    Attributes
    ----------
    text : str
        As it stands on the page.
    mark : str
        "right", "", or a condition on the derived number: "< 0", "> 0", "= 0".
    why : str
        What is said when it is chosen.
    """

    text: str
    mark: str = ""
    why: str = ""


def choice(options, of="", by=None, at=None, letters=()):
    """One of several answers is to be chosen.

    Parameters
    ----------
    options : sequence of Option
        Two or more. Exactly one is right: the one that is marked or, with `of`, the one that is derived.
    of, by, at, letters
        As for `number` and `formula`. Each option is then a condition, or a single formula between dollar signs that
        is held against the derived answer; what is marked must agree.

    Returns
    -------
    SelfCheck

    Raises
    ------
    ValueError
        If not exactly one option is right, if one is marked that is not, or if a wrong one says no reason.
    """
    options = list(options)
    derived = (number(of, by, at) if at else formula(of, by, letters)) if of else None
    judged = [_judged(option, derived) for option in options]
    right = [k for k, (is_right, _) in enumerate(judged) if is_right]
    marked = [k for k, option in enumerate(options) if option.mark == "right"]
    if len(options) < 2 or len(right) != 1:
        raise ValueError(f"options: got {len(right)} right ones among {len(options)}, expected one among two or more")
    if marked and marked != right:
        raise ValueError(f"options: {options[marked[0]].text!r} is marked right, but derived is {derived.answer}")
    silent = [option.text for k, (option, (_, why)) in enumerate(zip(options, judged)) if not why and k not in right]
    if silent:
        raise ValueError(f"options: {silent[0]!r} is wrong and does not say why")
    return SelfCheck({"kind": "choice", "right": right[0], "why": [why for _, why in judged]},
                     derived and derived.answer, derived and derived.task)


def _judged(option, derived):
    """(whether it is right, what is said when it is chosen)."""
    if derived is None:
        if option.mark not in ("", "right"):
            raise ValueError(f"options: {option.mark!r} of {option.text!r} needs `of`, from which it is derived")
        return option.mark == "right", option.why
    when = _WHEN.match(option.mark)
    if when:
        if derived.data["kind"] != "number":
            raise ValueError(f"options: {option.mark!r} of {option.text!r} needs `at`, a place")
        return _COMPARED[when[1]](derived.data["truth"]), option.why
    between = re.fullmatch(r"\$([^$]+)\$", option.text.strip())
    if option.mark not in ("", "right") or not between:
        raise ValueError(f"options: got {option.text!r} marked {option.mark!r}, expected $a formula$ or a condition "
                         "such as < 0")
    symbols = {str(symbol): symbol for symbol in derived.task.symbols}
    value = read_latex(between[1], symbols)
    if derived.data["kind"] == "number":
        if value.free_symbols:
            raise ValueError(f"options: got {option.text!r}, expected a number")
        value = float(value)
    verdict = check(derived.task, value)
    return verdict.right, option.why or verdict.explain() * bool(verdict.diagnoses)
