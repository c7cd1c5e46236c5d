"""Karin Andersson, 85: a believable record in Swedish, and her neighbours on the ward."""

from __future__ import annotations

from datetime import timedelta

from tests.builders import (
    CLINIC,
    LABORATORY,
    PERSONNUMMER,
    WARD,
    a_change_of_dose,
    a_contact,
    a_diagnosis,
    a_medication_order,
    a_note,
    a_patient,
    a_planned_action,
    a_referral,
    a_referral_answer,
    a_referral_event,
    a_signature,
    a_stop,
    an_attention,
    an_author,
    an_id,
    an_observation,
)
from tests.ward import SIGNER, Ward
from workstation.domain.clock import HybridTime, from_millis
from workstation.domain.diagnosis import ICD10SE
from workstation.domain.directory import Unit
from workstation.domain.dosage import parse_dosage
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.medication import ATC, Drug
from workstation.domain.note import Section
from workstation.domain.observation import NPU, Component, ReferenceRange
from workstation.domain.patient import Identifier
from workstation.domain.record import Author, Record
from workstation.domain.values import Coding, Concept, Quantity, utc_text

KARIN = PatientId(an_id("karin"))
SHE = {"patient": KARIN}
LIND = an_author(
    name="Lind, Anna", title="Läkare", hsa_id=HsaId("SE2321000016-P001"),
    unit_name="Avd 12, Sahlgrenska", provider_name="Sahlgrenska",
)  # fmt: skip
OBERG = an_author(
    name="Öberg, Maja", title="Sjuksköterska", hsa_id=HsaId("SE2321000016-P002"),
    unit_name="Avd 12, Sahlgrenska", provider_name="Sahlgrenska",
)  # fmt: skip
EK = an_author(
    name="Ek, Johan", title="Distriktsläkare", hsa_id=HsaId("SE2321000016-P003"),
    unit=CLINIC, unit_name="Vc Gårda", provider=HsaId("SE5560000000-G000"),
    provider_name="Gårda Vård AB",
)  # fmt: skip
UNITS = (
    Unit(hsa_id=WARD, name="Avd 12, Sahlgrenska", provider=LIND.provider, type="ward", phone="031-342 12 00"),
    Unit(hsa_id=CLINIC, name="Vc Gårda", provider=EK.provider, type="primary_care"),
    Unit(hsa_id=LABORATORY, name="Klinisk kemi", provider=LIND.provider, type="laboratory", receives=("laboratory",)),
    Unit(hsa_id=HsaId("SE2321000016-F1Y1"), name="Klinisk fysiologi", provider=LIND.provider, type="imaging", receives=("imaging", "consultation")),
)  # fmt: skip


async def move_in(ward: Ward) -> None:
    """Put Karin and her neighbours on the ward."""
    ward.book.known = UNITS
    at = _times(ward)
    await ward.put(
        a_patient(
            **SHE, family="Andersson", given=("Karin", "Elisabeth"), birth_date="1941-03-08",
            sex="female", identifiers=(Identifier(system=PERSONNUMMER, value="194103082384"),),
            listed_unit=WARD, author=LIND,
        ),
        a_contact(**SHE, start=_day(ward, 4), unit_name="Avd 12", place="sal 4", author=LIND),
        an_attention(**SHE, author=EK),
        an_attention(**SHE, category="A", concept=Concept(text="Pacemaker"), severity="", certainty="", author=EK),
        *_diagnoses(), *_orders(ward), *_values(ward), *_referrals(ward, at), *_plans(ward),
    )  # fmt: skip
    await ward.put(*_notes(at))
    await _neighbours(ward)


def _times(ward: Ward):  # type: ignore[no-untyped-def]
    def at(hours_ago: float) -> HybridTime:
        return HybridTime(ward.clock.millis - round(hours_ago * 3_600_000))

    return at


def _day(ward: Ward, days_ago: int) -> str:
    return utc_text(ward.clock.now() - timedelta(days=days_ago))


