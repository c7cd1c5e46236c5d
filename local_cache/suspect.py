"""A file in which damage was met while it was open: looked through whole before it opens again.

Opening reads a few pages only; without this a damaged one would be met again and again, and
whoever could put the file aside at the way in would never be told.
"""

from __future__ import annotations

from pathlib import Path

import sqlcipher3.dbapi2 as dbapi
from sqlalchemy import Engine, ExceptionContext, event

from local_cache import problems
from local_cache.pages import damaged_pages

SUFFIX = "-suspect"


def watch(engine: Engine, path: Path) -> None:
    """Leave a mark beside the file when the engine meets damage in it."""

    @event.listens_for(engine, "handle_error")
    def _met(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, dbapi.Error) and isinstance(
            problems.problem_of(error), problems.Damaged
        ):
            _mark(path).touch()


def check(path: Path, key: bytes) -> None:
    """Look through a file that was marked; one that is sound after all loses its mark.

    Raises:
        Damaged: A page is not as it was written.
    """
    mark = _mark(path)
    if not mark.exists():
        return
    if damaged_pages(path, key):
        raise problems.damaged()
    mark.unlink()


def _mark(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)
