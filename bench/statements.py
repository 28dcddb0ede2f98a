"""The SQL of a call as PostgreSQL itself logged it, and the same SQL run by pgbench with random parameters."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from monogram.postgres import Postgres, programs

_LOGGED = re.compile(r"^\S+ \S+ \S+ \[\d+\] LOG:  (?:statement|execute [^:]+): (.*(?:\n\t.*)*)", re.MULTILINE)
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([\d.]+) ms", re.MULTILINE)
_TRANSACTIONS = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Script:
    """`text`: a pgbench script. `constants`: what it takes as -D name=value."""

    text: str
    constants: dict[str, str]


@dataclass(frozen=True)
class Pace:
    calls: int
    per_second: float
    latency: float  # mean, ms


def record(postgres: Postgres, call: Callable[[], None]) -> list[str]:
    """The statements that PostgreSQL executed while `call` ran, in order."""
    with _logging(postgres):
        start = postgres.log.stat().st_size
        call()
        logged = postgres.log.read_bytes()[start:].decode()
    return [re.sub(r"\n\t", "\n", found).strip().rstrip(";") for found in _LOGGED.findall(logged)]


@contextmanager
def _logging(postgres: Postgres) -> Iterator[None]:
    with psycopg.connect(postgres.dsn_of("postgres", "postgres"), autocommit=True) as connection:
        def set_to(value: str) -> None:
            connection.execute(f"alter system set log_statement = {value}")
            connection.execute("select pg_reload_conf()")
            connection.execute("select pg_sleep(0.2)")  # every session reads the new configuration before its next statement

        set_to("'all'")
        connection.execute("set log_statement = 'none'")  # but this one
        try:
            yield
        finally:
            set_to("default")


def script(statements: list[str], parameters: dict[str, tuple[str, ...]], head: str, constants: dict[str, str]) -> Script:
    """A pgbench script of recorded statements.

    parameters: for each statement, by a piece of its text, the expressions that stand for $1, $2, …; a statement that none
    of them knows raises LookupError, so that the script cannot fall behind the code. head: pgbench's own \\set lines.
    """
    lines = [head.strip()]
    for statement in statements:
        if "$" in statement:
            known = [values for piece, values in parameters.items() if piece in statement]
            if len(known) != 1:
                raise LookupError(f"{len(known)} sets of parameters for the statement: {statement}")
            statement = re.sub(r"\$(\d+)", lambda found, values=known[0]: values[int(found[1]) - 1], statement)
        lines.append(statement + ";")
    return Script("\n".join(lines) + "\n", constants)


def pgbench(postgres: Postgres, what: Script, folder: Path, *, connections: int, seconds: int) -> Pace:
    """Runs the script over and over as prepared statements. Ends the bench with pgbench's words if it fails."""
    path = folder / "script.sql"
    path.write_text(what.text, encoding="utf-8")
    constants = [f"-D{name}={value}" for name, value in what.constants.items()]
    command = [str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T", str(seconds),
               "-f", str(path), *constants, postgres.dsn]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or "number of failed transactions: 0 " not in done.stdout:
        raise SystemExit(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    calls, per_second, latency = (float(told.search(done.stdout)[1]) for told in (_TRANSACTIONS, _TPS, _LATENCY))
    return Pace(int(calls), per_second, latency)
