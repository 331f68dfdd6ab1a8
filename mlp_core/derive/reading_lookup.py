"""What a name stands for, with subscripts, layers and primes; what derivatives by it are. See `reading_values`."""

import sympy as sp

from .activations import z as _z
from .reading_meanings import FUNCTIONS, Matrix, NoMeaning, Operation, is_function, is_matrix
from .reading_tree import Name, Node


class LookUp:
    """The part of the evaluation for names, calls and derivatives."""

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
        value, values = self.look_up(name), self.meanings.values
        if isinstance(value, sp.Symbol) and value not in self.meanings.nodes and not {
                self.written(name), name.base} & values.keys():
            raise NoMeaning(f"nobody says what {self.written(name)} is here, so its derivative cannot be derived")

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
            loss, by = self.look_up(Name(meanings.loss)), value
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
