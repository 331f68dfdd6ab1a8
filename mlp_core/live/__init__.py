"""Live figures: described once in Python, moved by JavaScript printed from the same SymPy expressions.

A figure is sliders, definitions (`Let`, `Grid`, `Loop`, `Settled`, `At`), panels of `Line` and `Dot`, and a sentence.
The chapter on gradient descent shows several. `WatchTheLossFall` is a figure of its own kind: it trains a network.
"""

from .definitions import At, Grid, Let, Loop, Settled, Slider, at, settled
from .figure import LiveFigure
from .panels import Dot, Line, Panel
from .program import Program
from .train import WatchTheLossFall
from .words import Say, Unless, number

__all__ = ["At", "Dot", "Grid", "Let", "Line", "LiveFigure", "Loop", "Panel", "Program", "Say", "Settled", "Slider",
           "Unless", "WatchTheLossFall", "at", "number", "settled"]
