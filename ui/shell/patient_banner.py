"""Read what the banner says of the open patient; what could not be read is never called absent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ui.shell.linked_records import LinkedRecord, read_linked
from workstation.domain.attention import HypersensitivityState, hypersensitivity
from workstation.domain.clock import to_millis
from workstation.domain.directory import KEEPERS
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Patient
from workstation.domain.problem import Problem
from workstation.operations.open_in_emergency import InEmergency
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.privacy import Privacy, read_privacy
from workstation.operations.session import Session

EGFR = "egfr"
_TRIES = 3  # the newest may be voided


@dataclass(frozen=True, kw_only=True, repr=False)
class BannerState:
    """``details`` is None when they could not be read. ``egfr``: the newest, if any.

    ``linked``: the person's other records, in the order they were linked. ``may_consent``: who sits
    here may write down that the patient consents.
    """

    patient: PatientLine
    details: Patient | None = None
    state: HypersensitivityState = HypersensitivityState.UNAVAILABLE
    attention: tuple[Listed, ...] = ()
    contact: Listed | None = None
    egfr: Listed | None = None
    linked: tuple[LinkedRecord, ...] = ()
    emergency: InEmergency | None = None
    privacy: Privacy = Privacy()
    may_consent: bool = False


class BannerPresenter:
    """Fills the banner and keeps it true."""

    def __init__(self, *, render: Callable[[BannerState], None], session: Session) -> None:
        self._render = render
        self._session = session
        self._patient: PatientLine | None = None

    def show_patient(self, patient: PatientLine) -> None:
        """Show who it is at once; what must not be overlooked is read by ``reload``."""
        self._patient = patient
        self._render(BannerState(patient=patient, emergency=self._opening(patient)))

    def _opening(self, patient: PatientLine) -> InEmergency | None:
        emergency = self._session.emergency
        return emergency.of(patient.patient) if emergency is not None else None

    async def reload(self) -> None:
        """Read the banner anew."""
        asked = self._patient
        if asked is None:
            return
        try:
            state = await self._read(asked)
        except Problem:
            state = BannerState(patient=asked, emergency=self._opening(asked))
        if self._patient is not None and self._patient.patient == asked.patient:
            self._render(state)

    async def _read(self, asked: PatientLine) -> BannerState:
        records, patient = self._session.records, asked.patient
        opening = self._opening(asked)
        read, privacy = await asyncio.gather(
            asyncio.gather(
                records.patient(patient),
                records.entity(patient, EntityId(patient)),
                records.listed(patient, "attention", group="current"),
                records.listed(patient, "contact", group="current", limit=1),
                records.newest_by_code(patient, "observation", each=_TRIES, titled=EGFR),
                records.is_complete(patient),
            ),
            self._privacy(patient),
        )
        line, entity, attention, contacts, values, complete = read
        body = entity.state.current.body if entity is not None else None
        return BannerState(
            patient=line or asked,
            details=body if isinstance(body, Patient) else None,
            state=hypersensitivity((one.state for one in attention), complete=complete),
            attention=attention,
            contact=contacts[0] if contacts else None,
            egfr=max(
                (one for one in values if not one.state.voided),
                key=lambda one: one.row.at,
                default=None,
            ),
            linked=await read_linked(line or asked, attention, records),
            emergency=opening,
            privacy=privacy,
            may_consent=line is not None
            and self._session.desk.profession in KEEPERS
            and (opening is None or opening.writes),
        )

    async def _privacy(self, patient: PatientId) -> Privacy:
        session = self._session
        now = to_millis(session.clock.now())
        return await read_privacy(session.records, patient, session.desk, at=now)
