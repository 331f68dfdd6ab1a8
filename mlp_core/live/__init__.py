"""Live figures: described once in Python, moved by JavaScript printed from the same SymPy expressions.

A figure is sliders, definitions (`Let`, `Grid`, `Loop`, `First`, `At`), panels of `Line`s and `Dot`s, and a sentence.
The chapter on gradient descent shows several.
"""

from .figure import Dot, Line, LiveFigure, Panel
from .program import At, First, Grid, Let, Loop, Program, Slider, at, reached
from .words import Say, number

__all__ = ["At", "Dot", "First", "Grid", "Let", "Line", "LiveFigure", "Loop", "Panel", "Program", "Say", "Slider",
           "at", "number", "reached"]
