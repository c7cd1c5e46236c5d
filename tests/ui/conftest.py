"""One Qt application for all tests of what people see, dressed in the light look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ui.theme.palette import palette_of
from ui.theme.theme import apply_theme
from ui.theme.tokens import LIGHT


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application, one for the whole run."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    apply_theme(app, LIGHT)
    return app


@pytest.fixture(autouse=True)
def _no_window_left(qapp: QApplication) -> Iterator[None]:
    """Windows that a test left behind are gone before the next one starts."""
    yield
    for widget in qapp.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if qapp.palette() != palette_of(LIGHT):
        apply_theme(qapp, LIGHT)
    qapp.processEvents()
