"""The process tree: order of stopping, restarts, and what is left after a kill. Real programs, real signals."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monogram.children import spawn
from monogram.postgres import Postgres
from monogram.processes import Processes, Program
from tests.journeys.installation import alive, eventually, psql, script, servers

# A program that writes down what happens to it. At SIGTERM it needs the database once more, as a server finishing a request.
PROGRAM = """
import signal, subprocess, sys, time
log, name, psql, dsn, slow = sys.argv[1:]
def note(text):
    with open(log, "a") as file:
        file.write(f"{name} {text}\\n")
def stop(number, frame):
    note(signal.Signals(number).name)
    time.sleep(0.3)
    if dsn:
        query = [psql, "-XqAtd", dsn, "-c", "select 'database there'"]
        note(subprocess.run(query, capture_output=True, text=True).stdout.strip())
    if slow != "stubborn":
        sys.exit(0)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, stop)
note("started")
while True:
    time.sleep(60)
"""

SERVE = """
import sys
from pathlib import Path
from monogram.postgres import Postgres, programs
from monogram.processes import Processes, Program
home, log, kind, guard = sys.argv[1:]
watchdog = guard == "watchdog"
postgres = Postgres(home, watchdog=watchdog).start()
body = Path(log).with_name("program.py")
argv = lambda name: [sys.executable, body, log, name, programs() / "psql", postgres.dsn, kind]
tree = Processes([Program(name, argv(name)) for name in ("web", "worker")], postgres=postgres, watchdog=watchdog).start()
print(tree.pid("web"), tree.pid("worker"), postgres.pid)
code = tree.run_until_signal()
tree.stop()
sys.exit(code)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    Postgres(folder).start().stop()
    return folder


@pytest.fixture
def log(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    log = tmp_path / "log"
    log.touch()
    return log


def served(home: Path, log: Path, kind: str = "prompt", guard: str = "signal") -> tuple[subprocess.Popen, list[int]]:
    """A running tree in a process group of its own, as a terminal gives one; the ids of web, worker, postgres."""
    parent = script(SERVE, home, log, kind, guard)
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert eventually(lambda: log.read_text().count("started") == 2, 10)
    return parent, pids


def play(tree: Processes, scenario: Callable[[], None]) -> int:
    """Run the tree in this thread while the scenario plays in another."""
    failures = []

    def act() -> None:
        try:
            scenario()
        except BaseException as error:
            failures.append(error)
        tree.request_stop()

    thread = threading.Thread(target=act)
    with tree:
        thread.start()
        code = tree.run_until_signal()
        thread.join()
    if failures:
        raise failures[0]
    return code


def sleeping(name: str, **options) -> Program:
    return Program(name, [sys.executable, "-c", "import time; time.sleep(60)"], **options)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stops_programs_first_and_the_database_last(home, log, number):
    parent, pids = served(home, log)
    os.killpg(parent.pid, number)  # a terminal signals the whole group
    assert parent.wait(10) == 0
    lines = log.read_text().splitlines()
    for name in ("web", "worker"):
        assert [line for line in lines if line.startswith(name)] == [
            f"{name} started",
            f"{name} SIGTERM",
            f"{name} database there",
        ]
    assert not any(alive(pid) for pid in pids) and not servers(home)


def test_second_signal_hurries(home, log):
    parent, pids = served(home, log, "stubborn")
    os.killpg(parent.pid, signal.SIGINT)
    time.sleep(0.8)
    assert parent.poll() is None and alive(pids[0])
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.wait(5) == 0
    assert not any(alive(pid) for pid in pids) and not servers(home)


def test_one_signal_that_comes_twice_does_not_hurry(home, log):
    parent, _pids = served(home, log)
    os.killpg(parent.pid, signal.SIGINT)
    time.sleep(0.1)
    os.killpg(parent.pid, signal.SIGINT)  # as `uv run` and the like pass it on
    assert parent.wait(10) == 0
    assert log.read_text().count("database there") == 2


@pytest.mark.parametrize("guard", ["signal", "watchdog"])
def test_killed_tree_leaves_no_process(home, log, guard):
    parent, pids = served(home, log, guard=guard)
    parent.kill()
    parent.wait()
    assert eventually(lambda: not any(alive(pid) for pid in pids) and not servers(home), 3)
    log.write_text("")
    again, _pids = served(home, log, guard=guard)
    again.terminate()
    assert again.wait(10) == 0


def test_crashed_program_is_started_again(caplog):
    tree = Processes([sleeping("web")])

    def scenario():
        first = tree.pid("web")
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: tree.pid("web") not in (first, None), 3)
        assert alive(tree.pid("web"))

    assert play(tree, scenario) == 0
    assert "web ended (SIGKILL); starting it again in 0.1 s" in caplog.text
    assert tree.pid("web") is None


