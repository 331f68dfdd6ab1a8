"""House rules for chapters that a program can check: short visible cells, more words than code, a solution to each
exercise, an alternative text for each picture."""

import re
import statistics

import pytest

from chapters import CHAPTERS, code_cells, notebooks

FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
TAUGHT = [path for path in notebooks() if path.stem[0].isdigit()]


def visible(path):
    """The lines of each code cell that a reader sees unfolded."""
    return [[line for line in source.splitlines() if line.strip()]
            for source, tags in code_cells(path) if not FOLDED & set(tags)]


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_visible_cells_are_short_and_narrow(path):
    cells = visible(path)
    assert statistics.median(map(len, cells)) <= 5
    assert max(map(len, cells)) <= 20
    long_lines = [line for cell in cells for line in cell if len(line) > 84]
    assert long_lines == [], "lines that a page at 1280 px would cut off"


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_at_least_eight_words_for_each_visible_line_of_code(path):
    text = re.sub(r"\A---.*?^---$", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    prose = re.sub(r"```.*?```|\$\$.*?\$\$|^\|.*?$", "", text, flags=re.S | re.M)
    assert len(prose.split()) >= 8 * sum(map(len, visible(path)))


def words(text):
    """The words of a chapter, its folded solutions with them: no code, no tables, and a formula counts as one.

    What the builder is told about a self-check does not stand on the page, nor do comments.
    """
    text = re.sub(r"^:::\{self-check\} \w+\n(?::\w+:[^\n]*\n)*|<!--.*?-->", "", text, flags=re.S | re.M)
    text = re.sub(r"\A---.*?^---$|```.*?```|^\|.*?$", "", text, flags=re.S | re.M)
    text = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", "formula", text, flags=re.S)
    return re.sub(r"\{\w+\}`([^`<]+)<?[^`]*`", r"\1", text).split()


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_a_chapter_can_be_read_in_an_evening(path):
    assert 1800 <= len(words(path.read_text(encoding="utf-8"))) <= 4500


def test_words_are_counted_as_a_reader_would():
    page = "---\na: b\n---\nA {term}`big slope <slope>` $x + y$ is.\n```python\ncode\n```\n| a | b |\n$$\nx\n$$\n"
    assert words(page) == ["A", "big", "slope", "formula", "is.", "formula"]
    check = ":::{self-check} choice\n:of: x^2\n:at: x = 1\n\nWhich?\n- $2$ <!-- right: so -->\n:::\n"
    assert words(check) == ["Which?", "-", "formula", ":::"]


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_every_exercise_has_a_folded_solution(path):
    exercises = re.split(r"^### Exercise ", path.read_text(encoding="utf-8"), flags=re.M)[1:]
    assert len(exercises) >= 6
    for exercise in exercises:
        own = exercise.split("\n## ")[0]
        assert ":::{dropdown} Solution" in own or "Show the solution" in own, own.splitlines()[0]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_nothing_speaks_of_a_cell_that_never_ran_or_of_filler(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX)\b|important to note|needless to say|lorem ipsum", text, re.I)


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_chapters_have_the_header_that_opens_them_as_notebooks(path):
    head = path.read_text(encoding="utf-8").split("---")[1]
    assert "jupytext:" in head
    assert "format_name: myst" in head
