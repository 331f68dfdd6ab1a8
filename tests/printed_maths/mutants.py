"""Small mistakes put into a formula that is right: one place of its tree at a time."""

from dataclasses import replace

from mlp_core.derive.reading_tree import Name, Node


def mutants(node):
    """(what was done and where, the formula with that mistake) for every place of a statement.

    Signs are flipped, factors, primes, transposes, divisors and the d of `db` lost, numbers changed by one, and two
    subscripts swapped.
    """
    if node.kind == "relation":
        sides, signs = node.parts
        for place, side in enumerate(sides):
            for what, changed in _changes(side):
                yield what, Node("relation", ((*sides[:place], changed, *sides[place + 1:]), signs), node.at)
        return
    yield from _changes(node)


def _changes(node):
    for what, changed in _here(node):
        yield f"{what} at character {node.at}", changed
    for place, part in enumerate(node.parts):
        if (node.kind, place) in (("nabla", 1), ("d", 0)):
            continue  # what is differentiated there is a name, not a formula
        if (node.kind, place) == ("call", 0):
            if part.parts[1]:
                yield "prime lost", replace(node, parts=(replace(part, parts=(part.parts[0], part.parts[1] - 1)),
                                                         *node.parts[1:]))
            continue
        for what, changed in _below(part):
            yield what, replace(node, parts=(*node.parts[:place], changed, *node.parts[place + 1:]))


def _below(part):
    if isinstance(part, Node):
        yield from _changes(part)
    elif isinstance(part, tuple):
        for place, inner in enumerate(part):
            for what, changed in _below(inner):
                yield what, (*part[:place], changed, *part[place + 1:])
    elif isinstance(part, Name) and len(part.subscripts) == 2:
        yield "subscripts swapped", replace(part, subscripts=part.subscripts[::-1])


def _here(node):
    if node.kind == "num":
        yield "number changed", replace(node, parts=(str(float(node.parts[0]) + 1) if "." in node.parts[0]
                                                     else str(int(node.parts[0]) + 1),))
    if node.kind == "neg":
        yield "sign flipped", node.parts[0]
    if node.kind == "sum":
        for place, term in enumerate(node.parts):
            if term.kind not in ("neg", "dots"):
                yield "sign flipped", replace(node, parts=(
                    *node.parts[:place], Node("neg", (term,), term.at), *node.parts[place + 1:]))
    if node.kind == "product":
        factors, signs = node.parts
        for place, factor in enumerate(factors):
            if len(factors) == 2:
                yield "factor lost", factors[1 - place]
            elif factor.kind != "dots":
                kept = signs[:place] + signs[place + 1:] if place < len(signs) else signs[:-1]
                yield "factor lost", replace(node, parts=((*factors[:place], *factors[place + 1:]), kept))
    if node.kind == "transpose":
        yield "transpose lost", node.parts[0]
    if node.kind == "quotient":
        yield "divisor lost", node.parts[0]
    if node.kind == "d":
        yield "d lost", Node("name", (node.parts[0], 0), node.at)
    if node.kind == "derivative":
        yield "derivative lost", node.parts[1]
    if node.kind == "name" and node.parts[1]:
        yield "prime lost", replace(node, parts=(node.parts[0], node.parts[1] - 1))
    if node.kind == "power":
        yield "power lost", node.parts[0]
    if node.kind in ("name", "derivative", "nabla", "call", "d"):
        yield "sign flipped", Node("neg", (node,), node.at)
