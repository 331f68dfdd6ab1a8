"""Words that a figure shows are shown and never run: on a page and in Jupyter's view, whatever stands in them.

Every text of a figure is tried with markup, quotes, backslashes, ends of scripts, line separators and Unicode.
"""

import html
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from test_live import node

from mlp_core import plots
from mlp_core.live import (
    Bars,
    Choice,
    Dot,
    Field,
    Grid,
    Let,
    Line,
    LiveFigure,
    Loop,
    Panel,
    Program,
    Say,
    Slider,
    Text,
    Typed,
    Unless,
    WatchTheLossFall,
    network_panel,
)
from mlp_core.live import train_widget as flagship_widget
from mlp_core.live.javascript import Code, literal
from mlp_core.live.page import page_html, sentence_html, slider_html
from mlp_core.live.widget import SCRIPTS, web_file

x, a, k = sp.symbols("x a k", real=True)
RUN = "ran=1"
STRANGE = {
    "end of script": f"</script><script>{RUN}</script>",
    "markup": f'"><img src=x onerror="{RUN}">',
    "quotes": f"'; {RUN}; //\"+({RUN})+\"`${{{RUN}}}",
    "backslashes": f"\\\\'; {RUN} // \\u0022 \\x3c \\n \\",
    "separators": f"\u2028{RUN}\u2029 \u00a0\u200b",
    "comments": f"<!-- --> <!--<script> ]]> */{RUN}",
    "entities": "&lt;b&gt; &amp;amp; &#60; &quot;",
    "attributes": 'id="q" href="#q" d="1.23456" url(#q):#24292f',
    "mathematics": r"$\frac{1$ 5 $ $\href{javascript:ran=1}{1+x}$",
    "Unicode": "ümläut ☃ η ∂ℓ/∂w √2 ‮drawkcab‬ Ω",
    "braces": "{ } {{}} {a.b} %s %(a)s",
}


def figure_with(words, name="strange"):
    """A figure that shows `words` in every place that takes words."""
    grid = Grid(x, -2, 2)
    which = Choice(k, (words, "another"), 0, words)
    return LiveFigure(
        name, (Slider(a, -2, 2, 0.1, 0.5, words, unit=words), which), (grid,), (
            Panel(words, words, words, (-1, 2), (-2, 2), (
                Line(x, a * x, grid, label=words), Dot(a, a), Bars([a, a]), Text(0, 0, words + "{a}", {"a": a})),
                alt=words, xticks=(words, "second")),
            network_panel([[a], [a]], [[[a]]], words, names=[[words], [words]], title=words)),
        Say(((a > 1, "large: " + words), (True, words + " {which} {far}")),
            {"which": which, "far": Unless(a, a < 0, words)}), words)


def skeleton(page):
    """Elements with the names of their attributes, in order: all of a page but its words."""
    found, parser = [], HTMLParser(convert_charrefs=True)
    parser.handle_starttag = lambda tag, attributes: found.append((tag, [name for name, _ in attributes]))
    parser.handle_endtag = lambda tag: found.append(tag)
    parser.handle_comment = parser.handle_decl = parser.unknown_decl = lambda what: found.append(("!", what))
    parser.feed(page)
    parser.close()
    return found


# -- without a browser -------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1).filter(str.strip))
def test_no_words_add_an_element_or_an_attribute(words):
    plain, strange = (
        LiveFigure("f", (Slider(a, 0, 1, 0.5, 0, text, unit=text), Choice(k, (text, "b"), 0, text),
                          Typed(sp.Symbol("f"), "x", "x", text, ("2x",))), (),
                   (Panel("", "", "", (0, 1), (0, 1), (), alt=text),),
                   Say(((True, text.replace("{", "(")),)), text) for text in ("plain", words))
    for write in (sentence_html, *(lambda f, i=i: slider_html(f, i, f.sliders[i]) for i in (0, 1, 2))):
        assert skeleton(write(strange)) == skeleton(write(plain))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(), min_size=50, max_size=50))
