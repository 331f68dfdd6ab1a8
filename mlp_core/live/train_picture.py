"""The pictures of "Watch the loss fall": on paper complete, on a page what stands still and what JavaScript moves."""

import matplotlib as mpl
import numpy as np
from contourpy import contour_generator
from matplotlib.patches import Circle, Rectangle

from .. import plots
from .fields import tint
from .train import HALF, places

LOSS_RANGE = (1e-3, 10.0)
KINDS = ("forward", "gradient")  # the colours of label 0 and label 1
WIDTHS, HEIGHT = (2.75, 3.1, 2.6), 2.75
NET_WIDTH = 0.95  # the network's panel is so wide and 1 high
TILE, TILE_POINTS = 0.045, 12  # half the side of a hidden neuron's picture, and its pixels a side


ACROSS = {3: (0.08, 0.46, 0.86), 4: (0.08, 0.34, 0.60, 0.86)}
GAP, INPUT_GAP = 0.117, 0.24


def spots(sizes):
    """Where the neurons of each layer are drawn: for each layer a list of (x, y)."""
    return [[(x, 0.5 + ((n - 1) / 2 - k) * (INPUT_GAP if layer == 0 else GAP)) for k in range(n)]
            for layer, (x, n) in enumerate(zip(ACROSS[len(sizes)], sizes))]


def border(field):
    """The line on which the network is undecided: x and y, with a gap between one piece and the next."""
    lines = contour_generator(places(), places(), field).lines(0.5)
    pieces = [piece for line in lines for piece in (line, [[np.nan, np.nan]])]
    return np.vstack(pieces).T if pieces else np.full((2, 1), np.nan)


def _panel(width, title, **axes):
    fig, ax = plots.figure(width, HEIGHT)
    with mpl.rc_context(plots.STYLE):
        ax.set(**axes)
        ax.set_title(title)
    return fig, ax


def _settled(fig):
    fig.draw_without_rendering()
    fig.set_layout_engine("none")
    return fig


