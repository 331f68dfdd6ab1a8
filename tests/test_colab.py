"""The button for Colab: the branch that publishing pushes holds what the button opens, and it runs where the package is
not installed yet.

GitHub is played by a bare repository in a folder: git is told so, and nothing else is changed. The environment has what
Colab has, and not the package.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml
from jupyter_lab import clean_environment
from test_binder import copy_of_tracked_files, notebooks, said

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

from book_notebooks import BRANCH, colab_button

pytestmark = pytest.mark.slow
ADDRESS, TOKEN = "https://github.com/ada/book", "made-up"


@pytest.fixture(scope="module")
def github(root, tmp_path_factory):
    """Folder of the bare repository, with the branch `notebooks` as publishing pushes it, and the environment in which
    git takes the repository for GitHub's.
    """
    place = tmp_path_factory.mktemp("colab")
    (place / "home").mkdir()
    variables = clean_environment(place / "home") | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "GIT_CONFIG_COUNT": "2",
        **{f"GIT_CONFIG_KEY_{k}": f"url.file://{place}/bare.insteadOf" for k in range(2)},
        "GIT_CONFIG_VALUE_0": ADDRESS, "GIT_CONFIG_VALUE_1": ADDRESS.replace("://", f"://x-access-token:{TOKEN}@"),
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "ada/book", "GITHUB_REF_NAME": "trunk",
        "GITHUB_SHA": "0" * 40, "RUNNER_TEMP": str(place), "TOKEN": TOKEN, "PIP_NO_INDEX": "1"}
    clone = place / "clone"
    copy_of_tracked_files(root, clone)
    ada = ["git", "-c", "user.name=ada", "-c", "user.email=ada@localhost"]
    for command in (["git", "init", "--quiet", "--initial-branch", "trunk"], ["git", "add", "."],
                    [*ada, "commit", "--quiet", "--message", "The book"],
                    ["git", "clone", "--quiet", "--bare", ".", str(place / "bare")]):
        said(command, cwd=clone, env=variables)
    job = yaml.safe_load((root / ".github/workflows/publish.yml").read_text(encoding="utf-8"))["jobs"]["notebooks"]
    (step,) = (step["run"] for step in job["steps"] if "run" in step)
    said(["bash", "-e", "-c", step], cwd=clone, env=variables)
    return place / "bare", variables


def published(github, path):
    """A file of the branch that publishing has pushed."""
    return subprocess.run(["git", "-C", github[0], "show", f"{BRANCH}:{path}"], capture_output=True, text=True,
                          check=True).stdout


def test_every_button_opens_a_notebook_that_was_published(github, root):
    before = ADDRESS.replace("github.com", "colab.research.google.com/github") + f"/blob/{BRANCH}/"
    for name in notebooks(root):
        url = colab_button(ADDRESS, f"chapters/{Path(name).stem}")["url"]
        assert url.startswith(before)
        assert json.loads(published(github, url.removeprefix(before)))["cells"]


@pytest.fixture
def bare_python(tmp_path):
    """A Python that has all that this one has, except the package."""
    venv.create(tmp_path / "environment", with_pip=True)
    python = tmp_path / "environment" / "bin" / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    here, there = (Path(subprocess.run([each, "-c", where], capture_output=True, text=True, check=True).stdout.strip())
                   for each in (sys.executable, python))
    for path in there.glob("setuptools*"):
        shutil.rmtree(path)  # an older one, which Python 3.11 puts there
    (tmp_path / "others").mkdir()
    for path in here.iterdir():
        if not re.match(r"pip\b|.*mlp_core|.*\.pth$|__pycache__", path.name):
            (tmp_path / "others" / path.name).symlink_to(path)
    (there / "others.pth").write_text(f"{tmp_path / 'others'}\n")
    return python


def test_a_published_notebook_installs_the_package_and_runs(github, bare_python, tmp_path):
    """The one that imports most. Nothing but the package is fetched: whatever else its first cell asks for is here."""
    assert subprocess.run([bare_python, "-c", "import mlp_core"], cwd=tmp_path, capture_output=True).returncode
    (tmp_path / "chapter.ipynb").write_text(published(github, "chapters/10-digits.ipynb"), encoding="utf-8")
    variables = github[1] | {"JUPYTER_PREFER_ENV_PATH": "1", "PIP_NO_BUILD_ISOLATION": "false"}
    said([bare_python, "-c", "from nbclient.cli import main; main()", "--inplace", "chapter.ipynb"], cwd=tmp_path,
         env=variables, timeout=300)
    cells = json.loads((tmp_path / "chapter.ipynb").read_text(encoding="utf-8"))["cells"]
    assert all(cell["execution_count"] for cell in cells if cell["cell_type"] == "code")
    found = subprocess.run([bare_python, "-c", "import mlp_core; print(mlp_core.__file__)"], cwd=tmp_path,
                           capture_output=True, text=True, check=True).stdout
    assert Path(found).is_relative_to(tmp_path / "environment")
