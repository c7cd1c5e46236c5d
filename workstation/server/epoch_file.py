"""The mark beside the database, on which a restored backup gives itself away."""

from __future__ import annotations

from pathlib import Path

import msgspec

from workstation.server import one_move
from workstation.server.store.epoch import Mark


def read_mark(path: Path) -> Mark | None:
    """Return the mark, or None when there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mark)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def write_mark(path: Path, mark: Mark) -> None:
    """Replace the mark in one move; it never goes back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    one_move.replace(path, msgspec.json.encode(mark))
