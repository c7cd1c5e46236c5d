"""The note that waits to be signed, whole, under whose it is; one key signs it and shows the next."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.recordlist import RecordList
from ui.kit.toolbar import Toolbar
from ui.screens.work.signing_state import SigningState
from ui.shell.people import list_name, shown_number
from ui.shell.record_entries import entry_of
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_BEFORE_SIGNING_MS = 300
"""A key pressed twice must not sign the note that has only just come into sight."""


class SigningView(QWidget):
    """Draws a ``SigningState``; ``sign`` comes only once all of the note has been shown."""

    sign = Signal()
    skip = Signal()
    open = Signal()
    end = Signal()

    def __init__(self, provider: str) -> None:
        super().__init__()
        self.setAccessibleName(_("Sign one by one"))
        self._provider = provider
        self._shown: object = None
        self._state = SigningState()
        self._whom = Label("", strong=True, size=Size.NAME)
        self._number = Label("", strong=True)
        self._place = Label("", quiet=True)
        self.notice = Notice()
        self.list = RecordList(_("Note to sign"))
        self._rest = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self.sign_button = Button(_("Sign"), kind=ButtonKind.PRIMARY, shortcut="S")
        self._skip = Button(_("Leave it"), shortcut="L")
        self._open = Button(_("Open in the journal"), shortcut="O")
        self._end = Button(_("End"), shortcut="A")
        self._pause = QTimer(self, singleShot=True, interval=_BEFORE_SIGNING_MS)
        self._pause.timeout.connect(self._offer)
        self._build()
        self.sign_button.clicked.connect(self._sign)
        self._skip.clicked.connect(self.skip)
        self._open.clicked.connect(self.open)
        self._end.clicked.connect(self.end)
        self.list.verticalScrollBar().valueChanged.connect(lambda _value: self._offer())
        self.list.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self._offer())
        self.setFocusProxy(self.list)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.setSpacing(14)
        head.addWidget(self._whom)
        head.addWidget(self._number)
        head.addStretch(1)
        head.addWidget(self._place)
        buttons = (self.sign_button, self._skip, self._open, self._end)
        for button in buttons:
            button.setAutoRepeat(False)
        bar = Toolbar(_("Sign"), buttons)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 10)
        foot.setSpacing(6)
        foot.addWidget(self._rest)
        foot.addWidget(bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.notice)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def render_state(self, state: SigningState) -> None:
        """Draw the note from its top when it is another, or another version of it."""
        self._state = state
        if state.current is not None:
            self._whom.setText(list_name(state.current.patient))
            self._number.setText(shown_number(state.current.patient))
            place = _("{number} of {total}").format(number=state.at + 1, total=len(state.queue))
            self._place.setText(place)
        listed = state.shown
        version = None if listed is None else (listed.state.id, listed.state.current.id)
        if version != self._shown:
            self._shown = version
            self.notice.clear()
            entry = (
                []
                if listed is None
                else [entry_of(listed, with_versions=False, own_provider=self._provider)]
            )
            self.list.set_entries(entry)
            self._pause.start()
            if version is not None and self.isVisible():
                self.list.setFocus()
        self.sign_button.setText(_("Countersign") if state.deed == "countersign" else _("Sign"))
        self._offer()

    def _offer(self) -> None:
        """Signing is offered for what has been read, and said why where it is not."""
        state = self._state
        is_here = state.shown is not None and not state.busy
        whole = is_here and self.list.was_shown_whole(0)
        self.sign_button.setEnabled(whole and not self._pause.isActive())
        for button in (self._skip, self._open):
            button.setEnabled(is_here)
        unread = is_here and not whole
        self._rest.setText(_("Read to the end before you sign: space scrolls.") if unread else "")
        self._rest.setVisible(unread)

    def _sign(self) -> None:
        if self.list.was_shown_whole(0):
            self.sign.emit()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the note."""
        self.notice.show_problem(problem.message, problem.advice)
