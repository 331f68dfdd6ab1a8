"""Each chapter as a notebook to download, and a button that opens it in Colab.

The notebooks are made from the sources by jupytext, without outputs, and are the same to the byte every time: a cell's
id is the hash of its place and its text. Where the repository is known, the first cell installs the package from it.

Colab opens notebooks from a repository only, so publishing puts them on the branch `notebooks`, by
``python _ext/book_notebooks.py FOLDER ADDRESS BRANCH``, which needs jupytext and nothing else.
"""

import hashlib
import re
import sys
from pathlib import Path

import jupytext
import nbformat

BRANCH = "notebooks"  # where Colab finds them
SOURCE_LINK = re.compile(r'(<a href="[^"]*\b_sources/[^"]*" target="_blank")(?! download)')

INSTALL = """# Once, where the book is not installed yet (Colab): the package, with what the figures need.
%pip install -q "mlp_core[all] @ git+{address}@{branch}" scikit-learn
try:
    from google.colab import output
    output.enable_custom_widget_manager()
except ImportError:
    pass  # not in Colab: nothing to allow"""


def is_notebook(source):
    """Whether a page's source is a notebook rather than text."""
    head = re.match(r"---\n(.*?)\n---\n", source, re.S)
    return bool(head and re.search(r"^kernelspec:", head[1], re.M))


def notebook(source, address="", branch="main"):
    """The text of the .ipynb of a page.

    Parameters
    ----------
    source : str
        The page, MyST Markdown with the header of a notebook.
    address, branch : str
        The repository that the first cell installs from; without an address there is no such cell.

    Raises
    ------
    ValueError
        If the source is no notebook.
    """
    if not is_notebook(source):
        raise ValueError(f"source: got a page that begins {source[:40]!r}, expected the header of a notebook")
    made = jupytext.reads(source, fmt="md:myst")
    if address:
        made.cells.insert(0, nbformat.v4.new_code_cell(INSTALL.format(address=address, branch=branch)))
    for place, cell in enumerate(made.cells):
        cell["id"] = hashlib.sha256(f"{place} {cell.cell_type} {cell.source}".encode()).hexdigest()[:12]
    made.metadata.pop("jupytext", None)  # which would tie the notebook to a .md beside it
    made.nbformat, made.nbformat_minor = 4, 5
    nbformat.validate(made)
    return nbformat.writes(made) + "\n"


def write(folder, sources, address, branch):
    """Write the notebooks of all pages that are one; `sources` holds {name without ending: path}."""
    for name, path in sources.items():
        source = Path(path).read_text(encoding="utf-8")
        if is_notebook(source):
            target = Path(folder) / f"{name}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(notebook(source, address, branch), encoding="utf-8")


def repository(config):
    """(address, branch) of the repository that the buttons lead to, ("", "main") without one."""
    options = config.html_theme_options
    return options.get("repository_url") or "", options.get("repository_branch") or "main"


def offer(app, pagename, templatename, context, doctree):
    """Tell the theme's download button that there is a notebook."""
    if app.config.book_solutions and "kernelspec" in app.env.metadata.get(pagename, {}):
        context["ipynb_source"] = pagename + ".ipynb"


def colab_button(address, page):
    return {"type": "link", "text": "Colab", "tooltip": "Launch on Colab", "icon": "_static/images/logo_colab.png",
            "url": address.replace("https://github.com/", "https://colab.research.google.com/github/")
            + f"/blob/{BRANCH}/{page}.ipynb"}


def add_colab(app, pagename, templatename, context, doctree):
    """Put Colab beside Binder, wherever the page has launch buttons."""
    for group in context.get("header_buttons", ()):
        if group.get("label") == "launch-buttons" and "kernelspec" in app.env.metadata.get(pagename, {}):
            group["buttons"].append(colab_button(repository(app.config)[0], pagename))


def write_notebooks(app, exception):
    """The notebooks, and links to them and to the sources that save a file. The theme's would show it in a new tab,
    and so do these where a browser may not save: from a folder.
    """
    if not exception and app.builder.format == "html" and app.config.book_solutions:
        out, sources = Path(app.outdir), {page: app.env.doc2path(page) for page in sorted(app.env.found_docs)}
        write(out / "_sources", sources, *repository(app.config))
        for page in sources:
            path = out / f"{page}.html"
            path.write_text(SOURCE_LINK.sub(r"\1 download", path.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app):
    app.connect("html-page-context", offer)
    app.connect("html-page-context", add_colab, priority=550)  # after the theme's own buttons
    app.connect("build-finished", write_notebooks, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    out, where, published = sys.argv[1:]
    root = Path(__file__).resolve().parent.parent
    write(out, {f"chapters/{path.stem}": path for path in sorted((root / "chapters").glob("*.md"))}, where, published)
