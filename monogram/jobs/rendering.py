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
from monogram.render import draw, live, preflight
from monogram.render.errors import RenderError
from monogram.render.pictures import Kept

from . import frames, preparation

# Previews of one product share their pictures; a print is drawn once.
_KEPT = Kept()


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
    """What became of a job: `done` with a file, `told` what was asked, `refused` with a RenderError's parts, or `bug` with a
    traceback."""
    try:
        if "ask" in job:
            return {"told": live.answer(job["ask"], job["about"], files)}
        if "check" in job:
            return {"findings": _found(job["check"], documents.parse_values(job["values"]), files)}
        document = documents.parse(job["document"])
        drawing = draw.open(document, documents.parse_values(job["values"]), files, side=job["side"])
        findings = preflight.check(document, drawing) if job["side"] == "print" else []
        if refused := preflight.refusal(findings):
            raise refused
        pieces = drawing.pieces(kept=_KEPT if job["side"] == "preview" else None)
        return {"done": {
            "data": b"".join(pieces), "width": drawing.scene.width, "height": drawing.scene.height,
            "media_type": drawing.media_type, "report": msgspec.to_builtins(drawing.report),
            "findings": [finding.told() for finding in findings],
        }}
    except RenderError as error:
        return {"refused": [error.code, error.message, error.layer, error.part]}
    except Exception:
        return {"bug": traceback.format_exc(limit=-8)}


def _found(checked: list[dict[str, Any]], values: documents.Values, files: Files) -> list[dict[str, Any]]:
    """Each finding once, however many templates have it. Files are asked for by hash: names are each template's own."""
    found: dict[bytes, dict[str, Any]] = {}
    for raw in checked:
        document = documents.parse(raw)
        for finding in preflight.examine(document, values, live.by_hash(document, files)):
            told = finding.told()
            found.setdefault(msgspec.json.encode(told), told)
    return list(found.values())


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
