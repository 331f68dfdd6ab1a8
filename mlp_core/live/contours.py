"""Where a value over a field passes a level: marching squares (Lorensen and Cline 1987, in the plane).

Both functions have twins in `web/live-shapes.js`: the same cells in the same order, with the same arithmetic.
"""

import numpy as np


def _cells(xs, ys, values, across):
    """For each cell with a corner above 0 its corners, from the lower left against the clock: (x, y, value)."""
    above = (values > 0).reshape(-1, across)
    some = above[:-1, :-1] | above[:-1, 1:] | above[1:, :-1] | above[1:, 1:]
    known = np.isfinite(values).reshape(-1, across)
    known = known[:-1, :-1] & known[:-1, 1:] & known[1:, :-1] & known[1:, 1:]
    for row, column in np.argwhere(some & known):
        k = row * across + column
        yield [(xs[i], ys[i], values[i]) for i in (k, k + 1, k + across + 1, k + across)]


def _crossing(a, b):
    share = a[2] / (a[2] - b[2])
    return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))


def _around(cell):
    """The part of a cell above 0 as a list of pieces, each a list of (corner, whether it is a crossing).

    A saddle is one piece if the mean of its corners is above 0, else two.
    """
    piece = []
    for a, b in zip(cell, cell[1:] + cell[:1]):
        if a[2] > 0:
            piece.append((a[:2], False))
        if (a[2] > 0) != (b[2] > 0):
            piece.append((_crossing(a, b), True))
    crossings = [k for k, (_, crossed) in enumerate(piece) if crossed]
    if len(crossings) == 4 and sum(corner[2] for corner in cell) <= 0:
        # parted where one crossing follows another: each part is crossing, corner, crossing
        first = next(k for k in crossings if piece[(k + 1) % 6][1])
        turned = piece[first + 1:] + piece[:first + 1]
        return [turned[:3], turned[3:]]
    return [piece]


def segments(xs, ys, values, across):
    """The line where `values` is 0, in short pieces.

    Parameters
    ----------
    xs, ys, values : array (n,)
        Points of a field, row by row.
    across : int
        How many points a row has.

    Returns
    -------
    list of array (2, 2)
        The ends of each piece.
    """
    found = []
    for cell in _cells(xs, ys, values, across):
        for piece in _around(cell):
            found += [np.array([a, b]) for (a, at_a), (b, at_b) in zip(piece, piece[1:] + piece[:1]) if at_a and at_b]
    return found


def areas(xs, ys, values, across):
    """The area where `values` is above 0, as polygons, arrays (m, 2); full cells side by side are one polygon."""
    found, run = [], None
    for cell in _cells(xs, ys, values, across):
        full = all(corner[2] > 0 for corner in cell)
        if full and run is not None and run[1] == cell[0][:2]:
            run[1:3] = cell[1][:2], cell[2][:2]
        elif full:
            run = [corner[:2] for corner in cell]
            found.append(run)
        else:
            found += [[point for point, _ in piece] for piece in _around(cell)]
    return [np.array(polygon) for polygon in found]
