"""Phrases in a text: ``.name`` and a space become a sentence; one undo brings the name back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from forms.phrases import expansion
from ui.kit.guard import guarded

_TAKE = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@guarded
class Phrases(QObject):
    """Watches one text. What is no known name stays as it was typed."""

    def __init__(self, edit: QPlainTextEdit, phrases: Mapping[str, str]) -> None:
        super().__init__(edit)
        self._edit, self._phrases = edit, dict(phrases)
        edit.installEventFilter(self)

    def offer(self, phrases: Mapping[str, str]) -> None:
        """Know these phrases from now on."""
        self._phrases = dict(phrases)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain and event.key() in _TAKE:
                return self._expand()
        return False

    def _expand(self) -> bool:
        """Put the sentence in place of its name; whether there was one to put."""
        cursor = self._edit.textCursor()
        if cursor.hasSelection():
            return False
        found = expansion(cursor.block().text()[: cursor.positionInBlock()], self._phrases)
        if found is None:
            return False
        typed, text = found
        cursor.beginEditBlock()
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(typed)
        )
        cursor.insertText(text)
        cursor.endEditBlock()
        self._edit.setTextCursor(cursor)
        return True
