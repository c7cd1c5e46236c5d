"""A year of a ward's referrals: sent, assessed, answered sooner or later, and a few that wait."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workstation.access.signing import Ed25519Signer
from workstation.domain.clock import HybridTime, to_millis
from workstation.domain.directory import Unit
from workstation.domain.ids import EntityId, PatientId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME
from workstation.domain.marks import Acknowledgement
from workstation.domain.record import Body, Record, Sealed, seal
from workstation.domain.referral import Referral, ReferralAnswer, ReferralEvent
from workstation.domain.referral.bodies import ReferralType
from workstation.generator import StaffMember

_QUESTIONS: tuple[tuple[ReferralType, str], ...] = (
    ("consultation", "Bedömning av hjärtsvikt inför utskrivning?"),
    ("imaging", "Ultraljud hjärta: klaffvitium?"),
    ("consultation", "Ställningstagande till pacemaker?"),
)
_MONTHS = 11


@dataclass(kw_only=True, repr=False)
class _Course:
    """One referral as it goes: every step builds on the one before."""

    patient: PatientId
    signer: Ed25519Signer
    now: datetime
    written: list[Record]

    def step(self, body: Body, by: StaffMember, *, days: float = 0) -> None:
        self.now += timedelta(days=days)
        millis = to_millis(self.now)
        record_id = RecordId(uuid7(millis, os.urandom))
        kind = next(kind for kind in BY_NAME.values() if kind.body is type(body))
        before = self.written[-1:]
        self.written.append(
            Record(
                id=record_id,
                patient=self.patient,
                kind=kind.name,
                kind_version=kind.version,
                entity=self.written[0].entity if before else EntityId(record_id),
                bases=tuple(record.id for record in before),
                author=by.author,
                device="ws-ward-1",
                written_at=HybridTime(millis),
                body=body,
            )
        )

    def sealed(self) -> tuple[Sealed, ...]:
        return tuple(seal(record, self.signer) for record in self.written)


def a_year_of_referrals(
    patients: Sequence[PatientId],
    *,
    sender: StaffMember,
    receiver: StaffMember,
    to: Unit,
    signer: Ed25519Signer,
    now: datetime,
) -> Iterable[tuple[PatientId, tuple[Sealed, ...]]]:
    """Return the records of referrals from ``sender`` to ``to``, patient by patient."""
    for number in range(3 * _MONTHS):
        kind, question = _QUESTIONS[number % len(_QUESTIONS)]
        began = now - timedelta(days=10 * (3 * _MONTHS - number) + 9, hours=number % 7)
        course = _Course(
            patient=patients[number % len(patients)], signer=signer, now=began, written=[]
        )
        request = Referral(
            type=kind,
            question=question,
            background="Inneliggande, se journal.",
            to_unit=to.hsa_id,
            to_unit_name=to.name,
            due=(began + timedelta(days=40)).date().isoformat(),
            owner=sender.hsa_id,
        )
        course.step(request, sender)
        course.step(ReferralEvent(event="BEK"), receiver, days=0.4)
        if number % 8 != 7:
            course.step(ReferralEvent(event="accepted"), receiver, days=1 + number % 3)
            _answered(course, sender, receiver, days=3 + (number * 5) % 17)
        yield course.patient, course.sealed()


def _answered(course: _Course, sender: StaffMember, receiver: StaffMember, *, days: int) -> None:
    answer = ReferralAnswer(answer="SSV", text="Se bedömning. Ingen ytterligare åtgärd hos oss.")
    course.step(answer, receiver, days=days)
    course.step(Acknowledgement(), sender, days=1)
