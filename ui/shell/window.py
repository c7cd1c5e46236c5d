"""The main window: the way in, and one person's session behind it. Nothing in it names a patient."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.kit.clipboard import forget_copied
from ui.kit.focus import bring_into_sight
from ui.kit.guard import guarded, report_drawing
from ui.kit.label import Label
from ui.screens.login.screen import login_screen
from ui.shell.contact_words import contact_words
from ui.shell.desk import Desk
from ui.shell.tasks import Tasks
from ui.shell.troubles import unkept_problem
from workstation.domain.defect import trace_of
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.session import Gate, Session, Unsubscribe

_SIZE = (1280, 800)
# Said outright: else the layout of a wide window holds one step to a narrow one back.
_LEAST = (480, 320)


@guarded
class MainWindow(QMainWindow):
    """Login, lock and session. ``closed`` when everything is kept and the window has gone.

    ``notice`` stands above everything, always: that this is a demonstration, for one.

    Needs a running asyncio loop that also runs Qt (qasync). Title and settings carry nothing
    about any patient; nothing is stored outside the encrypted files behind ``gate``.
    """

    closed = Signal()

    def __init__(self, *, gate: Gate, notice: str = "") -> None:
        super().__init__()
        self.setWindowTitle("Ronden")
        self.setAccessibleName("Ronden")
        # Who runs the loop waits for ``closed``; Qt must not stop it before files are closed.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setMinimumSize(*_LEAST)
        self.resize(*_SIZE)
        self._gate = gate
        self.tasks = Tasks(show=self._show_problem)
        self.desk: Desk | None = None
        self._user = ""
        self._finished = False
        self._closing = False
        self._stop_hearing: Unsubscribe = _nothing
        self.login, self.way_in = login_screen(
            gate=gate, entered=self.enter, unkept=self._holds_unkept
        )
        self._stack = QStackedWidget()
        self._stack.setAccessibleName(_("Window"))
        self._stack.addWidget(self.login)
        self.setCentralWidget(_under(notice, self._stack) if notice else self._stack)
        self.login.admitted.connect(self._remember)
        self._seen_soon = QTimer(self)
        self._seen_soon.setSingleShot(True)
        self._seen_soon.timeout.connect(self._show_keyboard)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keyboard_moved)
        self.login.begin()

    def _remember(self, user: str, _password: str) -> None:
        self._user = user

    def _keyboard_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Qt scrolls to what Tab reaches from beside it; by other ways one gets there too."""
        pressed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is not None and self.isAncestorOf(now) and not pressed:
            self._seen_soon.start()  # what is new has its place in a moment

    def _show_keyboard(self) -> None:
        focused: QWidget | None = self.focusWidget()
        if focused is not None:
            bring_into_sight(focused)

    def enter(self, session: Session) -> None:
        """Show a session: the same one as before comes back at exactly the same place."""
        if self.desk is not None and self.desk.session is session:
            self._stack.setCurrentWidget(self.desk.frame)
            self.desk.go_on()
            return
        self._end_desk()
        desk = Desk(session)
        self.desk = desk
        desk.lock_wanted.connect(self.lock)
        self._stop_hearing = session.sync.subscribe(self._line_changed)
        self._stack.addWidget(desk.frame)
        self._stack.setCurrentWidget(desk.frame)
        desk.tasks.start(desk.start())

    def lock(self) -> None:
        """Hide everything until the secret is given again. Drafts and place stay as they are."""
        if self.desk is None:
            return
        forget_copied()
        self.desk.put_down()
        self.way_in.locked(self.desk.session, self._user)
        self._stack.setCurrentWidget(self.login)
        self.login.begin()

    def _line_changed(self) -> None:
        """Whom the server lets in no more reads nothing more; what was written is kept and sent."""
        desk = self.desk
        if desk is None or self._stack.currentWidget() is not desk.frame:
            return
        status = desk.session.sync.status()
        words = contact_words(status)
        if status.denied and words is not None:
            self.lock()
            self.login.show_problem(Problem(words.message, words.advice))

    def _end_desk(self) -> None:
        if self.desk is not None:
            self._stop_hearing()
            self._stack.removeWidget(self.desk.frame)
            self.desk.close()
            self.desk = None

    def defect_met(self, error: BaseException) -> None:
        """Something failed that nobody waited for: cover what was being drawn, or say it."""
        if not isinstance(error, Exception) or report_drawing(error):
            return
        if self.desk is not None:
            self.desk.show_defect(trace_of(error))

    def _show_problem(self, problem: Problem) -> None:
        self.login.show_problem(problem)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Keep what is under way first, then close."""
        if self._finished:
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        if not self._closing:
            self._closing = True
            self.tasks.start(self._finish())

    async def _finish(self) -> None:
        try:
            forget_copied()
            if self.desk is not None:
                session = self.desk.session
                await self.desk.finish()
                if self.desk.troubles.holds_back():
                    if self._stack.currentWidget() is self.login:
                        self.login.show_problem(unkept_problem())
                    return
                self._end_desk()
                await self._gate.leave(session)
            self._finished = True
        finally:
            self._closing = False
        self.close()

    def _holds_unkept(self) -> bool:
        return self.desk is not None and self.desk.workspace.unkept


def _nothing() -> None:
    """Nobody is heard yet."""


def _under(notice: str, inside: QWidget) -> QWidget:
    """Return ``inside`` under a line that cannot be taken away."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    line = Label(notice)
    line.setObjectName("standing-notice")
    line.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column.addWidget(line)
    column.addWidget(inside, 1)
    return whole
