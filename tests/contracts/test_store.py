"""What every store keeps to, whatever it is made of: the model of the simulation and the real cache.

The server here is the simulation's model, so both sides of the contract are the same in all tests.
"""

from __future__ import annotations

import msgspec
import pytest

from sync.protocol.messages import (
    PullRequest,
    PushReply,
    PushRequest,
    Span,
)
from sync.protocol.pull import Hole
from sync.protocol.push import ids_of, settle
from tests.contracts.scene import A, B, Scene, group_of


async def test_a_new_store_follows_nothing_and_has_nothing_to_send(scene: Scene) -> None:
    standing = await scene.store.standing()

    assert (standing.device, standing.incarnation) == ("here", 1)
    assert (standing.epoch, dict(standing.cursors)) == ("", {})
    assert await scene.pushes() == ()
    assert (await scene.store.unsent()).oldest is None


async def test_after_the_list_and_the_load_it_is_as_the_server(scene: Scene) -> None:
    scene.a_patient(A, records=60)
    scene.a_patient(A, B, records=3)

    await scene.follows(A, B)

    assert await scene.is_as_the_server(A, B)


async def test_what_is_written_elsewhere_comes_by_the_feed(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)

    scene.written_elsewhere(patient)
    scene.a_patient(A, records=2)
    await scene.pulls()
    await scene.fetches()

    assert await scene.is_as_the_server(A)


async def test_a_page_applied_twice_changes_nothing(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    scene.written_elsewhere(patient)
    page = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )

    await scene.store.apply_page(page)
    once = await scene.store.standing()
    await scene.store.apply_page(page)

    assert await scene.store.standing() == once
    assert await scene.is_as_the_server(A)


async def test_a_page_with_a_hole_is_not_stored_at_all(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    for _ in range(3):
        scene.written_elsewhere(patient)
    first, _missing, third, at = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )

    with pytest.raises(Hole):
        await scene.store.apply_page([first, third, at])

    assert await scene.store.standing() == before


async def test_a_page_cut_short_is_stored_as_far_as_it_came(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    for _ in range(3):
        scene.written_elsewhere(patient)
    page = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )

    await scene.store.apply_page(page[:2])
    assert (await scene.store.standing()).cursors[A] == before.cursors[A] + 2
    await scene.pulls()

    assert await scene.is_as_the_server(A)


