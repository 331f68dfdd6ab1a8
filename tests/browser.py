"""Finding and driving a browser in tests.

``chromium_path()`` names the browser; ``open_browser(playwright)`` starts it; ``Watched`` is a browser
context in which nothing but this machine can be reached and everything that goes wrong is written down.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
ARGUMENTS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # whatever a page asks for by name does not exist, except this machine
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


class BrowserMissingError(RuntimeError):
    """No browser on this machine and none to be had; says what to install."""


def installed_browser(environment=os.environ) -> str | None:
    """Path of a Chromium or Chrome: the one that CHROMIUM names, else one on PATH or in its usual place."""
    named = environment.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if not found:
            raise BrowserMissingError(f"CHROMIUM names {named!r}, which is not a program that can be run")
        return found
    for name in ON_PATH:
        if found := shutil.which(name, path=environment.get("PATH")):
            return found
    return next((place for place in ELSEWHERE if Path(place).exists()), None)


def chromium_path(playwright) -> str:
    """A browser to test with: an installed one, else Playwright's own, fetched if need be; else an error."""
    if found := installed_browser():
        return found
    own = Path(playwright.chromium.executable_path)
    if not own.exists():
        fetched = subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            capture_output=True, text=True, timeout=600, check=False,
        )
        if fetched.returncode or not own.exists():
            raise BrowserMissingError(
                "The browser tests need Chromium or Chrome. None is installed, and `playwright install chromium` "
                "could not fetch one. On Debian: apt-get install chromium. Elsewhere install Chrome, or set "
                f"CHROMIUM to a browser's path.\n{fetched.stdout[-500:]}{fetched.stderr[-1500:]}"
            )
    return str(own)


def open_browser(playwright):
    """A headless Chromium."""
    sandbox = () if hasattr(os, "geteuid") and os.geteuid() != 0 else ("--no-sandbox",)
    return playwright.chromium.launch(
        executable_path=chromium_path(playwright), headless=True, args=[*ARGUMENTS, *sandbox]
    )


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