def draw_plane(figure, shown, split):
    """The plane: the network's answer as colour, the line where it is undecided, and the points."""
    fig, ax = _panel(WIDTHS[0], "What the network says", xlim=(-HALF, HALF), ylim=(-HALF, HALF),
                     xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.grid(False)
    ax.set(xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    ax.imshow(tint(2 * shown.field - 1, *KINDS), extent=(-HALF, HALF, -HALF, HALF), origin="lower",
              interpolation="bilinear", aspect="equal")
    x, y = border(shown.field)
    ax.plot(x, y, color=plots.COLOURS["ink"], linewidth=1.2, gid="border")
    for label, (colour, marker) in enumerate(zip(KINDS, "os")):
        for part, (X, y) in {"t": (split.X_train, split.y_train), "h": (split.X_test, split.y_test)}.items():
            face = plots.COLOURS[colour] if part == "t" else plots.COLOURS["paper"]
            edge = plots.COLOURS["paper"] if part == "t" else plots.COLOURS[colour]
            ax.plot(*X[y == label].T, marker, color=plots.COLOURS[colour], markerfacecolor=face, markeredgecolor=edge,
                    markersize=4.2 if part == "t" else 3.6, markeredgewidth=0.5 if part == "t" else 1.1,
                    gid=f"{part}{label}")
    ax.set(xlim=(-HALF, HALF), ylim=(-HALF, HALF))
    return _settled(fig)


def draw_loss(figure, shown, page=False):
    """The loss after every epoch, the whole run thin, up to the epoch shown thick."""
    fig, ax = _panel(WIDTHS[1], "How wrong it is", xlim=(0, figure.epochs), ylim=LOSS_RANGE, yscale="log",
                     xlabel="epoch", ylabel="loss")
    run, at = shown.run, shown.epoch
    epochs = np.arange(run.last + 1)
    for gid, losses, colour, label in (("train", run.loss, "loss", "training"),
                                       ("held", run.held_loss, "extra", "held out")):
        style = {"color": plots.COLOURS[colour], "linestyle": "-" if gid == "train" else "--"}
        ax.plot(epochs, losses, gid=f"{gid}-all", alpha=0.45, linewidth=1, **style)
        ax.plot(epochs[:at + 1], losses[:at + 1], gid=f"{gid}-now", linewidth=2, label=label, **style)
    for gid, losses, colour in (("train", run.loss, "loss"), ("held", run.held_loss, "extra")):
        ax.plot([at], [np.clip(losses[at], *LOSS_RANGE)], "o", gid=f"{gid}-dot", color=plots.COLOURS[colour],
                markersize=7, markeredgecolor=plots.COLOURS["paper"], markeredgewidth=0.8, zorder=4, clip_on=False)
    if run.diverged or page:  # on a page it waits, unseen, until it is needed
        ax.plot([run.last], [LOSS_RANGE[1]], "X", gid="cross", color=plots.COLOURS["ink"], markersize=10,
                markeredgecolor=plots.COLOURS["paper"], zorder=5, clip_on=False)
    with mpl.rc_context(plots.STYLE):
        ax.legend(fontsize=9, loc="upper right")
    ax.set(xlim=(0, figure.epochs), ylim=LOSS_RANGE)
    return _settled(fig)


def draw_network(shown):
    """Every weight as a line: as wide as it is large, solid if positive, purple and dashed if negative; and what each
    hidden neuron says at every place.
    """
    net = shown.net
    fig, ax = _panel(WIDTHS[2], "Its weights", xlim=(0, NET_WIDTH), ylim=(0, 1), aspect="equal")
    ax.axis("off")
    ax.title.set_fontsize(plots.STYLE["axes.titlesize"])
    layers = spots(net.sizes)
    for layer, W in enumerate(net.weights):
        for (i, j), weight in np.ndenumerate(W):
            (x0, y0), (x1, y1) = layers[layer][i], layers[layer + 1][j]
            ax.plot([x0 + TILE, x1 - TILE], [y0, y1], color=plots.COLOURS["muted" if weight >= 0 else "extra"],
                    linewidth=edge_width(weight), linestyle="-" if weight >= 0 else (0, (3, 1.5)), zorder=1,
                    gid=f"moves{layer}-{i}-{j}")
    x = places(TILE_POINTS)
    plane = np.column_stack([np.tile(x, TILE_POINTS), np.repeat(x, TILE_POINTS)])
    trace = net.forward(plane)
    for layer, places_of_layer in enumerate(layers[1:-1], start=1):
        for j, (x, y) in enumerate(places_of_layer):
            seen = trace.A[layer][:, j].reshape(TILE_POINTS, TILE_POINTS)
            box = (x - TILE, x + TILE, y - TILE, y + TILE)
            ax.imshow(tint(seen / max(np.abs(seen).max(), 1e-9), *KINDS), extent=box, origin="lower",
                      interpolation="bilinear", aspect="equal", zorder=2)
            ax.add_patch(Rectangle((x - TILE, y - TILE), 2 * TILE, 2 * TILE, fill=False, zorder=3,
                                   gid=f"moves{layer}-{j}", edgecolor=plots.COLOURS["muted"], linewidth=0.8))
    for (x, y), name in zip([*layers[0], *layers[-1]], ("$x_1$", "$x_2$", "$p$")):
        ax.add_patch(Circle((x, y), TILE, facecolor=plots.COLOURS["paper"], edgecolor=plots.COLOURS["ink"],
                            linewidth=1, zorder=3))
        ax.text(x, y, name, ha="center", va="center", fontsize=8.5, zorder=4, color=plots.COLOURS["ink"])
    ax.set(xlim=(0, NET_WIDTH), ylim=(0, 1))
    return _settled(fig)


def edge_width(weight):
    """How wide a weight is drawn, in typographic points."""
    return min(0.3 + abs(weight), 4.5)


def draw(figure, page=False, **chosen):
    """The three pictures as matplotlib figures, (plane, loss, network), for a `WatchTheLossFall` and its choices; with
    `page`, everything that JavaScript moves is there.
    """
    shown = figure.evaluate(**chosen)
    return (draw_plane(figure, shown, figure.points[figure.state(**chosen)["data"]]), draw_loss(figure, shown, page),
            draw_network(shown))
