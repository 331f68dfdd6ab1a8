"""What came back from a reader, as arrays of numbers, or a sentence that says why it is none."""

import numpy as np


class Unusable(ValueError):
    """An answer that cannot be compared; the message is for the reader."""


def read(task, value, case, remarks):
    """An answer as one array for each part of the task.

    Parameters
    ----------
    task : Task
    value : object
    case : Case
    remarks : list of str
        A word on lists is added here.

    Raises
    ------
    Unusable
        For None, text, complex numbers, NaN, float16, the wrong number of parts and whatever is no array.
    """
    if value is None:
        raise Unusable("Your function returns None. Is there a `return` at its end?")
    try:
        values = [value] if task.unpack is None else task.unpack(value, case)
    except Unusable:
        raise
    except Exception as trouble:  # an object of theirs may do anything
        raise Unusable(f"Your answer cannot be taken apart: {type(trouble).__name__}.") from None
    if len(values) != len(task.parts):
        raise Unusable(f"Your answer has {len(values)} parts, and {len(task.parts)} are asked for: "
                       f"{', '.join(task.parts)}.")
    return [_array(one, name, remarks) for one, name in zip(values, task.parts)]


def _array(value, name, remarks):
    if value is None:
        raise Unusable(f"Your answer has None where {name} should be.")
    if isinstance(value, (list, tuple)):
        remarks.append("You return a list; it was read as an array.")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = array.astype(float)
    except Exception:  # an object of theirs may do anything
        raise Unusable(f"{name}: expected numbers, got {type(value).__name__} that make no array.") from None
    if array.dtype.kind == "c":
        raise Unusable(f"{name}: your numbers are complex. A gradient of a real loss is real; a complex step is "
                       "finished by taking the imaginary part and dividing it by the step.")
    if array.dtype.kind not in "biuf":
        raise Unusable(f"{name}: expected numbers, got {type(value).__name__}.")
    if array.dtype == np.float16:
        raise Unusable(f"{name}: float16 keeps three digits, too few to judge by. Compute in float64.")
    if array.dtype.kind in "biu":
        array = array.astype(float)
    if not np.isfinite(array).all():
        bad = array[~np.isfinite(array)].flat[0]
        raise Unusable(f"{name}: {int((~np.isfinite(array)).sum())} of {array.size} numbers are not finite ({bad}). "
                       "Look for a division by 0, the logarithm of 0, or e to a large power.")
    return array
