"""The directive ``{printed-maths}``: how many printed slopes are verified, chapter by chapter, and what cannot be read.

It stands in the ledger. The numbers are found when the book is built, by `book_claims`; a formula that is wrong stops
the build.
"""

from html import escape
from pathlib import Path

from book_claims import all_verdicts, count
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

COLUMNS = ("Chapter", "Statements", "Verified", "Only named", "Not read")


def row(cells, strong=False):
    made = nodes.row()
    for text in cells:
        paragraph = nodes.paragraph("", "", nodes.strong(text, text) if strong else nodes.Text(text))
        made += nodes.entry("", paragraph)
    return made


def table(lines):
    """A table of the numbers, with a row for each chapter and one for all."""
    made, group = nodes.table(), nodes.tgroup(cols=len(COLUMNS))
    made += group
    for place in range(len(COLUMNS)):
        group += nodes.colspec(colwidth=4 if place == 0 else 1)
    group += nodes.thead("", row(COLUMNS))
    group += nodes.tbody("", *(row(line, strong=line is lines[-1]) for line in lines))
    return made


def numbers(verdicts):
    found = count(verdicts)
    return [str(found[key]) for key in ("total", "verified", "mentions", "unread")]


class PrintedMaths(SphinxDirective):
    """Puts out the table, the formulas that could not be read, with the reasons, and all that were, page by page."""

    def run(self):
        self.env.note_reread()
        if not hasattr(self.env, "book_verdicts"):
            self.env.book_verdicts = {}  # kept with Sphinx's other notes from one build to the next
        pages = {name: found for name, found in all_verdicts(
            Path(self.env.doc2path(self.env.docname)).parent, self.env.book_verdicts,
            (self.config.book_extensions, self.config.book_package)).items() if found}
        everything = [verdict for found in pages.values() for verdict in found]
        failed = [verdict for verdict in everything if verdict.kind == "failed"]
        if failed:
            raise ExtensionError("a printed formula is not what SymPy derives, or cannot be told:\n" + "\n".join(
                f"  {verdict.formula}\n      {verdict.evidence[0]}" for verdict in failed))
        lines = [[found[0].formula.headings[0], *numbers(found)] for found in pages.values()]
        made = [table([*lines, ["Together", *numbers(everything)]])]
        unread = [verdict for verdict in everything if verdict.kind == "unread"]
        if unread:
            made.append(nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", (
                f"{verdict.formula.headings[-1]}: {verdict.formula.label or verdict.formula.tex} "
                f"({verdict.evidence[0]})"))) for verdict in unread)))
        return made + [each for found in pages.values() for each in listing(found)]


def listing(found):
    """Every statement of a page and how it was found true, folded away; nothing for a page without any."""
    items = []
    for verdict in found:
        if verdict.kind in ("verified", "mistake"):
            how = "; ".join(dict.fromkeys(verdict.evidence))
            how = f"printed as a mistake, and refused: {how}" if verdict.kind == "mistake" else how
            tex = verdict.formula.tex.strip()
            items.append(nodes.list_item("", nodes.paragraph("", "", nodes.math(tex, tex), nodes.Text(f" ({how})"))))
    if not items:
        return []
    head = f"<details><summary>{escape(found[0].formula.headings[0])}: {len(items)} formulas</summary>"
    return [nodes.raw("", head, format="html"), nodes.bullet_list("", *items, classes=["statements"]),
            nodes.raw("", "</details>", format="html")]


def setup(app):
    app.add_directive("printed-maths", PrintedMaths)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
