"""What a gradient check found: a table, the largest disagreement, and who stands alone."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

# How far two opinions may be apart, as a relative error. Central differences keep about ten digits.
BOUNDS = {"symbolic": 1e-12, "backprop": 1e-12, "complex": 1e-12, "central": 1e-7}
SHOWN = (("symbolic", "backprop"), ("symbolic", "complex"), ("backprop", "complex"), ("backprop", "central"))


class Difference(NamedTuple):
    """Two opinions on one array of parameters.

    `error` is the largest difference there over the largest entry of the whole gradient, `index` the entry
    where it sits, `values` what the two say of it, `compared` how many entries both have: none if all were left out.
    """

    error: float
    index: tuple
    values: tuple
    ok: bool
    compared: int


class Report:
    """The result of `gradcheck.check`.

    Attributes
    ----------
    ok : bool
        Whether all agree: to 1e-12, and with central differences to 1e-7, or as far as rounding lets one see.
    max_relative_error : float
        The largest of symbolic | backprop, symbolic | complex and backprop | complex.
    max_central_error : float
        Backprop | central differences, without the entries in `kinks`.
    odd_one_out : str or None
        None if all agree; "symbolic", "backprop", "complex" or "central" if the others agree without it;
        "forward" if the network computes another loss than the formulas; "numeric" if both numeric ones say
        the same other thing; else "several".
    kinks : list of (str, tuple)
        Parameters and entries whose central difference stepped over a kink of ReLU; they are left out there.
    on_kink : int
        How many pre-activations are exactly 0; the slope there is a convention (0 for ReLU).
    losses : (float, float)
        The loss as the network and as the complex formulas compute it.
    opinions : dict of str to list of array
        The gradients themselves, in the order of `names`.
    differences : dict of (str, str, str) to Difference
        By parameter and the two opinions, e.g. ("W1", "symbolic", "backprop").
    """

    def __init__(self, names, opinions, probed, kinks, on_kink, floors, central_floors, losses):
        self.names, self.opinions, self.on_kink, self.losses = names, opinions, on_kink, losses
        self._measured = []
        for array, entries in zip(opinions["backprop"], probed, strict=True):
            mask = np.zeros(array.shape, bool)
            mask.flat[entries] = True
            self._measured.append(mask)
        self._crossed = kinks
        self.kinks = [(name, tuple(int(i) for i in index))
                      for name, crossed in zip(names, kinks, strict=True) for index in np.argwhere(crossed)]
        self.differences = {}
        for pair in combinations(opinions, 2):
            self._compare(pair, floors, central_floors)

    def _compare(self, pair, floors, central_floors):
        """One pair of opinions on every parameter. Sizes are those of the whole gradient; floors are how far rounding
        alone may part two opinions on each array, and how far it may lead central differences astray.
        """
        numeric, central = {"complex", "central"} & set(pair), "central" in pair
        lists = [self.opinions[name] for name in pair]
        masks = [measured & ~(crossed & central) if numeric else np.ones_like(measured)
                 for measured, crossed in zip(self._measured, self._crossed, strict=True)]
        size = max(np.abs(array[np.isfinite(array)]).max(initial=0) for part in lists for array in part)
        allowed = max(BOUNDS[name] for name in pair) * size
        for name, a, b, mask, floor, further in zip(self.names, *lists, masks, floors, central_floors, strict=True):
            bound = min(allowed + floor + central * further, np.finfo(float).max)  # infinity is no agreement
            with np.errstate(invalid="ignore"):  # inf − inf is no agreement
                apart = np.where(mask, np.abs(a - b), 0)
            apart = np.where(np.isfinite(apart), apart, np.inf)
            index = tuple(int(i) for i in np.unravel_index(apart.argmax(), apart.shape))
            worst = float(apart[index])
            error = worst / size if size else (0.0 if worst == 0 else np.inf)
            values = float(a[index]), float(b[index])
            self.differences[name, *pair] = Difference(float(error), index, values, bool(worst <= bound),
                                                       int(mask.sum()))

    def error(self, first, second):
        """The relative error between two opinions, over the whole gradient."""
        return max(self._pair(first, second), key=lambda difference: difference.error).error

    def _pair(self, first, second):
        pair = (first, second) if (self.names[0], first, second) in self.differences else (second, first)
        return [self.differences[name, *pair] for name in self.names]

    def _agree(self, first, second):
        return all(difference.ok for difference in self._pair(first, second))

    @property
    def max_relative_error(self):
        """The largest relative error among symbolic, backprop and complex."""
        return max(self.error(*pair) for pair in SHOWN[:3])

    @property
    def max_central_error(self):
        """The relative error of central differences, against backprop."""
        return self.error("backprop", "central")

    @property
    def ok(self):
        """Whether all opinions agree, as far as rounding lets one see."""
        return all(difference.ok for difference in self.differences.values())

    @property
    def odd_one_out(self):
        """Who stands alone, or what else is wrong, in a word; None if all agree."""
        if self.ok:
            return None
        for alone in ("central", "complex", "symbolic", "backprop"):
            others = [name for name in self.opinions if name != alone]
            if all(self._agree(*pair) for pair in combinations(others, 2)):
                return alone
        mine, other = self.losses
        if not abs(mine - other) <= 1e-9 * max(1, abs(other)):
            return "forward"
        two_and_two = self._agree("symbolic", "backprop") and self._agree("complex", "central")
        return "numeric" if two_and_two else "several"

    def _verdict(self):
        if self.ok and self.max_relative_error <= BOUNDS["backprop"]:
            text = f"The gradients agree: relative error {self.max_relative_error:.1e} at most"
        elif self.ok:
            apart = max(abs(np.subtract(*difference.values)) for pair in SHOWN[:3] for difference in self._pair(*pair))
            text = f"The gradients agree as far as rounding shows: they differ by {apart:.1e} at most"
        else:
            why = {"forward": "the network computes another loss than the formulas: look at the forward pass",
                   "several": "no three of them agree",
                   "numeric": "the two numeric answers agree with each other only"}
            text = "The gradients DISAGREE: " + why.get(self.odd_one_out, f"{self.odd_one_out} stands alone")
        blurred = self.ok and self.max_central_error > BOUNDS["central"]
        text += f"; against central differences {self.max_central_error:.1e}"
        text += ", which is rounding." if blurred else "."
        if self.kinks:
            text += (f" Central differences that stepped over a kink of the activation: {len(self.kinks)}, left "
                     "out; the complex step covers those entries.")
        if self.on_kink:
            text += f" Weighted sums that are exactly 0: {self.on_kink}; the slope there is a convention."
        return text

    def _rows(self):
        for name, array in zip(self.names, self.opinions["backprop"], strict=True):
            found = [self.differences[name, *pair] for pair in SHOWN]
            worst = max(found, key=lambda difference: (not difference.ok, difference.error))
            yield name, "×".join(map(str, array.shape)), found, list(worst.index)

    @staticmethod
    def _cell(difference, right, wrong):
        """A field of the table: the error, and whether the two agree; a dash where there was nothing to compare."""
        if not difference.compared:
            return "–"
        return f"{difference.error:.1e}{right if difference.ok else wrong}"

    def __str__(self):
        heads = ["", "shape", *(" | ".join(pair) for pair in SHOWN), "largest at"]
        rows = [[name, shape, *(self._cell(d, "", " !") for d in found), str(where)]
                for name, shape, found, where in self._rows()]
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                 for row in (heads, *rows)]
        return "\n".join([*lines, self._verdict()])

    __repr__ = __str__

    def _repr_html_(self):
        from html import escape

        heads = "".join(f'<th scope="col">{head}</th>' for head in
                        ("parameter", "shape", *(" | ".join(pair) for pair in SHOWN), "largest at"))
        body = "".join(
            f'<tr><th scope="row">{name}</th><td>{shape}</td>'
            + "".join(f"<td>{self._cell(d, ' ✓', ' ✗')}</td>" for d in found) + f"<td>{where}</td></tr>"
            for name, shape, found, where in self._rows())
        return (f'<table class="gradient-check"><caption>{escape(self._verdict())}</caption>'
                f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")
