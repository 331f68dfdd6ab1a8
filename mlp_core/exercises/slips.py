"""Wrong derivatives on purpose: what `sympy.diff` would give if it made one of the usual slips.

A derivative is taken node by node, each node multiplying the slopes of what is inside it; at one node the rule is
broken. So the rivals of a formula follow from the formula itself.
"""

import sympy as sp
from sympy.core.function import AppliedUndef


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
    for slip in ("chain", "no_slope", "at_start", "at_output", "power", "exponent", "product", "quotient"):
        kind = "power" if slip == "exponent" else slip
        places = _places(expression, x, slip)
        if len(places) > 1:
            found.append((kind, _slope(expression, x, slip, places)))
        found += [(kind, _slope(expression, x, slip, [place])) for place in places]
    found += [("overwritten", one) for one in _single_ways(expression, x)]
    kept, seen = [], {truth, sp.S.NaN}
    for kind, wrong in found:
        if wrong not in seen and not wrong.has(sp.zoo, sp.nan):
            seen.add(wrong)
            kept.append((kind, wrong))
    return kept


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
        power = isinstance(node, sp.Pow) and node.base.has(x) and not node.exp.has(x)
        fits = {"chain": composed and inside[0] != x, "no_slope": composed and (node != expression or inside[0] != x),
                "at_start": composed and inside[0] != x, "at_output": composed,
                "power": power, "exponent": power, "product": isinstance(node, sp.Mul) and len(inside) > 1,
                "quotient": isinstance(node, sp.Mul) and len(inside) > 1 and any(map(_divisor, inside))}
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
    if slip in ("at_start", "at_output"):
        return outer[0].xreplace({names[0]: x if slip == "at_start" else node}) * inner[0]
    if slip == "power":  # the exponent does not fall
        return node.exp * node * inner[0]
    if slip == "exponent":  # the exponent does not come down
        return node.base ** (node.exp - 1) * inner[0]
    if slip == "product":
        rest = sp.Mul(*[arg for arg in node.args if not arg.has(x)])
        return rest * sp.prod(inner)
    signs = [-1 if _divisor(arg) else 1 for arg in inside]
    return sum(sign * slope.xreplace(back) * one for sign, slope, one in zip(signs, outer, inner))


def _single_ways(expression, x):
    """The contributions of the places at which x stands: each alone, and all but each."""
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
    return [*reversed(shares), *without]
