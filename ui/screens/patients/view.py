"""Patients on the screen: the unit's list, the search, and the registration beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.cell import Cell, Column, Group, Row, text_cell
from ui.kit.empty import Empty
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.searchbox import SearchBox
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.kit.toolbar import Toolbar
from ui.screens.patients.matched import Spans, in_name, in_number
from ui.screens.patients.state import PatientsState
from ui.shell.actionbar import search_key
from ui.shell.formpanel import FormPanel
from ui.shell.identity_words import links_words
from ui.shell.listpage import lay_out, one_of
from ui.shell.listtable import ListTable
from ui.shell.news2_badge import news2_cell
from ui.shell.people import SEXES, age_words, list_name, number_label, shown_number
from ui.shell.standing import Standing
from ui.shell.workspace.form import FieldKind, Form, FormAction, FormField
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine

_UNKNOWN = "unidentified"


class PatientsView(QWidget):
    """Draws a ``PatientsState``."""

    searched = Signal(str)
    submitted = Signal(str)
    opened = Signal(str)
    register_wanted = Signal()
    register_closed = Signal()
    typed = Signal(str, str)
    registered = Signal(bool)

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.setAccessibleName(_("Patients"))
        self._unit = unit
        self.search = SearchBox(_("Name, personal identity number, reserve number"), shortcut="/")
        self._new = Button(_("New patient"), kind=ButtonKind.PRIMARY, shortcut="Ctrl+N")
        self._note = Label("", quiet=True, size=Size.SMALL)
        self.notice = Notice()
        columns = (
            Column(title=_("Place"), width=112, fold=2),
            Column(title=_("Patient"), stretch=3, least=220, most=440),
            Column(title=_("Born and sex"), width=150, fold=4),
            Column(title=_("Reason and responsible"), stretch=3, least=180, most=520, fold=1),
            Column(title="NEWS2", width=64, fold=5),
            Column(title=_("Marks"), width=170, fold=3),
        )
        self.table = ListTable(_("Patients"), columns, middle=True, row_height=40)
        self._empty = Empty(
            _("No patient found"),
            hint=_("Search by name or number, or register a new patient."),
            step=_("New patient"),
            icon="patients",
        )
        self._panel = FormPanel(_("New patient"))
        self._build()
        self._connect()
        self.setFocusProxy(self.search)

    def _build(self) -> None:
        self.search.setMaximumWidth(420)
        top = Toolbar(_("Patients"), (self.search, self._note), (self._new,))
        self._stack = one_of(_("Patients"), self.table, self._empty)
        lay_out(self, top, over=(self.notice,), lists=(self._stack,), beside=self._panel)

    def _connect(self) -> None:
        self.search.searched.connect(self.searched)
        search_key(self.search, self)
        self.search.submitted.connect(self.submitted)
        self.search.left_down.connect(self.table.setFocus)
        self._new.clicked.connect(self.register_wanted)
        self._empty.next_step.connect(self.register_wanted)
        self.table.opened.connect(self.opened)
        self._panel.form.changed.connect(self.typed)
        self._panel.acted.connect(lambda action: self.registered.emit(action == _UNKNOWN))
        self._panel.closed.connect(self.register_closed)

    def is_searching(self) -> bool:
        """Whether the search is on the screen and has its window's keyboard."""
        return self.search.isVisible() and self.window().focusWidget() is self.search

    def render_state(self, state: PatientsState) -> None:
        """Draw the list and the registration."""
        self.table.set_rows(self._rows(state))
        nobody = state.lines is not None and not state.lines and not state.elsewhere
        nobody = nobody and not state.asking  # not said before everybody has been asked
        self._stack.setCurrentWidget(self._empty if nobody else self.table)
        note = _("Searching in the region …") if state.asking else ""
        if state.region_failed:
            note = _("Only patients on this computer: no contact with the region.")
        self._note.setText(note)
        content = state.registering
        self._panel.show_form(
            _registration() if content is not None else None,
            content or {},
            wrong=state.wrong,
            problem=state.problem,
            busy=state.busy,
        )

    def _rows(self, state: PatientsState) -> list[Group | Row]:
        lines = state.lines or ()
        title = _("On this computer") if state.search else self._unit
        entries: list[Group | Row] = [Group(title=title, count=len(lines))]
        entries.extend(_row(line, state) for line in lines)
        if state.elsewhere:
            entries.append(Group(title=_("In the region"), count=len(state.elsewhere)))
            entries.extend(_row(line, state, elsewhere=True) for line in state.elsewhere)
        return entries

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the list."""
        self.notice.show_problem(problem.message, problem.advice)


def _row(line: PatientLine, state: PatientsState, *, elsewhere: bool = False) -> Row:
    sex = SEXES.get(line.sex)
    label = number_label(line)
    linked = links_words(line)
    named: list[Line] = [
        (_marked(strong(list_name(line) or _("No name")), in_name, state.search),),
        (quiet(f"{label} ".lstrip()), _marked(quiet(shown_number(line)), in_number, state.search)),
    ]
    if why := state.why.get(line.patient):
        named.append((quiet(why),))
    if linked:
        named.append((strong(linked),))
    age = age_words(line.birth_date, state.today)
    born = Run(line.birth_date or _("Not known"), keep=True)
    detail = " · ".join(part for part in (age, _(sex) if sex else _("Sex not known")) if part)
    standing = state.standing.get(line.patient, Standing())
    # Where somebody with protected identity is must not stand in a list.
    place = "" if line.protected else line.place
    return Row(
        key=str(line.patient),
        cells=(
            text_cell(place),
            text_cell(*named),
            text_cell((born,), (quiet(detail),)),
            Cell() if line.protected else _stay(standing),
            news2_cell(standing),
            _marks(line, standing, elsewhere=elsewhere),
        ),
        name=", ".join(part for part in (list_name(line), linked) if part),
        faded=line.deceased,
    )


def _marked(run: Run, where: Callable[[str, str], Spans], typed: str) -> Run:
    return replace(run, marks=where(run.text, typed)) if typed else run


def _stay(standing: Standing) -> Cell:
    lines: list[Line] = [(Run(standing.reason),)] if standing.reason else []
    if standing.responsible:
        lines.append((quiet(standing.responsible),))
    return text_cell(*lines)


def _marks(line: PatientLine, standing: Standing, *, elsewhere: bool) -> Cell:
    lines: list[Line] = []
    if standing.warns:
        lines.append((strong("▲ " + _("UMI"), ink=Ink.CRITICAL),))
    if line.protected:
        lines.append((strong("▲ " + _("Protected identity"), ink=Ink.WARNING),))
    if line.deceased:
        lines.append((strong(_("Deceased")),))
    if elsewhere:
        lines.append((quiet(_("No care contact here")),))
    elif not line.complete:
        lines.append((Run(_("Record being fetched"), ink=Ink.OFFLINE),))
    return text_cell(*lines)


def _registration() -> Form:
    return Form(
        title=_("New patient"),
        fields=_fields(),
        actions=(
            FormAction(key=_UNKNOWN, text=_("Unidentified")),
            FormAction(key="register", text=_("Register"), shortcut="Ctrl+Return", main=True),
        ),
    )


def _fields() -> tuple[FormField, ...]:
    sexes = tuple((key, _(text)) for key, text in SEXES.items())
    return (
        FormField(
            key="number",
            label=_("Personal identity, coordination or reserve number"),
            hint=_("All twelve digits, or ten with a hyphen or plus sign."),
        ),
        FormField(key="family", label=_("Family name")),
        FormField(key="given", label=_("Given names"), beside=True),
        FormField(
            key="year",
            label=_("Unidentified: estimated birth year"),
            hint=_("A reserve number is made; it can be linked to the right person later."),
        ),
        FormField(key="sex", label=_("Sex"), kind=FieldKind.CHOICE, choices=sexes),
        FormField(key="description", label=_("Description"), beside=True),
    )
