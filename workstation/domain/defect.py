"""A defect of ours in words for a log: its type and the places it went through, never its text.

The text of an exception may quote the record, and so may the values of a call.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping

_MOST_PLACES = 12


def in_log(error: BaseException) -> str:
    """Return ``KeyError at listed:41 < reload:17``: the innermost place first."""
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