def _diagnoses() -> list[Record]:
    said = (
        ("I50.9", "Hjärtsvikt, ospecificerad", "2024-11-02"),
        ("I48.9", "Förmaksflimmer och förmaksfladder, ospecificerat", "2019-02-11"),
        ("E11.9", "Diabetes mellitus typ 2, utan komplikationer", "2015-05-30"),
        ("M17.1", "Annan primär gonartros", "2012-09-14"),
    )
    return [
        a_diagnosis(
            **SHE, onset=onset, author=EK,
            concept=Concept(codings=(Coding(system=ICD10SE, code=code, display=text),)),
        )
        for code, text, onset in said
    ]  # fmt: skip


def _order(ward: Ward, name: str, dose: str, strength: str, reason: str, **fields: object) -> Record:
    brand, atc = str(fields.pop("brand", "")), str(fields.pop("atc", ""))
    form = str(fields.pop("form", "tablett"))
    unit = "tablett" if form == "tablett" else "mL"
    drug = Drug(
        name=name, brand=brand, form=form, strength=strength, route="peroralt",
        concept=Concept(text=name, codings=(Coding(system=ATC, code=atc),) if atc else ()),
    )  # fmt: skip
    values: dict[str, object] = {
        "drug": drug,
        "dosage": parse_dosage(dose, unit=unit),
        "reason": Concept(text=reason),
        "start": "2025-03-02",
        "follow_up": "2027-01-15",
        "author": EK,
    }
    return a_medication_order(**SHE, **(values | fields))


def _orders(ward: Ward) -> list[Record]:
    at = _times(ward)
    furosemid = _order(ward, "furosemid", "1+0+0+0", "20 mg", "Hjärtsvikt", written_at=at(9_000))
    warfarin = _order(
        ward, "warfarin", "1+0+0+0", "2,5 mg", "Förmaksflimmer", brand="Waran", written_at=at(8_000)
    )
    ramipril = _order(ward, "ramipril", "1x1", "5 mg", "Hjärtsvikt", written_at=at(7_000))
    more = Drug(name="furosemid", form="tablett", strength="40 mg", route="peroralt")
    naproxen = _order(ward, "naproxen", "1x2", "250 mg", "Artros", written_at=at(6_900))
    return [
        _order(ward, "bisoprolol", "1x1", "2,5 mg", "Förmaksflimmer"),
        furosemid,
        a_change_of_dose(
            furosemid, drug=more, dosage=parse_dosage("1+0+0+0", unit="tablett"), author=LIND,
            reason=Concept(text="Hjärtsvikt"), start="2026-02-28", follow_up="2026-03-10",
            follow_up_how="Vikt, elektrolyter", why="ökad andfåddhet", written_at=at(48),
        ),
        ramipril,
        a_medication_order(
            **SHE, entity=ramipril.entity, bases=(ramipril.id,), action="pause", drug=None,
            dosage=None, reason=None, until="2026-03-08", why="P-Kalium 5,6", author=LIND,
            written_at=at(30),
        ),
        _order(ward, "metformin", "1x2", "500 mg", "Diabetes typ 2", follow_up_how="HbA1c"),
        _order(ward, "paracetamol", "2 vb högst 6/dygn", "665 mg", "Artros", brand="Alvedon", source="otc"),
        _order(ward, "omeprazol", "1x1", "20 mg", "Refluxsjukdom"),
        _order(ward, "simvastatin", "0+0+1+0", "20 mg", "Hyperlipidemi"),
        _order(ward, "zopiklon", "1 tn vb", "5 mg", "Sömnstörning"),
        warfarin,
        a_stop(warfarin, author=LIND, why="blödningsrisk vid fall", written_at=at(3.5)),
        a_change_of_dose(
            warfarin, dosage=parse_dosage("2+0+0+0", unit="tablett"), author=EK,
            drug=Drug(name="warfarin", brand="Waran", form="tablett", strength="2,5 mg"),
            reason=Concept(text="Förmaksflimmer"), why="PK 1,7", written_at=at(3.3), device="VC-3",
        ),
        naproxen,
        a_stop(naproxen, why="hjärtsvikt, njurfunktion", author=EK, written_at=at(6_000)),
    ]  # fmt: skip


