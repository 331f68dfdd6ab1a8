"""A program as JavaScript: straight-line code printed from the same expressions that Python evaluates.

Only a closed list of expression nodes is printed, and names never reach the code: every symbol becomes v0, v1, …
"""

import json

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter

from .._validate import shown
from ..derive.functions import NamedActivation
from .checks import LARGEST
from .checks import expression as formula
from .controls import Choice
from .definitions import At, Grid, Let, Loop, Settled
from .formulas import stages
from .tables import Data, Field, Total
from .typed import Finite, Slope, Typed, Value
from .words import Say, Unless

_ALLOWED = (
    sp.Add, sp.Mul, sp.Pow, sp.Symbol, sp.Number, sp.NumberSymbol, sp.Piecewise, sp.Max, sp.Min, sp.Abs, sp.sign,
    sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.tanh, sp.sinh, sp.cosh, sp.floor, sp.ceiling,
    Value, Slope, Finite,
    sp.core.relational.Relational,
    sp.And, sp.Or, sp.Not, sp.ITE, sp.logic.boolalg.BooleanAtom, sp.functions.elementary.piecewise.ExprCondPair,
)


def literal(value):
    """Text, numbers and lists as JavaScript that is safe inside a script element: no `<` stays in a text."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c").replace(">", "\\u003e")


class _Printer(JavascriptCodePrinter):
    """SymPy's printer, with symbols renamed, whole powers multiplied out and floats to the last bit."""

    def __init__(self, names):
        super().__init__({"precision": 17})
        self.names = names

    def _print_Symbol(self, symbol):
        return self.names[symbol]

    _print_Dummy = _print_Symbol

    def _print_BooleanTrue(self, _):
        return "true"

    def _print_BooleanFalse(self, _):
        return "false"

    def _print_ITE(self, expression):
        return "({} ? {} : {})".format(*map(self._print, expression.args))

    def _print_NumberSymbol(self, number):
        return repr(float(number))

    def _print_Float(self, number):
        return repr(float(number))

    def _print_Pow(self, power):
        base, exponent = power.as_base_exp()
        if exponent.is_Integer and 2 <= exponent <= 4:
            factor = self.parenthesize(base, 100)
            return "(" + "*".join([factor] * int(exponent)) + ")"
        if exponent == sp.Rational(1, 3):  # Math.cbrt, which SymPy prints, takes numbers below 0, and NumPy does not
            return f"Math.pow({self._print(base)}, 1/3)"
        return super()._print_Pow(power)


