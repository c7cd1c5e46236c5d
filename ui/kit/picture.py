"""A widget as a picture file, for screenshots and for looking at one's own work."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget


def render(widget: QWidget, size: QSize | None = None, *, ratio: float = 1.0) -> QImage:
    """Return ``widget`` drawn at ``size`` logical pixels and ``ratio`` device pixels to each."""
    if size is not None:
        widget.resize(size)
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.show()
    # Layouts settle in steps: wrapped text asks for height only once it knows its width.
    for _step in range(4):
        QApplication.processEvents()
    image = QImage(widget.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)
    widget.render(image)
    return image


def render_to_png(
    widget: QWidget, path: Path, size: QSize | None = None, *, ratio: float = 1.0
) -> None:
    """Write ``widget`` as a PNG file; ``path`` ends with ``.png``.

    Raises:
        OSError: The file could not be written.
    """
    if not render(widget, size, ratio=ratio).save(str(path)):
        raise OSError(f"could not write {path.name}")
