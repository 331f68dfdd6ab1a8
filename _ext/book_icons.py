"""The theme's icons, and only those that it uses.

The theme brings an icon font with two thousand icons: 180 kB on every page, and a script of a megabyte and a half. The
few that are shown are cut out of it here with fontTools, into a font of some kilobytes with a name of its own, as the
font's licence asks of a changed version (Font Awesome Free 6, SIL OFL 1.1; the licence is copied along). A page that
asks for an icon that is not in `NAMES` stops the build.
"""

import io
import re
import shutil
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset, ttLib
from sphinx.errors import ExtensionError

VENDOR = next(Path(pydata_sphinx_theme.__file__).parent.glob("theme/*/static/vendor/fontawesome/*"))
STYLES = VENDOR.parents[2] / "styles"
FAMILY = "book icons"
NAMES = ("angle-left", "angle-right", "arrow-up", "bars", "circle-half-stroke", "code", "download", "expand", "file",
         "file-pdf", "lightbulb", "list", "magnifying-glass", "moon", "pencil-alt", "play", "rocket", "sun", "xmark")
BRANDS = ("github",)

RULES = """/* Made by _ext/book_icons.py from Font Awesome Free 6 (fonts under SIL OFL 1.1). */
@font-face { font-family: "book icons"; src: url(icons.woff) format("woff"); font-display: block; }
:root { --fa-font-solid: normal 400 1em/1 "book icons"; --fa-font-brands: normal 400 1em/1 "book icons"; }
.fa-solid, .fas, .fab, .fa-brands { display: inline-block; min-width: 1em; font: var(--fa-font-solid);
  text-align: center; text-rendering: auto; -webkit-font-smoothing: antialiased; }
.fa-lg { font-size: 1.25em; line-height: 0.05em; vertical-align: -0.075em; }
"""


def code_points():
    """{icon name: code point}, read from the theme's own style sheet."""
    css = (VENDOR / "css" / "all.min.css").read_text(encoding="utf-8")
    found = {}
    for selectors, code in re.findall(r'([^{}]*)\{content:"\\([0-9a-f]+)"\}', css):
        for name in re.findall(r"\.fa-([a-z0-9-]+):+before", selectors):
            found[name] = int(code, 16)
    missing = set(NAMES + BRANDS) - set(found)
    if missing:
        raise ExtensionError(f"the theme has no icon named {', '.join(sorted(missing))}")
    return {name: found[name] for name in NAMES + BRANDS}


def named_in_styles():
    """Code points that the theme's style sheets write as text before or after an element."""
    text = "".join(path.read_text(encoding="utf-8") for path in STYLES.glob("*.css"))
    return {ord(character) for character in re.findall("[\ue000-\uf8ff]", text)} | {
        int(code, 16) for code in re.findall(r"\\(f[0-9a-f]{3})\b", text)}


def cut(font, wanted):
    """The part of a font that draws these code points, renamed."""
    options = subset.Options()
    options.recalc_timestamp, options.name_IDs = False, [1, 2, 4, 6]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted & set(font.getBestCmap()))
    cutter.subset(font)
    for record in font["name"].names:
        record.string = {2: "Regular", 6: FAMILY.replace(" ", "-")}.get(record.nameID, FAMILY)
    return font


def make_font(wanted):
    """One WOFF file with the wanted icons of the solid and the brands font."""
    from fontTools.merge import Merger

    parts = []
    for name in ("fa-solid-900.ttf", "fa-brands-400.ttf"):
        part = cut(ttLib.TTFont(VENDOR / "webfonts" / name, recalcTimestamp=False), wanted)
        buffer = io.BytesIO()
        part.save(buffer)
        buffer.seek(0)
        parts.append(buffer)
    merged = Merger().merge(parts)
    merged.recalcTimestamp = False
    merged["head"].modified = merged["head"].created = 0
    merged.flavor = "woff"
    made = io.BytesIO()
    merged.save(made, reorderTables=True)
    return made.getvalue()


def write_icons(app, exception):
    """Write font and style sheet into the built book, take the theme's out, and check that no icon is missing."""
    if exception or app.builder.format != "html":
        return
    out, codes = Path(app.outdir), code_points()
    (out / "_static" / "icons.woff").write_bytes(make_font(set(codes.values()) | named_in_styles()))
    rules = "".join(f'.fa-{name}::before {{ content: "\\{code:x}"; }}\n' for name, code in codes.items())
    (out / "_static" / "icons.css").write_text(RULES + rules, encoding="utf-8")
    shutil.copyfile(VENDOR / "LICENSE.txt", out / "_static" / "icons.LICENSE.txt")
    shutil.rmtree(out / "_static" / "vendor" / "fontawesome", ignore_errors=True)
    known = {f"fa-{name}" for name in codes} | {"fa-solid", "fa-brands", "fa-lg"}
    for page in out.rglob("*.html"):
        asked = set(re.findall(r"\bfa-[a-z-]+", " ".join(re.findall(r'<(?:i|span) class="([^"]*\bfa[bs]?[ -][^"]*)"',
                                                                   page.read_text(encoding="utf-8")))))
        if asked - known:
            raise ExtensionError(f"{page.relative_to(out)} shows {', '.join(sorted(asked - known))}: "
                                 "add it to NAMES in _ext/book_icons.py")


def setup(app):
    app.connect("build-finished", write_icons)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
