"""The book on paper: `make pdf`, and a page printed from the browser."""

import os
import re
import subprocess
import sys
import unicodedata
from functools import cached_property
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "_ext"))

import book_equations  # noqa: E402
import book_paper  # noqa: E402
import print_book  # noqa: E402
import whole_book  # noqa: E402

from chapters import CHAPTERS, CONTENTS  # noqa: E402

NUMBERED = [path for path in CHAPTERS if book_equations.chapter(path.stem)]
PAGES = [Path(page).name for page in CONTENTS]
DROPDOWN = re.compile(r"^(:{3,})\{dropdown\} Solution[^\n]*\n(.*?)^\1[ \t]*$", re.M | re.S)
FIGURE = re.compile(r'<figure class="mlp-(?:live|train)" id="([^"]+)">.*?<figcaption>(.*?)</figcaption>', re.S)
CODE = re.compile(r'code_prompt_show: "Show the (?:code of this )?solution[^"]*"\n(?:---\n)?(.*?)^```', re.M | re.S)
NOT_PROSE = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|\{[a-z:]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|^:\w+:.*$", re.M | re.S)
A4_TEXT = 658  # CSS pixels between the margins of A4


def words(text):
    """The longer words of a text, whatever ligatures it is set with."""
    return re.findall(r"[A-Za-z]{4,}", unicodedata.normalize("NFKC", text))


def runs_through(wanted, found):
    """Do the wanted words come in the found ones, in this order?"""
    rest = iter(found)
    return all(word in rest for word in wanted)


class Printed:
    """The PDF, read: its bookmarks, and the text of the sheets that are asked for."""

    def __init__(self, path):
        self.path, self.reader, self.texts = path, PdfReader(path), {}
        self.places = print_book.sheets(path)

    @cached_property
    def bookmarks(self):
        """(level, title, number of the sheet), in order."""
        def walk(items, level):
            for item in items:
                if isinstance(item, list):
                    yield from walk(item, level + 1)
                else:
                    yield level, item.title, self.reader.get_destination_page_number(item) + 1

        return list(walk(self.reader.outline, 1))

    def text(self, sheet):
        if sheet not in self.texts:
            self.texts[sheet] = unicodedata.normalize("NFKC", self.reader.pages[sheet - 1].extract_text())
        return self.texts[sheet]

    def between(self, first, last):
        return "\n".join(self.text(sheet) for sheet in range(first, last + 1))


@pytest.fixture(scope="session")
def pdf(built_html):
    made = subprocess.run(
        ["make", "pdf"], cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))})
    assert made.returncode == 0, made.stderr[-4000:]
    named = re.search(r"printed in (.*\.pdf) \((\d+) pages\)", made.stdout)
    printed = Printed(named[1])
    assert len(printed.reader.pages) == int(named[2])
    return printed


# --- its parts, without a browser

def test_names_and_links_of_a_page_in_the_whole_book():
    article = ('<p id="end"><a href="#end">here</a> <a href="two.html">two</a> <a href="two.html#x">x</a> '
               '<a href="../_static/a.txt">file</a> <a href="https://example.org/#y">out</a></p><svg>'
               '<use xlink:href="#end"/><path clip-path="url(#end)"/>'
               '<image xlink:href="data:image/png;base64,AA#"/></svg><script>let id = "a";</script>')
    known = {"one", "two"}
    assert whole_book.apart("one", article, known, "") == (
        '<p id="one--end"><a href="#one--end">here</a> <a href="#two">two</a> <a href="#two--x">x</a> <a>file</a> '
        '<a href="https://example.org/#y">out</a></p><svg><use xlink:href="#one--end"/><path clip-path='
        '"url(#one--end)"/><image xlink:href="data:image/png;base64,AA#"/></svg>')
    published = whole_book.apart("one", article, known, "https://example.org/book/")
    assert '<a href="https://example.org/book/_static/a.txt">' in published


def test_a_folder_without_a_book_is_not_printed(tmp_path):
    with pytest.raises(ValueError, match="expected a built book"):
        whole_book.read(tmp_path)


def test_what_asks_for_a_click_is_not_for_paper():
    title = '<p class="collapsed admonition-title">{}</p>'.format
    off = '<span class="off-paper">{}</span>'.format
    assert book_paper.for_paper(title("Show the solution")) == title(off("Show the ") + "solution")
    assert book_paper.for_paper(title("Show code cell source")) == title(off("Show code cell source"))
    assert book_paper.for_paper("<summary>Show the answer</summary>") == f"<summary>{off('Show the ')}answer</summary>"
    assert book_paper.for_paper("<p>Show the solution</p>") == "<p>Show the solution</p>"


