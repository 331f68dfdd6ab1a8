"""A typed formula cut into pieces; the first half of `typed`. Its twin is `cut` in `web/formula.js`."""

import re
from dataclasses import dataclass, replace

import sympy as sp

_LETTER = "A-Za-zΑ-Ωα-ωŷ"
_WORD = re.compile(f"[{_LETTER}][{_LETTER}0-9_₀-₉\u0302]*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*|,[0-9]+)?|\.[0-9]+")
_SPACE = re.compile("[ \t\r\n\u00a0\u2002-\u200a\u202f]+")
_RAISED = re.compile("⁻?[⁰¹²³⁴-⁹]*")
_SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "⋅": "*", "×": "*", "∙": "*", "/": "/",
          "∕": "/", "÷": "/", "^": "^"}
_SHARES = {"½": sp.Rational(1, 2), "⅓": sp.Rational(1, 3), "¼": sp.Rational(1, 4), "¾": sp.Rational(3, 4)}
_REFUSED = {"=": "Leave out the sign =: type only what stands to the right of it.",
            "|": "Write abs(…) for an absolute value.",
            **dict.fromkeys("'′’", "I do not read primes: write the derivative itself.")}
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
          "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
          "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω"}
_CONSTANTS = {"e": sp.E, "π": sp.pi}
_SPELLINGS = {"exp": "exp", "ln": "ln", "log": "ln", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tanh": "tanh",
              "sigmoid": "sigmoid", "σ": "sigmoid", "relu": "relu", "leaky_relu": "leaky_relu",
              "softplus": "softplus", "step": "step", "abs": "abs", "sign": "sign"}
CLOSING = {"(": ")", "[": "]", "{": "}"}


class Mistyped(ValueError):
    """A formula that cannot be read. The message is a sentence for the reader; `at` is the place in the text."""

    def __init__(self, sentence, at):
        super().__init__(sentence)
        self.at = at


@dataclass(frozen=True)
class Token:
    """A piece: "number", "name", "function", "sign", "open", "close" or "end"; as written, where, and its meaning."""

    kind: str
    text: str
    at: int
    value: object = None
    raised: bool = False

    @property
    def end(self):
        return self.at + len(self.text)


def canonical(word):
    """One spelling for w_1, w₁ and w1, for eta and η, for y_hat, yhat and ŷ."""
    word = word.translate({ord(digit): str(value) for value, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")})
    word = word.replace("ŷ", "y_hat").replace("\u0302", "_hat")
    word = re.sub(r"_(?=[0-9])", "", re.sub("^([A-Za-z])hat", r"\1_hat", word))
    return re.sub("^[a-z]+", lambda letters: _GREEK.get(letters[0], letters[0]), word)


def _meaning(word, known):
    """What a word means here: (kind, meaning), or None."""
    one = canonical(word)
    small = one.lower() if re.fullmatch("[A-Za-z_]+", one) else one
    if one in known:
        return "name", known[one]
    if small in _SPELLINGS:
        return "function", _SPELLINGS[small]
    return ("number", _CONSTANTS[one]) if one in _CONSTANTS else None


def _pieces(word, known):
    """A word as one thing that is known, or as several that stand side by side: `wx` is w·x."""
    for length in range(len(word), 0, -1):
        first = _meaning(word[:length], known)
        rest = first and (_pieces(word[length:], known) if length < len(word) else [])
        if rest is not None and first:
            return [(*first, word[:length]), *rest]
    return None


def _unknown(word, text, at, names):
    if re.match(r"\s*\(", text[at + len(word):]) and len(word) > 1:
        return Mistyped(f"I do not know the function {word}; I know exp, ln, sqrt, sin, cos, tanh, sigmoid, relu, "
                        "softplus, step and abs.", at)
    usable = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names) or "numbers only"
    return Mistyped(f"I do not know {'the letter ' if len(word) == 1 else ''}{word}; here you can use {usable}.", at)


def _number(digits, after, at):
    if re.fullmatch("[1-9][0-9]*,[0-9]{3}", digits):
        raise Mistyped(f"I cannot tell whether the comma in {digits} marks decimals or thousands: write a point, or no "
                       "comma.", at)
    power = re.match("[eE][-+−]?[0-9]+", after)
    if power:
        raise Mistyped(f"I cannot tell whether {digits}{power[0]} is a power of ten: write 10^… for that, and * "
                       "between the number and e for the other.", at)
    return sp.Rational(digits.replace(",", ".").rstrip("."))


def cut(text, names):
    """The tokens of a formula in which `names` may be used; raises `Mistyped`."""
    known, tokens, at = {canonical(name): name for name in names}, [], 0

    def add(kind, written, value=None, raised=False):
        nonlocal at
        tokens.append(Token(kind, written, at, value, raised))
        at += len(written)

    while at < len(text):
        sign, space, digits, word = text[at], _SPACE.match(text, at), _NUMBER.match(text, at), _WORD.match(text, at)
        if space:
            at = space.end()
        elif digits:
            add("number", digits[0], _number(digits[0], text[digits.end():], at))
        elif word:
            parts = _pieces(word[0], known)
            if parts is None:
                raise _unknown(word[0], text, at, names)
            for kind, value, written in parts:
                add(kind, written, value)
        elif text.startswith("**", at):
            add("sign", "**", "^")
        elif sign in _SIGNS:
            add("sign", sign, _SIGNS[sign])
        elif sign in _SHARES:
            add("number", sign, _SHARES[sign])
        elif sign == "√":
            add("function", sign, "sqrt")
        elif sign in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
            run, first = _RAISED.match(text, at)[0], len(tokens)
            digits = run.removeprefix("⁻")
            if not digits:
                raise Mistyped("Something is missing after ⁻.", at + 1)
            add("sign", "", "^")
            if run != digits:
                add("sign", "⁻", "-")
            add("number", digits, sp.Integer("".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(digit)) for digit in digits)), True)
            tokens[first] = replace(tokens[first], text=run)
        elif sign in CLOSING:
            add("open", sign)
        elif sign in CLOSING.values():
            add("close", sign)
        else:
            raise Mistyped(_REFUSED.get(sign, f"I do not know the sign {sign}."), at)
    return tokens
