"""A labelled place to write: label above, what is wrong below, nothing typed is ever lost."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.kit.label import Label
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.typography import Size
from workstation.domain.texts import _

HEIGHT = 32
_NO_LIMIT = 2**31 - 1  # letters


class Field(QWidget):
    """Label without colon, the input, and under it either a hint or what is wrong."""

    def __init__(
        self, label: str, control: QWidget, *, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._label_text, self._hint = label, hint
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._column = column
        self._label = Label(label, quiet=True, size=Size.SMALL, parent=self)
        self._label.setBuddy(control)
        # Made when there is something to say: a form has many fields, and few of them say it.
        self._below: Label | None = None
        self._problem: _Problem | None = None
        column.addWidget(self._label)
        column.addWidget(control, 1)
        control.setAccessibleName(label)
        self.setAccessibleName(label)
        self.setFocusProxy(control)
        self._show_hint()
        self._describe()

    def set_hint(self, hint: str) -> None:
        """Explain under the input; an empty text takes the explanation away."""
        if hint != self._hint:
            self._hint = hint
            self._show_hint()
            self._describe()

    def set_problem(self, problem: str) -> None:
        """Say what is wrong under the input; an empty text says that nothing is."""
        if problem and self._problem is None:
            self._problem = _Problem(self)
            self._column.addWidget(self._problem)
        if self._problem is not None:
            self._problem.show_text(problem)
        self._show_hint()
        self.control.setProperty("problem", bool(problem))
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)
        self._describe()

    def problem(self) -> str:
        """Return what is said to be wrong; empty when nothing is."""
        return self._problem.text() if self._problem is not None else ""

    def _show_hint(self) -> None:
        if self._hint and self._below is None:
            self._below = Label("", quiet=True, size=Size.SMALL, wrap=True, parent=self)
            self._column.insertWidget(2, self._below)
        if self._below is not None:
            self._below.setText(self._hint)
            self._below.setVisible(bool(self._hint) and not self.problem())

    def _describe(self) -> None:
        self.control.setAccessibleDescription(self.problem() or self._hint)


class _Problem(QWidget):
    """A warning mark and words in the critical colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 0, 0, 0)
        self._words = Label("", size=Size.SMALL, wrap=True, parent=self)
        self._mark = Label("", size=Size.SMALL, parent=self)
        self._mark.setFixedSize(14, 16)
        column.addWidget(self._words)
        self.hide()

    def text(self) -> str:
        return self._words.original()

    def show_text(self, text: str) -> None:
        tokens = tokens_of(self)
        palette = self._words.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens.critical))
        self._words.setPalette(palette)
        self._words.setText(text)
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icons.pixmap("warning", tokens.critical, 12, ratio=ratio))
        self._mark.setAccessibleName(_("Problem"))
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class LineEdit(QLineEdit):
    """One line of any length: left to itself Qt cuts a longer one without a word."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setAcceptDrops(False)  # what slips out of a hand is written nowhere
        self.setMaxLength(_NO_LIMIT)
        self.setText(text)


class TextField(Field):
    """One line of text; ``changed`` on every key, ``finished`` when it is left or Enter pressed."""

    changed = Signal(str)
    finished = Signal()

    def __init__(
        self,
        label: str,
        *,
        text: str = "",
        placeholder: str = "",
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self.edit = LineEdit(text)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setMinimumHeight(HEIGHT)
        super().__init__(label, self.edit, hint=hint, parent=parent)
        self.edit.textChanged.connect(self.changed)
        self.edit.editingFinished.connect(self.finished)

    def text(self) -> str:
        """Return what is written."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Write ``text``, unless it stands there already: the cursor is not moved for nothing."""
        if self.edit.text() != text:
            self.edit.setText(text)

    def set_read_only(self, read_only: bool) -> None:  # noqa: FBT001  Qt's shape
        """Let the text be read and copied, not changed."""
        self.edit.setReadOnly(read_only)


class SecretField(TextField):
    """One line that is not shown: a password or a PIN."""

    def __init__(self, label: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(label, hint=hint, parent=parent)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
