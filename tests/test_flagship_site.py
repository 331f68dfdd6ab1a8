""""Watch the loss fall" on the built page, in Chromium, cut off from the network: it trains as mlp_core does."""

import re

import numpy as np
import pytest
from flagship import compare_runs, indices, some_states
from live_checks import corners

from chapters import CHAPTERS, code_cells
from mlp_core import Momentum, train
from mlp_core.live import WatchTheLossFall, train_page, train_picture
from mlp_core.live.train import GRID, HALF, over_the_plane
from mlp_core.live.train_widget import SCRIPTS

pytestmark = [pytest.mark.browser, pytest.mark.build, pytest.mark.slow]

INDEX = next(path for path in CHAPTERS if path.stem == "index")
CALM = {"reduced_motion": "reduce"}
STEP = 2 * HALF / (GRID - 1)
SELECTOR = "#watch-the-loss-fall"

SHOWN = """async start => {
  const element = document.querySelector('#watch-the-loss-fall'), s = element.mlpShown, run = s.run, n = run.last + 1;
  const step = new mlpTrain.Run(run.code, run.net, run.epochs, run.limits);
  step.theta.set(start);
  while (step.last < 0) step.chunk();
  const [plane, fall, net] = Array.from(element.querySelectorAll('canvas'), canvas => {
    const copy = canvas.cloneNode().getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return copy;
  });
  const colour = (of, x, y) => Array.from(of.getImageData(Math.round(x), Math.round(y), 1, 1).data);
  const colours = [];
  for (let j = 1; j < 10; j++) {
    for (let i = 1; i < 10; i++) {
      colours.push(colour(plane, i / 10 * (plane.canvas.width - 1), j / 10 * (plane.canvas.height - 1)));
    }
  }
  const curve = Array.from({ length: s.epoch + 1 }, (_, e) => [s.curves.train.xs[e], s.curves.train.ys[e]]);
  const sizes = run.net.sizes, final = s.wires.slice(s.wires.length - sizes[sizes.length - 2]);
  return { last: run.last, diverged: run.diverged, thetas: Array.from(run.snapshots.subarray(0, n * run.p)),
    loss: Array.from(run.loss.subarray(0, n)), held: Array.from(run.heldLoss.subarray(0, n)),
    right: Array.from(run.heldRight.subarray(0, n)), epoch: s.epoch, theta: Array.from(s.theta),
    field: Array.from(s.field), text: s.text, stepped: Array.from(step.theta), colours,
    sentence: element.querySelector('.mlp-sentence').textContent, height: element.getBoundingClientRect().height,
    curve, inked: curve.map(([x, y]) => Math.max(...[-1, 0, 1].flatMap(right => [-1, 0, 1].map(
      down => colour(fall, 2 * (x + 5) + right, 2 * (y + 5) + down)[3])))),
    dots: element.querySelector('[id$="-t1"] path[marker-end]').getAttribute('d'),
    wires: s.wires.map(wire => wire.width),
    ends: final.map(({ ends: [a, b] }) => Array.from({ length: 40 }, (_, k) => 0.05 + k / 200)
      .map(t => colour(net, 2 * (a[0] + t * (b[0] - a[0])), 2 * (a[1] + t * (b[1] - a[1]))))
      .reduce((best, one) => one[3] > best[3] ? one : best)) };
}"""

READY = """wanted => { const s = document.querySelector('#watch-the-loss-fall').mlpShown;
  return s && (!wanted || wanted.every((index, k) => s.chosen[k] === index)) && s.run.done
    && s.epoch === Math.min(s.chosen[s.chosen.length - 1], s.run.last); }"""


@pytest.fixture(scope="module")
def figure():
    """The figure that the first page makes."""
    source = next(source for source, _ in code_cells(INDEX) if "WatchTheLossFall(" in source)
    made = {}
    exec(compile(source.replace("\nWatchTheLossFall(", "\nfigure = WatchTheLossFall("), str(INDEX), "exec"), made)
    assert isinstance(made["figure"], WatchTheLossFall)
    return made["figure"]


@pytest.fixture
def page(watched, site_url):
    """The first page, for a reader who wants no motion, ready."""
    opened = watched(**CALM).page
    opened.goto(f"{site_url}/chapters/index.html")
    opened.wait_for_function(READY)
    return opened


def go_to(page, figure, state):
    """Ask for a state by the address, as a link does, and wait until it is shown."""
    page.evaluate("fragment => { location.hash = fragment; }", figure.address(**state))
    page.wait_for_function(READY, arg=indices(figure, state))


