"""How pages are found: descriptions, addresses, site map, and a 404 page that helps."""

import re
import sys
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.errors import ExtensionError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

from book_findable import book_address, first_words


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
