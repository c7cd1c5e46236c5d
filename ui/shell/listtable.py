"""A table that tells only what a person chose, and is drawn anew only when it says something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent

from ui.kit.cell import Group, Row
from ui.kit.guard import guarded
from ui.kit.table import Table


@guarded
class ListTable(Table):
    """``picked`` (key) when somebody moves to a row; never because the rows were drawn."""

    picked = Signal(str)

    _drawing = False
    _telling = False
    _shown: tuple[Group | Row, ...] | None = None

    def set_rows(self, entries: Sequence[Group | Row]) -> None:
        """Show these rows; the same rows again change nothing."""
        shown = tuple(entries)
        if shown == self._shown:
            return
        if not _keys(self._shown or ()) <= _keys(shown):
            # Rows have gone, perhaps with their patient: no name of theirs stands until it is told.
            self._forget_hidden()
        self._shown = shown
        self._quietly(lambda: super(ListTable, self).set_rows(shown))

    def _tell_soon(self) -> None:
        # What is out of sight is known only once the rows have been laid out.
        if not self._telling:
            self._telling = True
            QTimer.singleShot(0, self, self._tell_now)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._tell_now()  # what was told for another width would be cut in this one

    def _tell_hidden(self) -> None:
        self._tell_soon()

    def _tell_now(self) -> None:
        self._telling = False
        super()._tell_hidden()

    def choose(self, key: str) -> None:
        """Choose a row without saying ``picked``."""
        if key != self.current_key():
            self._quietly(lambda: super(ListTable, self).choose(key))

    def pick(self, key: str) -> None:
        """Choose a row as a person would."""
        super().choose(key)

    def _quietly(self, draw: Callable[[], None]) -> None:
        before, self._drawing = self._drawing, True
        try:
            draw()
        finally:
            self._drawing = before

    def _pass_on(self, key: str) -> None:
        if not self._drawing:
            self.picked.emit(key)

    def _connect(self) -> None:
        super()._connect()
        self.chosen.connect(self._pass_on)


def _keys(entries: Sequence[Group | Row]) -> frozenset[str]:
    return frozenset(entry.key for entry in entries if isinstance(entry, Row))
