"""How a list of the record stands: what begins it, what is said over it, the list, what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


def lay_out(
    view: QWidget,
    top: QHBoxLayout,
    *,
    over: Sequence[QWidget],
    lists: Sequence[QWidget],
    bar: QWidget,
) -> None:
    """Fill ``view``: ``top`` and ``over`` as high as they must be, ``lists`` share the rest."""
    inner = QVBoxLayout()
    inner.setContentsMargins(16, 10, 16, 8)
    inner.setSpacing(8)
    inner.addLayout(top)
    for widget in over:
        inner.addWidget(widget)
    for widget in lists:
        inner.addWidget(widget, 1)
    column = QVBoxLayout(view)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(inner, 1)
    column.addWidget(bar)
