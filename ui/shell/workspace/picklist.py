"""Several of many: type to find, Enter to take, Space to tick; what belongs together is ticked together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui.kit.field import HEIGHT, Field, LineEdit
from ui.kit.guard import guarded
from workstation.domain.texts import _

Bundle = tuple[str, tuple[str, ...]]
"""What it is called, and the keys that go together."""
_KEY = Qt.ItemDataRole.UserRole
_TALL = 196


@guarded
class PickField(Field):
    """A filter over a list that can be ticked. ``changed`` carries the chosen keys, space between.

    The order of the rows never changes while somebody ticks; the filter only hides rows.
    """

    changed = Signal(str)

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[str, str]],
        *,
        bundles: Sequence[Bundle] = (),
        chosen: str = "",
        placeholder: str = "",
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self.finder = LineEdit()
        self.finder.setPlaceholderText(placeholder or _("Type to find; Enter takes the first"))
        self.finder.setMinimumHeight(HEIGHT)
        self.finder.setAccessibleName(label)
        self.list = QListWidget()
        self.list.setFixedHeight(_TALL)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(label)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bundles = tuple(bundles)
        self._order = [key for key, _text in choices]
        self._chosen = {key for key in chosen.split() if key in set(self._order)}
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.finder)
        column.addWidget(self.list)
        whole.setFocusProxy(self.finder)
        super().__init__(label, whole, hint=hint, parent=parent)
        for number, (name, keys) in enumerate(self._bundles):
            self._add(f"{name} ({len(keys)})", number)
        for key, text in choices:
            self._add(text, key)
        self._show_ticks()
        self.finder.textChanged.connect(self._filter)
        self.list.itemChanged.connect(self._ticked)
        self.finder.installEventFilter(self)
        self.list.installEventFilter(self)

    def text(self) -> str:
        """Return the chosen keys in the order of the list, a space between."""
        return " ".join(key for key in self._order if key in self._chosen)

    def set_text(self, keys: str) -> None:
        """Choose exactly these."""
        self._choose({key for key in keys.split() if key in set(self._order)})

    def _add(self, text: str, key: object) -> None:
        item = QListWidgetItem(text)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsUserCheckable
        )
        item.setCheckState(Qt.CheckState.Unchecked)
        item.setData(_KEY, key)
        if isinstance(key, int):
            font = item.font()
            font.setBold(True)
            item.setFont(font)
        self.list.addItem(item)

    def _keys(self, item: QListWidgetItem) -> frozenset[str]:
        key = item.data(_KEY)
        return frozenset(self._bundles[key][1]) if isinstance(key, int) else frozenset({str(key)})

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _show_ticks(self) -> None:
        self.list.blockSignals(True)
        for item in self._items():
            whole = self._keys(item) <= self._chosen
            item.setCheckState(Qt.CheckState.Checked if whole else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)

    def _ticked(self, item: QListWidgetItem) -> None:
        on = item.checkState() == Qt.CheckState.Checked
        keys = self._keys(item)
        self._choose(self._chosen | keys if on else self._chosen - keys)

    def _choose(self, keys: set[str] | frozenset[str]) -> None:
        before = self.text()
        self._chosen = set(keys)
        self._show_ticks()
        if self.text() != before:
            self.changed.emit(self.text())

    def _filter(self, typed: str) -> None:
        words = typed.casefold().split()
        for item in self._items():
            text = item.text().casefold()
            item.setHidden(not all(word in text for word in words))

    def _shown(self) -> list[QListWidgetItem]:
        return [item for item in self._items() if not item.isHidden()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        key = event.key()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self.finder:
            return self._key_in_filter(key, enter=enter)
        if enter:
            self._toggle(self.list.currentItem())
            return True
        shown = self._shown()
        if key == Qt.Key.Key_Up and shown and self.list.currentItem() is shown[0]:
            self.finder.setFocus()
            return True
        return False

    def _key_in_filter(self, key: int, *, enter: bool) -> bool:
        shown = self._shown()
        if enter and self.finder.text().strip():
            if shown:
                self._toggle(shown[0])
                self.finder.clear()
            return True
        if key == Qt.Key.Key_Down and shown:
            self.list.setFocus()
            self.list.setCurrentItem(shown[0])
            return True
        return False

    def _toggle(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        on = item.checkState() == Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
