"""Where the keyboard stops, and that one sees it there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

_AROUND = 28  # pixels: what a field is called stands above it, and what is wrong below


def focus_stops(regions: Sequence[QWidget]) -> list[QWidget]:
    """Return what Tab reaches in ``regions``, region by region, in the order it was made."""
    stops: dict[int, list[QWidget]] = {number: [] for number in range(len(regions))}
    if not regions:
        return []
    window = regions[0].window()
    present: QWidget | None = window.nextInFocusChain()
    while present is not None and present is not window:
        if _stops_at(present):
            for number, region in enumerate(regions):
                if region.isAncestorOf(present):
                    stops[number].append(present)
                    break
        present = present.nextInFocusChain()
    return [stop for number in stops for stop in stops[number]]


def takes_keyboard(widget: QWidget) -> bool:
    """Whether the keyboard can be in a widget, or in what stands in for it."""
    present = widget.focusProxy() or widget
    return present.focusPolicy() != Qt.FocusPolicy.NoFocus


def _stops_at(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def bring_into_sight(widget: QWidget) -> None:
    """Scroll all that ``widget`` stands in until it is seen; of one that is too high, its caret."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 0, min(_AROUND, parent.viewport().height() // 4))
        parent = parent.parentWidget()
