"""Above the journal: how much of it is shown, what hides the rest, and how to take that away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.flow import FlowLayout
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.link import Link
from ui.kit.palette import Hit, Palette
from ui.screens.journal import choices
from ui.screens.journal.choices import Offered
from ui.screens.journal.state import JournalState
from ui.theme.typography import Size
from workstation.domain.journal_filter import Choice, JournalFilter
from workstation.domain.texts import _


@guarded
class Mark(Button):
    """A choice that holds; pressed, or deleted with the keyboard, it no longer does."""

    def __init__(self, choice: Choice, word: str) -> None:
        super().__init__(word, icon="close", small=True)
        self.choice = choice
        self.setAccessibleName(_("Remove from the filter: {choice}").format(choice=word))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.click()
            return
        super().keyPressEvent(event)


@guarded
class FilterBar(QWidget):
    """Says ``34 of 412 notes are shown``, always. ``chose`` and ``removed`` carry a choice's key.

    ``wanted``: somebody chooses; ``ended``: no longer. ``cleared``: show everything.
    """

    wanted = Signal()
    ended = Signal()
    chose = Signal(str)
    cleared = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__()
        self.setAccessibleName(_("What is shown"))
        self._chosen = JournalFilter()
        self._offered: Offered | None = None
        self._marks: list[Mark] = []
        self.button = Button(_("Filter"), shortcut="U", small=True)
        self.count = Label("", strong=True, size=Size.SMALL)
        self.hidden = Label("", quiet=True, size=Size.SMALL)
        self.missing = Label(
            _("The whole record is not on this computer yet."), strong=True, size=Size.SMALL
        )
        self.all = Link(_("Show everything"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 8)
        self._flow = FlowLayout(across=10, down=4)
        column.addLayout(self._flow)
        for part in (self.count, self.button, self.missing, self.hidden, self.all):
            self._flow.addWidget(part)
        self.palette_box = Palette(self._find, over, top=lambda: 48, later=True)
        name = _("Show only: unit, profession, sökord, 2025-03 …")
        self.palette_box.setAccessibleName(name)
        self.palette_box.box.setAccessibleName(name)
        self.palette_box.box.setPlaceholderText(name)
        self.button.clicked.connect(self._open)
        self.all.clicked.connect(self.cleared)
        self.palette_box.searched.connect(lambda _text: self._answer())
        self.palette_box.picked.connect(self.chose)
        self.palette_box.closed.connect(self.ended)

    def _open(self) -> None:
        """Open at once: a letter that is typed meanwhile must not act on the list below."""
        self.palette_box.open()
        self.wanted.emit()

    def _find(self, typed: str) -> list[Hit]:
        return choices.hits(self._offered, self._chosen, typed)

    def _answer(self) -> None:
        if self._offered is not None:
            text = self.palette_box.box.text()
            self.palette_box.show_hits(text, self._find(text))

    def show_state(self, state: JournalState) -> None:
        """Draw the count and the marks."""
        if state.offered is not self._offered:
            self._offered = state.offered
            if self.palette_box.isVisible():
                self._answer()
        self.setVisible(state.patient is not None and state.total > 0)
        shown = state.count if state.hits is None else len(state.hits)
        self.count.setText(
            choices.shown_words(shown=shown, notes=state.notes, answers=state.answers)
        )
        hidden = state.sifted.hidden if state.sifted is not None else {}
        self.hidden.setText(
            choices.hidden_words(
                hidden, shown=shown, total=state.total, searching=state.hits is not None
            )
        )
        self.hidden.setVisible(bool(self.hidden.text()))
        self.missing.setVisible(state.patient is not None and not state.patient.complete)
        self.all.setVisible(bool(state.filter))
        if state.filter != self._chosen:
            self._chosen = state.filter
            self._draw_marks(state)

    def _draw_marks(self, state: JournalState) -> None:
        focused: QWidget | None = self.window().focusWidget()
        had_focus = focused in self._marks
        for mark in self._marks:
            self._flow.removeWidget(mark)
            mark.hide()
            mark.deleteLater()
        self._marks = [self._mark(choice, state) for choice in state.filter.choices]
        if had_focus:
            (self._marks[-1] if self._marks else self.button).setFocus()

    def _mark(self, choice: Choice, state: JournalState) -> Mark:
        word = choices.value_word(choice, state.unit_names)
        mark = Mark(choice, f"{choices.facet_word(choice.facet)}: {word}")
        mark.clicked.connect(lambda: self.chose.emit(choices.key_of(choice)))
        self._flow.addWidget(mark)
        mark.show()
        return mark

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that are shown."""
        return tuple(self._marks)
