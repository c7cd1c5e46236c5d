"""Samples and measurements: values, the laboratory's answer, and who has seen it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from workstation.domain.ids import HsaId
from workstation.domain.observation import Component, DiagnosticReport, Observation
from workstation.domain.record import Record
from workstation.domain.values import Concept, Quantity, utc_text
from workstation.generator.region import StaffMember

if TYPE_CHECKING:
    from workstation.generator.course import Course

# Beyond these the laboratory telephones.
_CRITICAL = {
    "na": (122, 155),
    "k": (2.9, 6.0),
    "hb": (70, 1e9),
    "glu": (3.0, 24.0),
    "neutro": (0.6, 1e9),
    "tpk": (35, 1e9),
    "tnt": (0, 500),
    "inr": (0, 5.0),
}
_PANELS = {
    "Blodstatus": {"hb", "epk", "evf", "mcv", "lpk", "neutro", "tpk", "eos"},
    "Elektrolyter och njurfunktion": {"na", "k", "krea", "egfr", "urea", "ca", "fosfat"},
}
_LABORATORY = Concept(text="Klinisk kemi")
_BLOOD_PRESSURE = Concept(text="Blodtryck")


def order_samples(
    course: Course,
    keys: Iterable[str],
    at: datetime,
    *,
    doctor: StaffMember,
    contact: UUID | None = None,
    acute: dict[str, float] | None = None,
) -> Record | None:
    """Take samples at ``at`` and have them answered; the doctor sees the answer in time.

    Returns the report's record, or None when there was nothing to take.
    """
    grown = course.person.age_on(at.date()) > 17
    wanted = [key for key in keys if grown or key != "egfr"]
    if not wanted:
        return None
    for key in wanted:
        course.physiology.latest.pop(key, None)
    analyst = course.laboratory_staff(doctor.unit)
    answered = at + timedelta(hours=course.chance.whole(2, 9))
    report_id = course.new_id(answered)
    results = [
        course.chart.write(
            _result(course, key, at, answered, doctor, report_id, contact, acute),
            by=analyst,
            at=answered,
        )
        for key in wanted
    ]
    report = DiagnosticReport(
        concept=Concept(text=_panel_name(wanted)),
        category="laboratory",
        effective=utc_text(at),
        issued=utc_text(answered),
        results=tuple(result.entity for result in results),
        contact=contact,
        performer=analyst.unit.name,
        answers_to=doctor.hsa_id,
        answers_to_unit=doctor.unit.hsa_id,
    )
    written = course.chart.write(report, by=analyst, at=answered, entity=report_id)
    _see(course, written, results, doctor, answered)
    return written


def _see(
    course: Course,
    report: Record,
    results: list[Record],
    doctor: StaffMember,
    answered: datetime,
) -> None:
    """Critical results are seen the same day, others in days; the newest may still wait."""
    critical = [r for r in results if isinstance(r.body, Observation) and r.body.critical]
    seen = answered + timedelta(hours=course.chance.whole(1, 70))
    if seen >= course.as_of or (course.is_recent(answered, days=9) and course.chance.happens(0.45)):
        return
    for result in critical:
        soon = answered + timedelta(minutes=course.chance.whole(10, 90))
        comment = "Ringt patienten, åtgärdat."
        course.chart.acknowledge(result, by=doctor, at=soon, comment=comment)
    course.chart.acknowledge(report, by=doctor, at=seen)


def _result(
    course: Course,
    key: str,
    at: datetime,
    answered: datetime,
    doctor: StaffMember,
    report: UUID,
    contact: UUID | None,
    acute: dict[str, float] | None,
) -> Observation:
    physiology = course.physiology
    analysis = physiology.analysis(key)
    value = physiology.measure(key, at.date(), acute)
    # Boys' values come near men's only in puberty.
    sex = course.person.sex if course.person.age_on(at.date()) > 14 else "female"
    flag = interpretation(key, value, analysis.limits[sex])
    critical = flag in ("LL", "HH")
    return Observation(
        concept=analysis.concept,
        category="laboratory",
        effective=utc_text(at),
        issued=utc_text(answered),
        quantity=_reported(key, analysis.quantity(value), value),
        reference=analysis.ranges[sex],
        interpretation=flag,
        specimen="Urin" if key.startswith("ualb") else "Blod",
        report=report,
        contact=contact,
        answers_to=doctor.hsa_id if critical else HsaId(""),
        answers_to_unit=doctor.unit.hsa_id if critical else doctor.unit.hsa_id.__class__(""),
    )


def _reported(key: str, quantity: Quantity, value: float) -> Quantity:
    limit = ("5", "<") if key == "crp" and value < 5 else ("90", ">") if key == "egfr" else None
    if limit is None or (key == "egfr" and value <= 90):
        return quantity
    return Quantity(
        value=limit[0],
        unit=quantity.unit,
        code=quantity.code,
        system=quantity.system,
        comparator=limit[1],
    )


def interpretation(key: str, value: float, limits: tuple[float, float]) -> str:
    """Return the laboratory's flag: empty within the reference range, else L, H, LL or HH."""
    low, high = _CRITICAL.get(key, (float("-inf"), float("inf")))
    if value < low:
        return "LL"
    if value > high:
        return "HH"
    return "L" if value < limits[0] else "H" if value > limits[1] else ""


def _panel_name(keys: list[str]) -> str:
    for name, members in _PANELS.items():
        if members.issuperset(keys):
            return name
    return "Blodprover"


def vital_signs(
    course: Course,
    keys: Iterable[str],
    at: datetime,
    *,
    by: StaffMember,
    contact: UUID | None = None,
    acute: dict[str, float] | None = None,
) -> None:
    """Measure at the bedside or the desk. ``bt`` is blood pressure, written as one value in two parts."""
    for key in keys:
        if key == "bt":
            _blood_pressure(course, at, by, contact, acute)
            continue
        analysis = course.physiology.analysis(key)
        value = course.physiology.measure(key, at.date(), acute)
        body = Observation(
            concept=analysis.concept,
            category="vital-signs",
            effective=utc_text(at),
            quantity=analysis.quantity(value),
            contact=contact,
        )
        course.chart.write(body, by=by, at=at)


def _blood_pressure(
    course: Course,
    at: datetime,
    by: StaffMember,
    contact: UUID | None,
    acute: dict[str, float] | None,
) -> None:
    physiology = course.physiology
    parts = []
    systolic = physiology.measure("sbt", at.date(), acute)
    diastolic = min(physiology.measure("dbt", at.date(), acute), systolic - 25)
    physiology.latest["dbt"] = diastolic
    for key, value in (("sbt", systolic), ("dbt", diastolic)):
        analysis = physiology.analysis(key)
        parts.append(Component(concept=analysis.concept, quantity=analysis.quantity(value)))
    body = Observation(
        concept=_BLOOD_PRESSURE,
        category="vital-signs",
        effective=utc_text(at),
        components=tuple(parts),
        contact=contact,
    )
    course.chart.write(body, by=by, at=at)
