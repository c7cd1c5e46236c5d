"""The rows of a table as Qt and screen readers ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.kit.cell import Column, Group, Row
from ui.kit.guard import guarded

ENTRY = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


@guarded
class TableModel(QAbstractListModel):
    """Groups and rows in the order they are drawn."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.entries: tuple[Group | Row, ...] = ()
        self._said: dict[int, str] = {}

    def replace(self, entries: Sequence[Group | Row]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.entries = tuple(entries)
        self._said.clear()
        self.endResetModel()

    def index_of(self, key: str) -> QModelIndex:
        """Return where the row ``key`` stands; an invalid index when it does not."""
        for number, entry in enumerate(self.entries):
            if isinstance(entry, Row) and entry.key == key:
                return self.index(number, 0)
        return QModelIndex()

    def row_at(self, index: _Index) -> Row | None:
        """Return the row at ``index``; None for a heading or nothing."""
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        return entry if isinstance(entry, Row) else None

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802  Qt's name
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.row_at(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == ENTRY:
            return self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(index.row())
        return None

    def _spoken(self, number: int) -> str:
        if number not in self._said:
            entry = self.entries[number]
            if isinstance(entry, Group):
                self._said[number] = f"{entry.title} {entry.count or ''}".strip()
            else:
                parts = (
                    f"{column.title}: {said}" if column.title else said
                    for column, cell in zip(self.columns, entry.cells, strict=True)
                    if (said := cell.spoken())
                )
                went = (entry.spark.said(),) if entry.spark is not None else ()
                self._said[number] = ". ".join((*parts, *went))
        return self._said[number]


def entries_of(index: _Index) -> tuple[Group | Row, ...]:
    """Return everything that stands in the table ``index`` is a place in."""
    model = index.model()
    return model.entries if isinstance(model, TableModel) else ()
