"""One look for the whole application, changed while it runs, the same on every machine."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QFontInfo, QImage, QPainter, QRawFont
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.stylesheet import stylesheet
from ui.theme.theme import apply_theme
from ui.theme.tokens import DARK, LIGHT, SETS, Tokens
from ui.theme.typography import FAMILY, font, line_height, metrics


def test_the_typeface_comes_with_the_application(qapp: QApplication) -> None:
    assert QFontInfo(font()).family() == FAMILY
    assert QFontInfo(font(strong=True)).bold()


def test_digits_are_equally_wide_so_that_columns_line_up(qapp: QApplication) -> None:
    for strong in (False, True):
        widths = {round(metrics(13, strong).horizontalAdvance(digit), 3) for digit in "0123456789"}
        assert len(widths) == 1


def test_arrows_and_signs_are_drawn_as_they_were_typed(qapp: QApplication) -> None:
    # Inter's contextual alternates would draw "->" as an arrow and "2x4" with a times sign.
    raw = QRawFont.fromFont(font())
    assert not raw.fontTable("GSUB").contains(b"calt")


def test_lines_stand_apart_as_medication_lines_must(qapp: QApplication) -> None:
    for size in (11, 12, 13, 15, 17):
        assert 1.2 <= line_height(size) / size <= 1.45


def test_a_widget_follows_when_the_look_changes(qapp: QApplication) -> None:
    widget = QWidget()
    assert tokens_of(widget) is LIGHT
    apply_theme(qapp, DARK)
    qapp.processEvents()
    assert tokens_of(widget) is DARK
    apply_theme(qapp, LIGHT)
    qapp.processEvents()
    assert tokens_of(widget) is LIGHT


@pytest.mark.parametrize("tokens", SETS, ids=lambda tokens: tokens.name)
def test_the_stylesheet_has_no_gradient_no_shadow_and_no_colour_of_its_own(tokens: Tokens) -> None:
    sheet = stylesheet(tokens)
    assert "gradient" not in sheet
    assert "shadow" not in sheet
    assert "$" not in sheet
    used = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[^{]*})", sheet))
    assert used
    assert used <= set(tokens.colours().values())


@pytest.mark.parametrize("name", icons.NAMES)
def test_every_icon_is_a_drawing_that_can_be_seen(qapp: QApplication, name: str) -> None:
    assert QSvgRenderer(QByteArray(icons.svg(name, "#000000").encode())).isValid()
    image = QImage(24, 24, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icons.draw(painter, name, "#000000", QRectF(0, 0, 24, 24))
    painter.end()
    inked = sum(image.pixelColor(x, y).alpha() > 128 for x in range(24) for y in range(24))
    assert inked > 12


def test_the_marks_of_different_meanings_have_different_shapes(qapp: QApplication) -> None:
    shapes = [
        icons.svg(name, "#000000") for name in ("warning", "critical", "offline", "info", "check")
    ]
    assert all(one != other for one, other in pairwise(sorted(shapes)))


def test_small_l_capital_i_and_one_are_three_different_signs(qapp: QApplication) -> None:
    raw = QRawFont.fromFont(font())
    drawn = [raw.pathForGlyph(raw.glyphIndexesForString(sign)[0]).boundingRect() for sign in "lI1"]
    widths = {round(box.width(), 2) for box in drawn}
    assert len(widths) == 3
