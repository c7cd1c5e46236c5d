"""Buttons that show their key."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcutEvent,
)
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import box, draw_keycap, focus_ring, keycap_width, text_at, text_width
from ui.kit.visible import one_line
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tokens
from ui.theme.typography import Size

_HEIGHT = 32
_SMALL_HEIGHT = 26
_ICON = 16


class ButtonKind(StrEnum):
    """PRIMARY is the one action of a place; LINK looks like text; STOP takes something away."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    STOP = "stop"


def pressed_by_key(button: QAbstractButton, event: QEvent) -> bool:
    """Press the button at once when its shortcut is typed; return whether that was it.

    Qt would wait 100 ms: the next letters would go where the keyboard was, and act there.
    """
    if not isinstance(event, QShortcutEvent) or event.isAmbiguous():
        return False
    button.click()
    return True


@guarded
class Button(QPushButton):
    """A command with its text, and its key on a cap beside it.

    ``shortcut`` is a key sequence in Qt's portable form (``Ctrl+Return``, ``N``); it works
    wherever the button is visible and enabled, and never while the key can be typed as text.
    ``writes``: it is taken away while the view may only be read (``ui/kit/reading.py``).
    """

    def __init__(
        self,
        text: str,
        *,
        kind: ButtonKind = ButtonKind.SECONDARY,
        shortcut: str = "",
        icon: str = "",
        small: bool = False,
        writes: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._writes, self._barred, self._wanted = writes, False, True
        self._kind, self._icon, self._keys, self._capped = kind, icon, "", True
        self._size = Size.SMALL if small else Size.BODY
        self._tall = _SMALL_HEIGHT if small else _HEIGHT
        self.setText(text)
        self.set_shortcut(shortcut)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        # An ampersand in a drug's name is a letter, not a mnemonic.
        super().setText(one_line(text).replace("&", "&&"))
        self.setAccessibleName(text)
        self.setToolTip("")
        self.updateGeometry()

    def set_shortcut(self, shortcut: str) -> None:
        """Bind the button to a key sequence; an empty one unbinds it."""
        self._keys = shortcut
        self.setShortcut(QKeySequence(shortcut))
        self.setAccessibleDescription(shortcut)
        self.updateGeometry()

    def show_key(self, shown: bool) -> None:  # noqa: FBT001  Qt's shape
        """Draw the cap with the key, or leave it out where there is no room; the key works."""
        self._capped = shown
        self.updateGeometry()
        self.update()

    def label(self) -> str:
        """Return the text as it is drawn."""
        return self.text().replace("&&", "&")

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        width = 24 + text_width(self.label(), size=self._size)
        if self._icon:
            width += _ICON + (6 if self.label() else 0)
        if self._keys and self._capped:
            width += keycap_width(self._keys) + 8
        return QSize(int(width) + 1, self._tall)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return self.sizeHint()

    def setVisible(self, visible: bool) -> None:  # noqa: N802  Qt's name
        if visible and self.parentWidget() is None:
            # A button is never a window: it shows with what it is put in.
            self.setAttribute(Qt.WidgetAttribute.WA_WState_Hidden, False)
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
            return
        self._wanted = visible
        super().setVisible(visible and not self._barred)

    def bar_writing(self, barred: bool) -> None:  # noqa: FBT001  Qt's shape
        """Take the button away while nothing may be written, if it writes."""
        if self._writes and barred != self._barred:
            wanted = self._wanted if self._barred else not self.isHidden()
            self._barred = barred
            self.setVisible(wanted)

    def event(self, event: QEvent) -> bool:
        return pressed_by_key(self, event) or super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802  Qt's name
        self.update()
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def _colours(self, tokens: Tokens) -> tuple[str, str, str]:
        """Return (fill, edge, ink)."""
        hot = self.underMouse() or self.isDown()
        if not self.isEnabled():
            return tokens.surface, tokens.line, tokens.quiet
        if self._kind is ButtonKind.PRIMARY:
            return tokens.accent, "", tokens.on_accent
        if self._kind is ButtonKind.STOP:
            return (
                (tokens.critical_soft if hot else tokens.raised),
                tokens.critical,
                tokens.critical,
            )
        ink = tokens.text if self._kind is ButtonKind.SECONDARY else tokens.quiet
        if self._kind is ButtonKind.QUIET:
            return (tokens.accent_soft if hot else ""), "", (tokens.text if hot else ink)
        return (tokens.accent_soft if hot else tokens.raised), tokens.edge, ink

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        fill, edge, ink = self._colours(tokens)
        whole = QRectF(self.rect())
        box(painter, whole, fill=fill, edge=edge)
        middle = whole.height() / 2
        content = self.sizeHint().width() - 24
        x = max(12.0, (whole.width() - content) / 2)
        if self._icon:
            icons.draw(painter, self._icon, ink, QRectF(x, middle - _ICON / 2, _ICON, _ICON))
            x += _ICON + 6
        x += text_at(painter, x, middle, self.label(), ink, size=self._size)
        if self._keys and self._capped:
            cap = ink if self._kind is ButtonKind.PRIMARY else tokens.quiet
            edge = ink if self._kind is ButtonKind.PRIMARY else tokens.edge
            draw_keycap(painter, x + 8, middle, self._keys, ink=cap, edge=edge)
        if self.hasFocus():
            self._paint_focus(painter, whole, tokens)

    def _paint_focus(self, painter: QPainter, whole: QRectF, tokens: Tokens) -> None:
        focus_ring(painter, whole, tokens)
        if self._kind is ButtonKind.PRIMARY:
            # The ring is the colour of the button: a gap of the ground makes it a ring.
            box(painter, whole.adjusted(2, 2, -2, -2), edge=tokens.raised, radius=3)


@guarded
class IconButton(Button):
    """A button that is only an icon; ``text`` is its name for screen readers and on hover."""

    def __init__(
        self,
        icon: str,
        text: str,
        *,
        shortcut: str = "",
        writes: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "", kind=ButtonKind.QUIET, icon=icon, small=True, writes=writes, parent=parent
        )
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
            self.setAccessibleDescription(shortcut)
        self.setAccessibleName(text)
        self.setToolTip(text)

    def event(self, event: QEvent) -> bool:
        return pressed_by_key(self, event) or super().event(event)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(28, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        fill, edge, ink = self._colours(tokens)
        whole = QRectF(self.rect())
        box(painter, whole, fill=fill, edge=edge)
        spot = QRectF(0, 0, _ICON, _ICON)
        spot.moveCenter(whole.center())
        icons.draw(painter, self._icon, ink, spot)
        if self.hasFocus():
            focus_ring(painter, whole, tokens)
