"""A live figure as HTML for a published page: it needs no kernel, no library and no request."""

from html import escape

from .controls import Choice
from .typed import LONGEST, Typed

MAY_TYPE = "You can use {of}, numbers, + − * / ^ ( ), exp, ln, sqrt, sin, cos, tanh, sigmoid, relu, softplus and abs."
LONGEST_TROUBLE = "I do not know the function tangent; " + MAY_TYPE + " The picture still shows x^2 + 1."


def said_html(figure, index, typed, role=""):
    """What may be typed; the page says here what is wrong. As high as the longest trouble, so that nothing moves."""
    hint = escape(MAY_TYPE.format(of=typed.of))
    return (f'<div class="mlp-saying"><p class="mlp-said" id="{figure.name}-p{index}-said"{role}>{hint}</p>'
            f'<p class="mlp-ghost" aria-hidden="true">{LONGEST_TROUBLE}</p></div>')


def typed_html(figure, index, typed):
    """A labelled text input for a `Typed`, with a button for each suggestion."""
    control = f"{figure.name}-p{index}"
    buttons = "".join(f'<button type="button" data-types="{control}">{escape(text)}</button>'
                      for text in typed.suggestions)
    alone = " mlp-alone" if sum(isinstance(other, Typed) for other in figure.sliders) == 1 else ""
    return (f'<div class="mlp-slider mlp-typed{alone}"><label for="{control}">{escape(typed.label)}</label>'
            f'<input type="text" id="{control}" value="{escape(typed.start)}" maxlength="{LONGEST}" autocomplete="off" '
            f'autocapitalize="off" spellcheck="false" aria-describedby="{control}-said">'
            f'<div class="mlp-types">{buttons}</div>{said_html(figure, index, typed)}</div>')


def slider_html(figure, index, slider):
    """One labelled range input with its value beside it; a labelled list for a `Choice`, a text input for a `Typed`."""
    if isinstance(slider, Typed):
        return typed_html(figure, index, slider)
    control, label, value = f"{figure.name}-p{index}", escape(slider.label), escape(slider.shown(slider.value))
    head = f'<div class="mlp-slider"><label for="{control}">{label}</label>'
    if isinstance(slider, Choice):
        options = "".join(f'<option value="{k}"{" selected" if k == slider.value else ""}>{escape(option)}</option>'
                          for k, option in enumerate(slider.options))
        return f'{head}<select id="{control}" autocomplete="off">{options}</select></div>'
    buttons = (f'<div class="mlp-run"><button type="button" data-play="{index}">▶ Play</button>'
               f'<button type="button" data-step="{index}">One step</button></div>' if slider.play else "")
    return (f'{head}<output id="{control}-value" for="{control}" aria-hidden="true">{value}</output>'
            f'<input type="range" id="{control}" min="{slider.low!r}" max="{slider.high!r}" step="{slider.step!r}" '
            f'value="{slider.value!r}" aria-valuetext="{value}" autocomplete="off">{buttons}</div>')


def panels_html(figure, pictures):
    """The panels' pictures, each with its description; an odd last one has a row of its own."""
    parts = [picture.replace("<svg", f'<svg role="img" aria-label="{escape(panel.alt)}"', 1)
             for panel, (picture, _) in zip(figure.panels, pictures)]
    kinds = ["mlp-panel"] * len(parts)
    if len(parts) % 2:
        kinds[-1] = "mlp-panel mlp-alone"
    return ('<div class="mlp-panels">'
            + "".join(f'<div class="{kind}">{part}</div>' for kind, part in zip(kinds, parts, strict=True)) + "</div>")


def sentence_html(figure, role=""):
    """The sentence, over an unseen copy of the longest one, so that the page never moves when it changes."""
    text = escape(figure.evaluate()["text"])
    return (f'<div class="mlp-say"><p class="mlp-sentence"{role}>{text}</p>'
            f'<p class="mlp-ghost" aria-hidden="true">{escape(figure.say.longest())}</p></div>')


def page_html(figure):
    """Picture, sliders, sentence and code of a `LiveFigure`, for `web/live.js` to bring to life."""
    pictures = figure.pictures()
    script = figure.script([fig for _, fig in pictures])
    sliders = "".join(slider_html(figure, index, slider) for index, slider in enumerate(figure.sliders))
    reset = "Reset the figure" if any(isinstance(slider, Typed) for slider in figure.sliders) else "Reset the sliders"
    return (f'<figure class="mlp-live" id="{figure.name}">{panels_html(figure, pictures)}'
            f'<div class="mlp-controls">{sliders}'
            f'<button type="button" class="mlp-reset">{reset}</button></div>'
            f'{sentence_html(figure)}<p class="mlp-announce" role="status" aria-live="polite"></p>'
            f"<figcaption>{escape(figure.caption)}</figcaption></figure>\n"
            f"<script>(window.mlpLiveQueue = window.mlpLiveQueue || []).push({script});</script>")
