"""What the pages carry, and what they leave out, so that no page asks another server for anything."""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.util.index_entries import split_index_msg

FRONT_DOOR = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={page}">
{preview}
</head>
<body><p><a href="{page}">{title}</a></p></body>
</html>
"""

PREVIEW = re.compile(r'<(?:meta (?:property="og:|name="(?:description|twitter:))|link rel="canonical")[^>]*>')

# The theme chooses light or dark when all of a page has been read; until then it had no colours, and what has a border
# got it late, which moved the text. Chosen in the head, both are there from the first frame.
COLOURS = """if (document.documentElement.dataset.theme === "auto") document.documentElement.dataset.theme =
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";"""
# Letters of formulas differ in width from those that stand in for them: asked for before the first formula is read.
LETTERS = """["1em KaTeX_Main", "italic 1em KaTeX_Math"].forEach(function (font) { document.fonts.load(font); });"""


def copy_notebook_style(app):
    """myst-nb copies its style sheet last of all; the first build would then link it otherwise than the second."""
    add_global_html_resources(app, None)


def settle_early(app, pagename, templatename, context, doctree):
    """What would move the text of a page after its first frame is done in its head."""
    app.add_js_file(None, body=COLOURS, priority=100)
    if doctree is not None and next(doctree.findall(nodes.math), next(doctree.findall(nodes.math_block), None)):
        app.add_js_file(None, body=LETTERS, priority=100)


def search_without_a_server(app, pagename, templatename, context, doctree):
    """A page opened from a folder may not read the others, so the search there lists titles without an excerpt."""
    if pagename == "search":
        app.add_js_file(None, body="if (location.protocol === 'file:') "
                                   "DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;", priority=700)


def write_front_door(app, exception):
    """``index.html`` sends the reader on to the first page, and says where that is if a browser will not.

    It is the address that people pass on, and what shows a link's preview follows no such hint: so it says of itself
    what the first page says.
    """
    if exception or app.builder.format != "html":
        return
    first = (Path(app.outdir) / f"{app.config.root_doc}.html").read_text(encoding="utf-8")
    page = FRONT_DOOR.format(language=app.config.language, title=escape(app.config.html_title),
                             page=escape(app.config.root_doc + ".html"), preview="\n".join(PREVIEW.findall(first)))
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def light_without_javascript(app, exception):
    """Where no script runs to choose, a page is light: "auto" has no colours, and code could not be read."""
    if not exception and app.builder.format == "html":
        for path in Path(app.outdir).rglob("*.html"):
            page = path.read_text(encoding="utf-8")
            path.write_text(page.replace(' data-theme="auto">', ' data-theme="light">', 1), encoding="utf-8")


def remove_stale_files(app, exception):
    """Pages whose chapter is gone and pictures that no page shows: Sphinx leaves them lying in the built book."""
    if exception or app.builder.format != "html":
        return
    out, documents = Path(app.outdir), app.env.found_docs
    for page in out.rglob("*.html"):
        name = page.relative_to(out).with_suffix("").as_posix()
        if not name.startswith("_") and name not in {"index", "genindex", "search", "404"} | documents:
            page.unlink()
    for source in (out / "_sources").rglob("*.*"):
        if source.is_file() and source.relative_to(out / "_sources").with_suffix("").as_posix() not in documents:
            source.unlink()
    shown = {name for _, name in app.env.images.values()}
    for picture in (out / "_images").glob("*"):
        if picture.name not in shown:
            picture.unlink()


def search_entries(entries):
    """What the search index holds of one page's index entries, as Sphinx writes it for a page it has just read."""
    found = set()
    for kind, value, target, main, _ in entries:
        words = split_index_msg(kind, value)
        found |= {(word, target or "", main) for word in (words[:1] if kind in {"see", "seealso"} else words)}
    return sorted(found)


def mend_search_index(app):
    """What the search index of a rebuilt book has wrong of the pages that were not read again.

    It keeps words that no page holds any more, and loses the entries of the pages' own indexes.
    """
    index = getattr(app.builder, "indexer", None)
    if index is None:
        return []
    for mapping in (index._mapping, index._title_mapping):
        for word in [word for word, pages in mapping.items() if not pages]:
            del mapping[word]
    entries = app.env.get_domain("index").entries
    index._index_entries = {page: search_entries(entries.get(page, [])) for page in sorted(app.env.all_docs)}
    return []


def setup(app):
    # Jupyter Book always sets this option of an extension that is not loaded here (comments need other servers).
    app.add_config_value("comments_config", {}, "")
    app.connect("builder-inited", copy_notebook_style)
    app.connect("html-page-context", settle_early)
    app.connect("html-page-context", search_without_a_server)
    app.connect("html-collect-pages", mend_search_index)  # the last event before the search index is written
    app.connect("build-finished", write_front_door, priority=900)
    app.connect("build-finished", remove_stale_files)
    app.connect("build-finished", light_without_javascript)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
