"""How pages are found: descriptions, addresses, site map, and a 404 page that helps."""

import re
import sys
from html import escape, unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.errors import ExtensionError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_cover
import numpy as np
from book_findable import book_address, describe, first_words
from book_symbols import spellings
from matplotlib.image import imread

from chapters import CHAPTERS, CONTENTS


@pytest.mark.parametrize(("environment", "repository", "expected"), [
    ({}, None, ""),
    ({}, "https://github.com/Ada/book", "https://ada.github.io/book/"),
    ({}, "https://github.com/ada/Ada.github.io", "https://ada.github.io/"),
    ({"BOOK_URL": "https://example.org/learn"}, "https://github.com/ada/book", "https://example.org/learn/"),
])
def test_the_address_of_the_book(environment, repository, expected):
    assert book_address(environment, repository) == expected


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ExtensionError, match="BOOK_URL: got 'example'"):
        book_address({"BOOK_URL": "example"}, None)


def test_a_description_is_the_first_real_paragraph_in_whole_sentences_or_cut_between_words():
    page = nodes.section("", nodes.paragraph(text="Short."), nodes.paragraph(text="learning " * 40))
    words = first_words(page)
    assert words.startswith("learning learning")
    assert words.endswith("learning …")
    assert 140 < len(words) <= 160
    question = "What does a slope of 0.5 tell a network about its weights?"
    page = nodes.section("", nodes.paragraph(text=f"The question. {question} {'And more. ' * 12}No room."))
    assert first_words(page) == f"{question} {' '.join(['And more.'] * 10)}"


def application(folder, address=""):
    config = SimpleNamespace(html_title="A Book", html_baseurl=address)
    return SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=folder, config=config)


def test_the_cover_is_drawn_the_same_each_time_and_shows_what_it_says(tmp_path):
    made = tmp_path / "_static" / "cover.png"
    book_cover.write_cover(application(tmp_path))
    first = made.read_bytes()
    book_cover.write_cover(application(tmp_path))
    assert made.read_bytes() == first
    assert len(first) < 300_000  # services give up on large pictures
    pixels = imread(made)
    width, height = book_cover.SIZE
    assert pixels.shape[:2] == (height, width)
    for left in (0, width // 3, 2 * width // 3):  # three pictures below, white paper around
        assert np.ptp(pixels[height // 3:, left:left + width // 3, :3]) > 0.5
    assert np.all(pixels[:20] == 1)
    X, y, net, loss = book_cover.learn()
    assert net.accuracy(X, y) > 0.97
    assert loss[-1] < 0.2 * loss[0]


def test_a_shared_link_shows_the_cover_where_the_address_is_known(tmp_path):
    doctree = nodes.section("", nodes.paragraph(text="learning " * 8))
    there = "https://ada.github.io/book/"
    for address, expected in ((there, [there + "_static/cover.png"]), ("", [])):
        context = {"title": "One neuron"}
        describe(application(tmp_path, address), "chapters/01-neuron", "page.html", context, doctree)
        assert re.findall(r'property="og:image" content="([^"]+)"', context["metatags"]) == expected
        assert ('property="og:image:width" content="1200"' in context["metatags"]) == bool(expected)


@pytest.mark.build
def test_the_cover_is_in_the_built_book(built_html):
    assert imread(built_html / "_static" / "cover.png").shape[:2] == book_cover.SIZE[::-1]


@pytest.mark.build
def test_every_page_says_what_it_is_about(built_html):
    descriptions, titles = {}, {}
    for page in sorted((built_html / "chapters").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        (description,) = re.findall(r'<meta name="description" content="([^"]+)"', text)
        (title,) = re.findall(r"<title>(.*?)</title>", text, re.S)
        name = unescape(title).strip().removesuffix(" — How a Neural Network Learns")
        assert re.findall(r'<meta property="og:title" content="(.*?)"', text) == [escape(name)]
        assert re.findall(r'<meta property="og:description" content="(.*?)"', text) == [description]
        assert 50 <= len(unescape(description)) <= 160, page.name
        descriptions[page.name], titles[page.name] = description, name
    assert len(set(descriptions.values())) == len(set(titles.values())) == len(descriptions) == len(CHAPTERS)
    door = (built_html / "index.html").read_text(encoding="utf-8")  # the address that people pass on
    assert f'<meta name="description" content="{descriptions["index.html"]}"' in door
    assert f'<meta property="og:title" content="{titles["index.html"]}"' in door


@pytest.mark.build
def test_each_page_leads_to_the_one_before_and_the_one_after(built_html):
    order = [f"{page.removeprefix('chapters/')}.html" for page in CONTENTS]
    for before, page, after in zip(["", *order], order, [*order[1:], ""]):
        text = (built_html / "chapters" / page).read_text(encoding="utf-8")
        for side, there in (("left-prev", before), ("right-next", after)):
            assert re.findall(rf'class="{side}"\s+href="(.*?)"', text) == [there] * bool(there), page


@pytest.mark.build
def test_the_404_page_leads_to_every_chapter(built_html):
    text = (built_html / "404.html").read_text(encoding="utf-8")
    for page in (built_html / "chapters").glob("*.html"):
        assert f"chapters/{page.name}" in text
    assert "search.html" in text
    for led_to in re.findall(r'(?:href|action|src)="(.*?)"', text):
        assert re.match("/|https://", led_to), f"{led_to} depends on how deep the missing page lay"


@pytest.mark.parametrize(("tex", "expected"), [
    (r"\sigma", ["σ", "sigma"]), (r"\lambda", ["λ", "lambda"]), (r"\varepsilon", ["ε", "epsilon"]), ("dW", ["dW"]),
    (r"\Delta W_1", ["ΔW1", "Δ", "Delta"]), (r"\frac{dy}{dx}", ["dy/dx"]), (r"\operatorname{ReLU}", ["ReLU"]),
    (r"w^{(1)}_{21}", ["w(1)21"]), (r"\nabla f", ["∇f", "∇", "nabla"]), (r"\hat y", ["y"]),
])
def test_how_a_symbol_may_be_typed(tex, expected):
    assert spellings(tex) == expected


@pytest.mark.build
@pytest.mark.browser
def test_the_search_finds_terms_and_symbols(site_url, built_html, watched):
    """What is typed, and where the first of what is found leads; a symbol's row says what it means."""
    page = watched().page
    page.goto(f"{site_url}/search.html?q=momentum")
    notation = (built_html / "chapters" / "notation.html").read_text(encoding="utf-8")
    for typed, first in (("learning rate", "glossary.html#term-learning-rate"), ("ReLU", "glossary.html#term-ReLU"),
                         ("cross-entropy", "glossary.html#term-cross-entropy"), ("σ", "the sigmoid"),
                         ("∂", "a partial derivative"), ("dW", "the gradient of the loss by"), ("eta", "learning rate"),
                         ("η", "learning rate"), ("λ", "curvature of a parabola"), ("∇", "the gradient"),
                         ("dy/dx", "how fast")):
        page.wait_for_selector("#search-results li > a")
        page.evaluate("typed => { document.getElementById('search-results').replaceChildren(); "
                      "Search.performSearch(typed); }", typed)  # as the page does for what stands in its address
        page.wait_for_selector("#search-results li > a")
        found = page.locator("#search-results li > a").first.get_attribute("href")
        if "notation.html#" in found:
            row = re.search(rf'<tr [^>]*id="{found.partition("#")[2].partition("?")[0]}".*?</tr>', notation, re.S)[0]
            assert first in re.sub(r"<[^>]*>", "", row), typed
        else:
            assert found.endswith(first), (typed, found)
