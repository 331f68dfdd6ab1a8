"""How pages are found: descriptions, addresses, site map, and a 404 page that helps."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.errors import ExtensionError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_cover
import numpy as np
from book_findable import book_address, describe, first_words
from matplotlib.image import imread


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


def test_a_description_is_the_first_real_paragraph_cut_between_words():
    page = nodes.section("", nodes.paragraph(text="Short."), nodes.paragraph(text="learning " * 40))
    words = first_words(page)
    assert words.startswith("learning learning")
    assert words.endswith("learning …")
    assert len(words) <= 202


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
    found = {}
    for page in sorted((built_html / "chapters").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        (description,) = re.findall(r'<meta name="description" content="([^"]+)"', text)
        assert 'property="og:title"' in text
        found[page.name] = description
    assert len(set(found.values())) == len(found)


@pytest.mark.build
def test_the_404_page_leads_to_every_chapter(built_html):
    text = (built_html / "404.html").read_text(encoding="utf-8")
    for page in (built_html / "chapters").glob("*.html"):
        assert f"chapters/{page.name}" in text
    assert "search.html" in text
