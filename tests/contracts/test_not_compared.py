"""A new epoch, and a unit that the person now logged in may not ask about: nothing is lost."""

from __future__ import annotations

from sync.protocol.ports import NOT_COMPARED
from tests.contracts.scene import A, B, Scene


async def test_what_only_a_unit_tells_that_nobody_here_may_follow_is_offered_after_a_restore(
    scene: Scene,
) -> None:
    patient, of_both = scene.a_patient(B), scene.a_patient(A, B)
    await scene.follows(A, B)
    backup = scene.server.snapshot()
    others = [scene.written_elsewhere(patient, B), scene.written_elsewhere(of_both, B)]
    await scene.pulls()
    await scene.saves(patient)
    (sent,) = await scene.pushes()
    await scene.pulls(B)
    had, had_of_both = scene.stored_times(patient), scene.stored_times(of_both)

    scene.server.restored(backup, epoch="epoch-2")
    await scene.compares(A, followed=(A, B))
    await scene.store.adopt_epoch("epoch-2", compared=(A,))  # B is not theirs to ask about
    await scene.pushes()

    assert scene.stored_times(patient)[sent] == 1
    assert scene.stored_times(patient).keys() == had.keys()
    assert scene.stored_times(of_both).keys() == had_of_both.keys()
    kept = {e.raw for stream in scene.server.state.streams.values() for e in stream}
    assert kept >= {each.raw for each in others}
    await scene.compares(B, followed=(A, B))
    await scene.settled()
    assert await scene.is_as_the_server(A, B)


async def test_a_unit_not_compared_at_a_new_epoch_says_so_and_takes_no_line_until_it_is(
    scene: Scene,
) -> None:
    patient = scene.a_patient(B)
    await scene.follows(B)

    scene.server.restored(scene.server.snapshot(), epoch="epoch-2")
    await scene.store.adopt_epoch("epoch-2")
    scene.written_elsewhere(patient, B)
    await scene.pulls(B)

    standing = await scene.store.standing()
    assert (standing.cursors[B], standing.digests[B]) == (0, NOT_COMPARED)
    await scene.store.adopt_epoch("epoch-2", compared=(B,))
    assert (await scene.store.standing()).digests[B] == NOT_COMPARED, "a comparison mends it"
    await scene.compares(B, followed=(B,))
    await scene.settled()
    assert await scene.is_as_the_server(B)


async def test_who_left_a_unit_that_was_not_compared_at_a_new_epoch_goes_when_it_is(
    scene: Scene,
) -> None:
    gone, new, stays = scene.a_patient(B), scene.a_patient(A), scene.a_patient(A, B)
    await scene.follows(A, B)

    scene.server.restored(scene.server.snapshot(), epoch="epoch-2")
    await scene.compares(A, followed=(A, B))
    await scene.store.adopt_epoch("epoch-2", compared=(A,))
    (own,) = await scene.saves(gone)
    scene.server.leave(B, gone)
    scene.server.enter(B, new)
    await scene.compares(B, followed=(A, B))
    await scene.pushes()
    await scene.store.settle(())

    assert own.raw in [entry.raw for entry in scene.server.state.streams[gone]]
    assert {head.p for head in await scene.store.heads(B)} == {new, stays}


async def test_a_unit_not_compared_at_a_new_epoch_may_be_left_without_losing_anything(
    scene: Scene,
) -> None:
    patient = scene.a_patient(B)
    await scene.follows(B)
    backup = scene.server.snapshot()
    others = scene.written_elsewhere(patient, B)
    await scene.pulls()
    await scene.saves(patient)
    (sent,) = await scene.pushes()
    had = scene.stored_times(patient)

    scene.server.restored(backup, epoch="epoch-2")
    await scene.store.adopt_epoch("epoch-2")
    await scene.store.leave_unit(B)
    await scene.pushes()

    assert scene.stored_times(patient) == had
    assert scene.stored_times(patient)[sent] == 1
    assert others.raw in [entry.raw for entry in scene.server.state.streams[patient]]
    assert await scene.is_as_the_server()


async def test_a_second_restore_before_a_unit_could_be_compared_loses_nothing_either(
    scene: Scene,
) -> None:
    patient = scene.a_patient(B)
    await scene.follows(B)
    backup = scene.server.snapshot()
    scene.written_elsewhere(patient, B)
    await scene.pulls()
    had = scene.stored_times(patient)

    for epoch in ("epoch-2", "epoch-3"):
        scene.server.restored(backup, epoch=epoch)
        await scene.store.adopt_epoch(epoch)
        await scene.pushes()
        assert scene.stored_times(patient).keys() == had.keys()

    await scene.compares(B, followed=(B,))
    await scene.settled()
    assert await scene.is_as_the_server(B)
