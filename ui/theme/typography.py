"""One typeface, two weights, three sizes."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

FAMILY = "Ronden Inter"
_FILES = ("RondenInter-Regular.ttf", "RondenInter-Bold.ttf")
# The faces are weight 450 and 650; Qt knows them as Normal and Bold.
REGULAR = QFont.Weight.Normal
STRONG = QFont.Weight.Bold


class Size(IntEnum):
    """Text sizes in logical pixels."""

    TINY = 11
    SMALL = 12
    BODY = 13
    LARGE = 15
    NAME = 17


@cache
def load_fonts() -> None:
    """Register the typeface with the running application.

    Raises:
        RuntimeError: A font file of the installation is missing or damaged.
    """
    for name in _FILES:
        data = files("ui.theme").joinpath("fonts", name).read_bytes()
        if QFontDatabase.addApplicationFontFromData(QByteArray(data)) < 0:
            raise RuntimeError(f"the typeface {name} could not be loaded")


@cache
def _font(size: int, weight: QFont.Weight) -> QFont:
    font = QFont(FAMILY)
    # The second family is what Windows and most desktops have for scripts Inter does not draw.
    font.setFamilies([FAMILY, "Segoe UI", "Noto Sans", "DejaVu Sans"])
    font.setPixelSize(size)
    font.setWeight(weight)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font


def font(size: int = Size.BODY, *, strong: bool = False) -> QFont:
    """Return the typeface at ``size`` logical pixels."""
    return QFont(_font(int(size), STRONG if strong else REGULAR))


@cache
def metrics(size: int = Size.BODY, strong: bool = False) -> QFontMetricsF:  # noqa: FBT001, FBT002
    """Return shared measures of the typeface; do not change them."""
    return QFontMetricsF(_font(int(size), STRONG if strong else REGULAR))


@cache
def line_height(size: int = Size.BODY) -> int:
    """Return the distance between two lines: about 1.35 of the size, as medication lines need."""
    return {Size.TINY: 15, Size.SMALL: 17, Size.BODY: 18, Size.LARGE: 20, Size.NAME: 24}.get(
        Size(size), round(size * 1.38)
    )
