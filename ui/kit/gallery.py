"""Every widget of the kit in one window, for looking at and for tests.

``python -m ui.kit.gallery [light|dark]`` opens it.
"""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from ui.kit import galleryparts as parts
from ui.kit.panel import Column
from ui.theme.theme import apply_theme
from ui.theme.tokens import DARK, LIGHT


class Gallery(QWidget):
    """Three columns of samples."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Kit")
        self.setAutoFillBackground(True)
        self.setAccessibleName("Kit")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for title, widgets in (
            ("Identity and status", (parts.banners(), parts.rail(), parts.status())),
            ("Writing", (parts.buttons(), parts.fields(), parts.cards(), parts.notices())),
            ("Reading", (parts.medication(), parts.journal(), parts.trend(), parts.empty())),
        ):
            column = Column(name=title)
            for widget in widgets:
                column.add(widget)
            row.addWidget(column, 1)


def main() -> int:
    """Open the gallery in the look named on the command line."""
    app = QApplication(sys.argv)
    apply_theme(app, DARK if "dark" in sys.argv[1:] else LIGHT)
    gallery = Gallery()
    gallery.resize(1920, 1080)
    gallery.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