def check_picture(figure, state, shown):
    """Colours, curve, points and weights on the page are those of the numbers."""
    colours = np.array(shown["colours"]).reshape(9, 9, 4)
    net = figure.network(**state)
    net.theta = np.array(shown["theta"])
    for j in range(9):
        for i in range(9):
            x, y = HALF * (0.2 * (i + 1) - 1), HALF * (1 - 0.2 * (j + 1))
            answer = float(net.forward([[x, y]]).output[0, 0])
            red, _, blue, alpha = colours[j, i]
            near = [net.forward([[x + dx, y + dy]]).output[0, 0] for dx in (-STEP, STEP) for dy in (-STEP, STEP)]
            if len({p > 0.5 for p in (answer, *near)}) > 1:  # on the line of the border, or beside it
                continue
            if alpha > 60 and max(abs(p - answer) for p in near) < 0.2:  # where colours do not mix
                assert (red > blue) == (answer > 0.5), (state, x, y)
    assert not re.search("NaN|Infinity|undefined", shown["text"])
    check_curve(figure, state, shown)
    split = figure.points[state["data"]]
    box = train_page.panel_map(figure.draw(**state)[0])
    scale = (box["right"] - box["left"]) / (2 * HALF)
    X = split.X_train[split.y_train == 1]
    spots = np.column_stack([box["left"] + (X[:, 0] + HALF) * scale, box["bottom"] - (X[:, 1] + HALF) * scale])
    assert np.abs(corners(shown["dots"])[1:] - spots).max() <= 0.0051
    widths = [train_picture.edge_width(w) for W in net.weights for w in W.ravel()]
    assert np.abs(np.array(shown["wires"]) - widths).max() <= 1e-9
    for weight, (red, green, _, alpha) in zip(net.weights[-1].ravel(), shown["ends"]):
        if abs(weight) > 0.7:  # thinner lines are too pale to tell, or lie under a neighbour
            assert alpha > 100
            assert (red > green) == (weight < 0), (state, weight)  # purple or grey


def check_curve(figure, state, shown):
    """The curve of the training loss is where Python's losses belong, and there is ink on the canvas."""
    box = train_page.panel_map(figure.draw(**state)[1], log=True)
    wide, tall = box["right"] - box["left"], box["bottom"] - box["top"]
    curve, loss = np.array(shown["curve"]), np.maximum(shown["loss"][:shown["epoch"] + 1], 1e-12)
    assert len(curve) == shown["epoch"] + 1
    low, high = np.log10(train_picture.LOSS_RANGE)
    expected = np.column_stack([np.arange(len(curve)) / figure.epochs * wide,
                                (high - np.log10(loss)) / (high - low) * tall])
    assert np.abs(curve - expected).max() <= 1e-6
    within = (curve[:, 1] > 0) & (curve[:, 1] < tall)
    assert np.all(np.array(shown["inked"])[within] > 100) or len(curve) < 3


def test_twenty_states_are_trained_and_drawn_as_python_does(figure, watched, site_url):
    opened = watched(**CALM)
    page, rng, heights, compared = opened.page, np.random.default_rng(2), set(), 0
    page.goto(f"{site_url}/chapters/index.html")
    page.wait_for_function(READY)
    for state in [figure.state(), *some_states(figure, 20, seed=4)]:
        go_to(page, figure, state)
        net, split = figure.network(**state), figure.points[state["data"]]
        start = rng.normal(0, 1, net.theta.size)
        shown = page.evaluate(SHOWN, start.tolist())
        compared += compare_runs(figure, state, shown)
        net.theta = start
        train(net, split.X_train, split.y_train, Momentum(state["lr"], state["momentum"]), epochs=1)
        size = max(1, np.abs(net.theta).max())
        assert np.abs(np.array(shown["stepped"]) - net.theta).max() <= 1e-12 * size, state
        net.theta = np.array(shown["theta"])
        assert np.abs(np.array(shown["field"]).reshape(GRID, GRID) - over_the_plane(net)).max() <= 1e-9
        assert shown["sentence"] == shown["text"]
        check_picture(figure, state, shown)
        heights.add(round(shown["height"]))
    assert compared > 1000
    assert len(heights) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_start_is_said_as_python_says_it(figure, page):
    shown = page.evaluate(SHOWN, figure.network().theta.tolist())
    assert shown["text"] == figure.evaluate().text


def test_divergence_is_drawn_and_said(figure, page):
    chosen = {"activation": "relu", "lr": 20, "momentum": 0.95}
    state = next(figure.state(**chosen, seed=seed, data=data) for seed in range(10) for data in figure.data
                 if figure.run(**chosen, seed=seed, data=data).diverged)
    go_to(page, figure, state)
    shown = page.evaluate(SHOWN, figure.network(**state).theta.tolist())
    assert shown["diverged"]
    assert "diverged after epoch" in shown["sentence"]
    assert np.isfinite(shown["field"]).all()
    cross = page.locator(f'{SELECTOR} [id$="-cross"] path[marker-end]')
    assert len(corners(cross.get_attribute("d"))) == 2  # one marker
    go_to(page, figure, figure.state())
    assert cross.get_attribute("d") == ""


def test_the_address_follows_the_reader_and_brings_the_state_back(figure, page):
    assert "#" not in page.url
    page.get_by_label("Activation", exact=True).select_option(label="ReLU")
    page.get_by_label("Layer size", exact=True).press("ArrowLeft")
    state = figure.state(activation="relu", units=7)
    page.wait_for_function("fragment => location.hash === '#' + fragment", arg=figure.address(**state))
    page.reload()
    page.wait_for_function(READY, arg=indices(figure, state))
    page.locator(f"{SELECTOR} .mlp-reset").click()
    page.wait_for_function(READY, arg=indices(figure, figure.state()))


