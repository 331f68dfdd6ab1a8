"""The directive `{live-figures}`: every live figure of the book, by chapter, each with a link and its caption.

It is read from the chapters' cells, so a figure is listed as soon as its chapter is in the table of contents.
"""

import ast
from pathlib import Path

import jupytext
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

MAKERS = ("LiveFigure", "WatchTheLossFall", "CallbackFigure")


def figures(path):
    """(name, caption) of every live figure that a chapter's cells make."""
    for cell in jupytext.read(path).cells:
        if cell.cell_type != "code" or not any(maker in cell.source for maker in MAKERS):
            continue
        for call in ast.walk(ast.parse(cell.source)):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in MAKERS and call.args:
                if not isinstance(call.args[0], ast.Constant):
                    raise ExtensionError(f"{path.name}: the first argument of {call.func.id} must be a text, its name")
                caption = next((key.value for key in call.keywords if key.arg == "caption"), None)
                yield call.args[0].value, caption.value if isinstance(caption, ast.Constant) else ""


def title(path):
    """The first heading of a chapter, as plain text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line[2:].strip() for line in lines if line.startswith("# ")), path.stem)


class LiveFigures(SphinxDirective):
    """No arguments, no content."""

    def run(self):
        whole = nodes.bullet_list()
        here = self.env.docname
        for document in self.env.mlp_documents:
            listed = list(figures(Path(self.env.doc2path(document))))
            if not listed:
                continue
            inner = nodes.bullet_list()
            for name, caption in listed:
                base = "" if document == here else self.env.app.builder.get_relative_uri(here, document)
                link = nodes.reference("", name, refuri=f"{base}#{name}", internal=True)
                paragraph = nodes.paragraph("", "", link)
                if caption:
                    paragraph += nodes.Text(f": {caption}")
                inner += nodes.list_item("", paragraph)
            chapter = title(Path(self.env.doc2path(document)))
            whole += nodes.list_item("", nodes.paragraph("", "", nodes.strong("", chapter)), inner)
        return [whole]


def find_documents(app, env, docnames):
    """Which chapters there are, in reading order; and read the pages with the list anew, as chapters change."""
    site_map = app.config.external_site_map
    known = [document.replace(".md", "") for document in site_map] if site_map else sorted(env.found_docs)
    env.mlp_documents = [document for document in known if (Path(app.srcdir) / f"{document}.md").exists()]


def outdated(app, env, added, changed, removed):
    """Pages that hold the list."""
    return [document for document in env.found_docs
            if "{live-figures}" in Path(env.doc2path(document)).read_text(encoding="utf-8")]


def setup(app):
    app.add_directive("live-figures", LiveFigures)
    app.connect("env-before-read-docs", find_documents)
    app.connect("env-get-outdated", outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
