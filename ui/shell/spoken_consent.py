"""One key: the patient says yes to what other care providers wrote being read. Once more: undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ui.kit.banner import CONSENT_KEY
from ui.kit.paint import key_text
from ui.shell.commands import Command
from workstation.domain.clock import to_millis
from workstation.domain.consent import Consent
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date
from workstation.operations.ports import PatientLine
from workstation.operations.privacy import read_privacy
from workstation.operations.register_consent import register_consent
from workstation.operations.revoke_consent import revoke_consent

if TYPE_CHECKING:
    from ui.shell.desk import Desk

_DAYS = 30
"""How long what is registered by one key holds; a longer one is written in the form."""
_UNDONE_WITHIN_MS = 60_000


@dataclass(frozen=True, kw_only=True, repr=False)
class _Given:
    patient: PatientId
    record: Record
    at: int


class SpokenConsents:
    """Registers spoken consents for one desk, and revokes the one that was just registered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._given: _Given | None = None
        self._busy = False

    def command(self) -> Command:
        """Return what the palette offers."""
        return Command(
            key="privacy:spoken_consent",
            text=N_("The patient consents, said aloud"),
            icon="consent",
            shortcut=CONSENT_KEY,
            needs_patient=True,
            run=self.spoken,
        )

    def spoken(self) -> None:
        """The patient whose record is shown has said yes; or that was a mistake a moment ago."""
        desk = self._desk
        line = desk.patient
        if line is None or desk.place:
            why = _("No record is shown.")
            desk.show_problem(Problem(why, _("Open the record of whoever consents.")))
        elif not self._busy and desk.privacy.may_write(line, "consent"):
            desk.tasks.start(self._spoken(line))

    async def _spoken(self, line: PatientLine) -> None:
        self._busy = True  # a key that is held down is one press
        try:
            await self._done(line)
        finally:
            self._busy = False

    async def _done(self, line: PatientLine) -> None:
        session, now = self._desk.session, to_millis(self._desk.session.clock.now())
        given, self._given = self._given, None
        if given and given.patient == line.patient and now - given.at < _UNDONE_WITHIN_MS:
            await self._undo(given)
            return
        if await session.records.patient(line.patient) is None:
            raise Problem(
                _("Nothing of this record is on this computer"),
                _("Begin a visit first: a consent belongs to a contact with the patient."),
            )
        privacy = await read_privacy(session.records, line.patient, session.desk, at=now)
        if privacy.consent is not None:
            self._desk.toast.say(_("There is a consent already. Nothing was registered."))
            return
        await self._register(line, now)

    async def _register(self, line: PatientLine, now: int) -> None:
        session, today = self._desk.session, local_date(now)
        author, until = session.desk.author, today + timedelta(days=_DAYS)
        consent = Consent(
            provider=author.provider,
            provider_name=author.provider_name,
            unit=author.unit,
            unit_name=author.unit_name,
            valid_from=today.isoformat(),
            valid_to=until.isoformat(),
            given="spoken",
        )
        record = await register_consent(
            consent, patient=line.patient, records=session.records, desk=session.desk
        )
        self._given = _Given(patient=line.patient, record=record, at=now)
        said = _("Spoken consent is registered until {day}. Undo: {key}")
        self._desk.toast.say(said.format(day=until.isoformat(), key=key_text(CONSENT_KEY)))

    async def _undo(self, given: _Given) -> None:
        session = self._desk.session
        await revoke_consent(
            comment=_("Registered by mistake, undone at once."),
            patient=given.patient,
            entity=given.record.entity,
            seen=(given.record.id,),
            records=session.records,
            desk=session.desk,
        )
        self._desk.toast.say(_("The consent is revoked."))
