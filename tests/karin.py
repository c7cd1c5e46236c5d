"""Karin Andersson, 85: a believable record in Swedish, and her neighbours on the ward."""

from __future__ import annotations

from tests.builders import (
    PERSONNUMMER,
    WARD,
    a_contact,
    a_diagnosis,
    a_note,
    a_patient,
    a_planned_action,
    a_referral,
    a_referral_answer,
    a_referral_event,
    a_signature,
    an_attention,
    an_author,
    an_id,
    an_observation,
)
from tests.karin_chart import orders, values
from tests.karin_people import EK, KARIN, LIND, OBERG, SHE, UNITS, day, times
from tests.ward import SIGNER, Ward
from workstation.domain.clock import HybridTime, from_millis
from workstation.domain.diagnosis import ICD10SE
from workstation.domain.ids import PatientId
from workstation.domain.note import Section
from workstation.domain.patient import Identifier
from workstation.domain.record import Author, Record
from workstation.domain.values import Coding, Concept, Quantity, utc_text

__all__ = ["KARIN", "UNITS", "move_in"]


async def move_in(ward: Ward) -> None:
    """Put Karin and her neighbours on the ward."""
    ward.book.known = UNITS
    at = times(ward)
    await ward.put(
        a_patient(
            **SHE,
            family="Andersson",
            given=("Karin", "Elisabeth"),
            birth_date="1941-03-08",
            sex="female",
            identifiers=(Identifier(system=PERSONNUMMER, value="194103082386"),),
            listed_unit=WARD,
            author=LIND,
        ),
        a_contact(**SHE, start=day(ward, 4), unit_name="Avd 12", place="sal 4", author=LIND),
        an_attention(**SHE, author=EK),
        an_attention(
            **SHE,
            category="A",
            concept=Concept(text="Pacemaker"),
            severity="",
            certainty="",
            author=EK,
        ),
        *_diagnoses(),
        *orders(ward),
        *values(ward),
        *_referrals(ward, at),
        *_plans(ward),
    )
    await ward.put(*_notes(at))
    await _neighbours(ward)


def _diagnoses() -> list[Record]:
    said = (
        ("I50.9", "Hjärtsvikt, ospecificerad", "2024-11-02"),
        ("I48.9", "Förmaksflimmer och förmaksfladder, ospecificerat", "2019-02-11"),
        ("E11.9", "Diabetes mellitus typ 2, utan komplikationer", "2015-05-30"),
        ("M17.1", "Annan primär gonartros", "2012-09-14"),
    )
    return [
        a_diagnosis(
            **SHE,
            onset=onset,
            author=EK,
            concept=Concept(codings=(Coding(system=ICD10SE, code=code, display=text),)),
        )
        for code, text, onset in said
    ]


def _referrals(ward: Ward, at) -> list[Record]:  # type: ignore[no-untyped-def]
    lab = a_referral(
        **SHE,
        author=LIND,
        question="P-Kalium och P-Kreatinin inför dosjustering",
        due="2026-03-03",
        requested=(Concept(text="P-Kalium"), Concept(text="P-Kreatinin")),
        written_at=at(26),
        to_unit_name="Klinisk kemi",
    )
    heart = a_referral(
        **SHE,
        author=LIND,
        type="imaging",
        question="Ekokardiografi: systolisk vänsterkammarfunktion?",
        background="85-årig kvinna med tilltagande hjärtsvikt, NT-proBNP 4 120.",
        due="2026-02-20",
        to_unit=UNITS[3].hsa_id,
        to_unit_name="Klinisk fysiologi",
        priority="soon",
        written_at=at(700),
    )
    eye = a_referral(
        **SHE,
        author=EK,
        type="consultation",
        question="Ögonbottenkontroll vid diabetes",
        background="Typ 2-diabetes sedan 2015.",
        due="2026-02-01",
        to_unit=WARD,
        to_unit_name="Avd 12, Sahlgrenska",
        written_at=at(900),
    )
    received = an_author(unit=UNITS[3].hsa_id, unit_name="Klinisk fysiologi", name="Norén, Per")
    answer = a_referral_answer(
        lab, text="P-Kalium 6,4 mmol/L. P-Kreatinin 118 µmol/L.", written_at=at(2)
    )
    return [lab, heart, eye, a_referral_event(heart, author=received, written_at=at(690)), answer]


