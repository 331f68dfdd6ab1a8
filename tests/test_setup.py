"""The set-up: what is installed, how the book is built, where its buttons lead."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "_ext"))

import book_repository  # noqa: E402
from book_repository import github_address, repository, theme_options  # noqa: E402

# --- the repository that the buttons lead to

@pytest.mark.parametrize("remote", [
    "https://github.com/ada/book", "https://github.com/ada/book.git", "https://github.com/ada/book/",
    "http://github.com/ada/book", "https://user:secret@github.com/ada/book.git", "git@github.com:ada/book.git",
    "git@github.com:ada/book", "ssh://git@github.com/ada/book.git", "ssh://git@ssh.github.com:443/ada/book.git",
    "git://github.com/ada/book.git", " https://github.com/ada/book\n",
])
def test_every_way_of_writing_a_github_remote_is_understood(remote):
    assert github_address(remote) == "https://github.com/ada/book"


@pytest.mark.parametrize("remote", [
    "", "/home/ada/book", "../book.git", "file:///srv/git/book.git", "https://gitlab.com/ada/book.git",
    "https://github.com/ada", "https://github.com.evil.example/ada/book", "https://example.org/github.com/ada/book",
    "git@example.org:ada/book.git",
])
def test_any_other_remote_gives_no_address(remote):
    assert github_address(remote) is None


def test_names_with_dots_and_dashes_survive():
    assert github_address("git@github.com:a-b/c.d_e.git") == "https://github.com/a-b/c.d_e"


def test_the_workflow_that_publishes_decides():
    environment = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "fork/book",
                   "GITHUB_REF_NAME": "main"}
    assert repository(environment, "https://github.com/ada/book") == ("https://github.com/fork/book", "main")


def test_outside_a_workflow_the_remote_decides():
    assert repository({}, "git@github.com:ada/book.git") == ("https://github.com/ada/book", "main")


def test_the_branch_is_the_one_that_is_published():
    environment = {"GITHUB_REPOSITORY": "ada/book", "GITHUB_REF_NAME": "trunk"}
    assert repository(environment, None) == ("https://github.com/ada/book", "trunk")
    for name in ({"GITHUB_REF_NAME": "12/merge"}, {"GITHUB_REF_NAME": "v1.0", "GITHUB_REF_TYPE": "tag"}):
        assert repository({"GITHUB_REPOSITORY": "ada/book"} | name, None)[1] == "main"


@pytest.mark.parametrize("remote", [None, "", "/srv/git/book.git"])
def test_with_neither_there_is_no_repository_and_no_button(remote):
    assert repository({}, remote) is None
    options = theme_options(None)
    assert not any(options.values())


def test_a_folder_without_git_has_no_origin(tmp_path):
    assert book_repository.origin(tmp_path) is None


def test_a_clone_tells_its_origin(tmp_path):
    for command in (["init", "--quiet"], ["remote", "add", "origin", "git@github.com:ada/book.git"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    assert book_repository.origin(tmp_path) == "git@github.com:ada/book.git"


# --- the cache of executed chapters

def test_the_cache_is_another_one_when_anything_that_a_picture_depends_on_changes(tmp_path):
    from book_execution import fingerprint

    (tmp_path / "mlp_core" / "web").mkdir(parents=True)
    seen = {fingerprint(tmp_path)}
    for name in ("mlp_core/network.py", "mlp_core/web/live.js", "mlp_core/web/live.css", "mlp_core/digits.npz",
                 "requirements.txt"):
        for content in ("one", "two"):
            (tmp_path / name).write_text(content)
            seen.add(fingerprint(tmp_path))
    (tmp_path / "mlp_core/network.py").rename(tmp_path / "mlp_core/networks.py")
    seen.add(fingerprint(tmp_path))
    assert len(seen) == 12
    (tmp_path / "mlp_core/__pycache__").mkdir()
    (tmp_path / "mlp_core/__pycache__/network.py").write_text("")
    (tmp_path / "README.md").write_text("")
    assert fingerprint(tmp_path) in seen


def test_pages_are_read_again_when_an_extension_changes(tmp_path):
    from book_execution import EXTENSIONS, fingerprint

    (tmp_path / "_ext" / "claims").mkdir(parents=True)
    seen = {fingerprint(tmp_path, EXTENSIONS)}
    for name in ("book_live.py", "claims/01-neuron.py", "scorer.js"):
        for content in ("one", "two"):
            (tmp_path / "_ext" / name).write_text(content)
            seen.add(fingerprint(tmp_path, EXTENSIONS))
    assert len(seen) == 7


# --- maths

def test_katex_sheet_and_renderer_are_of_one_version():
    import book_maths
    import sphinxcontrib.katex

    sheet = (ROOT / "_ext/katex/katex.min.css").read_text(encoding="utf-8")
    assert book_maths.stylesheet_version(sheet) == sphinxcontrib.katex.katex_version
    served = book_maths.only_woff2(sheet)
    fonts = set(re.findall(r"url\(([^)]*)\)", served))
    assert fonts == {f"fonts/{path.name}" for path in (ROOT / "_ext/katex/fonts").iterdir()}


def test_node_comes_with_the_environment():
    import book_maths

    node = Path(book_maths.node_binary())
    assert Path(sys.prefix) in node.parents
    assert subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.startswith("v")


# --- what is installed

def test_every_requirement_is_pinned_once():
    lines = [line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    lines = [line for line in lines if line]
    assert "--editable ." in lines
    lines.remove("--editable .")
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][^\s;]*(; .*)?", line) for line in lines)
    names = [re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lines]
    assert len(names) == len(set(names))


def test_the_package_needs_only_what_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = (ROOT / "requirements.txt").read_text().lower()
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    for requirement in wanted:
        assert re.search(rf"^{re.split('[>=<]', requirement)[0]}==", pinned, flags=re.M), requirement


def test_citation_changes_and_package_tell_of_one_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "type"} <= set(citation)  # what the format asks for
    assert (citation["version"], citation["license"]) == (version, ["MIT", "CC-BY-4.0"])
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert (citation["title"], citation["authors"]) == (config["title"], [{"name": config["author"]}])
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_an_installed_copy_has_every_file_of_the_package(tmp_path):
    """A wheel, which is what others would install, carries data, style and script beside the code."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "mlp_core", tmp_path / "mlp_core", ignore=shutil.ignore_patterns("__pycache__"))
    build = subprocess.run([sys.executable, "-c", "import setuptools.build_meta as b; print(b.build_wheel('.'))"],
                           cwd=tmp_path, capture_output=True, text=True, check=False)
    assert build.returncode == 0, build.stderr
    wheel = next(tmp_path.glob("*.whl"))
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("mlp_core/")}
    kept = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "mlp_core").rglob("*") if path.is_file()}
    assert kept <= carried


