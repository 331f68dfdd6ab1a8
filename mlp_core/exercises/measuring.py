"""Telling a measured slope from a derived one, and a step that is too large from one that is too small."""

import numpy as np

METHODS = ("forward", "central", "backward")
STEPS = tuple(lead * 10.0**power for power in range(0, -17, -1) for lead in (1, 5, 2))[1:]


def measured_slope(task, given, wrong, sizes):
    """The finite difference that gives the numbers seen.

    Returns
    -------
    (str, str, float) or None
        "step_large" or "step_small", the method in words, and the error as a share of the largest number.
    """
    if task.measure is None:
        return None
    try:
        errors = [np.abs(parts[p] - case.truth[p]).max() / sizes[p] for case, parts in given for p in wrong]
    except ValueError:  # other shapes
        return None
    error = float(max(errors))
    if error > 1:
        return None
    for step in STEPS:
        for method in METHODS:
            said = f"{method} differences, step {step:g}"
            if step >= 1e-7 and all(_near(task, case, parts, wrong, sizes, method, step) for case, parts in given):
                return "step_large", said, error
    for step in STEPS:
        noise = 2.0**-52 / step  # what rounding of the values leaves
        if step < 1e-7 and 0.02 * noise <= error <= 20 * noise:
            return "step_small", f"differences with a step of about {step:.0e}", error
    return None


def _near(task, case, parts, wrong, sizes, method, step):
    measured = task.measure(case, method, step)
    return all(np.abs(parts[p] - measured[p]).max() <= (1e-9 + 2e-15 / step) * sizes[p] for p in wrong)
