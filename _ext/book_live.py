"""Pages with live figures or stills get `mlp_core/web`'s style, those with live figures its script, those whose figures
show more than lines and dots or read what is typed the scripts for that, those that train a network the training
scripts; other pages nothing. Two figures of one name on a page stop the build.
"""

import os
import re
from importlib import resources
from pathlib import Path

from sphinx.errors import ExtensionError

SHAPES = re.compile(r'"kind": "(?!line")')
NAMED = re.compile(r'<figure class="mlp-(?:live|train|still)" id="([^"]+)"')
TYPED = 'class="mlp-slider mlp-typed'


def add_files(app, pagename, templatename, context, doctree):
    body = context.get("body", "")
    names = NAMED.findall(body)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ExtensionError(f"{pagename}: got two figures called {', '.join(twice)}, expected a name for each: the "
                             "second would not move")
    trains = 'class="mlp-train"' in body
    if SHAPES.search(body):
        app.add_js_file("live-shapes.js")  # live.js looks for it
    if TYPED in body:
        for name in ("formula.js", "live-typed.js"):  # for this too
            app.add_js_file(name)
    if trains or 'class="mlp-live"' in body:
        app.add_js_file("live.js")  # not deferred: a figure then works while the rest of a long page is still read
    if trains or 'class="mlp-live"' in body or 'class="mlp-still"' in body:
        app.add_css_file("live.css")
    if trains:  # deferred scripts run in this order
        for name in ("train.js", "train-view.js", "train-page.js"):
            app.add_js_file(name, loading_method="defer")
        app.add_css_file("train.css")


def configure(app, config):
    """Serve the files of `mlp_core/web`, the scripts without comments: readers' lines are slow."""
    from mlp_core.live.widget import lean

    folder = Path(app.doctreedir).parent / "web"
    folder.mkdir(parents=True, exist_ok=True)
    for file in resources.files("mlp_core").joinpath("web").iterdir():
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(lean(text) if file.name.endswith(".js") else text, encoding="utf-8")
    config.html_static_path = [*config.html_static_path, str(folder)]


def setup(app):
    os.environ["MLP_CORE_PAGES"] = "1"  # read by mlp_core.live.widget: page form only, no widgets with random ids
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
