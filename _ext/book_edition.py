"""An edition without the solutions, for a class that hands its exercises in: ``make student``.

With ``BOOK_SOLUTIONS=no`` in the environment every folded solution is left out, and with them whatever would lead to
them: the sources offered for download and the launch buttons. The solutions are the dropdowns whose title begins with
"Solution" and the folded cells that are opened by "Show the solution" or "Show the solution's check".
"""

import os

from docutils import nodes
from sphinx.errors import ExtensionError


def wanted(environment):
    """Whether the solutions are to be in the book.

    Raises
    ------
    ExtensionError
        If BOOK_SOLUTIONS is neither yes nor no.
    """
    answer = environment.get("BOOK_SOLUTIONS", "yes").strip().lower() or "yes"
    if answer not in ("yes", "no"):
        raise ExtensionError(f"BOOK_SOLUTIONS: got {answer!r}, expected yes or no")
    return answer == "yes"


def configure(app, config):
    config.book_solutions = wanted(os.environ)
    if not config.book_solutions:
        config.html_copy_source = False
        config.html_show_sourcelink = False
        config.html_theme_options = {**config.html_theme_options, "launch_buttons": {}, "use_download_button": False,
                                     "use_edit_page_button": False, "use_source_button": False}


def is_solution(node):
    """Whether a part of a page gives a solution away."""
    if not isinstance(node, nodes.container):
        return False
    if node.get("design_component") == "dropdown":
        return node.astext().lstrip().startswith("Solution")
    prompts = node.get("cell_metadata", {}).get("mystnb", {})
    return "solution" in str(prompts.get("code_prompt_show", "")).lower()


def leave_out(app, doctree):
    if not app.config.book_solutions:
        for node in list(doctree.findall(is_solution)):
            if node.parent is not None:
                node.parent.remove(node)


def setup(app):
    app.add_config_value("book_solutions", True, "env", types=[bool])
    app.connect("config-inited", configure, priority=300)
    app.connect("doctree-read", leave_out, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
