"""Live figures: described once in Python, moved by JavaScript printed from the same SymPy expressions.

    LiveFigure(name, sliders, definitions, panels, say, caption)

A new figure is ten to thirty lines in a chapter. Everything below is written with SymPy expressions in the symbols of
the sliders and of what is defined before; ReLU, σ and the others of `derive` may be used by name.

What the reader moves
    `Slider(symbol, low, high, step, value, "words", "unit")`; with `play=True` also buttons to play and to step.
    `Choice(symbol, ("XOR", "moons"), 0, "data set")` is a list to choose from; its symbol is 0, 1, …, and
    `chosen(symbol, [expression_0, expression_1])` is the expression for the option that is chosen.
    `f = Typed(symbol, "x", "x^2 + 1", "your function")` is a text: a function that the reader types. `f(expression)`
    stands for it, `sp.diff` gives its slope, and `defined(f(expression))` holds where it has a value. In between its
    curve has a gap; the `.symbol` of `gaps(grid, f(x))` says at how many points.

What is computed, in order
    `Let(symbol, expression)`: a number. `Grid(symbol, low, high, points)`: a curve's points.
    `Field(x, y, xlim, ylim, points=(41, 41))`: points that fill a rectangle.
    `Data({x: [...], y: [...]})`: given columns; with `choice=`, one column for each option.
    `total(over, expression)`: a sum over data (or a grid, a field, a loop); its `.symbol` is the sum.
    `Loop({x: start}, {x: next}, steps)` or `Loop.of(rule, {x: start}, steps)`: a descent. With
    `sums={S: (data, expression)}` it adds over data before each step, for a loss over a data set.
    `at(loop, step, expression)` is a value at a step, `settled(loop, condition)` the step from
    which on it holds; both have a `.symbol`.

What is drawn
    `Panel(title, xlabel, ylabel, xlim, ylim, artists, alt=...)`, also with `yscale="log"`, `square=True`,
    `xticks=("p₁", "p₂")` for names under bars, or `bare=True` for no axes. Its artists:
    `Line(x, y, over)`, dots with `marker=`; `Dot(x, y)`, or `Dot(x, y, over=data)`.
    `Arrow(x, y, dx, dy)`: one, or with `over=` a field of them.
    `Bars([expression, expression, …])` at 0, 1, 2, …, or `Bars(height, over, x)`.
    `Text(x, y, "loss {L}", {"L": expression})`: words and numbers in the panel.
    `HeatMap(value, field, middle=0, reach=1)`: orange above the middle, blue below.
    `Contour(value, field, levels=(0,))`: level lines. `Region(value, field, level=0)`: where it is above the level.
    `network_panel([[x1, x2], [h1, h2], [p]], [W1, W2], alt="…", below=[None, [dh1, dh2], [dp]])` is a whole panel with
    a number in every neuron and on every weight. Give each neuron a `Let`.

What is said
    `Say(((condition, "text with {name}"), (True, "otherwise")), {"name": expression})`; a name may also stand for a
    `Choice`, a `Typed`, another `Say`, or for `Unless(expression, condition, "words")`. `tidy(expression)` is 0 where
    rounding would leave a rest of it.

`WatchTheLossFall` is a figure of its own kind: it trains a network.

`CallbackFigure` moves a matplotlib picture by a Python function, for what no formula says; a published page shows it
standing still.
"""

from .callback import CallbackFigure
from .controls import Choice, Slider, chosen
from .definitions import At, Grid, Let, Loop, Settled, at, settled
from .drawn_network import network_panel
from .fields import Contour, HeatMap, Region
from .figure import LiveFigure
from .panels import Artist, Dot, Line, Panel
from .program import Program
from .shapes import Arrow, Bars, Edge, Text
from .tables import Data, Field, Total, total
from .train import WatchTheLossFall
from .typed import Typed, defined, gaps
from .words import Say, Unless, number, tidy

__all__ = [
    "Arrow", "Artist", "At", "Bars", "CallbackFigure", "Choice", "Contour", "Data", "Dot", "Edge", "Field", "Grid",
    "HeatMap", "Let", "Line", "LiveFigure", "Loop", "Panel", "Program", "Region", "Say", "Settled", "Slider", "Text",
    "Total", "Typed", "Unless", "WatchTheLossFall", "at", "chosen", "defined", "gaps", "network_panel", "number",
    "settled", "tidy", "total",
]
