"""A view that may only be read: what writes is taken away, and given back as its owner wants it then."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget


@runtime_checkable
class Writes(Protocol):
    """A part of a view that writes, or leads to what does."""

    def bar_writing(self, barred: bool) -> None:  # noqa: FBT001  Qt's shape
        """Take away what writes while nothing may be written; False: give it back."""
        ...


def bar_writing(view: QWidget, *, barred: bool) -> None:
    """Let a view with everything in it be read only, or written in again."""
    for part in (view, *view.findChildren(QWidget)):
        if isinstance(part, Writes):
            part.bar_writing(barred)
