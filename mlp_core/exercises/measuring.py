"""Telling a measured slope from a derived one, and a step that is too large from one that is too small."""

import numpy as np

METHODS = ("forward", "central", "backward")
STEPS = tuple(sorted({*(lead * 10.0**-power for power in range(1, 8) for lead in (1, 2, 3, 4, 5, 6, 7, 8, 9)),
                      *(2.0**-power for power in range(1, 24)), 1.0}, reverse=True))
FINE = 1e-7  # a measurement as good as this is right, whatever its step
NUDGE = 2.0**-46  # a share by which inputs are moved: nothing to a formula, everything to the rounding of a difference


def measured_slope(task, given, wrong, sizes, again):
    """The finite difference that gives the numbers seen.

    Parameters
    ----------
    task : Task
    given : list of (Case, list of array)
    wrong : list of int
        The parts that differ from the truth; all of the truth's shape.
    sizes : list of float
        The largest number of each part.
    again : callable
        `again(case, nudge)`: the parts of the answer with all inputs larger by this share; None where there are none.

    Returns
    -------
    (str, str, float) or None
        "step_large" or "step_small", the method in words, and the error as a share of the largest number.
    """
    if task.measure is None or any(parts[p].shape != case.truth[p].shape for case, parts in given for p in wrong):
        return None
    error = _apart(given, wrong, sizes, lambda case: case.truth)
    if error < FINE:
        return "step_large", "", error
    case, first = given[0][0], _apart(given[:1], wrong, sizes, lambda case: case.truth)
    if error <= 1:
        for method in METHODS:
            for step in STEPS:
                if _near(task, given, wrong, sizes, method, step):
                    return "step_large", f"{method} differences, step {step:g}", error
                left = _apart([(case, task.measure(case, method, step))], wrong, sizes, lambda case: case.truth)
                if left < 0.05 * first:
                    break  # smaller steps are better still
    if error <= 4 and _jumps(given, wrong, sizes, again, error):
        return "step_small", f"differences with a step of about {2.0**-52 / error:.0e}", error
    return None


def _apart(given, wrong, sizes, other):
    return float(max(np.abs(parts[p] - other(case)[p]).max(initial=0) / sizes[p] for case, parts in given
                     for p in wrong))


def _near(task, given, wrong, sizes, method, step):
    return all(_apart([pair], wrong, sizes, lambda case: task.measure(case, method, step)) <= 1e-9 + 2e-15 / step
               for pair in given)


def _jumps(given, wrong, sizes, again, error):
    """Whether the answer is noise of the size of its error: it changes about as much when nothing worth it changes."""
    change = 0.0
    for case, parts in given:
        moved, same = again(case, NUDGE), again(case, 0.0)
        if moved is None or same is None or not all(map(np.array_equal, same, parts)) or any(
                moved[p].shape != parts[p].shape for p in wrong):
            return False
        change = max(change, _apart([(case, moved)], wrong, sizes, lambda _, parts=parts: parts))
    return 0.05 * error <= change <= 20 * error
