"""What lies over the window: while it is there, no key acts on what is under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.kit.guard import guarded

_CTRL = Qt.KeyboardModifier.ControlModifier
_THROUGH = (
    QKeyCombination(Qt.Key.Key_F1),
    QKeyCombination(_CTRL, Qt.Key.Key_K),
    QKeyCombination(_CTRL, Qt.Key.Key_L),
    QKeyCombination(_CTRL, Qt.Key.Key_Tab),
)
"""The keys of the window itself: its key sheet, its search, its lock, its patients."""


@guarded
class Overlay(QWidget):
    """A panel over the window. Signing, for one, is no key of what is hidden behind a search."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Taken here it is a key like any other, and the shortcut of what is under it is not asked.
            event.setAccepted(event.keyCombination() not in _THROUGH)
            return True
        return super().event(event)
