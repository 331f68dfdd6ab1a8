"""A figure whose numbers only Python can compute: sliders call a function that moves what a picture holds.

What stands still is drawn once; at each move of a slider only the artists that move are drawn, over it. A published
page has no Python, so there the picture stands still and a sentence says so.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

from .. import plots
from .checks import check_text, mapping, plain, several
from .controls import Choice, Slider
from .description import Description


@dataclass
class CallbackFigure:
    """A matplotlib picture that a Python function moves.

        fig, ax = plots.figure()
        (curve,) = ax.plot(t, t)

        def move(power):
            curve.set_ydata(t ** power)
            return f"The curve is t to the power {power}."

        CallbackFigure("powers", (Slider(n, 1, 9, 1, 2, "power"),), move, (curve,), alt="A curve.", caption="Powers.")

    Prefer a `LiveFigure` wherever a formula says it: that one moves on a published page too.

    Attributes
    ----------
    name : str
        Small letters, digits and hyphens; no other figure of the book has it.
    sliders : sequence of Slider or Choice
    move : callable
        Takes the sliders' values in order (whole numbers where a slider has only those, for a `Choice` the words of
        the option), changes the `moving` artists by their setters, and returns a sentence that says what is to be seen.
    moving : sequence of Artist
        What `move` changes, all of one figure; nothing else of the figure may change.
    alt : str
        What is to be seen, for a reader who does not see it.
    caption : str

    Raises
    ------
    TypeError, ValueError
        For a wrong description, and when `move` changes or adds anything that is not in `moving`.
    """

    name: str
    sliders: tuple
    move: Callable
    moving: tuple
    alt: str
    caption: str

    def __post_init__(self):
        plots.check_name(self.name)
        self._described = Description(several("sliders", self.sliders, (Slider, Choice)))
        self.sliders = self._described.sliders
        if not callable(self.move):
            raise TypeError(f"move: got {self.move!r}, expected a function of the sliders' values")
        self.moving = several("moving", self.moving)
        if not self.moving or not all(isinstance(artist, Artist) for artist in self.moving):
            raise TypeError(f"moving: got {self.moving!r}, expected artists such as the lines that ax.plot returns")
        figures = {artist.get_figure(root=True) for artist in self.moving}
        if len(figures) > 1 or None in figures:
            raise ValueError("moving: expected artists that stand on one figure")
        (self.fig,) = figures
        for name in ("alt", "caption"):
            check_text(name, getattr(self, name))
        if not self.alt.strip():
            raise ValueError("alt: got an empty text, expected what is to be seen in the picture")
        self._views = {}
        self.evaluate()
        with mpl.rc_context(plots.STYLE):
            self.fig.draw_without_rendering()  # settles the layout: from now on nothing else moves
        self.fig.set_layout_engine("none")

    def evaluate(self, values=None):
        """Move the picture to these values, and say what it shows.

        Parameters
        ----------
        values : dict of Symbol to float
            Slider values; those left out stand at their start.

        Returns
        -------
        str
            The sentence.

        Raises
        ------
        ValueError
            For a symbol that no slider has, and if `move` changes what is not in `moving`.
        TypeError
            For a value that is no number, and if `move` returns no text.
        """
        values = mapping("values", {} if values is None else values, self._described.check_slider)
        values = {symbol: plain(f"values for {symbol}", value) for symbol, value in values.items()}
        own = {part for artist in self.moving for part in artist.findobj()}
        for artist in self._others(own):
            artist.stale = False
        text = self.move(*(_given(slider, values.get(slider.symbol, slider.value)) for slider in self.sliders))
        changed = sorted({type(artist).__name__ for artist in self._others(own) if artist.stale})
        if changed:
            raise ValueError(f"move: it changed or added {', '.join(changed)}; expected that only the artists named "
                             "in `moving` change")
        if not isinstance(text, str):
            raise TypeError(f"move: got {text!r}, expected a sentence that says what the picture shows")
        return text

    def _others(self, own):
        return [artist for artist in self.fig.findobj() if artist not in own and not isinstance(artist, (Figure, Axes))]

    # -- the picture ------------------------------------------------------------------------------------------------

    def still(self):
        """What never moves, as an SVG element."""
        shown = [artist for artist in self.moving if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        try:
            return plots.svg(self.fig, f"{self.name}-still")
        finally:
            for artist in shown:
                artist.set_visible(True)

    def moved(self):
        """What moves, as it stands now, as an SVG element to lay over `still`."""
        salt, buffer, dpi = f"{self.name}-moving", io.StringIO(), self.fig.dpi
        with mpl.rc_context({**plots.STYLE, "svg.hashsalt": salt}):
            self.fig.dpi = 72
            try:
                width, height = self.fig.bbox.size
                renderer = RendererSVG(width, height, buffer, image_dpi=144, metadata=plots.NO_METADATA)
                for artist in sorted(self.moving, key=Artist.get_zorder):
                    artist.draw(renderer)
                renderer.finalize()
            finally:
                self.fig.dpi = dpi
        return plots.for_page(buffer.getvalue(), salt)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from .widget import bundle

        return bundle(self, lambda: plots.png(self.fig))

    def html(self):
        """The figure for a page: the picture at the start, its sentence, and that it stands still here."""
        text = self.evaluate()
        width = self.fig.get_figwidth() * 96
        picture = plots.svg(self.fig, self.name).replace(
            "<svg", f'<svg role="img" aria-label="{escape(self.alt)}" style="max-width:{width:.0f}px"', 1)
        at = "; ".join(f"{slider.label}: {slider.shown(slider.value)}" for slider in self.sliders)
        note = (f"Python computes this picture, so on a page without Python it stands still ({at}). "
                "In a notebook it has sliders.")
        return (f'<figure class="mlp-still" id="{self.name}">{picture}<p class="mlp-sentence">{escape(text)}</p>'
                f'<p class="mlp-note">{escape(note)}</p><figcaption>{escape(self.caption)}</figcaption></figure>')

    # -- in Jupyter -------------------------------------------------------------------------------------------------

    @property
    def widget(self):
        """The `ipywidgets` box with sliders and the picture; made once."""
        from .callback_widget import make_widget
        from .widget import box_of

        return box_of(self, make_widget)

    def slider(self, symbol):
        """The `ipywidgets` slider of a symbol: read, set or observe its `value`."""
        self._described.check_slider("symbol", symbol)
        self.widget  # noqa: B018  makes the sliders
        return self._views["controls"][symbol]


def _given(slider, value):
    """A slider's value as `move` takes it."""
    return slider.shown(value) if isinstance(slider, Choice) else slider.nearest(value)
