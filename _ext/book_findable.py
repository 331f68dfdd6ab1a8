"""How a page is found and what is shown of it elsewhere: description, canonical address, pictures, site map, 404 page.

Addresses need to know where the book is published. That is ``BOOK_URL`` if it is set (for a domain of one's own),
else GitHub Pages' address of the repository that publishes it; where nobody has said, no address is claimed. There is
no tracker, no cookie, and no storage but the reader's choice of colours.
"""

import os
import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import book_cover
from docutils import nodes
from sphinx.errors import ExtensionError

COVER = "_static/cover.png"  # drawn by book_cover

NOT_FOUND = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Not found: {title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem;
color: #14181e; background: #fff; }}
a {{ color: #0a5ccf; }}
input, button {{ font: inherit; padding: 0.5rem 0.75rem; }}
@media (prefers-color-scheme: dark) {{
body {{ color: #e6edf3; background: #14181e; }}
a {{ color: #7cabf2; }}
}}
</style>
</head>
<body>
<main>
<h1>This page is not in the book</h1>
<p>Perhaps a chapter was renamed. Look for it by its words, or choose a chapter.</p>
<form action="{base}search.html" role="search">
<label for="q">Search {title}</label><br>
<input id="q" name="q" type="search"> <button>Search</button>
</form>
<ol>
{chapters}
</ol>
</main>
</body>
</html>
"""


def book_address(environment, repository_address):
    """Where the book is published, with a slash at its end, or "" when nobody has said.

    Raises
    ------
    ExtensionError
        If BOOK_URL is no http(s) address.
    """
    named = environment.get("BOOK_URL", "").strip()
    if named:
        if urlsplit(named).scheme not in ("http", "https") or not urlsplit(named).netloc:
            raise ExtensionError(f"BOOK_URL: got {named!r}, expected an address such as https://example.org/book/")
        return named.rstrip("/") + "/"
    if not repository_address:
        return ""
    owner, name = repository_address.rstrip("/").rsplit("/", 2)[1:]
    home = f"{owner.lower()}.github.io"
    return f"https://{home}/" if name.lower() == home else f"https://{home}/{name}/"


def first_words(doctree, limit=160):
    """What a page begins with, as plain text of at most `limit` characters: as many whole sentences as there is room
    for, else cut between words. That a chapter begins with its question goes without saying.
    """
    for paragraph in doctree.findall(nodes.paragraph):
        text = re.sub(r"\s+", " ", paragraph.astext()).strip().removeprefix("The question. ")
        if len(text) >= 40:
            ends = [end.end() for end in re.finditer(r"[.?!](?= |$)", text) if 40 <= end.end() <= limit]
            return text[:ends[-1]] if ends else text[:limit - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return ""


def configure(app, config):
    address = config.html_theme_options.get("repository_url") if config.html_theme_options.get(
        "use_repository_button") else None
    config.html_baseurl = book_address(os.environ, address)


def describe(app, pagename, templatename, context, doctree):
    """Description and link preview in the head of every chapter."""
    if doctree is None:
        return
    config = app.config
    title = re.sub(r"<[^>]*>", "", context.get("title", "")) or config.html_title
    words = first_words(doctree)
    tags = [("property", "og:type", "article"), ("property", "og:title", title),
            ("property", "og:site_name", config.html_title)]
    if words:
        tags += [("name", "description", words), ("property", "og:description", words)]
    if config.html_baseurl:
        width, height = book_cover.SIZE
        tags += [("property", "og:url", f"{config.html_baseurl}{pagename}.html"),
                 ("property", "og:image", config.html_baseurl + COVER), ("property", "og:image:type", "image/png"),
                 ("property", "og:image:width", str(width)), ("property", "og:image:height", str(height)),
                 ("property", "og:image:alt", book_cover.ALT), ("name", "twitter:card", "summary_large_image")]
    lines = [f'<meta {kind}="{name}" content="{escape(value)}" />' for kind, name, value in tags]
    context["metatags"] = context.get("metatags", "") + "\n    " + "\n    ".join(lines)


def chapters(app):
    """The pages in reading order."""
    order, seen = [], set()

    def walk(page):
        if page not in seen:
            seen.add(page)
            order.append(page)
            for below in app.env.toctree_includes.get(page, ()):
                walk(below)

    walk(app.config.root_doc)
    return order


def write_maps(app, exception):
    """404.html, and sitemap.xml and robots.txt where the address is known."""
    if exception or app.builder.format != "html":
        return
    out, base, pages = Path(app.outdir), app.config.html_baseurl, chapters(app)
    rows = [f'<li><a href="{base or "/"}{page}.html">{escape(app.env.titles[page].astext())}</a></li>'
            for page in pages]
    (out / "404.html").write_text(NOT_FOUND.format(
        language=app.config.language, title=escape(app.config.html_title), base=base or "/", chapters="\n".join(rows)),
        encoding="utf-8")
    for name in ("sitemap.xml", "robots.txt"):
        (out / name).unlink(missing_ok=True)
    if base:
        places = "".join(f"<url><loc>{escape(base + page)}.html</loc></url>\n" for page in pages)
        (out / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
            f"{places}</urlset>\n", encoding="utf-8")
        (out / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", encoding="utf-8")


def setup(app):
    app.connect("config-inited", configure, priority=200)  # after the repository is known
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_maps, priority=850)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
