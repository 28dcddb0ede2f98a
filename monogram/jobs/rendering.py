"""The process that draws: no database, no network, no settings. Reads one job at a time from its standard input, a socket.

It asks the worker for each file when the drawing needs it, so that a document may list more files than it uses.
"""

from __future__ import annotations

import os
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any

import msgspec

from monogram.render import document as documents
from monogram.render import draw
from monogram.render.errors import RenderError
from monogram.render.fonts import FontBook

from . import frames


class Files:
    """Bytes by name, had from the worker."""

    def __init__(self, channel: Any):
        self.channel = channel

    def __call__(self, name: str) -> bytes:
        self.channel.write(frames.pack({"need": name}))
        self.channel.flush()
        answer = frames.read(self.channel)
        if answer is None:
            os._exit(0)  # the worker is gone
        if answer.get("damaged"):
            message = f"The stored file of the image {name!r} is damaged; put it there again."
            raise RenderError("image_damaged", message, part=name)
        if answer.get("data") is None:
            raise KeyError(name)
        return answer["data"]


def answer(job: dict[str, Any], files: Files) -> dict[str, Any]:
    """What became of a job: `done` with a file, `refused` with a RenderError's parts, or `bug` with a traceback."""
    try:
        document = documents.parse(job["document"])
        made = draw.render(document, documents.parse_values(job["values"]), files, side=job["side"])
        return {"done": msgspec.structs.asdict(made) | {"report": msgspec.to_builtins(made.report)}}
    except RenderError as error:
        return {"refused": [error.code, error.message, error.layer, error.part]}
    except Exception:
        return {"bug": traceback.format_exc(limit=-8)}


def main() -> None:
    # when memory runs out the system should take this process, not the worker or the database
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    channel = socket.socket(fileno=sys.stdin.fileno()).makefile("rwb")
    FontBook.load()
    files = Files(channel)
    while (job := frames.read(channel)) is not None:
        channel.write(frames.pack(answer(job, files)))
        channel.flush()


if __name__ == "__main__":
    main()
