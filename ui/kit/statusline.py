"""The truth about sync, in three words used everywhere: saved locally, sent, received."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import focus_ring, rule
from ui.kit.textrun import Ink, Line, Run, TextBlock, spoken
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.typography import Size
from workstation.domain.texts import _, ngettext

HEIGHT = 28
_UNBOUNDED = 4000
_BREVITIES = 7


@dataclass(frozen=True, kw_only=True)
class StatusModel:
    """Times are ``HH:mm`` (or with the date when it is not today), ready to show.

    ``saved``, ``sent``: changes of this workstation not yet received, by how far they came.
    ``attention``: changes that the server refused and somebody must look at.
    ``problem``: what is wrong with the contact where it is more than a lost network.
    ``content_aside``: said after the content's version where there is room for everything.
    """

    connected: bool
    last_contact: str = ""
    saved: int = 0
    sent: int = 0
    attention: int = 0
    content_version: str = ""
    content_aside: str = ""
    content_current: bool = True
    user: str = ""
    assignment: str = ""
    problem: str = ""


@guarded
class _Item(QPushButton):
    def __init__(self) -> None:
        super().__init__()
        self._line: Line = ()
        self._icon, self._ink = "", Ink.QUIET
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_line(self, line: Line, *, icon: str = "", ink: Ink = Ink.QUIET) -> None:
        self._line, self._icon, self._ink = line, icon, ink
        self.setAccessibleName(spoken([line]))
        self.setVisible(bool(line))
        self.updateGeometry()
        self.update()

    def _left(self) -> int:
        return 24 if self._icon else 6

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        block = TextBlock([self._line], _UNBOUNDED, tokens_of(self))
        return QSize(int(self._left() + block.width) + 8, HEIGHT - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        if self._icon:
            ink = tokens.colours()[self._ink.value]
            icons.draw(painter, self._icon, ink, QRectF(6, self.height() / 2 - 6, 12, 12))
        block = TextBlock([self._line], _UNBOUNDED, tokens)
        block.draw(painter, self._left(), (self.height() - block.height) / 2)
        if self.underMouse():
            rule(painter, self._left(), self._left() + block.width, self.height() - 4, tokens.quiet)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), tokens)


@guarded
class StatusLine(QWidget):
    """Draw a ``StatusModel``; each part says when it is pressed."""

    outbox_wanted = Signal()
    content_wanted = Signal()
    user_wanted = Signal()
    lock_wanted = Signal()

    def __init__(self, model: StatusModel | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offline = False
        self._model: StatusModel | None = None
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(_("Status"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 8, 0)
        row.setSpacing(4)
        self._contact, self._counts, self._content = _Item(), _Item(), _Item()
        self._user, self._lock = _Item(), _Item()
        for item in (self._contact, self._counts):
            row.addWidget(item)
            item.clicked.connect(self.outbox_wanted)
        row.addStretch(1)
        for item, wanted in (
            (self._content, self.content_wanted),
            (self._user, self.user_wanted),
            (self._lock, self.lock_wanted),
        ):
            row.addWidget(item)
            item.clicked.connect(wanted)
        if model is not None:
            self.show_status(model)

    def show_status(self, model: StatusModel) -> None:
        """Draw this status; what explains gives way when there is little room, never what counts."""
        self._model = model
        for brevity in range(_BREVITIES):
            self._show(model, brevity)
            if self._wanted_width() <= self.width():
                return

    def _wanted_width(self) -> int:
        items = (self._contact, self._counts, self._content, self._user, self._lock)
        return 40 + sum(item.sizeHint().width() for item in items if not item.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        if self._model is not None:
            self.show_status(self._model)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(320, HEIGHT)

    def _show(self, model: StatusModel, brevity: int) -> None:
        self._offline = not model.connected
        ink = Ink.OFFLINE if self._offline else Ink.QUIET
        self._show_contact(model, brevity)
        self._counts.show_line(
            _counts(model, ink, brief=brevity >= 6),
            icon="warning" if model.attention else "",
            ink=Ink.WARNING,
        )
        content: Line = ()
        current = model.content_current
        if model.content_version and (brevity < 5 or not current):
            content = (_small(_content(model, brevity), ink),)
        self._content.show_line(
            content, icon="check" if current else "warning", ink=Ink.OK if current else Ink.WARNING
        )
        self._content.setToolTip(_content(model, 0))
        user = (Run(model.user, strong=True, ink=_body(self._offline), size=Size.SMALL),)
        said = _role(model.assignment, brevity)
        role = (_small(f" · {said}", ink),) if said else ()
        self._user.show_line((*user, *role) if model.user else ())
        self._user.setToolTip(model.assignment)
        self._lock.show_line(
            (_small(_("Lock") + ("" if brevity >= 5 else "  Ctrl+L"), ink),), icon="lock", ink=ink
        )
        self.update()

    def _show_contact(self, model: StatusModel, brevity: int) -> None:
        if model.problem:
            said = Run(model.problem, strong=True, ink=Ink.WARNING, size=Size.SMALL)
            before = (_small(_("Connected") + " · ", Ink.QUIET),) if model.connected else ()
            self._contact.show_line(
                (said,) if brevity >= 1 else (*before, said), icon="warning", ink=Ink.WARNING
            )
            return
        if model.connected:
            line: Line = (Run(_("Connected"), strong=True, size=Size.SMALL),)
            self._contact.show_line(line, icon="info", ink=Ink.OK)
            return
        since = _("Offline since {time}").format(time=model.last_contact)
        if not model.last_contact:
            since = _("Offline")
        meaning = " — " + _("keep working; everything is saved on this computer")
        if brevity >= 1:
            meaning = ""
        line = (
            Run(since, strong=True, ink=Ink.OFFLINE, size=Size.SMALL),
            _small(meaning, Ink.OFFLINE),
        )
        self._contact.show_line(line, icon="offline", ink=Ink.OFFLINE)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(
            self.rect(), QColor(tokens.offline_soft if self._offline else tokens.raised)
        )
        rule(painter, 0, self.width(), 0, tokens.line)


def _content(model: StatusModel, brevity: int) -> str:
    """Return what is said of the content: that something is wrong with it is said in any room."""
    if brevity >= 6:
        return _("Content")
    said = model.content_version
    if brevity == 5:
        said = said.partition(" · ")[0]
    elif brevity < 2 and model.content_aside:
        said = f"{said} · {model.content_aside}"
    return _("Content {version}").format(version=said)


def _role(assignment: str, brevity: int) -> str:
    """Return in which role and where one sits: first without what the unit is part of."""
    if brevity >= 4:
        return ""
    return assignment.partition(", ")[0] if brevity == 3 else assignment


def _body(offline: bool) -> Ink:
    return Ink.OFFLINE if offline else Ink.TEXT


def _small(text: str, ink: Ink) -> Run:
    return Run(text, ink=ink, size=Size.SMALL)


def _counts(model: StatusModel, ink: Ink, *, brief: bool) -> Line:
    runs: list[Run] = []

    def add(text: str, *, bold: bool = False, colour: Ink = ink) -> None:
        if runs:
            runs.append(_small("  ·  ", ink))
        runs.append(Run(text, strong=bold, ink=colour, size=Size.SMALL))

    if model.attention:
        text = ngettext("{count} needs attention", "{count} need attention", model.attention)
        add(text.format(count=model.attention), bold=True, colour=Ink.WARNING)
    if model.saved:
        text = ngettext("{count} saved locally", "{count} saved locally", model.saved)
        add(text.format(count=model.saved), bold=True, colour=_body(not model.connected))
    if model.sent:
        add(ngettext("{count} sent", "{count} sent", model.sent).format(count=model.sent))
    if model.last_contact and not (brief and runs):
        waiting = model.saved or model.sent or model.attention
        said = _("everything else received {time}") if waiting else _("everything received {time}")
        add(said.format(time=model.last_contact))
    return tuple(runs)
