"""Finding a Chromium or Chrome and starting it: for ``make pdf``, and for the tests.

``chromium_path()`` names the browser; ``open_browser(playwright)`` starts it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    """A browser: an installed one, else Playwright's own, fetched if need be; else an error."""
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
                "Chromium or Chrome is needed. None is installed, and `playwright install chromium` "
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
