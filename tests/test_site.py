"""The built book in a real browser: every page, cut off from every other machine."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from visits import ROUNDS, SCHEMES, SETTLE, WIDTHS

pytestmark = [pytest.mark.build, pytest.mark.browser]


@pytest.fixture(scope="session")
def chapters(pages) -> list[str]:
    return [page for page in pages if page.startswith("chapters/")]


def test_the_front_door_opens_on_the_first_page(site_url, built_html, watched):
    page = watched().page
    for address in (f"{site_url}/", (built_html / "index.html").as_uri()):
        page.goto(address)
        page.wait_for_url("**/chapters/index.html")
        page.wait_for_selector(".bd-article h1")


@pytest.mark.parametrize("source", ROUNDS)
def test_every_page_loads_without_a_word_of_complaint(source, visits):
    assert not (found := visits.complaints(ROUNDS[source][0], "light", "problems")), found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(width, scheme, visits):
    assert not (found := visits.complaints(width, scheme, "sideways")), found


def test_the_switch_changes_the_colours(chapters, site_url, watched):
    page = watched(color_scheme="light").page
    page.goto(f"{site_url}/{chapters[0]}")
    page.evaluate(SETTLE)
    ground = "getComputedStyle(document.body).backgroundColor"
    seen = {page.evaluate(ground)}
    for _ in range(3):
        before = page.evaluate("document.documentElement.dataset.mode")
        page.locator("button.theme-switch-button:visible").click()
        page.wait_for_function("old => document.documentElement.dataset.mode !== old", arg=before)
        seen.add(page.evaluate(ground))
    assert len(seen) == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_one_way_to_search_is_shown(width, visits):
    assert not (found := visits.complaints(width, "light", "search")), found


def test_search_finds_a_word_of_the_book(site_url, watched):
    page = watched().page
    page.goto(f"{site_url}/search.html?q=momentum")
    page.wait_for_selector("#search-results li a")
    found = [link.get_attribute("href") for link in page.locator("#search-results li > a").all()]
    assert "glossary.html#term-momentum" in found[0]  # what the word means, and where it is taught
    assert any("08-gradient-descent" in address for address in found)


FORMULAS = """() => ({
  errors: document.querySelectorAll('.katex-error').length,
  raw: document.querySelector('main').innerText.includes('\\\\('),
  boxes: [...document.querySelectorAll('.katex')].filter(formula => formula.checkVisibility())  // else folded away
    .map(formula => ['.katex-html', '.katex-mathml'].map(part => {
      const box = formula.querySelector(part).getBoundingClientRect();
      return [box.width, box.height];
    })),
})"""


def test_maths_is_readable_without_javascript(chapters, site_url, watched):
    page = watched(java_script_enabled=False).page
    seen = 0
    for name in chapters:
        page.goto(f"{site_url}/{name}", wait_until="load")
        found = page.evaluate(FORMULAS)
        assert page.evaluate("document.documentElement.dataset.theme") == "light", name  # or code would have no colour
        assert not found["errors"], name
        assert not found["raw"], name
        for (width, height), (spoken_width, spoken_height) in found["boxes"]:
            seen += 1
            assert width > 3, name
            assert height > 3, name
            assert spoken_width <= 1, name  # for screen readers: one pixel, clipped
            assert spoken_height <= 1, name
    assert seen >= 100


def test_maths_comes_in_its_own_fonts(site_url, watched):
    page = watched().page
    page.goto(f"{site_url}/chapters/08-gradient-descent.html")
    page.evaluate(SETTLE)
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {"KaTeX_Main", "KaTeX_Math"} <= {family.strip('"') for family in loaded}


def test_solutions_are_folded_and_open(site_url, watched):
    page = watched().page
    page.goto(f"{site_url}/chapters/08-gradient-descent.html")
    solution = page.locator("details.sd-dropdown, .admonition.dropdown").first
    body = solution.locator("p").first
    assert not body.is_visible()
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    body.wait_for(state="visible")


def test_code_is_copied_by_its_button(site_url, watched):
    view = watched()
    view.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view.page.goto(f"{site_url}/chapters/08-gradient-descent.html")
    cell = view.page.locator("div.cell_input").first
    cell.hover()
    cell.locator("button.copybtn").click()
    view.page.wait_for_selector("button.copybtn.success")
    copied = view.page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == cell.locator("pre").inner_text().strip()


class Addresses(HTMLParser):
    """Collects ids, and addresses that a page links to or loads."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids.update(values[name] for name in ("id", "name") if values.get(name))
        if tag == "a" and values.get("href"):
            self.links.add(values["href"])
        elif tag in ("script", "img", "link", "iframe", "source", "video", "audio", "object"):
            named = values.get("src") or values.get("href") or values.get("data")
            if named and values.get("rel") != "canonical":
                self.loads.add(named)


def test_links_within_the_book_lead_somewhere(pages, built_html):
    read = {name: Addresses((built_html / name).read_text(encoding="utf-8")) for name in pages}
    for name, page in read.items():
        for link in page.links | page.loads:
            if urlsplit(link).scheme or link.startswith("//"):
                continue
            target = urlsplit(urljoin(f"/{name}", link))
            path = unquote(target.path).lstrip("/") or name
            assert (built_html / path).is_file(), f"{name} leads to {link}, which is not there"
            if target.fragment and path in read:
                assert unquote(target.fragment) in read[path].ids, f"{name} leads to {link}: no such place"


def test_nothing_is_loaded_from_elsewhere(pages, built_html):
    for name in pages:
        text = (built_html / name).read_text(encoding="utf-8")
        for loaded in Addresses(text).loads:
            assert not urlsplit(loaded).scheme.startswith("http"), f"{name} loads {loaded}"
            assert not loaded.startswith("//")
        for banned in ("mathjax", "require.min.js", "thebe", "html-manager", "googleapis", "unpkg.com", "jsdelivr"):
            assert banned not in re.sub(r"<p>.*?</p>", "", text, flags=re.S).lower(), f"{name} speaks of {banned}"
    for sheet in (built_html / "_static").rglob("*.css"):
        assert not (found := FOREIGN.findall(sheet.read_text(encoding="utf-8"))), (sheet, found)


FOREIGN = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)"';]*""")
"""An address of another server in a style sheet."""


@pytest.mark.parametrize("rule", ["a { src: url(//cdn.x/y) }", '@import "https://cdn.x/y";', "@import url(https://x/y);",
                                  "b { src: url('http://x/y') }"])
def test_an_address_of_another_server_is_seen(rule):
    assert FOREIGN.search(rule)
    assert not FOREIGN.search('@import "../basic.css"; a { src: url(data:font/woff2;base64,//8) } b { src: url(../c) }')
