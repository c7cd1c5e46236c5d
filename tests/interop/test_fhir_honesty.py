"""What an import says of whom: who signed where, and nothing of where protected people are."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from tests.interop.builders import (
    AUTHOR,
    PATIENT,
    a_bundle,
    a_patient,
    a_record,
    a_resource,
    all_records,
    all_sealed,
    imported,
    only,
    state_of,
)
from workstation.domain.entity import EntityState
from workstation.domain.kinds import project
from workstation.domain.note import Note, Section
from workstation.domain.patient import Patient
from workstation.interop.fhir.faults import BrokenDocument
from workstation.interop.fhir.source import exact_json
from workstation.interop.fhir.writing import bundle, fhir_bytes, to_fhir

_TEXT = "Ingen blödning."
_DOCTOR = "Practitioner/11111111-1111-4111-8111-111111111111"


def _document(**more: Any) -> dict[str, Any]:
    data = b64encode(more.pop("text", _TEXT).encode()).decode()
    attachment = {"contentType": "text/plain", "data": data, "title": "Status"}
    return a_resource(
        "DocumentReference", status="current", content=[{"attachment": attachment}], **more
    )


def _state(*others: dict[str, Any], **more: Any) -> EntityState:
    found = imported(a_bundle(a_patient(), *others, _document(**more)))
    note = only(found, "note")
    return state_of(r for r in all_records(found) if r.entity == note.entity)


def test_what_was_signed_at_the_source_is_signed_there_and_by_nobody_here() -> None:
    state = _state(docStatus="final", authenticator={"display": "Dr Nguyen"})

    assert state.signed
    assert state.signed_at_source == "Dr Nguyen"
    assert state.signatures == ()
    assert state.current.author == AUTHOR  # who brought it in, and claims no more


@pytest.mark.parametrize(
    ("named", "signer"),
    [
        ({}, ""),
        ({"author": [{"display": "Dr Okoro"}]}, "Dr Okoro"),
        ({"author": [{"reference": f"urn:uuid:{_DOCTOR[-36:]}"}]}, "Anna Lind"),
        ({"author": [{"display": "A"}], "authenticator": {"display": "B"}}, "B"),
        ({"author": [{"reference": "Practitioner/someone-else"}]}, ""),
    ],
)
def test_the_signer_is_whom_the_source_names_or_nobody(named: dict[str, Any], signer: str) -> None:
    doctor = {
        "resourceType": "Practitioner",
        "id": _DOCTOR[-36:],
        "name": [{"given": ["Anna"], "family": "Lind"}],
    }

    assert _state(doctor, docStatus="amended", **named).signed_at_source == signer


@pytest.mark.parametrize("stage", [{}, {"docStatus": "preliminary"}])
def test_what_was_not_final_there_is_unsigned_here(stage: dict[str, Any]) -> None:
    state = _state(author=[{"display": "Dr Okoro"}], **stage)

    assert not state.signed
    assert state.signed_at_source is None
    assert [work.reason for work in project(state).work] == ["unsigned"]


def test_nobody_is_asked_to_sign_what_was_signed_at_its_source() -> None:
    state = _state(docStatus="final")

    assert project(state).status == "signed"
    assert project(state).work == ()
    assert to_fhir(state)["docStatus"] == "final"


_HOME = "Hemliga vägen 17"
_PHONE = "070-1740699"
_SISTER = "Syster Doldsson"


def _hidden(**more: Any) -> dict[str, Any]:
    return a_patient(
        meta={"security": [{"system": "urn:x", "code": "skyddadFolkbokforing"}]},
        name=[{"family": "Andersson", "given": ["Karin"]}],
        birthDate="1941-03-08",
        text={"status": "generated", "div": f"<div>{_HOME}</div>"},
        address=[{"line": [_HOME], "city": "Ekfors"}],
        telecom=[{"system": "phone", "value": _PHONE}],
        contact=[{"name": {"text": _SISTER}, "telecom": [{"value": _PHONE}]}],
        extension=[{"url": "urn:birth-place", "valueAddress": {"city": _HOME}}],
        multipleBirthInteger=2,
        **more,
    )


def test_where_a_protected_patient_is_is_in_no_byte_that_is_kept() -> None:
    relative = {
        "resourceType": "RelatedPerson",
        "id": "22222222-2222-4222-8222-222222222222",
        "patient": {"reference": f"urn:uuid:{PATIENT}"},
        "address": [{"text": _HOME}],
        "telecom": [{"value": _PHONE}],
    }
    visit = a_resource(
        "Encounter",
        status="finished",
        **{"class": {"code": "AMB"}},
        contained=[{"resourceType": "Patient", "id": "p", "address": [{"text": _HOME}]}],
    )

    found = imported(a_bundle(_hidden(), relative, visit))

    whole = b"\n".join(sealed.raw for sealed in all_sealed(found)).decode()
    for secret in (_HOME, _PHONE, _SISTER):
        assert secret not in whole
    assert found.report.protected == 1


def test_everything_else_of_a_protected_patient_is_kept_as_it_came() -> None:
    record = only(imported(a_bundle(_hidden())), "patient")

    body = record.body
    assert isinstance(body, Patient)
    assert (body.family, body.given, body.birth_date) == ("Andersson", ("Karin",), "1941-03-08")
    assert body.protected
    assert (body.addresses, body.telecoms, body.relatives) == ((), (), ())
    assert body.origin is not None
    kept = json.loads(body.origin.raw)
    assert kept["multipleBirthInteger"] == 2
    assert kept["name"] == [{"family": "Andersson", "given": ["Karin"]}]


def test_other_patients_keep_their_source_text_byte_for_byte() -> None:
    other = {
        "resourceType": "Patient",
        "id": "33333333-3333-4333-8333-333333333333",
        "address": [{"line": ["Storgatan 1"]}],
    }
    found = imported(a_bundle(_hidden(), other))

    bodies = [r.body for r in all_records(found) if isinstance(r.body, Patient)]
    (kept,) = [body for body in bodies if not body.protected]
    assert kept.addresses[0].lines == ("Storgatan 1",)
    assert kept.origin is not None
    assert kept.origin.raw == json.dumps(other)


def test_importing_a_protected_patient_twice_changes_nothing() -> None:
    assert all_sealed(imported(a_bundle(_hidden()))) == all_sealed(imported(a_bundle(_hidden())))


def test_a_note_as_long_as_a_record_may_be_is_read_back_from_fhir() -> None:
    text = "Ingen blödning, åäö 👩‍⚕️\r\n" * 96_000  # 3.9 MB
    body = Note(type="bes", title="Lång", sections=(Section(term="Status", text=text),))
    note = to_fhir(state_of([a_record("note", body)]))

    found = imported(fhir_bytes(bundle([{"resourceType": "Patient", "id": PATIENT}, note])))

    again = only(found, "note").body
    assert isinstance(again, Note)
    assert again.sections == body.sections
    assert again.origin is not None
    kept = json.loads(again.origin.raw)
    assert kept["content"][0]["attachment"]["title"] == "Status"
    whole = json.loads(exact_json(note))
    del whole["content"][0]["attachment"]["data"]
    assert kept == whole


def test_a_note_longer_than_a_record_may_be_is_refused_with_its_place() -> None:
    with pytest.raises(BrokenDocument) as refused:
        imported(a_bundle(a_patient(), _document(text="x" * 4_300_000)))

    assert refused.value.path == "Bundle.entry[1].resource"
    assert refused.value.reason
