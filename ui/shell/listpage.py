"""How a list of the record stands: what begins it, what is said over it, the list, what can be done.

Beside it, where there is one, stands the panel in which something is filled in.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

_LAST = 12  # pixels under a list that nothing stands under


def lay_out(
    view: QWidget,
    top: QHBoxLayout,
    *,
    over: Sequence[QWidget],
    lists: Sequence[QWidget],
    bar: QWidget | None = None,
    beside: QWidget | None = None,
) -> None:
    """Fill ``view``: ``top`` and ``over`` as high as they must be, ``lists`` share the rest.

    ``beside`` has its own width at the right of all of it, and leaves no gap while it is hidden.
    """
    inner = QVBoxLayout()
    inner.setContentsMargins(16, 10, 16, 8 if bar is not None else _LAST)
    inner.setSpacing(8)
    inner.addLayout(top)
    for widget in over:
        inner.addWidget(widget)
    for widget in lists:
        inner.addWidget(widget, 1)
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addLayout(inner, 1)
    if bar is not None:
        column.addWidget(bar)
    row = QHBoxLayout(view)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addLayout(column, 1)
    if beside is not None:
        row.addWidget(beside)


def one_of(name: str, *pages: QWidget) -> QStackedWidget:
    """Return the place where one of ``pages`` is shown at a time; the first to begin with."""
    stack = QStackedWidget()
    stack.setAccessibleName(name)
    for page in pages:
        stack.addWidget(page)
    return stack
