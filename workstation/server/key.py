"""The key of the embedded database: from a file only its owner may read, or the system's keyring."""

from __future__ import annotations

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from workstation.domain.texts import _
from workstation.server.database import CannotOpen

_SERVICE = "ronden-server"
_HEX = re.compile(r"[0-9a-f]{64}")


def database_key(database: Path, key_file: Path | None) -> str:
    """Return the key as 64 hex digits; a new one only where there is no database yet.

    Raises:
        CannotOpen: There is a database and no key for it, or nowhere safe to keep a new one.
    """
    key = _read(database, key_file)
    if key is not None:
        return key
    if database.exists():
        raise _no_key()
    key = secrets.token_hex(32)
    if key_file:
        _write_file(key_file, key)
    else:
        _write_keyring(database, key)
    return key


def existing_key(database: Path, key_file: Path | None) -> str:
    """Return the key as 64 hex digits; none is ever made.

    Raises:
        CannotOpen: There is none.
    """
    key = _read(database, key_file)
    if key is None:
        raise _no_key()
    return key


def save_key(path: Path, key: str) -> None:
    """Write the key into a file that only its owner may read.

    Raises:
        OSError: There is a file of that name, or it cannot be written.
    """
    _write_file(path, key)


def _read(database: Path, key_file: Path | None) -> str | None:
    return _read_file(key_file) if key_file else _read_keyring(database)


def _no_key() -> CannotOpen:
    return CannotOpen(
        _("There is no key for this database."),
        _("Name the right key file. Without its key nobody can read the database."),
    )


def _read_file(path: Path) -> str | None:
    try:
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise CannotOpen(_("The key file cannot be read."), _("Check who may read it.")) from None
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise CannotOpen(
            _("Others than its owner may read the key file."), _("Take that right away: chmod 600.")
        )
    return _checked(text)


def _write_file(path: Path, key: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(key + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _entry(database: Path) -> str:
    return sha256(str(database.resolve()).encode()).hexdigest()


def _read_keyring(database: Path) -> str | None:
    _refuse_plain_keyring()
    try:
        text = keyring.get_password(_SERVICE, _entry(database))
    except KeyringError:
        raise _no_keyring() from None
    return None if text is None else _checked(text)


def _write_keyring(database: Path, key: str) -> None:
    try:
        keyring.set_password(_SERVICE, _entry(database), key)
    except KeyringError:
        raise _no_keyring() from None


def _refuse_plain_keyring() -> None:
    """A keyring that writes clear text, or none at all, keeps no secret."""
    module = type(keyring.get_keyring()).__module__
    if module.startswith(("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")):
        raise _no_keyring()


def _no_keyring() -> CannotOpen:
    return CannotOpen(
        _("This machine has no keyring to keep the database's key in."),
        _("Start the server with --key-file and keep that file apart from the backups."),
    )


def _checked(text: str) -> str:
    if not _HEX.fullmatch(text):
        raise CannotOpen(_("The key is damaged."), _("It is 64 characters, 0 to 9 and a to f."))
    return text
