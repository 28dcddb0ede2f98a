"""Documents as people keep them: a JSON file with its assets beside it, a folder with `document.json`, or a zip of one."""

from __future__ import annotations

import io
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from monogram.render import limits
from monogram.render.errors import RenderError

if TYPE_CHECKING:
    import zipfile

DOCUMENT = "document.json"
ENTRIES = 1_000
# All files of a zip unpacked; each is bounded as a source image is.
UNPACKED = 500 * 1_000_000


class Bundle:
    """A document's bytes, its name for output files, and the files beside it."""

    def __init__(self, name: str, document: bytes, folder: Path | None, archive: dict[str, bytes]):
        self.name, self.document, self.folder, self.archive = name, document, folder, archive

    def read(self, file: str, name: str) -> bytes | None:
        """A file of the bundle, or None. Raises RenderError `asset_outside` or `file_unreadable`."""
        if self.folder is not None:
            return read_inside(self.folder, file, name)
        parts = PurePosixPath(file).parts
        if file.startswith("/") or ".." in parts:
            raise _outside(name)
        return self.archive.get(str(PurePosixPath(*parts)) if parts else "")


def open_bundle(path: Path) -> Bundle:
    """The document at a path: a folder, a zip, or a JSON file. Raises RenderError `file_unreadable` or `zip_invalid`."""
    if path.is_dir():
        return Bundle(path.resolve().name, read(path / DOCUMENT), path, {})
    if path.suffix.lower() == ".zip":
        files = unpack(read(path), path.name)
        return Bundle(path.stem, files.pop(DOCUMENT), None, files)
    return Bundle(path.stem, read(path), path.parent, {})


def unpack(data: bytes, name: str) -> dict[str, bytes]:
    """The files of a zip by path, `document.json` among them; a single folder around all of them is taken off.

    Everything is judged by the directory before a byte is unpacked. Raises RenderError `zip_invalid`.
    """
    import zipfile  # most documents are no zip

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(archive, entries, name)
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, UnicodeDecodeError, ValueError) as error:
        raise _invalid(name, f"it cannot be read ({error})") from None
    except Exception as error:  # zlib's own failure has no common parent with the rest
        if isinstance(error, RenderError):
            raise
        raise _invalid(name, f"it cannot be unpacked ({error})") from None
    tops = {PurePosixPath(file).parts[0] for file in files}
    if DOCUMENT not in files and len(tops) == 1:
        files = {file.partition("/")[2]: content for file, content in files.items()}
    if DOCUMENT not in files:
        raise _invalid(name, f"it holds no {DOCUMENT}")
    return files


def _check(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> None:
    import zipfile

    if len(archive.infolist()) > ENTRIES:
        raise _invalid(name, f"it has more than {ENTRIES} entries")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise _invalid(name, f"unpacked it is larger than {UNPACKED // 1_000_000} MB")
    seen: set[str] = set()
    for entry in entries:
        file = entry.filename
        if file.startswith("/") or "\\" in file or "\0" in file or ":" in file or {"..", ".", ""} & set(file.split("/")):
            raise _invalid(name, f"the entry {file[:80]!r} is not a plain path below it")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _invalid(name, f"the entry {file[:80]!r} is a link")
        if file in seen:
            raise _invalid(name, f"it has two entries {file[:80]!r}")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _invalid(name, f"the entry {file[:80]!r} is encrypted or packed by a method other than deflate")
        if entry.file_size > limits.SOURCE_BYTES:
            raise _invalid(name, f"the entry {file[:80]!r} is larger than {limits.SOURCE_BYTES // 1_000_000} MB")
        seen.add(file)


def _invalid(name: str, told: str) -> RenderError:
    return RenderError("zip_invalid", f"The zip {name!r} is refused: {told}.", part=name)


def _outside(name: str) -> RenderError:
    return RenderError("asset_outside", f"The image {name!r} lies outside the folder of its document or values.", part=name)


def read_inside(folder: Path, file: str, name: str) -> bytes | None:
    """A file below a folder, or None; links and `..` that lead elsewhere are refused."""
    root = folder.resolve()
    try:
        path = (root / file).resolve()
    except (OSError, ValueError):
        raise RenderError("image_missing", f"The image {name!r} has no usable file name.", part=name) from None
    if not path.is_relative_to(root):
        raise _outside(name)
    return read(path) if path.is_file() else None


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RenderError("file_unreadable", f"{path} cannot be read: {error.strerror}.", part=str(path)) from None
