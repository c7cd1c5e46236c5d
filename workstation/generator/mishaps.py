"""What goes wrong and is put right: the wrong chart, the wrong value, two who decided apart."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from workstation.domain.marks import Resolution
from workstation.domain.medication import Dosage, MedicationOrder
from workstation.domain.note import Note, Section
from workstation.domain.observation import Observation
from workstation.domain.record import Record
from workstation.domain.values import utc_text
from workstation.generator.drugs import preparations
from workstation.generator.medicines import Standing
from workstation.generator.region import StaffMember
from workstation.generator.vocabulary import diagnoses, phrases

if TYPE_CHECKING:
    from workstation.generator.course import Course

_DAYS_AGO = 9
_HAEMOLYSED = 7.4  # potassium, mmol/L


def wrong_patient(course: Course) -> None:
    """An order meant for somebody else, and a diagnosis that was miscoded; both voided."""
    doctor = course.doctor(course.unit("vc"))
    moment = _lately(course)
    meant = preparations()["Omeprazol 20 mg"]
    order = MedicationOrder(
        action="prescribe",
        drug=meant.drug,
        dosage=meant.dosage,
        reason=diagnoses()["K21.9"],
        purpose=meant.reason,
        start=utc_text(moment),
        follow_up_how=meant.follow_up,
    )
    ordered = course.chart.write(order, by=doctor, at=moment)
    _void(course, ordered, doctor, moment + timedelta(minutes=25), "fel_patient")
    coded = course.diagnosis("J06.9", moment, by=doctor)
    _void(course, coded, doctor, moment + timedelta(minutes=31), "fel_diagnos")


def wrong_note(course: Course) -> None:
    """A signed note in the wrong chart; voided, and still to be read."""
    doctor = course.doctor(course.unit("vc"))
    moment = _lately(course)
    text = "Ringer om sitt knä som är bättre. Ingen svullnad."
    body = Note(
        type="bes",
        title="Telefonkontakt",
        contact_time=utc_text(moment),
        sections=(Section(term="Aktuellt", text=text),),
    )
    note = course.chart.write(body, by=doctor, at=moment)
    course.chart.sign(note, by=doctor, at=moment + timedelta(hours=1))
    _void(course, note, doctor, moment + timedelta(hours=4), "fel_anteckning")


def wrong_value(course: Course) -> None:
    """A potassium from a haemolysed sample; the laboratory takes it back."""
    doctor = course.doctor(course.unit("vc"))
    analyst = course.laboratory_staff(doctor.unit)
    moment = _lately(course)
    analysis = course.physiology.analysis("k")
    body = Observation(
        concept=analysis.concept,
        category="laboratory",
        effective=utc_text(moment),
        issued=utc_text(moment + timedelta(hours=3)),
        quantity=analysis.quantity(_HAEMOLYSED),
        reference=analysis.ranges[course.person.sex],
        interpretation="HH",
        specimen="Blod",
        answers_to=doctor.hsa_id,
        answers_to_unit=doctor.unit.hsa_id,
    )
    value = course.chart.write(body, by=analyst, at=moment + timedelta(hours=3))
    _void(course, value, analyst, moment + timedelta(hours=5), "fel_varde")


def forked(course: Course) -> None:
    """Two units change the same order without knowing of each other; nobody has decided yet."""
    key = _changeable(course)
    moment = max(_written(course, key), course.as_of - timedelta(hours=30)) if key else None
    if moment is not None and moment + timedelta(hours=4) < course.as_of:
        _parted(course, key, moment)


def decided(course: Course) -> None:
    """Two units changed the same order apart, and a clinician has decided between them."""
    key = _changeable(course)
    moment = max(_written(course, key), course.as_of - timedelta(days=12)) if key else None
    if moment is None or moment + timedelta(days=2) >= course.as_of:
        return
    dosage = course.medicines.standing(key).dosage
    sides = _parted(course, key, moment)
    doctor = course.doctor(course.unit("vc"))
    body = Resolution(chosen=sides[0].id, reason="Enligt samtal med kollegan på avdelningen.")
    record = course.chart.write(
        body, by=doctor, at=moment + timedelta(days=1), entity=sides[0].entity, bases=sides
    )
    course.medicines.settle(key, record, dosage)


def _changeable(course: Course) -> str:
    """The current medicine least lately written about, best one whose dose can be lowered."""
    keys = sorted(course.medicines.keys, key=lambda key: _written(course, key))
    lowered = [key for key in keys if _half_as_often(course.medicines.standing(key))]
    return next(iter([*lowered, *keys]), "")


def _parted(course: Course, key: str, moment: datetime) -> tuple[Record, Record]:
    """Both units' steps on the version both saw: renewed here; lowered there, or paused."""
    standing = course.medicines.standing(key)
    lower = _half_as_often(standing)
    here = course.doctor(course.unit("vc"))
    there = course.doctor(course.unit("avd_medicin"), usual=False)
    goes_on = _step(standing, standing.dosage, moment, "Fortsatt behandling, recept förnyat")
    less = MedicationOrder(action="pause", why="Uppehåll under vårdtiden")
    if lower is not None:
        less = _step(standing, lower, moment, "Biverkan på avdelningen, dosen sänks")
    base = standing.record
    return (
        _write(course, goes_on, here, moment + timedelta(hours=1), base),
        _write(course, less, there, moment + timedelta(hours=2), base),
    )


def _write(
    course: Course, body: MedicationOrder, by: StaffMember, at: datetime, base: Record
) -> Record:
    return course.chart.write(body, by=by, at=at, entity=base.entity, bases=(base,))


def _step(standing: Standing, dosage: Dosage, moment: datetime, why: str) -> MedicationOrder:
    same = dosage == standing.dosage
    return MedicationOrder(
        action="renew" if same else "change",
        drug=standing.preparation.drug,
        dosage=dosage,
        reason=standing.reason,
        purpose=standing.preparation.reason,
        start=utc_text(moment),
        follow_up_how=standing.preparation.follow_up,
        why=why,
    )


def _half_as_often(standing: Standing) -> Dosage | None:
    """The usual dosing with the last of several daily amounts left out, or a tablet a day halved."""
    steps, usual = standing.dosage.steps, standing.preparation.dosage
    if standing.dosage != usual or len(steps) != 1 or not steps[0].amounts:
        return None
    amounts = [Decimal(amount) for amount in steps[0].amounts]
    taken = [place for place, amount in enumerate(amounts) if amount]
    if len(taken) > 1:
        amounts[taken[-1]] = Decimal(0)
    elif standing.preparation.drug.form == "Tablett" and amounts[taken[0]] == 1:
        amounts[taken[0]] = Decimal("0.5")
    else:
        return None
    return standing.preparation.with_amounts(tuple(str(amount) for amount in amounts))


def _written(course: Course, key: str) -> datetime:
    return course.medicines.standing(key).record.written_at.as_datetime()


def _void(course: Course, version: Record, by: StaffMember, at: datetime, kind: str) -> None:
    reason = str(course.chance.pick(phrases("deeds")["misstag"][kind]))
    course.chart.void(version, by=by, at=at, reason=reason)


def _lately(course: Course) -> datetime:
    return course.office(course.last_day - timedelta(days=_DAYS_AGO))
