"""The built book in a real browser: every page, cut off from every other machine."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

pytestmark = [pytest.mark.build, pytest.mark.browser]

SCHEMES = ("light", "dark")
NARROW = (375, 320)


@pytest.fixture(scope="session")
def pages(built_html) -> list[str]:
    """Every page of the book, as an address within it."""
    found = sorted(path.relative_to(built_html).as_posix() for path in built_html.rglob("*.html")
                   if "_static" not in path.parts and "_sources" not in path.parts)
    found.remove("index.html")  # only sends the reader on
    assert len([page for page in found if page.startswith("chapters/")]) >= 3
    return found


@pytest.fixture(scope="session")
def chapters(pages) -> list[str]:
    return [page for page in pages if page.startswith("chapters/")]


def settle(page):
    """Wait until the page has loaded, its fonts are there and one frame has been drawn."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => done())))")


def test_the_front_door_opens_on_the_first_page(site_url, built_html, watched):
    page = watched().page
    for address in (f"{site_url}/", (built_html / "index.html").as_uri()):
        page.goto(address)
        page.wait_for_url("**/chapters/index.html")
        page.wait_for_selector(".bd-article h1")


WIDER = """() => {
  const width = document.documentElement.clientWidth;
  const boxed = element => {
    for (let e = element.parentElement; e; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== "visible") return true;
    return false;
  };
  return [...document.querySelectorAll("main *")]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !boxed(e))
    .slice(0, 5).map(e => e.outerHTML.slice(0, 160));
}"""


def test_every_page_loads_without_a_word_of_complaint(pages, site_url, watched):
    view = watched()
    for name in pages:
        view.page.goto(f"{site_url}/{name}")
        settle(view.page)
        assert view.take_problems() == [], name


def test_every_page_loads_from_a_folder(pages, built_html, watched):
    view = watched()
    for name in pages:
        view.page.goto((built_html / name).as_uri())
        settle(view.page)
        assert view.take_problems() == [], name


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", NARROW)
def test_no_page_scrolls_sideways(width, scheme, pages, site_url, watched):
    view = watched(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name in pages:
        view.page.goto(f"{site_url}/{name}")
        settle(view.page)
        for details in view.page.locator("details").all():
            details.evaluate("e => e.open = true")
        scroll, client = view.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert scroll <= client, f"{name}: {scroll} > {client}: {view.page.evaluate(WIDER)}"


def test_the_width_check_notices_a_wide_page(chapters, site_url, watched):
    page = watched(viewport={"width": 375, "height": 800}).page
    page.goto(f"{site_url}/{chapters[0]}")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"width:900px\">x</p>')")
    assert page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_stands_out_from_its_ground(scheme, chapters, site_url, watched):
    """Prose, code and outputs reach a contrast of 4.5 : 1 (WCAG AA) as the reader's system asks for light or dark."""
    view = watched(color_scheme=scheme)
    for name in chapters:
        view.page.goto(f"{site_url}/{name}")
        settle(view.page)
        assert view.page.evaluate("document.documentElement.dataset.theme") == scheme
        for selector in ("main p", "main h1", "main .cell_input pre", "main .cell_output pre", "main figcaption",
                         "main .katex-html", "nav a"):
            for element in view.page.locator(selector).all()[:5]:
                assert element.evaluate(CONTRAST) >= 4.5, (name, selector, element.inner_text()[:60])


CONTRAST = """element => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = [255, 255, 255];
  for (let e = element; e; e = e.parentElement) {
    const [r, g, b, alpha = 1] = numbers(getComputedStyle(e).backgroundColor);
    if (alpha > 0.99) { ground = [r, g, b]; break; }
  }
  const [one, two] = [luminance(ground), luminance(numbers(getComputedStyle(element).color))];
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}"""


def test_the_switch_changes_the_colours(chapters, site_url, watched):
    page = watched(color_scheme="light").page
    page.goto(f"{site_url}/{chapters[0]}")
    settle(page)
    ground = "getComputedStyle(document.body).backgroundColor"
    seen = {page.evaluate(ground)}
    for _ in range(3):
        before = page.evaluate("document.documentElement.dataset.mode")
        page.locator("button.theme-switch-button:visible").click()
        page.wait_for_function("old => document.documentElement.dataset.mode !== old", arg=before)
        seen.add(page.evaluate(ground))
    assert len(seen) == 2


@pytest.mark.parametrize("width", [1280, 375])
def test_one_way_to_search_is_shown(width, pages, site_url, watched):
    view = watched(viewport={"width": width, "height": 800})
    for name in pages:
        view.page.goto(f"{site_url}/{name}")
        settle(view.page)
        shown = view.page.locator(".search-button:visible, .search-button-field:visible, "
                                  "main input[type=search]:visible, header input[type=search]:visible")
        expected = 2 if name == "search.html" else 1  # the search page has its own field beside the button
        assert shown.count() <= expected, (name, [item.evaluate("e => e.outerHTML") for item in shown.all()])
        assert shown.count() >= 1, name


def test_search_finds_a_word_of_the_book(site_url, watched):
    page = watched().page
    page.goto(f"{site_url}/search.html?q=momentum")
    page.wait_for_selector("#search-results li a")
    found = [link.get_attribute("href") for link in page.locator("#search-results li > a").all()]
    assert "glossary.html#term-momentum" in found[0]  # what the word means, and where it is taught
    assert any("08-gradient-descent" in address for address in found)


def test_maths_is_readable_without_javascript(chapters, site_url, watched):
    view = watched(java_script_enabled=False)
    seen = 0
    for name in chapters:
        view.page.goto(f"{site_url}/{name}")
        view.page.wait_for_load_state("load")
        assert view.page.locator(".katex-error").count() == 0, name
        assert "\\(" not in view.page.locator("main").inner_text(), name
        for formula in view.page.locator(".katex").all()[:5]:
            if not formula.is_visible():
                continue  # in a folded solution
            seen += 1
            drawn = formula.locator(".katex-html").bounding_box()
            assert drawn["width"] > 3
            assert drawn["height"] > 3
            spoken = formula.locator(".katex-mathml").bounding_box()  # for screen readers: one pixel, clipped
            assert spoken["width"] <= 1
            assert spoken["height"] <= 1
    assert seen >= 5


def test_maths_comes_in_its_own_fonts(site_url, watched):
    page = watched().page
    page.goto(f"{site_url}/chapters/08-gradient-descent.html")
    settle(page)
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
        for address in re.findall(r"url\(['\"]?(https?:)?//[^)]*\)|@import", sheet.read_text(encoding="utf-8")):
            assert not address, sheet