def test_delay_doubles(tmp_path):
    times = tmp_path / "times"
    crash = f"import sys, time; open({str(times)!r}, 'a').write(f'{{time.time()}}\\n'); sys.exit(3)"
    tree = Processes([Program("web", [sys.executable, "-S", "-c", crash])])
    play(tree, lambda: eventually(lambda: times.exists() and len(times.read_text().splitlines()) == 5, 10))
    started = [float(line) for line in times.read_text().splitlines()]
    gaps = [later - earlier for earlier, later in itertools.pairwise(started)]
    assert len(gaps) == 4 and all(gap >= least for gap, least in zip(gaps, (0.1, 0.2, 0.4, 0.8), strict=True)), gaps


def test_leftovers_of_a_crashed_program_are_killed(tmp_path):
    note = tmp_path / "grandchild"
    fork = f"""
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "60"])
open({str(note)!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    tree = Processes([Program("web", [sys.executable, "-c", fork])])

    def scenario():
        assert eventually(lambda: note.exists() and note.read_text(), 5)
        grandchild = int(note.read_text())
        os.kill(tree.pid("web"), signal.SIGKILL)
        assert eventually(lambda: not alive(grandchild), 3)

    play(tree, scenario)


@pytest.mark.parametrize(
    "restart, status, runs", [("never", 3, 1), ("on_failure", 0, 1), ("on_failure", 3, 2), ("always", 0, 2)]
)
def test_restart_policy(tmp_path, restart, status, runs):
    count = tmp_path / "count"
    count.touch()
    body = f"import sys; open({str(count)!r}, 'a').write('x'); sys.exit({status})"
    tree = Processes([Program("job", [sys.executable, "-S", "-c", body], restart=restart)])

    def scenario():
        if runs == 1:
            time.sleep(0.6)  # a restart would come after 0.1 s
            assert count.read_text() == "x"
        else:
            assert eventually(lambda: len(count.read_text()) >= runs, 5)

    play(tree, scenario)


def test_killed_database_is_started_again(home):
    with Postgres(home) as postgres:
        tree = Processes([sleeping("web")], postgres=postgres)

        def scenario():
            web, first = tree.pid("web"), postgres.pid
            psql(postgres.dsn, "create table if not exists orders (id bigint); insert into orders values (7)")
            os.kill(first, signal.SIGKILL)
            assert eventually(lambda: postgres.pid != first and answers(postgres.dsn), 10)
            assert psql(postgres.dsn, "select count(*) > 0 from orders") == "t"
            assert tree.pid("web") == web

        play(tree, scenario)
        assert not servers(home)


def answers(dsn: str) -> bool:
    try:
        return psql(dsn, "select 1") == "1"
    except subprocess.CalledProcessError:
        return False


def test_grace_ends(log):
    argv = [sys.executable, log.with_name("program.py"), log, "web", "", "", "stubborn"]
    tree = Processes([Program("web", argv)], grace=0.5)
    play(tree, lambda: eventually(lambda: "started" in log.read_text(), 5))
    assert log.read_text().splitlines() == ["web started", "web SIGTERM"]
    assert tree.pid("web") is None


def test_environment_output_and_exit_code(tmp_path):
    output = tmp_path / "web.log"
    body = "import os, sys; print(os.environ['GREETING']); print('to stderr', file=sys.stderr)"
    program = Program("web", [sys.executable, "-u", "-c", body], env={"GREETING": "hello"}, restart="never", output=output)
    with Processes([program]) as tree:
        assert eventually(lambda: output.read_text().splitlines() == ["hello", "to stderr"], 5)
        tree.request_stop(4)
        assert tree.run_until_signal() == 4


def test_program_that_does_not_exist_stops_the_others(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    pid_file = tmp_path / "pid"
    first = Program("web", ["/bin/sh", "-c", f"echo $$ > {pid_file}; sleep 60"])
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        Processes([first, Program("worker", ["/no-such-program"])]).start()
    assert signal.getsignal(signal.SIGINT) is before
    assert not pid_file.exists() or not pid_file.read_text() or not alive(int(pid_file.read_text()))


def test_only_the_main_thread_starts_children():
    raised = []

    def start():
        try:
            spawn(["/bin/true"], env={}, death_signal=signal.SIGTERM)
        except RuntimeError as error:
            raised.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert raised and "main thread" in raised[0]
