"""What a bench says: a progress line while it runs, tables on the terminal, the same tables as a page."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

DOCS = Path(__file__).parent.parent / "docs" / "bench"


@dataclass(frozen=True)
class Table:
    """Headings and rows of text; the first column names the row, the others are figures."""

    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def markdown(self) -> str:
        ruler = ("---", *["---:"] * (len(self.headings) - 1))
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.headings, ruler, *self.rows))

    def show(self) -> None:
        table = RichTable(show_edge=False)
        for number, heading in enumerate(self.headings):
            table.add_column(heading, justify="right" if number else "left")
        for row in self.rows:
            table.add_row(*row)
        # a file or pipe has no width of its own
        Console(width=None if sys.stdout.isatty() else 140, markup=False, highlight=False).print(table)


class Progress:
    """One line, rewritten in place on a terminal; elsewhere a line a phase. total: steps in all, if they are known."""

    def __init__(self, total: int | None = None) -> None:
        self.total, self.done, self.phase = total, 0, ""

    def step(self, phase: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K[{self.done}{f'/{self.total}' if self.total else ''}] {phase}", end="", file=sys.stderr, flush=True)
        elif phase != self.phase:
            print(phase, file=sys.stderr, flush=True)
        self.done, self.phase = self.done + 1, phase

    def end(self) -> None:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def write(name: str, text: str) -> Path:
    """Writes `docs/bench/<name>.md`."""
    DOCS.mkdir(parents=True, exist_ok=True)
    path = DOCS / f"{name}.md"
    path.write_text(text.rstrip() + "\n", encoding="utf-8")
    return path
