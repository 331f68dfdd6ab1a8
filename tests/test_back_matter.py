"""What the back matter says of the book: exercises that exist, hours that add up, chapters that are there."""

import re
from pathlib import Path

import pytest

from chapters import CONTENTS, ROOT

PAGE = ROOT / "chapters/instructors.md"
TEXT = PAGE.read_text(encoding="utf-8")
CHAPTERS = {int(page[9:11]): ROOT / f"{page}.md" for page in CONTENTS if re.match(r"chapters/\d\d-", page)}


def hours(text):
    return float(text.replace("½", ".5"))


def table(head):
    """The cells of the table whose first line begins with these words, without its two top lines."""
    block = TEXT[TEXT.index(f"| {head} |"):].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]


def exercises(path):
    return {int(number) for number in re.findall(r"^### Exercise (\d+)", path.read_text(encoding="utf-8"), flags=re.M)}


BY_CHAPTER = {int(re.search(r"`(\d+) ", name)[1]): (name, hours(time)) for name, time, *_ in table("Chapter")}


def test_every_chapter_has_its_hours():
    assert set(BY_CHAPTER) == set(CHAPTERS)
    for number, (name, _) in BY_CHAPTER.items():
        assert f"<{CHAPTERS[number].stem}>" in name


def needed(number):
    """The chapters that a chapter names in its line "You need"."""
    text = CHAPTERS[number].read_text(encoding="utf-8")
    (line,) = re.findall(r"^\*\*You need:\*\*.*?\n\n", text, flags=re.M | re.S)
    return {int(other) for other in re.findall(r"[<(](\d\d)-", line)}


PATHS = [pytest.param(*row[1:], id=row[0].split(",")[0]) for row in table("Path")]


@pytest.mark.parametrize(("chapters", "sections", "time"), PATHS)
def test_the_hours_of_a_path_are_those_of_its_chapters_and_half_an_hour_for_a_section(chapters, sections, time):
    single = re.findall(r"(\d+) \*([^*]+)\*", sections)
    assert hours(time) == sum(BY_CHAPTER[int(number)][1] for number in chapters.split(",")) + len(single) / 2
    for number, title in single:
        assert f"\n## {title}\n" in CHAPTERS[int(number)].read_text(encoding="utf-8"), title


@pytest.mark.parametrize(("chapters", "sections", "time"), PATHS)
def test_a_path_has_what_its_chapters_need(chapters, sections, time):
    there = set(map(int, chapters.split(",")))
    in_part = set(map(int, re.findall(r"(\d+) \*", sections)))
    assert set().union(*map(needed, there)) - {0} <= there | in_part


def test_the_table_says_what_the_chapters_say_they_need():
    for number, (_, _, _, needs) in zip(BY_CHAPTER, table("Chapter"), strict=True):
        named = {int(other) for other in re.findall(r"\d+", needs)}
        assert named == needed(number), number
        assert all(other < number for other in named)


def test_every_figure_that_is_named_stands_in_its_chapter():
    for number, (_, _, figures, _) in zip(BY_CHAPTER, table("Chapter"), strict=True):
        text = CHAPTERS[number].read_text(encoding="utf-8").lower()
        for figure in figures.split("; "):
            assert f"# play: {figure}\n" in text, f"{number}: {figure}"


@pytest.mark.parametrize("goal", table("A student can …"), ids=lambda goal: goal[0][:30])
def test_every_goal_is_shown_in_exercises_that_exist(goal):
    named = [tuple(map(int, each.split("."))) for each in goal[1].split(", ")]
    assert named
    for chapter, number in named:
        assert number in exercises(CHAPTERS[chapter]), f"{chapter}.{number}"


def test_every_chapter_of_the_book_serves_a_goal():
    goals = " ".join(goal[1] for goal in table("A student can …"))
    named = {int(chapter) for chapter in re.findall(r"(\d+)\.\d+", goals)}
    assert named == set(CHAPTERS) - {0}


def test_the_exercises_that_are_said_to_take_a_seed_take_one():
    named = re.findall(r"(\d+)\.(\d+) \(`\"(\w+)\"`\)", TEXT)
    assert len(named) >= 6
    for chapter, number, family in named:
        own = CHAPTERS[int(chapter)].read_text(encoding="utf-8").split(f"### Exercise {number} ")[1].split("\n### ")[0]
        assert f'exercises.seeded("{family}"' in own, f"{chapter}.{number}"


@pytest.mark.parametrize("name", ["zip", "student", "lab"])
def test_every_command_that_is_named_exists(name):
    assert f"`make {name}`" in TEXT
    assert re.search(rf"^{name}:", Path(ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)