async def test_an_end_beyond_its_lines_is_a_hole(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    before = await scene.store.standing()
    scene.written_elsewhere(patient)
    at = scene.server.pull(
        PullRequest(epoch=scene.server.state.epoch, cursors=dict(before.cursors))
    )[-1]

    with pytest.raises(Hole):
        await scene.store.apply_page([at])


async def test_what_was_sent_and_never_answered_is_sent_again(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    saved = await scene.saves(patient, records=2)

    batch = await scene.store.next_batch(most=10, max_bytes=1_000_000)
    again = await scene.store.next_batch(most=10, max_bytes=1_000_000)

    assert ids_of(batch) == ids_of(again)
    assert len(ids_of(batch)) == len(saved)
    unsent = await scene.store.unsent()
    assert (unsent.local, unsent.sent) == (0, 2)


async def test_a_batch_is_in_the_order_of_saving_and_keeps_what_was_saved_together(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    for _ in range(3):
        await scene.saves(patient, records=2)

    small = await scene.store.next_batch(most=3, max_bytes=1_000_000)
    tiny = await scene.store.next_batch(most=10, max_bytes=1)
    whole = await scene.store.next_batch(most=100, max_bytes=1_000_000)

    assert len(ids_of(tiny)) == 2, "the oldest group comes even where it is above the limit"
    assert len(ids_of(small)) in (2, 4), "a group is never split"
    assert ids_of(whole)[: len(ids_of(small))] == ids_of(small)
    assert len(ids_of(whole)) == 6


async def test_only_what_the_reply_names_is_settled(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    await scene.saves(patient)
    batch = await scene.store.next_batch(most=10, max_bytes=1_000_000)
    reply = scene.server.push(PushRequest(epoch=scene.server.state.epoch, groups=batch))
    await scene.saves(patient)

    await scene.store.settle(settle(batch, reply, epoch=scene.server.state.epoch))

    assert (await scene.store.unsent()).local == 1
    await scene.pushes()
    await scene.pulls()
    assert await scene.is_as_the_server(A)


async def test_what_the_server_puts_aside_stays_and_waits_for_a_person(scene: Scene) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    (saved,) = await scene.saves(patient)
    (batch,) = await scene.store.next_batch(most=10, max_bytes=1_000_000)
    (name,) = ids_of([batch])
    reply = msgspec.convert(
        {
            "epoch": "epoch-1",
            "outcomes": [{"id": name, "verdict": "quarantined", "why": "not_allowed"}],
        },
        PushReply,
    )

    await scene.settles(reply)

    unsent = await scene.store.unsent()
    assert (unsent.local, unsent.sent, unsent.attention) == (0, 0, 1)
    assert await scene.store.next_batch(most=10, max_bytes=1_000_000) == ()
    assert saved.raw


async def test_later_makes_a_patient_wait_and_nobody_else(scene: Scene) -> None:
    one, other = scene.a_patient(A), scene.a_patient(A)
    await scene.follows(A)
    await scene.saves(one)
    first = ids_of(await scene.store.next_batch(most=10, max_bytes=1_000_000))
    reply = msgspec.convert(
        {"epoch": "epoch-1", "outcomes": [{"id": first[0], "verdict": "later", "after": 60}]},
        PushReply,
    )
    await scene.settles(reply)
    await scene.saves(other)

    soon = ids_of(await scene.store.next_batch(most=10, max_bytes=1_000_000))
    scene.clock.seconds += 61
    later = ids_of(await scene.store.next_batch(most=10, max_bytes=1_000_000))

    assert first[0] not in soon
    assert len(soon) == 1
    assert first[0] in later


async def test_a_patient_who_leaves_goes_and_what_is_unsent_of_it_still_arrives(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    await scene.saves(patient)
    scene.server.leave(A, patient)
    await scene.pulls()
    assert await scene.store.heads(A) == ()

    (sent,) = await scene.pushes()

    assert scene.stored_times(patient)[sent] == 1


async def test_a_patient_of_two_units_stays_while_one_of_them_has_it(scene: Scene) -> None:
    patient = scene.a_patient(A, B, records=3)
    await scene.follows(A, B)

    scene.server.leave(A, patient)
    await scene.pulls()
    await scene.store.leave_unit(A)

    assert await scene.is_as_the_server(B)
    assert [head.p for head in await scene.store.heads(B)] == [patient]


async def test_who_comes_back_is_fetched_again(scene: Scene) -> None:
    patient = scene.a_patient(A, records=2)
    await scene.follows(A)
    scene.server.leave(A, patient)
    await scene.pulls()

    scene.written_elsewhere(patient, B)
    scene.server.enter(A, patient)
    scene.written_elsewhere(patient)
    await scene.pulls()
    await scene.fetches()

    assert await scene.is_as_the_server(A)


async def test_leaving_a_unit_leaves_no_cursor_and_no_wish(scene: Scene) -> None:
    scene.a_patient(A, records=2)
    await scene.follows(A)

    await scene.store.leave_unit(A)

    assert dict((await scene.store.standing()).cursors) == {}
    assert await scene.store.wanted(most=10) == ()


async def test_what_a_restored_server_lost_is_offered_again_own_and_other_peoples(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A, records=2)
    await scene.follows(A)
    backup = scene.server.snapshot()
    await scene.saves(patient)
    await scene.pushes()
    scene.written_elsewhere(patient)
    await scene.pulls()
    had = scene.stored_times(patient)

    scene.server.restored(backup, epoch="epoch-2")
    await scene.rejoins(A)
    await scene.pushes()
    await scene.pulls()
    await scene.fetches()

    assert scene.stored_times(patient) == had
    assert await scene.is_as_the_server(A)


async def test_after_a_restore_both_histories_come_together(scene: Scene) -> None:
    patient = scene.a_patient(A, records=2)
    await scene.follows(A)
    backup = scene.server.snapshot()
    scene.written_elsewhere(patient)
    await scene.pulls()
    had = scene.stored_times(patient)

    scene.server.restored(backup, epoch="epoch-2")
    for _ in range(3):
        scene.written_elsewhere(patient)
    await scene.rejoins(A)
    await scene.fetches()
    await scene.pushes()
    await scene.pulls()
    await scene.fetches()

    assert scene.stored_times(patient).items() >= had.items()
    assert set(scene.stored_times(patient).values()) == {1}
    assert await scene.is_as_the_server(A)


async def test_what_comes_back_between_two_comparisons_is_here_as_well(scene: Scene) -> None:
    patient = scene.a_patient(A, B, records=2)
    await scene.follows(A, B)
    backup = scene.server.snapshot()
    lost = scene.written_elsewhere(patient)
    await scene.pulls()

    scene.server.restored(backup, epoch="epoch-2")
    await scene.compares(A, followed=(A, B))
    scene.server.take_group(group_of(lost, patient))  # somebody else had it, too
    await scene.compares(B, followed=(A, B))
    await scene.store.leave_unit(A)  # so that its feed brings nothing more
    await scene.store.adopt_epoch("epoch-2", compared=(A, B))

    assert [(s.first, s.last) for s in await scene.store.wanted(most=10)] == [(3, 3)]
    await scene.fetches()
    await scene.pushes()
    assert await scene.is_as_the_server(B)


async def test_what_was_acknowledged_and_has_left_is_offered_after_a_restore_too(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    backup = scene.server.snapshot()
    await scene.saves(patient)
    (sent,) = await scene.pushes()
    scene.server.leave(A, patient)
    await scene.pulls()

    scene.server.restored(backup, epoch="epoch-2")
    scene.server.leave(A, patient)
    await scene.rejoins(A)
    await scene.pushes()

    assert scene.stored_times(patient)[sent] == 1


async def test_a_stream_that_runs_ahead_of_the_feed_does_not_outlive_a_restore(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    backup = scene.server.snapshot()
    scene.written_elsewhere(patient)
    await scene.store.apply_stream(*scene.streamed(Span(p=patient)))

    scene.server.restored(backup, epoch="epoch-2")
    scene.written_elsewhere(patient)
    await scene.rejoins(A)
    for _ in range(2):
        await scene.pushes()
        await scene.pulls()
        await scene.fetches()

    assert await scene.is_as_the_server(A)


async def test_what_only_a_unit_now_left_has_told_is_offered_after_a_restore(scene: Scene) -> None:
    patient = scene.a_patient(A, B)
    await scene.follows(A, B)
    backup = scene.server.snapshot()
    await scene.saves(patient)
    (sent,) = await scene.pushes()
    others = scene.written_elsewhere(patient)
    await scene.pulls(A)
    await scene.store.leave_unit(A)
    had = scene.stored_times(patient)

    scene.server.restored(backup, epoch="epoch-2")  # to exactly what the other unit has told
    await scene.rejoins(B)
    await scene.settled()

    assert scene.stored_times(patient)[sent] == 1
    assert scene.stored_times(patient) == had
    assert others.raw in [entry.raw for entry in scene.server.state.streams[patient]]
    assert await scene.is_as_the_server(B)


async def test_what_only_a_unit_now_left_has_told_does_not_pass_for_the_servers_new_history(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A, B, records=45)
    await scene.takes_lists(A, B)  # and nothing of the load comes before the restore
    backup = scene.server.snapshot()
    (own,) = await scene.saves(patient)
    (sent,) = await scene.pushes()
    others = scene.written_elsewhere(patient)
    await scene.pulls(A)
    await scene.store.leave_unit(A)

    scene.server.restored(backup, epoch="epoch-2")
    new = [scene.written_elsewhere(patient) for _ in range(3)]
    scene.server.take_group(group_of(others, patient))  # somebody else had it, too
    new.append(scene.written_elsewhere(patient))
    await scene.rejoins(B)
    await scene.settled()

    assert scene.stored_times(patient)[sent] == 1
    assert set(scene.stored_times(patient).values()) == {1}
    kept = {entry.raw for entry in scene.server.state.streams[patient]}
    assert kept >= {each.raw for each in (own, others, *new)}
    assert await scene.is_as_the_server(B)


async def test_what_was_acknowledged_is_offered_though_more_of_a_patient_who_left_waits(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    backup = scene.server.snapshot()
    await scene.saves(patient)
    (sent,) = await scene.pushes()
    await scene.pulls()
    await scene.saves(patient)
    scene.server.leave(A, patient)
    await scene.pulls()

    scene.server.restored(backup, epoch="epoch-2")
    scene.server.leave(A, patient)
    await scene.rejoins(A)
    await scene.settled()

    assert scene.stored_times(patient)[sent] == 1
    assert set(scene.stored_times(patient).values()) == {1}
    assert len(scene.stored_times(patient)) == 3


async def test_what_was_acknowledged_is_offered_even_where_the_patient_leaves_before_the_load(
    scene: Scene,
) -> None:
    patient = scene.a_patient(A)
    await scene.follows(A)
    backup = scene.server.snapshot()
    await scene.saves(patient)
    await scene.saves(patient)
    sent = await scene.pushes()  # and their lines do not come

    scene.server.restored(backup, epoch="epoch-2")
    new = [scene.written_elsewhere(patient) for _ in range(3)]
    await scene.rejoins(A)
    await scene.store.leave_unit(A)

    assert await scene.pushes() == sent, "in the order of writing"
    assert len(scene.stored_times(patient)) == 1 + len(sent) + len(new)
