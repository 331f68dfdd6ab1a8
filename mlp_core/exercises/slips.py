"""Wrong derivatives on purpose: what `sympy.diff` would give if it made one of the usual slips.

A derivative is taken node by node, each node multiplying the slopes of what is inside it; at one node the rule is
broken. So the rivals of a formula follow from the formula itself.
"""

import sympy as sp
from sympy.core.function import AppliedUndef

from ..derive import LeakyReLU, ReLU


def wrong_slopes(expression, x):
    """What the usual slips make of d expression / dx.

    Parameters
    ----------
    expression : Expr
    x : Symbol

    Returns
    -------
    list of (str, Expr)
        Kinds as in `kinds.WORDS`, the likelier first; none equals the right derivative identically.
    """
    truth = sp.diff(expression, x)
    found = [("forward", expression)]
    for slip in ("relu_side", "chain", "no_slope", "at_start", "at_output", "at_slope", "quotient", "ratio",
                 "unsquared", "power", "exponent", "product"):
        kind = "power" if slip == "exponent" else slip
        places = _places(expression, x, slip)
        if len(places) > 1:
            found.append((kind, _slope(expression, x, slip, places)))
        found += [(kind, _slope(expression, x, slip, [place])) for place in places]
    found += _single_ways(expression, x)
    terms = [term for term in sp.Add.make_args(expression) if term.has(x)]
    found += [("undone", truth - sp.diff(term, x) + term) for term in terms if len(terms) > 1]
    if isinstance(truth, sp.Add):
        found += [("term_sign", truth - 2 * term) for term in truth.args]
    return [(kind, wrong) for kind, wrong in dict.fromkeys(found) if wrong != truth and not wrong.has(sp.zoo, sp.nan)]


def wrong_values(expression):
    """What the usual slips make of the value of an expression.

    Parameters
    ----------
    expression : Expr

    Returns
    -------
    list of (str, Expr)
        Kinds as in `kinds.WORDS`, the likelier first; none is the expression itself.
    """
    nodes = [node for node in sp.preorder_traversal(expression) if isinstance(node, sp.Expr)]
    found = [("unactivated", node, node.args[0]) for node in nodes if isinstance(node, sp.Function)]
    found += [("no_square", node, node.base) for node in nodes if isinstance(node, sp.Pow) and node.exp == 2]
    sums = [node for node in nodes if isinstance(node, sp.Add)]
    found += [("lost_term", node, node - term) for node in sums for term in node.args]
    found += [("term_sign", node, node - 2 * term) for node in sums for term in node.args]
    wrong = {expression: None}
    for kind, node, changed in found:
        wrong.setdefault(expression.xreplace({node: changed}), kind)
    return [(kind, one) for one, kind in wrong.items() if kind and not one.has(sp.zoo, sp.nan)]


def _inside(node, x):
    return [arg for arg in node.args if arg.has(x)]


def _places(expression, x, slip):
    """The nodes at which a slip is possible."""
    found = []
    for node in sp.preorder_traversal(expression):
        if not isinstance(node, sp.Expr) or not node.has(x) or node.is_Atom or isinstance(node, AppliedUndef):
            continue
        inside = _inside(node, x)
        composed = not isinstance(node, (sp.Add, sp.Mul, sp.Piecewise)) and len(inside) == 1
        nested = composed and inside[0] != x
        power = isinstance(node, sp.Pow) and node.base.has(x) and not node.exp.has(x)
        product = isinstance(node, sp.Mul) and len(inside) > 1
        divided = product and any(map(_divisor, inside))
        fits = {"relu_side": isinstance(node, ReLU | LeakyReLU), "chain": nested, "at_start": nested,
                "at_slope": nested, "no_slope": nested or (composed and node != expression), "at_output": composed,
                "power": power, "exponent": power, "product": product, "quotient": divided, "ratio": divided,
                "unsquared": divided}
        if fits[slip] and node not in found:
            found.append(node)
    return found


def _divisor(node):
    return isinstance(node, sp.Pow) and node.exp.is_negative


def _slope(node, x, slip, places):
    """d node / dx, with the rule broken at some places."""
    if node == x:
        return sp.Integer(1)
    if not node.has(x):
        return sp.Integer(0)
    if isinstance(node, sp.Piecewise):
        return sp.diff(node, x)
    inside = list(dict.fromkeys(_inside(node, x)))
    names = [sp.Dummy(f"u{i}", real=True) for i in range(len(inside))]
    pattern = node.func(*[names[inside.index(arg)] if arg in inside else arg for arg in node.args])
    back = dict(zip(names, inside))
    outer = [sp.diff(pattern, name) for name in names]
    inner = [_slope(arg, x, slip, places) for arg in inside]
    if node not in places:
        return sum(slope.xreplace(back) * one for slope, one in zip(outer, inner))
    if slip == "chain":
        return outer[0].xreplace(back)
    if slip == "no_slope":
        return inner[0]
    if slip == "at_slope":
        return outer[0].xreplace({names[0]: inner[0]})
    if slip == "relu_side":
        return outer[0].xreplace({names[0]: -inside[0]}) * inner[0]
    if slip in ("at_start", "at_output"):
        return outer[0].xreplace({names[0]: x if slip == "at_start" else node}) * inner[0]
    if slip == "power":  # the exponent does not fall
        return node.exp * node * inner[0]
    if slip == "exponent":  # the exponent does not come down
        return node.base ** (node.exp - 1) * inner[0]
    rest = sp.Mul(*[arg for arg in node.args if not arg.has(x)])
    if slip == "product":
        return rest * sp.prod(inner)
    if slip == "ratio":
        return rest * sp.prod(sp.diff(1 / arg, x) ** -1 if _divisor(arg) else one for arg, one in zip(inside, inner))
    if slip == "unsquared":
        return sp.diff(node, x) / sp.prod(arg for arg in inside if _divisor(arg))
    signs = [-1 if _divisor(arg) else 1 for arg in inside]
    return sum(sign * slope.xreplace(back) * one for sign, slope, one in zip(signs, outer, inner))


def _single_ways(expression, x):
    """[(kind, slope)]: the contributions of the places at which x stands, each alone, all but each, each negated."""
    ways = []

    def marked(node):
        if node == x:
            ways.append(sp.Dummy("x", real=True))
            return ways[-1]
        if not node.has(x) or isinstance(node, sp.Piecewise):
            return node
        return node.func(*map(marked, node.args))

    whole = marked(expression)
    back = dict.fromkeys(ways, x)
    shares = [sp.diff(whole, way).xreplace(back) for way in ways]
    if len(shares) < 2:
        return []
    without = [sum(shares) - share for share in shares] if len(shares) > 2 else []
    return [*(("overwritten", one) for one in (*reversed(shares), *without)),
            *(("term_sign", sum(shares) - 2 * share) for share in shares)]
