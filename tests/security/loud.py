"""Runs a part of the product with logging turned up to its loudest, into a file of its own.

``python -m tests.security.loud LOG PART ARGUMENTS…``: PART is ``workstation`` (its commands) or a
module of this package with a ``main``. What the server is asked for goes to ``LOG.urls``.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar

from tests.security import crashes
from workstation.app import hardening

MEANT = b"x-meant"
"""A request with this header has a needle in its address because the test put it there."""


class _Everything(logging.Formatter):
    """Writes all that a record carries, also what no sane format would print."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{super().format(record)} | {record.__dict__!r}"


def turn_up(log: Path) -> None:
    """Let everything that anybody logs come to ``log``."""
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.setFormatter(_Everything("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler])


def _note_addresses(log: Path) -> None:
    """Keep every address the server is asked for, as a proxy before it would."""
    heard: Any = Litestar.__call__
    kept = log.with_suffix(".urls")

    async def asked(self: Litestar, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not any(name == MEANT for name, _ in scope["headers"]):
            with kept.open("ab") as stream:
                stream.write(scope["raw_path"] + b"?" + scope["query_string"] + b"\n")
        await heard(self, scope, receive, send)

    pytest.MonkeyPatch().setattr(Litestar, "__call__", asked)


def main(log: str, part: str, *arguments: str) -> object:
    """Run the part."""
    turn_up(Path(log))
    # Nobody may look into a hardened process, strace neither; test_hardening has that part.
    pytest.MonkeyPatch().setattr(hardening, "forbid_memory_images", lambda: None)
    if "serve" in arguments:
        _note_addresses(Path(log))
        crashes.arm()
    if habits := os.environ.get("HABITS", ""):
        import_module("tests.security.habits").take_up(habits.split())
    if part == "workstation":
        from workstation.cli import main as commands

        return commands(list(arguments))
    return import_module(f"tests.security.{part}").main(*arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))  # type: ignore[arg-type]
