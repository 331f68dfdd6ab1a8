"""Asks every address elsewhere that the book's sources name whether it still answers: `python .ci/check_links.py`.

Prints one line for each that does not, and exits with 1 if there is any. A server that is there but wants no robots
(401, 403, 405, 429, 999) counts as answering. Needs nothing but Python.
"""

import re
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("chapters/*.md", "*.md", "*.bib", "LICENSE")
ADDRESS = re.compile(r"https?://[^\s<>\"'`{}\\|^]+")
DOI = re.compile(r"^\s*doi\s*=\s*[{\"]\s*(10\.[^\s}\"]+)", re.M | re.I)
SHY = {401, 403, 405, 429, 999}
HERE = ("http://localhost", "http://127.0.0.1")


def addresses(text):
    """Every address elsewhere in a text, once each, without the marks of the sentence around it."""
    found = [f"https://doi.org/{doi}" for doi in DOI.findall(text)]
    for address in ADDRESS.findall(text):
        address = address.rstrip(".,;:!?*_")
        while address.endswith((")", "]")) and address.count("(") < address.count(")") + address.endswith("]"):
            address = address[:-1].rstrip(".,;:!?*_")
        if not address.startswith(HERE):
            found.append(address.partition("#")[0])
    return list(dict.fromkeys(found))


def complaint(address, fetch=urllib.request.urlopen, timeout=30):
    """Why an address does not answer, or "" if it does."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check of a textbook)"})
    try:
        with fetch(request, timeout=timeout):
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in SHY else f"answers {error.code}"
    except (OSError, ValueError) as error:
        return f"does not answer: {getattr(error, 'reason', error)}"


def main():
    texts = [path.read_text(encoding="utf-8") for pattern in SOURCES for path in sorted(ROOT.glob(pattern))]
    asked = addresses("\n".join(texts))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(complaint, asked))
    lost = [f"{address} {why}" for address, why in zip(asked, answers) if why]
    print(*lost, f"{len(asked)} addresses asked, {len(lost)} lost", sep="\n")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
