"""Evaluates the definitions of a live figure with NumPy; `javascript.py` prints the same list for the page."""

import math
from functools import lru_cache

import numpy as np

from .checks import expression as formula
from .checks import mapping, plain
from .definitions import At, Grid, Let, Loop, Settled
from .description import Description
from .formulas import numpy_function
from .tables import Data, Field, Total
from .typed import Reading, Typed


@lru_cache(maxsize=2048)
def _compiled(arguments, expressions):
    """A figure is evaluated at many slider values: compile each of its formulas once."""
    return numpy_function(arguments, expressions)


class Program(Description):
    """Sliders and definitions, in an order in which each uses only what stands before it.

    Parameters
    ----------
    sliders : sequence of Slider, Choice or Typed
    definitions : sequence of Let, Grid, Field, Data, Total, Loop, Settled, At

    Raises
    ------
    ValueError
        If a definition uses a symbol or a series that nothing before it defines, or two things define the same symbol.
    TypeError
        If a definition is of no such kind, or the page cannot compute it.
    """

    def defaults(self):
        """The sliders' values at the start, by symbol."""
        return {slider.symbol: slider.value for slider in self.sliders}

    def run(self, values=None):
        """Evaluate every definition with NumPy.

        Parameters
        ----------
        values : dict of Symbol to float or str
            Slider values, for a `Typed` the text; those left out stand at their start.

        Returns
        -------
        Result

        Raises
        ------
        ValueError
            For a symbol that no slider has, and for a text that cannot be read.
        TypeError
            For a value that is no number, or for a `Typed` no text.
        """
        values = mapping("values", {} if values is None else values, self.check_slider)
        values = {**self.defaults(), **values}
        result = Result({slider.symbol: slider.reading(values[slider.symbol]) if isinstance(slider, Typed)
                         else float(plain(f"values for {slider.symbol}", values[slider.symbol]))
                         for slider in self.sliders})
        with np.errstate(all="ignore"):
            for definition in self.definitions:
                _OPERATIONS[type(definition)](definition, result)
        return result


class Result:
    """What a program computed: `scalars` by symbol (a typed function as a `Reading`), and for each grid or loop its
    columns by symbol.
    """

    def __init__(self, scalars):
        self.scalars = scalars
        self.series = {}

    @property
    def settings(self):
        """The scalars as compiled formulas take them: 1/0 is then ∞ and a root of −1 NaN, as on the page."""
        return {symbol: value if isinstance(value, Reading) else np.float64(value)
                for symbol, value in self.scalars.items()}

    def scalar(self, expression):
        """An expression in scalars only, as a float."""
        function = _compiled(tuple(self.scalars), (formula("expression", expression),))
        with np.errstate(all="ignore"):
            return float(function(*self.settings.values())[0])

    def over(self, series, expressions, upto=None):
        """Expressions at every point of a grid or loop, as arrays; `upto` cuts a loop after that step, and if it is NaN
        leaves no point.
        """
        columns = self.series[id(series)]
        if upto is not None:
            last = _nearest(self.scalar(upto), columns)
            columns = {symbol: column[:0 if last is None else last + 1] for symbol, column in columns.items()}
        return self._compute(columns, expressions)

    def at(self, series, step, expression):
        """An expression at the step of a loop that is nearest to `step`; if that is NaN, so are the loop's columns."""
        columns, step = self.series[id(series)], _nearest(self.scalar(step), self.series[id(series)])
        columns = {symbol: np.array([np.nan]) if step is None else column[[step]]
                   for symbol, column in columns.items()}
        return float(self._compute(columns, [expression])[0][0])

    def _compute(self, columns, expressions):
        values, size = {**self.settings, **columns}, len(next(iter(columns.values())))
        function = _compiled(tuple(values), tuple(formula("expressions", each) for each in expressions))
        with np.errstate(all="ignore"):
            arrays = function(*values.values())
        return [np.broadcast_to(np.asarray(array, dtype=float), size) for array in arrays]


def _nearest(step, columns):
    """The place in a series' columns nearest to a step, or None for NaN."""
    if math.isnan(step):
        return None
    return int(min(max(np.floor(step + 0.5), 0), len(next(iter(columns.values()))) - 1))


def _let(definition, result):
    result.scalars[definition.symbol] = result.scalar(definition.expression)


def _grid(definition, result):
    low, high = result.scalar(definition.low), result.scalar(definition.high)
    share = np.arange(definition.points) / (definition.points - 1)
    result.series[id(definition)] = {definition.symbol: low + (high - low) * share}


def _field(definition, result):
    axes = [low + (high - low) * (np.arange(points) / (points - 1))
            for (low, high), points in zip((definition.xlim, definition.ylim), definition.points)]
    across, up = np.meshgrid(*axes)
    result.series[id(definition)] = {definition.x: across.ravel(), definition.y: up.ravel()}


def _data(definition, result):
    chosen = definition.choice.nearest(result.scalars[definition.choice.symbol]) if definition.choice else 0
    columns = map(np.array, definition.tables()[chosen])
    result.series[id(definition)] = dict(zip(definition.columns, columns))


def _in_order(values):
    """The sum from the first to the last, as the page adds; `np.sum` adds in pairs."""
    return np.float64(np.add.accumulate(values)[-1])


def _total(definition, result):
    result.scalars[definition.symbol] = float(_in_order(result.over(definition.over, [definition.expression])[0]))


def _summing(definition, result, arguments):
    """A function of a loop's state that gives its sums."""
    parts = []
    for over, expression in definition.sums.values():
        columns = result.series[id(over)]
        terms = _compiled((*arguments, *columns), (expression,))
        parts.append((terms, list(columns.values())))

    def sums(*values):
        return [_in_order(np.broadcast_to(terms(*values, *columns)[0], len(columns[0]))) for terms, columns in parts]

    return sums


def _loop(definition, result):
    symbols = list(definition.state)
    arguments = (*result.scalars, *symbols, definition.taken)
    sums = _summing(definition, result, arguments)
    arguments += tuple(definition.sums)
    step = _compiled(arguments, tuple(definition.update[symbol] for symbol in symbols))
    settings = list(result.settings.values())
    states = [[np.float64(result.scalar(definition.state[symbol])) for symbol in symbols]]
    for number in range(1, definition.steps + 1):
        before = (*settings, *states[-1], np.float64(number))
        after = [np.float64(value) for value in step(*before, *sums(*before))]
        if not all(abs(value) <= limit for value, limit in zip(after, definition.limits)):
            break
        states.append(after)
    columns = np.array(states).T
    result.series[id(definition)] = {**dict(zip(symbols, columns)), definition.taken: np.arange(len(states)) * 1.0}
    result.scalars[definition.diverged] = float(len(states) <= definition.steps)
    result.scalars[definition.last] = float(len(states) - 1)


def _settled(definition, result):
    holds = result.over(definition.over, [definition.when])[0].astype(bool)
    since = len(holds) - int(np.logical_and.accumulate(holds[::-1]).sum())
    result.scalars[definition.symbol] = float(since) if since < len(holds) else -1.0


def _at(definition, result):
    result.scalars[definition.symbol] = result.at(definition.over, definition.step, definition.expression)


_OPERATIONS = {Let: _let, Grid: _grid, Field: _field, Data: _data, Total: _total, Loop: _loop, Settled: _settled,
               At: _at}
