"""Bytes become records strictly, and a fault is named by its place, never by its content."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders as made
from workstation.access.signing import Ed25519Signer
from workstation.domain.canonical import canonical
from workstation.domain.kinds import KINDS, Malformed, open_raw, open_record, open_strictly
from workstation.domain.note import Note
from workstation.domain.record import Sealed, UnknownBody, seal

_SIGNER = Ed25519Signer(bytes(32))
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
