"""Prints the built book as one PDF: ``make pdf``.

Run as ``python _ext/print_book.py FOLDER FILE``. The book is laid out by a browser twice: the first time tells on which
sheet everything is, the second has these numbers in its table of contents. Same book, same browser, same bytes.
"""

import re
import sys
import tempfile
from pathlib import Path

from chromium import open_browser
from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from whole_book import document

SETTINGS = {"prefer_css_page_size": True, "print_background": True}
NUMBER = """numbers => {
  for (const line of document.querySelectorAll("[data-sheet-of]")) line.textContent = numbers[line.dataset.sheetOf];
}"""
LIMIT = 600_000  # milliseconds for a book's pages, on a slow machine
DATE = b"D:20200101000000+00'00'"  # the one that book_execution gives to all who write a date
DATES = re.compile(rb"(/(?:CreationDate|ModDate) \()D:\d{14}[+-]\d\d'\d\d'")
DOUBLED = re.compile(rb"/Title \((?:((?:[^()\\]|\\.)+)\1|((?:[^()\\]|\\.){6,})\2((?:[^()\\]|\\.)*)"
                     rb"|((?:[^()\\]|\\.)+?)((?:[^()\\]|\\.){4,})\5)\)")  # all of it, its beginning, or its end


def sheets(pdf):
    """{place: number of the sheet}, for every place in a PDF that something leads to."""
    reader = PdfReader(pdf)
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages, 1)}
    return {place.removeprefix("/"): numbers[target.raw_get(0).idnum if hasattr(target, "raw_get") else target[0].idnum]
            for place, target in reader.root_object["/Dests"].items()}


def mend(pdf):
    """The bytes of a PDF without the time of day, and with each bookmark's words once.

    Chromium writes a heading that had to move to the next sheet twice, or so much of it as had found room, or as had
    not. What is taken out leaves blanks, because a PDF counts its bytes.
    """
    def once(match):
        return (b"/Title (" + b"".join(filter(None, match.groups())) + b")").ljust(len(match[0]))

    return DATES.sub(rb"\1" + DATE, DOUBLED.sub(once, pdf))


def print_book(folder, target):
    """Print the built book in `folder` to the PDF `target`; returns how many sheets it has.

    Raises
    ------
    ValueError
        If the folder holds no book, or the numbers of the sheets change as they are put into the table of contents.
    """
    text, target = document(folder), Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as work:
        source = Path(work) / "book.html"  # what does not come from a file may not load one
        source.write_text(text, encoding="utf-8")
        browser = open_browser(playwright)
        page = browser.new_page()
        page.set_default_timeout(LIMIT)
        page.goto(source.as_uri())
        page.pdf(path=target, **SETTINGS)
        numbers = sheets(target)
        page.evaluate(NUMBER, numbers)
        page.pdf(path=target, **SETTINGS, tagged=True, outline=True)
        browser.close()
    if sheets(target) != numbers:
        target.unlink()
        raise ValueError("the table of contents moved what it lists: its numbers need a fixed width")
    target.write_bytes(mend(target.read_bytes()))
    return len(PdfReader(target).pages)


if __name__ == "__main__":
    count = print_book(*sys.argv[1:3])
    print(f"The book is printed in {Path(sys.argv[2]).resolve()} ({count} pages)")
