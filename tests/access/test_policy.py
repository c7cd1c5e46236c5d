"""The policy: denied unless a row allows it, and the same answer in Python and in SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ADA, CLINIC, GRACE, HOSPITAL, WARD, a_note, a_patient
from workstation.access.actor import Actor, ActorKind, Machine, Nobody, PatientSelf, Staff, kinds_of
from workstation.access.age import DirectAccess, direct_access
from workstation.access.for_patient import sections_for_patient, without_whereabouts
from workstation.access.policy import (
    RULES,
    Action,
    Relation,
    decide,
    may_ever,
    relation_to_patient,
    relation_to_unit,
)
from workstation.access.scope import InUnits, Nothing, OnePatient, contains, scope_of
from workstation.domain.directory import Right
from workstation.domain.ids import HsaId
from workstation.domain.note import NEVER_FOR_THE_PATIENT, Note, Section
from workstation.domain.patient import Address, Patient, Relative, Telecom


def staff(*rights: Right, unit: HsaId = WARD) -> Staff:
    return Staff(
        person=HsaId("SE2321000016-P001"),
        assignment=HsaId("SE2321000016-M001"),
        unit=unit,
        provider=HOSPITAL,
        rights=frozenset(rights),
    )


ACTORS: tuple[Actor, ...] = (
    staff("care"),
    staff("admin"),
    staff("log_review"),
    staff(),
    staff("content_author", "import"),
    PatientSelf(patient=GRACE),
    Machine(device="PC-17"),
    Nobody(),
)
OPEN = {Action.SEE_STATUS, Action.LOG_IN, Action.LOG_OUT}


def test_what_no_row_allows_is_refused() -> None:
    listed = {(rule.who, rule.action) for rule in RULES}
    for actor, action, relation in product(ACTORS, Action, Relation):
        known = any((kind, action) in listed for kind in kinds_of(actor))
        if decide(actor, action, relation).allowed:
            assert known
            assert may_ever(actor, action)


@pytest.mark.parametrize("actor", [Nobody(), staff(), staff("import")])
def test_who_has_no_right_has_no_access(actor: Actor) -> None:
    allowed = {a for a, r in product(Action, Relation) if decide(actor, a, r).allowed}
    assert allowed == OPEN
    assert scope_of(actor) == Nothing()


def test_an_administrator_reads_no_record() -> None:
    for relation in Relation:
        for action in (Action.READ_RECORD, Action.FOLLOW_UNIT, Action.FIND_PATIENT):
            assert not decide(staff("admin"), action, relation).allowed
    assert scope_of(staff("admin")) == Nothing()


def test_a_workstation_with_nobody_at_it_only_delivers() -> None:
    allowed = {a for a, r in product(Action, Relation) if decide(ACTORS[6], a, r).allowed}
    assert allowed == OPEN | {Action.DELIVER}


def test_care_reaches_its_own_unit_and_no_other() -> None:
    care = staff("care")
    assert decide(care, Action.FOLLOW_UNIT, relation_to_unit(care, WARD)).allowed
    assert not decide(care, Action.FOLLOW_UNIT, relation_to_unit(care, CLINIC)).allowed
    assert not decide(care, Action.FOLLOW_UNIT, relation_to_unit(care, HsaId(""))).allowed


def test_what_is_opened_in_an_emergency_is_read_and_no_more_than_that() -> None:
    opening = Staff(
        person=HsaId("SE2321000016-P001"),
        assignment=HsaId("SE2321000016-M001"),
        unit=WARD,
        provider=HOSPITAL,
        rights=frozenset({"care"}),
        opened=frozenset({GRACE}),
    )
    relation = relation_to_patient(opening, GRACE, frozenset({CLINIC}))

    assert relation is Relation.EMERGENCY
    assert decide(opening, Action.READ_RECORD, relation).allowed
    assert not decide(opening, Action.FOLLOW_UNIT, relation).allowed
    assert contains(scope_of(opening), GRACE, frozenset())
    assert not contains(scope_of(opening), ADA, frozenset())
    elsewhere: tuple[tuple[Right, ...], ...] = (("admin",), ("log_review",), ())
    for rights in elsewhere:
        assert scope_of(replace(opening, rights=frozenset(rights))) == Nothing()


def test_an_empty_scope_cannot_be_made_by_accident() -> None:
    for units in (frozenset(), frozenset({HsaId("")})):
        with pytest.raises(ValueError):
            InUnits(units=units)


@given(
    st.sampled_from(ACTORS),
    st.sampled_from([GRACE, ADA]),
    st.frozensets(st.sampled_from([WARD, CLINIC])),
)
def test_scope_and_decision_agree(actor: Actor, patient: object, units: frozenset[HsaId]) -> None:
    relation = relation_to_patient(actor, patient, units)  # type: ignore[arg-type]
    action = Action.READ_OWN if isinstance(actor, PatientSelf) else Action.READ_RECORD
    allowed = decide(actor, action, relation).allowed
    assert contains(scope_of(actor), patient, units) is allowed  # type: ignore[arg-type]


def test_a_patient_is_in_nobodys_scope_but_the_own() -> None:
    assert scope_of(PatientSelf(patient=GRACE)) == OnePatient(patient=GRACE)
    assert kinds_of(PatientSelf(patient=GRACE)) == {ActorKind.PATIENT}


@pytest.mark.parametrize(
    ("born", "today", "who"),
    [
        ("2010-06-15", "2026-06-14", DirectAccess.NEITHER),
        ("2010-06-15", "2026-06-15", DirectAccess.OWN),
        ("2013-06-15", "2026-06-14", DirectAccess.GUARDIAN),
        ("2013-06-15", "2026-06-15", DirectAccess.NEITHER),
        ("2026-06-15", "2026-06-15", DirectAccess.GUARDIAN),
        ("2012-02-29", "2028-02-28", DirectAccess.NEITHER),
        ("2012-02-29", "2028-02-29", DirectAccess.OWN),
        ("2012-02-29", "2025-02-28", DirectAccess.GUARDIAN),
        ("2012-02-29", "2025-03-01", DirectAccess.NEITHER),
        ("1912-12-12", "2026-06-15", DirectAccess.OWN),
    ],
)
def test_from_sixteen_the_person_until_thirteen_the_guardians(
    born: str, today: str, who: DirectAccess
) -> None:
    assert direct_access(date.fromisoformat(born), date.fromisoformat(today)) is who


@pytest.mark.parametrize("term", sorted(NEVER_FOR_THE_PATIENT))
def test_some_headings_are_never_for_the_patient_however_they_are_spelled(term: str) -> None:
    sections = tuple(Section(term=t, text="x") for t in (term, f" {term.upper()} ", "Status"))
    note = a_note(sections=sections).body
    assert isinstance(note, Note)
    assert [section.term for section in sections_for_patient(note)] == ["Status"]


def test_a_protected_person_has_no_whereabouts() -> None:
    body = a_patient(
        addresses=(Address(lines=("Storgatan 1",)),),
        telecoms=(Telecom(system="phone", value="070"),),
        relatives=(Relative(name="Far"),),
        protection="fingerade",
    ).body
    assert isinstance(body, Patient)
    shown = without_whereabouts(body)
    assert (shown.addresses, shown.telecoms, shown.relatives) == ((), (), ())
    assert shown.family == body.family
