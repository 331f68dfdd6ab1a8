"""One visit to every page, asked everything at once: loading a page takes longer than asking it.

``Visits`` visits when somebody first wants to know, and remembers. What was found is read with
``complaints(width, scheme, check)``, where a check is

* a function of ``page_checks.js``, in either colour scheme, everything that folds open;
* the same of "spaced", the scheme with the wider spacing of text that WCAG 1.4.12 asks a page to bear;
* "theme": does the page follow the scheme that the reader's system asks for;
* "axe", at the widths that `axe_rules` names;
* "problems": whatever went wrong while the page was loaded, at the first width of each of `ROUNDS`, scheme "light".
"""

from pathlib import Path

import axe_playwright_python
from browser import Watched

SCHEMES = ("light", "dark")
WIDTHS = {"desktop": 1280, "telephone": 375, "zoomed": 320}
"""In pixels. 320 are what is left of 1280 at 400 %."""

ROUNDS = {"server": ("desktop",), "folder": ("telephone", "zoomed")}
"""Every page is loaded twice: from a server; and from a folder, where its window is made narrower, as zooming does."""


def axe_rules(width, scheme):
    """Which of axe's rules are asked; each rule at every width and scheme where it could find something else."""
    asked = {("desktop", "light"): "all", ("desktop", "dark"): "colours", ("zoomed", "light"): "others"}
    return asked.get((width, scheme))


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


def ask_axe(page, rules="all"):
    """What axe finds on a page that is `LEAN` already, by "all" its rules, those on "colours" or the "others"."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return page.evaluate(ASK_AXE, rules)


def open_page(page, address):
    """Load a page, wait until its fonts are there and it has been drawn."""
    page.goto(address)
    page.evaluate(SETTLE)


def visit(view, address, widths):
    """Everything that is found on one page: {(width, scheme, check): complaints}."""
    page, found = view.page, {}

    def show(width, scheme):
        page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLE)

    show(widths[0], "light")
    open_page(page, address)
    problems = view.take_problems()
    page.evaluate(OPEN)
    for width in widths:
        for scheme in SCHEMES:
            show(width, scheme)
            found.update({(width, scheme, check): told for check, told in ask(page).items()})
            theme = page.evaluate("document.documentElement.dataset.theme || null")
            expected = None if address.endswith("404.html") else scheme
            found[width, scheme, "theme"] = [] if theme == expected else [f"the page is {theme}"]
        page.evaluate(SPACED)
        told = ask(page, ["sideways", "clipped", "overlaps"])
        found.update({(width, "spaced", check): complaints for check, complaints in told.items()})
        page.evaluate("document.adoptedStyleSheets = []")
    sealed = page.evaluate(SEALED)
    page.evaluate(LEAN)
    for width in widths:
        for scheme in SCHEMES:
            if rules := axe_rules(width, scheme):
                show(width, scheme)
                found[width, scheme, "axe"] = sealed + ask_axe(page, rules)
    found[widths[0], "light", "problems"] = problems + view.take_problems()
    return found


class Visits:
    """Visits to all `pages` (addresses within the book), made when they are first asked about."""

    def __init__(self, browser, pages, site_url, folder):
        self.browser, self.pages, self.site_url, self.folder = browser, pages, site_url, folder
        self.found = {}

    def _go_round(self, source):
        found = {}
        with Watched(self.browser, reduced_motion="reduce") as view:
            for name in self.pages:
                address = (self.folder / name).as_uri() if source == "folder" else f"{self.site_url}/{name}"
                found[name] = visit(view, address, ROUNDS[source])
        return found

    def complaints(self, width, scheme, check):
        """What a check found, one line each with its page; nothing if all is well."""
        source = next(source for source, widths in ROUNDS.items() if width in widths)
        if source not in self.found:
            self.found[source] = self._go_round(source)
        return "\n".join(f"{name}: {told}" for name, found in self.found[source].items()
                         for told in found[width, scheme, check][:8])
