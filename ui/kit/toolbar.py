"""What can be done in a view: commands to the left, filters to the right, and no more lines than fit.

What has no room is under "More", in the same words and with the same keys: nothing is ever cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from ui.kit.button import Button
from ui.kit.chip import FilterChip
from ui.kit.guard import guarded
from ui.kit.visible import one_line
from workstation.domain.texts import _

LOW = 560  # logical pixels: a window that is lower gives its height to what is read
_ACROSS = 8
_DOWN = 6
_LEAST_SEARCH, _MOST_SEARCH = 130, 420
_Line = list[tuple["_Slot", int]]


class _Slot(QWidget):
    """Where one widget stands. Put away while it is under "More": the widget's own state stays."""

    def __init__(self, inside: QWidget, owner: QWidget) -> None:
        super().__init__(owner)
        self.inside = inside
        self._widths: tuple[int, int] | None = None
        if isinstance(inside, QLabel):
            inside.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inside)

    def wanted(self) -> bool:
        """Whether whoever owns the widget wants it to be seen."""
        if isinstance(self.inside, QLabel) and not self.inside.text():
            return False
        return not self.inside.isHidden()

    def widths(self) -> tuple[int, int]:
        """Return (least, natural) widths in pixels; measured once until ``measure_anew``."""
        if self._widths is None:
            self._widths = self._measured()
        return self._widths

    def measure_anew(self) -> None:
        """Forget the widths: what stands here may have become another."""
        self._widths = None

    def _measured(self) -> tuple[int, int]:
        if isinstance(self.inside, QLabel):
            text = self.inside.fontMetrics().horizontalAdvance(self.inside.text()) + 4
            return text, text
        natural = min(self.inside.sizeHint().width(), self.inside.maximumWidth())
        if isinstance(self.inside, QLineEdit):
            return min(_LEAST_SEARCH, natural), natural
        return natural, natural

    def grows(self) -> int:
        """Return how wide it may become where there is room: a search, as far as its view lets it."""
        widest = min(_MOST_SEARCH, self.inside.maximumWidth())
        return widest if isinstance(self.inside, QLineEdit) else 0