@pytest.mark.slow
def test_words_in_code_come_out_as_they_went_in(texts):
    texts = [*texts, *STRANGE.values()]
    code = literal(texts)
    assert code.isascii()
    assert not set("<>") & set(code)
    assert node(f"console.log(JSON.stringify({code}));") == texts


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE)
def test_every_place_of_a_page_keeps_its_words(words):
    page = page_html(figure_with(words))
    assert page.count("</script>") == 1
    found = skeleton(page)
    assert {each[0] for each in found if isinstance(each, tuple)} <= {
        "figure", "div", "svg", "g", "path", "defs", "style", "use", "clippath", "rect", "text", "tspan", "label",
        "input", "output", "select", "option", "button", "p", "figcaption", "script"}
    assert not [name for each in found if isinstance(each, tuple) for name in each[1] if name.startswith("on")]
    ids = re.findall(r'<[^>]*?\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert [html.unescape(text) for text in re.findall(r'aria-label="([^"]*)"', page)] == [words, words]


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE)
def test_pictures_write_words_as_they_are(words, monkeypatch):
    """Titles, axes, ticks, legends and neurons' names: nothing is read as mathematics or as the picture's own code."""
    monkeypatch.setitem(plots.STYLE, "svg.fonttype", "none")  # else words are drawn as outlines
    for (picture, _), panel_names in zip(figure_with(words).pictures(), ([words] * 5, [words] * 3)):
        texts = [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture)]
        assert texts.count(words) == len(panel_names)


def test_words_in_a_picture_keep_what_looks_like_its_code():
    fig, ax = plots.figure()
    said = STRANGE["attributes"] + " " + STRANGE["entities"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(plots.STYLE, "svg.fonttype", "none")
        ax.text(0, 0, said, parse_math=False, fontsize=5)
        picture = plots.svg(fig, "salt")
    assert said in [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture)]


def test_names_of_numbers_may_be_any_letters():
    names = {"__proto__": 1, "constructor": 2, "toString": 3, "η": 4, "δ2": 5}
    text = " ".join(f"{{{name}}}" for name in names)
    say = Say(((True, text),), {name: sp.Integer(value) + 0 * a for name, value in names.items()})
    figure = LiveFigure("f", (Slider(a, 0, 1, 0.5, 0, "a"),), (), (
        Panel("", "", "", (0, 1), (0, 1), (Dot(a, a),), alt="a dot"),), say, "")
    shown = node(f"var f = {figure.script(figure.draw())}; "
                 "console.log(JSON.stringify(f.compute([0], mlpLive.runtime).text));")
    assert shown == figure.evaluate()["text"] == "1 2 3 4 5"


def test_numbers_of_any_library_are_printed_as_plain_numbers():
    slider = Slider(a, np.float64(-1), sp.Rational(5, 2), np.float32(0.5), np.float64(0.5), "a")
    figure = LiveFigure("f", (slider,), (Grid(x, -1, 1, np.int64(3)), Loop({k: a}, {k: k / 2}, np.int64(2),
                                                                       limit=np.float64(9))),
                        (Panel("", "", "", (0, 1), (0, 1), (Dot(a, a),), alt="a dot"),), Say(((True, "t"),)), "")
    page = page_html(figure)
    assert 'min="-1.0" max="2.5" step="0.5" value="0.5"' in page
    assert not re.search(r"np\.|float64|Rational", page)


@pytest.mark.parametrize("strange", [f"1); {RUN}; (", "1", None, True, 1.5 + 1j])
@pytest.mark.parametrize("make", [
    lambda v: Slider(a, v, 1, 0.5, 0, "a"), lambda v: Slider(a, 0, v, 0.5, 0, "a"),
    lambda v: Slider(a, 0, 1, v, 0, "a"), lambda v: Slider(a, 0, 1, 0.5, v, "a"), lambda v: Grid(x, 0, 1, v),
    lambda v: Field(x, a, (0, 1), (0, 1), (v, 3)), lambda v: Loop({x: 0}, {x: x}, v)])
