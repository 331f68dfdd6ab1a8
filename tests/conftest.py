"""Fixtures that every test may use.

``root``        the repository's folder
``built_html``  folder of the built book (`make book`, warnings as errors), built once a session
``site_url``    address of that folder served on this machine, without a slash at the end
``pages``       every page of the book, as an address within it
``visits``      a ``visits.Visits``: every page visited once at each width and asked everything (see there)
``browser``     a headless Chromium (Playwright's ``Browser``), one a session
``watched``     ``watched(**context_settings)`` opens a ``browser.Watched``: cut off from the world, its
                problems listed; every one is closed at the end of the test, and the test fails if problems
                are left that it has not taken with ``take_problems()``
"""

import functools
import http.server
import os
import subprocess
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("book", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("book")


def pytest_collection_modifyitems(items):
    """Files with many heavy tests first, so that at the end of a run no processor waits long for another; before them
    the one that builds a book of its own.
    """
    weight = {}
    for item in items:
        heavy = any(item.get_closest_marker(name) for name in ("slow", "browser", "build"))
        weight[item.path] = weight.get(item.path, 0) + heavy
    items.sort(key=lambda item: (item.path.name != "test_setup.py", -weight[item.path]))  # stable within a file


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def built_html(root) -> Path:
    (root / "_build").mkdir(exist_ok=True)
    with FileLock(root / "_build" / ".lock"):  # whoever comes second finds it done
        built = subprocess.run(
            ["make", "book"], cwd=root, capture_output=True, text=True, timeout=1500, check=False,
            env={name: value for name, value in os.environ.items()
                 if not name.startswith(("MAKE", "MFLAGS", "ARGS"))},
        )
    if built.returncode:
        pytest.fail(f"make book ended with {built.returncode}\n{built.stdout[-4000:]}\n{built.stderr[-8000:]}",
                    pytrace=False)
    return root / "_build" / "html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A browser that hangs up early is no error."""


@pytest.fixture(scope="session")
def site_url(built_html):
    with Server(("127.0.0.1", 0), functools.partial(Quiet, directory=built_html)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    from browser import open_browser
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = open_browser(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def pages(built_html) -> list[str]:
    found = sorted(path.relative_to(built_html).as_posix() for path in built_html.rglob("*.html")
                   if "_static" not in path.parts and "_sources" not in path.parts)
    found.remove("index.html")  # only sends the reader on
    assert len([page for page in found if page.startswith("chapters/")]) >= 3
    return found


@pytest.fixture(scope="session")
def visits(browser, pages, site_url, built_html):
    from visits import Visits

    return Visits(browser, pages, site_url, built_html)


@pytest.fixture
def watched(browser):
    from browser import Watched

    opened = []

    def open_one(**settings):
        settings.setdefault("viewport", {"width": 1280, "height": 900})
        opened.append(Watched(browser, **settings))
        return opened[-1]

    yield open_one
    problems = [problem for one in opened for problem in one.problems]
    for one in opened:
        one.context.close()
    assert not problems, "\n".join(problems)
