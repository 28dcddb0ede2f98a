"""A headless Chromium with the test page of a package (`frontend/packages/*/test/page.ts`), built into a folder of its own."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import workspace

_WASM = ("canvaskit-wasm/bin/canvaskit.wasm", "harfbuzzjs/dist/harfbuzz.wasm", "zxing-wasm/dist/writer/zxing_writer.wasm")


def chromium() -> str | None:
    """The browser's program: CHROMIUM, or what the system has."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def build(folder: Path, package: str = "canvas") -> None:
    """Bundles the page into a folder, with the WebAssembly it loads."""
    bundled = workspace.node(
        "node_modules/esbuild/bin/esbuild", f"packages/{package}/test/page.ts", "--bundle", "--format=esm",
        "--log-level=warning", "--external:fs", "--external:path", "--external:module", f"--outfile={folder / 'page.js'}")
    if bundled.returncode:
        raise RuntimeError(bundled.stdout + bundled.stderr)
    for name in _WASM:
        shutil.copy(workspace.FOLDER / "node_modules" / name, folder)
    (folder / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="page.js"></script>')


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *told) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder's address while it is served."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
