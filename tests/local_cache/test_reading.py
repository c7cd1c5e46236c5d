"""A page of a chart asks for the rows that it shows, and gets those and no others."""

from __future__ import annotations

from local_cache.cache import Cache
from tests.builders import GRACE, a_note, a_patient, an_observation, sealed
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import EntityId
from workstation.domain.observation import NPU
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept, Quantity


def _value(code: str, title: str, day: int) -> Record:
    concept = Concept(codings=(Coding(system=NPU, code=code, display=title),), text=title)
    return an_observation(
        concept=concept,
        effective=f"2026-02-{day:02d}T08:00:00+01:00",
        quantity=Quantity(value=str(day), unit="mmol/L"),
    )


async def test_of_many_kinds_of_values_only_the_newest_kinds_are_read_each_with_its_trend(
    cache: Cache, signer: Ed25519Signer
) -> None:
    values = [_value(f"NPU0000{n}", f"P-{n}", n + day) for n in range(1, 7) for day in (0, 10)]
    values.append(_value("NPU99999", "eGFR (krea)", 1))
    await cache.save(sealed(a_patient(), *values, signer=signer))

    found = await cache.newest_by_code(GRACE, "observation", each=2, codes=2)

    assert [(v.row.code, v.row.title) for v in found] == [
        ("NPU00005", "P-5"), ("NPU00005", "P-5"), ("NPU00006", "P-6"), ("NPU00006", "P-6"),
    ]  # fmt: skip
    assert found[0].row.at > found[1].row.at


async def test_a_value_is_found_by_a_word_of_its_title(cache: Cache, signer: Ed25519Signer) -> None:
    old, new = _value("NPU99999", "eGFR (krea)", 1), _value("NPU99999", "eGFR (krea)", 2)
    await cache.save(sealed(a_patient(), old, new, _value("NPU1", "Kreatinin", 3), signer=signer))

    (found,) = await cache.newest_by_code(GRACE, "observation", each=1, titled="egfr")

    assert found.state.current == new


async def test_several_entities_are_read_at_once_and_a_stranger_is_left_out(
    cache: Cache, signer: Ed25519Signer
) -> None:
    notes = [a_note(text=f"Anteckning {n}") for n in range(3)]
    await cache.save(sealed(a_patient(), *notes, signer=signer))
    stranger = EntityId(a_note().id)

    found = await cache.entities(GRACE, [notes[2].entity, stranger, notes[0].entity])

    assert {e: listed.state.current for e, listed in found.items()} == {
        notes[0].entity: notes[0],
        notes[2].entity: notes[2],
    }
    assert await cache.entities(GRACE, []) == {}