def test_what_is_no_number_is_refused_where_a_number_goes_into_code(make, strange):
    with pytest.raises(TypeError, match=r"expected a (whole )?number"):
        make(strange)


@pytest.mark.parametrize("strange", [f"1; {RUN}", 'x"y', "a</script>b", "λ\u2028", "constructor", "W^{(1)}_{11}"])
def test_names_of_symbols_never_reach_the_code(strange):
    symbol, other = sp.Symbol(strange, real=True), sp.Symbol(strange + "'", real=True)
    code = Code(Program((Slider(symbol, 0, 1, 0.5, 0, "s"),), (Let(other, sp.exp(symbol) + sp.GoldenRatio),)))
    text = "\n".join([*code.lines, code.scalar(other * symbol + sp.EulerGamma)])
    assert strange not in text
    assert re.fullmatch(r"[\w\s.,;=+*/()\[\]-]*", text)
    value = node(f"var p = [0.5]; {' '.join(code.lines)} console.log(JSON.stringify({code.name(other)}));")
    assert value == pytest.approx(np.exp(0.5) + (1 + np.sqrt(5)) / 2, rel=1e-14)


def test_code_that_was_not_derived_is_refused():
    for strange in (sp.sympify("alert(1)"), sp.Function("alert")(a), sp.Integral(x, (x, 0, a))):
        with pytest.raises(TypeError, match="which has no JavaScript"):
            Code(Program((Slider(a, 0, 1, 0.5, 0, "a"),), (Let(x, strange),)))


# -- in Chromium -------------------------------------------------------------------------------------------------------

WORDS = """name => { const f = document.getElementById(name) || document.querySelector('figure');
  const all = (css, of) => Array.from(f.querySelectorAll(css), of || (e => e.textContent));
  return { labels: all('label'), outputs: all('output'), options: all('option'), sentence: all('.mlp-sentence'),
    caption: all('figcaption'), alts: all('svg', e => e.getAttribute('aria-label')),
    texts: all('svg text'), said: all('.mlp-announce'), values: all('input', e => e.getAttribute('aria-valuetext')),
    elements: all('script, img, iframe, object, a, b, i, [onload], [onerror]').length,
    ran: window.ran !== undefined }; }"""


def page_with(folder, body, scripts=SCRIPTS, styles=("live.css",)):
    """A page of its own, as the book's pages are; returns its address."""
    for name in (*scripts, *styles):
        (folder / name).write_text(web_file(name), encoding="utf-8")
    head = "".join(f'<link rel="stylesheet" href="{name}">' for name in styles)
    head += "".join(f'<script defer src="{name}"></script>' for name in scripts)
    page = folder / "page.html"
    page.write_text(f'<!DOCTYPE html><html data-theme="light"><head><meta charset="utf-8">{head}</head>'
                    f"<body>{body}</body></html>", encoding="utf-8")
    return page.as_uri()


@pytest.mark.browser
@pytest.mark.slow
def test_a_page_shows_strange_words_and_runs_none(watched, tmp_path):
    page = watched().page
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    figures = {f"f{n}": figure_with(words, f"f{n}") for n, words in enumerate(STRANGE.values())}
    page.goto(page_with(tmp_path, "".join(figure.html() for figure in figures.values())))
    for (name, figure), words in zip(figures.items(), STRANGE.values()):
        slider = page.locator(f"#{name}-p0")
        slider.press("ArrowRight")
        page.wait_for_function("n => Math.abs(document.getElementById(n).mlpShown.values[0] - 0.6) < 1e-9", arg=name)
        page.wait_for_function("n => document.querySelector(`#${n} .mlp-announce`).textContent !== ''", arg=name)
        shown, sentence = page.evaluate(WORDS, name), figure.evaluate({a: 0.6})["text"]
        assert shown["labels"] == [words, words]
        assert shown["outputs"] == shown["values"] == [f"0.6 {words}"]
        assert shown["options"] == [words, "another"]
        assert shown["sentence"] == shown["said"] == [sentence]
        assert sentence == f"{words} {words} 0.6"
        assert shown["caption"] == [words]
        assert shown["alts"] == [words, words]
        assert f"{words}0.6" in shown["texts"]
        slider.press("Home")  # where a word stands in the number's place
        page.wait_for_function("([n, text]) => document.querySelector(`#${n} .mlp-sentence`).textContent === text",
                               arg=[name, f"{words} {words} {words}"])
        assert (shown["elements"], shown["ran"]) == (0, False)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelectorAll('body > figure').length") == len(STRANGE)


