"""What the pages carry, and what they leave out, so that no page asks another server for anything."""

from html import escape
from pathlib import Path

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


def write_front_door(app, exception):
    """``index.html`` sends the reader on to the first page, and says where that is if a browser will not."""
    if exception or app.builder.format != "html":
        return
    page = FRONT_DOOR.format(language=app.config.language, title=escape(app.config.html_title),
                             page=escape(app.config.root_doc + ".html"))
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def remove_stale_pages(app, exception):
    """Pages whose chapter is gone: Sphinx leaves them lying in the built book."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    special = {"index", "genindex", "search", "404"}
    for page in out.rglob("*.html"):
        name = page.relative_to(out).with_suffix("").as_posix()
        if not name.startswith(("_static/", "_sources/")) and name not in special | app.env.found_docs:
            page.unlink()


def setup(app):
    # Jupyter Book always sets this option of an extension that is not loaded here (comments need other servers).
    app.add_config_value("comments_config", {}, "")
    app.connect("build-finished", write_front_door, priority=900)
    app.connect("build-finished", remove_stale_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
