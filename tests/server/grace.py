"""Grace Hopper's record, with something in every part of it, and her account."""

from __future__ import annotations

from tests.builders import (
    GRACE,
    WARD,
    a_booking,
    a_medication_order,
    a_note,
    a_patient,
    a_planned_action,
    a_referral,
    a_referral_answer,
    a_referral_event,
    a_signature,
    a_stop,
    a_time,
    an_attention,
    an_author,
    an_observation,
)
from tests.server.running import PASSWORD, STAFF, Caller
from workstation.domain.medication import Dosage, DosageStep, Drug
from workstation.domain.note import Section
from workstation.domain.patient import Address
from workstation.domain.record import Record
from workstation.server.serve import Accounts

NUMBER = "191212121212"
ACCOUNTS = Accounts(staff=STAFF, patients={GRACE: (NUMBER, PASSWORD)})


def her_record(okoro: Caller) -> list[Record]:
    """Return her records, written on the ward."""
    note = a_note(
        title="Besöksanteckning",
        written_at=a_time(5),
        sections=(
            Section(term="Aktuellt", text="Mår bättre i dag.\nSovit med en kudde."),
            Section(term="Bedömning", text="CT utan kontrast visar ingen blödning."),
            Section(term="Tidiga hypoteser", text="detta får patienten inte läsa"),
        ),
    )
    unsigned = a_note(
        title="Telefonkontakt", type="auf", text="Ringer upp i morgon.", written_at=a_time(60)
    )
    order = a_medication_order(purpose="sänka blodtrycket", written_at=a_time(6))
    old = a_medication_order(
        drug=Drug(name="furosemid", form="tablett", strength="40 mg"),
        dosage=Dosage(steps=(DosageStep(amounts=("1", "1", "0", "0"), unit="tablett"),)),
        written_at=a_time(1),
    )
    referral = a_referral(to_unit=WARD, written_at=a_time(10))  # the ward's own laboratory
    return [
        a_patient(
            addresses=(Address(lines=("Storgatan 1",), postal_code="411 01", city="Göteborg"),)
        ),
        an_attention(comment="Svullnad i halsen 2009."),
        note,
        a_signature(note, okoro.pen),
        unsigned,
        order,
        old,
        a_stop(old, written_at=a_time(7)),
        an_observation(),
        an_observation(interpretation="HH", comment="Kontrollera om.", written_at=a_time(30)),
        referral,
        a_referral_event(
            referral, author=an_author(unit_name="Laboratoriet"), written_at=a_time(20)
        ),
        a_referral_answer(
            referral,
            author=an_author(unit_name="Laboratoriet"),
            text="Hb 132, kreatinin 71.",
            written_at=a_time(40),
        ),
        a_planned_action(comment="Ta med din lista."),
        a_booking(reason="Återbesök", unit_name="Mottagningen", clinician="Bo Berg"),
    ]
