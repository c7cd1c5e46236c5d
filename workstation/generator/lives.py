"""Childhood, pregnancy, arrival and death: what is not an illness."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from workstation.domain.patient import IdentityLink, Telecom
from workstation.domain.procedure import Immunization
from workstation.domain.values import Concept, utc_text
from workstation.generator.laboratory import order_samples, vital_signs
from workstation.generator.region import StaffMember
from workstation.generator.vocabulary import phrases

if TYPE_CHECKING:
    from workstation.generator.course import Course

# The child health programme: age in days, and the vaccines given then (national programme).
_VISITS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (10, ()),
    (42, ("Rotavirusvaccin",)),
    (91, ("DTP-polio-Hib-hepatit B, dos 1", "Pneumokockvaccin, dos 1")),
    (152, ("DTP-polio-Hib-hepatit B, dos 2", "Pneumokockvaccin, dos 2")),
    (243, ()),
    (365, ("DTP-polio-Hib-hepatit B, dos 3", "Pneumokockvaccin, dos 3")),
    (548, ("Mässling-påssjuka-röda hund, dos 1",)),
    (913, ()),
    (1095, ()),
    (1826, ("DTP-polio, dos 4",)),
)


def child_health(course: Course) -> None:
    """The visits to the child health centre that the child has had the age for."""
    nurse = course.someone(course.unit("vc"), "distriktsskoterska")
    for days, vaccines in _VISITS:
        day = course.person.born + timedelta(days=days)
        if day > course.last_day:
            return
        start = course.office(day)
        contact = course.contact("visit", start, by=nurse, reason="Hälsobesök BVC", minutes=40)
        vital_signs(course, ("vikt", "langd"), start, by=nurse, contact=contact.entity)
        given = [_vaccinate(course, name, start, nurse, contact.entity) for name in vaccines]
        template = phrases("lives")["bvc_spad" if days < 300 else "bvc"]
        course.note(
            template,
            start,
            by=nurse,
            kind="bes",
            title="Hälsobesök, barnhälsovård",
            contact=contact,
            Åtgärd=" ".join(given),
        )
        if days == 42:
            course.diagnosis("Z00.1", start, by=nurse, contact=contact)


def _vaccinate(
    course: Course, name: str, start: datetime, nurse: StaffMember, contact: UUID
) -> str:
    batch = f"TST{course.chance.whole(1000, 9999)}"
    body = Immunization(
        vaccine=Concept(text=name),
        status="completed",
        occurred=utc_text(start),
        batch=batch,
        contact=contact,
    )
    course.chart.write(body, by=nurse, at=start)
    return f"{name} given i.m." if not name.startswith("Rota") else f"{name} given per os."


def birth(course: Course) -> None:
    """The newborn's first days."""
    ward = course.unit("bb")
    midwife = course.someone(ward, "barnmorska")
    start = course.at(course.person.born, 6)
    contact = course.contact("admission", start, by=midwife, reason="Nyfödd", minutes=2400)
    vital_signs(course, ("vikt", "langd"), start, by=midwife, contact=contact.entity)
    course.diagnosis("Z38.0", start, by=midwife, contact=contact)
    template = {
        "Aktuellt": [
            ["Barn fött i fullgången tid, skriker direkt.", "Nyfödd, god färg och tonus."]
        ],
        "Status": [
            ["Vikt {vikt} kg, längd {langd} cm.", "Vikt {vikt} kg."],
            ["Hjärta och lungor ua. Inga missbildningar.", "Höfter stabila, ögonbotten reflex ua."],
        ],
        "Bedömning": [["Friskt nyfött barn.", "Friskt barn, lätt gulsot utan behandlingskrav."]],
        "Planering": [["PKU-prov taget. Hem med föräldrarna, BVC kontaktar."]],
    }
    course.note(
        template, start, by=midwife, kind="bes", title="Nyföddhetsundersökning", contact=contact
    )
    if course.chance.happens(0.12):
        doctor = course.doctor(course.unit("barn"), usual=False)
        course.diagnosis("P59.9", start + timedelta(days=2), by=doctor, resolved=True)


