"""Which known mistakes would give just these numbers."""

import numpy as np

from .kinds import words
from .verdict import Diagnosis

NAMED = {"factor 2": 2.0, "factor ½": 0.5}


def agrees(value, wanted, allowed):
    """Whether two arrays have one shape and are nowhere further apart than `allowed`."""
    return np.shape(value) == np.shape(wanted) and bool(np.all(np.abs(value - wanted) <= allowed))


def _rivals(cases, parts):
    """(kind, answers by case), in the order of suspicion; a case in which a mistake changes nothing has the truth."""
    keys, table = [], []
    for case in cases:
        counts, here = {}, {}
        for kind, answer in case.rivals:
            counts[kind] = counts.get(kind, 0) + 1
            here[kind, counts[kind]] = answer
            if (kind, counts[kind]) not in keys:
                keys.append((kind, counts[kind]))
        table.append(here)
    general = [("zero", [tuple(np.zeros_like(one) for one in case.truth) for case in cases]),
               ("sign", [tuple(-one for one in case.truth) for case in cases])]
    for name in cases[0].factors:
        for kind, power in ((f"factor {name}", 1), (f"factor 1/{name}", -1)):
            general.append((kind, [tuple(one * case.factors.get(name, 1) ** power for one in case.truth)
                                   for case in cases]))
    general += [(kind, [tuple(one * number for one in case.truth) for case in cases])
                for kind, number in NAMED.items()]
    own = [(key[0], [here.get(key, case.truth) for here, case in zip(table, cases)]) for key in keys]
    return [*own, *general]


def diagnose(cases, given, wrong, agree, task):
    """Every known mistake that gives the numbers seen, the best fit first; then pairs of mistakes."""
    def fits(answers, change=lambda value: value):
        return all(agree(parts, [change(one) for one in answer], p)
                   for case, parts, answer in zip(cases, given, answers) if not case.range for p in wrong)

    rivals = _rivals(cases, len(task.parts))
    found = {}
    for kind, answers in rivals:
        if kind not in found and fits(answers):
            moved = {p for p in range(len(task.parts))
                     if not all(agree(answer, case.truth, p) for answer, case in zip(answers, cases))}
            found[kind] = len(moved ^ set(wrong))
    if found:
        order = sorted(found, key=lambda kind: found[kind])  # stable: suspicion decides among equals
        return [made(kind, "", task, wrong) for kind in order]
    if all(_reshaped(parts[p], case.truth[p]) for case, parts in zip(cases, given) for p in wrong):
        p = wrong[0]
        detail = f": {given[0][p].shape}, where {cases[0].truth[p].shape} belongs"
        return [made("shape", detail, task, wrong)]
    constant = _constant(cases, given, wrong, agree)
    if constant is not None:
        return [made("factor", f"{constant:.6g}", task, wrong)]
    for kind, answers in rivals:
        for other, number in (("sign", -1.0), ("factor 2", 2.0), ("factor ½", 0.5)):
            if kind not in ("sign", "zero") and fits(answers, lambda value, number=number: value * number):
                return [made(kind, "", task, wrong, other)]
    return []


def _reshaped(value, truth):
    return agrees(np.ravel(value), np.ravel(truth), 1e-6 * (np.abs(truth).max(initial=0) or 1))


def _constant(cases, given, wrong, agree):
    """The number by which all of the answer is too large, if there is one."""
    pairs = [(parts[p], case.truth[p]) for case, parts in zip(cases, given) for p in wrong]
    if any(value.shape != truth.shape for value, truth in pairs) or sum(truth.size for _, truth in pairs) < 2:
        return None
    mine, truth = (np.concatenate([np.ravel(pair[i]) for pair in pairs]).astype(float) for i in (0, 1))
    square = truth @ truth
    number = mine @ truth / square if square else 0.0
    close = np.abs(mine - number * truth).max() <= 1e-9 * (np.abs(mine).max() or 1)
    return number if close and abs(number) > 1e-6 else None


def made(kind, detail, task, wrong, also=""):
    title, hint, why = words(kind, detail)
    if also:
        second = words(also)
        title, why = f"{title}, and {second[0]}", f"{why} Besides: {second[2]}"
    parts = tuple(task.parts[p] for p in wrong) if len(task.parts) > 1 else ()
    return Diagnosis(kind, title, hint, why, parts, also)
