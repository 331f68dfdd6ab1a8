"""What the pages carry and weigh: nothing that no page loads, no chapter over 350 kB, and nothing moves by itself."""

import gzip
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from browser import Watched

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_light

from chapters import CHAPTERS

LIMIT = 350_000
TEXTS = [path for path in CHAPTERS if path.stem != "gallery"]  # which shows the pictures of all the others at once
PACKED = (".png", ".woff", ".woff2")  # compressed already: a server sends them as they are


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_what_is_named_by_page_style_or_script_stays_and_the_rest_goes(tmp_path):
    write(tmp_path, {
        "chapters/one.html": '<link rel="stylesheet" href="../_static/a.css?v=1"><script src="../_static/s/a.js">'
                             '</script><p>../_static/spoken-of.css</p>',
        "_static/a.css": '@import "b.css"; i { background: url(pictures/i.png) }\n/*# sourceMappingURL=a.css.map */',
        "_static/b.css": "@font-face { src: url('f.woff2') }",
        "_static/s/a.js": 'load("more.js");\n//# sourceMappingURL=a.js.map',
        "_static/s/more.js": "", "_static/pictures/i.png": "", "_static/f.woff2": "",
        "_static/a.css.map": "", "_static/s/a.js.map": "", "_static/spoken-of.css": "", "_static/locales/de/x.mo": "",
        "_static/macros.html": '<script src="only-here.js">', "_static/only-here.js": "",
        "_static/licences/x.txt": "", "_static/s/a.js.LICENSE.txt": "", "_static/cover.png": "",
    })
    application = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path)
    for _ in range(2):  # a second build finds what the first has left
        book_light.drop_what_no_page_loads(application, None)
        left = {path.relative_to(tmp_path / "_static").as_posix() for path in (tmp_path / "_static").rglob("*")}
        assert left == {"a.css", "b.css", "s", "s/a.js", "s/more.js", "pictures", "pictures/i.png", "f.woff2",
                        "licences", "licences/x.txt", "s/a.js.LICENSE.txt", "cover.png"}
        for name in ("a.css", "s/a.js"):
            assert "sourceMappingURL" not in (tmp_path / "_static" / name).read_text()
        assert "pictures/i.png" in (tmp_path / "_static/a.css").read_text()


def test_rules_for_classes_that_nothing_names_go_and_the_others_stay(tmp_path):
    write(tmp_path, {
        "one.html": '<p class="shown alone">x</p><script>add("inline-made")</script>',
        "_static/a.js": 'element.classList.add("scripted", "tip-" + place);',
        "_static/sphinx-design.min.css":
            "/*! Whose it is */ /* a remark */ p, .shown > b { color: red } .unknown { color: red } "
            ".shown.unknown, .alone:not(.unknown) { top: 0 } .shown .unknown { top: 1px } "
            ".inline-made, .scripted { top: 2px } .tip-left { top: 3px } @media print { .unknown { top: 4px } } "
            "@media print { .shown { top: 5px } .nothing { top: 6px } } @font-face { font-family: x } "
            "@supports (top: 0) { .unknown { top: 7px } }",
        "_static/book.css": ".unknown { top: 8px }",
    })
    application = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path)
    for _ in range(2):  # a second build finds what the first has left
        book_light.drop_rules_for_nothing(application, None)
        left = re.sub(r"\s+", " ", (tmp_path / "_static/sphinx-design.min.css").read_text())
        assert left == ("/*! Whose it is */ p, .shown > b { color: red } "
                        ".shown.unknown, .alone:not(.unknown) { top: 0 } .inline-made, .scripted { top: 2px } "
                        ".tip-left { top: 3px } @media print {.shown { top: 5px }} @font-face { font-family: x }")
        assert (tmp_path / "_static/book.css").read_text() == ".unknown { top: 8px }"


def test_every_exception_gives_its_reason():
    assert all(len(reason.split()) >= 3 for reason in book_light.KEPT.values())


def test_the_script_for_tabs_comes_with_tabs():
    for body, kept in (("<p>no tabs</p>", ["a.js"]), ('<div class="sd-tab-set">', ["a.js", "_static/design-tabs.js"])):
        context = {"body": body, "script_files": [SimpleNamespace(filename="a.js"),
                                                  SimpleNamespace(filename="_static/design-tabs.js")]}
        book_light.drop_tabs(None, "page", "page.html", context, None)
        assert [file.filename for file in context["script_files"]] == kept


@pytest.mark.build
def test_no_file_of_the_built_book_is_without_a_page(built_html):
    """Read by other eyes than the extension's: a file's bare name stands in some page, style sheet or script."""
    static = built_html / "_static"
    texts = {path: path.read_text(encoding="utf-8") for path in built_html.rglob("*")
             if path.suffix in (".html", ".css", ".js") and path.is_file()}
    lonely = []
    for path in static.rglob("*"):
        name = path.relative_to(static).as_posix()
        if path.is_file() and not book_light.kept(name):
            others = (text for other, text in texts.items() if other != path)
            if not any(re.search(rf"[\"'(/]{re.escape(path.name)}[\"')?]", text) for text in others):
                lonely.append(name)
    assert not lonely
    assert not [path for path in built_html.rglob("*") if path.suffix in (".map", ".mo", ".po")]


@pytest.mark.build
@pytest.mark.browser
def test_a_chapter_weighs_at_most_350_kilobytes_and_nothing_on_it_shifts(built_html, site_url, browser):
    """All requests of a fresh visit, compressed as an ordinary server does it; shifts as browsers score them."""
    weights, shifts = {}, {}
    for path in TEXTS:
        page = path.relative_to(path.parents[1]).with_suffix(".html").as_posix()
        with Watched(browser, viewport={"width": 1280, "height": 900}) as view:
            answers = {}
            view.page.add_init_script("""window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(
                entry => { window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });""")
            view.context.on("response", lambda answer, answers=answers: answers.setdefault(answer.url, answer))
            view.page.goto(f"{site_url}/{page}")
            view.page.wait_for_load_state("load")
            view.page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => 0)")
            weights[page] = sum(len(answer.body() if answer.url.split("?")[0].endswith(PACKED)
                                    else gzip.compress(answer.body(), 6)) for answer in answers.values())
            assert view.take_problems() == []
            assert len(answers) > 10
            shifts[page] = view.page.evaluate("window.shift")
    heavy = {page: weight for page, weight in weights.items() if weight > LIMIT}
    assert not heavy, heavy
    assert max(shifts.values()) < 0.05, shifts
    print(*(f"{page}: {weights[page] / 1e3:.0f} kB, shift {shifts[page]:.4f}" for page in weights), sep="\n")  # -rP