def _lab(ward: Ward, name: str, code: str, unit: str, low: str, high: str, values: list[str], **fields: object) -> list[Record]:
    found = []
    for number, value in enumerate(values):
        days = (len(values) - 1 - number) * 9
        low_q = Quantity(value=low) if low else None
        high_q = Quantity(value=high) if high else None
        flag = "H" if high and float(value) > float(high) else "L" if low and float(value) < float(low) else ""
        extra = fields if number == len(values) - 1 else {}
        found.append(
            an_observation(
                **SHE, author=EK, effective=_day(ward, days),
                concept=Concept(text=name, codings=(Coding(system=NPU, code=code),)),
                quantity=Quantity(value=value, unit=unit), interpretation=flag,
                reference=ReferenceRange(low=low_q, high=high_q), **extra,
            )
        )  # fmt: skip
    return found


def _values(ward: Ward) -> list[Record]:
    wait = {"answers_to_unit": WARD, "answers_to": LIND.hsa_id}
    pressures = []
    for days, systolic, diastolic in ((2, "142", "84"), (1, "134", "78"), (0, "128", "74")):
        parts = tuple(
            Component(concept=Concept(text=text), quantity=Quantity(value=value, unit="mmHg"))
            for text, value in (("Systoliskt", systolic), ("Diastoliskt", diastolic))
        )
        pressures.append(
            an_observation(
                **SHE, author=OBERG, category="vital-signs", effective=_day(ward, days),
                concept=Concept(text="Blodtryck"), quantity=None, components=parts, reference=None,
            )
        )  # fmt: skip
    return [
        *_lab(ward, "P-Kalium", "NPU03230", "mmol/L", "3.5", "4.6", ["4.1", "4.6", "5.1", "6.4"], **wait),
        *_lab(ward, "P-Kreatinin", "NPU04998", "µmol/L", "45", "90", ["88", "96", "104", "118"], **wait),
        *_lab(ward, "eGFR (krea)", "NPU58104", "mL/min", "60", "", ["52", "47", "41", "38"]),
        *_lab(ward, "P-NT-proBNP", "NPU21571", "ng/L", "", "450", ["980", "4120", "1860"]),
        *_lab(ward, "B-Hemoglobin", "NPU28309", "g/L", "117", "153", ["128", "126", "124", "125"]),
        *_lab(ward, "HbA1c", "NPU27300", "mmol/mol", "", "52", ["58", "61"], **wait),
        *_lab(ward, "Vikt", "weight", "kg", "", "", ["68.2", "71.2", "69.3", "67.9"]),
        *pressures,
    ]


def _referrals(ward: Ward, at) -> list[Record]:  # type: ignore[no-untyped-def]
    lab = a_referral(
        **SHE, author=LIND, question="P-Kalium och P-Kreatinin inför dosjustering", due="2026-03-03",
        requested=(Concept(text="P-Kalium"), Concept(text="P-Kreatinin")), written_at=at(26),
        to_unit_name="Klinisk kemi",
    )  # fmt: skip
    heart = a_referral(
        **SHE, author=LIND, type="imaging", question="Ekokardiografi: systolisk vänsterkammarfunktion?",
        background="85-årig kvinna med tilltagande hjärtsvikt, NT-proBNP 4 120.", due="2026-02-20",
        to_unit=UNITS[3].hsa_id, to_unit_name="Klinisk fysiologi", priority="soon", written_at=at(700),
    )  # fmt: skip
    eye = a_referral(
        **SHE, author=EK, type="consultation", question="Ögonbottenkontroll vid diabetes",
        background="Typ 2-diabetes sedan 2015.", due="2026-02-01", to_unit=WARD,
        to_unit_name="Avd 12, Sahlgrenska", written_at=at(900),
    )  # fmt: skip
    received = an_author(unit=UNITS[3].hsa_id, unit_name="Klinisk fysiologi", name="Norén, Per")
    answer = a_referral_answer(lab, text="P-Kalium 6,4 mmol/L. P-Kreatinin 118 µmol/L.", written_at=at(2))
    return [lab, heart, eye, a_referral_event(heart, author=received, written_at=at(690)), answer]


