"""From a tree to SymPy: what a formula says once its letters have meanings. See `reading`."""

from .reading_arithmetic import Arithmetic
from .reading_lookup import LookUp


class Evaluation(LookUp, Arithmetic):
    """Gives a tree its value. `indices` holds the numbers that counting letters stand for."""

    def __init__(self, meanings, indices=None):
        self.meanings, self.indices = meanings, dict(indices or {})

    def value(self, node):
        """The SymPy object that a node stands for."""
        return getattr(self, f"_{node.kind}")(node, *node.parts)

    def _with(self, **indices):
        return Evaluation(self.meanings, {**self.indices, **indices})
