"""Twelve kills in half a minute of load: no acknowledged order or task is lost, none is doubled, all comes to its end; no
goods are sold that are not there, and every webhook arrives in its order.

`tests.journeys.kills` is the long run of the same. MONOGRAM_KILLS_SEED repeats the order of kills of an earlier run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess

from monogram import homes
from tests.journeys import commands, kills
from tests.journeys.installation import eventually


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path):
    seed = os.environ.get("MONOGRAM_KILLS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")
    report = kills.run(tmp_path, seconds=25, kills=12, seed=seed)
    print(report)
    assert report.faults == []
    assert report.kills.total() >= 10 and report.kills["database"] >= 2
    assert report.orders > 200 and report.tasks > 20
    assert report.sales > 20 and report.refused > 0 and report.webhooks > report.sales
    assert report.quiet < kills.QUIET
    assert all(seconds < 45 for seconds in report.restarts)


def test_worker_that_was_stopped_for_long_wakes_up_and_writes_nothing(tmp_path):
    """As on a laptop closed and opened: another worker has its task by then, and its own renderer is gone."""
    home = tmp_path / "home"
    kills.prepare(home, 0)
    served = kills.Serving(home, commands.free_port())
    stopped = other = None

    def begun() -> list[tuple]:
        return served.rows("select id, attempts from composite_tasks where status = 1 and attempts > 0")

    served.start()
    try:
        assert eventually(lambda: served.part("renderer") and begun(), 20)
        stopped, renderer = served.part("worker"), served.part("renderer")
        stopped.suspend()
        (held,) = begun()
        other = start_worker(served)
        assert eventually(lambda: (held[0], held[1] + 1) in begun(), 40)
        renderer.kill()
        stopped.resume()  # and it finds its renderer dead, which is this task's fault no more
        left = "select count(*) from composite_tasks where status = 1"
        assert eventually(lambda: served.rows(left) == [(0,)], 40)
        assert served.rows("select distinct status, crashes from composite_tasks") == [(2, 0)], "the woken worker wrote"
        assert served.rows("select attempts from composite_tasks where id = %s", held[0]) == [(held[1] + 1,)]
    finally:
        if stopped:
            stopped.resume()
        if other:
            other.send_signal(signal.SIGTERM)
            other.wait(40)
        served.stop()


def start_worker(served: kills.Serving) -> subprocess.Popen:
    """A second worker on the embedded database, as `monogram worker` joins a running one."""
    env = served.env | {"DATABASE_URL": homes.running(served.home)["database"]}
    return commands.start("worker", env=env, log=served.log)
