"""The palette carries the tokens to every widget: what is drawn asks its own palette."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from ui.theme.tokens import DARK, LIGHT, Tokens

# No stylesheet rule changes this role, so it tells which set a widget lives in.
_CARRIER = QPalette.ColorRole.Link
_DARK = QColor(DARK.accent)


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette of one set of tokens."""
    role = QPalette.ColorRole
    palette = QPalette()
    for colour_role, colour in (
        (role.Window, tokens.surface),
        (role.WindowText, tokens.text),
        (role.Base, tokens.raised),
        (role.AlternateBase, tokens.surface),
        (role.Text, tokens.text),
        (role.Button, tokens.raised),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.critical),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.PlaceholderText, tokens.quiet),
        (role.ToolTipBase, tokens.raised),
        (role.ToolTipText, tokens.text),
        (role.Light, tokens.raised),
        (role.Midlight, tokens.line),
        (role.Mid, tokens.line),
        (role.Dark, tokens.control),
        (role.Shadow, tokens.line),
        (role.LinkVisited, tokens.accent),
        (_CARRIER, tokens.accent),
    ):
        palette.setColor(colour_role, QColor(colour))
    for colour_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(tokens.quiet))
    return palette


def tokens_of(widget: QWidget) -> Tokens:
    """Return the set of tokens ``widget`` is to be drawn with."""
    return DARK if widget.palette().color(_CARRIER) == _DARK else LIGHT
