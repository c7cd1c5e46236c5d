"""Dress the application, and change its clothes while it runs."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from ui.theme.palette import palette_of
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import Tokens
from ui.theme.typography import font, load_fonts


def apply_theme(app: QApplication, tokens: Tokens) -> None:
    """Give every window of ``app`` this look; call again to switch between light and dark.

    Windows that stand follow at the next turn of the event loop.
    """
    load_fonts()
    app.setStyle("Fusion")  # the same controls on every system; the platform's own differ
    app.setFont(font())
    app.setPalette(palette_of(tokens))
    app.setStyleSheet(stylesheet(tokens))
