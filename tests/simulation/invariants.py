"""What must hold, always and after everything has calmed down (design: I1 to I12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tests.simulation.world import Workstation, World


def always(world: World, workstation: Workstation) -> Iterator[str]:
    """What holds after every transaction of a store."""
    store, server = workstation.store, world.server
    if store.epoch == server.state.epoch:
        for unit, cursor in store.cursors.items():
            if cursor > server.state.units[unit].pos:
                yield f"I6 {workstation.name} is ahead of the server in {unit}"
    yield from _never_back(workstation)
    if workstation.random.random() < 0.05:
        yield from _read_your_writes(world, workstation)


def _never_back(workstation: Workstation) -> Iterator[str]:
    """I6: within an epoch a cursor only goes forward, but for a comparison of copies."""
    store = workstation.store
    era = (store.epoch, store.rejoined)
    for unit, cursor in store.cursors.items():
        before = workstation.seen.get(unit)
        if before is not None and before[0] == era and cursor < before[1]:
            yield f"I6 {workstation.name} goes back in {unit}"
        workstation.seen[unit] = (era, cursor)


def _read_your_writes(world: World, workstation: Workstation) -> Iterator[str]:
    """I7: what was saved here is shown here, until the patient has left and all was received."""
    store = workstation.store
    shown: dict[UUID, Mapping[UUID, bytes]] = {}
    for saved in world.saved.values():
        if saved.by != workstation.name or saved.record in world.erased:
            continue
        if saved.patient not in shown:
            shown[saved.patient] = store.shown(saved.patient)
        received = store.received(saved.record)
        if saved.record not in shown[saved.patient] and not received:
            yield f"I7 {workstation.name} shows a record it saved no more"


def after_quiet(world: World) -> list[str]:
    """What holds once no fault has happened for a while; empty when all of it does."""
    return [*_once_each(world), *_everywhere_the_same(world), *_no_more_than_needed(world)]


def _once_each(world: World) -> Iterator[str]:
    """I1, I2, I11: every record saved is exactly one entry with its very bytes, or quarantined."""
    state = world.server.state
    for saved in world.saved.values():
        entries = [e for e in state.streams.get(saved.patient, ()) if e.id == saved.record]
        if not entries and saved.record not in state.quarantine:
            yield f"I1 a record of {saved.by} is lost"
        if len(entries) > 1:
            yield f"I2 a record of {saved.by} is there {len(entries)} times"
        for entry in entries:
            if entry.raw != saved.raw and saved.record not in world.erased:
                yield f"I11 a record of {saved.by} has other bytes"


def _everywhere_the_same(world: World) -> Iterator[str]:
    for workstation in world.workstations:
        store, units = workstation.store, world.server.state.units
        for why in store.waiting():
            yield f"I8 {workstation.name} has {'quarantined' if why else 'unsent'} records"
        if store.cursors.keys() != set(workstation.units):
            yield f"I8 {workstation.name} follows other units than chosen"
        for unit, cursor in store.cursors.items():
            if cursor != units[unit].pos:
                yield f"I8 {workstation.name} is not at the head of {unit}"
            if store.members_of(unit) != units[unit].members:
                yield f"I3 {workstation.name} has other patients in {unit}"
        for _ in store.kept() - store.followed():
            yield f"I4 {workstation.name} keeps a patient who left"
        for patient in store.followed():
            yield from _same_stream(world, workstation, patient)


def _same_stream(world: World, workstation: Workstation, patient: UUID) -> Iterator[str]:
    """I3, I11, I12: the copy is the server's, record by record, byte by byte."""
    rev, copy = workstation.store.copy_of(patient)
    stream = world.server.state.streams.get(patient, [])
    theirs = {rev: entry.raw for rev, entry in enumerate(stream, 1)}
    if rev != len(stream) or copy != theirs:
        yield f"I3 {workstation.name} has another stream than the server"
    for sent in workstation.store.sent_bodies(patient):
        if sent in theirs and not theirs[sent]:
            yield f"I12 {workstation.name} keeps an erased body"


def _no_more_than_needed(world: World) -> Iterator[str]:
    """Copies are compared only where the feed cannot say what happened."""
    stale = any(workstation.link.stale for workstation in world.workstations)
    if not (world.restores or world.forgot or stale):
        for workstation in world.workstations:
            if workstation.link.compared:
                yield f"I10 {workstation.name} compared copies without need"
