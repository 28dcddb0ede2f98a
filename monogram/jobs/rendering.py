"""The process that draws: no database, no network, no files, no settings. Its standard input is a socket to the worker.

It closes itself before it reads a job, says so, then draws one job at a time. It asks the worker for each file when the
drawing needs it, so that a document may list more files than it uses.
"""

from __future__ import annotations

import os
import traceback
from contextlib import suppress
from dataclasses import asdict
from io import BufferedRWPair
from typing import Any

import msgspec

from monogram import sandbox
from monogram.render import document as documents
from monogram.render import draw
from monogram.render.errors import RenderError

from . import frames, preparation


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
    preparation.load()
    channel = BufferedRWPair(open(0, "rb", buffering=0), open(os.dup(0), "wb", buffering=0))
    channel.write(frames.pack({"sandbox": asdict(sandbox.close())}))
    channel.flush()
    files = Files(channel)
    while (job := frames.read(channel)) is not None:
        channel.write(frames.pack(_attempted(job["attempt"]) if "attempt" in job else answer(job, files)))
        channel.flush()


def _attempted(wanted: dict[str, Any]) -> dict[str, Any]:
    """For `monogram doctor`: tries what a closed process must not be able to do."""
    return {"refusal": sandbox.attempt(wanted["name"], wanted["folder"], wanted["port"])}


if __name__ == "__main__":
    main()
