"""Karin's medicines and values."""

from __future__ import annotations

from tests.builders import (
    WARD,
    a_change_of_dose,
    a_medication_order,
    a_stop,
    an_observation,
)
from tests.karin_people import EK, LIND, OBERG, SHE, day, times
from tests.ward import Ward
from workstation.domain.dosage import parse_dosage
from workstation.domain.medication import ATC, Drug
from workstation.domain.observation import NPU, Component, ReferenceRange
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept, Quantity


def _order(
    ward: Ward, name: str, dose: str, strength: str, reason: str, **fields: object
) -> Record:
    brand, atc = str(fields.pop("brand", "")), str(fields.pop("atc", ""))
    form = str(fields.pop("form", "tablett"))
    unit = "tablett" if form == "tablett" else "mL"
    drug = Drug(
        name=name,
        brand=brand,
        form=form,
        strength=strength,
        route="peroralt",
        concept=Concept(text=name, codings=(Coding(system=ATC, code=atc),) if atc else ()),
    )
    values: dict[str, object] = {
        "drug": drug,
        "dosage": parse_dosage(dose, unit=unit),
        "reason": Concept(text=reason),
        "start": "2025-03-02",
        "follow_up": "2027-01-15",
        "author": EK,
    }
    return a_medication_order(**SHE, **(values | fields))


def _warfarin(ward: Ward) -> list[Record]:
    """Stopped on the ward, doubled at the health centre, neither knowing of the other."""
    at = times(ward)
    warfarin = _order(
        ward, "warfarin", "1+0+0+0", "2,5 mg", "Förmaksflimmer", brand="Waran", written_at=at(8_000)
    )
    return [
        warfarin,
        a_stop(warfarin, author=LIND, why="blödningsrisk vid fall", written_at=at(3.5)),
        a_change_of_dose(
            warfarin,
            dosage=parse_dosage("2+0+0+0", unit="tablett"),
            author=EK,
            drug=Drug(name="warfarin", brand="Waran", form="tablett", strength="2,5 mg"),
            reason=Concept(text="Förmaksflimmer"),
            why="PK 1,7",
            written_at=at(3.3),
            device="VC-3",
        ),
    ]


def orders(ward: Ward) -> list[Record]:
    at = times(ward)
    furosemid = _order(ward, "furosemid", "1+0+0+0", "20 mg", "Hjärtsvikt", written_at=at(9_000))
    ramipril = _order(ward, "ramipril", "1x1", "5 mg", "Hjärtsvikt", written_at=at(7_000))
    more = Drug(name="furosemid", form="tablett", strength="40 mg", route="peroralt")
    naproxen = _order(ward, "naproxen", "1x2", "250 mg", "Artros", written_at=at(6_900))
    return [
        _order(ward, "bisoprolol", "1x1", "2,5 mg", "Förmaksflimmer"),
        furosemid,
        a_change_of_dose(
            furosemid,
            drug=more,
            dosage=parse_dosage("1+0+0+0", unit="tablett"),
            author=LIND,
            reason=Concept(text="Hjärtsvikt"),
            start="2026-02-28",
            follow_up="2026-03-10",
            follow_up_how="Vikt, elektrolyter",
            why="ökad andfåddhet",
            written_at=at(48),
        ),
        ramipril,
        a_medication_order(
            **SHE,
            entity=ramipril.entity,
            bases=(ramipril.id,),
            action="pause",
            drug=None,
            dosage=None,
            reason=None,
            until="2026-03-08",
            why="P-Kalium 5,6",
            author=LIND,
            written_at=at(30),
        ),
        _order(ward, "metformin", "1x2", "500 mg", "Diabetes typ 2", follow_up_how="HbA1c"),
        _order(
            ward,
            "paracetamol",
            "2 vb högst 6/dygn",
            "665 mg",
            "Artros",
            brand="Alvedon",
            source="otc",
        ),
        _order(ward, "omeprazol", "1x1", "20 mg", "Refluxsjukdom"),
        _order(ward, "simvastatin", "0+0+1+0", "20 mg", "Hyperlipidemi"),
        _order(ward, "zopiklon", "1 tn vb", "5 mg", "Sömnstörning"),
        *_warfarin(ward),
        naproxen,
        a_stop(naproxen, why="hjärtsvikt, njurfunktion", author=EK, written_at=at(6_000)),
    ]


def _lab(
    ward: Ward,
    name: str,
    code: str,
    unit: str,
    low: str,
    high: str,
    values: list[str],
    **fields: object,
) -> list[Record]:
    found = []
    for number, value in enumerate(values):
        days = (len(values) - 1 - number) * 9
        low_q = Quantity(value=low) if low else None
        high_q = Quantity(value=high) if high else None
        flag = (
            "H"
            if high and float(value) > float(high)
            else "L"
            if low and float(value) < float(low)
            else ""
        )
        extra = fields if number == len(values) - 1 else {}
        found.append(
            an_observation(
                **SHE,
                author=EK,
                effective=day(ward, days),
                concept=Concept(text=name, codings=(Coding(system=NPU, code=code),)),
                quantity=Quantity(value=value, unit=unit),
                interpretation=flag,
                reference=ReferenceRange(low=low_q, high=high_q),
                **extra,
            )
        )
    return found


def values(ward: Ward) -> list[Record]:
    wait = {"answers_to_unit": WARD, "answers_to": LIND.hsa_id}
    pressures = []
    for days, systolic, diastolic in ((2, "142", "84"), (1, "134", "78"), (0, "128", "74")):
        parts = tuple(
            Component(concept=Concept(text=text), quantity=Quantity(value=value, unit="mmHg"))
            for text, value in (("Systoliskt", systolic), ("Diastoliskt", diastolic))
        )
        pressures.append(
            an_observation(
                **SHE,
                author=OBERG,
                category="vital-signs",
                effective=day(ward, days),
                concept=Concept(text="Blodtryck"),
                quantity=None,
                components=parts,
                reference=None,
            )
        )
    return [
        *_lab(
            ward,
            "P-Kalium",
            "NPU03230",
            "mmol/L",
            "3.5",
            "4.6",
            ["4.1", "4.6", "5.1", "6.4"],
            **wait,
        ),
        *_lab(
            ward,
            "P-Kreatinin",
            "NPU04998",
            "µmol/L",
            "45",
            "90",
            ["88", "96", "104", "118"],
            **wait,
        ),
        *_lab(ward, "eGFR (krea)", "NPU58104", "mL/min", "60", "", ["52", "47", "41", "38"]),
        *_lab(ward, "P-NT-proBNP", "NPU21571", "ng/L", "", "450", ["980", "4120", "1860"]),
        *_lab(ward, "B-Hemoglobin", "NPU28309", "g/L", "117", "153", ["128", "126", "124", "125"]),
        *_lab(ward, "HbA1c", "NPU27300", "mmol/mol", "", "52", ["58", "61"], **wait),
        *_lab(ward, "Vikt", "weight", "kg", "", "", ["68.2", "71.2", "69.3", "67.9"]),
        *pressures,
    ]
