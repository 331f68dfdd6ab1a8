"""What the pages are made with, and under which licence: the table of the page on licences, and the licences' texts.

`WORKS` accounts for every file of ``_static`` that is not the book's own (`OWN`). The texts come from the installed
packages, so they belong to the versions that are shipped.
"""

from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

import matplotlib as mpl
from book_icons import VENDOR
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinxcontrib.katex import katex_version

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Work:
    """Something that others made and the pages carry.

    Attributes
    ----------
    name, used_for, licence : str
    package : str
        The installed package it comes in: says which version, and brings the licence's text.
    holder : str
        For works under the MIT licence that come inside a package without a text of their own: years and name.
    text : Path
        Where the licence's text is kept otherwise.
    version : str
        For works that are no installed package, where it is known.
    files : tuple of str
        Patterns of the files in ``_static`` that are its.
    """

    name: str
    used_for: str
    licence: str
    package: str = ""
    holder: str = ""
    text: Path | None = None
    version: str = ""
    files: tuple = ()

    @property
    def file(self):
        """The licence's text in the built book, below ``_static/licences``."""
        return self.name.lower().replace(" ", "-") + ".txt"

    def terms(self):
        """The text of the licence.

        Raises
        ------
        ValueError
            If nothing says where it is, or the package does not bring it.
        """
        if self.text:
            return self.text.read_text(encoding="utf-8")
        if self.holder:
            return (HERE / "licences" / "mit.txt").read_text(encoding="utf-8").format(holder=self.holder)
        brought = [file for file in metadata.files(self.package) or [] if file.name.upper().startswith("LICEN")
                   and ".dist-info" in file.parts[0]]
        if not brought:
            raise ValueError(f"{self.name}: the package {self.package!r} brings no text of its licence")
        return brought[0].locate().read_text(encoding="utf-8")


WORKS = (
    Work("Sphinx Book Theme", "the look of the pages", "BSD-3-Clause", "sphinx-book-theme",
         files=("styles/sphinx-book-theme.css", "scripts/sphinx-book-theme.js", "images/logo_*")),
    Work("PyData Sphinx Theme", "what that is built on", "BSD-3-Clause", "pydata-sphinx-theme",
         files=("styles/pydata-sphinx-theme.css", "styles/theme.css", "scripts/pydata-sphinx-theme.js")),
    Work("Bootstrap", "menus and columns", "MIT", holder="2011-2024 The Bootstrap Authors", version="5.3.3",
         files=("styles/bootstrap.css", "scripts/bootstrap.js*")),
    Work("Popper", "places Bootstrap's tooltips", "MIT", holder="2019 Federico Zivolo"),
    Work("Sphinx", "search, index and the pages themselves", "BSD-2-Clause", "sphinx",
         files=("basic.css", "doctools.js", "documentation_options.js", "language_data.js", "searchtools.js",
                "sphinx_highlight.js", "file.png", "minus.png", "plus.png")),
    Work("MyST-NB", "cells and their outputs", "BSD-3-Clause", "myst-nb", files=("mystnb.*.css",)),
    Work("accessible-pygments", "the colours of code", "BSD-3-Clause", "accessible-pygments", files=("pygments.css",)),
    Work("sphinx-design", "boxes that fold, and cards", "MIT", "sphinx-design",
         files=("sphinx-design.min.css", "design-tabs.js")),
    Work("sphinx-copybutton", "copy buttons on code", "MIT", "sphinx-copybutton",
         files=("copybutton.*", "copybutton_funcs.js", "check-solid.svg", "copy-button.svg")),
    Work("clipboard.js", "puts code on the clipboard", "MIT", holder="Zeno Rocha", version="2.0.8",
         files=("clipboard.min.js",)),
    Work("Tabler Icons", "the signs on the copy buttons", "MIT", holder="2020-2024 Paweł Kuna"),
    Work("KaTeX", "sets the maths", "MIT", text=HERE / "katex" / "LICENSE", version=katex_version,
         files=("katex/katex.css", "katex/LICENSE")),
    Work("sphinxcontrib-katex", "calls KaTeX while the book is built", "MIT", "sphinxcontrib-katex",
         files=("katex-math.css",)),
    Work("KaTeX fonts", "the letters of the maths, by Design Science and Khan Academy", "OFL-1.1",
         text=HERE / "licences" / "katex-fonts.txt", files=("katex/fonts/*",)),
    Work("Font Awesome Free", "the icons of the buttons, cut out of its fonts and renamed", "OFL-1.1",
         text=VENDOR / "LICENSE.txt", version=VENDOR.name, files=("icons.woff", "icons.css", "icons.LICENSE.txt")),
    Work("DejaVu", "the letters in pictures, as outlines", "Bitstream Vera",
         text=Path(mpl.get_data_path()) / "fonts" / "ttf" / "LICENSE_DEJAVU"),
)

OWN = ("book.css", "private.js", "keyboard.js", "print.*", "live*.js", "live*.css", "train*.js", "train*.css",
       "formula.js", "check-words.js", "self-check.*", "cover.png", "licences/*")
"""Files in ``_static`` that are the book's own work, or texts of licences."""

def owners(name):
    """The works, or None for the book itself, that a file of ``_static`` belongs to."""
    return [work for work in WORKS if any(fnmatch(name, pattern) for pattern in work.files)] + [
        None for pattern in OWN if fnmatch(name, pattern)]


def row(*cells):
    """A row of a table, from texts and nodes."""
    made = nodes.row()
    for cell in cells:
        words = cell if isinstance(cell, nodes.Node) else nodes.Text(cell)
        made += nodes.entry("", nodes.paragraph("", "", words))
    return made


class Licences(Directive):
    """``{licences}``: one row for each work, with a link to its licence's text."""

    def run(self):
        page = self.state.document.settings.env.docname
        up = "../" * page.count("/")
        group = nodes.tgroup(cols=4)
        group += [nodes.colspec(colwidth=width) for width in (25, 10, 45, 20)]
        group += nodes.thead("", row("Work", "Version", "What it does here", "Licence"))
        body = nodes.tbody()
        for work in WORKS:
            link = nodes.reference("", work.licence, refuri=f"{up}_static/licences/{work.file}")
            version = metadata.version(work.package) if work.package else work.version
            body += row(work.name, version, work.used_for, link)
        group += body
        return [nodes.table("", group, classes=["colwidths-given"])]


def write_texts(app):
    """The licences' texts, where the pages' own files are."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "licences"
    folder.mkdir(parents=True, exist_ok=True)
    for work in WORKS:
        (folder / work.file).write_text(work.terms(), encoding="utf-8")


def setup(app):
    app.add_directive("licences", Licences)
    app.connect("builder-inited", write_texts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
