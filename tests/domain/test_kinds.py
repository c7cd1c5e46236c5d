"""Bytes become records strictly, and a fault is named by its place, never by its content."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders as made
from workstation.access.signing import Ed25519Signer
from workstation.domain.canonical import canonical
from workstation.domain.clock import to_text
from workstation.domain.ids import EntityId
from workstation.domain.kinds import (
    KINDS,
    Malformed,
    entity_state,
    open_raw,
    open_record,
    open_strictly,
    project,
)
from workstation.domain.note import Note
from workstation.domain.record import Record, Sealed, UnknownBody, seal
from workstation.domain.values import Quantity, When, is_when, millis_of

_SIGNER = Ed25519Signer(bytes(32))
_WHEN_PATTERN = get_args(When)[1].pattern
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=400)


@given(_TEXTS)
def test_every_text_comes_back_as_it_was_written(text: str) -> None:
    opened = open_strictly(seal(made.a_note(text=text), _SIGNER))
    assert isinstance(opened.body, Note)
    assert opened.body.sections[0].text == text


def test_a_record_comes_back_whole() -> None:
    note = made.a_note(bases=(made.a_record_id(),), approved_for_patient=False)
    assert open_record(seal(note, _SIGNER)) == note


def _damaged(**changes: object) -> bytes:
    plain = msgspec.json.decode(seal(made.a_note(), _SIGNER).raw)
    plain["body"].update(changes.pop("body", {}))
    plain.update(changes)
    return canonical(plain)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (_damaged(body={"type": "hemlig"}), "type"),
        (_damaged(body={"sections": "hemlig"}), "sections"),
        (_damaged(body={"hemlig": 1}), "hemlig"),
        (_damaged(body={"contact_time": "hemlig tid"}), "contact_time"),
        (_damaged(patient="hemlig"), "patient"),
        (_damaged(written_at="hemlig"), ""),
        (_damaged(v=2), "v"),
        (b"hemlig", ""),
    ],
)
def test_a_malformed_record_is_refused_with_its_place_and_without_its_content(
    raw: bytes, place: str
) -> None:
    with pytest.raises(Malformed) as refused:
        open_raw(raw)
    assert place in str(refused.value)
    if place != "hemlig":  # a field's own name may be said
        assert "hemlig" not in str(refused.value)


def test_a_record_in_other_bytes_than_its_canonical_ones_is_not_stored() -> None:
    raw = seal(made.a_note(), _SIGNER).raw
    with pytest.raises(Malformed):
        open_strictly(Sealed(raw.replace(b'"v":1', b'"v": 1')))


def test_a_newer_kind_is_kept_as_it_is() -> None:
    raw = seal(made.a_note(), _SIGNER).raw.replace(b'"kind":"note"', b'"kind":"gait"')
    opened = open_strictly(Sealed(raw))
    assert isinstance(opened.body, UnknownBody)
    assert opened.kind == "gait"


def test_kind_names_are_unique_and_every_family_has_a_projection() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    projected = {kind.name for kind in KINDS if kind.project}
    assert {kind.family for kind in KINDS if kind.family} == projected


def test_nothing_a_record_says_shows_in_its_repr() -> None:
    note = made.a_note(text="hemlig text")
    assert "hemlig" not in repr(note) + repr(note.body) + repr(note.author) + repr(
        seal(note, _SIGNER)
    )
    assert "Okoro" not in repr(note) + repr(note.author)


_MAKERS = (
    made.a_patient,
    made.a_note,
    made.a_medication_order,
    made.a_referral,
    made.an_observation,
    made.a_diagnosis,
    made.an_attention,
    made.a_contact,
    made.a_booking,
    made.a_planned_action,
)
_FOLLOWERS = (
    made.a_stop,
    made.a_change_of_dose,
    made.a_void,
    made.an_acknowledgement,
    made.a_referral_event,
    made.a_referral_answer,
    lambda version: made.a_resolution([version], version),
    lambda version: made.a_signature(version, _SIGNER),
)


@given(st.data())
def test_whatever_records_share_an_entity_there_is_a_row_for_it(data: st.DataObject) -> None:
    entity = EntityId(made.an_id("any"))
    records: list[Record] = []
    for _n in range(data.draw(st.integers(1, 6))):
        follows: bool = data.draw(st.booleans())
        if records and follows:
            follow = data.draw(st.sampled_from(_FOLLOWERS))
            made_now = follow(data.draw(st.sampled_from(records)))
        else:
            made_now = data.draw(st.sampled_from(_MAKERS))()
        records.append(replace(made_now, entity=entity))
    arrived: list[Record] = data.draw(st.lists(st.sampled_from(records), min_size=1))
    row = project(entity_state(arrived))
    assert row.status != "unreadable" or not row.patient_visible


@given(st.from_regex(re.compile(_WHEN_PATTERN), fullmatch=True))
def test_every_date_a_record_may_carry_has_a_place_in_time(when: str) -> None:
    assert isinstance(millis_of(when), int)


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("2026-07-01", "2026-06-30T22:00:00.000Z"),
        ("2026-11", "2026-10-31T23:00:00.000Z"),
        ("1941", "1940-12-31T23:00:00.000Z"),
        ("2016-03-21T09:03:13-04:00", "2016-03-21T13:03:13.000Z"),
        ("2026-11-22T14:02:03.1239Z", "2026-11-22T14:02:03.123Z"),
        ("2026-02-31", "2026-02-27T23:00:00.000Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
    ],
)
def test_a_date_begins_when_the_day_begins_in_sweden(when: str, moment: str) -> None:
    assert to_text(millis_of(when)) == moment


@pytest.mark.parametrize(
    "text", ["2026-01-01\n", "٢٠٢٦-01-01", "2026-13-01", "2026-02-30", "i dag"]
)
def test_what_is_no_date_is_not_taken_for_one(text: str) -> None:
    assert not is_when(text)


@pytest.mark.parametrize("text", ["1.5\n", "١", "01", "1.", ".5", "+1", "1,5"])
def test_what_is_no_plain_decimal_number_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"value": text}, Quantity)
