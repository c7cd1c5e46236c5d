"""What leaves the record says what was written: FHIR and back, paper, and the patient's own page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from playwright.async_api import async_playwright

from tests.builders import (
    GRACE,
    a_diagnosis,
    a_medication_order,
    a_note,
    a_patient,
    a_referral,
    an_observation,
)
from tests.interop.builders import all_records, imported
from tests.needs import chromium_program, needs_chromium
from tests.printing.builders import a_sheet
from tests.server.grace import NUMBER
from tests.server.running import PASSWORD, Running
from tests.stories.stations import Seats, until_whole
from tests.stories.texts import AWKWARD, LONG, NEGATIONS, texts
from tests.sync.conftest import Workstation
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.entity import EntityState
from workstation.domain.medication import Dosage, MedicationOrder
from workstation.domain.note import Note, Section
from workstation.domain.observation import Observation
from workstation.domain.record import Body, Record
from workstation.domain.values import Concept
from workstation.interop.fhir.writing import bundle, fhir_bytes, to_fhir
from workstation.printing import print_note

MANY = 1_000


@pytest.fixture
async def ward(seats: Seats) -> tuple[Workstation, Workstation]:
    """Give who writes and who reads what has come over the server."""
    return await seats("okoro"), await seats("lind")


async def _arrived(
    ward: tuple[Workstation, Workstation], records: list[Record]
) -> dict[Record, EntityState]:
    """Write records at one workstation; return their states at the other."""
    okoro, lind = ward
    await okoro.writes(a_patient(), *records)
    await until_whole(lind, GRACE, len(records) + 1)
    states = {}
    for record in records:
        listed = await lind.cache.entity(GRACE, record.entity)
        assert listed is not None
        states[record] = listed.state
    return states


def _ones(count: int, *, seed: int) -> Iterator[str]:
    """Texts that say something: an element of FHIR is left out where it says nothing."""
    return islice((text for text in texts(seed) if text), count)


def _back(resource: dict[str, Any], kind: str) -> Body:
    patient = {"resourceType": "Patient", "id": str(GRACE)}
    found = imported(fhir_bytes(bundle([patient, resource])))
    (record,) = [record for record in all_records(found) if record.kind == kind]
    return record.body


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)


async def test_a_thousand_texts_in_notes_come_back_from_fhir_as_they_were(
    ward: tuple[Workstation, Workstation],
) -> None:
    drawn = _ones(MANY, seed=2)
    notes = [a_note(text=text) for text in LONG]
    while first := next(drawn, ""):
        sections = [Section(text=first)]
        sections += [Section(term=f"Sökord {n}", text=t) for n, t in enumerate(islice(drawn, 9))]
        notes.append(a_note(title=first[:50], sections=tuple(sections)))

    for note, state in (await _arrived(ward, notes)).items():
        again = _back(to_fhir(state), "note")
        assert isinstance(again, Note)
        assert isinstance(note.body, Note)
        assert again.sections == note.body.sections
        assert again.title == note.body.title


async def test_texts_of_other_kinds_leave_in_fhir_and_come_back_as_they_were(
    ward: tuple[Workstation, Workstation],
) -> None:
    drawn = list(_ones(160, seed=3))
    observations = [
        an_observation(concept=Concept(text=a), text=b, comment=c, quantity=None)
        for a, b, c in zip(drawn[:40], drawn[40:80], drawn[80:120], strict=True)
    ]
    diagnoses = [a_diagnosis(concept=Concept(text=a)) for a in drawn[:40]]
    orders = [
        a_medication_order(dosage=Dosage(text=a), reason=Concept(text=b))
        for a, b in zip(drawn[:40], drawn[40:80], strict=True)
    ]
    referrals = [
        a_referral(question=a, background=b) for a, b in zip(drawn[:40], drawn[40:80], strict=True)
    ]
    states = await _arrived(ward, [*observations, *diagnoses, *orders, *referrals])

    for record, state in states.items():
        out = to_fhir(state)
        body = record.body
        if isinstance(body, Observation):
            again = _back(out, "observation")
            assert isinstance(again, Observation)
            said = (again.concept.text, again.text, again.comment)
            assert said == (body.concept.text, body.text, body.comment)
        elif isinstance(body, Diagnosis):
            diagnosis = _back(out, "diagnosis")
            assert isinstance(diagnosis, Diagnosis)
            assert diagnosis.concept == body.concept
        elif isinstance(body, MedicationOrder):
            order = _back(out, "medication_order")
            assert isinstance(order, MedicationOrder)
            assert order.reason == body.reason
            assert order.dosage is not None
            assert body.dosage is not None
            assert order.dosage.text == body.dosage.text
        else:
            outside = set(_texts_in(json.loads(fhir_bytes(out))))
            assert {body.question, body.background} <= outside  # type: ignore[attr-defined]


async def test_any_text_can_be_printed(ward: tuple[Workstation, Workstation]) -> None:
    chosen = [*AWKWARD, *NEGATIONS, *_ones(60, seed=4), LONG[0], LONG[3]]
    notes = [a_note(title=text[:80], text=text or "-") for text in chosen]
    for state in (await _arrived(ward, notes)).values():
        assert print_note(state, sheet=a_sheet()).startswith(b"%PDF")


def on_the_page(text: str) -> str:
    """Return what a browser can show of a text.

    NUL stands as its picture: HTML cannot carry it. A lone carriage return and CR LF are what they
    were, because the page writes them as references, which a browser does not normalise.
    """
    return text.replace("\0", "\u2400")


@needs_chromium
async def test_a_thousand_texts_stand_on_the_patients_page_as_they_were_written(
    ward: tuple[Workstation, Workstation], running: Running
) -> None:
    drawn = [*_ones(MANY, seed=5), LONG[0]]
    size = 20
    notes = [
        a_note(sections=tuple(Section(text=text) for text in drawn[at : at + size]))
        for at in range(0, len(drawn), size)
    ]
    await _arrived(ward, notes)

    shown: set[str] = set()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_program(), args=["--no-sandbox"]
        )
        page = await browser.new_page()
        await page.goto(running.url)
        await page.fill("#identity", NUMBER)
        await page.fill("#password", PASSWORD)
        await page.click("button.main")
        await page.wait_for_url("**/journal")
        for number in range(100):
            await page.goto(f"{running.url}/journal/notes?page={number}")
            found = await page.evaluate(
                "[...document.querySelectorAll('.text')].map(e => e.textContent)"
            )
            if not found:
                break
            shown.update(found)
        await browser.close()

    missing = [text for text in drawn if on_the_page(text) not in shown]
    assert missing == []
