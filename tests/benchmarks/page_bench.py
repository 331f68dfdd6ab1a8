"""How heavy and how quick a chapter's page is, beside the same chapter built Jupyter Book's default way.

In Chromium with the processor slowed four times, 10 Mbit/s and 40 ms, served from this machine with gzip; every visit
begins with an empty cache, the two pages take turns, and medians are printed:

bytes    all that comes over the line, as Chromium counts it, headers included
maths    until the first frame in which a formula is set
slider   until the first frame in which a slider that was moved has shown its effect; it is moved until then
shift    cumulative layout shift from the first paint until nothing more is loaded

`default_way.py` says how the other page is made. Where its packages cannot be had, only ours is measured, and that is
said.
"""

import argparse
import functools
import gzip
import http.server
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]

from browser import open_browser  # noqa: E402
from default_way import MissingError, build  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

SLOWED = 4
NETWORK = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
PACKED = {".png", ".woff", ".woff2", ".gz"}
QUIET = 1000  # ms without a request: nothing more is loaded

WATCH = """(() => {
  const seen = window.benchSeen = { shift: 0, maths: null, slider: null };
  new PerformanceObserver(list => { for (const each of list.getEntries()) seen.shift += each.value; })
    .observe({ type: "layout-shift", buffered: true });
  const drawn = e => { const box = e && e.getBoundingClientRect(); return box && box.width > 3 && box.height > 3; };
  let said = null;
  const effect = () => {
    const ours = document.querySelector("main .mlp-live"), theirs = document.querySelector("main .widget-slider");
    if (ours) return ours.mlpShown ? String(ours.mlpShown.values) : "";
    const readout = theirs && theirs.querySelector(".widget-readout");
    return readout ? readout.textContent : null;
  };
  const move = () => {
    const ours = document.querySelector("main .mlp-live input[type=range]");
    const theirs = document.querySelector("main .widget-slider .noUi-handle");
    if (ours && drawn(ours)) {
      ours.value = ours.value === ours.max ? ours.min : ours.max;
      ours.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (!ours && drawn(theirs))
      theirs.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
  };
  const look = () => {
    if (seen.maths === null && drawn(document.querySelector("main .katex-html, main mjx-container")))
      seen.maths = performance.now();
    if (seen.slider === null) {
      const now = effect();
      if (now !== null && said !== null && now !== said) seen.slider = performance.now();
      else if (now !== null) { said = now; move(); }
    }
    if (seen.maths === null || seen.slider === null) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""


@functools.cache
def sent(path):
    """A file as it goes over the line."""
    content = path.read_bytes()
    return content if path.suffix in PACKED else gzip.compress(content, 6)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder as an ordinary server does: connections kept open, text compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix not in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(sent(path))))
        self.end_headers()
        self.wfile.write(sent(path))

    def log_message(self, *_):
        """Say nothing."""


def visit(browser, address):
    """One visit with an empty cache: {what is measured: value}."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    client = context.new_cdp_session(page)
    counted = {"bytes": 0, "requests": 0, "refused": 0}

    def finished(event):
        counted["bytes"] += event["encodedDataLength"]
        counted["requests"] += 1

    client.on("Network.loadingFinished", finished)
    client.on("Network.loadingFailed", lambda event: counted.update(refused=counted["refused"] + 1))
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", NETWORK)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.add_init_script(WATCH)
    page.goto(address, timeout=120_000)
    page.wait_for_function("() => benchSeen.maths !== null && benchSeen.slider !== null", timeout=120_000)
    before = -1
    while before != sum(counted.values()):
        before = sum(counted.values())
        page.wait_for_timeout(QUIET)
    seen = page.evaluate("() => benchSeen")
    context.close()
    return {**counted, **seen}


def serve(folder):
    """A running server of a folder, and its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


def measure(places, rounds):
    """{name: {what is measured: median}} of pages given as {name: (folder, page)}; they take turns."""
    servers = {name: serve(folder) for name, (folder, _) in places.items()}
    visits = {name: [] for name in places}
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        for _ in range(rounds):
            for name, (_, page) in places.items():
                visits[name].append(visit(browser, f"{servers[name][1]}/{page}"))
        browser.close()
    for server, _ in servers.values():
        server.shutdown()
        server.server_close()
    return {name: {key: statistics.median(each[key] for each in taken) for key in taken[0]}
            for name, taken in visits.items()}


ROWS = (("bytes", "kB over the line", 1e-3, "9.0f"), ("requests", "requests", 1, "9.0f"),
        ("maths", "maths set after, s", 1e-3, "9.2f"), ("slider", "slider moves after, s", 1e-3, "9.2f"),
        ("shift", "layout shift", 1, "9.4f"), ("refused", "requests refused", 1, "9.0f"))


def report(medians):
    """Print the pages side by side, and ours as a part of the other."""
    print(f"{'':>22}" + "".join(f"{name:>10}" for name in medians) + ("     ratio" if len(medians) > 1 else ""))
    for key, words, unit, form in ROWS:
        values = [each[key] * unit for each in medians.values()]
        ratio = f"{values[0] / values[1]:>10.2f}" if len(values) > 1 and values[1] and unit != 1 else ""
        print(f"{words:>22}" + "".join(f" {value:{form}}" for value in values) + ratio)


def main(chapter, rounds, packages, ours):
    if not ours:
        subprocess.run(["make", "--silent", "book"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        ours = ROOT / "_build" / "html"
    print(f"The page of {chapter}, on a processor {SLOWED} times slower, 10 Mbit/s, 40 ms; medians of {rounds} visits")
    with tempfile.TemporaryDirectory() as folder:
        places = {"ours": (ours, f"chapters/{chapter}.html")}
        try:
            places["default"] = build(chapter, packages, Path(folder).resolve()), f"{chapter}.html"
        except MissingError as error:
            print(f"Measured without the default page. {error}", file=sys.stderr)
        report(measure(places, rounds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapter", default="08-gradient-descent")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--packages", type=Path, default=ROOT / "_build" / "npm", help="the npm packages")
    parser.add_argument("--book", type=Path, help="a built book, instead of `make book`")
    given = parser.parse_args()
    main(given.chapter, given.rounds, given.packages, given.book)
