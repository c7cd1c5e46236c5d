"""Ctrl+K: patients, places, parts of the record, templates and commands, all by name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from ui.kit.banner import LINK_KEY
from ui.kit.palette import Hit, Palette
from ui.screens.journal.form_writer import begin_form, fillable, title_of
from ui.screens.journal.note_content import begin
from ui.screens.journal.templates import FREE_NAME, TEMPLATES
from ui.screens.medication.order_writer import begin_order
from ui.screens.referrals.referral_writer import begin_prefilled
from ui.screens.values.value_writer import begin_value
from ui.shell.commands import Command, command_hits, patient_hits, patient_key
from ui.shell.screens import CHART, places_of
from workstation.domain.directory import PRESCRIBERS
from workstation.domain.texts import N_, _
from workstation.operations.link_identities import LINKERS
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
        self.palette = Palette(self._find, desk.frame, top=desk.frame.below_patient, later=True)
        self.palette.picked.connect(self.run)
        self.palette.searched.connect(lambda text: desk.tasks.start(self._find_patients(text)))

    def _find(self, text: str) -> Sequence[Hit]:
        has_patient = self._desk.patient is not None
        instead = self._desk.privacy.instead_of_writing()
        commands = command_hits(self._commands, text, has_patient=has_patient, instead=instead)
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
        instead = self._desk.privacy.instead_of_writing()
        for command in (*self._commands, *([instead] if instead else [])):
            if command.key == key and (self._desk.patient or not command.needs_patient):
                command.run()
                return


def _commands(desk: Desk) -> tuple[Command, ...]:
    return (
        *_writing(desk),
        *_identities(desk),
        *desk.privacy.commands(),
        *_going(desk),
        *_other(desk),
    )


def _identities(desk: Desk) -> list[Command]:
    """What can be done about a person who has two records."""

    def write(writer: str, content: Callable[[], dict[str, str] | None]) -> Callable[[], None]:
        def run() -> None:
            if desk.patient is not None and (begun := content()) is not None:
                desk.show_tab(desk.tab)
                desk.compose(writer, desk.patient, begun)

        return run

    def undoing() -> dict[str, str] | None:
        content = desk.linked.undoing()
        if not content:
            desk.linked.open()  # says that there is none
        return content or None

    offered = (
        ("open", N_("Open the person's other record"), LINK_KEY, desk.linked.open),
        ("link", N_("Link to the person's other record"), "", write("link_identities", dict)),
        ("unlink", N_("Undo the link to another record"), "", write("unlink_identities", undoing)),
    )
    may = desk.session.desk.profession in LINKERS
    return [
        Command(
            key=f"identity:{key}",
            text=text,
            icon="link",
            shortcut=shortcut,
            needs_patient=True,
            writes=key != "open",
            run=run,
        )
        for key, text, shortcut, run in offered
        if may or key == "open"
    ]


_APART = {"referrals_in": N_("Referrals of the unit")}  # a part of the record has its short name


def _going(desk: Desk) -> list[Command]:
    places = [
        Command(
            key=f"place:{place.key}",
            text=_APART.get(place.key, place.label),
            icon=place.icon or "sync",
            run=_with(desk.show_place, place.key),
        )
        for place in places_of(desk.session)
    ]
    tabs = [
        Command(
            key=f"tab:{part.key}",
            text=part.label,
            shortcut=f"Ctrl+{number}",
            needs_patient=True,
            run=_with(desk.show_tab, part.key),
        )
        for number, part in enumerate((one for one in CHART if one.tab), start=1)
    ]
    return [*tabs, *places]


def _with(act: Callable[[str], None], key: str) -> Callable[[], None]:
    return lambda: act(key)


def _writing(desk: Desk) -> list[Command]:
    def begun(writer: str, content: Callable[[], dict[str, str]]) -> Callable[[], None]:
        def run() -> None:
            if desk.patient is not None:
                desk.show_tab(desk.tab)
                desk.compose(writer, desk.patient, content())

        return run

    notes = [
        _write(
            key=f"note:{template.key}",
            text=template.title or FREE_NAME,
            icon="note",
            run=begun("note", _from_template(template.key)),
        )
        for template in TEMPLATES
    ]
    now = desk.session.clock.now
    others: tuple[tuple[str, str, str, Callable[[], dict[str, str]]], ...] = (
        ("order", N_("New order"), "pill", lambda: begin_order(now())),
        ("observation", N_("Record value"), "flask", lambda: begin_value(now())),
        ("diagnosis", N_("New diagnosis"), "plus", dict),
        ("attention", N_("New attention information"), "warning", dict),
        ("plan", N_("New action"), "calendar", lambda: {"type": "visit"}),
    )
    refer = _write(
        key="write:referral",
        text=N_("New referral"),
        icon="letter",
        run=_started(desk, _refer),
    )
    forms = [
        _write(
            key=f"form:{form.name}",
            text=_("Form: {name}").format(name=_(title_of(form))),  # else as a template's
            icon="note",
            run=begun("form", _from_form(desk, form.name)),
        )
        for form in fillable()
    ]
    return [
        *notes,
        *forms,
        refer,
        *(
            _write(
                key=f"write:{writer}",
                text=text,
                icon=icon,
                run=begun(writer, content),
            )
            for writer, text, icon, content in others
            if writer != "order" or desk.session.desk.profession in PRESCRIBERS
        ),
    ]


def _write(*, key: str, text: str, icon: str, run: Callable[[], None]) -> Command:
    """Return a command that writes into the open patient's record."""
    return Command(key=key, text=text, icon=icon, needs_patient=True, writes=True, run=run)


async def _refer(desk: Desk) -> None:
    """Begin a referral with the record's own facts, beside the record that is open then."""
    patient = desk.patient
    if patient is None:
        return
    content = await begin_prefilled(desk.session, patient)
    if desk.patient is not None and desk.patient.patient == patient.patient:
        desk.show_tab(desk.tab)
        desk.compose("referral", patient, content)


def _from_template(key: str) -> Callable[[], dict[str, str]]:
    return lambda: begin(key)


def _started(desk: Desk, work: Callable[[Desk], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        desk.tasks.start(work(desk))

    return run


def _from_form(desk: Desk, name: str) -> Callable[[], dict[str, str]]:
    return lambda: begin_form(name, desk.session.clock.now())


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
        Command(
            key="report", text=N_("Report an incident"), icon="warning", run=desk.report_incident
        ),
        Command(key="send", text=N_("Try to send now"), icon="sync", run=desk.session.sync.try_now),
    ]
