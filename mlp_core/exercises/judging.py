"""Holding an answer against the truth, and against what each known mistake would give."""

import threading

import numpy as np

from .. import _validate
from . import symbols
from .calling import SECONDS, call, one_by_one
from .diagnosing import agrees, diagnose, made
from .measuring import FINE, measured_slope
from .task import Task
from .values import Unusable, read
from .verdict import Verdict

CLOSE = 1e-9       # two float64 formulas for one thing, as a share of the largest number
SINGLE = 64 * 2.0**-23


def check(task, answer, *, seconds=SECONDS):
    """Judge an answer to an exercise.

    Parameters
    ----------
    task : Task
        From `scalar`, `activation`, `loss`, `layer`, `network` or `update`.
    answer : callable, array, SymPy expression or str of LaTeX
        A function takes the task's arguments, by their names or in their order; it gets copies. An array is compared
        for the numbers `task.given`.
    seconds : float
        How long one call of the function may take.

    Returns
    -------
    Verdict
        True in an `if` exactly where the answer is right.

    Raises
    ------
    TypeError
        If `task` is none, or `seconds` no number. Whatever is wrong with the answer is said in the verdict.
    ValueError
        If `seconds` is not above 0, or longer than Python can wait.
    """
    if not isinstance(task, Task):
        raise TypeError(f"task: expected an exercise, got {type(task).__name__}")
    seconds = _validate.number("seconds", seconds, above=0, below=threading.TIMEOUT_MAX)
    try:
        if symbols.is_formula(answer):
            answer = symbols.function(task, answer)
        given, remarks = _collect(task, answer, seconds)
    except Unusable as trouble:
        return Verdict("unusable", str(trouble), solution=task.solution)
    return _judge(task, given, remarks, lambda case, nudge: _beside(task, answer, case, seconds, nudge))


def _beside(task, answer, case, seconds, nudge):
    """What a function answers a hair's breadth beside a case; None where there is no such thing."""
    def nudged(value):
        if isinstance(value, list):
            return [nudged(one) for one in value]
        return value * (1 + nudge) if np.asarray(value).dtype.kind == "f" else value

    if not callable(answer):
        return None
    outcome = _called(task, answer, {name: nudged(one) for name, one in case.arguments.items()}, case, seconds)[0]
    try:
        return None if outcome.trouble else _flat(case, read(task, outcome.value, case, []), [])
    except Unusable:
        return None


def _called(task, answer, arguments, case, seconds):
    """The outcome of a call, and whether the function took its numbers one at a time."""
    outcome = call(answer, arguments, seconds)
    if outcome.trouble and outcome.trouble[0] == "raises" and task.entrywise and np.ndim(case.truth[0]):
        again = one_by_one(answer, arguments, seconds)
        if not again.trouble:
            return again, True
    return outcome, False


def _collect(task, answer, seconds):
    """[(case, parts)] where the answer gave something, and remarks."""
    remarks = []
    if not callable(answer):
        return [(task.cases[0], _flat(task.cases[0], read(task, answer, task.cases[0], remarks), remarks))], remarks
    found, troubles = [], []
    for case in task.cases:
        outcome, singly = _called(task, answer, case.arguments, case, seconds)
        if singly:
            remarks.append("Your function takes one number at a time; arrays would be quicker.")
        if outcome.changed:
            remarks.append(f"Your function changes its input {', '.join(outcome.changed)}: work on a copy, or whoever "
                           "calls it loses their numbers.")
        if outcome.trouble:
            troubles.append(outcome.trouble)
            if outcome.trouble[0] != "raises":
                break
        else:
            found.append((case, _flat(case, read(task, outcome.value, case, remarks), remarks)))
    if troubles and (not found or troubles[0][0] != "raises"):
        said = troubles[0][1]
        raise Unusable(said[0].upper() + said[1:] + ("" if said.endswith("?") else "."))
    if troubles:
        remarks.append(f"At {len(troubles)} of {len(task.cases)} places {troubles[0][1]}.")
    return found, list(dict.fromkeys(remarks))


def _flat(case, parts, remarks):
    """Slopes by single numbers: a row or column that was returned as a matrix is read as one."""
    if len(parts) > 1 or not _numbers_only(case) or parts[0].shape == case.truth[0].shape or (
            parts[0].size != case.truth[0].size):
        return parts
    remarks.append(f"Your answer has the shape {parts[0].shape}; it was read as {case.truth[0].shape}.")
    return [parts[0].reshape(case.truth[0].shape)]


def _numbers_only(case):
    return all(isinstance(one, float) for one in case.arguments.values())


