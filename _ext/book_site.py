"""What the pages carry, and what they leave out, so that no page asks another server for anything."""

from html import escape
from pathlib import Path

from myst_nb.sphinx_ext import add_global_html_resources

FRONT_DOOR = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={page}">
</head>
<body><p><a href="{page}">{title}</a></p></body>
</html>
"""


def copy_notebook_style(app):
    """myst-nb copies its style sheet last of all; the first build would then link it otherwise than the second."""
    add_global_html_resources(app, None)


def search_without_a_server(app, pagename, templatename, context, doctree):
    """A page opened from a folder may not read the others, so the search there lists titles without an excerpt."""
    if pagename == "search":
        app.add_js_file(None, body="if (location.protocol === 'file:') "
                                   "DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;", priority=700)


def write_front_door(app, exception):
    """``index.html`` sends the reader on to the first page, and says where that is if a browser will not."""
    if exception or app.builder.format != "html":
        return
    page = FRONT_DOOR.format(language=app.config.language, title=escape(app.config.html_title),
                             page=escape(app.config.root_doc + ".html"))
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


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


def forget_words(app):
    """Words that no page holds any more: the search index of a rebuilt book keeps them, with no page behind them."""
    index = getattr(app.builder, "indexer", None)
    for mapping in (index._mapping, index._title_mapping) if index else ():
        for word in [word for word, pages in mapping.items() if not pages]:
            del mapping[word]
    return []


def setup(app):
    # Jupyter Book always sets this option of an extension that is not loaded here (comments need other servers).
    app.add_config_value("comments_config", {}, "")
    app.connect("builder-inited", copy_notebook_style)
    app.connect("html-page-context", search_without_a_server)
    app.connect("html-collect-pages", forget_words)  # the last event before the search index is written
    app.connect("build-finished", write_front_door, priority=900)
    app.connect("build-finished", remove_stale_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
