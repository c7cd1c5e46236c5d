"""A consent holds for whom it was given, as long as it was given."""

from __future__ import annotations

import pytest

from tests.builders import MORNING, a_void
from tests.privacy import OTHERS, OTHERS_UNIT, a_consent, following
from workstation.domain.consent import Consent, ConsentUnclear, check_consent, consent_in_force
from workstation.domain.entity import EntityState
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state
from workstation.domain.record import Record
from workstation.domain.values import millis_of

SOMEBODY = HsaId("SE2321000016-P9")


def holds(*records: Record, unit: HsaId = OTHERS_UNIT, at: int = MORNING) -> EntityState | None:
    return consent_in_force([entity_state(records)], OTHERS, SOMEBODY, unit, at)


def test_a_consent_for_the_unit_holds_for_everybody_there_and_not_elsewhere() -> None:
    assert holds(a_consent())
    assert not holds(a_consent(), unit=HsaId("SE2321000016-Z8Z8"))
    assert holds(a_consent(unit=HsaId("")), unit=HsaId("SE2321000016-Z8Z8"))
    assert not holds(a_consent(provider=HsaId("SE2321000016-Y000")))


def test_a_consent_for_one_person_holds_for_that_person() -> None:
    assert holds(a_consent(person=SOMEBODY))
    assert not holds(a_consent(person=HsaId("SE2321000016-P8")))


def test_a_consent_holds_from_its_first_through_its_last_day() -> None:
    consent = a_consent()
    assert not holds(consent, at=millis_of("2026-03-01") - 1)
    assert holds(consent, at=millis_of("2026-03-01"))
    assert holds(consent, at=millis_of("2026-03-16") - 1)
    assert not holds(consent, at=millis_of("2026-03-16"))
    assert holds(a_consent(valid_to=None), at=millis_of("2099-01-01"))


def test_revoked_voided_or_disputed_it_holds_no_more() -> None:
    consent = a_consent()
    revoked = a_consent(**following(consent), status="revoked")
    assert not holds(consent, revoked)
    assert not holds(consent, a_void(consent))
    longer = a_consent(**following(consent), valid_to="2026-04-01")
    assert holds(consent, longer, at=millis_of("2026-03-20"))
    assert not holds(consent, longer, revoked)


def test_of_several_the_one_that_holds_longest_is_told() -> None:
    short, long = a_consent(), a_consent(valid_to="2026-05-01")
    found = consent_in_force(
        [entity_state([short]), entity_state([long])], OTHERS, SOMEBODY, OTHERS_UNIT, MORNING
    )
    assert found is not None
    assert found.id == long.entity


@pytest.mark.parametrize("wrong", [{"provider": HsaId("")}, {"valid_to": "2026-02-01"}])
def test_a_consent_that_could_never_hold_is_refused(wrong: dict[str, str]) -> None:
    fields = {"provider": OTHERS, "valid_from": "2026-03-01", "given": "spoken"}
    with pytest.raises(ConsentUnclear):
        check_consent(Consent(**(fields | wrong)))  # type: ignore[arg-type]