# --- make

def make(*arguments, cwd=ROOT, **environment):
    """Call make with a clean environment; returns what it did."""
    variables = {name: value for name, value in os.environ.items()
                 if not name.startswith(("MAKE", "MFLAGS", "ARGS", "GITHUB_"))} | environment
    return subprocess.run(["make", *arguments], cwd=cwd, env=variables, capture_output=True, text=True, check=False)


def test_help_names_every_target():
    told = make("help").stdout
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)[1].split()
    assert {"book", "test"} < set(targets)
    for target in targets:
        assert re.search(rf"^make {target} +\S", told, flags=re.M), target


def test_make_says_so_when_there_is_no_python(tmp_path):
    shutil.copy2(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "pyproject.toml").touch()
    refused = make("book", "PYTHON=", cwd=tmp_path)
    assert refused.returncode
    assert "Python 3.11 or newer is needed" in refused.stderr
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    refused = make("book", f"PYTHON={old}", cwd=tmp_path)
    assert refused.returncode
    assert "python3-venv" in refused.stderr


@pytest.mark.build
def test_a_second_call_builds_nothing(built_html):
    stamp = built_html.parent / ".built"
    before = stamp.stat().st_mtime_ns
    again = make("book")
    assert again.stdout.strip() == f"The book is in {built_html / 'index.html'}"  # Sphinx would say more
    assert stamp.stat().st_mtime_ns == before


