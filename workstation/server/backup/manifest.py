"""What a backup says of itself: when, by what program, how much, and a seal that only its key makes.

A backup is a folder with three files. The manifest is written last and the folder gets its name
after it, so a backup that was broken off is none.
"""

from __future__ import annotations

import hmac
import os
import re
from hashlib import file_digest, sha256
from pathlib import Path

import msgspec

from workstation.domain.canonical import canonical
from workstation.domain.texts import _
from workstation.server.backup import problems

DATABASE, LEDGER, MANIFEST = "record.db", "record.erasures", "manifest.json"
UNFINISHED = ".unfinished"
FORMAT = 1
_NAME = re.compile(r"ronden-[0-9]{8}T[0-9]{6}Z")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``made_at``: RFC 3339. ``schema``: the newest migration. ``size``, ``digest`` (SHA-256,
    hex): of the database's copy; ``ledger``: that of the ledger's. The seal is an HMAC-SHA256 over the rest.
    """

    format: int = FORMAT
    made_at: str
    program: str
    schema: int
    size: int
    digest: str
    ledger: str
    patients: int
    records: int
    attachments: int
    log_lines: int
    seal: str = ""


def sealed(manifest: Manifest, key: str) -> Manifest:
    """Return the manifest with its seal."""
    return msgspec.structs.replace(manifest, seal=_seal(manifest, key))


def is_sealed_with(manifest: Manifest, key: str) -> bool:
    """Whether this key made the seal, of this very manifest."""
    return hmac.compare_digest(manifest.seal, _seal(manifest, key))


def _seal(manifest: Manifest, key: str) -> str:
    said = canonical(msgspec.structs.replace(manifest, seal=""))
    return hmac.digest(bytes.fromhex(key), b"ronden backup\n" + said, "sha256").hex()


def write(backup: Path, manifest: Manifest) -> None:
    """Write it, durably."""
    with (backup / MANIFEST).open("xb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def read(backup: Path) -> Manifest:
    """Return what the backup says of itself.

    Raises:
        NotWhole, TooNew: As they say.
    """
    try:
        raw = (backup / MANIFEST).read_bytes()
        if msgspec.json.decode(raw, type=_Any).format > FORMAT:
            raise problems.too_new()
        return msgspec.json.decode(raw, type=Manifest)
    except (OSError, msgspec.DecodeError):
        raise problems.not_whole(_("its description cannot be read")) from None


class _Any(msgspec.Struct):
    """A manifest of any version."""

    format: int


def name_of(made_at: str) -> str:
    """Return the name of the backup made then."""
    return f"ronden-{re.sub('[-:]', '', made_at[:19])}Z"


def backups_in(folder: Path) -> tuple[Path, ...]:
    """Return the finished backups of a folder, oldest first."""
    if not folder.is_dir():
        return ()
    found = (p for p in folder.iterdir() if _NAME.fullmatch(p.name) and (p / MANIFEST).is_file())
    return tuple(sorted(found))


def newest(path: Path) -> Path:
    """Return the backup at ``path``: that one, or the newest one in that folder.

    Raises:
        NoBackup: There is none.
    """
    if (path / MANIFEST).exists():
        return path
    found = backups_in(path)
    if not found:
        raise problems.no_backup()
    return found[-1]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; of nothing where there is none."""
    if not path.exists():
        return sha256(b"").hexdigest()
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
