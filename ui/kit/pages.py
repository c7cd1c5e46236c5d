"""Pages that stand in one place, one of them at a time."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from ui.kit.guard import guarded


@guarded
class Pages(QStackedWidget):
    """A page is as high as there is room for, and shares that among what stands in it.

    Qt asks every page, seen or not, how high it would like to be at every width, some thousand
    times whenever anything in the window changes: here nobody wants to know.
    """

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        return False
