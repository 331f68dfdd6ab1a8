"""The edition without solutions."""

import os
import pickle
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import book_edition

from chapters import CHAPTERS

EXERCISED = [path for path in CHAPTERS if "### Exercise" in path.read_text(encoding="utf-8")]
SOLUTION = re.compile(r'^:::+\{dropdown\} Solution|^:? *code_prompt_show: "Show the solution(?:\'s check)?"', re.M)


@pytest.mark.parametrize(("answer", "expected"), [(None, True), ("", True), ("Yes", True), ("no", False)])
def test_the_option(answer, expected):
    assert book_edition.wanted({} if answer is None else {"BOOK_SOLUTIONS": answer}) is expected


def test_another_answer_is_refused():
    with pytest.raises(ExtensionError, match="BOOK_SOLUTIONS: got 'maybe'"):
        book_edition.wanted({"BOOK_SOLUTIONS": "maybe"})


@pytest.mark.parametrize("path", EXERCISED, ids=lambda path: path.stem)
def test_whatever_is_folded_below_an_exercise_belongs_to_its_solution(path):
    _, exercises = path.read_text(encoding="utf-8").split("\n## Exercises\n")
    exercises = exercises.split("\n## ")[0]
    prompts = re.findall(r'code_prompt_show: "(.*)"', exercises)
    assert len(prompts) == len(re.findall(r"^:tags: \[.*hide-cell", exercises, flags=re.M)) > 0
    assert {prompt for prompt in prompts if "solution" not in prompt} == set()


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


FOLDED = re.compile(r"^(:::+)\{dropdown\} Solution.*?^\1 *$"
                    r"|^```\{code-cell\}(?:(?!^```).)*?Show the solution.*?^``` *$", re.M | re.S)


def said(text):
    """Every eight words of a text that follow one another."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"<[^>]*>", "", text).lower())  # a word of code may be of two elements
    return set(zip(*(words[start:] for start in range(8))))


def told(folder):
    """The same of a built book: of its pages, its search and its sources."""
    return set().union(*(said(unescape(path.read_text(encoding="utf-8"))) for path in folder.rglob("*")
                         if path.suffix in (".html", ".md", ".ipynb") or path.name == "searchindex.js"))


@pytest.mark.build
@pytest.mark.slow
def test_nothing_in_the_built_edition_tells_a_solution(built_html, root):
    """What only a solution says is in the book, and is not in what `make student` makes.

    A line of a formula or of code may stand elsewhere, too, where no source of a chapter shows it: hence the third.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))}
    made = subprocess.run(["make", "student"], cwd=root, env=variables, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
    student = root / "_build" / "student" / "_build" / "html"
    sources = "\n".join(path.read_text(encoding="utf-8") for path in CHAPTERS)
    open_to_all, whole, handed_out, judged = said(FOLDED.sub("", sources)), told(built_html), told(student), 0
    for solution in FOLDED.finditer(sources):
        secret = (said(solution[0]) - open_to_all) & whole
        assert len(secret & handed_out) <= len(secret) / 3, solution[0]
        judged += bool(secret)
    assert judged > 100
    assert not (student / "_sources").exists()
    assert not [path.name for path in student.rglob("*.html") if "_sources/" in path.read_text(encoding="utf-8")]
    assert {path.relative_to(student) for path in student.rglob("*.html")} == {
        path.relative_to(built_html) for path in built_html.rglob("*.html") if "_sources" not in path.parts}
