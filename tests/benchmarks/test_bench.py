"""The benchmark runs and prints its three tables. How quick things are is the machine's affair, and not judged."""

import subprocess
import sys
from pathlib import Path


def test_the_benchmark_runs():
    done = subprocess.run([sys.executable, Path(__file__).with_name("bench.py"), "--rounds", "1", "--share", "0.1"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for wanted in ("2-16-16-3", "64-64-32-10", "784-256-128-10", "float32", "float64", "import mlp_core", "Adam"):
        assert wanted in done.stdout
