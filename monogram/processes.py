"""The process tree of `monogram serve` and `demo`: starts the programs, restarts what crashes, stops all in order."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from monogram.children import LINUX, Child, spawn
from monogram.postgres import Postgres, PostgresError

log = logging.getLogger(__name__)

FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0  # seconds before a restart, doubling
HEALTHY_LIFE = 30.0  # seconds of life after which the next crash counts as the first
GRACE = 30.0  # seconds between SIGTERM and SIGKILL
PERIOD = 0.05  # seconds between two looks at the children
LOG_PERIOD = 60.0  # seconds between two looks at the size of the database log


@dataclass(frozen=True)
class Program:
    """One program of the tree. `env` is its whole environment (None: ours); `output` takes its stdout and stderr;
    `death_signal` is what it gets when we are killed and cannot stop it in order."""

    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str] | None = None
    restart: Literal["always", "on_failure", "never"] = "always"
    output: Path | None = None
    death_signal: signal.Signals = signal.SIGTERM


class Processes:
    """A running set of programs and, when given, the started embedded database they use.

    Every program gets a session of its own, so that a Ctrl-C in the terminal reaches only us, and a signal when we die.
    SIGINT, SIGTERM or SIGHUP to us: SIGTERM to the programs, after `grace` seconds (or at a second signal) SIGKILL, and
    the database last. Call from the main thread.
    """

    def __init__(
        self, programs: Sequence[Program], *, postgres: Postgres | None = None, grace: float = GRACE, watchdog: bool = not LINUX
    ) -> None:
        self.postgres = postgres
        self.grace = grace
        self._watchdog = watchdog
        self._slots = {program.name: _Slot(program.name, self._starter(program), program.restart) for program in programs}
        self._stop_code: int | None = None
        self._first_signal = float("inf")
        self._hurry = False
        self._handlers: dict[signal.Signals, object] = {}
        self._log_due = 0.0

    def __enter__(self) -> Processes:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Processes:
        """Take over the signals and start every program; OSError when one cannot be started, with the others stopped."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup
            self._handlers[number] = signal.signal(number, self._on_signal)
        try:
            for slot in self._slots.values():
                slot.start()
        except BaseException:
            self.stop()
            raise
        return self

    def pid(self, name: str) -> int | None:
        """Process id of a program; None while it is not running."""
        child = self._slots[name].child
        return child.pid if child else None

    def request_stop(self, code: int = 0) -> None:
        """End `run_until_signal` with this exit code; may be called from any thread."""
        if self._stop_code is None:
            self._stop_code = code

    def run_until_signal(self) -> int:
        """Keep the programs alive until a signal (returns 0) or `request_stop` (returns its code); then call `stop`."""
        database = _Slot("postgres", self._relaunch, "always") if self.postgres else None
        if database:
            database.adopt(self.postgres)
        while self._stop_code is None:
            for slot in ([database] if database else []) + list(self._slots.values()):
                slot.keep()
            if self.postgres and time.monotonic() > self._log_due:
                self.postgres.trim_log()
                self._log_due = time.monotonic() + LOG_PERIOD
            time.sleep(PERIOD)
        return self._stop_code

    def stop(self) -> None:
        """End the programs, then the database; give the signals back. May be repeated."""
        running = [slot for slot in self._slots.values() if slot.child]
        for slot in running:
            slot.child.send(signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        while running and time.monotonic() < deadline and not self._hurry:
            running = [slot for slot in running if slot.child.poll() is None]
            time.sleep(PERIOD / 5 if running else 0)
        for slot in running:
            log.warning("%s does not end and is killed", slot.name)
        for slot in self._slots.values():
            slot.end()
        if self.postgres:
            self.postgres.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}

    def _on_signal(self, *_: object) -> None:
        # A wrapper may pass the terminal's Ctrl-C on to us: twice at once is still one wish.
        now = time.monotonic()
        if now - self._first_signal > 0.5:
            self._hurry = True
        self._first_signal = min(self._first_signal, now)
        self.request_stop()

    def _starter(self, program: Program) -> Callable[[], Child]:
        def start() -> Child:
            output = None if program.output is None else open(program.output, "ab")
            try:
                return spawn(
                    program.argv, env=os.environ if program.env is None else program.env, death_signal=program.death_signal,
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, watchdog=self._watchdog,
                )  # fmt: skip
            finally:
                if output:
                    output.close()

        return start

    def _relaunch(self) -> Postgres:
        self.postgres.launch()
        return self.postgres


class _Slot:
    """A place in the tree: the child that fills it now, and when the next may follow."""

    def __init__(self, name: str, starter: Callable[[], Child | Postgres], restart: str) -> None:
        self.name = name
        self.child: Child | Postgres | None = None
        self._starter = starter
        self._restart = restart
        self._delay = FIRST_DELAY
        self._started = 0.0
        self._due: float | None = None

    def start(self) -> None:
        self.adopt(self._starter())

    def adopt(self, child: Child | Postgres) -> None:
        self.child, self._started, self._due = child, time.monotonic(), None

    def keep(self) -> None:
        """Notice the child's end, and start the next one when its time has come."""
        if self.child is not None and (status := self.child.poll()) is not None:
            self.end()
            self._schedule(status)
        if self._due is not None and time.monotonic() >= self._due:
            try:
                self.start()
            except (OSError, PostgresError) as error:
                self._schedule(error)

    def end(self) -> None:
        """Kill what is left of the child and its own children (a killed server's workers would keep its port)."""
        if isinstance(self.child, Child):
            self.child.kill_group()
            self.child.wait()
        self.child = None

    def _schedule(self, status: int | Exception) -> None:
        if isinstance(status, int) and (self._restart == "never" or (self._restart == "on_failure" and status == 0)):
            return
        now = time.monotonic()
        if isinstance(status, int) and now - self._started > HEALTHY_LIFE:
            self._delay = FIRST_DELAY
        self._due = now + self._delay
        log.warning("%s ended (%s); starting it again in %.1f s", self.name, _reason(status), self._delay)
        self._delay = min(self._delay * 2, LONGEST_DELAY)


def _reason(status: int | Exception) -> str:
    if isinstance(status, Exception):
        return str(status)
    return signal.Signals(-status).name if status < 0 else f"status {status}"
