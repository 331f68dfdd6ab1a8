"""One visit to every page at each width, asked everything at once: loading a page takes longer than asking it.

``Visits`` visits when somebody first wants to know, and remembers. A width is one of `WIDTHS`; what was found is read
with ``complaints(width, scheme, check)``, where a check is

* a function of ``page_checks.js``, in either colour scheme, everything that folds open;
* the same of "spaced", the scheme with the wider spacing of text that WCAG 1.4.12 asks a page to bear;
* "axe" in either scheme, or "problems": whatever went wrong while the page was loaded (scheme "light").
"""

from pathlib import Path
from typing import NamedTuple

import axe_playwright_python
from browser import Watched

SCHEMES = ("light", "dark")


class Width(NamedTuple):
    pixels: int
    folder: bool
    """Opened from a folder, else from a server."""
    axe: bool


WIDTHS = {"desktop": Width(1280, False, True), "telephone": Width(375, True, True), "zoomed": Width(320, False, False)}
"""320 pixels are what is left of 1280 at 400 %."""

HERE = Path(__file__).parent
CHECKS = (HERE / "page_checks.js").read_text(encoding="utf-8")
ASK_AXE = (HERE / "page_axe.js").read_text(encoding="utf-8")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")

SETTLE = """document.fonts.ready.then(() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(done))))"""
"""Fonts are there and a frame has been drawn."""

OPEN = """() => {
  document.querySelectorAll('details').forEach(fold => { fold.open = true; });
  document.querySelectorAll('.admonition.toggle-hidden button.toggle-button').forEach(button => button.click());
  document.querySelectorAll('.mlp-live').forEach(figure => figure.dispatchEvent(new Event('focusin')));  // wakes it
}"""

SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`body :not(.katex, .katex *, svg, svg *) { line-height: 1.5 !important;
    letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""

LEAN = """() => {
  document.querySelectorAll('svg[role=img]').forEach(picture => picture.replaceChildren());
  document.querySelectorAll('.katex').forEach(formula => { formula.textContent = 'x'; });
}"""
"""Nine tenths of a page are the insides of pictures, which `role=img` hides, and of formulas, whose MathML axe does not
read. Without them axe takes a second instead of twenty. What can be worked would have to stay: `SEALED` looks."""

SEALED = """() => [...document.querySelectorAll('svg[role=img] *, .katex *')]
  .filter(part => part.matches('a, button, input, select, [tabindex], [role]'))
  .map(part => `in a picture or formula: ${part.outerHTML.slice(0, 120)}`)"""



def ask(page, names=None):
    """{check: complaints} of a page as it stands."""
    return page.evaluate(f"names => {{ const {{ checks }} = {CHECKS}; return Object.fromEntries("
                         "(names || Object.keys(checks)).map(name => [name, checks[name]()])); }", names)


def ask_axe(page, colours=False):
    """What axe finds on a page that is `LEAN` already."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return page.evaluate(ASK_AXE, colours)


def open_page(page, address):
    """Load a page, wait until its fonts are there and it has been drawn."""
    page.goto(address)
    page.evaluate(SETTLE)


def visit(view, address, axe):
    """Everything that is found on one page: {(scheme, check): complaints}."""
    page, found = view.page, {}
    page.emulate_media(color_scheme="light")
    open_page(page, address)
    found["light", "problems"] = view.take_problems()
    page.evaluate(OPEN)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLE)
        found.update({(scheme, check): told for check, told in ask(page).items()})
        themes = page.evaluate("document.documentElement.dataset.theme || null")
        expected = None if address.endswith("404.html") else scheme
        found[scheme, "theme"] = [] if themes == expected else [f"the page is {themes}"]
    page.evaluate(SPACED)
    found.update({("spaced", check): told for check, told in ask(page, ["sideways", "clipped", "overlaps"]).items()})
    if axe:
        page.evaluate("document.adoptedStyleSheets = []")
        found["dark", "axe"] = page.evaluate(SEALED)
        page.evaluate(LEAN)
        found["dark", "axe"] += ask_axe(page, colours=True)
        page.emulate_media(color_scheme="light")
        page.evaluate(SETTLE)
        found["light", "axe"] = ask_axe(page)
    found["light", "problems"] += view.take_problems()
    return found


class Visits:
    """Visits to all `pages` (addresses within the book), made when they are first asked about."""

    def __init__(self, browser, pages, site_url, folder):
        self.browser, self.pages, self.site_url, self.folder = browser, pages, site_url, folder
        self.found = {}

    def _visit(self, width):
        pixels, folder, axe = WIDTHS[width]
        found = {}
        with Watched(self.browser, viewport={"width": pixels, "height": 900}, reduced_motion="reduce") as view:
            for name in self.pages:
                address = (self.folder / name).as_uri() if folder else f"{self.site_url}/{name}"
                found[name] = visit(view, address, axe)
        return found

    def complaints(self, width, scheme, check):
        """What a check found, one line each with its page; nothing if all is well."""
        if width not in self.found:
            self.found[width] = self._visit(width)
        return "\n".join(f"{name}: {told}" for name, found in self.found[width].items()
                         for told in found[scheme, check][:8])
