"""What the people of the tour write."""

from __future__ import annotations

from datetime import datetime, timedelta

from workstation.domain.directory import Unit
from workstation.domain.dosage import parse_dosage
from workstation.domain.medication import ATC, Drug, MedicationOrder
from workstation.domain.note import Note, Section
from workstation.domain.observation import NPU
from workstation.domain.referral import Referral
from workstation.domain.values import Coding, Concept, utc_text

EVERY_SIGN = (
    "Ingen blödning. Ej feber. Inga tecken till djup ventrombos.\n"
    "ÅÄÖ åäö é ½ µg ≥ 5 → 7 ‰\n\n"
    "   Indragen rad, tabb:\tslut.\n"
    "Emoji: 👩🏽‍⚕️ 🩺  Arabiska: مرحبا  Hebreiska: שלום\n"
)


def long_text() -> str:
    """Return 100 kB of text with negations, every sort of sign and line breaks."""
    line = "Rad {n}: ingen blödning, ej feber, åäö ÅÄÖ, vikt −1,4 kg sedan i går.\n"
    lines: list[str] = [EVERY_SIGN]
    size, number = len(EVERY_SIGN.encode()), 0
    while size < 100_000:
        number += 1
        lines.append(line.format(n=number))
        size += len(lines[-1].encode())
    return "".join(lines)


def a_note(text: str, *, title: str = "Besöksanteckning", when: datetime) -> Note:
    """Return a note of one section."""
    section = Section(term="Bedömning", text=text)
    return Note(type="bes", title=title, contact_time=utc_text(when), sections=(section,))


def an_order(when: datetime, *, dosing: str = "1+0+0+0") -> MedicationOrder:
    """Return an order of amlodipine."""
    concept = Concept(
        text="amlodipin", codings=(Coding(system=ATC, code="C08CA01", display="amlodipin"),)
    )
    drug = Drug(name="amlodipin", form="tablett", strength="5 mg", route="oral", concept=concept)
    return MedicationOrder(
        action="prescribe",
        drug=drug,
        dosage=parse_dosage(dosing, unit="tablett"),
        reason=Concept(text="Högt blodtryck"),
        start=when.date().isoformat(),
        follow_up=(when + timedelta(days=28)).date().isoformat(),
        follow_up_how="Blodtryck hos sjuksköterska",
        why="Hypertoni trots livsstilsråd",
    )


def a_lab_referral(to: Unit, when: datetime) -> Referral:
    """Return an order of blood tests."""
    return Referral(
        type="laboratory",
        question="Kreatinin och kalium inför insättning",
        to_unit=to.hsa_id,
        to_unit_name=to.name,
        requested=(
            Concept(text="P-Kreatinin", codings=(Coding(system=NPU, code="NPU04998"),)),
            Concept(text="P-Kalium", codings=(Coding(system=NPU, code="NPU03230"),)),
        ),
        due=(when + timedelta(days=3)).date().isoformat(),
    )


def a_consultation(to: Unit, when: datetime) -> Referral:
    """Return a question to another care provider."""
    return Referral(
        type="consultation",
        question="Hjälp med blodtryckskontroller i hemmet, två gånger i veckan.",
        background="Nyinsatt amlodipin 5 mg. Ingen yrsel, ingen bensvullnad.",
        to_unit=to.hsa_id,
        to_unit_name=to.name,
        due=(when + timedelta(days=14)).date().isoformat(),
        priority="soon",
    )
