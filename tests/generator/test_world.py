"""What is promised about an invented region as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from tests.generator.worlds import AS_OF, TestKey, by_entity, everything, world
from workstation.domain.clock import from_millis, to_millis
from workstation.domain.identity import is_test_series, parse_identity_as
from workstation.domain.identity_systems import IdentityKind, kind_of_system
from workstation.domain.kinds import entity_state, project, units_concerned
from workstation.domain.marks import Signature
from workstation.domain.medication import order_state
from workstation.domain.note import NEVER_FOR_THE_PATIENT, Note
from workstation.domain.patient import Patient
from workstation.domain.record import Record
from workstation.domain.referral import referral_state
from workstation.generator import generate
from workstation.generator.archetypes import ARCHETYPES, HEAVIEST, NEWLY_REGISTERED
from workstation.generator.world import HEAVY_PLACE


def _digest(patients: int, seed: int) -> str:
    made = generate(patients=patients, seed=seed, as_of=AS_OF, signer=TestKey())
    whole = sha256(repr(made.region.providers).encode())
    for person in made.region.staff:
        whole.update(f"{person.author.hsa_id}{person.username}".encode())
    for batch in made.patients:
        whole.update(batch.patient.bytes + repr(batch.memberships).encode())
        for sealed in batch.records:
            whole.update(sealed.raw + sealed.signature)
    return whole.hexdigest()


def _patients(records: tuple[Record, ...]) -> list[Patient]:
    return [r.body for r in records if isinstance(r.body, Patient)]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_world() -> None:
    assert _digest(6, 3) == _digest(6, 3)
    assert _digest(6, 3) != _digest(6, 4)


def test_the_bytes_are_the_same_in_another_process() -> None:
    code = "from tests.generator.test_world import _digest; print(_digest(4, 3))"
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == _digest(4, 3)


def test_a_larger_region_begins_with_the_same_patients() -> None:
    few = generate(patients=4, seed=11, as_of=AS_OF, signer=TestKey()).patients
    many = generate(patients=6, seed=11, as_of=AS_OF, signer=TestKey()).patients

    for smaller, larger in zip(few, many, strict=False):
        assert smaller == larger


def test_every_kind_of_life_is_lived() -> None:
    lived = {batch.archetype for batch in world()[1]}

    assert lived == {kind.name for kind in (*ARCHETYPES, NEWLY_REGISTERED)}


def test_every_identity_number_is_valid_of_its_kind_and_of_a_test_series() -> None:
    kinds = set()
    for records in everything():
        for identifier in _patients(records)[-1].identifiers:
            kind = kind_of_system(identifier.system)
            assert kind is not None
            number = parse_identity_as(kind, identifier.value, as_of=AS_OF.date())
            assert number.value == identifier.value
            if kind in (IdentityKind.PERSONNUMMER, IdentityKind.SAMORDNINGSNUMMER):
                assert is_test_series(number)
            kinds.add(kind)

    assert kinds == set(IdentityKind)


def test_a_number_agrees_with_its_bearers_birth_date_and_sex() -> None:
    for records in everything():
        patient = _patients(records)[-1]
        kind = kind_of_system(patient.identifiers[0].system)
        assert kind is not None
        number = parse_identity_as(kind, patient.identifiers[0].value, as_of=AS_OF.date())
        if number.birth_date is not None:
            assert (number.birth_date - date.fromisoformat(str(patient.birth_date))).days < 30
        if number.sex is not None:
            assert number.sex.value == patient.sex


def test_no_number_and_no_identifier_belongs_to_two() -> None:
    numbers = [
        identifier.value
        for records in everything()
        for identifier in _patients(records)[-1].identifiers
    ]
    ids = [record.id for records in everything() for record in records]

    assert len(set(numbers)) == len(numbers)
    assert len(set(ids)) == len(ids)


def test_every_patient_is_marked_as_invented() -> None:
    for records in everything():
        for patient in _patients(records):
            assert [coding.code for coding in patient.extra] == ["HTEST"]


def test_every_level_of_protection_is_there_and_no_whereabouts_with_it() -> None:
    protected = [p for records in everything() for p in _patients(records) if p.protected]

    assert {p.protection for p in protected} == {
        "sekretessmarkering",
        "skyddad_folkbokforing",
        "fingerade",
    }
    for patient in protected:
        assert not patient.addresses
        assert not patient.telecoms
        assert not patient.relatives


def test_the_state_functions_accept_every_record() -> None:
    for records in everything():
        for versions in by_entity(records).values():
            state = entity_state(versions)
            row = project(state)
            assert not state.line.missing
            assert not state.unreadable
            assert row.status != "unreadable"
            if row.family == "medication_order":
                assert order_state(state).effective.content.drug is not None
            if row.family == "referral":
                assert referral_state(state).request.background


def test_nothing_is_written_after_the_moment_the_world_is_seen_at() -> None:
    latest = to_millis(AS_OF)
    for records in everything():
        assert all(record.written_at.millis <= latest for record in records)
        assert list(records) == sorted(records, key=lambda record: record.order)


def test_every_record_builds_on_something_written_before_it() -> None:
    for records in everything():
        times = {record.id: record.written_at for record in records}
        for record in records:
            assert all(times[base] < record.written_at for base in record.bases)


def test_a_chart_begins_with_who_the_patient_is() -> None:
    for records in everything():
        assert isinstance(records[0].body, Patient)
        assert records[0].entity == records[0].patient


def test_a_patients_identifier_does_not_say_when_the_patient_was_born() -> None:
    for records in everything():
        born = _patients(records)[0].birth_date
        begun = from_millis(records[0].patient.int >> 80).date()
        assert begun == records[0].written_at.as_datetime().date()
        assert begun.isoformat() != born or begun.year >= AS_OF.year - 13


def test_identifiers_carry_the_time_they_were_made() -> None:
    for records in everything():
        for record in records:
            assert record.id.version == 7
            assert record.id.int >> 80 == record.written_at.millis


def test_every_signature_stands_under_the_very_bytes_it_names() -> None:
    _region, batches = world()
    for batch, records in zip(batches, everything(), strict=True):
        hashes = {r.id: s.hash.hex() for r, s in zip(records, batch.records, strict=True)}
        for record in records:
            if isinstance(record.body, Signature):
                assert record.body.target_hash == hashes[record.bases[0]]


def test_a_record_handed_over_open_is_what_its_bytes_say() -> None:
    for batch, records in zip(world()[1], everything(), strict=True):
        assert batch.opened == records


def test_the_key_given_has_signed_every_record() -> None:
    public = TestKey().private.public_key()
    for batch in world()[1][:5]:
        for sealed in batch.records:
            public.verify(sealed.signature, sealed.raw)


def test_every_unit_that_a_record_concerns_has_had_the_patient_in_scope() -> None:
    region, batches = world()
    known = {unit.hsa_id for unit in region.units}
    for batch, records in zip(batches, everything(), strict=True):
        concerned = {unit for record in records for unit in units_concerned(record)}
        assert {membership.unit for membership in batch.memberships} == concerned
        assert concerned <= known
        assert batch.units <= concerned


def test_a_living_patient_is_in_scope_at_the_unit_they_are_listed_at() -> None:
    for batch, records in zip(world()[1], everything(), strict=True):
        patient = _patients(records)[-1]
        if not patient.is_deceased:
            assert patient.listed_unit in batch.units


def test_the_dead_have_a_date_and_nothing_is_planned_for_them() -> None:
    dead = [r for r in everything() if _patients(r)[-1].is_deceased]

    assert dead
    for records in dead:
        patient = _patients(records)[-1]
        assert patient.deceased is not None
        notes = [record.body for record in records if isinstance(record.body, Note)]
        assert all(str(note.contact_time)[:10] <= patient.deceased for note in notes)


def test_some_notes_wait_for_a_signature_and_some_were_corrected() -> None:
    kinds: set[str] = set()
    for records in everything():
        for versions in by_entity(records).values():
            if versions[0].kind == "note":
                state = entity_state(versions)
                kinds.add(project(state).status)
                kinds |= {"corrected"} if state.corrected else set()

    assert {"signed", "unsigned", "corrected"} <= kinds


def test_sokord_that_no_patient_may_read_occur_so_that_they_can_be_seen_to_be_hidden() -> None:
    _region, batches = world(90, 7)
    text = b"".join(sealed.raw for batch in batches for sealed in batch.records).decode()

    assert any(f'"term":"{term}"' in text for term in NEVER_FOR_THE_PATIENT)


@pytest.mark.slow
def test_one_patient_has_the_longest_chart_there_is() -> None:
    made = generate(patients=HEAVY_PLACE + 1, seed=2, as_of=AS_OF, signer=TestKey())
    batches = list(made.patients)

    assert HEAVIEST <= len(batches[HEAVY_PLACE].records) < HEAVIEST + 20


@pytest.mark.slow
def test_referrals_of_a_whole_region_are_in_every_state() -> None:
    states = set()
    made = generate(patients=420, seed=1, as_of=AS_OF, signer=TestKey())
    for batch in made.patients:
        if b'"kind":"referral"' not in b"".join(s.raw for s in batch.records):
            continue
        states |= _referral_states(batch.records)

    assert {"sent", "received", "completion", "accepted", "booked", "final"} <= states
    assert {"rejected", "cancelled"} <= states


def _referral_states(sealed: tuple[object, ...]) -> set[str]:
    from workstation.domain.kinds import open_record
    from workstation.domain.record import Sealed

    wanted = (b'"kind":"referral', b'"kind":"acknowledgement"')
    records = [
        open_record(one)
        for one in sealed
        if isinstance(one, Sealed) and any(kind in one.raw for kind in wanted)
    ]
    found = set()
    for versions in by_entity(records).values():
        if any(version.kind == "referral" for version in versions):
            found.add(referral_state(entity_state(versions)).status)
    return found
