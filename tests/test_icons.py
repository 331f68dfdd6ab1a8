"""The icons of the pages: a small font cut from the theme's."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from fontTools import ttLib
from sphinx.errors import ExtensionError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_icons


def application(folder):
    return SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=folder)


def test_the_font_draws_every_icon_and_is_small(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "page.html").write_text('<i class="fa-solid fa-bars"></i><i class="fas fa-rocket fa-lg"></i>')
    book_icons.write_icons(application(tmp_path), None)
    made = tmp_path / "_static" / "icons.woff"
    drawn = set(ttLib.TTFont(made).getBestCmap())
    assert set(book_icons.code_points().values()) <= drawn
    assert book_icons.named_in_styles() <= drawn
    assert made.stat().st_size < 8_000
    first = made.read_bytes()
    book_icons.write_icons(application(tmp_path), None)
    assert made.read_bytes() == first


def test_a_page_with_an_icon_that_was_not_cut_out_stops_the_build(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "page.html").write_text('<i class="fa-solid fa-otter"></i>')
    with pytest.raises(ExtensionError, match=r"page\.html shows fa-otter"):
        book_icons.write_icons(application(tmp_path), None)


@pytest.mark.build
def test_the_theme_s_own_fonts_are_not_shipped(built_html):
    assert not list(built_html.rglob("fa-*.woff2"))
    assert (built_html / "_static" / "icons.LICENSE.txt").stat().st_size > 1000
