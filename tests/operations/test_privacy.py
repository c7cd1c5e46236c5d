"""What a patient says of who may read is written down once, holds as said, and is taken back."""

from __future__ import annotations

import pytest

from tests.builders import GRACE, WARD, a_note, a_patient, an_author
from tests.privacy import OTHERS, a_block
from tests.ward import Ward
from workstation.domain.block import Block, GuardianMayNotBlock, asked_by
from workstation.domain.clock import to_millis, to_text
from workstation.domain.consent import Consent, ConsentUnclear
from workstation.domain.problem import Problem
from workstation.operations.end_lift import end_lift
from workstation.operations.lift_block import lift_block
from workstation.operations.ports import Desk
from workstation.operations.privacy import Privacy, read_privacy
from workstation.operations.register_block import register_block
from workstation.operations.register_consent import register_consent
from workstation.operations.revoke_block import revoke_block
from workstation.operations.revoke_consent import revoke_consent
from workstation.operations.writing import Incomplete, NotAllowed, heads_of

HOUR = 3_600_000


async def privacy(ward: Ward, desk: Desk) -> Privacy:
    now = to_millis(ward.clock.now())
    return await read_privacy(ward.cache, GRACE, desk, at=now)


def own(desk: Desk, **fields: str) -> Block:
    author = desk.author
    return Block(type="inner", unit=author.unit, provider=author.provider, **fields)  # type: ignore[arg-type]


async def test_a_block_is_registered_once_however_often_and_revoked_with_a_reason(
    ward: Ward, maja: Desk
) -> None:
    await ward.put(a_patient(listed_unit=WARD))
    first = await register_block(own(maja), patient=GRACE, records=ward.cache, desk=maja)
    again = await register_block(own(maja), patient=GRACE, records=ward.cache, desk=maja)
    assert first is not None
    assert again is None
    held = await privacy(ward, maja)
    (state,) = held.blocks
    assert len(held.in_force) == 1
    assert held.closing == ()  # it never closes anything to the unit itself

    with pytest.raises(Incomplete):
        await revoke_block(
            reason=" ",
            patient=GRACE,
            entity=state.id,
            seen=heads_of(state),
            records=ward.cache,
            desk=maja,
        )
    await revoke_block(
        reason="Ringde och bad om det",
        patient=GRACE,
        entity=state.id,
        seen=heads_of(state),
        records=ward.cache,
        desk=maja,
    )

    assert (await privacy(ward, maja)).in_force == ()


async def test_what_another_provider_has_blocked_is_lifted_for_the_unit_and_ended(
    ward: Ward, maja: Desk
) -> None:
    await ward.put(a_patient(listed_unit=WARD), a_block(provider=OTHERS))
    assert len((await privacy(ward, maja)).closing) == 1
    until = to_text(to_millis(ward.clock.now()) + HOUR)

    with pytest.raises(Incomplete):
        await lift_block(until=until, reason="", patient=GRACE, records=ward.cache, desk=maja)
    await lift_block(
        until=until, reason="Går med på det", patient=GRACE, records=ward.cache, desk=maja
    )

    lifted = await privacy(ward, maja)
    assert lifted.closing == ()
    (lift,) = lifted.lifts
    await end_lift(
        patient=GRACE, entity=lift.id, seen=heads_of(lift), records=ward.cache, desk=maja
    )
    assert len((await privacy(ward, maja)).closing) == 1

    (block,) = lifted.blocks
    with pytest.raises(NotAllowed):
        await revoke_block(
            reason="Vill det",
            patient=GRACE,
            entity=block.id,
            seen=heads_of(block),
            records=ward.cache,
            desk=maja,
        )


async def test_a_lift_holds_no_longer_than_it_was_said(ward: Ward, maja: Desk) -> None:
    await ward.put(a_patient(listed_unit=WARD), a_block(provider=OTHERS))
    until = to_text(to_millis(ward.clock.now()) + HOUR)
    await lift_block(until=until, reason="Ja tack", patient=GRACE, records=ward.cache, desk=maja)

    ward.clock.forward(61)

    assert len((await privacy(ward, maja)).closing) == 1


async def test_a_consent_holds_between_its_days_and_until_it_is_revoked(
    ward: Ward, maja: Desk, anna: Desk
) -> None:
    elsewhere = an_author(provider=OTHERS)
    await ward.put(a_patient(listed_unit=WARD), a_note(author=elsewhere))
    author = maja.author
    assert (await privacy(ward, anna)).others
    assert (await privacy(ward, anna)).consent is None
    today = ward.clock.now().date().isoformat()
    consent = Consent(
        provider=author.provider, unit=author.unit, valid_from=today, valid_to=today, given="spoken"
    )
    await register_consent(consent, patient=GRACE, records=ward.cache, desk=maja)

    held = (await privacy(ward, anna)).consent
    assert held is not None
    await revoke_consent(
        patient=GRACE, entity=held.id, seen=heads_of(held), records=ward.cache, desk=anna
    )
    assert (await privacy(ward, anna)).consent is None
    with pytest.raises(ConsentUnclear):
        early = Consent(
            provider=author.provider, valid_from=today, valid_to="2020-01-01", given="written"
        )
        await register_consent(early, patient=GRACE, records=ward.cache, desk=maja)


async def test_who_may_not_writes_nothing(ward: Ward) -> None:
    await ward.put(a_patient(listed_unit=WARD), a_block(provider=OTHERS))
    desk = ward.desk("Ek, Siv", profession="assistant_nurse", hsa_id="SE2321000016-P077")
    with pytest.raises(NotAllowed):
        await register_block(own(desk), patient=GRACE, records=ward.cache, desk=desk)
    with pytest.raises(NotAllowed):
        until = to_text(to_millis(ward.clock.now()) + HOUR)
        await lift_block(until=until, reason="Ja", patient=GRACE, records=ward.cache, desk=desk)
    with pytest.raises(GuardianMayNotBlock):
        asked_by("guardian")
    with pytest.raises(Problem):
        await register_block(
            Block(type="inner", provider=OTHERS),
            patient=GRACE,
            records=ward.cache,
            desk=ward.desk(),
        )
