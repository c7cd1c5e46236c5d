"""Two parts beside each other that take their new widths after what was just made is usable."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QSplitter, QWidget

from ui.kit.guard import guarded


@guarded
class Halves(QSplitter):
    """A splitter whose parts come and go.

    Who makes a part has the program busy, laying out what gives way for it has too, and painting
    it all once more. Each has a turn of its own, so that a key pressed meanwhile is answered in
    between. The screen stays as it was until the last of them: nothing is seen half done.
    """

    _holds = False  # Qt tells of events before it has made us

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        # Timers, for what is only posted still belongs to the turn it is posted in.
        self._widths = QTimer(self, singleShot=True, interval=0)
        self._widths.timeout.connect(self._take_widths)
        self._paint = QTimer(self, singleShot=True, interval=0)
        self._paint.timeout.connect(self._paint_again)

    def show_part(self, part: QWidget, *, shown: bool) -> None:
        """Show or hide a part; the others take the room it leaves, or give it up."""
        if part.isHidden() is not shown:
            return
        if self.isVisible():
            self.setUpdatesEnabled(False)
            self._holds = True
            self._paint.stop()
            self._widths.start()
        part.setVisible(shown)

    def event(self, event: QEvent) -> bool:
        if self._holds and event.type() is QEvent.Type.LayoutRequest:
            return True
        return super().event(event)

    def _take_widths(self) -> None:
        self._holds = False
        super().event(QEvent(QEvent.Type.LayoutRequest))
        self._paint.start()

    def _paint_again(self) -> None:
        self.setUpdatesEnabled(True)
