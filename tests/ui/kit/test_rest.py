"""A text at rest is at rest: its scroll bar and its lines do not answer each other for ever."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.kit.textarea import ReadingText, TextAreaField

_TURNS = 40
_MOST = 30
_WORDS = "Penicillin: anafylaxi 2003, konstaterad, livshotande. [Vårdcentralen Almvik, 2026-03-02]"


class Shown(QObject):
    """Counts how often anything comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.count += 1
        return False


def comes_and_goes(qapp: QApplication) -> int:
    for _turn in range(_TURNS):
        qapp.processEvents()
    counter = Shown()
    qapp.installEventFilter(counter)
    for _turn in range(_TURNS):
        qapp.processEvents()
    qapp.removeEventFilter(counter)
    return counter.count


@pytest.mark.parametrize("fill", [False, True])
@pytest.mark.parametrize("lines", [1, 2, 3, 12, 29, 30, 31, 60])
def test_a_text_area_comes_to_rest_at_every_width(
    qapp: QApplication, lines: int, *, fill: bool
) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    field = TextAreaField("Överkänslighet", text="\n".join([_WORDS] * lines), rows=2, fill=fill)
    column.addWidget(field)
    column.addStretch(0 if fill else 1)
    window.resize(300, 700)
    window.show()
    restless = []
    for width in range(220, 520, 7):
        window.resize(width, 700)
        if comes_and_goes(qapp) > _MOST:
            restless.append(width)
    window.deleteLater()
    assert restless == []


@pytest.mark.parametrize("height", [30, 54, 90, 126])
def test_a_reading_text_comes_to_rest_at_every_width(qapp: QApplication, height: int) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    text = ReadingText(_WORDS * 2, name="Ordination")
    text.setFixedHeight(height)
    column.addWidget(text)
    window.show()
    restless = []
    for width in range(220, 520, 3):
        window.resize(width, 300)
        if comes_and_goes(qapp) > _MOST:
            restless.append(width)
    window.deleteLater()
    assert restless == []
