"""Patients by name or number, and text in a chart: what a clinician types is found."""

from __future__ import annotations

import unicodedata

import pytest

from local_cache import fulltext
from local_cache.cache import Cache
from tests.builders import (
    ADA,
    GRACE,
    PERSONNUMMER,
    a_note,
    a_patient,
    a_time,
    an_id,
    sealed,
)
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import PatientId
from workstation.domain.patient import Identifier


@pytest.mark.parametrize(
    "typed",
    ["öst", "Östlund", "åsa öst", "östlund åsa", "ostlund", "lind", "19121212-1212", "121212-1212"]
    + ["1212121212", "191212121212", "121212", "hansson", "Östlund-Lind"],
)
async def test_a_patient_is_found_by(cache: Cache, signer: Ed25519Signer, typed: str) -> None:
    asa = a_patient(family="Östlund-Lind", given=("Åsa", "Maria"), former_family="Hansson")
    number = Identifier(system=PERSONNUMMER, value="194711129813")
    ada = a_patient(patient=ADA, family="Lovelace", given=("Ada",), identifiers=(number,))
    await cache.save(sealed(asa, ada, signer=signer))
    assert [line.patient for line in await cache.find_patients(typed, limit=10)] == [GRACE]


@pytest.mark.parametrize(
    "typed", ["", "   ", "%", "_", "lund", "asa ada", "1947", "'", '"', "\x00"]
)
async def test_nobody_is_found_by(cache: Cache, signer: Ed25519Signer, typed: str) -> None:
    await cache.save(sealed(a_patient(family="Östlund", given=("Åsa",)), signer=signer))
    assert await cache.find_patients(typed, limit=10) == ()


async def test_names_are_listed_as_in_swedish(cache: Cache, signer: Ed25519Signer) -> None:
    names = ["Öberg", "Zetterlund", "Åberg", "Ängström", "Andersson"]
    for name in names:
        patient = PatientId(an_id(name))
        await cache.save(sealed(a_patient(patient=patient, family=name), signer=signer))
    found = await cache.find_patients("grace", limit=10)
    assert [line.family for line in found] == [
        "Andersson",
        "Zetterlund",
        "Åberg",
        "Ängström",
        "Öberg",
    ]


async def test_a_changed_name_is_found_and_the_old_one_no_longer(
    cache: Cache, signer: Ed25519Signer
) -> None:
    first = a_patient(family="Hopper")
    await cache.save(sealed(first, signer=signer))
    await cache.save(sealed(a_patient(family="Murray", bases=(first.id,)), signer=signer))
    assert len(await cache.find_patients("murray", limit=10)) == 1
    assert await cache.find_patients("hopper", limit=10) == ()


async def test_text_is_found_newest_first_with_its_places(
    cache: Cache, signer: Ed25519Signer
) -> None:
    old = a_note(title="CT", text="Ingen blödning. Åter vid försämring.", written_at=a_time(1))
    new = a_note(title="MR", text="Blödningen har upphört.", written_at=a_time(2))
    other = a_note(title="Annat", text="Får gå hem; far väl.", written_at=a_time(3))
    elsewhere = a_note(patient=ADA, text="Ingen blödning.")
    await cache.save(sealed(old, new, other, elsewhere, signer=signer))

    hits = await cache.search_text(GRACE, "blöd", limit=10)
    assert [hit.entity for hit in hits] == [new.entity, old.entity]
    marked = [[hit.row.text[start:end] for start, end in hit.spans] for hit in hits]
    assert marked == [["Blödningen"], ["blödning"]]
    assert [hit.entity for hit in await cache.search_text(GRACE, '"ingen blö', limit=10)] == [
        old.entity
    ]
    assert len(await cache.search_text(GRACE, "blödning åter", limit=10)) == 1
    assert await cache.search_text(GRACE, "blodning", limit=10) == ()
    assert await cache.search_text(GRACE, '"blödning ingen"', limit=10) == ()


async def test_what_is_written_after_the_chart_was_opened_is_found_and_what_was_corrected_is_not(
    cache: Cache, signer: Ed25519Signer
) -> None:
    note = a_note(text="misstänkt appendicit")
    await cache.save(sealed(note, signer=signer))
    assert len(await cache.search_text(GRACE, "appendicit", limit=10)) == 1
    corrected = a_note(entity=note.entity, bases=(note.id,), text="gallsten")
    await cache.save(sealed(corrected, a_note(text="gallsten igen"), signer=signer))
    assert len(await cache.search_text(GRACE, "gallsten", limit=10)) == 2
    assert await cache.search_text(GRACE, "appendicit", limit=10) == ()


@pytest.mark.parametrize("typed", ["", '"', "*", "AND", "owner : p1", "NEAR(", "a-b", "\x00", "🫀"])
async def test_no_typing_is_an_error(cache: Cache, signer: Ed25519Signer, typed: str) -> None:
    await cache.save(sealed(a_note(), signer=signer))
    assert await cache.search_text(GRACE, typed, limit=10) == ()


def test_places_are_those_of_the_text_itself_however_it_is_composed() -> None:
    apart = unicodedata.normalize("NFD", "Två blödningar på röntgen")
    ((start, end),) = fulltext.spans(apart, "blödn")
    assert unicodedata.normalize("NFC", apart[start:end]) == "blödningar"
    assert fulltext.spans("a_blöd blöd_x", "blöd") == ((2, 6), (7, 11))
