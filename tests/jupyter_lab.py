"""Starting JupyterLab in tests and driving it in a browser.

``serving(python, folder, environment)`` starts a server on a free port; ``show_lab(page, lab, path)`` opens it;
``run_all(page)`` runs the open notebook; ``run(page, index, source)`` runs one cell of it, with a new source if given.
"""

import contextlib
import os
import re
import subprocess
import threading
from types import SimpleNamespace

import pytest

MINUTES = 60_000
TOKEN = "made-up-for-this-test"
OPTIONS = ("--no-browser", "--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={TOKEN}",
           "--LabApp.expose_app_in_browser=True",
           "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=",
           "--LabApp.extension_manager=readonly")


@contextlib.contextmanager
def serving(python, folder, environment):
    """A JupyterLab of that Python, in that folder: ``url``, ``token``, ``pid`` and ``log``, its lines so far."""
    command = [python, "-m", "jupyterlab", *OPTIONS]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    server = subprocess.Popen(command, cwd=folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    log, address, started = [], [], threading.Event()

    def listen():
        for line in server.stdout:
            log.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/lab", line):
                address.append(found[0].removesuffix("/lab"))
                started.set()
        started.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        if not started.wait(120) or not address:
            pytest.fail("JupyterLab did not start:\n" + "".join(log[-60:]), pytrace=False)
        yield SimpleNamespace(url=address[0], token=TOKEN, log=log, pid=server.pid)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        listener.join(10)
        server.stdout.close()


def clean_environment(home):
    """This process's environment without anything of Jupyter's or of this project's, with a home folder of its own."""
    variables = {name: value for name, value in os.environ.items()
                 if not name.startswith(("JUPYTER", "IPYTHON", "PYTHON", "VIRTUAL_ENV", "MLP_CORE", "MPL"))}
    variables.pop("XDG_CONFIG_HOME", None)
    return variables | {"HOME": str(home)}


def show_lab(page, lab, path):
    """Open a path of the server and wait until JupyterLab is there."""
    page.goto(f"{lab.url}{path}?token={lab.token}&reset")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.wait_for_function("window.jupyterapp !== undefined")


STATE = """() => {
  const panel = window.jupyterapp.shell.currentWidget, notebook = panel.content;
  const code = [...notebook.model.cells].filter(cell => cell.type === "code");
  const outputs = code.map(cell => Array.from({length: cell.outputs.length}, (_, i) => cell.outputs.get(i).toJSON()));
  return {
    kernel: panel.sessionContext.session?.kernel?.status ?? "none",
    waiting: code.filter(cell => cell.sharedModel.source.trim() && cell.executionCount === null).length,
    cells: code.length,
    errors: outputs.flat().filter(output => output.output_type === "error").map(error => error.traceback.join("\\n")),
    widgets: [...notebook.model.cells].flatMap((cell, index) => cell.type === "code" &&
      Array.from({length: cell.outputs.length}, (_, i) => cell.outputs.get(i).data)
        .some(data => data && data["application/vnd.jupyter.widget-view+json"]) ? [index] : []),
  };
}"""

IDLE = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def fail_with(tracebacks):
    """Fail the test with what the kernel said."""
    pytest.fail("a cell failed:\n" + re.sub(r"\x1b\[[0-9;]*m", "", "\n\n".join(tracebacks)), pytrace=False)


def run_all(page):
    """Run the open notebook from the menu; returns its state. A cell's error fails the test with the traceback."""
    page.wait_for_function(IDLE)
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(r"^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(r"^Run All Cells$")).click()
    page.wait_for_function(
        f"() => {{ const state = ({STATE})(); return state.errors.length || "
        "(state.waiting === 0 && state.kernel === 'idle'); }", timeout=5 * MINUTES, polling=200)
    state = page.evaluate(STATE)
    if state["errors"]:
        fail_with(state["errors"])
    return state


RUN = """async ([index, source]) => {
  const notebook = window.jupyterapp.shell.currentWidget.content, cell = notebook.model.cells.get(index);
  if (source !== null) cell.sharedModel.setSource(source);
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  await window.jupyterapp.commands.execute("notebook:run-cell");
  return Array.from({ length: cell.outputs.length }, (_, i) => cell.outputs.get(i).toJSON());
}"""


def run(page, index, source=None):
    """Run a cell of the open notebook; returns what it printed. Its error fails the test with the traceback."""
    outputs = page.evaluate(RUN, [index, source])
    if errors := ["\n".join(output["traceback"]) for output in outputs if output["output_type"] == "error"]:
        fail_with(errors)
    return "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
