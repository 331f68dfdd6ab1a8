"""The benchmark of "Watch the loss fall" runs, and both contestants learn the same. How quick they are is judged by
`flagship_bench.py --judge`, on a machine with nothing else to do.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flagship_bench import LIMITS, measure, report

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_benchmark_measures_everything_and_both_learn_the_same(capsys):
    with ThreadPoolExecutor(1) as aside:  # this thread may have a browser of other tests open: one drives only one
        taken = aside.submit(measure, rounds=2, slowed=1).result()
    assert taken["losses"][0] == pytest.approx(taken["losses"][1], rel=1e-9)
    assert all(len(taken[name]) >= 2 and min(taken[name]) >= 0 for name in ("repaint", "finish", "ours", "graph"))
    assert len(taken["slice"]) > 2
    report(taken)
    printed = capsys.readouterr().out
    assert all(f"{limit:g}: " in printed for limit in LIMITS.values())
