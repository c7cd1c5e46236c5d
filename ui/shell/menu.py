"""Ctrl+K: patients, places, parts of the record, templates and commands, all by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ui.kit.palette import Hit, Palette
from ui.screens.journal.note_writer import begin
from ui.screens.journal.templates import FREE_NAME, TEMPLATES
from ui.screens.medication.order_writer import begin_order
from ui.screens.referrals.referral_writer import begin_referral
from ui.screens.values.value_writer import begin_value
from ui.shell.commands import Command, command_hits, patient_hits, patient_key
from ui.shell.screens import CHART, PLACES
from workstation.domain.directory import PRESCRIBERS
from workstation.domain.texts import N_, _
from workstation.operations.ports import PatientLine

if TYPE_CHECKING:
    from ui.shell.desk import Desk

_MOST_HITS = 8


class Menu:
    """The palette of one session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._commands = _commands(desk)
        self._found: tuple[PatientLine, ...] = ()
        self.palette = Palette(self._find, desk.frame, top=desk.frame.below_patient)
        self.palette.picked.connect(self.run)
        self.palette.searched.connect(lambda text: desk.tasks.start(self._find_patients(text)))

    def _find(self, text: str) -> Sequence[Hit]:
        has_patient = self._desk.patient is not None
        commands = command_hits(self._commands, text, has_patient=has_patient)
        if text.strip():
            return commands
        return [*patient_hits(self._desk.recent, _("Recent patients")), *commands]

    async def _find_patients(self, text: str) -> None:
        if not text.strip():
            return
        records = self._desk.session.records
        self._found = await records.find_patients(text.strip(), limit=_MOST_HITS)
        hits = patient_hits(self._found, _("Patients on this computer"))
        self.palette.show_hits(text, [*hits, *self._find(text)])

    def run(self, key: str) -> None:
        """Do what a hit stands for."""
        for line in (*self._found, *self._desk.recent):
            if patient_key(line) == key:
                self._desk.open_patient(line, "", None)
                return
        for command in self._commands:
            if command.key == key and (self._desk.patient or not command.needs_patient):
                command.run()
                return


def _commands(desk: Desk) -> tuple[Command, ...]:
    return (*_writing(desk), *_going(desk), *_other(desk))


def _going(desk: Desk) -> list[Command]:
    places = [
        Command(
            key=f"place:{place.key}",
            text=place.label,
            icon=place.icon or "sync",
            run=_with(desk.show_place, place.key),
        )
        for place in PLACES
    ]
    tabs = [
        Command(
            key=f"tab:{part.key}",
            text=part.label,
            shortcut=f"Ctrl+{number}",
            needs_patient=True,
            run=_with(desk.show_tab, part.key),
        )
        for number, part in enumerate(CHART, start=1)
    ]
    return [*tabs, *places]


def _with(act: Callable[[str], None], key: str) -> Callable[[], None]:
    return lambda: act(key)


def _writing(desk: Desk) -> list[Command]:
    def write(writer: str, content: Callable[[], dict[str, str]]) -> Callable[[], None]:
        def run() -> None:
            if desk.patient is not None:
                desk.show_tab(desk.tab)
                desk.compose(writer, desk.patient, content())

        return run

    notes = [
        Command(
            key=f"note:{template.key}",
            text=template.title or FREE_NAME,
            icon="note",
            needs_patient=True,
            run=write("note", _from_template(template.key)),
        )
        for template in TEMPLATES
    ]
    now = desk.session.clock.now
    others: tuple[tuple[str, str, str, Callable[[], dict[str, str]]], ...] = (
        ("order", N_("New order"), "pill", lambda: begin_order(now())),
        ("referral", N_("New referral"), "letter", lambda: begin_referral(desk.session)),
        ("observation", N_("Record value"), "flask", lambda: begin_value(now())),
        ("diagnosis", N_("New diagnosis"), "plus", dict),
        ("attention", N_("New attention information"), "warning", dict),
        ("plan", N_("New action"), "calendar", lambda: {"type": "visit"}),
    )
    return [
        *notes,
        *(
            Command(
                key=f"write:{writer}",
                text=text,
                icon=icon,
                needs_patient=True,
                run=write(writer, content),
            )
            for writer, text, icon, content in others
            if writer != "order" or desk.session.desk.profession in PRESCRIBERS
        ),
    ]


def _from_template(key: str) -> Callable[[], dict[str, str]]:
    return lambda: begin(key)


def _other(desk: Desk) -> list[Command]:
    return [
        Command(
            key="lock", text=N_("Lock"), icon="lock", shortcut="Ctrl+L", run=desk.lock_wanted.emit
        ),
        Command(
            key="keys",
            text=N_("Keys of this screen"),
            icon="info",
            shortcut="F1",
            run=desk.keys.toggle,
        ),
        Command(key="send", text=N_("Try to send now"), icon="sync", run=desk.session.sync.try_now),
    ]
