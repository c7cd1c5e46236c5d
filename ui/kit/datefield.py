"""A date as ``yyyy-MM-dd``, typed or stepped."""

from __future__ import annotations

import re
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.kit.field import HEIGHT, Field, LineEdit
from ui.kit.guard import guarded
from workstation.domain.texts import _

# Python also reads week dates; nobody writes them meaning a day.
_WRITTEN = re.compile("[0-9]{4}(-?)[0-9]{2}\\1[0-9]{2}")


@guarded
class _DateEdit(LineEdit):
    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        step = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 7,
            Qt.Key.Key_PageDown: -7,
        }.get(Qt.Key(event.key()), 0)
        now = parse_date(self.text())
        if step and now is not None:
            if date.min.toordinal() <= now.toordinal() + step <= date.max.toordinal():
                self.setText((now + timedelta(days=step)).isoformat())
            return
        super().keyPressEvent(event)


def parse_date(text: str) -> date | None:
    """Return the date written as ``yyyy-MM-dd`` or ``yyyyMMdd``; anything else is None."""
    text = text.strip()
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class DateField(Field):
    """A labelled date. Up and down step a day, page keys a week. It never guesses a date.

    ``changed`` carries what is written. What cannot be a date is said under the field when it is
    left, and stays as it was typed.
    """

    changed = Signal(str)

    def __init__(
        self,
        label: str,
        *,
        value: date | None = None,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self.edit = _DateEdit(value.isoformat() if value else "")
        self.edit.setMinimumHeight(HEIGHT)
        self.edit.setPlaceholderText(_("yyyy-mm-dd"))
        super().__init__(label, self.edit, hint=hint, parent=parent)
        self.edit.textChanged.connect(self.changed)
        self.edit.editingFinished.connect(self._left)

    def text(self) -> str:
        """Return what is written."""
        return self.edit.text()

    def value(self) -> date | None:
        """Return the date; None while none, or no date, is written."""
        return parse_date(self.edit.text())

    def set_value(self, value: date | None) -> None:
        """Write a date, or nothing."""
        self.edit.setText(value.isoformat() if value else "")

    def _left(self) -> None:
        written = self.edit.text().strip()
        value = self.value()
        if value is not None:
            self.edit.setText(value.isoformat())
        wrong = bool(written) and value is None
        self.set_problem(
            _("Write the date as year-month-day, for example 2026-03-08.") if wrong else ""
        )
