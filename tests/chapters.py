"""The chapters as programs: their code cells run in order, as a reader would, without a kernel."""

import re
from functools import cache
from pathlib import Path

import jupytext

from mlp_core.live import LiveFigure

ROOT = Path(__file__).resolve().parent.parent
CONTENTS = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = sorted(ROOT / f"{page}.md" for page in CONTENTS)


def notebooks():
    """The chapters that hold code."""
    return [path for path in CHAPTERS if "kernelspec:" in path.read_text(encoding="utf-8")]


def code_cells(path):
    """(source, tags) of every code cell of a chapter."""
    cells = jupytext.read(path, fmt="md:myst").cells
    return [(cell.source, cell.metadata.get("tags", [])) for cell in cells if cell.cell_type == "code"]


@cache
def live_figures(path):
    """Every live figure that a chapter makes, by name, from running its cells."""
    made, original = {}, LiveFigure.__post_init__

    def remember(figure):
        original(figure)
        made[figure.name] = figure

    LiveFigure.__post_init__ = remember
    try:
        namespace = {"__name__": path.stem}
        for source, _ in code_cells(path):
            exec(compile(source, str(path), "exec"), namespace)
    finally:
        LiveFigure.__post_init__ = original
    return made
