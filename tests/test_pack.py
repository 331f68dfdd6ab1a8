"""The archive for a room without internet: everything in it, the same bytes each time, and it opens from a folder."""

import json
import re
import subprocess
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
def test_what_make_zip_makes_works_from_a_folder(built_html, root, tmp_path, watched):
    """Unpacked where a teacher might: a figure moves, the search finds, code is copied, a notebook is there."""
    made = subprocess.run(["make", "--silent", "zip"], cwd=root, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    archive = re.search(r"The book is packed in (.*\.zip) \(", made.stdout)[1]
    place = tmp_path / "Room 7, without internet"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place)
    view = watched()
    page = view.page
    view.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto((place / pack_book.NAME / "index.html").as_uri())
    page.wait_for_url("**/chapters/index.html")
    page.goto((place / pack_book.NAME / "chapters" / "08-gradient-descent.html").as_uri())
    slider = page.locator("#gd-curve-p0")
    before = page.locator("#gd-curve .mlp-sentence").inner_text()
    slider.focus()
    slider.press("End")
    page.wait_for_function("before => document.querySelector('#gd-curve .mlp-sentence').textContent !== before",
                           arg=before)
    cell = page.locator("div.cell_input").first
    cell.hover()
    cell.locator("button.copybtn").click()
    page.wait_for_selector("button.copybtn.success")
    assert page.evaluate("navigator.clipboard.readText()").strip() == cell.locator("pre").inner_text().strip()
    page.locator("button:has(.fa-download)").click()
    with view.context.expect_page() as opened:  # from a folder a browser shows the file instead of saving it
        page.locator("a", has_text=".ipynb").click()
    assert json.loads(opened.value.locator("body").inner_text())["cells"]
    page.locator(".search-button-field:visible").click()
    page.locator("input[type=search]:visible").first.fill("momentum")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=momentum*")
    page.locator("#search-results a[href*='08-gradient-descent']").first.click()
    page.wait_for_url("**/08-gradient-descent.html**")
