"""How a list of the record stands: what begins it, what is said over it, the list, what can be done.

Beside it, where there is one, stands the panel in which something is filled in.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.guard import guarded
from ui.kit.pages import Pages
from ui.kit.toolbar import LOW

_BOTH = 640  # pixels that a list and the panel beside it need
_NO_LIMIT = 16_777_215  # Qt's
_LAST = 12  # pixels under a list that nothing stands under


def lay_out(
    view: QWidget,
    top: QWidget,
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
    _Margins(view, inner, last=8 if bar is not None else _LAST)
    inner.addWidget(top)
    for widget in over:
        inner.addWidget(widget)
    for widget in lists:
        inner.addWidget(widget, 1)
    whole = QWidget()
    whole.setAccessibleName(view.accessibleName())
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(inner, 1)
    if bar is not None:
        column.addWidget(bar)
    row = QHBoxLayout(view)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(whole, 1)
    if beside is not None:
        row.addWidget(beside)
        _OneOrBoth(view, whole, beside)


@guarded
class _Margins(QObject):
    """Keeps the page's margins; a low window gives half of them to what is read."""

    def __init__(self, view: QWidget, inner: QVBoxLayout, *, last: int) -> None:
        super().__init__(view)
        self._view, self._inner, self._last = view, inner, last
        self._low: bool | None = None
        self._share()
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.Resize:
            self._share()
        return super().eventFilter(watched, event)

    def _share(self) -> None:
        low = self._view.window().height() < LOW
        if low is not self._low:
            self._low = low
            half = 2 if low else 1
            self._inner.setContentsMargins(16, 10 // half, 16, self._last // half)
            self._inner.setSpacing(8 // half)


@guarded
class _OneOrBoth(QObject):
    """Lets the panel have the whole width while it is open where there is no room for both."""

    def __init__(self, view: QWidget, whole: QWidget, beside: QWidget) -> None:
        super().__init__(view)
        self._view, self._whole, self._beside = view, whole, beside
        self._widest = beside.maximumWidth()
        view.installEventFilter(self)
        beside.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        shown = (QEvent.Type.ShowToParent, QEvent.Type.HideToParent)
        if event.type() in shown or (watched is self._view and event.type() == QEvent.Type.Resize):
            self._share()
        return super().eventFilter(watched, event)

    def _share(self) -> None:
        asked = not self._beside.isHidden()
        alone = asked and self._view.width() < _BOTH
        self._whole.setVisible(not alone)
        self._beside.setMaximumWidth(_NO_LIMIT if alone else self._widest)


def one_of(name: str, *pages: QWidget) -> Pages:
    """Return the place where one of ``pages`` is shown at a time; the first to begin with."""
    stack = Pages()
    stack.setAccessibleName(name)
    stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
    for page in pages:
        stack.addWidget(page)
    return stack
