"""What waits for somebody on a working day: orders, results, a referral, a visit, a note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import msgspec

from workstation.app.adapters import KnownUnits
from workstation.bench.measurer import BENCH_AUTHOR
from workstation.domain.contact import Booking
from workstation.domain.directory import Directory, Unit
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.medication import Dosage, DosageStep, Drug, MedicationOrder
from workstation.domain.note import Note, Section
from workstation.domain.observation import NPU, Observation
from workstation.domain.record import Body
from workstation.domain.referral import Referral
from workstation.domain.values import Coding, Concept, Quantity, utc_text
from workstation.operations.session import Session
from workstation.operations.sign_note import sign_note
from workstation.operations.writing import record_for, save

RENEWED, STOPPED = "Renewium", "Stoppium"
NOTE_TITLE = "Besöksanteckning"
RESULTS = 10
_ELSEWHERE = HsaId("SE2321000131-ELSEWHERE")


_LABORATORY = Unit(
    hsa_id=HsaId("SE2321000131-LAB"),
    name="Laboratoriet",
    provider=BENCH_AUTHOR.provider,
    type="laboratory",
    receives=("laboratory",),
)
_DIRECTORY = Directory(units=(_LABORATORY,))


async def put_waiting(session: Session, patient: UUID, expected: Sequence[UUID]) -> None:
    """Store what the tasks are done with, once for each of the ``expected``, who have a time."""
    if isinstance(session.units, KnownUnits):
        session.units.take(_DIRECTORY)
    desk = session.desk
    elsewhere = msgspec.structs.replace(desk.author, unit=_ELSEWHERE, unit_name="Annan mottagning")
    sender = replace(desk, author=elsewhere)
    for number, comes in enumerate(expected):
        for kind, body in _bodies(session, number):
            where = sender if kind == "referral" else desk
            whom = PatientId(comes if kind == "booking" else patient)
            record = record_for(where, patient=whom, kind=kind, body=body)
            await save(session.records, where, record)
            if kind == "note":
                await sign_note(
                    patient=PatientId(patient),
                    entity=record.entity,
                    seen=[record.id],
                    records=session.records,
                    desk=desk,
                )


def _bodies(session: Session, number: int) -> Iterator[tuple[str, Body]]:
    now = utc_text(session.clock.now())
    for name in (RENEWED, STOPPED):
        drug = Drug(name=f"{name} {number}", form="tablett", strength="5 mg")
        dosage = Dosage(steps=(DosageStep(amounts=("1", "0", "0", "0"), unit="tablett"),))
        reason = Concept(text="högt blodtryck")
        yield (
            "medication_order",
            MedicationOrder(action="prescribe", drug=drug, dosage=dosage, reason=reason),
        )
    for place in range(RESULTS):
        yield "observation", _result(now, place)
    yield (
        "referral",
        Referral(type="consultation", question=f"Bedömning {number}?", to_unit=BENCH_AUTHOR.unit),
    )
    yield "booking", Booking(status="booked", start=now, unit=BENCH_AUTHOR.unit, reason="Kontroll")
    sections = (Section(term="Aktuellt", text="Mår bättre i dag."),)
    yield "note", Note(type="bes", title=NOTE_TITLE, sections=sections)


def _result(now: str, place: int) -> Observation:
    title = f"P-Prov {place}"
    coding = Coding(system=NPU, code=f"NPU9{place:04d}", display=title)
    return Observation(
        concept=Concept(text=title, codings=(coding,)),
        category="laboratory",
        effective=now,
        quantity=Quantity(value="4.2", unit="mmol/L"),
        interpretation="H",
        answers_to_unit=BENCH_AUTHOR.unit,
    )