def pregnancy(course: Course, conceived: date) -> None:
    """Antenatal visits from week nine, and the birth if there has been time for it."""
    midwife = course.someone(course.unit("vc"), "barnmorska")
    course.physiology.fall_ill({"hb": [-4, -14, 0], "puls": [4, 9, 0]}, conceived)
    for week in (9, 17, 25, 29, 33, 36, 38, 40):
        day = conceived + timedelta(weeks=week - 2)
        if day > course.last_day:
            return
        start = course.office(day)
        contact = course.contact("visit", start, by=midwife, reason=f"Basbesök vecka {week}")
        vital_signs(course, ("bt", "vikt"), start, by=midwife, contact=contact.entity)
        if week in (9, 29, 36):
            order_samples(
                course, ("hb", "ferritin", "kglu"), start, doctor=midwife, contact=contact.entity
            )
        if week == 9:
            course.conditions["graviditet"] = course.diagnosis(
                "Z34.9", start, by=midwife, contact=contact
            )
        words = course.words(day, vecka=f"{week}+{course.chance.whole(0, 6)}")
        course.note(
            phrases("lives")["mvc_tidig" if week < 20 else "mvc"],
            start,
            by=midwife,
            kind="bes",
            title="Basbesök, mödrahälsovård",
            contact=contact,
            words=words,
        )
    born = conceived + timedelta(weeks=38, days=course.chance.whole(-9, 8))
    if born < course.last_day:
        _give_birth(course, born)


def _give_birth(course: Course, born: date) -> None:
    ward = course.unit("forlossning")
    midwife = course.someone(ward, "barnmorska")
    start = course.at(born, course.chance.whole(0, 20))
    contact = course.contact("admission", start, by=midwife, reason="Förlossning", minutes=2200)
    course.diagnosis("O80.0", start, by=midwife, contact=contact, resolved=True)
    course.note(
        phrases("lives")["forlossning"],
        start,
        by=midwife,
        kind="atb",
        title="Förlossningsanteckning",
        contact=contact,
    )


def arrival(course: Course, day: date) -> None:
    """The health examination offered to those who have just come."""
    doctor = course.doctor(course.unit("vc"))
    start = course.office(day)
    contact = course.contact(
        "visit", start, by=doctor, reason="Hälsoundersökning, nyanländ", minutes=60
    )
    vital_signs(course, ("bt", "puls", "vikt", "langd"), start, by=doctor, contact=contact.entity)
    order_samples(
        course,
        ("hb", "lpk", "tpk", "krea", "alat", "glu", "vitd", "ferritin"),
        start,
        doctor=doctor,
        contact=contact.entity,
    )
    words = course.words(day, manader=str(course.chance.whole(2, 11)))
    course.note(
        phrases("lives")["halsoundersokning"],
        start,
        by=doctor,
        kind="utr",
        title="Hälsoundersökning",
        contact=contact,
        words=words,
    )
    if course.chance.happens(0.5):
        code = course.chance.pick(("F43.1", "F51.0", "E55.9", "D50.9", "Z65.5"))
        course.diagnosis(code, start, by=doctor, contact=contact, lasting=True)


def new_telephone(course: Course) -> None:
    """A new number noted at the desk: the patient's data get a new version."""
    if course.person.protection != "none" or not course.person.phone:
        return
    day = course.chance.between(course.last_day - timedelta(days=300), course.last_day)
    number = Telecom(
        system="phone", value=f"070-174 06 {course.chance.whole(5, 99):02d}", use="mobile"
    )
    course.update_patient(course.office(day), telecoms=(number,))


def death(course: Course) -> None:
    """The end: a note by the doctor who came, and the date in the patient's data."""
    deceased = course.person.deceased
    if deceased is None:
        return
    at_home = course.chance.happens(0.5)
    unit = course.unit("sabo" if at_home else "avd_geriatrik")
    by = course.nurse(unit)
    moment = course.at(deceased, 22)
    template = {
        "Aktuellt": [
            [
                "Patienten har avlidit klockan 21.40. Anhöriga närvarande.",
                "Har somnat in lugnt under kvällen.",
            ]
        ],
        "Status": [
            [
                "Inga hjärtljud, ingen andning, vidgade ljusstela pupiller.",
                "Konstaterad död av läkare. Ingen pacemaker.",
            ]
        ],
        "Åtgärd": [["Anhöriga informerade. Dödsbevis utfärdas.", "Omhändertagande enligt rutin."]],
    }
    course.note(template, moment, by=by, kind="sam", title="Dödsfall")
    course.update_patient(
        moment + timedelta(hours=12), deceased=deceased.isoformat(), is_deceased=True
    )


def link(before: Course, after: Course) -> None:
    """Two streams are one person: said in both, on the day it was known."""
    moment = after.office(after.last_day - timedelta(days=4))
    desk = after.someone(after.person.listed, "sekreterare")
    for course, other in ((before, after), (after, before)):
        body = IdentityLink(
            other=other.chart.patient,
            reason="Reservnummer ersatt av personnummer, id kontrollerat.",
        )
        course.chart.write(body, by=desk, at=moment, approved=False)
