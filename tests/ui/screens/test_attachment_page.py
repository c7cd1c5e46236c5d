"""An attached picture is looked at closely by keys alone; nothing of it leaves the memory."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.screens.referrals.attachment_page import AttachmentPage
from workstation.domain.attachment import described
from workstation.operations.session import DrawnPage

WIDE, HIGH = 2000, 1000


@pytest.fixture
def page(app: QApplication) -> Generator[AttachmentPage]:
    made = AttachmentPage()
    made.resize(800, 600)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def a_picture() -> bytes:
    """Return a wide PNG: white, with a black square in its lower right corner."""
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.fillRect(WIDE - 100, HIGH - 100, 100, 100, QColor("black"))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # its stub says bytes
    return bytes(data.data())


def corner(page: AttachmentPage) -> str:
    """Return the colour drawn in the lower right corner of the picture's place."""
    view = page._picture  # noqa: SLF001  what is drawn
    drawn = view.grab().toImage()
    return drawn.pixelColor(drawn.width() - 3, drawn.height() - 3).name()


def test_a_picture_is_shown_whole_and_enlarged_and_moved_by_keys(page: AttachmentPage) -> None:
    content = a_picture()
    page.show_attachment(described(content, "röntgen.png"), content, several=False)
    view = page._picture  # noqa: SLF001
    whole = view.percent
    assert 0 < whole < 100
    assert corner(page) != "#000000"  # it is wider than high: there is room under it

    for _time in range(12):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.percent > 300
    for _time in range(40):
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert corner(page) == "#000000"

    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.percent == whole
    for _time in range(3):
        QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.percent == whole  # never smaller than the whole


def test_another_picture_begins_whole_and_a_pdf_that_is_not_drawn_offers_no_zoom(
    page: AttachmentPage,
) -> None:
    content = a_picture()
    page.show_attachment(described(content, "röntgen.png"), content, several=False)
    QTest.keyClick(page._picture, Qt.Key.Key_Plus)  # noqa: SLF001
    pdf = b"%PDF-1.7\n%%EOF\n"
    page.show_attachment(described(pdf, "svar.pdf"), pdf, several=False)
    page.show_page(None, 0, undrawable=True)
    assert page._picture.percent == 0  # noqa: SLF001
    assert not any(button.isVisible() for button in page._zooms)  # noqa: SLF001
    assert "spara en kopia" in page._said.text().lower()  # noqa: SLF001


def a_page(colour: int, pages: int = 3) -> DrawnPage:
    return DrawnPage(
        pages=pages, width=100, height=140, stride=400, rows=bytes([colour] * 400 * 140)
    )


def test_a_pdf_is_read_page_by_page_by_keys(page: AttachmentPage) -> None:
    pdf = b"%PDF-1.7\n%%EOF\n"
    turned: list[int] = []
    page.page_wanted.connect(turned.append)
    page.show_attachment(described(pdf, "svar.pdf"), pdf, several=False)
    page.show_page(a_page(0), 0, undrawable=False)
    QTest.qWaitForWindowExposed(page)

    assert page._picture.percent == 100  # noqa: SLF001
    assert page._page.text() == "Sida 1 av 3"  # noqa: SLF001
    QTest.keyClick(page._picture, Qt.Key.Key_PageUp)  # noqa: SLF001  there is none before
    QTest.keyClick(page._picture, Qt.Key.Key_PageDown)  # noqa: SLF001
    assert turned == [1]

    page.show_page(a_page(255), 2, undrawable=False)
    assert page._page.text() == "Sida 3 av 3"  # noqa: SLF001
    QTest.keyClick(page._picture, Qt.Key.Key_PageDown)  # noqa: SLF001  there is none after
    QTest.keyClick(page._picture, Qt.Key.Key_PageUp)  # noqa: SLF001
    assert turned == [1, -1]

    page.show_page(a_page(0, pages=1), 0, undrawable=False)
    assert not any(button.isVisible() for button in page._pages)  # noqa: SLF001
