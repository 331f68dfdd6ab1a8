"""What a live figure computes, as described: that each definition uses only what there is, and what a page computes."""

from .._validate import shown
from .checks import several
from .controls import Choice, Slider
from .definitions import At, Grid, Let, Loop, Settled
from .javascript import check_printable
from .tables import Data, Field, Total
from .typed import Typed

DEFINITIONS = (Let, Grid, Field, Data, Total, Loop, Settled, At)


class Description:
    """Sliders and definitions, checked: the part of a `Program` that computes nothing."""

    def __init__(self, sliders, definitions=()):
        self.sliders = several("sliders", sliders, (Slider, Choice, Typed))
        self.definitions = several("definitions", definitions, DEFINITIONS)
        self.scalars, self.columns, self.series = [], set(), []
        for slider in self.sliders:
            self._define(slider.symbol)
        for definition in self.definitions:
            self._check(definition)

    def _check(self, definition):
        if isinstance(definition, Grid):
            self.need([definition.low, definition.high])
        elif isinstance(definition, Loop):
            self.need(definition.state.values())
            for over, expression in definition.sums.values():
                self.need([expression], over, definition.columns)
            self.need(definition.update.values(), columns=(*definition.columns, *definition.sums))
        elif isinstance(definition, Data) and definition.choice:
            self.need_control(definition.choice)
        elif isinstance(definition, (Total, Settled, At)):
            self.need([definition.when if isinstance(definition, Settled) else definition.expression], definition.over)
            self.need([definition.step] if isinstance(definition, At) else [])
        elif isinstance(definition, Let):
            self.need([definition.expression])
        if isinstance(definition, (Grid, Field, Data, Loop)):
            self._tabulate(definition)
        if isinstance(definition, Loop):
            self._define(definition.diverged)
            self._define(definition.last)
        elif isinstance(definition, (Let, Total, Settled, At)):
            self._define(definition.symbol)

    def _define(self, symbol):
        if symbol in self.scalars or symbol in self.columns:
            raise ValueError(f"definitions: {symbol} is defined twice")
        self.scalars.append(symbol)

    def _tabulate(self, series):
        """Note a series and its columns, whose symbols may stand for other columns elsewhere, but for no number."""
        columns = [*series.columns, *getattr(series, "sums", ())]
        for symbol in columns:
            if symbol in self.scalars or columns.count(symbol) > 1:
                raise ValueError(f"definitions: {symbol} is defined twice, once as a column of {shown(series)}")
        self.columns |= set(columns)
        self.series.append(series)

    def need(self, expressions, over=None, columns=(), name="definitions"):
        """Raise an error unless the page can compute the expressions here.

        Parameters
        ----------
        expressions : sequence of Expr
        over : Grid, Field, Data, Loop or None
            The series whose columns may be used.
        columns : sequence of Symbol
            What else may be used.
        name : str
            Where the expressions stand, for the message.

        Raises
        ------
        ValueError
            If an expression uses a symbol that is not defined yet, or `over` is not.
        TypeError
            If an expression has no JavaScript.
        """
        if over is not None:
            if not any(over is each for each in self.series):
                raise ValueError(f"{name}: got over={shown(over)}, expected a series among the definitions before it")
            twice = [symbol for symbol in over.columns if symbol in columns]
            if twice:
                raise ValueError(f"{name}: {', '.join(map(str, twice))} is defined twice, once as a column of "
                                 f"{shown(over)}")
            columns = (*columns, *over.columns)
        known = {*self.scalars, *columns}
        for expression in expressions:
            unknown = sorted(expression.free_symbols - known, key=str)
            if unknown:
                alike = {symbol.name for symbol in unknown} & {symbol.name for symbol in known}
                hint = "; the symbol of that name that is defined has other assumptions, such as real=True"
                raise ValueError(f"{name}: {', '.join(map(str, unknown))} in {shown(expression)} is not defined before "
                                 f"it is used{hint if alike else ''}")
            check_printable(expression)

    def need_control(self, control, name="definitions"):
        """Raise ValueError unless a `Choice` or `Typed` is one of the sliders."""
        if control not in self.sliders:
            raise ValueError(f"{name}: got {shown(control)}, expected one of this figure's sliders")

    def check_slider(self, name, symbol):
        """Raise ValueError unless a slider has that symbol."""
        symbols = [slider.symbol for slider in self.sliders]
        if symbol not in symbols:
            raise ValueError(f"{name}: {shown(symbol)} is no slider of this figure, expected one of "
                             f"{shown(symbols)}")
