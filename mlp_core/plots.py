"""Pictures in one visual language, and stills that a page can show in light and dark.

Blue is a forward value, orange is a gradient or an update, green is the loss, grey is what stands still.
"""

import base64
import io
import re
from dataclasses import dataclass
from html import escape

import matplotlib as mpl
import matplotlib.image
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

COLOURS = {
    "ink": "#24292f",
    "muted": "#626b74",
    "grid": "#d0d7de",
    "paper": "#ffffff",
    "forward": "#0072b2",
    "gradient": "#c2500a",
    "loss": "#00795a",
    "extra": "#8250a8",
}
"""The house colours. On a page each follows the reader's theme through a style sheet variable of the same name."""

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLOURS["muted"],
    "axes.labelcolor": COLOURS["ink"],
    "axes.titlecolor": COLOURS["ink"],
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=[COLOURS[name] for name in ("forward", "gradient", "loss", "extra")]),
    "grid.color": COLOURS["grid"],
    "grid.linewidth": 0.7,
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "xtick.labelcolor": COLOURS["ink"],
    "ytick.labelcolor": COLOURS["ink"],
    "text.color": COLOURS["ink"],
    "figure.facecolor": "none",
    "legend.frameon": False,
    "lines.linewidth": 2,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
}


_WORDS = re.compile(r"(?<=>)[^<>]+(?=</text>|</tspan>)")


def _guarded(found):
    """Words in a picture, so written that nothing in them can be taken for the picture's own ids and colours."""
    return found[0].replace('"', "&quot;").replace("#", "&#35;").replace("=", "&#61;")


_DECIMALS = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def _two_decimals(found):
    """Finer than any screen shows, and half the bytes."""
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def figure(width=4.3, height=3.2, columns=1):
    """A figure in the house style.

    Parameters
    ----------
    width, height : float
        Size in inches; 4.3 is what fits a telephone at full size.
    columns : int
        How many axes side by side.

    Returns
    -------
    (Figure, Axes or array of Axes)
        Not registered with pyplot: nothing draws it but you.
    """
    with mpl.rc_context(STYLE):
        fig = Figure(figsize=(width, height), layout="constrained")
        axes = fig.subplots(1, columns)
    return fig, axes


NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
"""For matplotlib's SVG: two builds are to give the same bytes."""


def svg(fig, salt):
    """The figure as an SVG element for a page.

    Parameters
    ----------
    fig : Figure
    salt : str
        Letters, digits and hyphens that no other figure of the page uses: ids are made from it, so that two figures
        never share one and two builds give the same bytes.

    Returns
    -------
    str
        `<svg …>…</svg>`, with house colours as style sheet variables and no fixed size.
    """
    buffer = io.StringIO()
    follow_theme(fig)
    with mpl.rc_context({**STYLE, "svg.hashsalt": salt}):
        fig.savefig(buffer, format="svg", metadata=NO_METADATA)
    return for_page(buffer.getvalue(), salt)


def follow_theme(fig):
    """Give what was added outside the house style, such as a chapter's legend, a colour that follows the page's."""
    for text in fig.findobj(Text):
        if mpl.colors.same_color(text.get_color(), mpl.rcParamsDefault["text.color"]):
            text.set_color(COLOURS["ink"])
    for legend in fig.findobj(Legend):
        legend.set_frame_on(STYLE["legend.frameon"])


def for_page(text, salt):
    """matplotlib's SVG file as an element for a page; `salt` as for `svg`."""
    text = text[text.index("<svg"):].strip()
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    text = _WORDS.sub(_guarded, text)
    text = re.sub(r'\bid="', f'id="{salt}-', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{salt}-", text)
    for name, value in COLOURS.items():
        text = re.sub(rf"(?<=[:\s]){value}\b", f"var(--mlp-{name}, {value})", text)
    text = re.sub(r'(?<= )(d|x|y)="[^"]*"', lambda found: _DECIMALS.sub(_two_decimals, found[0]), text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    return re.sub(r"\n\s*", "\n", text).replace('xlink:href="', 'href="')


@dataclass
class Still:
    """A picture that does not move: SVG on a page, PNG in print.

    Attributes
    ----------
    fig : Figure
    name : str
        Letters, digits and hyphens, one of its own in each chapter.
    alt : str
        What is to be seen, for a reader who does not see it.
    caption : str
        Optional text below the picture.
    """

    fig: Figure
    name: str
    alt: str
    caption: str = ""

    def __post_init__(self):
        check_name(self.name)
        for name in ("alt", "caption"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name}: got {getattr(self, name)!r}, expected a text")
        if not self.alt.strip():
            raise ValueError("alt: got an empty text, expected what is to be seen in the picture")

    def _repr_mimebundle_(self, include=None, exclude=None):
        width = self.fig.get_figwidth()
        picture = svg(self.fig, self.name).replace(
            "<svg", f'<svg role="img" aria-label="{escape(self.alt)}" style="max-width:{width * 96:.0f}px"', 1)
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        page = f'<figure class="mlp-still" id="{self.name}">{picture}{caption}</figure>'
        return {"text/html": page, "image/png": png(self.fig), "text/plain": self.alt}


def png(fig):
    """The figure as a PNG on white paper, in base64, for print and for notebooks that show no SVG."""
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        fig.savefig(buffer, format="png", dpi=144, facecolor="white", metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def png_side_by_side(figures):
    """Several figures of one height as one PNG, in base64."""
    arrays = []
    for each in figures:
        canvas = FigureCanvasAgg(each)
        each.set(dpi=144, facecolor="white")
        canvas.draw()
        arrays.append(np.asarray(canvas.buffer_rgba()))
    buffer = io.BytesIO()
    mpl.image.imsave(buffer, np.hstack(arrays), format="png", metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def check_name(name):
    """Raise an error unless `name` can be an id on a page: a letter, then letters, digits and hyphens; and not one that
    the first, second, … slider of another figure has.
    """
    if not isinstance(name, str):
        raise TypeError(f"name: got {name!r}, expected a text")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"name: got {name!r}, expected a small letter, then small letters, digits and hyphens")
    if re.search(r"-p\d+$", name):
        raise ValueError(f"name: got {name!r}, which a slider may have; expected another end than -p and a number")
