"""Docstrings as pages read them: |a| is a size there, not the substitution that reStructuredText takes it for."""

import re


def plain_bars(app, what, name, obj, options, lines):
    """Escape every bar that stands outside `code`."""
    for number, line in enumerate(lines):
        parts = re.split(r"(`[^`]*`)", line)
        lines[number] = "".join(part if part.startswith("`") else part.replace("|", "\\|") for part in parts)


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", plain_bars)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
