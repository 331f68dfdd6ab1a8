"""The built book as one page, in reading order, with a title page and a table of contents: what `print_book` prints.

It is made from the pages as they are published, so every word, number and picture is the web's. (Sphinx has a builder
for one page, `singlehtml`. It keeps the names that pages give to their parts, and as every chapter has "Exercises", its
links lead to the wrong ones; it would also build everything a second time.)
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath

import matplotlib as mpl
import yaml
from book_equations import chapter

HERE = Path(__file__).parent

SCRIPT = re.compile(r"<script\b.*?</script>", re.S)
SPOKEN = re.compile(r'<span class="katex-mathml">.*?</span>(<span class="katex-html") aria-hidden="true"', re.S)
NAMED = re.compile(r"""(<[a-z][^<>]*?\s(?:id|for)=")([^"]+)(?=")""", re.I)
POINTS = re.compile(r"""(\s(?:xlink:)?href=")([^"#:]*)(?:#([^"]*))?(")""")
URL = re.compile(r"url\(#")
SECTION = re.compile(r'<section id="([^"]+)">(\s*(?:<span id="[^"]*"></span>)*<h\d)(?=>)')
HEADING = re.compile(r'<h([12]) id="([^"]+)">(.*?)</h\1>', re.S)
UNQUOTED = str.maketrans({'"': "”", "\\": None, "<": None})  # fit to stand in a style sheet
HEADERLINK = re.compile(r'<a class="headerlink".*?</a>', re.S)


@dataclass(frozen=True)
class Page:
    """A page of the book: its name, as ``07-backward-pass``, and its article."""

    name: str
    article: str

    @property
    def number(self):
        """The chapter's number, "" for a page that is none."""
        return chapter(self.name)

    def numbered(self):
        """The article, with the chapter's number before its title."""
        number = f'<span class="book-number">{self.number}</span> ' if self.number else ""
        before, title, after = self.article.partition("<h1 ")
        start, close, rest = after.partition(">")
        return f"{before}{title}{start}{close}{number}{rest}"

    def headings(self):
        """(place, level 1 or 2, HTML) of the page's headings."""
        return [(place, int(level), HEADERLINK.sub("", words)) for level, place, words in HEADING.findall(self.article)]


def between(text, start, end):
    """What stands between two strings; "" if they are not there."""
    return text.partition(start)[2].partition(end)[0] if start in text else ""


def read(folder):
    """The pages of a built book in reading order, and the links to the style sheets that they share.

    Raises
    ------
    ValueError
        If the folder holds no book.
    """
    folder, name = Path(folder), "index"
    if not (folder / "chapters" / "index.html").is_file():
        raise ValueError(f"folder: got {folder}, expected a built book with chapters/index.html")
    found, address = {}, ""
    styles = {}
    while name and name not in found:
        text = (folder / "chapters" / f"{name}.html").read_text(encoding="utf-8")
        found[name] = between(text, '<article class="bd-article">', "</article>")
        for style in re.findall(r'<link rel="stylesheet"[^>]*href="\.\./([^"?]+)', text):
            styles[style] = None
        address = address or between(text, '<link rel="canonical" href="', '"').removesuffix("chapters/index.html")
        name = next(iter(re.findall(r'<link rel="next"[^>]*href="([\w-]+)\.html"', text)), "")
    return [Page(name, apart(name, article, set(found), address)) for name, article in found.items()], list(styles)


def apart(page, article, pages, address):
    """A page's article with names that no other page has, and links to where things are in the whole book.

    Links to pages of the book lead to their place in it, those to other files to the published book's `address`. Where
    that is not known, their words stay and the link goes: it would lead into a folder of the machine that printed.
    """
    def named(match):
        return f"{match[1]}{page}--{match[2]}"

    def points(match):
        before, file, fragment, after = match.groups()
        target = file.removesuffix(".html") if file else page
        if target in pages:
            return f"{before}#{target}--{fragment}{after}" if fragment else f"{before}#{target}{after}"
        place = normpath(f"chapters/{file}")
        return f"{before}{address}{place}{f'#{fragment}' if fragment else ''}{after}" if address else ""

    article = SPOKEN.sub(r"\1", SCRIPT.sub("", article))  # what a reader hears of a PDF is what is drawn
    article = SECTION.sub(r'<section>\2 id="\1"', article)  # a section may begin on the sheet before its heading's
    article = POINTS.sub(points, NAMED.sub(named, article))
    return URL.sub(f"url(#{page}--", article)


def contents(pages):
    """The table of contents. The numbers of the sheets are known when it has been laid out."""
    rows = []
    for page in pages:
        for place, level, words in page.headings():
            chapter_number = f'<span class="book-number">{page.number}</span>' if level == 1 else ""
            rows.append(f'<li class="level-{level}"><a href="#{place}">{chapter_number}<span>{words}</span><i></i>'
                        f'<b data-sheet-of="{place}">000</b></a></li>')
    return '<nav class="book-contents"><h1 id="contents">Contents</h1><ul>' + "".join(rows) + "</ul></nav>"


def heads(pages):
    """The style by which each sheet has its chapter at its head."""
    rules = []
    for page in pages:
        words = html.unescape(re.sub(r"<[^>]*>", "", page.headings()[0][2])).strip()
        head = f"{page.number} · {words}" if page.number else words
        rules.append(f'@page of-{page.name} {{ @top-right {{ content: "{head.translate(UNQUOTED)}"; }} }}\n'
                     f'[id="{page.name}"] {{ page: of-{page.name}; }}\n')
    return "".join(rules)


def document(folder):
    """The whole book, built in `folder`, as one HTML page."""
    pages, styles = read(folder)
    settings = yaml.safe_load((HERE.parent / "_config.yml").read_text(encoding="utf-8"))
    title, author, rights = (html.escape(settings[key]) for key in ("title", "author", "copyright"))
    links = "".join(f'<link rel="stylesheet" href="{(Path(folder).resolve() / style).as_uri()}">\n' for style in styles)
    fonts = (Path(mpl.get_data_path()) / "fonts" / "ttf").as_uri()  # so that every machine prints the same letters
    own = (HERE / "whole_book.css").read_text(encoding="utf-8").replace("FONTS", fonts)
    articles = "".join(
        f'<section class="book-part" id="{page.name}"><article class="bd-article">'
        f"{page.numbered()}</article></section>\n" for page in pages)
    return (f'<!DOCTYPE html>\n<html lang="{settings["sphinx"]["config"]["language"]}" data-theme="light"><head>'
            f'<meta charset="utf-8">\n<title>{title}</title>\n{links}<style>{own}{heads(pages)}</style></head>\n'
            f'<body><div class="bd-main"><div class="bd-content"><div class="bd-article-container">'
            f'<header class="book-title"><p class="book-name">{title}</p><p>{author}</p>'
            f'<p class="book-rights">{rights}</p></header>\n{contents(pages)}\n{articles}'
            '</div></div></div></body></html>\n')
