"""One step of every descent in a chapter's figures, in Python and in the page's JavaScript, is `mlp_core`'s own step.

The slopes are measured by the complex step on a loss written down here; the step is that of `mlp_core.optimizers`.
"""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from javascript import Node

from chapters import live_figures, notebooks
from mlp_core import Adam, GradientDescent, Momentum, Nesterov, RMSProp, gradcheck
from mlp_core.live import Line, LiveFigure, Loop, Panel, Say, Slider
from mlp_core.live.widget import SCRIPTS, TYPED_SCRIPTS

pytestmark = pytest.mark.slow

HOURS, PASSED = np.arange(1, 9) / 2, np.array([0, 0, 0, 1, 0, 1, 1, 1])


def of_students(t, _):
    z = t[0] * HOURS + t[1]
    return np.mean(np.log(1 + np.exp(z)) - PASSED * z)


def of_double_well(t, _):
    return t[0]**4 / 4 - t[0]**2 + t[0] / 4


def of_valley(t, by):
    return (t[0]**2 + by["kappa"] * t[1]**2) / 2


# figure: its loss at parameters t, for the sliders' values by name; and the rules of its loops, for those values
PLAIN = (lambda by: GradientDescent(by["eta"]),)
DESCENTS = {
    "one-neuron-learns": (of_students, PLAIN),
    "tl-five-steps": (lambda t, _: ((t[0] + t[1] - 3)**2 + (2 * t[0] + t[1] - 5)**2) / 2, PLAIN),
    "gd-curve": (lambda t, _: (t[0] - 2)**2, PLAIN),
    "gd-double-well": (of_double_well, PLAIN),
    "gd-your-own": (of_double_well, PLAIN),
    "gd-valley": (of_valley, (lambda by: Momentum(by["eta"], by["beta"]),)),
    "gd-race": (of_valley, (*PLAIN, lambda by: Momentum(by["eta"], 0.9), lambda by: Nesterov(by["eta"], 0.9),
                            lambda by: RMSProp(by["eta"], 0.9, 1e-8), lambda by: Adam(by["eta"]))),
    "big-chain": (lambda t, by: (t[1] * t[0] * by["x"] - by["y"])**2, PLAIN),
    "big-valley": (lambda t, _: (2 * t[1] * t[0] - 4)**2, PLAIN),
}
NO_DESCENT = {"nonlin-sum": "looks for the largest error", "depth": "multiplies factors"}


def loops(figure):
    return [definition for definition in figure.definitions if isinstance(definition, Loop)]


@pytest.fixture(scope="module")
def figures():
    """Every figure of the book with a loop, by name."""
    found = {}
    for path in notebooks():
        if "Loop" in path.read_text(encoding="utf-8"):
            found.update({name: figure for name, figure in live_figures(path).items() if loops(figure)})
    return found


def alone(figure, loop):
    """A figure that takes one step of a loop, with a slider for every number that the loop keeps."""
    starts = [sp.Symbol(f"start{k}", real=True) for k in range(len(loop.state))]
    step = replace(loop, state=dict(zip(loop.state, starts)), steps=1)
    sliders = (*figure.sliders, *(Slider(start, -100, 100, 0.001, 1, str(start)) for start in starts))
    panel = Panel("", "", "", (-1, 1), (-1, 1), [Line(symbol, symbol, step) for symbol in loop.state], alt="steps")
    return LiveFigure("alone", sliders, (step,), (panel,), Say(((True, ""),)), "One step.")


def by_hand(rule, start, loss, count):
    """The state after one step of `mlp_core`: `count` parameters first, then the rule's memory."""
    theta, memory = start[:count].copy(), start[count:].reshape(-1, count)
    rule.start(theta)
    for array, row in zip(rule.state.values(), memory):
        array[:] = row
    if isinstance(rule, Nesterov):  # the loop keeps the point behind, the package the one ahead
        theta += rule.beta * rule.state["v"]
    rule.step(theta, gradcheck.numerical_gradient(loss, theta, "complex"))
    theta = rule.behind(theta) if isinstance(rule, Nesterov) else theta
    return np.concatenate([theta, *rule.state.values()])


@pytest.mark.parametrize("name", DESCENTS)
def test_a_step_is_that_of_the_package(figures, name):
    figure, (loss, rules) = figures[name], DESCENTS[name]
    assert len(loops(figure)) == len(rules)
    for loop, rule in zip(loops(figure), rules):
        single, rng = alone(figure, loop), np.random.default_rng(len(loop.state))
        at_first = rule({str(slider.symbol): slider.value for slider in figure.sliders})
        count = len(loop.state) // (1 + len(at_first.memory))
        states = []
        for _ in range(20):
            settings = [slider.value if isinstance(slider.value, str) else
                        rng.uniform(max(slider.low, 0.01), slider.high) for slider in figure.sliders]
            start = np.concatenate([rng.uniform(-2, 2, count), rng.uniform(0.1, 1, len(loop.state) - count)])
            states.append((settings, start))
        code = f"""var FIGURE = {single.script(single.draw())};
          function asked(values) {{ return FIGURE.compute(values, mlpLive.runtime).points.map(p => p[0][1]); }}"""
        with Node([*TYPED_SCRIPTS, *SCRIPTS], code) as node:
            for settings, start in states:
                named = {str(slider.symbol): value for slider, value in zip(figure.sliders, settings)}
                expected = by_hand(rule(named), start, lambda t, by=named: loss(t, by), count)
                values = [*settings, *start.tolist()]
                mine = [points[0][1] for points in single.evaluate(
                    dict(zip((slider.symbol for slider in single.sliders), values)))["points"]]
                for found in (mine, node(values)):
                    assert np.abs(np.array(found) - expected).max() <= 1e-12 * max(1, np.abs(expected).max()), named


def test_no_loop_is_left_out(figures):
    assert set(figures) == {*DESCENTS, *NO_DESCENT}
