"""Live figures: panels of artists tied to a program, described once and shown on paper, on a page and in Jupyter."""

from dataclasses import dataclass, field

import matplotlib as mpl

from .. import plots
from .._validate import shown
from .checks import check_text, several
from .controls import Choice
from .javascript import Code, literal
from .page import page_html
from .panels import Panel, axes_map
from .program import Program
from .typed import Typed
from .words import Say


@dataclass
class LiveFigure:
    """A picture with sliders.

    On a published page the sliders are plain range inputs and JavaScript printed from these expressions moves the
    picture. In Jupyter the same object shows `ipywidgets` sliders linked to the same JavaScript. On paper it is the
    picture at the sliders' starting values.

    Attributes
    ----------
    name : str
        Small letters, digits and hyphens; no other figure of the book has it.
    sliders : sequence of Slider, Choice or Typed
    definitions : sequence
        What `Program` takes.
    panels : sequence of Panel
    say : Say
        The sentence under the picture.
    caption : str
        What the figure is and what to do with it.
    """

    name: str
    sliders: tuple
    definitions: tuple
    panels: tuple
    say: Say
    caption: str
    program: Program = field(init=False, repr=False)

    def __post_init__(self):
        plots.check_name(self.name)
        self.program = Program(self.sliders, self.definitions)
        self.sliders, self.definitions = self.program.sliders, self.program.definitions
        self.panels = several("panels", self.panels, Panel)
        check_text("caption", self.caption)
        for artist in self.artists:
            self.program.need(artist.expressions, artist.over, name="panels")
            self.program.need([] if artist.upto is None else [artist.upto], name="panels")
        if not isinstance(self.say, Say):
            raise TypeError(f"say: got {shown(self.say)}, expected a Say")
        expressions, controls = self.say.needs()
        self.program.need(expressions, name="say")
        for control in controls:
            self.program.need_control(control, "say")
        self._views = {}

    @property
    def artists(self):
        """Every artist of every panel, in order."""
        return [artist for panel in self.panels for artist in panel.artists]

    # -- evaluation in Python ---------------------------------------------------------------------------------------

    def evaluate(self, values=None):
        """What the figure shows, computed with NumPy.

        Parameters
        ----------
        values : dict of Symbol to float or str
            Slider values, for a `Typed` the text; those left out stand at their start.

        Returns
        -------
        dict
            "points": the arrays of every artist, for lines a pair; "text": the sentence.
        """
        result = self.program.run(values)
        return {"points": [artist.points(result) for artist in self.artists], "text": self.say.text(result)}

    # -- the picture ------------------------------------------------------------------------------------------------

    def draw(self, values=None):
        """A matplotlib figure for every panel, with each artist's gid set to a0, a1, …"""
        points = iter(enumerate(self.evaluate(values)["points"]))
        figures = []
        for panel in self.panels:
            fig, ax = plots.figure()
            with mpl.rc_context(plots.STYLE):
                panel.prepare(ax)
                fig.draw_without_rendering()  # settles the layout, so that the axes' place can be read
                fig.set_layout_engine("none")
                for artist in panel.artists:
                    index, arrays = next(points)
                    artist.draw(ax, f"a{index}", arrays, zorder=3 + 0.01 * index)
                ax.set(xlim=panel.xlim, ylim=panel.ylim)
                if any(artist.label for artist in panel.artists):
                    for words in ax.legend(fontsize=9).get_texts():
                        words.set_parse_math(False)
            figures.append(fig)
        return figures

    def pictures(self):
        """For every panel its SVG text, and the figure it was made from."""
        return [(plots.svg(fig, f"{self.name}-{index}"), fig) for index, fig in enumerate(self.draw())]

    # -- what the page and the notebook view are made of ------------------------------------------------------------

    def script(self, figures):
        """The figure as a JavaScript object literal: sliders, panels, and `compute`."""
        code = Code(self.program)
        points = [artist.code(code) for artist in self.artists]
        text = code.sentence(self.say)
        body = "\n".join([*code.lines, f"return {{ points: [\n{', '.join(points)}\n],", f"text: {text} }};"])
        sliders = [{"of": s.of, "value": s.value} if isinstance(s, Typed) else
                   {"low": s.low, "high": s.high, "step": s.step, "value": s.value, "unit": s.unit,
                    "decimals": s.decimals, **({"options": s.options} if isinstance(s, Choice) else {}),
                    **({"play": True} if s.play else {})} for s in self.sliders]
        first, panels = 0, []
        for panel, fig in zip(self.panels, figures):
            artists = [{"kind": artist.kind, **artist.settings} for artist in panel.artists]
            panels.append({"first": first, "artists": artists, **axes_map(panel, fig)})
            first += len(panel.artists)
        return (f"{{ name: {literal(self.name)}, sliders: {literal(sliders)}, panels: {literal(panels)},\n"
                f"compute: function (p, rt) {{\n{body}\n}} }}")

    def _repr_mimebundle_(self, include=None, exclude=None):
        from .widget import bundle

        return bundle(self, lambda: plots.png_side_by_side(self.draw()))

    def html(self):
        """The figure for a page: picture, range inputs, sentence, and its code."""
        return page_html(self)

    # -- in Jupyter -------------------------------------------------------------------------------------------------

    @property
    def widget(self):
        """The `ipywidgets` box with sliders and the view linked to them; made once."""
        from .widget import box_of, make_widget

        return box_of(self, make_widget)

    def slider(self, symbol):
        """The `ipywidgets` slider (or list, or text) of a symbol: read, set or observe its `value`."""
        self.program.check_slider("symbol", symbol)
        self.widget  # noqa: B018  makes the sliders
        return self._views["controls"][symbol]
