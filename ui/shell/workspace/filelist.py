"""What is attached: one line each, to be taken away again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.label import Label
from ui.theme.typography import Size
from workstation.domain.texts import _


class FileList(QWidget):
    """Lines of (key, text). ``changed`` carries the keys that are left, space between."""

    changed = Signal(str)

    def __init__(
        self,
        label: str,
        files: Sequence[tuple[str, str]],
        *,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self._keys = [key for key, _text in files]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(label, quiet=True, size=Size.SMALL))
        self.removers: dict[str, Button] = {}
        for key, text in files:
            column.addLayout(self._line(key, text))
        if hint:
            column.addWidget(Label(hint, quiet=True, size=Size.SMALL, wrap=True))

    def text(self) -> str:
        """Return the keys, space between."""
        return " ".join(self._keys)

    def set_text(self, keys: str) -> None:
        """Keep only these."""
        self._keys = [key for key in self._keys if key in keys.split()]

    def _line(self, key: str, text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(text, wrap=True), 1)
        remove = Button(_("Take away"), kind=ButtonKind.QUIET, small=True)
        remove.setAccessibleName(_("Take away {name}").format(name=text))
        remove.clicked.connect(lambda: self._remove(key))
        self.removers[key] = remove
        row.addWidget(remove)
        return row

    def _remove(self, key: str) -> None:
        self._keys = [one for one in self._keys if one != key]
        self.changed.emit(self.text())
