"""Sums, products, powers, matrices, cases and series, once their parts have values. See `reading_values`."""

import sympy as sp

from .reading_meanings import Matrix, Misfit, NoMeaning, is_matrix
from .reading_tree import Name, names_in
from .typed import power

_SLOPES_OF_A_LIMIT = 5
_LONGEST = 1000  # terms of a series
_HIGHEST = 100  # power of a matrix


class Arithmetic:
    """The part of the evaluation that puts values together."""

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
                if letter not in {node.parts[0].base for node in names_in(pattern)}:
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
                return bottom.applyfunc(lambda entry: self.power(entry, top))
            if bottom.shape[0] != bottom.shape[1]:
                raise Misfit(f"a power of a matrix of shape {bottom.shape}")
            if top.is_number and abs(top) > _HIGHEST:
                raise NoMeaning(f"a power of a matrix beyond {_HIGHEST}")
        return self.power(bottom, top)

    def power(self, bottom, top):
        return bottom**top if is_matrix(bottom) or is_matrix(top) else power(sp.sympify(bottom), sp.sympify(top))

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

    def whole(self, node):
        """The bound of a sum as an integer; a sum up to a letter has no meaning that could be computed."""
        bound = self.value(node)
        if not getattr(bound, "is_Integer", False):
            raise NoMeaning(f"a sum or product whose bound is {bound}, not a whole number")
        return int(bound)

    def _series(self, _, kind, index, low, high, body, without):
        if low is not None and high is not None:
            numbers = range(self.whole(low), self.whole(high) + 1)
        elif index in self.meanings.ranges:
            numbers = self.meanings.ranges[index]
        else:
            raise NoMeaning(f"nobody says through which numbers {index} runs here")
        if numbers[_LONGEST:]:
            raise NoMeaning(f"a sum or product of more than {_LONGEST} terms")
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

    def _limit(self, _, letter, goal, body):
        """The limit of a fraction: as long as both its parts vanish there, those of their slopes (de l'Hôpital)."""
        small, place, value = self.look_up(Name(letter)), self.value(goal), self.value(body)
        if not isinstance(small, sp.Symbol) or is_matrix(value):
            raise NoMeaning(f"a limit in which {letter} is no letter that may move, or the limit of a matrix")
        above, below = sp.fraction(sp.together(value))
        for _ in range(_SLOPES_OF_A_LIMIT):
            ends = [sp.simplify(part.subs(small, place)) for part in (above, below)]
            if ends[1] != 0:
                return ends[0] / ends[1]
            if ends[0] != 0:
                break
            above, below = above.diff(small), below.diff(small)
        raise NoMeaning(f"a limit that does not come out, as {letter} goes to {place}")

    def _dots(self, _):
        raise NoMeaning("three dots that no one can fill in")

    def _relation(self, _, sides, signs):
        raise NoMeaning("a relation stands where a value is needed")

    def _list(self, *_):
        raise NoMeaning("several statements stand where one value is needed")