def _plans(ward: Ward) -> list[Record]:
    return [
        a_planned_action(**SHE, author=LIND, type="nursing", title="Vikt dagligen, kontakt vid +2 kg på 3 dagar", due="2026-03-02"),
        a_planned_action(**SHE, author=LIND, type="test", title="P-Kalium, P-Kreatinin", due="2026-03-04", responsible="Vc Gårda"),
        a_planned_action(**SHE, author=LIND, title="Läkarbesök hjärtsvikt", due="2026-03-19", responsible="Ek, Johan"),
        a_planned_action(**SHE, author=EK, title="Fotvård", status="done", due="2026-01-20", done="2026-01-20"),
    ]  # fmt: skip


def _note(author: Author, title: str, at: HybridTime, **terms: str) -> Record:
    sections = tuple(Section(term=term, text=text) for term, text in terms.items())
    return a_note(
        **SHE, author=author, title=title, sections=sections, written_at=at,
        contact_time=utc_text(from_millis(at.millis)),
    )  # fmt: skip


def _notes(at) -> list[Record]:  # type: ignore[no-untyped-def]
    day = _note(
        LIND, "Daganteckning", at(1),
        Aktuellt="Mår bättre i dag. Mindre andfådd, sovit med en kudde. Vikt −1,4 kg sedan i går.",
        Status="AT gott. BT 128/74, puls 72 oregelbunden. Lungor: enstaka rassel basalt höger. Ingen blödning från venpunktion.",
        Bedömning="Hjärtsvikt i förbättring på ökad dos furosemid.",
        Åtgärd="Vikt dagligen. Elektrolyter i morgon.",
    )  # fmt: skip
    nurse = _note(OBERG, "Omvårdnadsanteckning", at(7), Andning="18/min, SpO₂ 95 % utan syrgas. NEWS2 2 (tidigare 4).")
    home = _note(
        EK, "Hembesök", at(120),
        Kontaktorsak="Tilltagande andfåddhet, benödem. Vikt 71,2 kg (+3 kg på 10 dagar). Kontakt med avdelning 12.",
        Oro="Ingen blödning. Patienten orolig.",
    )  # fmt: skip
    wrong = _note(LIND, "Inskrivningsanteckning", at(50), Inskrivningsorsak="Hjärtsvikt.", Bedömning="Höger lunga u.a.")
    right = a_note(
        **SHE, entity=wrong.entity, bases=(wrong.id,), author=LIND, title="Inskrivningsanteckning",
        sections=(Section(term="Inskrivningsorsak", text="Hjärtsvikt."), Section(term="Bedömning", text="Vänster lunga u.a.")),
        why_corrected="fel sida angiven", written_at=at(49),
    )  # fmt: skip
    mine = {"author": OBERG}
    return [
        day, nurse, a_signature(nurse, SIGNER, **mine), home, a_signature(home, SIGNER, author=EK),
        wrong, a_signature(wrong, SIGNER, author=LIND), right, a_signature(right, SIGNER, author=LIND),
    ]  # fmt: skip


async def _neighbours(ward: Ward) -> None:
    people = (
        ("olle", "Lindqvist", "Olle", "1955-07-14", "male", "195507142397", "sal 5, säng 1", "none"),
        ("birgit", "Nilsson", "Birgit", "1938-09-21", "female", "193809212388", "sal 5, säng 2", "none"),
        ("skyddad", "Ek", "Maria", "1990-02-02", "female", "199002022385", "sal 6", "sekretessmarkering"),
    )
    for key, family, given, born, sex, number, place, protection in people:
        patient = PatientId(an_id(key))
        await ward.put(
            a_patient(
                patient=patient, family=family, given=(given,), birth_date=born, sex=sex,
                identifiers=(Identifier(system=PERSONNUMMER, value=number),),
                listed_unit=WARD, author=LIND, protection=protection,
            ),
            a_contact(patient=patient, unit_name="Avd 12", place=place, author=LIND),
        )  # fmt: skip
    olle = PatientId(an_id("olle"))
    await ward.put(
        an_observation(
            patient=olle, author=EK, concept=Concept(text="P-Kalium"), interpretation="HH",
            quantity=Quantity(value="6.7", unit="mmol/L"), answers_to_unit=WARD,
            answers_to=LIND.hsa_id, effective=_day(ward, 0),
        ),
        a_note(patient=olle, author=LIND, title="Inskrivningsanteckning"),
    )  # fmt: skip
