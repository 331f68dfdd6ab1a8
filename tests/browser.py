"""Driving a browser in tests.

``Watched`` is a browser context in which nothing but this machine can be reached and everything that goes wrong is
written down. Finding and starting the browser is `_ext/chromium.py`'s: ``make pdf`` needs one too.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "_ext"))

import chromium

open_browser = chromium.open_browser
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def leaves_machine(url: str) -> bool:
    """Would a request for this address leave the machine?"""
    parts = urlsplit(url)
    return parts.scheme not in ("file", "data", "blob", "about") and parts.hostname not in LOCAL_HOSTS


class Watched:
    """A browser context cut off from the world, with a list of everything that went wrong in it.

    ``context`` and ``page`` are Playwright's. ``problems`` holds one line for each console message of level
    warning or error, uncaught error, request that would leave the machine, and local request that failed.
    """

    def __init__(self, browser, **settings):
        self.problems: list[str] = []
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(30_000)
        self.context.route(leaves_machine, self._refuse)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.problems.append(f"uncaught error: {error.error}"))
        self.context.on("response", self._response)
        self.context.on("requestfailed", self._failed)
        self.page = self.context.new_page()

    def _refuse(self, route):
        self.problems.append(f"outside request: {route.request.url}")
        route.abort()

    def _console(self, message):
        if message.type in ("warning", "error"):
            self.problems.append(f"console {message.type}: {message.text}")

    def _response(self, response):
        if response.status >= 400:
            self.problems.append(f"answer {response.status}: {response.url}")

    def _failed(self, request):
        if not leaves_machine(request.url) and "ERR_ABORTED" not in (request.failure or ""):
            self.problems.append(f"failed request: {request.url} ({request.failure})")

    def take_problems(self) -> list[str]:
        """The problems so far; the list starts afresh."""
        taken, self.problems[:] = list(self.problems), []
        return taken

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()
