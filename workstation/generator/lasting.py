"""Lasting conditions: how they are found, followed, and treated towards their targets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from workstation.domain import clock
from workstation.domain.contact import Booking
from workstation.domain.plan import PlannedAction
from workstation.domain.record import Record
from workstation.domain.values import millis_of, utc_text
from workstation.generator.laboratory import order_samples, vital_signs
from workstation.generator.referring import consult
from workstation.generator.region import StaffMember
from workstation.generator.visits import TITLES, plain_status
from workstation.generator.vocabulary import analyses, diagnoses, phrases
from workstation.generator.words import one_variant

if TYPE_CHECKING:
    from workstation.generator.course import Course

_STOPPED_BECAUSE = (
    "Biverkan",
    "Yrsel",
    "Utebliven effekt",
    "Illamående",
    "Ej längre indicerat",
    "Patientens önskemål",
)
_SENSITIVE = (
    (
        "Tredje person",
        "Make uppger att patienten dolt sina besvär. Vill inte att detta förs vidare.",
    ),
    ("Tidiga hypoteser", "Kan inte utesluta begynnande kognitiv svikt, avvaktar."),
    ("Våldsutsatt", "Frågad enligt rutin i enrum, förnekar våld i nära relation."),
)


def conditions() -> dict[str, dict[str, Any]]:
    """Return every lasting condition by its short name."""
    return {**phrases("conditions_body"), **phrases("conditions_mind")}


def debut(course: Course, name: str, day: date) -> None:
    """A lasting condition is found: visit, samples, diagnosis, first medicines, maybe a referral."""
    condition = conditions()[name]
    if condition["enhet"] not in ("vc", "psyk", "bup") and course.chance.happens(0.85):
        refer_to_specialist(course, name, day)
    unit = course.unit(condition["enhet"])
    doctor = course.doctor(unit)
    start = course.office(day)
    story = one_variant(condition["debut"], course.chance)
    text = str(story["Kontaktorsak"][0][0]).rstrip(".")
    contact = course.contact("visit", start, by=doctor, reason=text)
    _measure(course, name, start, course.nurse(unit), contact)
    order_samples(course, condition["prover"], start, doctor=doctor, contact=contact.entity)
    code = course.chance.pick(condition["diagnos"])
    course.conditions[name] = course.diagnosis(
        code, start, by=doctor, contact=contact, lasting=True
    )
    done = _first_medicines(course, name, start, doctor, contact)
    template = _with_status(course, name, story)
    course.note(
        template,
        start,
        by=doctor,
        kind="bes",
        title=TITLES["lakare"],
        contact=contact,
        Åtgärd=done,
    )
    _plan(course, start, doctor, condition)


def refer_to_specialist(course: Course, name: str, day: date) -> None:
    """The health centre's referral that led to the visit on ``day``, and the clinic's answer."""
    condition = conditions()[name]
    asked = str(condition["debut"]["Kontaktorsak"][0][0])
    found = diagnoses()[condition["diagnos"][0]].text
    consult(
        course,
        course.office(day - timedelta(days=26)),
        condition["enhet"],
        question=f"{asked} Tacksam för bedömning och ställningstagande till behandling.",
        answer=f"Tack för remissen. Bedömd på mottagningen. Diagnos: {found}. Vi fortsätter "
        "uppföljningen här.",
    )


def follow_up(course: Course, name: str, day: date) -> None:
    """A planned visit for a lasting condition, to a physician or every other time to a nurse."""
    condition = conditions()[name]
    unit = course.unit(condition["enhet"])
    by_nurse = course.chance.happens(0.42)
    by = course.nurse(unit) if by_nurse else course.doctor(unit)
    start = course.office(day)
    reason = "Uppföljning" if by_nurse else "Läkarbesök, uppföljning"
    booking = _booked(course, start, by, reason) if course.chance.happens(0.5) else None
    contact = course.contact("visit", start, by=by, reason=reason, booking=booking)
    _measure(course, name, start, by, contact)
    if course.chance.happens(0.7):
        samples = start - timedelta(days=3)
        order_samples(
            course, condition["prover"], samples, doctor=course.doctor(unit), contact=contact.entity
        )
    done = "" if by_nurse else _adjust(course, name, start, by)
    control = one_variant(condition["kontroll"], course.chance)
    template = _nurse_template(control) if by_nurse else _with_status(course, name, control)
    title = TITLES["skoterska" if by_nurse else "lakare"]
    course.note(template, start, by=by, kind="bes", title=title, contact=contact, Åtgärd=done)
    if course.chance.happens(0.3):
        _plan(course, start, by, condition)


def book_ahead(course: Course, name: str) -> None:
    """Book the next visit for a condition, after ``as_of``."""
    condition = conditions()[name]
    doctor = course.doctor(course.unit(condition["enhet"]))
    ahead = course.as_of + timedelta(days=course.chance.whole(2, 75))
    start = ahead.replace(hour=course.chance.whole(7, 14), minute=30, second=0, microsecond=0)
    made = course.as_of - timedelta(days=course.chance.whole(1, 40), minutes=7)
    course.booking(start, by=doctor, made=made, reason="Läkarbesök, uppföljning")


def _booked(course: Course, start: datetime, by: StaffMember, reason: str) -> Record:
    """The visit was booked earlier, and the patient came; now and then not the first time."""
    made = start - timedelta(days=course.chance.whole(25, 60))
    if course.chance.happens(0.09):
        missed = course.booking(
            start - timedelta(days=course.chance.whole(8, 20)), by=by, made=made, reason=reason
        )
        _settle(course, missed, by, course.chance.pick(("noshow", "cancelled", "cancelled")))
    booking = course.booking(start, by=by, made=made + timedelta(hours=2), reason=reason)
    _settle(course, booking, by, "fulfilled")
    return booking


def _settle(
    course: Course,
    booking: Record,
    by: StaffMember,
    status: Literal["fulfilled", "noshow", "cancelled"],
) -> None:
    """Write how a booking went."""
    body = booking.body
    assert isinstance(body, Booking)
    when = clock.from_millis(millis_of(body.start))
    ahead = timedelta(hours=30) if status == "cancelled" else timedelta(minutes=4)
    desk = course.someone(by.unit, "receptionist", "sekreterare")
    settled = msgspec.structs.replace(body, status=status)
    course.chart.write(settled, by=desk, at=when - ahead, entity=booking.entity, bases=(booking,))


def _measure(course: Course, name: str, start: datetime, by: StaffMember, contact: Record) -> None:
    keys = ["bt", "puls"]
    effects = conditions()[name].get("effekt", {})
    keys += [key for key in ("vikt", "sat", "pef") if key in effects]
    vital_signs(course, keys, start, by=by, contact=contact.entity)


def _first_medicines(
    course: Course, name: str, start: datetime, doctor: StaffMember, contact: Record
) -> str:
    steps: list[list[str]] = conditions()[name].get("lakemedel", [])
    reason = diagnoses()[conditions()[name]["diagnos"][0]]
    texts = []
    for place, choices in enumerate(steps):
        if place and not course.chance.happens(0.42):
            break
        key = course.chance.pick(choices)
        texts.append(
            course.medicines.prescribe(key, start, by=doctor, reason=reason, contact=contact)
        )
    return " ".join(text for text in texts if text)


def _adjust(course: Course, name: str, start: datetime, doctor: StaffMember) -> str:
    """What a physician changes at a follow-up: mostly nothing, else one thing.

    Where the condition has a target, treatment is stepped up only when it is not reached.
    """
    chance, medicines = course.chance, course.medicines
    steps: list[list[str]] = conditions()[name].get("lakemedel", [])
    own = [key for key in medicines.keys if any(key in choices for choices in steps)]
    over = _over_target(course, name)
    if over is not False and chance.happens(0.65 if over else 0.45):
        return _step_up(course, name, steps, own, start, doctor)
    if own and not over and chance.happens(0.1):
        key = chance.pick(own)
        return medicines.stop(key, start, by=doctor, why=chance.pick(_STOPPED_BECAUSE))
    restful = [key for key in own if medicines.may_rest(key)]
    if restful and chance.happens(0.06):
        return medicines.pause(chance.pick(restful), start, by=doctor, days=chance.whole(5, 14))
    if own and not over and chance.happens(0.06):
        return medicines.change(chance.pick(own), start, by=doctor, up=False)
    return ""


def _over_target(course: Course, name: str) -> bool | None:
    """Is the value the condition is judged by over its target? None where there is none."""
    for slot in conditions()[name]["kontroll"].get("Bedömning", ()):
        if isinstance(slot, dict):
            value = course.physiology.latest.get(slot["om"])
            return value is not None and value > slot["over"]
    return None


def _step_up(
    course: Course,
    name: str,
    steps: list[list[str]],
    own: list[str],
    start: datetime,
    doctor: StaffMember,
) -> str:
    """Add what the condition's list holds and the patient does not take yet, or raise a dose."""
    missing = [choices for choices in steps if not any(key in own for key in choices)]
    if own and (not missing or course.chance.happens(0.35)):
        return course.medicines.change(course.chance.pick(own), start, by=doctor, up=True)
    if not missing:
        return ""
    reason = diagnoses()[conditions()[name]["diagnos"][0]]
    key = course.chance.pick(missing[0])
    return course.medicines.prescribe(key, start, by=doctor, reason=reason)