def test_a_bookmark_says_its_words_once_and_the_file_keeps_its_length():
    written = b"<</Title (At \\(a\\)At \\(a\\))\n/X 1>> /CreationDate (D:20251231235959+00'00') <</Title (Recap)>> "
    written += b"<</Title (Two lines, the Two lines, the other)>> <</Title (SumsSums)>>"
    written += b"<</Title (Both, on the same pointspoints)>>"
    mended = print_book.mend(written)
    assert b"/Title (At \\(a\\)) " in mended
    assert b"(D:20200101000000+00'00')" in mended
    assert b"/Title (Recap)>>" in mended
    assert b"/Title (Two lines, the other) " in mended
    assert b"/Title (Sums) " in mended
    assert b"/Title (Both, on the same points) " in mended
    assert len(mended) == len(written)


# --- numbers of equations

@pytest.mark.build
@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_the_equations_of_a_chapter_are_numbered_in_order(path, built_html):
    page = (built_html / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
    number = book_equations.chapter(path.stem)
    found = re.findall(r'<div class="math" id="([^"]*)">\s*<span class="eqno">\(([^)]*)\)', page)
    assert len(found) >= 5
    assert found == [(f"equation-{number}-{k}", f"{number}.{k}") for k in range(1, len(found) + 1)]
    for folded in re.findall(r"<details.*?</details>", page, re.S):
        if "Solution" in folded or "Show the solution" in folded:
            assert "eqno" not in folded


# --- the PDF

@pytest.mark.slow
@pytest.mark.build
@pytest.mark.browser
def test_the_bookmarks_are_the_chapters_in_order_and_the_contents_say_where_they_are(pdf, built_html):
    tops = [title for level, title, _ in pdf.bookmarks if level == 1]
    heads = [next(line[2:].strip() for line in (ROOT / f"{page}.md").read_text(encoding="utf-8").splitlines()
                  if line.startswith("# ")) for page in CONTENTS]
    numbers = map(book_equations.chapter, CONTENTS)
    assert tops == ["Contents"] + [f"{number} {head}".strip() for number, head in zip(numbers, heads, strict=True)]
    wanted = [(title, sheet) for level, title, sheet in pdf.bookmarks if level <= 2][1:]
    first = next(sheet for level, title, sheet in pdf.bookmarks[1:] if level == 1)
    listed = pdf.between(2, first - 1)
    lines = [(words(title), int(sheet)) for title, sheet in re.findall(r"^(.*[A-Za-z].*?)\s+(\d+)$", listed, re.M)]
    assert lines == [(words(title), sheet) for title, sheet in wanted]


@pytest.mark.slow
@pytest.mark.build
@pytest.mark.browser
def test_no_sheet_is_empty_and_no_link_leads_astray(pdf):
    beyond = set()
    for number, sheet in enumerate(pdf.reader.pages, 1):
        assert re.search(rb"\bT[jJ]\b", sheet.get_contents().get_data()), f"sheet {number} is empty"
        for link in (each.get_object() for each in sheet.get("/Annots", ())):
            left, _, right, _ = map(float, link["/Rect"])
            assert 0 <= left < right <= sheet.mediabox.width, f"a link beyond the edge of sheet {number}"
            if action := link.get("/A"):
                beyond.add(str(action.get_object().get("/URI")))
            else:
                assert str(link["/Dest"]).lstrip("/") in pdf.places
    assert beyond
    assert not [address for address in beyond if not address.startswith(("https://", "http://", "mailto:"))]


@pytest.mark.slow
@pytest.mark.build
@pytest.mark.browser
def test_every_solution_is_in_it(pdf):
    starts = {}  # (chapter, exercise): its sheets
    chapter = ""
    for (level, title, sheet), (*_, after) in zip(pdf.bookmarks, pdf.bookmarks[1:]):
        if level == 1:
            chapter = re.match(r"\d*", title)[0]
        elif chapter and (found := re.match(r"Exercise (\d+)", title)):
            starts[chapter, int(found[1])] = sheet, after
    checked = 0
    for path in NUMBERED:
        source, chapter = path.read_text(encoding="utf-8"), book_equations.chapter(path.stem)
        for number, exercise in re.findall(r"^### Exercise (\d+)(.*?)(?=^##|\Z)", source, re.M | re.S):
            solutions = [NOT_PROSE.sub(" ", body) for _, body in DROPDOWN.findall(exercise)]
            solutions += CODE.findall(exercise)
            assert solutions, f"no solution of exercise {number} in {path.name}"
            text = pdf.between(*starts[chapter, int(number)])
            for solution in solutions:
                assert runs_through(words(solution), words(text)), f"{path.name}, exercise {number}: {solution[:200]}"
                checked += 1
    assert checked > 90


@pytest.mark.slow
@pytest.mark.build
@pytest.mark.browser
def test_every_live_figure_is_a_still_with_its_caption(pdf, built_html):
    seen = 0
    for page in PAGES:
        built = (built_html / "chapters" / f"{page}.html").read_text(encoding="utf-8")
        for name, caption in FIGURE.findall(built):
            sheet = pdf.places[f"{page}--{name}"]
            text = pdf.between(sheet, sheet)
            assert runs_through(words(re.sub("&[^;]*;", " ", caption))[:8], words(text)), f"{name} on sheet {sheet}"
            for control in ("Reset the sliders", "Start again", "One epoch", "Play\n"):
                assert control not in text, f"{control!r} on sheet {sheet}"
            seen += 1
    assert seen > 30


@pytest.mark.slow
@pytest.mark.build
@pytest.mark.browser
def test_equations_keep_their_numbers_and_the_file_says_what_it_is(pdf):
    for path in NUMBERED:
        number = book_equations.chapter(path.stem)
        for k in (1, 5):
            assert f"({number}.{k})" in pdf.text(pdf.places[f"{path.stem}--equation-{number}-{k}"])
    assert pdf.reader.metadata.title == "How a Neural Network Learns"
    assert pdf.reader.metadata.creation_date.year == 2020
    root = pdf.reader.root_object
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]  # tagged, for who listens to it
    assert float(pdf.reader.pages[0].mediabox.width) == pytest.approx(595, abs=1)


