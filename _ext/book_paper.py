"""Titles of folded cells and answers, as they are to read on paper: there "Show the solution" is "Solution".

The words that ask for a click are marked, and `_static/print.css` leaves them out. A title that says nothing more than
that there is code is left out whole.
"""

import re

CODE_ONLY = re.compile(r'(<p class="collapsed admonition-title">)(Show code cell \w+)(</p>)')
ASKING = re.compile(r'(<p class="collapsed admonition-title">|<summary>(?:<span>)?)(Show (?:the )?)')


def for_paper(body):
    """A page's text with what is not for paper marked."""
    body = CODE_ONLY.sub(r'\1<span class="off-paper">\2</span>\3', body)
    return ASKING.sub(r'\1<span class="off-paper">\2</span>', body)


def mark(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = for_paper(context["body"])


def setup(app):
    app.connect("html-page-context", mark)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
