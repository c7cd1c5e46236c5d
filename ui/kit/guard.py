"""A defect in what Qt calls of ours: nothing of it stays on the screen, and the program goes on.

An exception that leaves a method which Qt calls goes on through Qt, which is not made for it: a
painter stays behind on what is painted, a layout works with what it never got, and the program
ends with every unsaved word. So every class with such methods is ``@guarded``: what fails while
drawing is wiped, logged by type and places and never by a text, and whoever holds the view covers
all of it.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import TypeVar

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from ui.theme.palette import tokens_of
from ui.theme.typography import Size, font
from workstation.domain.defect import in_log, trace_of
from workstation.domain.texts import _

_log = logging.getLogger(__name__)
_Class = TypeVar("_Class", bound=type)
_DRAWING = frozenset({"render_state", "resizeEvent", "paintEvent", "scrollContentsBy", "sizeHint"})
_PLAIN = frozenset({"event", "data", "flags", "paint", "count"})
"""Methods that Qt calls and whose names look like ours."""
_INPUT = re.compile("key|mouse|focus|wheel|drag|drop|contextMenu|close|timer")
_INSTEAD: dict[str, Callable[[], object]] = {
    "data": lambda: None,
    "rowCount": lambda: 0,
    "flags": lambda: Qt.ItemFlag.NoItemFlags,
    "count": lambda: 0,
    "itemAt": lambda: None,
    "takeAt": lambda: None,
    "sizeHint": lambda: QSize(100, 30),
    "event": lambda: False,
}
"""What Qt gets where its own class has no answer either."""


class Holder(QWidget):
    """A widget that is told when something in it could not be drawn."""

    def defect_met(self, widget: QWidget, trace: str) -> None:
        """Cover what ``widget`` belongs to. Never called while something is painted."""


def guarded(cls: _Class) -> _Class:
    """Guard every method of the class that Qt calls."""
    for name, method in tuple(vars(cls).items()):
        if isinstance(method, FunctionType) and called_by_qt(name):
            setattr(cls, name, _guarding(cls, name, method))
    return cls


def called_by_qt(name: str) -> bool:
    """Whether Qt calls a method of that name: ours have no capitals, and setters we call."""
    return name in _PLAIN or (name != name.lower() and not name.startswith(("_", "set")))


def _guarding(cls: type, name: str, method: Callable[..., object]) -> Callable[..., object]:
    @wraps(method)
    def call(self: QObject, *args: object) -> object:
        try:
            return method(self, *args)
        except Exception as error:  # noqa: BLE001  must not reach Qt; logged and shown
            _met(self, name, error)
            return _instead(cls, name, self, args)

    return call


def _met(self: QObject, name: str, error: Exception) -> None:
    if _INPUT.match(name):
        sys.excepthook(type(error), error, error.__traceback__)
        return
    _let_go(error)
    widget = _widget_of(self)
    if name == "paintEvent" and widget is not None:
        wipe(QPainter(widget), QRectF(widget.rect()), widget)
    if widget is None:
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        report(widget, error)


def _instead(cls: type, name: str, self: QObject, args: tuple[object, ...]) -> object:
    if name == "paintEvent":
        return None
    if name in _INSTEAD and (name != "sizeHint" or not isinstance(self, QWidget)):
        return _INSTEAD[name]()
    return getattr(super(cls, self), name)(*args)


def _widget_of(found: QObject | None) -> QWidget | None:
    while found is not None and not isinstance(found, QWidget):
        found = found.parent()
    return found


@contextmanager
def drawing_row(view: QWidget, painter: QPainter, rect: QRectF) -> Iterator[None]:
    """Guard the drawing of a part of ``view`` with a painter that is not ours to end."""
    painter.save()
    standing = painter.transform()
    try:
        yield
    except Exception as error:  # noqa: BLE001  as above
        _let_go(error)
        painter.setTransform(standing)
        painter.setClipping(False)  # noqa: FBT003  Qt's shape
        wipe(painter, rect, view)
        report(view, error)
    finally:
        painter.restore()


def wipe(painter: QPainter, rect: QRectF, widget: QWidget) -> None:
    """Leave nothing of what was drawn in ``rect``, and say so where there is room."""
    tokens = tokens_of(widget)
    painter.fillRect(rect, QColor(tokens.surface))
    painter.setFont(font(Size.SMALL))
    painter.setPen(QColor(tokens.text))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "■ " + _("Could not be shown"))


def report(widget: QWidget, error: Exception) -> None:
    """Log a defect once for each widget, and tell the nearest holder, after what is under way."""
    trace = trace_of(error)
    if widget.property("defect") == trace:
        return
    widget.setProperty("defect", trace)
    _log.error("defect %s on the screen: %s", trace, in_log(error))
    holder = widget.parentWidget()
    while holder is not None and not isinstance(holder, Holder):
        holder = holder.parentWidget()
    if holder is not None:
        QTimer.singleShot(0, holder, _telling(holder, widget, trace))


def report_drawing(error: BaseException) -> bool:
    """Report a defect that was met while a widget was being drawn; return whether it was one."""
    widget: QWidget | None = None
    drawing = False
    for frame, _line in traceback.walk_tb(error.__traceback__):
        drawing = drawing or frame.f_code.co_name in _DRAWING
        found = frame.f_locals.get("self")
        if isinstance(found, QWidget) and isValid(found):
            widget = found
    if not drawing or widget is None or not isinstance(error, Exception):
        return False
    widget.setProperty("defect", None)  # drawn anew since it was last told
    report(widget, error)
    return True


def forget_reported(view: QWidget) -> None:
    """Let a view that is tried again tell anew what fails in it."""
    for widget in (view, *view.findChildren(QWidget)):
        if widget.property("defect") is not None:
            widget.setProperty("defect", None)
            widget.update()


def _telling(holder: Holder, widget: QWidget, trace: str) -> Callable[[], None]:
    def tell() -> None:
        if isValid(widget):
            holder.defect_met(widget, trace)

    return tell


def _let_go(error: BaseException) -> None:
    """End the painters that the failed calls still hold."""
    known: BaseException | None = error
    while known is not None:
        traceback.clear_frames(known.__traceback__)
        known = known.__context__
