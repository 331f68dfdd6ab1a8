"""Equations are numbered, on the page and on paper alike: (7.3) is the third of chapter 7.

Every displayed formula of a chapter's text has a number, so that a class can speak of it. Those in solutions and in the
output of cells have none: the numbers are the same in the edition without the solutions.
"""

import re
from posixpath import basename

from book_edition import is_solution
from docutils import nodes


def chapter(page):
    """The number of a chapter, from the name of its file: "7" for ``chapters/07-backward-pass``; "" for other pages."""
    found = re.match(r"(\d\d)-", basename(page))
    return str(int(found[1])) if found else ""


def in_text(node):
    """Whether a formula stands in the text itself, and in no solution and no output of a cell."""
    while node := node.parent:
        if is_solution(node) or (isinstance(node, nodes.Element) and "cell_output" in node.get("classes", ())):
            return False
    return True


def number(app, doctree):
    """Give each equation its number, and its place in the page's address: ``#equation-7-3``."""
    page = app.env.docname
    if not chapter(page):
        return
    known = app.env.get_domain("math").equations
    for count, node in enumerate(filter(in_text, list(doctree.findall(nodes.math_block))), 1):
        node["number"] = f"{chapter(page)}.{count}"
        node["ids"].append(f"equation-{chapter(page)}-{count}")
        if label := node.get("label"):
            known[label] = (page, node["number"])  # what {eq}`label` prints


def setup(app):
    app.connect("doctree-read", number, priority=200)  # after solutions have been left out
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
