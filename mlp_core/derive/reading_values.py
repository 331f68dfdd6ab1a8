"""From a tree to SymPy: what a formula says once its letters have meanings. See `reading`."""

from dataclasses import dataclass, field
from itertools import product as every

import sympy as sp

from .activations import ACTIVATIONS
from .activations import z as _z
from .reading_grammar import Name, Node

Matrix = sp.ImmutableDenseMatrix
_ACTIVATIONS = {name: sp.Lambda(_z, ACTIVATIONS[entry].formula) for name, entry in {
    "\\sigma": "sigmoid", "\\tanh": "tanh", "\\operatorname{relu}": "relu", "\\operatorname{ReLU}": "relu",
    "\\operatorname{softplus}": "softplus", "\\operatorname{sigmoid}": "sigmoid", "\\operatorname{tanh}": "tanh",
    "\\operatorname{leaky}": "leaky_relu", "\\operatorname{LReLU}": "leaky_relu",
    "\\operatorname{leakyReLU}": "leaky_relu"}.items()}
FUNCTIONS = {**_ACTIVATIONS, "\\sin": sp.sin, "\\cos": sp.cos, "\\tan": sp.tan, "\\exp": sp.exp, "\\ln": sp.log,
             "\\log": sp.log, "\\sinh": sp.sinh, "\\cosh": sp.cosh, "\\arctan": sp.atan,
             "\\max": sp.Max, "\\min": sp.Min, "\\operatorname{sign}": sp.sign}


class NoMeaning(ValueError):
    """A letter, or a way of writing, of which nobody has said what it stands for here."""


class Misfit(ValueError):
    """Things that cannot be put together, such as matrices whose shapes do not fit."""


@dataclass
class Meanings:
    """What the letters of some formulas stand for.

    Attributes
    ----------
    values : dict of str to object
        By LaTeX name: a number, expression, matrix, `Lambda`, SymPy function, or a dict by layer or number.
    nodes : dict of Symbol to Expr
        Named values on the way, each in terms of inputs and other nodes. ∂L/∂z holds z's own inputs still if z is one.
    ranges : dict of str to range
        Letters that count, with the numbers they run through.
    vectors : set of str
        Names with one subscript, although they are stored as a row or a column.
    loss : str or None
        The name whose gradient `dW` means; None where `df` is a total differential.
    gradient_by : str or None
        The name by which ∇ differentiates where the function has no arguments of its own.
    entrywise : bool
        True where powers and quotients of matrices mean those of their entries.
    rule : UpdateRule or None
        What ← must agree with.
    small : tuple of Symbol
        Quantities for which ≈ means: equal up to terms of second order in them.
    """

    values: dict = field(default_factory=dict)
    nodes: dict = field(default_factory=dict)
    ranges: dict = field(default_factory=dict)
    vectors: set = field(default_factory=set)
    loss: str | None = None
    gradient_by: str | None = None
    entrywise: bool = False
    rule: object = None
    small: tuple = ()

    def functions(self):
        """The names that take arguments, for the grammar."""
        return {name for name, value in {**FUNCTIONS, **self.values}.items() if is_function(value)}

    def ground(self, expression, held=()):
        """With every node written out, except those that are held."""
        names = {name: value for name, value in self.nodes.items() if name not in held}
        while expression.free_symbols & names.keys():
            expression = expression.xreplace(names)
        return expression


def is_function(value):
    """True for what can be called in `f(x)`."""
    if isinstance(value, dict):
        return any(is_function(one) for one in value.values())
    return isinstance(value, (sp.Lambda, sp.core.function.FunctionClass, Operation))


class Operation:
    """A function of matrices, such as softmax row by row."""

    def __init__(self, apply):
        self.apply = apply


def _softmax(matrix):
    rows, columns = matrix.shape
    total = [sum(sp.exp(matrix[i, j]) for j in range(columns)) for i in range(rows)]
    return Matrix(rows, columns, lambda i, j: sp.exp(matrix[i, j]) / total[i])


def _diagonal(value):
    return Matrix(sp.diag(*value))


FUNCTIONS["\\operatorname{softmax}"] = Operation(_softmax)
FUNCTIONS["\\operatorname{diag}"] = Operation(_diagonal)


def is_matrix(value):
    return isinstance(value, sp.MatrixBase)


