"""Several people at several workstations of several units: everybody comes to see the same."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tests.builders import GRACE, a_dosage, a_medication_order, a_patient, a_receiver
from tests.clinic import Clinic, Seat, eventually
from tests.stories.region import PRACTICE
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId
from workstation.domain.medication import MedicationOrder, OrderStatus, order_state
from workstation.domain.note import Note, Section
from workstation.domain.record import Record, seal
from workstation.domain.referral import Referral
from workstation.operations.change_order import change_order
from workstation.operations.correct_note import correct_note
from workstation.operations.resolve_fork import resolve_fork
from workstation.operations.sign_note import write_signed_note
from workstation.operations.stop_order import stop_order
from workstation.operations.write_referral import write_referral
from workstation.operations.writing import heads_of


async def seated(clinic: Clinic, *users: str) -> list[Seat]:
    """Seat people, each at a workstation of their own; Grace is known on the ward."""
    seats = []
    for user in users:
        seat = clinic.seat(user)
        await seat.sit(user)
        seats.append(seat)
    first = seats[0]
    grace = a_patient(author=first.desk.author, written_at=first.desk.now())
    await first.opened.cache.save([seal(grace, first.desk.signer)])
    await first.has_sent_everything()
    return seats


async def state_at(seat: Seat, entity: EntityId) -> EntityState | None:
    assert seat.session is not None
    listed = await seat.session.records.entity(GRACE, entity)
    return None if listed is None else listed.state


async def shown_at(seat: Seat, entity: EntityId) -> EntityState:
    state = await state_at(seat, entity)
    assert state is not None
    return state


async def all_see(seats: Sequence[Seat], record: Record) -> None:
    """Wait until the record is among what everybody has of its entity."""
    for seat in seats:

        async def there(seat: Seat = seat) -> bool:
            state = await state_at(seat, record.entity)
            if state is None:
                return False
            parts = (*state.line.versions, *state.signatures)
            return record.id in {part.id for part in parts}

        await eventually(there)


async def all_agree(seats: Sequence[Seat], entity: EntityId) -> EntityState:
    """Everybody shows the very same state; return it."""
    states = [await shown_at(seat, entity) for seat in seats]
    assert all(state == states[0] for state in states)
    return states[0]


def offline(*seats: Seat) -> None:
    for seat in seats:
        seat.line.is_up = False


def online(*seats: Seat) -> None:
    for seat in seats:
        seat.line.is_up = True
        seat.opened.synchroniser.retry_now()


async def an_order_at(seat: Seat) -> Record:
    order = a_medication_order(author=seat.desk.author, written_at=seat.desk.now())
    await seat.opened.cache.save([seal(order, seat.desk.signer)])
    return order


async def changes(seat: Seat, order: Record, amount: str) -> Record:
    assert seat.session is not None
    state = await shown_at(seat, order.entity)
    body = order.body
    assert isinstance(body, MedicationOrder)
    doubled = replace(
        body,
        dosage=a_dosage(amount, "0", "0", "0"),
        why="för lågt",
        start="2026-03-02",
        follow_up="2026-12-01",
    )
    return await change_order(
        doubled,
        patient=GRACE,
        entity=order.entity,
        seen=heads_of(state),
        records=seat.session.records,
        desk=seat.desk,
    )


async def stops(seat: Seat, order: Record) -> Record:
    assert seat.session is not None
    return await stop_order(
        why="bensvullnad",
        patient=GRACE,
        entity=order.entity,
        seen=heads_of(await shown_at(seat, order.entity)),
        records=seat.session.records,
        desk=seat.desk,
    )


async def decides(seat: Seat, entity: EntityId, chosen: Record) -> Record:
    assert seat.session is not None
    return await resolve_fork(
        chosen=chosen.id,
        reason="Efter samråd.",
        patient=GRACE,
        entity=entity,
        seen=heads_of(await shown_at(seat, entity)),
        records=seat.session.records,
        desk=seat.desk,
    )


async def forked_order(okoro: Seat, falk: Seat, lind: Seat) -> tuple[Record, Record, Record]:
    """One order, changed at one seat and stopped at another while both were offline."""
    order = await an_order_at(okoro)
    await all_see((falk, lind), order)
    offline(okoro, falk)
    changed, stopped = await changes(okoro, order, "2"), await stops(falk, order)
    online(okoro, falk)
    await all_see((okoro, falk, lind), changed)
    await all_see((okoro, falk, lind), stopped)
    return order, changed, stopped


async def test_an_order_changed_at_two_offline_seats_is_undecided_and_safe_at_all_three(
    clinic: Clinic,
) -> None:
    okoro, falk, lind = await seated(clinic, "okoro", "falk", "lind")
    order, changed, stopped = await forked_order(okoro, falk, lind)

    state = order_state(await all_agree((okoro, falk, lind), order.entity))
    assert state.undecided
    assert state.status is OrderStatus.HELD
    assert {side.step.id for side in state.sides} == {changed.id, stopped.id}

    decision = await decides(falk, order.entity, stopped)
    await all_see((okoro, falk, lind), decision)
    state = order_state(await all_agree((okoro, falk, lind), order.entity))
    assert not state.undecided
    assert state.status is OrderStatus.STOPPED


async def test_a_fork_resolved_twice_at_once_is_undecided_again_until_somebody_decides(
    clinic: Clinic,
) -> None:
    okoro, falk, lind = seats = await seated(clinic, "okoro", "falk", "lind")
    order, changed, stopped = await forked_order(okoro, falk, lind)

    offline(okoro, falk)
    for_change = await decides(okoro, order.entity, changed)
    for_stop = await decides(falk, order.entity, stopped)
    online(okoro, falk)
    await all_see(seats, for_change)
    await all_see(seats, for_stop)
    state = await all_agree(seats, order.entity)
    assert state.undecided
    assert order_state(state).status is not OrderStatus.ACTIVE

    third = await decides(okoro, order.entity, for_change)
    await all_see(seats, third)
    state = await all_agree(seats, order.entity)
    assert not state.undecided
    assert order_state(state).status is OrderStatus.ACTIVE
    assert order_state(state).effective.step.id == changed.id


async def test_a_note_corrected_at_two_offline_seats_shows_both_until_one_is_chosen(
    clinic: Clinic,
) -> None:
    okoro, falk, lind = seats = await seated(clinic, "okoro", "falk", "lind")
    assert okoro.session is not None
    assert falk.session is not None
    note = await write_signed_note(
        _note("Hb 132."), patient=GRACE, records=okoro.session.records, desk=okoro.desk
    )

    async def signed_everywhere() -> bool:
        states = [await state_at(seat, note.entity) for seat in seats]
        return all(state is not None and state.signed for state in states)

    await eventually(signed_everywhere)

    offline(okoro, falk)
    mine = await _corrects(okoro, note, "Hb 123.")
    theirs = await _corrects(falk, note, "Hb 132, ingen blödning.")
    online(okoro, falk)
    await all_see(seats, mine)
    await all_see(seats, theirs)
    state = await all_agree(seats, note.entity)
    assert {record.id for record in state.contenders} == {mine.id, theirs.id}

    await all_see(seats, await decides(lind, note.entity, theirs))
    state = await all_agree(seats, note.entity)
    assert not state.undecided
    assert state.current.id == theirs.id


def _note(text: str) -> Note:
    return Note(type="bes", title="Besök", sections=(Section(text=text),))


async def _corrects(seat: Seat, note: Record, text: str) -> Record:
    assert seat.session is not None
    return await correct_note(
        _note(text),
        why="Felskrivet.",
        patient=GRACE,
        entity=note.entity,
        seen=heads_of(await shown_at(seat, note.entity)),
        records=seat.session.records,
        desk=seat.desk,
    )


async def test_a_referral_brings_the_patient_with_the_whole_record_to_the_other_provider(
    clinic: Clinic,
) -> None:
    ekman = clinic.seat("vårdcentralen")
    await ekman.sit("ekman")
    assert ekman.session is not None
    (okoro,) = await seated(clinic, "okoro")
    await okoro.writes("Skrivet före remissen.")
    await okoro.has_sent_everything()
    assert await ekman.session.records.patient(GRACE) is None

    assert okoro.session is not None
    referral = Referral(
        type="consultation",
        question="Tacksam för fortsatt uppföljning.",
        background="Nyupptäckt hypertoni.",
        to_unit=PRACTICE,
        to_unit_name="Vårdcentralen",
        due="2026-12-24",
    )
    sent = await write_referral(
        referral,
        patient=GRACE,
        records=okoro.session.records,
        desk=okoro.desk,
        receiver=a_receiver(PRACTICE),
    )
    await all_see((ekman,), sent)
    await ekman.sees("Skrivet före remissen.")
    work = await ekman.session.records.work(
        unit=PRACTICE, person=ekman.desk.author.hsa_id, limit=10
    )
    assert [line.entity for line in work] == [sent.entity]

    await okoro.writes("Skrivet efter remissen.")
    await ekman.sees("Skrivet efter remissen.")
    await ekman.writes("Skrivet på vårdcentralen.")
    await okoro.sees("Skrivet på vårdcentralen.")
