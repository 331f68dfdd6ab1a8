"""What Node's and the browser's tests of live figures share: the states that are tried, and the comparison itself."""

import re

import numpy as np
import pytest

from mlp_core.live import Choice, Typed
from mlp_core.live.fields import Contour, Region
from mlp_core.live.panels import Line, axes_map, pixels
from mlp_core.live.shapes import Edge, Shape, Text

#: Functions of @ that a reader may type: smooth, with kinks, with gaps, with poles, and too large for any axes.
TYPED = ("2@ + 1", "@^3 - @", "0.5@²", "5", "1/@", "1/(@^2 + 1)", "@/@", "ln(@)", "@ ln(@ + 1)", "√(4 - @^2)",
         "@^(1/3)", "sqrt(@)^2", "abs(@)", "@^@", "e^@", "exp(-@^2)", "sin(3@)", "cos(@)^2 + @^2/4", "sin(1/@)",
         "tanh(2@)", "sigmoid(-@)", "@ sigmoid(@)", "relu(@) - relu(@ - 1)", "leaky_relu(@)", "softplus(@)",
         "step(@ - ½)", "sign(@) @^2", "e^(e^@)", "exp(1000@)", "1/(1 + exp(1000@))", "100@", "1/relu(@)")


def random_value(slider, rng):
    """A value that a reader may give a control."""
    if isinstance(slider, Typed):
        return str(rng.choice(TYPED)).replace("@", slider.of)
    return slider.nearest(rng.uniform(slider.low, slider.high))


def states(figure, seed=0, extra=20):
    """The start, both ends of each slider, every suggestion and every function of `TYPED`, and random states."""
    rng = np.random.default_rng(seed)
    start = [slider.value for slider in figure.sliders]
    yield start
    for index, slider in enumerate(figure.sliders):
        for value in slider.suggestions if isinstance(slider, Typed) else (slider.low, slider.high):
            yield [*start[:index], value, *start[index + 1:]]
        for text in TYPED if isinstance(slider, Typed) else ():
            others = [random_value(other, rng) for other in figure.sliders]
            yield [*others[:index], text.replace("@", slider.of), *others[index + 1:]]
    for _ in range(extra):
        yield [random_value(slider, rng) for slider in figure.sliders]


def evaluate(figure, values):
    """What Python computes for a list of slider values."""
    return figure.evaluate(dict(zip([slider.symbol for slider in figure.sliders], values)))


def nudged(figure, values):
    """A twin one ulp away: where the two part company, so may Python and the browser. A choice stays what it is."""
    return [value if isinstance(slider, (Choice, Typed)) else np.nextafter(value, np.inf)
            for slider, value in zip(figure.sliders, values)]


def largest(array):
    """The size of the largest number of an array, at least 1."""
    return max(1.0, np.abs(array[np.isfinite(array)]).max(initial=0))


def compare(figure, values, shown):
    """Arrays and sentence of one state against Python.

    Parameters
    ----------
    figure : LiveFigure
    values : list of float
    shown : dict
        "points": for each artist its arrays, where None is no number; "text": the sentence.

    Returns
    -------
    (int, bool)
        How many numbers were compared, and whether all of them had to agree.
    """
    expected, twin = evaluate(figure, values), evaluate(figure, nudged(figure, values))
    compared, steady, typed = 0, True, any(isinstance(slider, Typed) for slider in figure.sliders)
    for index, (mine, theirs, nearby) in enumerate(zip(expected["points"], shown["points"], twin["points"])):
        assert len(mine) == len(theirs), (figure.name, index)
        keep = np.ones(min(len(mine[0]), len(nearby[0])), dtype=bool)
        for a, c in zip(mine, nearby):
            a, c = a[:len(keep)], c[:len(keep)]
            together = (np.abs(a - c) <= 1e-10 * largest(a)) | (~np.isfinite(a) & ~np.isfinite(c))
            keep &= np.logical_and.accumulate(together)
        steady = steady and bool(keep.all()) and len(mine[0]) == len(nearby[0])
        for a, b in zip(mine, theirs):
            b = np.array(b, dtype=float)
            assert np.all(np.isfinite(b)) or typed, (figure.name, values, index)
            if steady:
                assert len(a) == len(b), (figure.name, values, index)
            n = min(len(keep), len(b))
            assert n or not keep.any(), (figure.name, values, index)
            gaps = ~np.isfinite(a[:n])[keep[:n]]
            assert np.array_equal(gaps, ~np.isfinite(b[:n])[keep[:n]]), (figure.name, values, index)
            off = np.abs(a[:n] - b[:n])[keep[:n]][~gaps]
            assert np.all(off <= 1e-9 * largest(a)), (figure.name, values, index, off.max())
            compared += len(off)
    assert not re.search(r"NaN|undefined|no number|Infinity", shown["text"]), (figure.name, values, shown["text"])
    if steady:
        assert shown["text"] == expected["text"], (figure.name, values)
    return compared, steady


