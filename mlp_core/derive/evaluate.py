"""From an expression to a NumPy function."""

import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from .checks import expression_or_matrix, symbols


class NumberedPrinter(NumPyPrinter):
    """As `sp.lambdify` has it, but arguments are v0, v1, …, or one called pi or exp would stand for NumPy's too."""

    def __init__(self, arguments):
        super().__init__({"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True})
        self.names = {symbol: f"v{index}" for index, symbol in enumerate(arguments)}

    @property
    def arguments(self):
        """The names of the arguments in order."""
        return list(self.names.values())

    def _print_Symbol(self, symbol):
        return self.names.get(symbol) or super()._print_Symbol(symbol)

    def _print_Dummy(self, symbol):
        return self.names.get(symbol) or super()._print_Dummy(symbol)


def numpy_function(arguments, expressions):
    """An expression (or a list of them) as a function of arrays.

    Parameters
    ----------
    arguments : sequence of Symbol
        The order in which the function takes its values; scalars or arrays that broadcast.
    expressions : Expr or list of Expr
        What to evaluate. Common subexpressions are computed once.

    Returns
    -------
    callable
        Takes one value for each argument, returns a value, or a list of values for a list of expressions.

    Raises
    ------
    TypeError
        If an argument is no symbol, or an expression none of SymPy's and no number.
    ValueError
        If an argument is named twice, or an expression contains a symbol that is not among the arguments.
    """
    arguments = list(symbols("arguments", arguments))
    listed = list(expressions) if isinstance(expressions, (list, tuple)) else [expressions]
    listed = [expression_or_matrix("expressions", expression) for expression in listed]
    unknown = set().union(*(expression.free_symbols for expression in listed), set()) - set(arguments)
    if unknown:
        names = ", ".join(sorted(str(symbol) for symbol in unknown))
        known = ", ".join(str(symbol) for symbol in arguments) or "none"
        raise ValueError(f"expressions: contains {names}, expected only the arguments ({known})")
    printer = NumberedPrinter(arguments)
    function = sp.lambdify(printer.arguments, listed, modules="numpy", cse=True, printer=printer)
    if isinstance(expressions, (list, tuple)):
        return function
    return lambda *values: function(*values)[0]
