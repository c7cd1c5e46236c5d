"""The privacy of the open record in the window: emergency openings, and where consent and blocks are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ui.kit.banner import EMERGENCY_KEY, PRIVACY_KEY, Part
from ui.shell.commands import Command
from ui.shell.spoken_consent import SpokenConsents
from ui.shell.workspace.emergency_writer import begin_emergency
from ui.shell.workspace.form import Form, FormCard
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _
from workstation.operations.open_in_emergency import Emergency, only_read
from workstation.operations.ports import PatientLine
from workstation.operations.session import Unsubscribe

if TYPE_CHECKING:
    from ui.shell.desk import Desk

_WRITER = "emergency"


class Privacy:
    """Begins, shows and ends emergency openings for one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._connected: bool | None = None
        desk.frame.banner.part_clicked.connect(self._part)
        desk.frame.emergency_wanted.connect(self.emergency)
        desk.frame.privacy_wanted.connect(self.open)
        desk.frame.withheld.lift_wanted.connect(self.lift)
        self.consents = SpokenConsents(desk)
        desk.frame.consent_wanted.connect(self.consents.spoken)

    def listen(self) -> tuple[Unsubscribe, ...]:
        """Put a record away as soon as its opening has ended; returns how to stop."""
        session = self._desk.session
        if session.emergency is None:
            return ()
        line = session.sync.subscribe(self._line_changed)
        return (session.emergency.subscribe(self._closed), line)

    def _line_changed(self) -> None:
        """With and without contact another thing can be done with a record that is not here."""
        desk = self._desk
        connected, before = desk.session.sync.status().connected, self._connected
        self._connected = connected
        if connected == before:
            return
        if any(draft.writer == _WRITER for draft in desk.workspace.state.drafts):
            desk.workspace.refresh()
        if desk.patient is not None and not desk.place and before is not None:
            desk.tasks.start(desk.record.load(desk.tab))

    def commands(self) -> list[Command]:
        """Return what the palette offers."""
        return [
            Command(
                key="privacy:emergency",
                text=N_("Emergency opening: open, or close it again"),
                icon="unlocked",
                shortcut=EMERGENCY_KEY,
                needs_patient=True,
                run=self.emergency,
            ),
            Command(
                key="privacy:open",
                text=N_("Consent and blocks"),
                icon="blocked",
                shortcut=PRIVACY_KEY,
                needs_patient=True,
                run=self.open,
            ),
            self.consents.command(),
        ]

    def _part(self, part: str) -> None:
        if part in (Part.EMERGENCY, Part.EMERGENCY_CLOSE):
            self.close()
        elif part == Part.CONSENT_GIVEN:
            self.consents.spoken()
        elif part in (Part.BLOCKED, Part.CONSENT):
            self.open()
        else:
            self._desk.show_tab("overview")

    def open(self) -> None:
        """Show consent and blocks of the open record."""
        self._desk.show_tab("privacy")

    def lift(self) -> None:
        """Begin to lift what is blocked, when the patient agrees to it."""
        line = self._desk.patient
        if line is not None:
            self._desk.compose("lift_block", line, {"for": "day"})

    # Emergency opening

    def only_read(self, patient: PatientLine | None) -> bool:
        """Whether the patient's record is open in an emergency, and nothing is written in it."""
        emergency = self._desk.session.emergency
        if patient is None or emergency is None:
            return False
        opening = emergency.of(patient.patient)
        return opening is not None and not opening.writes

    def may_write(self, patient: PatientLine, writer: str) -> bool:
        """Whether a draft may begin; else it is said why not."""
        if writer == _WRITER or not self.only_read(patient):
            return True
        self._desk.show_problem(only_read())
        return False

    def instead_of_writing(self) -> Command | None:
        """Return what the palette offers in place of all that writes, where nothing may be written."""
        if not self.only_read(self._desk.patient):
            return None
        return Command(
            key="privacy:begin_visit",
            text=N_("Open to be read only: begin a visit to write"),
            icon="lock",
            needs_patient=True,
            run=self._desk.receive,
        )

    def as_it_may_be(self, form: Form, *, writer: str, patient: PatientLine) -> Form:
        """Return a draft's form; where nothing may be written it cannot be finished, and says why."""
        if writer == _WRITER or not self.only_read(patient):
            return form
        why = only_read()
        card = FormCard(key="only_read", level="observe", title=why.message, text=why.advice)
        first = form.fields[0].key if form.fields and not form.cards else form.cards_before
        return replace(form, actions=(), cards=(card, *form.cards), cards_before=first)

    def emergency(self) -> None:
        """Begin to open the record that is shown, or close it where it is open."""
        desk = self._desk
        line, emergency = desk.patient, desk.session.emergency
        if line is None or desk.place or emergency is None:
            desk.show_problem(
                Problem(
                    _("No record is shown to open in an emergency."),
                    _("Find the patient in the region first, and open the record."),
                )
            )
        elif emergency.of(line.patient) is not None:
            self.close()
        else:
            desk.tasks.start(self._begin(line, emergency))

    async def _begin(self, line: PatientLine, emergency: Emergency) -> None:
        desk = self._desk
        if await desk.session.records.is_complete(line.patient):
            desk.toast.say(_("The whole record is here: it needs no emergency opening."))
            return
        is_here = await desk.session.records.patient(line.patient) is not None
        if not desk.record.is_open(line):
            return
        desk.compose(_WRITER, line, begin_emergency(is_here=is_here))
        if not desk.session.sync.status().connected:
            await emergency.attempted(line.patient)

    def close(self) -> None:
        """Close the opening of the record that is shown."""
        line, emergency = self._desk.patient, self._desk.session.emergency
        if line is not None and emergency is not None:
            self._desk.tasks.start(emergency.close(line.patient))

    def _closed(self, patient: PatientId) -> None:
        """Nothing of it stands on the screen any more, before anything else can happen."""
        desk = self._desk
        line = desk.patient
        if line is None or line.patient != patient:
            return
        shown = not desk.place
        desk.record.replace(line)
        desk.banner.show_patient(line)
        desk.toast.say(_("The emergency opening is closed. Nothing of it is left here."))
        if shown:
            desk.record.show(desk.tab)
            desk.tasks.start(desk.record.load(desk.tab))