def corners(d):
    """The numbers of a path's `d` as pairs."""
    return np.array(re.findall(r"-?\d+(?:\.\d+)?", d), dtype=float).reshape(-1, 2)


def area(d):
    """The area that a path encloses, piece by piece."""
    return sum(abs(np.sum(p[:, 0] * np.roll(p[:, 1], -1) - np.roll(p[:, 0], -1) * p[:, 1])) / 2
               for p in map(corners, d.split("Z")) if len(p))


def far_apart(a, b):
    """How far the farthest point of either set is from the other set."""
    if not len(a) or not len(b):
        return 0.0 if len(a) == len(b) else np.inf
    apart = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    return max(apart.min(axis=0).max(), apart.min(axis=1).max())


def compare_drawing(artist, place, arrays, drawn):
    """What was drawn for one artist against where Python's arrays belong, within a fiftieth of an SVG unit.

    `drawn` has "d" and "marks" (the data of its line and of its markers, or None), "text" and "at" of a text, "stroke"
    of an edge.
    """
    assert not re.search("NaN|Infinity", drawn["d"] or "")
    if isinstance(artist, Line):
        spots = pixels(place, *arrays)
        known = np.isfinite(spots).all(axis=1)
        if (np.abs(spots[known]) >= 4900).any():
            return
        if drawn["d"] is not None and len(spots) > 1:
            joined = known[:-1] & known[1:]  # both ends of a piece are numbers
            ends = spots[np.append(joined, False) | np.append(False, joined)]
            assert corners(drawn["d"]).shape == ends.shape
            assert np.abs(corners(drawn["d"]) - ends).max(initial=0) < 0.02
        assert (drawn["marks"] is not None) == (artist.marker > 0)
        if drawn["marks"] is not None:
            dots = corners(drawn["marks"])[1:]  # the first corner has no marker
            assert dots.shape == spots[known].shape
            assert np.abs(dots - spots[known]).max(initial=0) < 0.02
    elif isinstance(artist, Text):
        assert drawn["text"] == artist.words(arrays)
        x, y = pixels(place, *arrays[:2])[0]
        assert np.array(drawn["at"], dtype=float) == pytest.approx([x, y + 0.36 * artist.size], abs=0.02)
    elif isinstance(artist, Edge):
        assert f"--mlp-{'extra' if arrays[0][0] < 0 else 'muted'}" in drawn["stroke"]
        assert abs(float(drawn["width"].removesuffix("px")) - artist.paint(arrays)["linewidth"]) < 0.01
    elif isinstance(artist, Shape):
        pieces = artist.outline(place, arrays)
        spots, found = (np.vstack(pieces) if pieces else np.empty((0, 2))), corners(drawn["d"])
        if len(spots) == len(found):
            assert not len(spots) or np.abs(spots - found).max() < 0.02
        else:  # a value that is 0 up to rounding lets pieces without length or area come and go
            assert isinstance(artist, (Contour, Region))
            assert far_apart(spots, found) < 0.05


def places(figure, drawings):
    """For each artist where its panel's data lie."""
    return [axes_map(panel, fig) for panel, fig in zip(figure.panels, drawings) for _ in panel.artists]
