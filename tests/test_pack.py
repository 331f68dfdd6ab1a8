"""The archive for a room without internet: everything in it, the same bytes each time, and it opens from a folder."""

import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import pack_book


def test_a_folder_without_a_book_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected a built book"):
        pack_book.pack(tmp_path, tmp_path / "book.zip")


@pytest.mark.build
def test_the_archive_holds_the_book_and_is_the_same_each_time(built_html, tmp_path):
    pack_book.pack(built_html, tmp_path / "one.zip")
    pack_book.pack(built_html, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        names = set(packed.namelist())
    files = {path for path in built_html.rglob("*") if path.is_file() and path.name != ".buildinfo"}
    assert names == {f"{pack_book.NAME}/{path.relative_to(built_html).as_posix()}" for path in files}


@pytest.mark.build
@pytest.mark.browser
def test_the_unpacked_book_works_from_its_folder(built_html, tmp_path, watched):
    pack_book.pack(built_html, tmp_path / "book.zip")
    with zipfile.ZipFile(tmp_path / "book.zip") as packed:
        packed.extractall(tmp_path)
    page = watched().page
    page.goto((tmp_path / pack_book.NAME / "index.html").as_uri())
    page.wait_for_url("**/chapters/index.html")
    page.goto((tmp_path / pack_book.NAME / "chapters" / "08-gradient-descent.html").as_uri())
    slider = page.locator("#gd-curve-p0")
    before = page.locator("#gd-curve .mlp-sentence").inner_text()
    slider.focus()
    slider.press("End")
    page.wait_for_function("before => document.querySelector('#gd-curve .mlp-sentence').textContent !== before",
                           arg=before)