class Evaluation:
    """Gives a tree its value. `indices` holds the numbers that counting letters stand for."""

    def __init__(self, meanings, indices=None):
        self.meanings, self.indices = meanings, dict(indices or {})

    def value(self, node):
        """The SymPy object that a node stands for."""
        return getattr(self, f"_{node.kind}")(node, *node.parts)

    def _with(self, **indices):
        return Evaluation(self.meanings, {**self.indices, **indices})

    # --- numbers and names

    def _num(self, _, text):
        return sp.Rational(text)

    def _word(self, _, text):
        raise NoMeaning(f"the word {text!r} stands where a number is needed")

    def _name(self, _, name, primes):
        value = self.look_up(name)
        if primes:
            if not is_function(value):
                raise NoMeaning(f"{self.written(name)} has a prime, but nobody says which function it is here")
            value = self.slope(value, primes)
        if isinstance(value, sp.Lambda):
            return value.expr
        if isinstance(value, sp.core.function.FunctionClass) and issubclass(value, sp.Function):
            return value(_z)
        if isinstance(value, (Operation, dict)):
            raise NoMeaning(f"{self.written(name)} needs an argument or a layer here")
        return value

    def slope(self, function, order=1):
        """f', f'' … of a function of one variable."""
        variable = function.variables[0] if isinstance(function, sp.Lambda) else _z
        if isinstance(function, sp.Lambda) and len(function.variables) != 1:
            raise NoMeaning("a prime needs a function of one variable")
        return sp.Lambda(variable, self.rate(function(variable), (variable,) * order))

    def rate(self, expression, by):
        """The partial derivative by one symbol or several; nodes on the way are written out, unless they are `by`."""
        whole = self.meanings.ground(sp.sympify(expression), held=by)
        for symbol in by:
            if isinstance(symbol, sp.Symbol):
                whole = sp.diff(whole, symbol)
            elif isinstance(symbol, sp.Function):  # SymPy's d/d g(x): by the value of g
                place = sp.Dummy(real=True)
                whole = sp.diff(whole.subs(symbol, place), place).subs(place, symbol)
            else:
                raise NoMeaning(f"a derivative by {symbol}, which is no variable here")
        return whole

    def written(self, name, subscripts=None):
        """A name as it is looked up: `w_{12}`, `\\hat{y}_{1}`, `w^*`, `e_{old}`."""
        tex = name.base + ("^*" if name.star else "")
        if name.layer is not None:
            tex += f"^{{({self.value(name.layer)})}}"
        if subscripts is None and name.subscripts:
            subscripts = self.numbers(name)
        if subscripts:
            words = [str(one) for one in subscripts]
            tex += "_{" + ("," if any(len(word) > 1 and word.isdigit() for word in words) else "").join(words) + "}"
        return tex

    def numbers(self, name):
        """The subscripts as numbers or words."""
        found = []
        for one in name.subscripts:
            if one.kind == "word":
                found.append(one.parts[0])
            elif one.kind == "name" and one.parts[0].base not in {**self.indices, **self.meanings.values}:
                found.append(one.parts[0].base)
            else:
                found.append(self.value(one))
        return found

    def look_up(self, name):
        values = self.meanings.values
        if name.base in self.indices and not name.subscripts and name.layer is None:
            return sp.Integer(self.indices[name.base])
        subscripts = self.numbers(name)
        whole = self.written(name, subscripts)
        if whole in values:
            return values[whole]
        for key in (self.written(Name(name.base, name.layer, (), name.star), ()),
                    self.written(Name(name.base, None, (), name.star), ())):
            holds_parts = isinstance(values.get(key), dict) or is_matrix(values.get(key))
            if holds_parts and (subscripts or name.layer is not None) and not any(
                    isinstance(one, str) for one in subscripts):
                value = values[key]
                if name.layer is not None and "^{(" not in key:
                    value = self.part(value, [self.value(name.layer)], key)
                return self.part(value, subscripts, key) if subscripts else value
        if whole == "e":
            return sp.E
        if whole == "\\pi":
            return sp.pi
        if whole in FUNCTIONS:
            return FUNCTIONS[whole]
        if whole == "\\infty":
            return sp.oo
        return sp.Symbol(whole, real=True)

    def part(self, value, subscripts, key):
        """An entry, a row, or the member of a family."""
        if isinstance(value, dict):
            (number,) = subscripts
            if number not in value:
                raise NoMeaning(f"{key} has no number {number} here")
            return value[number]
        if not is_matrix(value):
            raise NoMeaning(f"{key} is not a matrix here and cannot have the subscript {subscripts}")
        if len(subscripts) == 1 and key not in self.meanings.vectors and len(str(subscripts[0])) == 2:
            subscripts = [sp.Integer(digit) for digit in str(subscripts[0])]
        places = [int(one) - 1 for one in subscripts]
        limits = [len(value)] if key in self.meanings.vectors else value.shape
        if len(places) > len(limits) or any(not 0 <= place < limit for place, limit in zip(places, limits)):
            raise NoMeaning(f"{key} has no entry {subscripts}: it is {' by '.join(map(str, value.shape))}")
        if len(places) == 2:
            return value[places[0], places[1]]
        return value[places[0]] if key in self.meanings.vectors else value[places[0], :]

    def _call(self, _, function, arguments):
        name, primes = function.parts
        called = self.look_up(name)
        if not is_function(called):
            raise NoMeaning(f"{self.written(name)}(…) is used as a function, but nobody says which one it is here")
        values = [self.value(argument) for argument in arguments]
        if isinstance(called, Operation):
            return called.apply(*values)
        if primes:
            called = self.slope(called, primes)
        count = len(called.variables) if isinstance(called, sp.Lambda) else len(values)
        if len(values) == 1 and is_matrix(values[0]) and count > 1:
            values = list(values[0])
        if len(values) == 1 and is_matrix(values[0]):
            return values[0].applyfunc(called)
        if len(values) != count:
            raise NoMeaning(f"{self.written(name)} takes {count} numbers here, not {len(values)}")
        return called(*values)

    # --- derivatives

    def _derivative(self, _, d, operand, by):
        if operand.kind == "name":
            self.defined(operand.parts[0])
        value = self.value(operand)
        variables = [self.value(name) if isinstance(name, Node) else self.look_up(name) for name in by]
        if len(variables) == 1 and is_matrix(variables[0]):
            return self.gradient(value, variables[0])
        if is_matrix(value):
            return value.applyfunc(lambda entry: self.rate(entry, tuple(variables)))
        return self.rate(value, tuple(variables))

    def defined(self, name):
        """Refuses to differentiate what nobody has defined: its derivative would come out as 0."""
        try:
            value = self.look_up(name)
        except NoMeaning:
            raise
        if isinstance(value, sp.Symbol) and value not in self.meanings.nodes and self.written(
                name) not in self.meanings.values and not self.is_entry(name):
            raise NoMeaning(f"nobody says what {self.written(name)} is here, so its derivative cannot be derived")

    def is_entry(self, name):
        return name.base in self.meanings.values

    def gradient(self, value, by):
        """With the shape of what it is taken by; the Jacobian of a vector by a vector has a row for each output."""
        if not is_matrix(value):
            whole = self.meanings.ground(sp.sympify(value), held=set(by))
            return by.applyfunc(lambda symbol: self.rate(whole, (symbol,)))
        if 1 not in value.shape or 1 not in by.shape:
            raise NoMeaning("a matrix differentiated by a matrix")
        return Matrix(len(value), len(by), lambda i, j: self.rate(value[i], (by[j],)))

    def _d(self, _, name):
        meanings, whole = self.meanings, "d" + self.written(name)
        if whole in meanings.values:
            return meanings.values[whole]
        value = self.look_up(name)
        if meanings.loss is not None:
            self.known(name, value)
            loss, by = Evaluation(meanings).look_up(Name(meanings.loss)), value
            loss = loss.expr if isinstance(loss, sp.Lambda) else loss
            return self.gradient(loss, by) if is_matrix(by) else self.rate(loss, (by,))
        if isinstance(value, sp.Lambda):
            return sum(self.rate(value.expr, (one,)) * sp.Symbol(f"d{one}", real=True) for one in value.variables)
        return sp.Symbol(whole, real=True)

    def known(self, name, value):
        if isinstance(value, sp.Symbol) and not any(value == one or value in getattr(one, "free_symbols", ())
                                                    for one in self.meanings.values.values()):
            raise NoMeaning(f"nobody says what {self.written(name)} is here, so d{self.written(name)} has no value")

    def _nabla(self, _, by, operand, arguments):
        self.defined(operand.parts[0])
        function = self.look_up(operand.parts[0])
        if by is None and isinstance(function, sp.Lambda) and self.meanings.gradient_by is None:
            variables = Matrix([function.variables])
        else:
            name = by or (Name(self.meanings.gradient_by) if self.meanings.gradient_by else None)
            if name is None:
                raise NoMeaning("nobody says by which variables ∇ differentiates here")
            variables = self.look_up(name)
        expression = function.expr if isinstance(function, sp.Lambda) else function
        if not is_matrix(variables):
            variables = Matrix([[variables]])
        found = self.gradient(expression, variables)
        if arguments is None:
            return found
        values = [self.value(argument) for argument in arguments]
        if len(values) == 1 and is_matrix(values[0]):
            values = list(values[0])
        if len(values) != len(variables):
            raise NoMeaning(f"∇{self.written(operand.parts[0])} takes {len(variables)} numbers here")
        return found.xreplace(dict(zip(variables, values)))

    # --- arithmetic

    def _neg(self, _, inner):
        return -self.value(inner)

    def _sum(self, _, *terms):
        values = self.filled(terms, "+")
        total = values[0]
        for value in values[1:]:
            total = self.plus(total, value)
        return total

    def plus(self, left, right):
        if is_matrix(left) and is_matrix(right) and left.shape != right.shape:
            for one, other in ((left, right), (right, left)):
                if other.shape == (1, one.shape[1]):  # a bias row is added to every row
                    return one + Matrix.vstack(*[other] * one.shape[0])
            raise Misfit(f"{left.shape} and {right.shape} cannot be added")
        if is_matrix(left) != is_matrix(right):
            matrix, number = (left, right) if is_matrix(left) else (right, left)
            return matrix.applyfunc(lambda entry: entry + number)
        return left + right

    def _product(self, _, factors, signs):
        if any(factor.kind == "dots" for factor in factors):
            values, signs = self.filled(factors, "·"), None
        else:
            values = [self.value(factor) for factor in factors]
        total = values[0]
        for number, value in enumerate(values[1:]):
            total = self.times(total, value, signs[number] if signs else "")
        return total

    def times(self, left, right, sign=""):
        if not (is_matrix(left) and is_matrix(right)):
            return left * right
        if sign == "\\odot":
            if left.shape != right.shape:
                raise Misfit(f"{left.shape} and {right.shape} have no entry-by-entry product")
            return left.multiply_elementwise(right)
        if sign == "\\cdot" and 1 in left.shape and 1 in right.shape:
            if len(left) != len(right):
                raise Misfit(f"vectors of {len(left)} and {len(right)} numbers have no dot product")
            return sum(a * b for a, b in zip(left, right))
        if left.shape[1] != right.shape[0]:
            raise Misfit(f"{left.shape} times {right.shape}: the inner numbers differ")
        return left * right

    def filled(self, nodes, what):
        """Values, with what three dots leave out put in: the neighbour with a letter in it is counted to the other."""
        places = [place for place, node in enumerate(nodes) if node.kind == "dots"]
        if not places:
            return [self.value(node) for node in nodes]
        (place,) = places
        before, after = nodes[place - 1], nodes[place + 1]
        letters = [letter for letter in self.meanings.values if len(letter) == 1 and isinstance(
            self.meanings.values[letter], sp.Integer)]
        for pattern, goal, step in ((before, after, -1), (after, before, 1)):
            for letter in letters:
                if letter not in {node.parts[0].base for node in _names(pattern)}:
                    continue
                last, target, between = int(self.meanings.values[letter]), self.value(goal), []
                for number in range(last - 1, -1, -1):
                    value = self._with(**{letter: number}).value(pattern)
                    if value == target:
                        between = between if step < 0 else between[::-1]
                        return [*(self.value(node) for node in nodes[:place]), *between,
                                *(self.value(node) for node in nodes[place + 1:])]
                    between.append(value)
        raise NoMeaning(f"what the three dots of a {what} leave out cannot be told")

    def _quotient(self, _, above, below):
        top, bottom = self.value(above), self.value(below)
        if is_matrix(bottom):
            if not self.meanings.entrywise:
                raise Misfit("division by a matrix")
            if is_matrix(top):
                return top.multiply_elementwise(bottom.applyfunc(lambda entry: 1 / entry))
            return bottom.applyfunc(lambda entry: top / entry)
        return top * sp.Pow(bottom, -1) if is_matrix(top) else top / bottom

    def _power(self, _, base, exponent):
        bottom, top = self.value(base), self.value(exponent)
        if is_matrix(bottom):
            if self.meanings.entrywise or bottom.shape == (1, 1):
                return bottom.applyfunc(lambda entry: entry**top)
            if bottom.shape[0] != bottom.shape[1]:
                raise Misfit(f"a power of a matrix of shape {bottom.shape}")
        return bottom**top

    def _transpose(self, _, inner):
        value = self.value(inner)
        return value.T if is_matrix(value) else value

    def _root(self, _, inner):
        value = self.value(inner)
        return value.applyfunc(sp.sqrt) if is_matrix(value) else sp.sqrt(value)

    def _abs(self, _, inner):
        value = self.value(inner)
        return sp.sqrt(sum(entry**2 for entry in value)) if is_matrix(value) else sp.Abs(value)

    def _tuple(self, _, *items):
        values = [self.value(item) for item in items]
        if any(is_matrix(value) for value in values):
            raise NoMeaning("a list of lists")
        return Matrix([values])

    def _matrix(self, _, rows):
        if len({len(row) for row in rows}) != 1:
            raise NoMeaning("a matrix whose rows differ in length")
        return Matrix([[self.value(entry) for entry in row] for row in rows])

    def _cases(self, _, rows):
        pieces = []
        for value, *condition in rows:
            pieces.append((self.value(value), self.condition(condition[0]) if condition else True))
        return sp.Piecewise(*pieces)

    def condition(self, node):
        """A relation as SymPy's."""
        if node.kind != "relation":
            raise NoMeaning("a case without a condition")
        sides, signs = node.parts
        kinds = {"=": sp.Eq, "<": sp.Lt, ">": sp.Gt, "\\leq": sp.Le, "\\geq": sp.Ge, "\\neq": sp.Ne}
        values = [self.value(side) for side in sides]
        return sp.And(*(kinds[sign](left, right) for sign, left, right in zip(signs, values, values[1:])))

    def _series(self, _, kind, index, low, high, body, without):
        if low is not None and high is not None:
            numbers = range(int(self.value(low)), int(self.value(high)) + 1)
        elif index in self.meanings.ranges:
            numbers = self.meanings.ranges[index]
        else:
            raise NoMeaning(f"nobody says through which numbers {index} runs here")
        left_out = None if without is None else self.value(without)
        values = [self._with(**{index: number}).value(body) for number in numbers if number != left_out]
        if kind == "\\prod":
            return sp.prod(values)
        if not values:
            return sp.Integer(0)
        total = values[0]
        for value in values[1:]:
            total = self.plus(total, value)
        return total

    def _dots(self, _):
        raise NoMeaning("three dots that no one can fill in")

    def _relation(self, _, sides, signs):
        raise NoMeaning("a relation stands where a value is needed")

    def _list(self, *_):
        raise NoMeaning("several statements stand where one value is needed")


