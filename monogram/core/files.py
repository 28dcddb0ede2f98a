"""Files: bytes in the object store under their SHA-256, and a row for each store that knows them.

Bytes go first, the row after: a row never points at a missing object, and bytes without a row are garbage, not truth.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import ObjectStore, from_url

from .db import Db
from .errors import NotFound

_COLUMNS = "store_id, id, token, sha256, media_type, size, width, height"
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/svg+xml": "svg"}


class FileDamaged(Exception):
    """The object store gave back other bytes than were put there. Never shown as a picture; an operator must look."""


@dataclass(frozen=True)
class File:
    store_id: int
    id: int
    token: str  # the unguessable part of its address
    sha256: str
    media_type: str
    size: int
    width: int | None
    height: int | None


class Storage:
    """Immutable objects named by their SHA-256, on disk or in S3-compatible storage, behind obstore."""

    def __init__(self, objects: ObjectStore, folder: Path | None):
        self._objects, self._folder = objects, folder

    async def put(self, data: bytes) -> str:
        """Stores bytes durably before it returns, and returns their SHA-256. Storing them again changes nothing."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self._folder is not None:
            await asyncio.to_thread(_put_on_disk, self._folder, _key(sha256), data)
        else:
            await obstore.put_async(self._objects, _key(sha256), data)
        return sha256

    async def read(self, sha256: str) -> bytes:
        """The bytes of that SHA-256, checked. Raises NotFound, or FileDamaged when they are not what was put."""
        try:
            answer = await obstore.get_async(self._objects, _key(sha256))
            data = bytes(await answer.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise NotFound("file", sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileDamaged(f"the stored object {sha256} does not have the content it was stored with")
        return data


def open_storage(url: str) -> Storage:
    """The storage of a `file:///folder` (made if absent) or `s3://bucket/prefix` address. S3 credentials and endpoint
    come from the usual AWS_* variables."""
    if url.startswith("file://"):
        folder = Path(unquote(urlsplit(url).path))
        folder.mkdir(parents=True, exist_ok=True)
        return Storage(obstore.store.LocalStore(folder), folder)
    return Storage(from_url(url), None)


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _put_on_disk(folder: Path, key: str, data: bytes) -> None:
    """Temporary file, fsync, rename, fsync of the folder: after a power cut the object is whole or absent.
    obstore's own put renames without fsync, which is why disk is written here."""
    target = folder / key
    if target.exists() and target.stat().st_size == len(data):
        return
    target.parent.mkdir(exist_ok=True)
    _sync_folder(folder)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def add(db: Db, storage: Storage, store_id: int, data: bytes, media_type: str, *,
              width: int | None = None, height: int | None = None) -> File:
    """Stores bytes and makes them known to a store; the same content again is the same file."""
    return await know(db, store_id, await storage.put(data), media_type, len(data), width=width, height=height)


async def know(db: Db, store_id: int, sha256: str, media_type: str, size: int, *,
               width: int | None = None, height: int | None = None) -> File:
    """The row of stored bytes for a store, made if absent."""
    row = await db.fetchrow(
        f"""insert into files (store_id, token, sha256, media_type, size, width, height) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (store_id, sha256) do update set sha256 = excluded.sha256 returning {_COLUMNS}""",
        store_id, secrets.token_urlsafe(16), sha256, media_type, size, width, height,
    )
    return File(*row)


async def get(db: Db, store_id: int, file_id: int | None) -> File:
    row = await db.fetchrow(f"select {_COLUMNS} from files where store_id = $1 and id = $2", store_id, file_id)
    return _found(row, file_id)


async def by_sha256(db: Db, store_id: int, sha256: str) -> File:
    return _found(
        await db.fetchrow(f"select {_COLUMNS} from files where store_id = $1 and sha256 = $2", store_id, sha256), sha256
    )


async def by_hashes(db: Db, store_id: int, hashes: list[str]) -> dict[str, File]:
    """Those of these SHA-256 that the store has."""
    rows = await db.fetch(f"select {_COLUMNS} from files where store_id = $1 and sha256 = any($2)", store_id, hashes)
    return {row["sha256"]: File(*row) for row in rows}


async def by_token(db: Db, token: str) -> File:
    """The file of an address. The token is the right to read it."""
    return _found(await db.fetchrow(f"select {_COLUMNS} from files where token = $1", token), None)


def _found(row, key: object) -> File:
    if row is None:
        raise NotFound("file", key)
    return File(*row)


def path(file: File, title: str = "") -> str:
    """The file's address on this server. The title only names the download: `/files/<token>/photo-clock.png`."""
    extension = EXTENSIONS.get(file.media_type, "bin")
    name = re.sub(r"[\W_]+", "-", title.lower()).strip("-")[:80] or file.sha256[:12]
    return f"/files/{file.token}/{quote(name)}.{extension}"
