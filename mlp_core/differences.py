"""Derivatives without calculus: forward, central and complex-step differences. Chapter 11 compares them."""

import numpy as np

from . import _validate

EPS = np.finfo(np.float64).eps
# The steps that balance the error of the formula (h, h², none) against rounding (eps/h, eps/h, none).
STEPS = {"forward": EPS ** (1 / 2), "central": EPS ** (1 / 3), "complex": 1e-30}


def numerical_gradient(f, theta, method="central", step=None):
    """The gradient of f at theta, one entry at a time.

    Parameters
    ----------
    f : callable
        Takes an array like theta, returns one number. For "complex" it must take complex arrays and be
        written so that the imaginary part survives: branch on z.real, and use neither abs nor max nor
        np.logaddexp on z.
    theta : array, any shape, or a number
        Where; never changed. Worked on in float64.
    method : {"central", "forward", "complex"}
        "forward": (f(θ + h) − f(θ)) / h, about 8 digits. "central": (f(θ + h) − f(θ − h)) / 2h, about 10
        digits. "complex": Im f(θ + ih) / h, all digits (Squire and Trapp 1998).
    step : float or None
        h > 0. None takes `√ε · max(1, |θ|)` for forward, `∛ε · max(1, |θ|)` for central, 1e-30 for
        complex.

    Returns
    -------
    array, in theta's shape

    Raises
    ------
    TypeError
        If f returns no single number, or loses the imaginary part.
    ValueError
        For an unknown method, a step that does not change theta or leaves the floats, or where f is not finite.
    """
    if not callable(f):
        raise TypeError(f"f: expected a function, got {_validate.shown(f)} ({type(f).__name__})")
    _validate.choice("method", method, tuple(STEPS))
    theta = _validate.finite("theta", _validate.real_array("theta", theta), np.float64)
    step = None if step is None else _validate.number("step", step, above=0)
    gradient = np.empty_like(theta)
    for index in np.ndindex(theta.shape):
        gradient[index] = difference(f, theta, index, method, step)
    return gradient


def difference(f, theta, index, method="central", step=None):
    """One entry of `numerical_gradient`: the derivative of f by theta[index]."""
    scale = 1 if method == "complex" else max(1, abs(theta[index]))
    h = STEPS[method] * scale if step is None else step
    if method == "complex":
        return _value(f, theta, index, 1j * h, complex).imag / h
    with np.errstate(over="ignore"):
        above = theta[index] + h
        below = theta[index] - h if method == "central" else theta[index]
        taken = above - below
    if not 0 < taken < np.inf:
        change = "changes" if taken == 0 else "stays within the floats from"
        raise ValueError(f"step: expected one that {change} theta[{index}] = {theta[index]}, got {h}")
    # Divided by the step that was really taken: θ + h is rounded to a float.
    return (_value(f, theta, index, h) - _value(f, theta, index, below - theta[index])) / taken


def _value(f, theta, index, change, kind=float):
    moved = theta.astype(kind)
    moved[index] += change
    value = np.asarray(f(moved))
    if value.size != 1 or value.dtype.kind not in ("c" if kind is complex else "biuf"):
        wanted = "one complex number, its imaginary part kept" if kind is complex else "one real number"
        raise TypeError(f"f: expected {wanted}, got {_validate.shown(value)} with dtype {value.dtype}")
    if not np.isfinite(value).all():
        moved = f"theta{list(index)} moved by {change}"
        raise ValueError(f"f: expected a finite number, got {value.item()} with {moved}")
    return value.item()


def relative_error(a, b):
    """How far two gradients are apart: `max|a − b| / max(|a|, |b|)`, both maxima over the whole gradient.

    Entry by entry it would be noise wherever a gradient is close to 0. Two gradients of zeros agree: 0. If
    either is not finite: infinity.

    Parameters
    ----------
    a, b : array, list of arrays, or Gradients
        Of the same shapes.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    a, b = _parts("a", a), _parts("b", b)
    shapes = [[part.shape for part in parts] for parts in (a, b)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"a, b: expected the same shapes, got {shapes[0]} and {shapes[1]}")
    a, b = (np.concatenate([part.ravel() for part in parts]).astype(np.float64) for parts in (a, b))
    if a.size == 0:
        raise ValueError("a, b: expected at least one entry, got none")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    size = max(np.abs(a).max(), np.abs(b).max())
    if size > np.finfo(np.float64).max / 2:  # or the difference might be too large for a float
        a, b, size = a / 2, b / 2, size / 2
    return float(np.abs(a - b).max() / size) if size else 0.0


def _parts(name, gradient):
    gradient = getattr(gradient, "theta", gradient)
    if isinstance(gradient, (list, tuple)) and any(np.ndim(part) for part in gradient):
        return [_validate.real_array(f"{name}[{i}]", part) for i, part in enumerate(gradient)]
    return [_validate.real_array(name, gradient)]
