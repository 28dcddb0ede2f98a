"""Who runs where: a server and its database on the machine's last core, their clients on the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def _mine() -> list[int]:
    """The cores this process may use; none where the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []


@contextmanager
def last() -> Iterator[None]:
    """What is started in this block runs on the last core; from its end this process, and what it starts, keep off it."""
    cores = _mine()
    if len(cores) < 2:
        yield
        return
    os.sched_setaffinity(0, cores[-1:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores[:-1])


@contextmanager
def restored() -> Iterator[None]:
    """Gives this process back, at the end, the cores that it had before."""
    cores = _mine()
    try:
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
