"""A `CallbackFigure` in Jupyter: `ipywidgets` sliders that call Python, and a view that shows what Python drew."""

from html import escape

from .widget import control, reset, view, web_file, with_players

SCRIPT = """
export default {
  render({ model, el }) {
    el.innerHTML = model.get("markup");
    const moving = el.querySelector(".mlp-moving"), sentence = el.querySelector(".mlp-sentence");
    function show() {
      moving.innerHTML = model.get("picture");
      if (sentence.textContent !== model.get("text")) sentence.textContent = model.get("text");
    }
    model.on("change:picture", show);
    model.on("change:text", show);
    show();
    return () => {
      model.off("change:picture", show);
      model.off("change:text", show);
    };
  },
};
"""


def make_widget(figure):
    """The box of sliders and view, the sliders by symbol, and the links to play: every move goes through Python."""
    import ipywidgets

    sliders = {slider.symbol: control(slider) for slider in figure.sliders}
    width = figure.fig.get_figwidth() * 96
    still = figure.still().replace("<svg", f'<svg role="img" aria-label="{escape(figure.alt)}"', 1)
    inside = (f'<div class="mlp-panel" style="max-width:{width:.0f}px;margin:auto">{still}'
              '<div class="mlp-moving" aria-hidden="true" style="position:absolute;inset:0"></div></div>'
              '<p class="mlp-sentence" role="status" aria-live="polite"></p>')
    shown = view(figure, "mlp-live", inside, SCRIPT, web_file("live.css"), picture="", text="")

    def follow(change=None):
        try:
            text = figure.evaluate({symbol: each.value for symbol, each in sliders.items()})
        except Exception as error:  # the reader of the picture is told, then whoever reads the kernel's log
            shown.text = f"{type(error).__name__}: {error}"
            raise
        with shown.hold_sync():
            shown.picture, shown.text = figure.moved(), text

    for each in sliders.values():
        each.observe(follow, "value")
    follow()
    rows, links = with_players(figure.sliders, sliders)
    return ipywidgets.VBox([shown, *rows, reset(sliders.values())]), sliders, links
