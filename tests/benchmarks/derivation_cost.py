"""What a gradient costs in four ways, as networks get deeper and wider: `python tests/benchmarks/derivation_cost.py`.

Measured are the whole expression differentiated by SymPy (seconds, and the length of what it writes), the layer by
layer derivation, central differences, and backpropagation; the forward pass for comparison. With `--write` the numbers
go to mlp_core/derivation_cost.json, which chapter 7 draws: the book never measures while it is built.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread: what is measured is the work, not the cores

import argparse
import datetime
import json
import platform
import time
from pathlib import Path

import numpy as np
import sympy as sp

from mlp_core import MLP
from mlp_core.derive import layerwise_gradients
from mlp_core.derive.network import SymbolicNetwork
from mlp_core.gradcheck import numerical_gradient

STORE = Path(__file__).resolve().parents[2] / "mlp_core" / "derivation_cost.json"
LIMIT = 25.0        # seconds; a way that took more than a third of it is not tried any larger
ROWS = 32           # examples in the batch of the numeric ways
DEPTHS = (1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48, 64)
WIDTHS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1024)


def written_length(expression, known):
    """How many numbers, letters and operations the expression has when it is written out in full.

    Counted without writing: equal pieces are counted once and their length is remembered in `known`.
    """
    stack = [expression]
    while stack:
        node = stack[-1]
        missing = [part for part in node.args if part not in known]
        if missing:
            stack += missing
        else:
            known[node] = 1 + sum(known[part] for part in node.args)
            stack.pop()
    return known[expression]


def expand(sizes):
    """(seconds, length) of the gradient by every weight and bias, from the loss as one expression."""
    sp.core.cache.clear_cache()
    start = time.perf_counter()
    network = SymbolicNetwork(sizes)
    loss = network.composite
    gradients = [sp.diff(loss, parameter) for parameter in network.parameters]
    seconds = time.perf_counter() - start
    known = {}
    return seconds, sum(written_length(gradient, known) for gradient in gradients)


def best_of(work, repeats=7, at_least=0.02):
    """The shortest of several measurements of one call, each of them long enough for the clock."""
    calls, best = 1, np.inf
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            work()
        passed = time.perf_counter() - start
        if passed >= at_least:
            break
        calls *= 2
    best = passed / calls
    for _ in range(repeats - 1 if passed < 1 else 0):
        start = time.perf_counter()
        for _ in range(calls):
            work()
        best = min(best, (time.perf_counter() - start) / calls)
    return best


def measure(sizes, spent):
    """One row of the table; ways that have become too slow (by `spent`) are left out."""
    net = MLP(sizes, seed=0)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(ROWS, sizes[0])), np.eye(sizes[-1])[rng.integers(sizes[-1], size=ROWS)]
    row = {"sizes": list(sizes), "parameters": int(net.theta.size)}

    def loss_at(theta):
        net.theta[:] = theta
        return net.loss(X, Y)

    trace = net.forward(X)
    row["forward"] = best_of(lambda: net.forward(X))
    row["backprop"] = best_of(lambda: net.backward(trace, Y))
    theta = net.theta.copy()
    ways = {
        "numeric": lambda: numerical_gradient(loss_at, theta, "central"),
        "layerwise": lambda: layerwise_gradients(net.weights, net.biases, X, Y, hidden="relu", output="softmax",
                                                 loss="cross_entropy"),
    }
    for name, work in ways.items():
        if spent.get(name, 0) < LIMIT / 3:
            row[name] = spent[name] = best_of(work, repeats=3)
    if spent.get("expanded", 0) < LIMIT / 3:
        row["expanded"], row["length"] = expand(sizes)
        spent["expanded"] = row["expanded"]
    return row


def table(title, rows):
    print(f"\n{title}\n{'sizes':24}{'parameters':>11}" + "".join(f"{name:>12}" for name in (
        "forward", "backprop", "numeric", "layerwise", "expanded", "length")))
    for row in rows:
        sizes = f"{row['sizes'][0]}-{row['sizes'][1]}×{len(row['sizes']) - 2}-{row['sizes'][-1]}"
        print(f"{sizes:24}{row['parameters']:>11}" + "".join(
            f"{row[name]:12.3g}" if name in row else f"{'':12}" for name in (
                "forward", "backprop", "numeric", "layerwise", "expanded", "length")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"keep the numbers in {STORE.name}")
    write = parser.parse_args().write
    measure([2, 2, 2], {})  # everything imported and compiled
    spent = {}
    by_depth = [measure([2, *[2] * depth, 2], spent) for depth in DEPTHS]
    table("Deeper: hidden layers of 2 neurons", by_depth)
    spent = {}
    by_width = [measure([2, width, width, 2], spent) for width in WIDTHS]
    table("Wider: two hidden layers", by_width)
    if write:
        machine = (f"{platform.machine()}, {os.cpu_count()} cores shared with other work, one thread used, "
                   f"{platform.python_implementation()} {platform.python_version()}, NumPy {np.__version__}, "
                   f"SymPy {sp.__version__}")
        kept = {"date": datetime.date.today().isoformat(), "machine": machine, "rows": ROWS, "unit": "seconds",
                "by_depth": _rounded(by_depth), "by_width": _rounded(by_width)}
        STORE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        print(f"\nWritten to {STORE}")


def _rounded(rows):
    """Three digits of what a clock says; whole numbers as they are."""
    return [{name: float(f"{value:.3g}") if isinstance(value, float) else value for name, value in row.items()}
            for row in rows]


if __name__ == "__main__":
    main()
