"""The picture that a link to the book shows where pictures are shown: 1200 × 630, drawn anew at each build.

A network, what it has learned, and how its loss fell: trained here from fixed seeds, so two builds give the same bytes.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from mlp_core import MLP, Adam, data, plots, train

SIZE = (1200, 630)
"""Pixels: what the services that show links ask for."""

NODES = [2, 6, 6, 2]
ALT = "A network, the two classes that it has learned to part, and its falling loss"


def learn():
    """The data, the trained network, and its loss after each epoch."""
    X, y = data.moons(200, noise=0.15, seed=1)
    net = MLP(NODES, hidden="tanh", seed=3)
    history = train(net, X, y, Adam(0.02), epochs=120, batch_size=40, seed=0)
    return X, y, net, history.loss


def draw_network(ax, net):
    """Neurons in columns; a connection is orange if its weight is positive, blue if not, and thick if it is large."""
    places = [[(layer, (count - 1) / 2 - k) for k in range(count)] for layer, count in enumerate(NODES)]
    for layer, W in enumerate(net.weights):
        for i, start in enumerate(places[layer]):
            for j, end in enumerate(places[layer + 1]):
                colour = plots.COLOURS["gradient" if W[i, j] > 0 else "forward"]
                ax.plot(*zip(start, end), color=colour, lw=0.4 + 3 * abs(W[i, j]) / np.abs(W).max(), zorder=1)
    dots = np.array([place for column in places for place in column])
    ax.scatter(*dots.T, s=330, color=plots.COLOURS["paper"], edgecolors=plots.COLOURS["ink"], linewidths=2, zorder=2)
    ax.set(xlim=(-0.35, len(NODES) - 0.65), ylim=(-3.1, 3.1))
    ax.axis("off")


def draw_regions(ax, X, y, net):
    ends = X.min(0) - 0.35, X.max(0) + 0.35
    across, up = (np.linspace(low, high, 241) for low, high in zip(*ends))
    points = np.stack(np.meshgrid(across, up), axis=-1)
    share = net.forward(points.reshape(-1, 2)).output[:, 1].reshape(points.shape[:2])
    blend = LinearSegmentedColormap.from_list("", [plots.COLOURS[name] for name in ("forward", "paper", "gradient")])
    ax.imshow(share, extent=(across[0], across[-1], up[0], up[-1]), origin="lower", cmap=blend, alpha=0.4,
              aspect="auto", vmin=0, vmax=1)
    for label, name in enumerate(("forward", "gradient")):
        ax.scatter(*X[y == label].T, s=26, color=plots.COLOURS[name], edgecolors=plots.COLOURS["paper"], linewidths=0.8)
    ax.axis("off")


def draw_loss(ax, loss):
    ax.plot(np.arange(1, len(loss) + 1), loss, color=plots.COLOURS["loss"], lw=4)
    ax.set(xlabel="epoch", ylabel="loss", xticks=[], yticks=[])
    ax.xaxis.label.set_size(17)
    ax.yaxis.label.set_size(17)


def draw(title):
    """The cover as a matplotlib Figure.

    Parameters
    ----------
    title : str
        The book's title.
    """
    X, y, net, loss = learn()
    with mpl.rc_context(plots.STYLE):
        fig = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor=plots.COLOURS["paper"])
        fig.text(0.05, 0.83, title, size=41, weight="bold")
        fig.text(0.05, 0.735, "Every gradient derived, set in motion, and checked", size=22,
                 color=plots.COLOURS["muted"])
        boxes = [fig.add_axes((left, 0.09, 0.27, 0.54)) for left in (0.05, 0.365, 0.685)]
        draw_network(boxes[0], net)
        draw_regions(boxes[1], X, y, net)
        draw_loss(boxes[2], loss)
    return fig


def write_cover(app):
    """Draw the cover where the pages' own files are."""
    if app.builder.format != "html":
        return
    place = Path(app.outdir) / "_static" / "cover.png"
    place.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(plots.STYLE):
        draw(app.config.html_title or app.config.project).savefig(
            place, format="png", facecolor=plots.COLOURS["paper"], metadata={"Software": None})


def setup(app):
    app.connect("builder-inited", write_cover)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