def _names(node):
    """All name nodes below, those in subscripts and layers too."""
    for one in node.nodes():
        if one.kind == "name":
            yield one
            name = one.parts[0]
            for part in (*name.subscripts, *((name.layer,) if name.layer is not None else ())):
                yield from _names(part)


def counting_letters(node, ranges):
    """The letters of `ranges` that a formula uses as subscripts or layers and that no Σ of its own binds."""
    found = set()

    def visit(one, bound):
        if not isinstance(one, Node):
            if isinstance(one, tuple):
                for part in one:
                    visit(part, bound)
            elif isinstance(one, Name):
                for part in (*one.subscripts, *((one.layer,) if one.layer is not None else ())):
                    for name in _names(part):
                        if name.parts[0].base in ranges and name.parts[0].base not in bound:
                            found.add(name.parts[0].base)
            return
        if one.kind == "series":
            _, index, low, high, body, without = one.parts
            visit((low, high, without), bound)
            visit(body, bound | {index})
            return
        for part in one.parts:
            visit(part, bound)

    visit(node, frozenset())
    return sorted(found)


def assignments(node, ranges):
    """Every way of giving numbers to the free counting letters of a formula."""
    letters = counting_letters(node, ranges)
    for numbers in every(*(ranges[letter] for letter in letters)):
        yield dict(zip(letters, numbers))