def _judge(task, given, remarks, again):
    used = {id(case) for case, _ in given}
    raised = len(given) < len(task.cases) and any(remark.startswith("At ") for remark in remarks)
    sizes = [max(np.abs(case.truth[p]).max(initial=0) for case in task.cases) or 1.0 for p in range(len(task.parts))]
    single = any(part.dtype == np.float32 for _, parts in given for part in parts)
    allowed = SINGLE if single else CLOSE

    def agree(parts, wanted, p):
        return agrees(parts[p], wanted[p], allowed * sizes[p])

    def true(case, parts, p, share=allowed):
        here = np.abs(case.truth[p]).max(initial=0)  # a small number beside large ones is to be right, too
        return agrees(parts[p], case.truth[p], share * max(here, 1e-3 * sizes[p]))

    wrong = [p for p in range(len(task.parts))
             if not all(true(case, parts, p) or _convention(case, parts[p], p) for case, parts in given)]
    if not wrong:
        for case, parts in given:
            if case.range and not agree(parts, case.truth, 0):
                remarks.append("At the kink your slope is another than the book's, which by agreement takes the one "
                               "from the left; any value between the two is defensible.")
                break
        if single:
            remarks.append("In float32, so about seven digits agree; a check of gradients wants float64.")
        if raised:
            return Verdict("wrong", "Where your function answered it was right, but it did not always answer.", (),
                           tuple(remarks), (), task.solution)
        return Verdict("right", f"Compared at {len(given)} places with the derivation.", (), tuple(dict.fromkeys(
            remarks)), (), task.solution)
    cases = [case for case in task.cases if id(case) in used]
    diagnoses = diagnose(cases, [parts for _, parts in given], wrong, agree, task)
    if not diagnoses:
        step = measured_slope(task, given, wrong, sizes, again)
        if step is not None:
            kind, detail, error = step
            if error < FINE:
                remarks.append(f"It agrees to {error:.0e}, as a slope does that is measured rather than derived.")
                return Verdict("right", "As near as a measurement comes.", (), tuple(remarks), (), task.solution)
            diagnoses = [made(kind, detail, task, wrong)]
        elif _fickle(given, again):
            remarks.append("Called twice with the same numbers, your function gives two answers. Does it draw random "
                           "numbers, or keep something from call to call?")
        elif all(true(case, parts, p, 2e-6) for case, parts in given for p in wrong):
            remarks.append("It agrees to six digits only. Arithmetic in float32 would do that, or a small constant "
                           "added somewhere.")
            return Verdict("right", "To about six digits.", (), tuple(remarks), (), task.solution)
    where, rows = _numbers(task, given, wrong, sizes, allowed)
    status = "wrong" if diagnoses else "unknown"
    return Verdict(status, where, tuple(diagnoses), tuple(remarks), tuple(rows), task.solution)


def _fickle(given, again):
    case, parts = given[0]
    once_more = again(case, 0.0)
    return once_more is not None and not all(map(np.array_equal, once_more, parts))


def _convention(case, value, p):
    return bool(p == 0 and case.range and np.shape(value) == np.shape(case.truth[0])
                and np.all((value >= case.range[0]) & (value <= case.range[1])))


def _numbers(task, given, wrong, sizes, allowed):
    """Where it differs, in a sentence; and the worst places as rows (where, yours, derived)."""
    p, rows, places = wrong[0], [], 0
    for case, parts in given:
        value, truth = parts[p], case.truth[p]
        if value.shape != truth.shape:
            rows.append((np.inf, f"shape of {task.parts[p]}", str(value.shape), str(truth.shape)))
            places += 1
            continue
        apart = np.abs(value - truth)
        places += bool(apart.max(initial=0) > allowed * sizes[p])
        for index in np.argsort(-apart, axis=None)[:2]:
            at = tuple(int(i) for i in np.unravel_index(index, apart.shape))
            where = ", ".join(f"{name} = {one:g}" for name, one in case.arguments.items()) if _numbers_only(case) else (
                f"{task.parts[p]}{list(at) if at else ''}")
            rows.append((float(apart[at]), where, f"{float(value[at]):.8g}", f"{float(truth[at]):.8g}"))
    rows.sort(key=lambda row: -row[0])
    if rows[0][0] == np.inf:
        return (f"The {rows[0][1]} is {rows[0][2]}, and {rows[0][3]} is asked for.", [row[1:] for row in rows[:5]])
    names = ", ".join(task.parts[p] for p in wrong)
    sentence = f"{names} differs at {places} of {len(given)} places" if len(given) > 1 else f"{names} differs"
    sentence = sentence.replace("the ", "The ", 1) if sentence.startswith("the ") else sentence
    return sentence + f", most at {rows[0][1]}: you have {rows[0][2]}.", [row[1:] for row in rows[:5]]
