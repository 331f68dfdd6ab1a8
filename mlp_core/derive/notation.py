"""The book's symbols, and expressions in LaTeX as a person would write them.

Layers are superscripts in brackets, w^{(ℓ)}_{jk} leads from neuron j to neuron k; with several examples the first index
of z, a, x and y is the example, as in the rows of Z, A, X and Y.
"""

import sympy as sp
from sympy.printing.latex import LatexPrinter

from .functions import NamedActivation, NamedSlope


def _index(*numbers):
    """12 for (1, 2), and 1,12 where a number has two digits."""
    return ("," if any(number > 9 for number in numbers) else "").join(map(str, numbers))


def symbol(letter, *indices, layer=None):
    """A real symbol of the book: `symbol("w", 1, 2, layer=1)` is w^{(1)}_{12}.

    Parameters
    ----------
    letter : str
    *indices : int
    layer : int, optional
        ℓ, written as a superscript in brackets.
    """
    name = letter + (f"^{{({layer})}}" if layer is not None else "")
    return sp.Symbol(name + (f"_{{{_index(*indices)}}}" if indices else ""), real=True)


def rate(of, by, partial=True):
    """A symbol that stands for a derivative and is written as one: ∂L/∂w, or du/dx with `partial=False`.

    Its meaning is given where it is used, so that a check can put it in.
    """
    d = r"\partial " if partial else "d"
    return sp.Symbol(rf"\frac{{{d}{latex(of)}}}{{{d}{latex(by)}}}", real=True)


_INPUTS, _WEIGHTS = ("a", "x", "y", "z", "o", "p"), ("w", "W")


def _rank(factor):
    """Where a factor stands in a product: numbers, settings such as η, values, derivatives ∂L/∂z, weights, f(z),
    brackets, logarithms, and slopes f′(z) last, outer before inner.
    """
    base = factor.as_base_exp()[0]
    if base.is_Number:
        return 0, 0
    if isinstance(base, sp.Symbol):
        name = base.name
        if name.startswith(r"\frac"):
            return 3, 0
        latin = len(name.split("_")[0]) == 1  # β v, not v β
        return (4 if name.startswith(_WEIGHTS) else 2 if name.startswith(_INPUTS) else 1), int(latin)
    if isinstance(base, (NamedSlope, sp.Derivative, sp.Subs)):
        return 8, -len(str(base))
    return (7, 0) if isinstance(base, sp.log) else (6, 0) if base.is_Add else (5, 0)


def _common(expr, inside_product=False):
    """(c, rest) of a sum c·rest where c is a fraction, or all its coefficients are the same but for the sign."""
    if not expr.is_Add or _as_given(expr):
        return sp.Integer(1), expr
    c, rest = expr.primitive()
    coefficients = [term.as_coeff_Mul()[0] for term in rest.args]
    if not (c != 1 and (c.q != 1 or {abs(one) for one in coefficients} == {1})):
        c, rest = sp.Integer(1), expr
    if (inside_product or c != 1) and max(coefficients) < 0:
        return -c, -rest
    return c, rest


def _denominator(factor):
    """True if a factor is or has a fraction with more than a number below."""
    powers = [part.as_base_exp() for part in sp.Mul.make_args(factor)]
    return any(power.is_Rational and power.is_negative and base is not sp.E and not base.is_Number
               for base, power in powers)


def _as_given(expr):
    """True for a product or a sum that somebody put down unevaluated, in an order of their own."""
    return expr.func(*expr.args).args != expr.args


