"""Text on the screen. Markup in it is shown, never interpreted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from ui.kit.clipboard import copy
from ui.kit.guard import guarded
from ui.kit.visible import original_slice, visible
from ui.theme.typography import Size, font


@guarded
class Label(QLabel):
    """Plain text by construction: ``setTextFormat`` to anything else is refused.

    What is drawn is ``visible(text)``; what is selected and copied is the text itself.
    """

    def __init__(
        self,
        text: str = "",
        *,
        strong: bool = False,
        quiet: bool = False,
        size: int = Size.BODY,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        super().setTextFormat(Qt.TextFormat.PlainText)
        self._original = ""
        self.setFont(font(size, strong=strong))
        self.setWordWrap(wrap)
        if quiet:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        self._original = text
        super().setText(visible(text))
        self.setAccessibleName(text)

    def original(self) -> str:
        """Return the text as it was given, hidden characters included."""
        return self._original

    def setTextFormat(self, form: Qt.TextFormat) -> None:  # noqa: N802  Qt's name
        if form is not Qt.TextFormat.PlainText:
            raise ValueError("a label shows plain text only")

    def selected_original(self) -> str:
        """Return what is selected, as it is stored."""
        start = self.selectionStart()
        if start < 0:
            return ""
        units = len(self.selectedText().encode("utf-16-le", "surrogatepass")) // 2
        return original_slice(self._original, start, start + units)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.matches(QKeySequence.StandardKey.Copy):
            copy(self.selected_original())
            return
        super().keyPressEvent(event)
