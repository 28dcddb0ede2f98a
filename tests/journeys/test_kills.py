"""Twelve kills in half a minute of load: no acknowledged order or task is lost, none is doubled, all comes to its end.

`tests.journeys.kills` is the long run of the same. MONOGRAM_KILLS_SEED repeats the order of kills of an earlier run.
"""

from __future__ import annotations

import os
import random

from tests.journeys import kills


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path):
    seed = os.environ.get("MONOGRAM_KILLS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")
    report = kills.run(tmp_path, seconds=25, kills=12, seed=seed)
    print(report)
    assert report.faults == []
    assert report.kills.total() >= 10 and report.kills["database"] >= 2
    assert report.orders > 200 and report.tasks > 20
    assert report.quiet < kills.QUIET
    assert all(seconds < 45 for seconds in report.restarts)
