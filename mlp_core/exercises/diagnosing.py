"""Which known mistakes would give just these numbers."""

import numpy as np

from .kinds import words
from .verdict import Diagnosis

NAMED = {"factor 2": 2.0, "factor ½": 0.5}
SHAPED = [("transposed", np.transpose), *(("oversummed", lambda one, add=add, axis=axis: add(one, axis) if one.ndim else
                                           one) for add in (np.sum, np.mean) for axis in (0, -1, None))]


def agrees(value, wanted, allowed):
    """Whether two arrays have one shape and are nowhere further apart than `allowed`."""
    return np.shape(value) == np.shape(wanted) and bool(np.all(np.abs(value - wanted) <= allowed))


def _rivals(cases):
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
    general += [(kind, [tuple(one * number for one in case.truth) for case in cases])
                for kind, number in NAMED.items()]
    for name in cases[0].factors:
        for kind, power in ((f"factor {name}", 1), (f"factor 1/{name}", -1)):
            general.append((kind, [tuple(one * case.factors.get(name, 1) ** power for one in case.truth)
                                   for case in cases]))
    for kind, change in SHAPED:
        general.append((kind, [tuple(change(one) for one in case.truth) for case in cases]))
    own = [(key[0], [here.get(key, case.truth) for here, case in zip(table, cases)]) for key in keys]
    return [*own, *general]


def diagnose(cases, given, wrong, agree, task):
    """Every known mistake that gives the numbers seen, the best fit first; then pairs of mistakes."""
    smooth = [(case, parts) for case, parts in zip(cases, given) if not case.range]  # a kink tells nothing
    cases, given = [case for case, _ in smooth], [parts for _, parts in smooth]

    def fits(answers, change=lambda value: value):
        answers = [[change(one) for one in answer] for answer in answers]
        return all(agree(parts, answer, p) for parts, answer in zip(given, answers) for p in wrong) and all(
            _apart(given, answers, p) < 0.1 * _apart(given, truths, p) for p in wrong)

    rivals, truths = _rivals(cases), [case.truth for case in cases]
    found = {}
    for kind, answers in rivals:
        if kind not in found and fits(answers):
            moved = {p for p in range(len(task.parts))
                     if not all(agree(answer, case.truth, p) for answer, case in zip(answers, cases))}
            found[kind] = len(moved ^ set(wrong))
    if found:
        order = sorted(found, key=lambda kind: found[kind])  # stable: suspicion decides among equals
        return [made(kind, "", task, wrong) for kind in order]
    pairs = [(parts[p], case.truth[p]) for case, parts in zip(cases, given) for p in wrong]
    if all(_elsewhere(cases, given, p, agree) for p in wrong):
        return [made("order", "", task, wrong)]
    if any(value.shape != truth.shape for value, truth in pairs) and all(_reshaped(*pair) for pair in pairs):
        return [made("shape", f": {pairs[0][0].shape}, where {pairs[0][1].shape} belongs", task, wrong)]
    if all(agrees(np.abs(value), np.abs(truth), 1e-9 * np.abs(truth).max(initial=0)) for value, truth in pairs) and any(
            (value * truth < 0).any() for value, truth in pairs):
        return [made("signs", "", task, wrong)]
    constant = _constant(pairs)
    if constant is not None:
        return [made("factor", f"{constant:.6g}", task, wrong)]
    seconds = [("sign", -1.0), *NAMED.items()]
    for kind, answers in rivals:
        for other, number in seconds:
            if kind not in ("sign", "zero") and fits(answers, lambda value, number=number: value * number):
                return [made(kind, "", task, wrong, other)]
    return []


def _apart(given, answers, p):
    """The largest difference in a part; without limit where the shapes differ."""
    return max(np.abs(parts[p] - answer[p]).max(initial=0) if parts[p].shape == np.shape(answer[p]) else np.inf
               for parts, answer in zip(given, answers))


def _elsewhere(cases, given, p, agree):
    """Whether what stands at a part is the truth of another one."""
    return any(q != p and all(agree([*parts[:q], parts[p]], case.truth, q) for case, parts in zip(cases, given))
               for q in range(len(cases[0].truth)))


def _reshaped(value, truth):
    """Whether the right numbers stand in another shape, or are repeated: what broadcasting would let pass."""
    allowed = 1e-6 * (np.abs(truth).max(initial=0) or 1)
    try:
        same = agrees(*np.broadcast_arrays(value, truth), allowed)
    except ValueError:
        same = False
    return same or agrees(np.ravel(value), np.ravel(truth), allowed)


def _constant(pairs):
    """The number by which all of the answer is too large, if there is one."""
    if any(value.shape != truth.shape for value, truth in pairs) or sum(truth.size for _, truth in pairs) < 2:
        return None
    mine, truth = (np.concatenate([np.ravel(pair[i]) for pair in pairs]).astype(float) for i in (0, 1))
    square = truth @ truth
    number = mine @ truth / square if square else 0.0
    close = np.abs(mine - number * truth).max() <= 1e-9 * (np.abs(mine).max() or 1)
    return number if close and abs(number) > 1e-6 and abs(number - 1) > 1e-6 else None


def made(kind, detail, task, wrong, also=""):
    """The `Diagnosis` of one kind of mistake, or of two at once; `wrong` says in which parts of the answer."""
    title, hint, why = words(kind, detail)
    if also:
        second = words(also)
        title, why = f"{title}, and {second[0]}", f"{why} Besides: {second[2]}"
    parts = tuple(task.parts[p] for p in wrong) if len(task.parts) > 1 else ()
    return Diagnosis(kind, title, hint, why, parts, also)