class BookPrinter(LatexPrinter):
    """LaTeX with the book's order of factors and terms, ln, and f(z) in plain brackets."""

    def __init__(self):
        super().__init__({"ln_notation": True, "order": "none"})

    def _print_Add(self, expr, order=None):
        if _common(expr)[0] != 1:
            return self._print_Mul(sp.Mul(*_common(expr), evaluate=False))
        terms = list(expr.args) if _as_given(expr) else self._terms(expr)
        tex = ""
        for number, term in enumerate(terms):
            piece = self._print(term)
            if term.is_Add:
                piece = rf"\left({piece}\right)"
            if number and not piece.startswith("-"):
                tex += " + "
            elif number:
                tex, piece = tex + " - ", piece[1:].lstrip()
            tex += piece
        return tex

    def _terms(self, expr):
        """Biases last, a leading number first beside Greek letters and functions, no minus in front if avoidable."""
        terms = expr.as_ordered_terms("lex")
        numbers = [term for term in terms if term.is_Number]
        others = [term for term in terms if not term.is_Number]
        biases = [term for term in others if isinstance(term, sp.Symbol) and (term.name + "_").startswith(("b_", "b^"))]
        others = [term for term in others if term not in biases]
        latin = any(self._latin(term) for term in others)
        if latin:
            settings = [term for term in others if isinstance(term, sp.Symbol) and not self._latin(term)]
            terms = [term for term in others if term not in settings] + settings + numbers + biases
        else:
            negative = [term for term in others if term.could_extract_minus_sign()]
            terms = numbers + [term for term in others if term not in negative] + negative + biases
        if terms[0].could_extract_minus_sign():
            positive = [term for term in terms if not term.could_extract_minus_sign()]
            if positive:
                terms.remove(positive[0])
                terms.insert(0, positive[0])
        return terms

    @staticmethod
    def _latin(term):
        """True for a power of a letter such as x or w², beside which a number comes last: x + 1, but 1 + β."""
        base = term.as_coeff_Mul()[1].as_base_exp()[0]
        return isinstance(base, sp.Symbol) and not base.name.startswith((*_GREEK, r"\frac", "a", "y"))

    def _print_Mul(self, expr):
        factors = list(expr.args) if expr.is_Mul else [expr]
        given = expr.is_Mul and _as_given(expr)
        if given and any(factor.is_Number for factor in factors[1:]):
            return self._product(factors)
        if given and any(_denominator(factor) for factor in factors):
            return self._product(factors)
        if not given:
            factors = [part for factor in factors for part in _common(factor, True) if part != 1]
            number = sp.prod([factor for factor in factors if factor.is_Rational])
            factors = [number] * (number != 1) + [factor for factor in factors if not factor.is_Rational]
            factors = self._turned(factors)
        sign = ""
        if factors[0].is_Number and factors[0].is_negative:
            sign, factors = "- ", ([-factors[0]] if factors[0] != -1 else []) + factors[1:]
        upper, lower = [], []
        for factor in factors:
            base, power = factor.as_base_exp()
            if factor.is_Rational and not factor.is_Integer:
                upper, lower = upper + [sp.Integer(factor.p)] * (factor.p != 1), [*lower, sp.Integer(factor.q)]
            elif power.is_Rational and power.is_negative and base is not sp.E:
                lower.append(sp.Pow(base, -power, evaluate=not base.is_Number))
            else:
                upper.append(factor)
        if not given:
            upper, lower = (sorted(side, key=_rank) for side in (upper, lower))
        if not lower:
            return sign + self._product(upper)
        tall = [factor for factor in upper if factor.is_Add and any(map(_denominator, factor.args))]
        flat = [factor for factor in upper if factor not in tall]
        fraction = rf"\frac{{{self._product(flat)}}}{{{self._product(lower)}}}"
        return sign + " ".join([fraction, *(rf"\left({self._print(factor)}\right)" for factor in tall)])

    def _turned(self, factors):
        """−a (a − 1) as a (1 − a): a minus in front goes into a bracket that ends in − 1, but for letters as x."""
        if not (factors[0].is_Number and factors[0].is_negative):
            return factors
        for at, factor in enumerate(factors):
            if factor.is_Add and -1 in factor.args and len(factor.args) == 2 and not any(map(self._latin, factor.args)):
                number = -factors[0]
                rest = [*factors[1:at], -factor, *factors[at + 1:]]
                return [number] * (number != 1) + rest
        return factors

    def _product(self, factors, alone=True):
        if not factors:
            return "1"
        if len(factors) == 1 and alone:
            return self._print(factors[0])
        pieces = []
        for number, factor in enumerate(factors):
            piece = self._print(factor)
            if factor.is_Add or (number and piece.startswith("-")) or (
                    number < len(factors) - 1 and isinstance(factor, (sp.Sum, sp.Integral, sp.Piecewise))):
                piece = rf"\left({piece}\right)"
            if pieces and (piece[0].isdigit() or (number > 1 and factors[number - 1].is_Number)):
                piece = r"\cdot " + piece
            pieces.append(piece)
        return r" \, ".join(pieces) if any(r"\frac" in piece for piece in pieces[1:]) else " ".join(pieces)

    def _call(self, name, arguments, exp):
        inside = ", ".join(self._print(argument) for argument in arguments)
        power = f"^{{{exp}}}" if exp is not None else ""
        if exp is not None and "'" in name:
            name, power = rf"{{{name}}}", power
        tall = r"\frac" in inside or r"\sum" in inside
        return f"{name}{power}" + (rf"\left({inside}\right)" if tall else f"({inside})")

    def _print_Function(self, expr, exp=None):
        if isinstance(expr, NamedActivation):
            return self._call(expr.tex, expr.args, exp)
        if isinstance(expr, sp.core.function.AppliedUndef):
            return self._call(self._hprint_Function(expr.func.__name__), expr.args, exp)
        if not hasattr(self, f"_print_{expr.func.__name__}") and not expr.func.__name__.startswith("a"):
            return self._call(self._hprint_Function(expr.func.__name__), expr.args, exp)
        return super()._print_Function(expr, exp)

    def _print_log(self, expr, exp=None):
        inside = expr.args[0]
        if isinstance(inside, sp.Symbol) and r"\frac" not in inside.name:
            return rf"\ln{'' if exp is None else '^{' + exp + '}'} {self._print(inside)}"
        return self._call(r"\ln", expr.args, exp)

    def _primed(self, expr):
        """h′(u) for the derivative of an unknown function of one variable by its own argument, else None."""
        inner, by = expr.expr, expr.variables
        if isinstance(inner, sp.core.function.AppliedUndef) and len(inner.args) == 1 and len(by) <= 3:
            return inner.func.__name__ + "'" * len(by)
        return None

    def _print_Abs(self, expr, exp=None):
        inside = expr.args[0]
        if inside.is_Add and any(term.is_Number and term.is_negative for term in inside.args):
            inside = -inside
        return rf"\left|{self._print(inside)}\right|" + (f"^{{{exp}}}" if exp is not None else "")

    def _print_Derivative(self, expr):
        name = self._primed(expr)
        if name and set(expr.variables) == {expr.expr.args[0]}:
            return self._call(name, expr.expr.args, None)
        if expr.expr.is_Mul and not _denominator(expr.expr):  # d/dx (x² sin x): not of its first factor alone
            inside = self._print(expr.expr)
            return rf"{super()._print_Derivative(expr).removesuffix(inside)}\left({inside}\right)"
        return super()._print_Derivative(expr)

    def _print_And(self, expr):
        """a < b and b < c as a < b < c."""
        if len(expr.args) == 2 and all(isinstance(one, (sp.StrictLessThan, sp.StrictGreaterThan)) for one in expr.args):
            pairs = [(one.lts, one.gts) for one in expr.args]
            for (low, middle), (other, high) in (pairs, pairs[::-1]):
                if middle == other:
                    return f"{self._print(low)} < {self._print(middle)} < {self._print(high)}"
        return super()._print_And(expr)

    def _print_Subs(self, expr):
        inner = expr.expr
        if isinstance(inner, sp.Derivative) and self._primed(inner) and inner.expr.args == expr.variables:
            return self._call(self._primed(inner), expr.point, None)
        return super()._print_Subs(expr)


_GREEK = tuple(name for name in (
    "alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "kappa", "lambda", "mu", "rho", "varphi", "\\"))


def latex(expression):
    """An expression, a matrix, a condition or a list of them in LaTeX, in the book's order and symbols.

    Products and sums made with `evaluate=False` keep the order in which they were put down. Text is passed through.
    """
    if isinstance(expression, str):
        return expression
    return BookPrinter().doprint(sp.sympify(expression))
