"""Takes out of the built book what no page loads: source maps, the theme's translations, icons of services not used.
Takes off a page the script for tabs, where it has none, and out of the libraries' style sheets the rules for classes
that no page and no script knows.

What is loaded is found as a browser finds it: from the pages, then from the style sheets and scripts that these name.
Whatever else lies in ``_static`` goes, except what `KEPT` names and says why.
"""

import re
from fnmatch import fnmatch
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote

import tinycss2

KEPT = {
    "licences/*": "the licences of what the pages are made with, for whoever opens the archive",
    "*LICENSE*": "the same, where the authors put them",
    "cover.png": "the picture of a shared link: pages name it by its full address, and only where that is known",
}
"""Files of ``_static`` that stay although no page loads them: {pattern: reason}."""

IN_PAGE = re.compile(r"""<[a-z][^>]*?\s(?:src|href|data|poster)=["']([^"'#?]+)""")
IN_STYLE = re.compile(r"""url\(\s*["']?([^"')?#]+)|@import\s+["']([^"'?#]+)""")
IN_SCRIPT = re.compile(r"""["'`]([\w./-]+\.(?:js|mjs|css|png|svg|woff2?|json|wasm))["'`]""")
MAP = re.compile(r"\n?(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*$")


def named(path, text):
    """What a page, a style sheet or a script names, as it is written there."""
    pattern = {".html": IN_PAGE, ".css": IN_STYLE, ".js": IN_SCRIPT}.get(path.suffix)
    found = pattern.findall(text) if pattern else []
    return {unquote("".join(each)) for each in found}


def loaded(out):
    """Every file below ``_static`` that the pages of the folder `out` load, as paths relative to `out`.

    Returns
    -------
    dict
        {file: the file that names it}.
    """
    waiting = [page for page in out.rglob("*.html") if "_static" not in page.relative_to(out).parts]
    found = {}
    while waiting:
        source = waiting.pop()
        folder = source.relative_to(out).parent.as_posix()
        for name in named(source, source.read_text(encoding="utf-8")):
            target = normpath(join(folder, name))
            if target.startswith("_static/") and target not in found and (out / target).is_file():
                found[target] = source.relative_to(out).as_posix()
                if target.endswith((".css", ".js")):
                    waiting.append(out / target)
    return found


LIBRARIES = ("styles/bootstrap.css", "styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css",
             "sphinx-design.min.css")
"""Style sheets below ``_static`` that are written for every page there could be."""

CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def known_classes(out):
    """Words that may be a class somewhere: those of the pages' elements, and whatever a script says.

    Returns
    -------
    (set of str, tuple of str)
        The words; and beginnings such as "bs-tooltip-", to which a script adds the rest.
    """
    words, said = set(), set()
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        words.update(*(each.split() for each in re.findall(r'\sclass="([^"]*)"', text)))
        said.update(*(re.findall(r"[\w-]+", each) for each in re.findall(r"<script[^>]*>(.+?)</script>", text, re.S)))
    for script in out.rglob("*.js"):
        said.update(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    return words | said, tuple(word for word in said if len(word) > 3 and word.endswith("-"))


def used_rules(rules, words, beginnings):
    """The rules, as text, of which a selector names only classes that are known."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = re.sub(r":not\([^)]*\)|\[[^\]]*\]", "", tinycss2.serialize(rule.prelude)).split(",")
            if any(all(name in words or name.startswith(beginnings) for name in CLASS.findall(each))
                   for each in selectors):
                yield tinycss2.serialize([rule])
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports") and rule.content is not None:
            inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if within := "".join(used_rules(inside, words, beginnings)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{within}}}"
        else:
            yield tinycss2.serialize([rule])


def drop_rules_for_nothing(app, exception):
    if exception or app.builder.format != "html":
        return
    words, beginnings = known_classes(Path(app.outdir))
    for sheet in (Path(app.outdir) / "_static" / name for name in LIBRARIES):
        if sheet.exists():
            text = sheet.read_text(encoding="utf-8")
            terms = re.findall(r"/\*!.*?\*/", text, re.S)  # whose work it is, and its licence
            rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
            sheet.write_text("\n".join([*terms, *used_rules(rules, words, beginnings)]), encoding="utf-8")


def kept(name):
    """Does `KEPT` name this file of ``_static``?"""
    return any(fnmatch(name, pattern) for pattern in KEPT)


def drop_what_no_page_loads(app, exception):
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static, wanted = out / "_static", loaded(out)
    for path in sorted(static.rglob("*"), reverse=True):  # what is in a folder comes before the folder
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(out).as_posix() not in wanted and not kept(path.relative_to(static).as_posix()):
            path.unlink()
        elif path.suffix in (".css", ".js"):
            text = path.read_text(encoding="utf-8")
            if MAP.search(text):  # a developer's tools would ask for the map and complain
                path.write_text(MAP.sub("\n", text), encoding="utf-8")


def drop_tabs(app, pagename, templatename, context, doctree):
    if "sd-tab-set" not in context.get("body", ""):
        context["script_files"] = [file for file in context.get("script_files", ())
                                   if "design-tabs" not in str(getattr(file, "filename", file))]


def setup(app):
    app.connect("html-page-context", drop_tabs, priority=900)
    # after the last file has been written, before the pages' policies are
    app.connect("build-finished", drop_what_no_page_loads, priority=920)
    app.connect("build-finished", drop_rules_for_nothing, priority=930)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
