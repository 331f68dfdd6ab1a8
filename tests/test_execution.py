"""Chapters are run side by side before the first is read, and one that fails still stops the build with its error."""

import subprocess
import sys
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).resolve().parent.parent / "_ext"
SETTINGS = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["book_execution", "myst_nb"]
project, nb_execution_mode, nb_execution_raise_on_error, nb_execution_show_tb = "p", "cache", True, True
"""
PAGE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# {title}

```{{code-cell}} ipython3
{code}
```
"""
# Each waits until the other has begun: one after the other they would never end.
MEET = """from pathlib import Path
from time import monotonic, sleep
Path("{own}.began").touch()
end = monotonic() + 90
while not Path("{other}.began").exists():
    assert monotonic() < end, "the other page never began"
    sleep(0.05)
print("met " + "{other}")"""


@pytest.fixture
def build(tmp_path):
    def run(**pages):
        (tmp_path / "conf.py").write_text(SETTINGS)
        for name, code in pages.items():
            (tmp_path / f"{name}.md").write_text(PAGE.format(title=name, code=code))
        command = [sys.executable, "-m", "sphinx", "-b", "html", str(tmp_path), str(tmp_path / "_build/html")]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        return result.returncode, result.stdout + result.stderr, tmp_path / "_build/html"

    return run


@pytest.mark.build
@pytest.mark.slow
def test_pages_run_side_by_side_and_are_not_run_again(build):
    pages = {"index": MEET.format(own="index", other="other"), "other": MEET.format(own="other", other="index")}
    code, said, html = build(**pages)
    assert code == 0, said
    assert said.count("Using cached notebook") == 2
    assert "Executing notebook" not in said
    assert "met other" in (html / "index.html").read_text()
    assert "met index" in (html / "other.html").read_text()


@pytest.mark.build
@pytest.mark.slow
def test_a_page_that_fails_stops_the_build_and_says_where(build):
    code, said, _ = build(index="print('fine')", broken="1 / 0")
    assert code != 0
    assert "ZeroDivisionError" in said
    assert "broken.md" in said
