"""Buttons that lead to the repository, pointing at whichever GitHub repository publishes the book.

The address comes from the environment of a GitHub workflow, else from the clone's ``origin``. With neither
there is no Binder button, no repository button, no "open an issue": none is better than a dead one.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

OWNER_AND_NAME = r"(?P<owner>[A-Za-z0-9][A-Za-z0-9-]*)/(?P<name>[A-Za-z0-9._-]+?)(?:\.git)?/?"
REMOTE_FORMS = (
    r"https?://(?:[^@/]+@)?github\.com(?::443)?/",
    r"git://github\.com/",
    r"ssh://git@(?:ssh\.)?github\.com(?::\d+)?/",
    r"(?:[^@/]+@)?github\.com:/?",
)


def github_address(remote: str) -> str | None:
    """``https://github.com/owner/name`` for any way of writing a GitHub remote; None for any other remote."""
    for form in REMOTE_FORMS:
        if found := re.fullmatch(form + OWNER_AND_NAME, remote.strip()):
            return f"https://github.com/{found['owner']}/{found['name']}"
    return None


def repository(environment: Mapping[str, str], remote: str | None) -> tuple[str, str] | None:
    """(address, branch) of the repository that publishes the book, or None when nobody has said.

    ``environment`` is that of the process, ``remote`` what ``git remote get-url origin`` answers, if anything.
    """
    branch = environment.get("GITHUB_REF_NAME", "")
    if not branch or environment.get("GITHUB_REF_TYPE") == "tag" or branch.endswith("/merge"):
        branch = environment.get("BOOK_BRANCH") or "main"
    name = environment.get("GITHUB_REPOSITORY", "")
    if name:
        server = environment.get("GITHUB_SERVER_URL") or "https://github.com"
        address = github_address(f"{server.rstrip('/')}/{name}")
    else:
        address = github_address(remote or "")
    return (address, branch) if address else None


def origin(folder: Path) -> str | None:
    """Address of the remote ``origin`` of the clone in ``folder``; None without git, clone or remote."""
    try:
        done = subprocess.run(["git", "-C", str(folder), "remote", "get-url", "origin"],
                              capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def theme_options(found: tuple[str, str] | None) -> dict:
    """What the theme is told: every button that needs a repository, or none of them."""
    if found is None:
        return {"launch_buttons": {}, "use_repository_button": False, "use_issues_button": False,
                "use_edit_page_button": False, "use_source_button": False}
    address, branch = found
    return {
        "repository_url": address,
        "repository_branch": branch,
        "path_to_docs": "",
        "use_repository_button": True,
        "use_issues_button": True,
        "use_edit_page_button": True,
        "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"},
    }


def configure(app, config):
    options = dict(config.html_theme_options)
    for name in ("repository_url", "repository_branch", "path_to_docs"):
        options.pop(name, None)  # Jupyter Book fills in its own repository
    options.update(theme_options(repository(os.environ, origin(Path(app.srcdir)))))
    config.html_theme_options = options


def setup(app):
    app.connect("config-inited", configure, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