RENDER = """async ([code, traits]) => {
  const made = await import(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  const listeners = {};
  const model = { get: name => traits[name], on: (event, f) => { listeners[event] = f; }, off: () => {} };
  const el = document.body.appendChild(document.createElement('div'));
  made.default.render({ model, el });
  window.change = (name, value) => { traits[name] = value; listeners['change:' + name](); };
}"""


def rendered(page, view, traits):
    """Show an anywidget view as Jupyter does, with a stand-in for its model."""
    page.goto("about:blank")
    page.add_style_tag(content=view._css)
    page.evaluate(RENDER, [view._esm, {"markup": view.markup, **traits}])


@pytest.mark.browser
@pytest.mark.slow
def test_the_view_in_jupyter_shows_strange_words_and_runs_none(watched):
    page = watched().page
    for words in STRANGE.values():
        figure = figure_with(words)
        view, *controls, _ = figure.widget.children  # the last is the button
        assert not any(control.description_allow_html for control in controls)
        assert [control.description for control in controls] == [f"{words} ({words})", words]  # a unit in brackets
        rendered(page, view, {"p0": 0.5, "p1": 0})
        page.evaluate("window.change('p0', 0.6)")
        page.wait_for_function("text => document.querySelector('.mlp-sentence').textContent === text",
                               arg=figure.evaluate({a: 0.6})["text"])
        shown = page.evaluate(WORDS, "none")
        assert f"{words}0.6" in shown["texts"]
        assert (shown["caption"], shown["alts"]) == ([words], [words, words])
        assert (shown["elements"], shown["ran"]) == (0, False)


@pytest.mark.browser
@pytest.mark.slow
def test_watch_the_loss_fall_takes_nothing_from_its_caption_or_its_address_but_words(watched, tmp_path):
    page = watched(reduced_motion="reduce").page
    words = " ".join(STRANGE.values())
    figure = WatchTheLossFall("watch", data=("moons", "xor"), epochs=2, caption=words)
    address = page_with(tmp_path, figure.html(), flagship_widget.SCRIPTS, ("live.css", "train.css"))
    state = f"#watch?data=%3C/script%3E%3Cimg%20src=x%20onerror={RUN}%3E&layers=__proto__&units='%22\\&epoch=1"
    page.goto(address + state.replace(" ", "%20"))
    page.wait_for_function("() => { const s = document.querySelector('.mlp-train').mlpShown; return s && s.run.done; }")
    shown = page.evaluate(WORDS, "watch")
    assert shown["caption"][0].startswith(words)
    assert shown["sentence"] == [figure.evaluate(epoch=1).text]  # the rest of the state is as at the start
    assert (shown["elements"], shown["ran"]) == (0, False)
    view = figure.widget.children[0]
    rendered(page, view, {choice.key: choice.start for choice in figure.choices})
    page.wait_for_function("() => { const s = document.querySelector('.mlp-train').mlpShown; return s && s.run.done; }")
    shown = page.evaluate(WORDS, "none")
    assert shown["caption"] == [words]
    assert (shown["elements"], shown["ran"]) == (0, False)
    assert json.loads(literal(words)) == words
