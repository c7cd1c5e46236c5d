"""Importing goes as Python does it, not by way of the toolkit.

Once it is loaded, Qt for Python reads the source text of every module that anybody imports and
looks for its own name in it, so that ``from __feature__ import snake_case`` may be written there.
We never write that. It took an eighth of the start, and the texts stayed in memory: 25 MB.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  from here on there is something to put back

_PYTHONS_OWN = "__orig_import__"  # where Qt for Python keeps what it has replaced


def put_back() -> None:
    """Let every import from here on be Python's own. Nothing is done where it already is."""
    setattr(builtins, "__import__", getattr(builtins, _PYTHONS_OWN, builtins.__import__))  # noqa: B010  mypy knows no assignment
