"""Where the keyboard stops."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


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


def _stops_at(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