@guarded
class Toolbar(QWidget):
    """Two groups on one line while there is room, else on two; the rest under "More".

    A low window has one line. The first command, searches and what is only said are never under
    "More": a text that has no room has a line of its own.
    """

    def __init__(
        self,
        name: str,
        left: Sequence[QWidget],
        right: Sequence[QWidget] = (),
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._left = [_Slot(widget, self) for widget in left]
        self._right = [_Slot(widget, self) for widget in right]
        self._more = Button(_("More"), icon="chevron-down", parent=self)
        self._list = QMenu(self._more)
        self._list.setAccessibleName(_("More"))
        self._more.clicked.connect(self._open)
        self._more.hide()
        self._folded: list[_Slot] = []
        self._keys: list[QAction] = []
        self._was_low = False
        # Heights by width and lowness, until something changes.
        self._tall: dict[tuple[int, bool], int] = {}
        for slot in (*self._left, *self._right):
            slot.inside.installEventFilter(self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._arrange)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def more(self) -> Button:
        """Return the button that offers what has no room; hidden while there is room for all."""
        return self._more

    def menu(self) -> QMenu:
        """Return the list under "More"; it is filled when it is opened."""
        return self._list

    def offered(self) -> list[str]:
        """Return what is under "More", as it is read there."""
        return [_text(slot.inside) for slot in self._folded if slot.wanted()]

    # How it stands

    def _low(self) -> bool:
        return self.window().height() < LOW

    def _plan(self, width: int) -> tuple[list[_Line], list[_Slot]]:
        """Return the lines as (slot, width) and what is under "More"."""
        left = [slot for slot in self._left if slot.wanted()]
        right = [slot for slot in self._right if slot.wanted()]
        said = [slot for slot in (*left, *right) if _is_text(slot)]
        everything = [*left, *right]
        if _least(everything) <= width:
            return [_shared(everything, width)], []
        acting = [slot for slot in everything if slot not in said]
        own = [_shared([slot], width) for slot in said]
        if _least(acting) <= width:
            return [_shared(acting, width), *own], []
        if not self._low():
            lines = _wrapped(acting, width)
            if len(lines) <= 2:
                return [*(_shared(line, width) for line in lines), *own], []
        return self._fold(acting, width, own)

    def _fold(
        self, acting: list[_Slot], width: int, own: list[_Line]
    ) -> tuple[list[_Line], list[_Slot]]:
        kept, folded = list(acting), list[_Slot]()
        room = width - self._more.sizeHint().width() - _ACROSS
        lines = 1 if self._low() else 2
        candidates = [slot for slot in reversed(acting[1:]) if _foldable(slot.inside)]
        # What hides something of a list is seen as long as possible: commands go first.
        candidates.sort(key=lambda slot: isinstance(slot.inside, FilterChip))
        for slot in candidates:
            if len(_wrapped(kept, room)) <= lines:
                break
            kept.remove(slot)
            folded.insert(0, slot)
        folded.sort(key=acting.index)
        return [*(_shared(line, room) for line in _wrapped(kept, room)), *own], folded

    def _heights(self, lines: Sequence[_Line]) -> list[int]:
        return [max(_height(slot, width) for slot, width in line) for line in lines if line]

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        # Asked for at a hundred widths whenever anything in the window changes.
        asked = (width, self._low())
        if asked not in self._tall:
            heights = self._heights(self._plan(width)[0])
            self._tall[asked] = sum(heights) + _DOWN * max(0, len(heights) - 1)
        return self._tall[asked]

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        slots = [slot for slot in (*self._left, *self._right) if slot.wanted()]
        width = sum(slot.widths()[1] for slot in slots) + _ACROSS * max(0, len(slots) - 1)
        return QSize(width, max((slot.sizeHint().height() for slot in slots), default=0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._anew()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._anew()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        kind = event.type()
        if kind in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent) or (
            kind == QEvent.Type.Resize and self._low() is not self._was_low
        ):
            self._anew()
        return super().eventFilter(watched, event)

    def _anew(self) -> None:
        """Something became another width or came or went: once, when all of it has."""
        self._tall.clear()
        self._measure_anew()
        self.updateGeometry()
        self._soon.start()

    def _measure_anew(self) -> None:
        for slot in (*self._left, *self._right):
            slot.measure_anew()

    def _arrange(self) -> None:
        self._measure_anew()  # what is under "More" is hidden, and does not tell of a change
        lines, folded = self._plan(self.width())
        self._was_low = self._low()
        self._put_under_more(folded)  # before anything is hidden: the keyboard may be in it
        for slot in (*self._left, *self._right):
            # A text that is empty stays shown, of no size: hidden, Qt would not tell of its coming.
            slot.setVisible(slot not in folded and (slot.wanted() or _is_text(slot)))
            if not slot.wanted():
                slot.setGeometry(0, 0, 0, 0)
        y = 0
        for line, tall in zip([line for line in lines if line], self._heights(lines), strict=True):
            self._put(line, y, tall)
            y += tall + _DOWN
        if folded and lines:
            size = self._more.sizeHint()
            self._more.setGeometry(QRect(self.width() - size.width(), 0, *size.toTuple()))
        self._more.setVisible(bool(folded))

    def _put(self, line: _Line, top: int, tall: int) -> None:
        used = sum(width for _slot, width in line) + _ACROSS * (len(line) - 1)
        room = self.width()
        if top == 0 and self._folded:
            room -= self._more.sizeHint().width() + _ACROSS
        x, spare = 0, max(0, room - used)
        parted = next((slot for slot, _width in line if slot in self._right), None)
        for slot, width in line:
            if slot is parted and not _is_text(slot):
                x += spare
            high = _height(slot, width)
            slot.setGeometry(x, top + (tall - high) // 2, width, high)
            x += width + _ACROSS

    # What is under "More"

    def _put_under_more(self, folded: list[_Slot]) -> None:
        if folded == self._folded:
            return
        keyboard: QWidget | None = self.window().focusWidget()
        focused = keyboard is not None and any(slot.isAncestorOf(keyboard) for slot in folded)
        for action in self._keys:
            self.removeAction(action)
            action.deleteLater()
        self._folded, self._keys = folded, []
        for slot in folded:
            if isinstance(slot.inside, Button) and not slot.inside.shortcut().isEmpty():
                self._bind(slot.inside)
        if focused:
            self._more.show()
            self._more.setFocus(Qt.FocusReason.OtherFocusReason)

    def _bind(self, button: Button) -> None:
        """Let a key go on working: Qt lets it rest with the button that is put away."""
        action = QAction(_text(button), self)
        action.setShortcut(button.shortcut())
        action.setAutoRepeat(False)
        action.triggered.connect(lambda: press(button))
        self.addAction(action)
        self._keys.append(action)

    def _open(self) -> None:
        """Offer what is put away, as it is just now: named, and enabled or not."""
        self._list.clear()
        for slot in self._folded:
            inside = slot.inside
            if not slot.wanted():
                continue
            if isinstance(inside, FilterChip):
                self._list.addMenu(inside.choices())
            elif isinstance(inside, Button):
                keys = inside.accessibleDescription()
                text = one_line(_text(inside)).replace("&", "&&")
                action = QAction(f"{text}\t{keys}" if keys else text, self._list)
                action.setEnabled(inside.isEnabled())
                action.triggered.connect(_pressing(inside))
                self._list.addAction(action)
        self._list.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


def press(button: QPushButton) -> None:
    """Press a button that is wanted, whether it is seen or under "More"."""
    if not button.isHidden() and button.isEnabled():
        button.click()


def _pressing(button: Button) -> Callable[[], None]:
    return lambda: press(button)


def _text(widget: QWidget) -> str:
    return widget.label() if isinstance(widget, Button) else widget.accessibleName()


def _is_text(slot: _Slot) -> bool:
    return isinstance(slot.inside, QLabel)


def _foldable(widget: QWidget) -> bool:
    return isinstance(widget, FilterChip) or type(widget) is Button


def _least(slots: Sequence[_Slot]) -> int:
    return sum(slot.widths()[0] for slot in slots) + _ACROSS * max(0, len(slots) - 1)


def _wrapped(slots: Sequence[_Slot], width: int) -> list[list[_Slot]]:
    lines: list[list[_Slot]] = []
    for slot in slots:
        if lines and _least([*lines[-1], slot]) <= width:
            lines[-1].append(slot)
        else:
            lines.append([slot])
    return lines


def _shared(slots: Sequence[_Slot], width: int) -> _Line:
    """Give each its natural width, or its least where they have not all room; the rest to searches."""
    natural = sum(slot.widths()[1] for slot in slots) + _ACROSS * max(0, len(slots) - 1)
    given = {id(slot): slot.widths()[1 if natural <= width else 0] for slot in slots}
    spare = width - sum(given.values()) - _ACROSS * max(0, len(slots) - 1)
    for slot in slots:
        more = min(max(0, slot.grows() - given[id(slot)]), max(0, spare))
        given[id(slot)] += more
        spare -= more
    return [(slot, min(width, given[id(slot)])) for slot in slots]


def _height(slot: _Slot, width: int) -> int:
    inside = slot.inside
    if inside.hasHeightForWidth():
        return max(inside.heightForWidth(width), 1)
    return inside.sizeHint().height()
