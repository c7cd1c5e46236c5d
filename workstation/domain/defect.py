"""A defect of ours in words for a log: its type and the places it went through, never its text.

The text of an exception may quote the record, and so may the values of a call.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from hashlib import sha256

_MOST_PLACES = 12
_MOST_CAUSES = 4


def in_log(error: BaseException) -> str:
    """Return ``KeyError at listed:41 < reload:17``: the innermost place first, then what led to it."""
    said: list[str] = []
    known: BaseException | None = error
    while known is not None and len(said) < _MOST_CAUSES:
        said.append(_one(known))
        known = known.__cause__ or (None if known.__suppress_context__ else known.__context__)
    return " from ".join(said)


def trace_of(error: BaseException) -> str:
    """Return eight characters that name a defect: the same for the same type at the same places.

    It stands on the screen and in the log, so that what a person reports is found there.
    """
    return sha256(in_log(error).encode()).hexdigest()[:8].upper()


def _one(error: BaseException) -> str:
    places = traceback.extract_tb(error.__traceback__)
    trail = " < ".join(f"{p.name}:{p.lineno}" for p in list(reversed(places))[:_MOST_PLACES])
    said = type(error).__name__ + (f" at {trail}" if trail else "")
    if isinstance(error, BaseExceptionGroup):
        return f"{said} ({'; '.join(in_log(each) for each in error.exceptions)})"
    return said


def in_log_of_loop(context: Mapping[str, object]) -> str:
    """Return what an event loop's exception handler may log of its ``context``."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        return in_log(error)
    return "no exception, about " + ", ".join(sorted(key for key in context if key != "message"))
