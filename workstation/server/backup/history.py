"""When the record was last backed up, and a backup last tried out: a small file beside the mark."""

from __future__ import annotations

from pathlib import Path

import msgspec

from workstation.server import one_move


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Times are RFC 3339, empty where it never happened. ``folder``: where the backups are.

    ``drilled``: which backup was tried out, whole; ``drill_seconds``: how long that took.
    """

    folder: str = ""
    backed_up_at: str = ""
    drilled_at: str = ""
    drilled: str = ""
    drill_seconds: float = 0.0


def history_file(mark: Path) -> Path:
    """Return where it is kept."""
    return mark.with_suffix(".backups")


def read(path: Path) -> History:
    """Return what is known; nothing where the file cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=History)
    except (OSError, msgspec.DecodeError):
        return History()


def write(path: Path, history: History) -> None:
    """Replace it in one move."""
    one_move.replace(path, msgspec.json.encode(history))
