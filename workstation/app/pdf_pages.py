"""Pages of an attached PDF as pictures: each drawn by a process of its own that then ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys

from workstation.app import pdf_child
from workstation.operations.session import DrawnPage

MOST_PIXELS = 6_000_000
MOST_SECONDS = 4
"""Of work; a page of a hundred scanned megapixels takes one."""
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
_PATIENCE = 20.0
"""Seconds until nobody waits any longer: a busy machine takes longer over the work."""


async def draw_page(content: bytes, page: int, *, seconds: int = MOST_SECONDS) -> DrawnPage | None:
    """Return a page, from 0, as a picture; None for what cannot be drawn in ``seconds`` of work."""
    return await asyncio.to_thread(_drawn, content, page, seconds)


def _drawn(content: bytes, page: int, seconds: int) -> DrawnPage | None:
    command = [sys.executable, "-I", pdf_child.__file__]
    asked = pdf_child.HEAD.pack(page, MOST_PIXELS, seconds) + content
    try:
        done = subprocess.run(
            command,
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            creationflags=_NO_WINDOW,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return _read(done.stdout)


def _read(said: bytes) -> DrawnPage | None:
    """Return the picture; None unless what the process said is one, of a size that was asked for."""
    head = pdf_child.DRAWN
    if len(said) < head.size:
        return None
    pages, width, height, stride = head.unpack_from(said)
    rows = said[head.size :]
    whole = 0 < width * height <= MOST_PIXELS * 2 and stride >= width * 4
    if pages < 1 or not whole or len(rows) != stride * height:
        return None
    return DrawnPage(pages=pages, width=width, height=height, stride=stride, rows=rows)
