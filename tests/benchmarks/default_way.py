"""A chapter of the book built the way Jupyter Book 1 builds by default, to compare with: `page_bench.py` serves it.

MathJax sets the maths in the browser; require.js and html-manager bring `ipywidgets` sliders to life there. Where a
default page asks other servers for these, the same files are served from this machine, as npm publishes them. They are
kept in ``_build/npm`` and fetched once; without a network that fails, and says so.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

from mlp_core.live.widget import lean

ROOT = Path(__file__).resolve().parent.parent.parent
REGISTRY = "https://registry.npmjs.org"

PACKAGES = {
    "@jupyter-widgets/html-manager": ("1.0.14", "c20960410f95323f8c04a913b6d75ea0cb4e6a1fc7d80d70e4653538055798342a65"
                                      "84cae82fa81d98d033170d7b32298aa5230b560728ea395dd3f710dbc19e"),
    "mathjax": ("3.2.2", "06df9249553c7811b6ef30a155ec0e89c62ced7b1db78d2a9b8f94a47c97ee4d3f3bd36588f73ec7bee4d7f144b0"
                "fb2328f64626fb5164cd6f3be81e5b43a11b"),
    "requirejs": ("2.3.4", "a8f0f9811ae3ea4190d19c9200982a6c0ae4683a8f31b4084f4cd2643908bf599f035ef0fed47615aab9976aaa4"
                  "5fd82750c7a156967f6752b81dd940f36f5f4"),
}
"""What default pages load from other servers: {npm's name: (version, SHA-512 of the package)}."""

SERVED = (
    (r"https://cdn\.jsdelivr\.net/npm/mathjax@3/", "/npm/mathjax/"),
    (r"https://cdnjs\.cloudflare\.com/ajax/libs/require\.js/[\d.]+/require(\.min)?\.js", "/npm/requirejs/require.js"),
    (r"https://cdn\.jsdelivr\.net/npm/@jupyter-widgets/html-manager@[^/\"]*/", "/npm/@jupyter-widgets/html-manager/"),
)
"""Where a default page's addresses of other servers lead here."""

CONFIG = """title: The default way
execute: {execute_notebooks: force, timeout: 300}
bibtex_bibfiles: [references.bib]
html: {use_issues_button: false, use_repository_button: false}
parse:
  myst_enable_extensions: [amsmath, attrs_block, attrs_inline, colon_fence, deflist, dollarmath, substitution, tasklist]
sphinx: {config: {suppress_warnings: [myst.xref_missing, ref.term, ref.doc, ref.ref]}}
"""

CELL = '''
```{{code-cell}} ipython3
:tags: [remove-cell]
import sys
sys.path.insert(0, {folder!r})
import default_widgets
```
'''

WIDGETS = '''"""Live figures as `ipywidgets` alone would show them: sliders, and the picture as it stands."""

import ipywidgets

from mlp_core.live import LiveFigure
from mlp_core.live.widget import control


def bundle(figure, include=None, exclude=None):
    pictures = "".join(svg for svg, _ in figure.pictures())
    box = ipywidgets.VBox([ipywidgets.HTML(pictures), *(control(slider) for slider in figure.sliders)])
    return box._repr_mimebundle_()


LiveFigure._repr_mimebundle_ = bundle
'''


class MissingError(RuntimeError):
    """Something that a default page loads cannot be had."""


def archive(name, folder):
    """Path of a package's archive, fetched if it is not in the folder; its checksum is right.

    Raises
    ------
    MissingError
        If the registry does not answer, or answers with something else.
    """
    version, checksum = PACKAGES[name]
    path = folder / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not path.exists():
        address = f"{REGISTRY}/{name}/-/{name.split('/')[-1]}-{version}.tgz"
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                content = answer.read()
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            raise MissingError(f"{name} {version} is not in {folder}, and {address} cannot be read: {error}") from None
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if hashlib.sha512(path.read_bytes()).hexdigest() != checksum:
        raise MissingError(f"{path} is not {name} {version} as npm publishes it: remove it and try again")
    return path


def unpack(folder, target):
    """Put every package below ``target/npm``."""
    for name in PACKAGES:
        place = target / "npm" / name
        with tarfile.open(archive(name, folder)) as packed:
            packed.extractall(place.with_suffix(".tmp"), filter="data")
        shutil.move(place.with_suffix(".tmp") / "package", place)
    script = target / "npm" / "requirejs" / "require.js"
    script.write_text(lean(script.read_text(encoding="utf-8")), encoding="utf-8")  # pages load the short form


def build(chapter, packages, folder):
    """Build one chapter the default way.

    Parameters
    ----------
    chapter : str
        Its file's name without the ending.
    packages : Path
        Where the npm packages are, or shall be.
    folder : Path
        An empty folder to build in.

    Returns
    -------
    Path
        What is to be served; the page is ``chapter.html`` in it.

    Raises
    ------
    MissingError
        If a package cannot be had or the build fails.
    """
    unpack(packages, folder / "_build" / "html")
    head, text = re.match(r"(---\n.*?\n---\n)(.*)", (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8"),
                          re.S).groups()
    (folder / f"{chapter}.md").write_text(head + CELL.format(folder=str(folder)) + text, encoding="utf-8")
    (folder / "default_widgets.py").write_text(WIDGETS, encoding="utf-8")
    (folder / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {chapter}\n", encoding="utf-8")
    shutil.copy(ROOT / "references.bib", folder)
    environment = {name: value for name, value in os.environ.items() if name != "MLP_CORE_PAGES"}
    call = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(folder)]
    built = subprocess.run(call, capture_output=True, text=True, timeout=900, check=False, env=environment)
    page = folder / "_build" / "html" / f"{chapter}.html"
    if built.returncode or not page.exists():
        raise MissingError(f"The default build failed:\n{built.stdout[-2000:]}\n{built.stderr[-4000:]}")
    html = page.read_text(encoding="utf-8")
    for pattern, here in SERVED:
        html, count = re.subn(pattern, here, html)
        if not count:
            raise MissingError(f"The default page does not load {pattern}: it is not what the benchmark expects")
    page.write_text(re.sub(r' integrity="[^"]*"', "", html), encoding="utf-8")  # of the other server's short form
    return page.parent
