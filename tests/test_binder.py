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
import sys
import venv
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from browser import leaves_machine
from jupyter_lab import MINUTES, run_all, serving, show_lab
from sphinx_book_theme.header_buttons.launch import add_launch_buttons

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

from book_repository import theme_options

MEMORY = 2e9  # bytes that Binder gives to a reader, at most
SECONDS = 60  # that a chapter may take from top to bottom
BUILDERS = ("sphinx", "jupyter-book", "myst-nb", "docutils", "playwright", "pytest", "hypothesis", "ruff", "nodejs")


def pins(text: str) -> dict[str, str]:
    """Version of each package that a requirements file pins, by normalised name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", text, flags=re.M)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_binder_installs_the_versions_that_the_book_is_built_with(root):
    here = pins((root / "binder" / "requirements.txt").read_text(encoding="utf-8"))
    book = pins((root / "requirements.txt").read_text(encoding="utf-8"))
    assert here.items() <= book.items()
    assert {"jupyterlab", "jupytext", "ipykernel", "ipywidgets", "anywidget", "numpy", "sympy"} <= set(here)
    assert not [name for name in here if name.startswith(BUILDERS)]


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
    """A JupyterLab as Binder would start it: ``url``, ``token``, ``pid``, ``log`` (its lines so far), ``home`` and
    ``python``.
    """
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
        yield SimpleNamespace(**vars(server), home=home, python=binaries / "python")


@pytest.fixture
def page(lab, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(MINUTES)
    context.route(leaves_machine, lambda route: route.abort())
    opened = context.new_page()
    yield opened
    # the next one comes to a server that runs nothing
    opened.evaluate("() => window.jupyterapp && window.jupyterapp.serviceManager.sessions.shutdownAll()")
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


@pytest.mark.slow
def test_what_builds_and_tests_the_book_is_not_installed(lab):
    listed = subprocess.run([lab.python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
                            capture_output=True, text=True, check=True)
    names = {re.sub(r"[-_.]+", "-", each["name"]).lower() for each in json.loads(listed.stdout)}
    assert {"jupyterlab", "mlp-core"} <= names
    assert not [name for name in names if name.startswith(BUILDERS)]


def launched(page):
    """Where the launch button of a page leads, below Binder's address: made by what makes the button."""
    address, branch = "https://github.com/ada/book", "trunk"
    app = SimpleNamespace(config={"html_theme_options": theme_options((address, branch))}, outdir="",
                          env=SimpleNamespace(doc2path=lambda name: f"{name}.md", metadata={page: {"kernelspec": {}}}))
    context = {"pagename": page, "sourcename": "", "header_buttons": [], "github_url": "https://github.com",
               "github_user": "ada", "github_repo": "book"}
    add_launch_buttons(app, page, "", context, None)
    (button,) = context["header_buttons"][0]["buttons"]
    leads_to = urlsplit(button["url"])
    assert (leads_to.hostname, leads_to.path) == ("mybinder.org", f"/v2/gh/ada/book/{branch}")
    return "/" + parse_qs(leads_to.query)["urlpath"][0]


def processes(pid):
    """A process and all below it."""
    return psutil.Process(pid), *psutil.Process(pid).children(recursive=True)


def seconds_worked(pid):
    """Processor time that a process and all below it have taken: what a clock says depends on who else is working."""
    return sum(sum(process.cpu_times()[:2]) for process in processes(pid))


def peak_memory(pid):
    """Bytes that a process and all below it have held at most, each counted at its own peak and shared pages with each:
    more than they ever held together. Where the system keeps no peaks, what they hold now.
    """
    total = 0
    for process in processes(pid):
        status = Path(f"/proc/{process.pid}/status")
        peak = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), flags=re.M) if status.exists() else None
        total += int(peak[1]) * 1024 if peak else process.memory_info().rss
    return total


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", notebooks(Path(__file__).parent.parent))
def test_a_chapter_opened_by_its_launch_button_runs_and_its_sliders_move(name, lab, page):
    show_lab(page, lab, launched(f"chapters/{Path(name).stem}"))
    page.wait_for_selector(".jp-NotebookPanel")
    before = seconds_worked(lab.pid)
    state = run_all(page)
    seconds = seconds_worked(lab.pid) - before
    source = (Path(__file__).parent.parent / "chapters" / name).read_text(encoding="utf-8")
    assert state["cells"] == len(re.findall(r"^```\{code-cell\}", source, flags=re.M))
    assert bool(state["widgets"]) == ("LiveFigure(" in source)
    for index in state["widgets"]:
        move_slider(page, index)
    memory = peak_memory(lab.pid)
    print(f"{name}: {seconds:.1f} s of one processor, {memory / 1e6:.0f} MB at most")  # shown by -rP
    assert seconds < SECONDS
    assert memory < MEMORY

