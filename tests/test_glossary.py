"""The glossary and the page of symbols: every link has its entry, every entry its link, every symbol its chapter."""

import re

import jupytext
import pytest

from chapters import CHAPTERS, CONTENTS, ROOT

GLOSSARY = ROOT / "chapters" / "glossary.md"
NOTATION = ROOT / "chapters" / "notation.md"
TAUGHT = sorted(path for path in (ROOT / "chapters").glob("[0-9][0-9]-*.md"))
TERM = re.compile(r"\{term\}`([^`]+)`")


def prose(path):
    """A page without its code cells."""
    return re.sub(r"^```\{code-cell\}.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)


def entries(text):
    """[(terms, definition)] of the glossary on a page, in the order printed."""
    block = re.search(r"^```\{glossary\}\n(.*?)^```$", text, flags=re.S | re.M)[1]
    found = []
    for entry in block.strip("\n").split("\n\n"):
        lines = entry.splitlines()
        terms = [line for line in lines if not line.startswith(" ")]
        found.append((terms, " ".join(line.strip() for line in lines[len(terms):])))
    return found


def targets(text):
    """What the term links of a text point to, in lower case, as links do not mind the case."""
    flat = (" ".join(link.split()) for link in TERM.findall(text))
    return {re.sub(r"^.*<(.+)>$", r"\1", link).lower() for link in flat}


def symbol_rows(text):
    """(TeX, stem of the chapter) for each row of the tables that say where a symbol is introduced."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.M):
        head, _, *rows = table.splitlines()
        if head.rstrip(" |").endswith("introduced"):
            for row in rows:
                symbol, stem = re.match(r"\| \$(.+?)\$ \|", row), re.search(r"<(\d\d-[\w-]+)>` \|$", row)
                assert stem, f"no chapter is linked in the row {row}"
                if symbol:
                    found.append((symbol[1], stem[1]))
    return found


def formulas_of(text):
    """All maths of a page, in one string without blanks."""
    maths = re.findall(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$]+?)\$", text, flags=re.S)
    return re.sub(r"\s+", "", " | ".join("".join(pair) for pair in maths))


def occurs(tex, maths):
    """Whether a symbol stands in maths by itself: not as the beginning or the end of a longer word or command."""
    tex = re.sub(r"\s+", "", tex)
    before = "" if tex.startswith("\\") else r"(?<![A-Za-z])"
    after = r"(?![A-Za-z])" if tex[-1].isalpha() else ""
    return re.search(before + re.escape(tex) + after, maths) is not None


ENTRIES = entries(GLOSSARY.read_text(encoding="utf-8"))
KNOWN = [term.lower() for terms, _ in ENTRIES for term in terms]
SYMBOLS = symbol_rows(NOTATION.read_text(encoding="utf-8"))


def test_both_pages_are_in_the_contents():
    assert {"chapters/glossary", "chapters/notation"} <= set(CONTENTS)


@pytest.mark.parametrize("path", [GLOSSARY, NOTATION], ids=lambda path: path.stem)
def test_the_page_can_be_read_without_other_programs(path):
    assert jupytext.read(path).cells  # a page that looks like one of Pandoc's would stop the build


def test_the_glossary_is_sorted_and_names_nothing_twice():
    first = [terms[0].lower() for terms, _ in ENTRIES]
    assert first == sorted(first)
    assert len(KNOWN) == len(set(KNOWN))


def test_every_entry_is_one_to_three_sentences_and_says_where_it_is_introduced():
    for terms, text in ENTRIES:
        link = re.search(r"[Cc]hapter \d+", text)
        assert link, f"{terms[0]}: no chapter named"
        plain = re.sub(r"\{doc\}`([^<`]+?) ?<[^>]+>`|\{doc\}`[^`]+`", r"\1", re.sub(r"\$[^$]+\$", "x", text))
        sentences = [s for s in re.split(r"(?<=[.?!])\s+(?=[A-Z\"0-9x(])", plain) if not s.startswith("Chapter")]
        assert 1 <= len(sentences) <= 3, f"{terms[0]}: {sentences}"


def test_every_entry_links_to_the_chapters_that_are_in_the_contents():
    standing = {int(page.split("/")[1][:2]) for page in CONTENTS if re.match(r"chapters/\d\d-", page)}
    for terms, text in ENTRIES:
        for number, stem in re.findall(r"\{doc\}`[Cc]?h?a?p?t?e?r? ?(\d+) <(\d\d)-", text):
            assert int(number) == int(stem), f"{terms[0]} calls chapter {int(stem)} chapter {number}"
            assert int(stem) in standing, f"{terms[0]} links to a chapter that is not in the contents"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_link_to_a_term_has_an_entry(path):
    assert targets(prose(path)) <= set(KNOWN)


def test_every_entry_is_linked_from_a_chapter():
    linked = set().union(*(targets(prose(path)) for path in TAUGHT))
    assert [terms[0] for terms, _ in ENTRIES if not linked & {term.lower() for term in terms}] == []


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem[:2].isdigit()], ids=lambda path: path.stem)
def test_every_chapter_links_to_the_glossary(path):
    assert len(targets(prose(path))) >= 5


def test_a_link_without_an_entry_and_an_entry_without_a_link_would_be_found():
    assert targets("a {term}`Row of\nnumbers <vector>`, **{term}`ReLU`**") == {"vector", "relu"}
    page = "```{glossary}\nb\nc\n  One.\n  Two.\n\na\n  Three.\n```\n"
    assert entries(page) == [(["b", "c"], "One. Two."), (["a"], "Three.")]


@pytest.mark.parametrize(("tex", "stem"), SYMBOLS, ids=[f"{tex}-{stem[:2]}" for tex, stem in SYMBOLS])
def test_every_symbol_stands_in_the_chapter_that_is_named(tex, stem):
    assert occurs(tex, formulas_of(prose(ROOT / "chapters" / f"{stem}.md")))


def test_every_letter_with_a_second_meaning_stands_in_the_chapters_that_give_it_one():
    table = NOTATION.read_text(encoding="utf-8").split("| letter | usually |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| \$(.+?)\$ \|(.*)$", table, flags=re.M)
    assert len(rows) >= 10
    for tex, text in rows:
        stems = re.findall(r"<(\d\d-[\w-]+)>`", text)
        assert stems, f"{tex}: no chapter named"
        for stem in stems:
            assert occurs(tex, formulas_of(prose(ROOT / "chapters" / f"{stem}.md"))), f"{tex} in {stem}"


def test_a_symbol_is_not_found_within_another_word():
    assert not occurs("n", r"\ln p")
    assert not occurs("e", r"\eta + \theta")
    assert occurs("n", r"\frac1n\sum")
    assert not occurs(r"\sum", r"\summary")


def test_no_symbol_is_listed_twice():
    listed = [tex for tex, _ in SYMBOLS]
    assert len(listed) > 50
    assert len(listed) == len(set(listed))
