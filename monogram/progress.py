"""How far a long command is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys


class Progress:
    """Used in a `with`. Nothing is shown before the first call; elsewhere than on a terminal only what is told in words."""

    def __init__(self, title: str):
        self.title, self.bar, self.task = title, None, None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_) -> None:
        if self.bar is not None:
            self.bar.stop()

    def at(self, done: int, total: int) -> None:
        self.tell(done, total)

    def tell(self, number: int, total: int, *, done: str | None = None, error: str | None = None) -> None:
        """number of total is finished; done or error: its words, to standard output or standard error."""
        if not sys.stderr.isatty():
            if done or error:
                print(done or error, file=sys.stderr if error else sys.stdout, flush=True)
            return
        if self.bar is None:
            self._start(total)
        if error:
            self.bar.console.print(error, style="red", markup=False, highlight=False)
        self.bar.update(self.task, completed=number)

    def _start(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        self.bar = Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
        self.bar.start()
        self.task = self.bar.add_task(self.title, total=total)
