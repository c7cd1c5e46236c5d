"""Notes: saved, signed, corrected, countersigned, voided; by whom, and on what they saw."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import CLINIC, GRACE
from tests.ward import Ward
from workstation.domain.kinds import open_record
from workstation.domain.note import Note, Section, note_status
from workstation.domain.problem import Problem
from workstation.operations.correct_note import correct_note
from workstation.operations.countersign_note import countersign_note
from workstation.operations.ports import Delivery, Desk
from workstation.operations.save_note import save_new_version, save_note
from workstation.operations.sign_note import sign_note, write_signed_note
from workstation.operations.void_entity import void_entity
from workstation.operations.writing import ChangedMeanwhile, Incomplete, NotAllowed


def a_draft(text: str = "CT utan kontrast visar ingen blödning.", term: str = "Bedömning") -> Note:
    return Note(type="bes", title="Besöksanteckning", sections=(Section(term=term, text=text),))


async def test_a_saved_note_is_part_of_the_record_unsigned_and_waits_for_its_author(
    ward: Ward, anna: Desk
) -> None:
    record = await save_note(a_draft(), patient=GRACE, records=ward.cache, desk=anna)

    listed = await ward.entity(record)
    assert note_status(listed.state) == "unsigned"
    assert listed.delivery is Delivery.LOCAL
    waiting = await ward.cache.work(unit=anna.author.unit, person=anna.author.hsa_id, limit=9)
    assert [line.reason for line in waiting] == ["unsigned"]


async def test_a_signature_stands_under_the_very_bytes_that_were_seen(
    ward: Ward, anna: Desk
) -> None:
    record = await save_note(a_draft(), patient=GRACE, records=ward.cache, desk=anna)

    signature = await sign_note(
        patient=GRACE, entity=record.entity, seen=[record.id], records=ward.cache, desk=anna
    )

    sealed = await ward.cache.sealed(GRACE, record.id)
    assert sealed is not None
    assert signature.body.target_hash == sealed.hash.hex()  # type: ignore[attr-defined]
    assert note_status((await ward.entity(record)).state) == "signed"


async def test_writing_and_signing_at_once_leaves_nothing_unsigned_in_between(
    ward: Ward, anna: Desk
) -> None:
    record = await write_signed_note(a_draft(), patient=GRACE, records=ward.cache, desk=anna)

    assert note_status((await ward.entity(record)).state) == "signed"
    assert await ward.cache.work(unit=anna.author.unit, person=anna.author.hsa_id, limit=9) == ()


async def test_nobody_signs_what_somebody_else_wrote(ward: Ward, anna: Desk, maja: Desk) -> None:
    record = await save_note(a_draft(), patient=GRACE, records=ward.cache, desk=maja)

    with pytest.raises(NotAllowed, match="Öberg"):
        await sign_note(
            patient=GRACE, entity=record.entity, seen=[record.id], records=ward.cache, desk=anna
        )

    await countersign_note(
        patient=GRACE, entity=record.entity, seen=[record.id], records=ward.cache, desk=anna
    )
    state = (await ward.entity(record)).state
    assert not state.signed
    assert state.signature_of(record.id, "countersign") is not None


async def test_a_new_version_replaces_an_unsigned_note_and_refuses_one_that_has_changed(
    ward: Ward, anna: Desk
) -> None:
    first = await save_note(a_draft("Hb 132"), patient=GRACE, records=ward.cache, desk=anna)
    second = await save_new_version(
        a_draft("Hb 123"), patient=GRACE, entity=first.entity, seen=[first.id],
        records=ward.cache, desk=anna,
    )  # fmt: skip

    with pytest.raises(ChangedMeanwhile):
        await save_new_version(
            a_draft("Hb 213"), patient=GRACE, entity=first.entity, seen=[first.id],
            records=ward.cache, desk=anna,
        )  # fmt: skip

    state = (await ward.entity(first)).state
    assert state.current.id == second.id
    assert not state.undecided


async def test_a_correction_keeps_both_versions_and_says_who_when_and_why(
    ward: Ward, anna: Desk
) -> None:
    wrong = await write_signed_note(
        a_draft("Höger lunga u.a."), patient=GRACE, records=ward.cache, desk=anna
    )

    with pytest.raises(Incomplete) as missing:
        await correct_note(
            a_draft("Vänster lunga u.a."), why=" ", patient=GRACE, entity=wrong.entity,
            seen=[wrong.id], records=ward.cache, desk=anna,
        )  # fmt: skip
    assert missing.value.fields == ("why_corrected",)
    await correct_note(
        a_draft("Vänster lunga u.a."), why="fel sida", patient=GRACE, entity=wrong.entity,
        seen=[wrong.id], records=ward.cache, desk=anna,
    )  # fmt: skip

    state = (await ward.entity(wrong)).state
    texts = [v.body.text for v in state.line.versions]  # type: ignore[attr-defined]
    assert texts == ["Bedömning\nHöger lunga u.a.", "Bedömning\nVänster lunga u.a."]
    assert state.signed
    assert state.corrected
    assert state.current.body.why_corrected == "fel sida"  # type: ignore[attr-defined]


async def test_an_empty_note_is_refused_and_nothing_is_stored(ward: Ward, anna: Desk) -> None:
    with pytest.raises(Incomplete):
        await save_note(a_draft("  \n"), patient=GRACE, records=ward.cache, desk=anna)

    assert await ward.cache.listed(GRACE, "note") == ()


async def test_voiding_needs_a_reason_and_leaves_the_text_readable(ward: Ward, anna: Desk) -> None:
    record = await write_signed_note(a_draft(), patient=GRACE, records=ward.cache, desk=anna)
    about: dict[str, Any] = {
        "patient": GRACE,
        "entity": record.entity,
        "records": ward.cache,
        "desk": anna,
    }

    with pytest.raises(Incomplete):
        await void_entity(reason="", seen=[record.id], **about)
    await void_entity(reason="fel patient", seen=[record.id], **about)

    state = (await ward.entity(record)).state
    assert state.voided
    assert state.current.id == record.id
    with pytest.raises(Problem):
        await void_entity(reason="igen", seen=await ward.seen(record), **about)


async def test_another_unit_does_not_void_what_this_unit_wrote(ward: Ward, anna: Desk) -> None:
    record = await write_signed_note(a_draft(), patient=GRACE, records=ward.cache, desk=anna)
    elsewhere = ward.desk(
        "Ek, Johan", hsa_id="SE2321000016-P003", unit=CLINIC, unit_name="Vc Gårda"
    )

    with pytest.raises(NotAllowed):
        await void_entity(
            reason="fel", patient=GRACE, entity=record.entity, seen=[record.id],
            records=ward.cache, desk=elsewhere,
        )  # fmt: skip


async def test_what_stands_only_under_a_hidden_sokord_is_never_approved_for_the_patient(
    ward: Ward, anna: Desk
) -> None:
    hidden = await save_note(
        a_draft("Oro i hemmet", term="Våldsutsatt"), patient=GRACE, records=ward.cache, desk=anna
    )
    shown = await save_note(a_draft(), patient=GRACE, records=ward.cache, desk=anna)

    assert not hidden.approved_for_patient
    assert shown.approved_for_patient


async def test_who_is_not_in_care_writes_no_notes(ward: Ward) -> None:
    guest = ward.desk("Dahl, Eva", profession="receptionist", hsa_id="SE2321000016-P009")

    with pytest.raises(NotAllowed):
        await save_note(a_draft(), patient=GRACE, records=ward.cache, desk=guest)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda t: t.strip())
)
async def test_saved_text_is_what_was_typed_sign_by_sign(ward: Ward, anna: Desk, text: str) -> None:
    record = await save_note(a_draft(text), patient=GRACE, records=ward.cache, desk=anna)

    sealed = await ward.cache.sealed(GRACE, record.id)
    assert sealed is not None
    assert open_record(sealed).body.sections[0].text == text  # type: ignore[attr-defined]
