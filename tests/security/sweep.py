"""Looks for the needles in everything that was written: raw, encoded, packed, deleted in place."""

from __future__ import annotations

import base64
import re
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import which

import zstandard

from tests.security.needles import NEEDLES, forms_of

_DEEPEST = 4
_MOST_UNPACKED = 64 * 1024 * 1024
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = b"PK\x03\x04"
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True, order=True)
class Finding:
    """A needle in a place, and how it was written there."""

    where: str
    needle: str
    form: str

    def __str__(self) -> str:
        return f"{self.needle} as {self.form} in {self.where}"


class Sweep:
    """Knows the needles in all their forms."""

    def __init__(self, needles: Mapping[str, str] = NEEDLES) -> None:
        self._forms: dict[bytes, tuple[str, str]] = {}
        for name, needle in needles.items():
            for form, raw in forms_of(needle):
                self._forms.setdefault(raw, (name, form))

    def folder(self, root: Path) -> list[Finding]:
        """Look at every file under ``root``: its name and its bytes."""
        found: set[Finding] = set()
        for path in sorted(root.rglob("*")):
            where = path.relative_to(root).as_posix()
            found.update(self.blob(where.encode(), f"the name {where}"))
            if path.is_file() and not path.is_symlink():
                found.update(self.blob(path.read_bytes(), where))
        return sorted(found)

    def blob(self, blob: bytes, where: str) -> Iterator[Finding]:
        """Look at bytes, and at what is packed in them."""
        if blob.startswith(_SQLITE):
            yield Finding(where, "a database", "clear text")
        for how, plain in _unpacked(blob, "", 0):
            for name, form in self._in(plain):
                yield Finding(where, name, f"{form}{how}")

    def _in(self, blob: bytes) -> Iterable[tuple[str, str]]:
        return {name for raw, name in self._forms.items() if raw in blob}


def _unpacked(blob: bytes, how: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes and, to some depth, everything that can be unpacked from them."""
    yield how, blob
    if depth == _DEEPEST:
        return
    for name, inner in _contents(blob):
        yield from _unpacked(inner, f"{how}, {name}", depth + 1)


def _contents(blob: bytes) -> Iterator[tuple[str, bytes]]:
    for found in _ZLIB.finditer(blob):
        if plain := _inflated(blob[found.start() :]):
            yield "deflated", plain
    at = blob.find(_ZSTD)
    while at >= 0:
        if plain := _unzstd(blob[at:]):
            yield "zstd", plain
        at = blob.find(_ZSTD, at + 1)
    if _ZIP in blob:
        yield from _zipped(blob)
    if blob.startswith(b"%PDF"):
        yield from _pdf(blob)
    for found in _BASE64.finditer(blob):
        yield from _from_base64(found[0])


def _inflated(blob: bytes) -> bytes:
    unpack = zlib.decompressobj(wbits=47)
    try:
        return unpack.decompress(blob, _MOST_UNPACKED)
    except zlib.error:
        return b""


def _unzstd(blob: bytes) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompressobj().decompress(blob)
    except zstandard.ZstdError:
        return b""


def _zipped(blob: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(blob)) as archive:
            for member in archive.namelist():
                yield "zip", member.encode() + b"\n" + archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
        return


def _pdf(blob: bytes) -> Iterator[tuple[str, bytes]]:
    for found in _PDF_STREAM.finditer(blob):
        body = found[1].strip().removeprefix(b"<~").removesuffix(b"~>")
        try:
            yield "ASCII 85", base64.a85decode(body)
        except ValueError:
            continue
    yield "shown", _shown(blob)


def _shown(pdf: bytes) -> bytes:
    """Return what can be read in a PDF, lines joined: its letters are numbers in its own fonts."""
    program = which("pdftotext")
    if program is None:
        return b""
    done = subprocess.run([program, "-raw", "-", "-"], input=pdf, capture_output=True, check=False)
    return done.stdout


def _from_base64(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield only what is packed or wide in it: the needles' own base64 is looked for directly."""
    bare = text.rstrip(b"=")
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    raw = base64.b64decode(bare + b"=" * (-len(bare) % 4))
    if _ZLIB.match(raw) or raw.startswith((_ZSTD, _ZIP)) or b"\x00" in raw[:4]:
        yield "base64", raw
