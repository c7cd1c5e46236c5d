"""One family of icons: strokes of 1.75 on a 24-pixel grid, drawn in the colour asked for."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{c}" '
    'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
)


def _path(*data: str) -> str:
    return "".join(f'<path d="{d}"/>' for d in data)


def _solid(data: str) -> str:
    return f'<path d="{data}" fill="{{c}}" stroke="{{c}}" stroke-width="1"/>'


_DRAWINGS: dict[str, str] = {
    # the places
    "todo": _path("M3.5 6.5 5 8l3-3.5", "M3.5 13 5 14.5 8 11", "M3.5 19.5 5 21l3-3.5",
                  "M12 6.5h8.5", "M12 13h8.5", "M12 19.5h8.5"),
    "patients": _path("M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z",
                      "M4.5 20.5v-.5a5 5 0 0 1 5-5h5a5 5 0 0 1 5 5v.5"),
    "reception": _path("M5.5 5h13a2 2 0 0 1 2 2v11.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z",
                       "M3.5 10h17", "M8 3v4", "M16 3v4", "m9 15 2.2 2.2L15.5 13"),
    "guidelines": _path("M6.5 3.5h12v17h-12a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2Z",
                        "M4.5 18a2 2 0 0 1 2-2h12", "M9 8h6", "M9 11.5h4"),
    "log": _path("M12 3 5 5.8v5.4c0 4.6 2.9 7.8 7 9.8 4.1-2 7-5.2 7-9.8V5.8L12 3Z"),
    # actions
    "lock": _path("M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5Z",
                  "M8 10.5V7.5a4 4 0 0 1 8 0v3"),
    "unlocked": _path("M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5Z",
                      "M8 10.5V7a4 4 0 0 1 7.600-1.700"),
    "search": _path("M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z", "m20 20-4.9-4.9"),
    "plus": _path("M12 5v14", "M5 12h14"),
    "pin": _path("M9 3.5h6", "M10 3.5v6l-3 3.5v1.5h10V13l-3-3.5v-6", "M12 14.5V21"),
    "pencil": _path("m4 20 .9-4L16.4 4.5a1.8 1.8 0 0 1 2.5 0l.6.6a1.8 1.8 0 0 1 0 2.5L8 19.1 4 20Z",
                    "m14.5 6.5 3 3"),
    "check": _path("m5 12.5 4.5 4.5L19 7.5"),
    "chevron-down": _path("m6.5 9.5 5.5 5.5 5.5-5.5"),
    "chevron-right": _path("m9.5 6.5 5.5 5.5-5.5 5.5"),
    "chevron-left": _path("m14.5 6.5-5.5 5.5 5.5 5.5"),
    "arrow-up": _path("M12 19V5.5", "m6.5 11 5.5-5.5 5.5 5.5"),
    "arrow-down": _path("M12 5v13.5", "m6.5 13 5.5 5.5 5.5-5.5"),
    "close": _path("m6 6 12 12", "M18 6 6 18"),
    "print": _path("M7 8.5v-5h10v5", "M7 17H5.5A1.5 1.5 0 0 1 4 15.5v-5.500A1.5 1.5 0 0 1 5.500 8.500h13A1.5 1.5 0 0 1 20 10v5.500a1.5 1.5 0 0 1-1.5 1.5H17",
                   "M7 13.500h10v7H7Z"),
    "sync": _path("M4.500 11a7.500 7.500 0 0 1 13.300-4.200L20 9", "M20 4.500V9h-4.500",
                  "M19.500 13a7.500 7.500 0 0 1-13.300 4.200L4 15", "M4 19.500V15h4.500"),
    "link": _path("M14 4.5h5.500V10", "M19.500 4.500 11 13", "M17.500 13.500v5a1.500 1.500 0 0 1-1.500 1.500H5.500A1.500 1.500 0 0 1 4 18.500V8a1.500 1.500 0 0 1 1.500-1.500h5"),
    # clinical nouns
    "pill": _path("m10.2 20.200 10-10a4.560 4.560 0 0 0-6.450-6.450l-10 10a4.560 4.560 0 0 0 6.450 6.450Z",
                  "m8.700 8.800 6.500 6.500"),
    "flask": _path("M9 3.500h6", "M10 3.500v6.200l-5.300 8.500a1.500 1.500 0 0 0 1.300 2.300h12a1.500 1.500 0 0 0 1.300-2.300L14 9.700V3.500",
                   "M7.700 14.500h8.600"),
    "letter": _path("M5 5.500h14A1.500 1.500 0 0 1 20.500 7v10a1.500 1.500 0 0 1-1.500 1.500H5A1.500 1.500 0 0 1 3.500 17V7A1.500 1.500 0 0 1 5 5.500Z",
                    "m4 7 8 6 8-6"),
    "calendar": _path("M5.500 5h13a2 2 0 0 1 2 2v11.500a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z",
                      "M3.500 10h17", "M8 3v4", "M16 3v4"),
    "unsigned": _path("M3.500 20.500h17", "m6 16 .7-3L15 4.700a1.500 1.500 0 0 1 2.100 0l.2.2a1.500 1.500 0 0 1 0 2.100L9 15.300 6 16Z"),
    "blocked": _path("M12 3 5 5.800v5.400c0 4.600 2.900 7.800 7 9.800 4.100-2 7-5.200 7-9.800V5.800L12 3Z",
                     "m8 15.500 8-8"),
    "consent": _path("M12 3 5 5.800v5.400c0 4.600 2.900 7.800 7 9.800 4.100-2 7-5.200 7-9.800V5.800L12 3Z",
                     "m8.700 12 2.300 2.300 4.300-4.600"),
    "clock": _path("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17Z", "M12 7.500V12l3 2"),
    "note": _path("M6.500 3.500h8l4.500 4.500v11a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 5 19V5a1.500 1.500 0 0 1 1.500-1.500Z",
                  "M14.500 3.500V8H19", "M8.500 12.500h7", "M8.500 16h4.500"),
    "question": _path("M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17Z",
                      "M9.700 9.500a2.400 2.400 0 1 1 3.400 2.300c-.7.300-1.100.9-1.100 1.700", "M12 16.600v.1"),
    "unavailable": _path("M4 4l16 16", "M7.500 18.500h9a4 4 0 0 0 2.500-.900", "M20.800 16.200A4 4 0 0 0 17 10.500h-.5a5.500 5.500 0 0 0-7.300-3.800",
                         "M6.500 9.900a4.300 4.300 0 0 0 1 8.600"),
    # marks with a meaning: solid, so that they read at 10 pixels
    "warning": _solid("M12 3.5 21.5 20.500h-19Z"),
    "critical": _solid("M12 2.500 21.500 12 12 21.500 2.500 12Z"),
    "offline": _solid("M5 5h14v14H5Z"),
    "info": _solid("M12 19.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15Z"),
    "dot": _solid("M12 17.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11Z"),
    "allergy": '<path d="M12 3.500v11" stroke-width="3.200"/><path d="M12 20v.1" stroke-width="3.800"/>',
    "fork": _path("M4 8.500h15.500", "M16 5l3.500 3.500L16 12", "M20 15.500H4.500", "M8 12l-3.500 3.500L8 19"),
}  # fmt: skip

NAMES = tuple(_DRAWINGS)


def svg(name: str, colour: str) -> str:
    """Return the drawing as SVG text in ``colour`` (``#RRGGBB``).

    Raises:
        KeyError: The family has no icon of that name.
    """
    return (_HEAD + _DRAWINGS[name]).replace("{c}", colour) + "</svg>"


@lru_cache(maxsize=512)
def _pixels(name: str, colour: str, side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg(name, colour).encode())).render(painter)
    painter.end()
    return pixmap


def pixmap(name: str, colour: str, size: int = 16, *, ratio: float = 1.0) -> QPixmap:
    """Return the icon ``size`` logical pixels wide for a screen of pixel ``ratio``."""
    picture = QPixmap(_pixels(name, colour, max(1, round(size * ratio))))
    picture.setDevicePixelRatio(ratio)
    return picture


def draw(painter: QPainter, name: str, colour: str, rect: QRectF) -> None:
    """Draw the icon into ``rect``, sharp on any screen."""
    ratio = max(1.0, painter.deviceTransform().m11())
    side = max(1, round(rect.width() * ratio))
    picture = _pixels(name, colour, side)
    painter.drawPixmap(rect, picture, QRectF(picture.rect()))


def icon(name: str, colour: str, size: int = 16) -> QIcon:
    """Return the icon as Qt wants it for a button or a menu."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return QIcon(pixmap(name, QColor(colour).name(), size, ratio=ratio))