def test_every_control_works_by_keyboard_has_a_label_and_is_large_enough(figure, watched, site_url):
    page = watched(viewport={"width": 375, "height": 800}, **CALM).page
    page.goto(f"{site_url}/chapters/index.html")
    page.wait_for_function(READY)
    for k, choice in enumerate(figure.choices):
        control = page.get_by_label(choice.label, exact=True)
        control.focus()
        for key, index in (("Home", 0), ("End", len(choice.values) - 1)):
            control.press(key)
            page.wait_for_function(
                "([k, index]) => document.querySelector('#watch-the-loss-fall').mlpShown.chosen[k] === index",
                arg=[k, index])
            if choice.slider:
                assert control.get_attribute("aria-valuetext") == choice.shown[index]
                assert page.locator(f"{SELECTOR}-{choice.key}-value").inner_text() == choice.shown[index]
    for control in page.locator(f"{SELECTOR} :is(button, select, input)").all():
        assert control.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_play_pause_and_step_by_keyboard(figure, page):
    last = len(figure.choices) - 1
    page.emulate_media(reduced_motion="no-preference")
    page.get_by_label("Epoch", exact=True).press("Home")
    page.wait_for_function(READY)
    page.get_by_role("button", name="One epoch").press("Enter")
    page.wait_for_function("() => document.querySelector('#watch-the-loss-fall').mlpShown.epoch === 1")
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function("() => document.querySelector('#watch-the-loss-fall').mlpShown.epoch > 3")
    page.get_by_role("button", name="Pause").press("Enter")
    page.wait_for_function(READY)
    assert page.get_by_role("button", name="Play").count() == 1
    epoch = page.evaluate("k => document.querySelector('#watch-the-loss-fall').mlpShown.chosen[k]", last)
    assert 3 < epoch <= figure.epochs
    page.wait_for_function("() => document.querySelector('#watch-the-loss-fall .mlp-announce').textContent === "
                           "document.querySelector('#watch-the-loss-fall').mlpShown.text")


def test_play_goes_to_the_end_at_once_for_those_who_ask_for_less_motion(figure, page):
    page.get_by_label("Epoch", exact=True).press("Home")
    page.wait_for_function(READY)
    page.get_by_role("button", name="Play").press("Enter")
    assert page.evaluate("document.querySelector('#watch-the-loss-fall').mlpShown.chosen.at(-1)") == figure.epochs
    assert page.get_by_role("button", name="Play").count() == 1


def test_it_plays_by_itself_only_for_those_who_like_motion(figure, watched, site_url):
    page = watched().page
    page.goto(f"{site_url}/chapters/index.html")
    page.wait_for_function("() => { const s = document.querySelector('#watch-the-loss-fall').mlpShown; "
                           "return s && s.epoch < 150; }")
    page.wait_for_function("e => document.querySelector('#watch-the-loss-fall').mlpShown.epoch === e",
                           arg=figure.epochs)
    calm = watched(**CALM).page
    calm.add_init_script("""addEventListener('DOMContentLoaded', () => { window.seen = [];
        const look = () => { const s = document.querySelector('#watch-the-loss-fall').mlpShown;
          if (s) window.seen.push(s.chosen[s.chosen.length - 1]); requestAnimationFrame(look); }; look(); });""")
    calm.goto(f"{site_url}/chapters/index.html")
    calm.wait_for_function("() => window.seen.length > 60")
    assert set(calm.evaluate("window.seen")) == {figure.epochs}


def test_nothing_on_the_page_moves_when_the_figure_comes_to_life(watched, site_url):
    page = watched().page
    page.add_init_script("""window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => {
        window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });""")
    page.goto(f"{site_url}/chapters/index.html")
    page.wait_for_function("() => { const s = document.querySelector('#watch-the-loss-fall').mlpShown; "
                           "return s && s.epoch > 20; }")
    assert page.evaluate("window.shift") < 0.001


def test_the_picture_stands_without_javascript(figure, watched, site_url):
    page = watched(java_script_enabled=False).page
    page.goto(f"{site_url}/chapters/index.html")
    element = page.locator(SELECTOR)
    assert element.locator("svg").count() == 3
    assert element.locator("svg image").first.is_visible()
    assert element.locator(".mlp-sentence").inner_text() == figure.evaluate().text
    assert not element.locator(".mlp-controls").is_visible()
    assert not element.locator(".mlp-play").is_visible()
    assert not element.locator('[id$="-cross"]').is_visible()


def test_the_training_part_is_loaded_once_and_only_where_it_trains(built_html):
    for path in (built_html / "chapters").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        wanted = 1 if 'class="mlp-train"' in text else 0
        for name in SCRIPTS[1:]:
            assert len(re.findall(rf'<script[^>]*src="[^"]*/{name}', text)) == wanted, (path.name, name)
    assert 'class="mlp-train"' in (built_html / "chapters" / "index.html").read_text(encoding="utf-8")
