"""Licences of what is shipped, and the promise of the privacy line, kept in a browser."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_licences

KEPT = "[Object.keys(localStorage).sort(), Object.keys(sessionStorage), document.cookie]"


@pytest.mark.parametrize("work", book_licences.WORKS, ids=lambda work: work.file)
def test_every_work_brings_the_text_of_its_licence(work):
    text = " ".join(work.terms().split()).lower()
    said = {"MIT": "permission is hereby granted, free of charge",
            "BSD-2-Clause": "redistributions in binary form must reproduce",
            "BSD-3-Clause": "neither the name",
            "OFL-1.1": "sil open font license, version 1.1",
            "Bitstream Vera": "bitstream vera"}[work.licence]
    assert said in text
    assert "copyright" in text
    assert "{" not in text


def test_a_work_without_a_text_is_refused(monkeypatch):
    monkeypatch.setattr(book_licences.metadata, "files", lambda _: [])
    with pytest.raises(ValueError, match="Thing: the package 'thing' brings no text"):
        book_licences.Work("Thing", "nothing", "MIT", "thing").terms()


@pytest.mark.build
def test_every_shipped_file_belongs_to_one_work(built_html):
    static = built_html / "_static"
    for path in static.rglob("*"):
        if path.is_file():
            name = path.relative_to(static).as_posix()
            assert len(book_licences.owners(name)) == 1, name


@pytest.mark.build
def test_the_page_lists_every_work_and_its_text_is_there(built_html):
    page = (built_html / "chapters" / "licences.html").read_text(encoding="utf-8")
    for work in book_licences.WORKS:
        assert f"<p>{work.name}</p>" in page
        assert f'href="../_static/licences/{work.file}"' in page
        assert (built_html / "_static" / "licences" / work.file).read_text(encoding="utf-8") == work.terms()


@pytest.mark.build
def test_licences_and_privacy_stand_on_every_page_and_lead_to_their_place(built_html):
    pages = [*built_html.glob("chapters/*.html"), built_html / "search.html", built_html / "genindex.html"]
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "Text under CC BY 4.0, code under MIT" in text
        line = re.search(r'<p class="privacy">(.*?)</p>', text, re.S)[1]
        assert "No cookies, no trackers, no request to another server" in line
        target, anchor = re.search(r'href="([^"#]*)#(\w+)"', line).groups()
        led_to = (page.parent / target).resolve() if target else page
        assert f'id="{anchor}"' in led_to.read_text(encoding="utf-8")


@pytest.mark.build
@pytest.mark.browser
@pytest.mark.parametrize("place", ["server", "folder"])
def test_nothing_is_kept_but_the_choice_of_colours(place, built_html, site_url, watched):
    """A visit as readers make it: read, scroll the list, choose colours, search, follow what was found."""
    view = watched()
    page, base = view.page, built_html.as_uri() if place == "folder" else site_url
    page.goto(f"{base}/chapters/08-gradient-descent.html")
    page.locator("#gd-curve-p0").press("End")
    page.evaluate("document.querySelector('.bd-sidebar').scrollTop = 50")
    page.locator("button.theme-switch-button:visible").click()
    page.goto(f"{base}/search.html?q=momentum")
    page.wait_for_selector("#search-results li a")
    assert page.evaluate(KEPT) == [["mode", "theme"], [], ""]
    page.locator('#search-results li > a[href*="08-gradient-descent"]').first.click()
    page.wait_for_url("**/08-gradient-descent.html**")
    page.wait_for_load_state("load")
    if place == "server":
        page.wait_for_selector("main .highlighted", state="attached")  # the words looked for are marked, as ever
    assert page.evaluate(KEPT) == [["mode", "theme"], [], ""]
    assert page.evaluate("localStorage.theme") in ("light", "dark")
    assert view.context.cookies() == []


@pytest.mark.build
@pytest.mark.browser
def test_the_check_would_notice_what_is_kept(browser, built_html, site_url):
    page = browser.new_page()
    page.route("**/private.js*", lambda route: route.abort())
    page.goto(f"{site_url}/search.html?q=momentum")
    page.wait_for_selector("#search-results li a")
    assert "sphinx_highlight_terms" in page.evaluate(KEPT)[0]
    page.close()
