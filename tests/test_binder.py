"""Binder's steps, replayed: a fresh environment from ``binder/``, JupyterLab in it, chapters run in a browser.

repo2docker installs ``binder/requirements.txt`` from the repository's folder with the Python that
``binder/runtime.txt`` names, runs ``binder/postBuild`` there, and starts JupyterLab. So does this test, in a
copy of the files that git knows, with a home folder of its own.
"""

import json
import os
import re
import shutil
import subprocess
import venv
from pathlib import Path
from types import SimpleNamespace

import pytest
from browser import leaves_machine
from jupyter_lab import MINUTES, run_all, serving, show_lab


def pins(text: str) -> dict[str, str]:
    """Version of each package that a requirements file pins, by normalised name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", text, flags=re.M)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_binder_installs_the_versions_that_the_book_is_built_with(root):
    here = pins((root / "binder" / "requirements.txt").read_text(encoding="utf-8"))
    book = pins((root / "requirements.txt").read_text(encoding="utf-8"))
    assert here.items() <= book.items()
    assert {"jupyterlab", "jupytext", "ipykernel", "ipywidgets", "anywidget", "numpy", "sympy"} <= set(here)
    assert not {"sphinx", "jupyter-book", "playwright", "pytest"} & set(here)


def test_binder_is_told_to_install_the_package_in_words_it_understands(root):
    """repo2docker takes ``-e .`` for a local requirement, but not ``--editable .``, and would then lack the files."""
    lines = (root / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "-e ." in lines
    assert (root / "binder" / "runtime.txt").read_text(encoding="utf-8").strip() == "python-3.11"
    assert os.access(root / "binder" / "postBuild", os.X_OK)


def notebooks(root: Path) -> list[str]:
    """Chapters that are notebooks, by file name."""
    return sorted(path.name for path in (root / "chapters").glob("*.md")
                  if re.match(r"---\n.*?\njupytext:|---\njupytext:", path.read_text(encoding="utf-8"), flags=re.S))


def copy_of_tracked_files(root: Path, target: Path):
    """What a clone would hold, with the contents that the files have now."""
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, target / name)
    else:  # an unpacked archive
        shutil.copytree(root, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(
            ".venv", "_build", ".git", "__pycache__", "*.egg-info", ".jupyter"))


def said(command, **options):
    """Run a command; its output, if it fails, is the test's message."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode:
        pytest.fail(f"{command} ended with {done.returncode}:\n{done.stdout[-6000:]}", pytrace=False)


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory):
    """A JupyterLab as Binder would start it: ``url``, ``token``, ``log`` (its lines so far) and ``home``."""
    place = tmp_path_factory.mktemp("binder")
    repository, home, environment = place / "repository", place / "home", place / "environment"
    repository.mkdir()
    home.mkdir()
    copy_of_tracked_files(root, repository)
    venv.create(environment, with_pip=True)
    binaries = environment / "bin"
    variables = {name: value for name, value in os.environ.items()
                 if not name.startswith(("JUPYTER", "IPYTHON", "PYTHON", "VIRTUAL_ENV", "MLP_CORE", "MPL"))}
    said([binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
          "-r", "binder/requirements.txt"], cwd=repository, env=variables, timeout=1200)
    variables |= {"HOME": str(home), "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    variables.pop("XDG_CONFIG_HOME", None)
    said(["bash", "binder/postBuild"], cwd=repository, env=variables, timeout=120)

    with serving(binaries / "python", repository, variables) as server:
        yield SimpleNamespace(**vars(server), home=home)


@pytest.fixture
def page(lab, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(MINUTES)
    context.route(leaves_machine, lambda route: route.abort())
    yield context.new_page()
    context.close()


def show_cell(page, index):
    """Bring a cell, and so its output, onto the screen: JupyterLab draws only what is near."""
    page.evaluate("""index => { const notebook = window.jupyterapp.shell.currentWidget.content;
                     notebook.activeCellIndex = index; return notebook.scrollToItem(index, "start"); }""", index)


# What a figure shows: its drawing, and the points of every canvas that it paints on.
PICTURE = """[...document.querySelectorAll('.jp-Cell.jp-mod-active figure :is(svg, canvas)')]
             .map(e => e.tagName === 'CANVAS' ? e.toDataURL() : e.outerHTML).join()"""


def move_slider(page, index):
    """Move the first slider of a cell by keyboard, and wait until the picture has moved and the readout with it.

    A figure that only lets choose has no slider: there the next thing is chosen.
    """
    show_cell(page, index)
    cell = page.locator(".jp-Cell.jp-mod-active")
    cell.locator(".widget-slider .noUi-handle, .widget-dropdown select").first.wait_for()
    page.wait_for_function(f"({PICTURE}).includes('<path')")
    handle = cell.locator(".widget-slider .noUi-handle").first
    if not handle.count():
        before, choice = page.evaluate(PICTURE), cell.locator(".widget-dropdown select").first
        choice.select_option(index=choice.evaluate("each => (each.selectedIndex + 1) % each.options.length"))
        page.wait_for_function(f"before => ({PICTURE}) !== before", arg=before)
        return
    handle.scroll_into_view_if_needed()
    readout = cell.locator(".widget-readout").first
    before, said_before = page.evaluate(PICTURE), readout.inner_text()
    value, highest = (float(handle.get_attribute(f"aria-value{end}")) for end in ("now", "max"))
    handle.press("ArrowLeft" if value >= highest else "ArrowRight")
    page.wait_for_function(f"before => ({PICTURE}) !== before", arg=before)
    assert readout.inner_text() != said_before


@pytest.mark.browser
@pytest.mark.slow
def test_a_double_click_on_a_chapter_opens_a_notebook(lab, page):
    show_lab(page, lab, "/lab")
    page.locator(".jp-DirListing-itemText", has_text=re.compile(r"^chapters$")).dblclick()
    page.locator(".jp-DirListing-itemText", has_text="08-gradient-descent.md").dblclick()
    page.wait_for_selector(".jp-NotebookPanel")
    assert page.locator(".jp-FileEditor").count() == 0
    settings = json.loads((lab.home / ".jupyter/labconfig/default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]["markdown"] == "Jupytext Notebook"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", notebooks(Path(__file__).parent.parent))
def test_a_chapter_opened_by_its_launch_button_runs_and_its_sliders_move(name, lab, page):
    show_lab(page, lab, f"/lab/tree/chapters/{name}")
    page.wait_for_selector(".jp-NotebookPanel")
    state = run_all(page)
    source = (Path(__file__).parent.parent / "chapters" / name).read_text(encoding="utf-8")
    assert state["cells"] == len(re.findall(r"^```\{code-cell\}", source, flags=re.M))
    assert bool(state["widgets"]) == ("LiveFigure(" in source)
    for index in state["widgets"]:
        move_slider(page, index)