# --- a page printed from the browser

STATE = """() => {
  const shown = each => each.checkVisibility() && each.getBoundingClientRect().height > 1;
  const article = document.querySelector("article.bd-article");
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const beyond = [], width = document.documentElement.clientWidth;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(".katex-mathml, .mlp-announce, svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || (box.right < width + 1 && box.left > -1)) continue;
      beyond.push(node.data.trim().slice(0, 60));
      break;
    }
  }
  const hidden = ".bd-header, .bd-sidebar-primary, .bd-sidebar-secondary, .bd-footer, .prev-next-footer, "
    + ".bd-header-article, .mlp-controls, .mlp-play, .headerlink, .copybtn, #pst-back-to-top, .mlp-reset, "
    + "article input, article select, article button";
  const folded = [...article.querySelectorAll("details")];
  return {
    beyond, width: document.documentElement.scrollWidth,
    theme: document.documentElement.dataset.theme, paper: getComputedStyle(document.body).backgroundColor,
    ink: getComputedStyle(article.querySelector("p")).color,
    wrong: [...document.querySelectorAll(hidden)].filter(shown).map(each => each.className || each.tagName),
    folds: folded.length, closed: folded.filter(each => !shown(each.lastElementChild)).length,
    figures: [...article.querySelectorAll(".mlp-live svg, .mlp-train svg")].filter(shown).length,
  };
}"""


@pytest.mark.build
@pytest.mark.browser
@pytest.mark.parametrize("page", ["index", "04-partial-derivatives", "07-backward-pass", "10-digits", "ledger",
                                  "worksheet"])
def test_a_page_on_paper_is_its_text_and_nothing_is_cut(page, site_url, watched):
    opened = watched(viewport={"width": A4_TEXT, "height": 900}, color_scheme="dark").page
    opened.goto(f"{site_url}/chapters/{page}.html")
    on_screen = opened.evaluate(STATE)
    assert on_screen["theme"] == "dark"
    assert on_screen["closed"] == on_screen["folds"]
    opened.emulate_media(media="print")
    opened.locator("html[data-theme=light]").wait_for(state="attached")
    printed = opened.evaluate(STATE)
    assert not printed["beyond"]
    assert printed["width"] <= A4_TEXT
    assert not printed["wrong"]
    assert printed["closed"] == 0
    assert printed["figures"] == on_screen["figures"]
    assert printed["paper"] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert max(map(int, re.findall(r"\d+", printed["ink"])[:3])) < 100  # dark ink
    opened.emulate_media(media="screen")
    opened.locator("html[data-theme=dark]").wait_for(state="attached")
    assert opened.evaluate(STATE)["closed"] == on_screen["folds"]


@pytest.mark.build
@pytest.mark.browser
def test_without_scripts_what_is_folded_lies_open_on_paper_too(site_url, watched):
    opened = watched(viewport={"width": A4_TEXT, "height": 900}, java_script_enabled=False).page
    opened.goto(f"{site_url}/chapters/07-backward-pass.html")
    folds = opened.locator("article details > :last-child")
    assert not folds.first.is_visible()
    opened.emulate_media(media="print")
    assert all(fold.is_visible() for fold in folds.all())
    assert not opened.locator(".mlp-controls").first.is_visible()
