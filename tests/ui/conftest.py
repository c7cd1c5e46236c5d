"""One Qt application for all tests of what people see, dressed in the light look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui.theme.theme import apply_theme
from ui.theme.tokens import LIGHT


@pytest.fixture(scope="session")
def _application() -> QApplication:
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication([])


@pytest.fixture
def qapp(_application: QApplication) -> Iterator[QApplication]:
    """The application; widgets a test left behind are gone before the next one starts."""
    apply_theme(_application, LIGHT)
    yield _application
    for widget in _application.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    _application.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    _application.processEvents()
