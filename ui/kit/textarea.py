"""Many lines of text, kept exactly as they were typed."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from ui.kit.field import Field
from ui.kit.guard import guarded
from ui.kit.visible import original_slice, visible
from ui.theme.typography import line_height

_MOST_ROWS = 30
"""A text higher than this scrolls instead of growing."""


@guarded
class _Undragged(QPlainTextEdit):
    """Text that no hand that slips drags away, into something else or out of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        cursor, at = self.textCursor(), self.cursorForPosition(event.position().toPoint())
        extends = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.button() == Qt.MouseButton.LeftButton and cursor.hasSelection() and not extends:
            self.setTextCursor(at)  # pressed on what is selected, Qt would begin to drag it
        super().mousePressEvent(event)


@guarded
class ExactTextEdit(_Undragged):
    """A plain text editor whose ``exact_text`` is what was put in and typed.

    ``toPlainText`` turns no-break spaces into spaces; this does not. While nobody has typed, the
    text that was set comes back unchanged, whatever line endings it has.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._set_text: str | None = ""
        self.setTabChangesFocus(True)
        option = self.document().defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(0)
        self.document().contentsChange.connect(self._contents_changed)

    def set_exact_text(self, text: str) -> None:
        """Show ``text``; the undo history starts anew."""
        self.setPlainText(text)
        self._set_text = text

    def exact_text(self) -> str:
        """Return the text; lines end with ``\\n`` where the user made them."""
        if self._set_text is not None:
            return self._set_text
        lines = []
        block = self.document().begin()
        while block.isValid():
            lines.append(block.text())
            block = block.next()
        return "\n".join(lines)

    def _contents_changed(self, _at: int, removed: int, added: int) -> None:
        if removed or added:
            self._set_text = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shifted:
            # Qt would put a line separator there, which looks like a line break and is none.
            self.insertPlainText("\n")
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802  Qt's name
        if source.hasText():
            self.insertPlainText(source.text())


def steady_bar(edit: QPlainTextEdit, *, is_needed: bool) -> None:
    """Have the scroll bar there or not, decided by us.

    Left to Qt, a bar can make lines wrap so that it is not needed, and going away make it needed
    again, for ever. Here narrower lines are never fewer, so what is decided stays.
    """
    policy = Qt.ScrollBarPolicy
    wanted = policy.ScrollBarAlwaysOn if is_needed else policy.ScrollBarAlwaysOff
    if edit.verticalScrollBarPolicy() != wanted:
        edit.setVerticalScrollBarPolicy(wanted)


@guarded
class TextAreaField(Field):
    """A labelled text of several lines that grows with what is written in it."""

    changed = Signal()

    def __init__(
        self, label: str, *, text: str = "", placeholder: str = "", hint: str = "", rows: int = 4,
        fill: bool = False, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """``rows`` are seen at least; with ``fill`` it takes all the height there is."""
        self.edit = ExactTextEdit()
        self.edit.setProperty("field", True)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rows, self._fill = rows, fill
        super().__init__(label, self.edit, hint=hint, parent=parent)
        for part in (
            self.edit.viewport(),
            self.edit.verticalScrollBar(),
            self.edit.horizontalScrollBar(),
        ):
            part.setAccessibleName(label)
        self.edit.document().documentLayout().documentSizeChanged.connect(self._grow)
        self.edit.textChanged.connect(self.changed)
        self.set_text(text)
        self._grow()

    def text(self) -> str:
        """Return exactly what is written."""
        return self.edit.exact_text()

    def set_text(self, text: str) -> None:
        """Write ``text``, unless it stands there already."""
        if self.edit.exact_text() != text:
            self.edit.set_exact_text(text)

    def set_read_only(self, read_only: bool) -> None:  # noqa: FBT001  Qt's shape
        """Let the text be read and copied, not changed."""
        self.edit.setReadOnly(read_only)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        # Narrower lines are more lines, which nobody tells.
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        lines = int(self.edit.document().size().height())
        steady_bar(self.edit, is_needed=lines > (self._rows if self._fill else _MOST_ROWS))
        tall = max(self._rows, min(_MOST_ROWS, lines)) * line_height() + 18
        self.edit.setMinimumHeight(min(tall, 200) if self._fill else tall)
        if not self._fill:
            self.edit.setMaximumHeight(tall)


@guarded
class ReadingText(_Undragged):
    """A text to read, select and copy: drawn with nothing hidden, copied as it is stored."""

    def __init__(self, text: str, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._original = ""
        self.setReadOnly(True)
        self.setProperty("reading", True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        for part in (self, self.viewport(), self.verticalScrollBar(), self.horizontalScrollBar()):
            part.setAccessibleName(name)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.set_text(text)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = int(self.document().size().height())
        steady_bar(self, is_needed=lines * line_height() + 18 > self.height() + line_height() // 2)

    def set_text(self, text: str) -> None:
        """Show ``text``."""
        self._original = text
        self.setPlainText(visible(text))

    def selected_original(self) -> str:
        """Return what is selected, as it is stored."""
        cursor = self.textCursor()
        return original_slice(self._original, cursor.selectionStart(), cursor.selectionEnd())

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802  Qt's name
        data = QMimeData()
        data.setText(self.selected_original())
        return data
