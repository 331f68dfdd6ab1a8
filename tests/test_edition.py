"""The edition without solutions."""

import pickle
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_edition

from chapters import CHAPTERS

EXERCISED = [path for path in CHAPTERS if "### Exercise" in path.read_text(encoding="utf-8")]
SOLUTION = re.compile(r'^:::+\{dropdown\} Solution|^:? *code_prompt_show: "Show the solution"', re.M)


@pytest.mark.parametrize(("answer", "expected"), [(None, True), ("", True), ("Yes", True), ("no", False)])
def test_the_option(answer, expected):
    assert book_edition.wanted({} if answer is None else {"BOOK_SOLUTIONS": answer}) is expected


def test_another_answer_is_refused():
    with pytest.raises(ExtensionError, match="BOOK_SOLUTIONS: got 'maybe'"):
        book_edition.wanted({"BOOK_SOLUTIONS": "maybe"})


@pytest.mark.build
@pytest.mark.parametrize("path", EXERCISED, ids=lambda path: path.stem)
def test_every_solution_goes_and_nothing_else(path, built_html):
    stored = built_html.parent / ".doctrees" / "chapters" / f"{path.stem}.doctree"
    doctree = pickle.loads(stored.read_bytes())
    before = doctree.astext()
    source = path.read_text(encoding="utf-8")
    book_edition.leave_out(SimpleNamespace(config=SimpleNamespace(book_solutions=True)), doctree)
    assert doctree.astext() == before
    solutions = len(SOLUTION.findall(source))
    assert len(list(doctree.findall(book_edition.is_solution))) == solutions >= source.count("### Exercise")
    book_edition.leave_out(SimpleNamespace(config=SimpleNamespace(book_solutions=False)), doctree)
    after = doctree.astext()
    assert "Solution" not in after
    assert after.count("Exercise ") == before.count("Exercise ")