def differences(one: Path, other: Path) -> list[str]:
    """Files that are in only one of two folders, or differ by a byte."""
    names = [{path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
             for place in (one, other)]
    _, unequal, unread = filecmp.cmpfiles(one, other, names[0] & names[1], shallow=False)
    return sorted({*(names[0] ^ names[1]), *unequal, *unread} - {".buildinfo"})


@pytest.mark.build
@pytest.mark.slow
def test_a_cold_build_elsewhere_becomes_the_same_book_and_buttons_follow_the_repository(built_html, tmp_path):
    """In a folder whose path has spaces, with a cold cache, for another repository first: all of its buttons and
    addresses are there. Built again for ours, with a word that comes and goes, every file is the same to the byte.
    """
    from test_binder import copy_of_tracked_files

    place = tmp_path / "with a space" / "the book"
    place.mkdir(parents=True)
    copy_of_tracked_files(ROOT, place)
    (place / ".venv").symlink_to(ROOT / ".venv")
    here, first_page = place / "_build" / "html", place / "chapters" / "index.md"
    words = first_page.read_text(encoding="utf-8")

    def build(text=words, **environment):
        first_page.write_text(text, encoding="utf-8")
        # the environment is borrowed: never install into it from here
        built = make("book", "-o", ".venv/.installed", cwd=place, **environment)
        assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
        assert built.stdout.endswith(f"The book is in {place}/_build/html/index.html\n")

    def read(name):
        return (here / name).read_text(encoding="utf-8")

    build(GITHUB_REPOSITORY="ada/book", GITHUB_REF_NAME="trunk")
    chapter, home, published = "chapters/08-gradient-descent", "https://github.com/ada/book", "https://ada.github.io/book/"
    page = read(f"{chapter}.html")
    for expected in (f'href="https://mybinder.org/v2/gh/ada/book/trunk?urlpath=lab/tree/{chapter}.md"',
                     f'href="https://colab.research.google.com/github/ada/book/blob/notebooks/{chapter}.ipynb"',
                     f'href="{home}/edit/trunk/{chapter}.md"', f'href="{home}/issues/new',
                     f'<link rel="canonical" href="{published}{chapter}.html"',
                     f'<meta property="og:image" content="{published}_static/cover.png"'):
        assert expected in page
    assert f'<meta property="og:image" content="{published}_static/cover.png"' in read("index.html")
    assert f"git+{home}@trunk" in read(f"_sources/{chapter}.ipynb")
    listed = {f"{published}{path.relative_to(here).as_posix()}" for path in here.glob("chapters/*.html")}
    assert set(re.findall(r"<loc>(.*?)</loc>", read("sitemap.xml"))) == listed
    assert f"Sitemap: {published}sitemap.xml" in read("robots.txt")
    assert listed <= set(re.findall(r'href="(.*?)"', read("404.html")))

    known = repository(os.environ, book_repository.origin(ROOT))
    mine = {"GITHUB_REPOSITORY": known[0].removeprefix("https://github.com/"), "GITHUB_REF_NAME": known[1]} \
        if known else {}
    build(words + "\nZyzzyva.\n")
    assert "zyzzyva" in read("searchindex.js")
    page = read(f"{chapter}.html")
    for word in ("mybinder.org", "colab", "issues/new", "executablebooks", "fa-github", "launch-buttons", "canonical"):
        assert word not in page
    assert not (here / "sitemap.xml").exists()
    build(**mine)
    unequal = differences(built_html, here)
    assert not unequal, unequal


# --- the browser

def test_a_browser_that_is_named_must_be_there(tmp_path):
    from browser import chromium

    with pytest.raises(chromium.BrowserMissingError, match="no-such-browser"):
        chromium.installed_browser({"CHROMIUM": "no-such-browser"})
    named = tmp_path / "my browser"
    named.write_text("#!/bin/sh\n")
    named.chmod(0o755)
    assert chromium.installed_browser({"CHROMIUM": str(named)}) == str(named)


def test_without_any_browser_the_message_says_what_to_install(monkeypatch, tmp_path):
    from browser import chromium

    playwright = SimpleNamespace(chromium=SimpleNamespace(executable_path=str(tmp_path / "chromium")))

    refused = subprocess.CompletedProcess([], 1, "", "no network")
    monkeypatch.setattr(chromium, "installed_browser", lambda: None)
    monkeypatch.setattr(chromium.subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(chromium.BrowserMissingError, match=r"apt-get install chromium(.|\n)*no network"):
        chromium.chromium_path(playwright)


@pytest.mark.parametrize(("url", "leaves"), [
    ("https://cdn.example.org/a.js", True), ("http://127.0.0.1.example.org/", True), ("wss://example.org/", True),
    ("http://127.0.0.1:8000/a", False), ("http://localhost/", False), ("file:///book/index.html", False),
    ("data:text/css,a", False), ("blob:null/1", False),
])
def test_requests_that_leave_the_machine_are_told_from_those_that_do_not(url, leaves):
    from browser import leaves_machine

    assert leaves_machine(url) is leaves


# --- style

def test_code_is_in_house_style():
    checked = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True,
                             check=False)
    assert checked.returncode == 0, checked.stdout


def test_matplotlib_reads_no_settings_but_the_books():
    """A user's style would change pictures, and a half-written list of fonts print warnings into them."""
    told = make("--print-data-base", "--dry-run", "help", MPLCONFIGDIR="/elsewhere").stdout
    assert f"MPLCONFIGDIR := {ROOT}/.venv/.matplotlib\n" in told
