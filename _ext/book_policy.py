"""A content-security policy on every page: scripts run only if the book was built with them, and nothing is fetched
from elsewhere.

A page can be opened from a folder or from any server, so the policy stands in the page itself. It names each inline
script and each handler by the hash of its text; what somebody smuggles in has no such hash. `eval` is not allowed.
Style attributes are: set formulas and pictures are full of them.
"""

import base64
import hashlib
import html
import re
from pathlib import Path

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.S)
HANDLER = re.compile(r"<[a-z][^<>]*?\son[a-z]+=\"([^\"]*)\"")
WRITTEN = re.compile(r' *<meta http-equiv="Content-Security-Policy"[^>]*>\n')
# Browsers give pages opened from a folder no origin of their own, so 'self' alone would forbid the book's files there.
FILES = "'self' file:"


def digest(text):
    """A script's text as a policy names it."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def handlers(page):
    """The handlers written into a page's elements, as `onclick="…"`, by hash."""
    return {digest(html.unescape(text)) for text in HANDLER.findall(page)}


def policy(page, allowed_handlers):
    """The policy for a page, from the page's own text and the handlers that the book's pages have."""
    scripts = dict.fromkeys(digest(text) for text in INLINE.findall(page))
    allowed = " ".join([FILES, *scripts, "'unsafe-hashes'", *sorted(allowed_handlers)])
    return (f"default-src 'none'; script-src {allowed}; style-src {FILES} 'unsafe-inline'; img-src {FILES} data:; "
            f"font-src {FILES}; connect-src {FILES}; form-action {FILES}; base-uri 'none'")


def write_policies(app, exception):
    """Put a policy first in the head of every page."""
    if exception or app.builder.format != "html":
        return
    pages = {path: path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html")}
    known = set().union(*map(handlers, pages.values()))  # all of them: the search page looks into the others
    for path, page in pages.items():
        bare = WRITTEN.sub("", page)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(bare, known)}" />\n    '
        before, head, after = bare.partition("<head>\n")
        if head:
            path.write_text(f"{before}{head}    {meta.rstrip()}\n{after}", encoding="utf-8")


def setup(app):
    app.connect("build-finished", write_policies, priority=950)  # when the pages are as they will stay
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