def check_printable(expression):
    """Raise TypeError if an expression holds anything that the page cannot compute."""
    for node in sp.preorder_traversal(formula("expression", expression)):
        if isinstance(node, sp.Piecewise) and node.args[-1].cond != True:  # noqa: E712  SymPy's own true
            raise TypeError(f"expression: got {shown(node)}, expected a last case for True")
        if isinstance(node, sp.Rational) and max(abs(node.p), node.q) > LARGEST:
            raise TypeError(f"expression: got a whole number above {LARGEST:.1e} in it, expected smaller ones")
        if isinstance(node, sp.Float) and not abs(node) <= LARGEST:
            raise TypeError(f"expression: got a number beyond {LARGEST:.1e} in it, expected smaller ones")
        if isinstance(node, sp.Pow) and node.is_number and node.is_extended_real is False:
            raise TypeError(f"expression: got {node} in {shown(expression)}, expected real numbers only")
        if not isinstance(node, (*_ALLOWED, NamedActivation)) or node in (sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise TypeError(f"expression: got {type(node).__name__} in {shown(expression)}, which has no JavaScript; "
                            "expected arithmetic, elementary functions, Piecewise, Max, Min and relations")


class Code:
    """Collects the body of a figure's `compute(p, rt)`."""

    def __init__(self, program):
        self.program = program
        self.names = {}
        self.lines = []
        self.series = {}
        for index, slider in enumerate(program.sliders):
            given = f"rt.typed(p[{index}], {literal(slider.of)})" if isinstance(slider, Typed) else f"p[{index}]"
            self.lines.append(f"var {self.name(slider.symbol)} = {given};")
        for definition in program.definitions:
            _PRINTERS[type(definition)](self, definition)

    def name(self, symbol):
        """The JavaScript name of a symbol."""
        return self.names.setdefault(symbol, f"v{len(self.names)}")

    def statements(self, targets, expressions):
        """Assignments `target = expression;` with common subexpressions in temporaries."""
        before, expressions = stages(expressions)
        for expression in [value for _, value in before] + expressions:
            check_printable(expression)
        conditions = [e for e in expressions if isinstance(e, sp.logic.boolalg.Boolean)]
        shared, reduced = ([], expressions) if conditions else sp.cse(expressions, sp.numbered_symbols("t"))
        printer = _Printer({**self.names, **{symbol: f"{letter}{k}" for letter, listed in (("z", before), ("t", shared))
                                             for k, (symbol, _) in enumerate(listed)}})
        lines = [f"var {printer.doprint(symbol)} = {printer.doprint(value)};" for symbol, value in before + shared]
        return lines + [f"{target} = {printer.doprint(value)};" for target, value in zip(targets, reduced)]

    def scalar(self, expression):
        """One expression in scalars as JavaScript; what it needs computed first is added to the lines."""
        before, (expression,) = stages([expression])
        for symbol, value in before:
            check_printable(value)
            self.lines.append(f"var {self.name(symbol)} = {_Printer(self.names).doprint(value)};")
        check_printable(expression)
        return _Printer(self.names).doprint(expression)

    def mapped(self, series, expressions):
        """A function (c, i, o) that puts the expressions at point i of the columns c into o."""
        unpack = [f"var {self.name(symbol)} = c[{k}][i];" for k, symbol in enumerate(series.columns)]
        targets = [f"o[{k}]" for k in range(len(expressions))]
        return "function (c, i, o) { " + " ".join(unpack + self.statements(targets, expressions)) + " }"

    def points(self, series, expressions, upto=None):
        """The call that computes an artist's arrays, one for each expression."""
        if series is None:
            return self.lists(*([expression] for expression in expressions))
        cut = "Infinity" if upto is None else self.scalar(upto)
        return f"rt.map({self.series[id(series)]}, {cut}, {len(expressions)}, {self.mapped(series, expressions)})"

    def lists(self, *parts):
        """Lists of expressions in scalars, as arrays."""
        return "[" + ", ".join("[" + ", ".join(map(self.scalar, part)) + "]" for part in parts) + "]"

    def value(self, value):
        """What stands for a name in a sentence: a number, or words in its place."""
        if isinstance(value, Choice):
            return f"{literal(value.options)}[{self.scalar(value.symbol)}]"
        if isinstance(value, Typed):
            return f"{self.name(value.symbol)}.text"
        if isinstance(value, Say):
            return self.sentence(value)
        if isinstance(value, Unless):
            return f"({self.scalar(value.condition)}) ? {literal(value.words)} : {self.scalar(value.expression)}"
        return self.scalar(value)

    def sentence(self, say: Say):
        """An expression that gives the sentence."""
        code = ""
        for condition, text in say.cases:
            values = ", ".join(f"[{literal(name)}]: {self.value(say.values[name])}" for name in say.names(text))
            words = f"rt.fill({literal(text)}, {{{values}}})"
            code += words if condition is True else f"({self.scalar(condition)}) ? {words} : "
        return code

    # One method for each operation; its twin in Python is in `program`, at run time in `web/live.js`.

    def let(self, definition):
        self.lines += self.statements([f"var {self.name(definition.symbol)}"], [definition.expression])

    def _new_series(self, definition, code):
        self.series[id(definition)] = f"s{len(self.series)}"
        self.lines.append(f"var {self.series[id(definition)]} = {code};")

    def grid(self, definition):
        self._new_series(definition, f"rt.grid({self.scalar(definition.low)}, {self.scalar(definition.high)}, "
                                     f"{definition.points})")

    def field(self, definition):
        ends = [[float(end) for end in ends] for ends in (definition.xlim, definition.ylim)]
        self._new_series(definition, f"rt.field({literal(ends)}, {literal(definition.points)})")

    def data(self, definition):
        which = self.scalar(definition.choice.symbol) if definition.choice else "0"
        self._new_series(definition, f"rt.table({literal(definition.tables())}[{which}])")

    def total(self, definition):
        code = self.summed(definition.over, definition.expression)
        self.lines.append(f"var {self.name(definition.symbol)} = {code};")

    def summed(self, series, expression):
        """The call that adds an expression over a series."""
        return f"rt.total({self.series[id(series)]}, {self.mapped(series, [expression])})"

    def loop(self, definition):
        start = ", ".join(self.scalar(value) for value in definition.state.values())
        unpack = [f"var {self.name(symbol)} = x[{k}];" for k, symbol in enumerate(definition.state)]
        unpack.append(f"var {self.name(definition.taken)} = k;")
        unpack += [f"var {self.name(symbol)} = {self.summed(*what)};" for symbol, what in definition.sums.items()]
        body = self.statements([f"o[{k}]" for k in range(len(definition.state))],
                               [definition.update[symbol] for symbol in definition.state])
        step = "function (x, k, o) { " + " ".join(unpack + body) + " }"
        self._new_series(definition, f"rt.loop([{start}], {definition.steps}, {definition.limits!r}, {step})")
        series = self.series[id(definition)]
        self.lines.append(f"var {self.name(definition.diverged)} = {series}.diverged;")
        self.lines.append(f"var {self.name(definition.last)} = {series}.n - 1;")

    def settled(self, definition):
        code = self.mapped(definition.over, [definition.when])
        series = self.series[id(definition.over)]
        self.lines.append(f"var {self.name(definition.symbol)} = rt.settled({series}, {code});")

    def at(self, definition):
        code = self.mapped(definition.over, [definition.expression])
        self.lines.append(f"var {self.name(definition.symbol)} = rt.at({self.series[id(definition.over)]}, "
                          f"{self.scalar(definition.step)}, {code});")


_PRINTERS = {Let: Code.let, Grid: Code.grid, Field: Code.field, Data: Code.data, Total: Code.total, Loop: Code.loop,
             Settled: Code.settled, At: Code.at}
