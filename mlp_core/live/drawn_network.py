"""A network as a panel: a number in every neuron and on every weight."""

from itertools import pairwise

import sympy as sp
from matplotlib.patches import Ellipse

from .. import plots
from .checks import expression
from .panels import Panel
from .shapes import Edge, Text

ACROSS, UP = 1.0, 1.0
RADIUS = 17.0
"""Of a neuron, in typographic points."""
SHARE = 0.38
"""How far along a weight that slopes its number stands: before the lines cross."""
ABOVE = 0.085
"""How far over a level weight its number stands, in its middle."""


def spots(layers):
    """Where each layer's neurons stand, top to bottom: a list of (x, y) for each layer."""
    return [[(layer * ACROSS, ((len(nodes) - 1) / 2 - k) * UP) for k in range(len(nodes))]
            for layer, nodes in enumerate(layers)]


def network_panel(nodes, weights, alt, names=None, below=None, title="", edge_values=True, largest=2.0,
                  node_colour="forward", edge_colour="ink", below_colour="gradient"):
    """A drawn network.

    Parameters
    ----------
    nodes : list of lists of Expr
        The number in every neuron, layer by layer, inputs first.
    weights : list of matrices of Expr
        One for each step from layer to layer, (neurons before, neurons after), as everywhere in this book: SymPy
        matrices or lists of rows. Weights, or their gradients. Wide if large; solid if positive, purple and dashed if
        negative.
    alt : str
        What is to be seen.
    names : list of lists of str, optional
        Over every neuron, such as "x₁"; under the lowest of a column, where nothing else stands there.
    below : list of lists of Expr or None, optional
        A second number under the neurons, such as the error that flows back.
    title : str
    edge_values : bool
        With a number on every weight.
    largest : float
        Weights of this size and more are drawn widest.
    node_colour, edge_colour, below_colour : str
        Of the numbers.

    Returns
    -------
    Panel

    Raises
    ------
    ValueError
        If the matrices do not fit the layers.
    """
    matrices = [matrix if isinstance(matrix, sp.MatrixBase) else
                sp.Matrix([[expression("weights", value) for value in row] for row in matrix]) for matrix in weights]
    shapes, expected = [matrix.shape for matrix in matrices], [(len(a), len(b)) for a, b in pairwise(nodes)]
    if shapes != expected:
        raise ValueError(f"weights: got matrices of shapes {shapes}, expected {expected} for the layers of `nodes`")
    places, edges, numbers = spots(nodes), [], []
    for before, after, matrix in zip(places, places[1:], matrices):
        for i, start in enumerate(before):
            for j, end in enumerate(after):
                edges.append(Edge(start, end, matrix[i, j], largest))
                level = start[1] == end[1]
                share = 0.5 if level else SHARE
                x, y = ((1 - share) * a + share * b for a, b in zip(start, end))
                y += ABOVE * UP * level
                numbers.append(Text(x, y, "{w}", {"w": matrix[i, j]}, colour=edge_colour, size=8.5))
    for layer, column in enumerate(places):
        for k, (x, y) in enumerate(column):
            numbers_here = [("{a}", nodes[layer][k], 0, node_colour, 9)]
            if below is not None and below[layer] is not None and below[layer][k] is not None:
                numbers_here.append(("{a}", below[layer][k], -0.28, below_colour, 9))
            for text, value, lower, colour, size in numbers_here:
                numbers.append(Text(x, y + lower * UP, text, {"a": value}, colour=colour, size=size))
    tallest = max(map(len, nodes))
    if not edge_values:
        numbers = [text for text in numbers if "w" not in text.values]

    def draw_neurons(ax):
        ax.figure.draw_without_rendering()
        (x0, y0), (x1, y1) = ax.transData.transform([(0, 0), (1, 1)]) * 72 / ax.figure.dpi
        for layer, column in enumerate(places):
            for k, (x, y) in enumerate(column):
                ax.add_patch(Ellipse((x, y), 2 * RADIUS / (x1 - x0), 2 * RADIUS / (y1 - y0), zorder=3.9, linewidth=1.2,
                                     facecolor=plots.COLOURS["paper"], edgecolor=plots.COLOURS["muted"]))
                if names is not None:
                    side = -1 if below is None and 0 < k == len(column) - 1 else 1  # off the lines that cross
                    ax.text(x, y + side * 1.3 * RADIUS / (y1 - y0), names[layer][k], ha="center", fontsize=9,
                            va="bottom" if side > 0 else "top", parse_math=False, color=plots.COLOURS["muted"])

    return Panel(title, "", "", (-0.42 * ACROSS, (len(nodes) - 0.58) * ACROSS),
                 (-(tallest - 1) / 2 * UP - 0.5, (tallest - 1) / 2 * UP + 0.5), (*edges, *numbers), alt=alt, bare=True,
                 backdrop=draw_neurons)