def _with_status(course: Course, name: str, template: dict[str, Any]) -> dict[str, Any]:
    """Add what is found on examination: the usual, and what belongs to the condition."""
    own = phrases("status")["patologiskt"].get(name, {})
    whole = {
        **template,
        **plain_status(course),
        **{term: [own[term]] for term in own if term not in template},
    }
    if "cancer" in name:
        whole |= {term: [found] for term, found in phrases("status")["cancer"].items()}
    if course.person.age_on(course.last_day) > 15 and course.chance.happens(0.012):
        term, text = course.chance.pick(_SENSITIVE)
        whole[term] = [text]
    return whole


def _nurse_template(template: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        t: template[t] for t in ("Kontaktorsak", "Aktuellt", "Planering") if t in template
    }
    kept["Kontaktorsak"] = [
        ["Planerad kontroll hos sjuksköterska.", "Sjuksköterskebesök enligt plan."]
    ]
    kept["Mätvärden"] = phrases("status")["mottagning_skoterska"]
    return kept


def _plan(course: Course, start: datetime, by: StaffMember, condition: dict[str, Any]) -> None:
    """Decide on samples or a visit ahead; what is past has been done."""
    due = start + timedelta(days=int(condition["intervall"] * 0.8))
    names = [analyses()[key].concept.text for key in condition["prover"][:4] if key in analyses()]
    title = f"Provtagning: {', '.join(names)}" if names else "Uppföljande besök"
    body = PlannedAction(
        type="test" if names else "visit",
        title=title,
        due=due.date().isoformat(),
        responsible=by.name,
        responsible_unit=by.unit.hsa_id,
    )
    planned = course.chart.write(body, by=by, at=start + timedelta(minutes=20))
    if due < course.as_of - timedelta(days=20):
        done = PlannedAction(
            type=body.type,
            title=title,
            status="done" if course.chance.happens(0.93) else "cancelled",
            due=body.due,
            done=utc_text(due),
            responsible=by.name,
            responsible_unit=by.unit.hsa_id,
        )
        at = due + timedelta(hours=9)
        course.chart.write(done, by=by, at=at, entity=planned.entity, bases=(planned,))