def _plans(ward: Ward) -> list[Record]:
    return [
        a_planned_action(
            **SHE,
            author=LIND,
            type="nursing",
            title="Vikt dagligen, kontakt vid +2 kg på 3 dagar",
            due="2026-03-02",
        ),
        a_planned_action(
            **SHE,
            author=LIND,
            type="test",
            title="P-Kalium, P-Kreatinin",
            due="2026-03-04",
            responsible="Vc Gårda",
        ),
        a_planned_action(
            **SHE,
            author=LIND,
            title="Läkarbesök hjärtsvikt",
            due="2026-03-19",
            responsible="Ek, Johan",
        ),
        a_planned_action(
            **SHE, author=EK, title="Fotvård", status="done", due="2026-01-20", done="2026-01-20"
        ),
    ]


def _note(author: Author, title: str, at: HybridTime, **terms: str) -> Record:
    sections = tuple(Section(term=term, text=text) for term, text in terms.items())
    return a_note(
        **SHE,
        author=author,
        title=title,
        sections=sections,
        written_at=at,
        contact_time=utc_text(from_millis(at.millis)),
    )


def _notes(at) -> list[Record]:  # type: ignore[no-untyped-def]
    day = _note(
        LIND,
        "Daganteckning",
        at(1),
        Aktuellt="Mår bättre i dag. Mindre andfådd, sovit med en kudde. Vikt −1,4 kg sedan i går.",
        Status="AT gott. BT 128/74, puls 72 oregelbunden. Lungor: enstaka rassel. Ingen blödning från venpunktion.",
        Bedömning="Hjärtsvikt i förbättring på ökad dos furosemid.",
        Åtgärd="Vikt dagligen. Elektrolyter i morgon.",
    )
    nurse = _note(
        OBERG,
        "Omvårdnadsanteckning",
        at(7),
        Andning="18/min, SpO₂ 95 % utan syrgas. NEWS2 2 (tidigare 4).",
    )
    home = _note(
        EK,
        "Hembesök",
        at(120),
        Kontaktorsak="Tilltagande andfåddhet, benödem. Vikt 71,2 kg (+3 kg på 10 dagar). Kontakt med avdelning 12.",
        Oro="Ingen blödning. Patienten orolig.",
    )
    wrong = _note(
        LIND,
        "Inskrivningsanteckning",
        at(50),
        Inskrivningsorsak="Hjärtsvikt.",
        Bedömning="Höger lunga u.a.",
    )
    right = a_note(
        **SHE,
        entity=wrong.entity,
        bases=(wrong.id,),
        author=LIND,
        title="Inskrivningsanteckning",
        sections=(
            Section(term="Inskrivningsorsak", text="Hjärtsvikt."),
            Section(term="Bedömning", text="Vänster lunga u.a."),
        ),
        why_corrected="fel sida angiven",
        written_at=at(49),
    )
    mine = {"author": OBERG}
    return [
        day,
        nurse,
        a_signature(nurse, SIGNER, **mine),
        home,
        a_signature(home, SIGNER, author=EK),
        wrong,
        a_signature(wrong, SIGNER, author=LIND),
        right,
        a_signature(right, SIGNER, author=LIND),
    ]


_NEIGHBOURS = tuple(
    line.split("|")
    for line in (
        "olle|Lindqvist|Olle|1955-07-14|male|195507142395|sal 5, säng 1|none",
        "birgit|Nilsson|Birgit|1938-09-21|female|193809212388|sal 5, säng 2|none",
        "skyddad|Ek|Maria|1990-02-02|female|199002022383|sal 6|sekretessmarkering",
    )
)


async def _neighbours(ward: Ward) -> None:
    for key, family, given, born, sex, number, place, protection in _NEIGHBOURS:
        patient = PatientId(an_id(key))
        await ward.put(
            a_patient(
                patient=patient,
                family=family,
                given=(given,),
                birth_date=born,
                sex=sex,
                identifiers=(Identifier(system=PERSONNUMMER, value=number),),
                listed_unit=WARD,
                author=LIND,
                protection=protection,
            ),
            a_contact(patient=patient, unit_name="Avd 12", place=place, author=LIND),
        )
    olle = PatientId(an_id("olle"))
    await ward.put(
        an_observation(
            patient=olle,
            author=EK,
            concept=Concept(text="P-Kalium"),
            interpretation="HH",
            quantity=Quantity(value="6.7", unit="mmol/L"),
            answers_to_unit=WARD,
            answers_to=LIND.hsa_id,
            effective=day(ward, 0),
        ),
        a_note(patient=olle, author=LIND, title="Inskrivningsanteckning"),
    )
