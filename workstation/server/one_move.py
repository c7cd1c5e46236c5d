"""A small file that is either the old one or the new one, whatever happens while it is written."""

from __future__ import annotations

import os
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Replace the file in one move, once its new content is durable."""
    young = path.with_name(path.name + ".new")
    with young.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    young.replace(path)
