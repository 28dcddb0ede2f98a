"""The SQL of a call as PostgreSQL itself logged it, and the same SQL run by pgbench with random parameters."""

from __future__ import annotations

import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from monogram.postgres import Postgres, programs

_HEAD = r"^\S+ \S+ \S+ \[\d+\] "
_LOGGED = re.compile(
    rf"{_HEAD}LOG:  (?:statement|execute [^:]+): (.*(?:\n\t.*)*)(?:\n{_HEAD[1:]}DETAIL:  Parameters: (.*(?:\n\t.*)*))?",
    re.MULTILINE,
)
_VALUE = re.compile(r"\$\d+ = (?:'((?:[^']|'')*)'|NULL)")
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([\d.]+) ms", re.MULTILINE)
_TRANSACTIONS = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Script:
    """`text`: a pgbench script. `constants`: what it takes as -D name=value."""

    text: str
    constants: dict[str, str]


@dataclass(frozen=True)
class Statement:
    """What PostgreSQL executed, and the values it was given for $1, $2, … as text."""

    text: str
    values: list[str | None]


@dataclass(frozen=True)
class Pace:
    calls: int
    per_second: float
    latency: float  # mean, ms


def record(postgres: Postgres, call: Callable[[], None]) -> list[Statement]:
    """The statements that PostgreSQL executed while `call` ran, in order."""
    with _logging(postgres):
        start = postgres.log.stat().st_size
        call()
        logged = postgres.log.read_bytes()[start:].decode()
    return [
        Statement(text.replace("\n\t", "\n").strip().rstrip(";"), _values(values.replace("\n\t", "\n")))
        for text, values in _LOGGED.findall(logged)
    ]


def _values(logged: str) -> list[str | None]:
    return [None if found[1] is None else found[1].replace("''", "'") for found in _VALUE.finditer(logged)]


def of_call(postgres: Postgres, make: Callable[[], bytes]) -> list[Statement]:
    """The statements of one of the calls that `make` makes; a first call on a connection also asks for types."""
    for _ in range(12):
        call(make())
    return record(postgres, lambda: call(make()))


def call(request: bytes) -> None:
    """Sends an HTTP request as the load client would. Raises HTTPError."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = dict(line.split(": ", 1) for line in lines)
    address = f"http://{headers['host']}{path}"
    urllib.request.urlopen(urllib.request.Request(address, body or None, headers, method=method), timeout=30).close()


def run(postgres: Postgres, statement: str) -> None:
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _logging(postgres: Postgres) -> Iterator[None]:
    with psycopg.connect(postgres.dsn_of("postgres", "postgres"), autocommit=True) as connection:
        def set_to(value: str, words: str) -> None:
            connection.execute(f"alter system set log_statement = {value}")
            connection.execute(f"alter system set log_error_verbosity = {words}")  # ours is terse, which hides the values
            connection.execute("select pg_reload_conf()")
            connection.execute("select pg_sleep(0.2)")  # every session reads the new configuration before its next statement

        set_to("'all'", "'default'")
        connection.execute("set log_statement = 'none'")  # but this one
        try:
            yield
        finally:
            set_to("default", "default")


def script(recorded: list[Statement], changing: dict[str, dict[int, str]], head: str,
           kept: dict[str, str] | None = None) -> Script:
    """A pgbench script of recorded statements, each with the values that it had.

    changing: by a piece of a statement or of its values, the expressions that stand for some of its $1, $2, … instead
    (`{recorded}` in one is the value that it had). A piece that is in no statement raises LookupError, so that the script
    cannot fall behind the code. head: pgbench's own \\set lines.
    kept: by a piece, the prefix under which the answer's columns become variables of the statements after it.
    """
    lines, constants, missing = [head.strip()], {}, set(changing) | set(kept or {})
    for number, statement in enumerate(recorded):
        text = statement.text
        given = {place: value for place, value in enumerate(statement.values, 1) if value is not None}
        # pgbench's variables are never empty
        values = {place: f":s{number}_{place}" if value else "''" for place, value in given.items()}
        constants |= {f"s{number}_{place}": value for place, value in given.items() if value}
        known = {piece for piece in missing | set(changing) | set(kept or {}) if piece in f"{text} {statement.values}"}
        missing -= known
        for piece in known & set(changing):
            new = changing[piece].items()
            values |= {place: expression.replace("{recorded}", values.get(place, "null")) for place, expression in new}
        prefix = next((prefix for piece, prefix in (kept or {}).items() if piece in known), None)
        if statement.values:
            text = re.sub(r"\$(\d+)", lambda found, values=values: values.get(int(found[1]), "null"), text)
        lines.append(f"{text} \\gset {prefix}" if prefix else f"{text};")
    if missing:
        raise LookupError(f"no statement has {sorted(missing)}")
    used = "\n".join(lines) + "\n"
    return Script(used, {name: value for name, value in constants.items() if re.search(rf":{name}\b", used)})


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
