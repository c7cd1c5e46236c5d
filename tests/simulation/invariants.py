"""What must hold, always and after everything has calmed down (design: I1 to I13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from tests.simulation.orders import Look, entities, opened
from tests.simulation.records import name_of
from workstation.domain.marks import Resolution
from workstation.domain.medication import MedicationOrder

if TYPE_CHECKING:
    from tests.simulation.world import Workstation, World


def always(world: World, workstation: Workstation) -> Iterator[str]:
    """What holds after every transaction of a store."""
    store, server = workstation.store, world.server
    if store.epoch == server.epoch:
        positions = server.positions()
        for unit, cursor in store.cursors.items():
            if cursor > positions[unit]:
                yield f"I6 {workstation.name} is ahead of the server in {unit}"
    yield from _never_back(workstation)
    if workstation.random.random() < 0.05:
        yield from _read_your_writes(world, workstation)
        yield from _never_less_safe(world, workstation)


def _never_less_safe(world: World, workstation: Workstation) -> Iterator[str]:
    """I9: more of a drug is given only where somebody built on what said less.

    Looked at where the whole stream is here: of a part nobody can say what holds.
    """
    store = workstation.store
    stays = {(patient, store.stay_of(patient)) for patient in store.followed()}
    for over in workstation.looks.keys() - stays:
        del workstation.looks[over]
    for stay in stays:
        patient, _ = stay
        rev, copy = store.copy_of(patient)
        if rev != len(copy):
            continue
        before = workstation.looks.get(stay, {})
        now = _orders(world, store.shown(patient).values())
        workstation.looks[stay] = now
        for entity, look in before.items():
            if entity not in now or world.erased.keys() & look.versions - now[entity].versions:
                continue
            if _less_safe(look, now[entity]):
                yield f"I9 {workstation.name} shows more given, and nobody decided it"


def _orders(world: World, raws: Iterable[bytes]) -> dict[UUID, Look]:
    looks = {
        entity: world.kit.reader.look(records)
        for entity, records in entities(raws).items()
        if any(record.kind == "medication_order" for record in records)
    }
    return {entity: look for entity, look in looks.items() if look.rank is not None}


def _less_safe(before: Look, now: Look) -> bool:
    if before.rank is None or now.rank is None or now.rank <= before.rank:
        return False
    if before.undecided and not now.undecided and before.heads == now.heads and len(now.heads) == 1:
        return False  # decided by that one head all along; what it chose had not come here
    built_on = now.versions - now.heads
    return not before.safest <= built_on


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
    return [
        *_once_each(world),
        *_everywhere_the_same(world),
        *_no_more_than_needed(world),
        *_forks_are_open_everywhere(world),
    ]


def _forks_are_open_everywhere(world: World) -> Iterator[str]:
    """I5: of two steps on one version none is lost, and every screen says that nobody has decided."""
    for patient, stream in world.server.state.streams.items():
        open_ones = _open_forks(entry.raw for entry in stream)
        for workstation in world.workstations:
            store = workstation.store
            if patient not in _compared(workstation):
                continue
            shown = entities(store.shown(patient).values())
            for entity, heads in open_ones.items():
                look = world.kit.reader.look(shown[entity]) if entity in shown else None
                if look is None or look.heads != heads or not look.undecided:
                    yield f"I5 {workstation.name} shows as decided what nobody decided"


def _open_forks(raws: Iterable[bytes]) -> dict[UUID, set[UUID]]:
    """Return each entity's sides where there is more than one, and not two stops."""
    written = {name_of(raw): raw for raw in raws if raw}
    by_id = {name.id: raw for name, raw in written.items()}
    built_on = {base for name in written for base in name.bases}
    sides: dict[UUID, dict[UUID, bytes]] = defaultdict(dict)
    for name, raw in written.items():
        if name.id not in built_on:
            sides[name.entity][name.id] = raw
    return {
        entity: set(heads)
        for entity, heads in sides.items()
        if len(heads) > 1 and not all(_stops(raw, by_id) for raw in heads.values())
    }


def _stops(raw: bytes, written: Mapping[UUID, bytes]) -> bool:
    """Whether a side says that no more is given: itself, or by the side that somebody chose."""
    body = opened(raw).body
    if not isinstance(body, Resolution):
        return isinstance(body, MedicationOrder) and body.action == "stop"
    chosen = written.get(body.chosen)
    return chosen is not None and _stops(chosen, written)


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
        denied = workstation.link.denied
        if store.cursors.keys() - denied != set(workstation.units) - denied:
            yield f"I8 {workstation.name} follows other units than chosen"
        for unit in store.cursors.keys() - denied:
            if store.cursors[unit] != units[unit].pos:
                yield f"I8 {workstation.name} is not at the head of {unit}"
            if store.members_of(unit) != units[unit].members:
                yield f"I3 {workstation.name} has other patients in {unit}"
        for _ in store.kept() - store.followed():
            yield f"I4 {workstation.name} keeps a patient who left"
        for patient in _compared(workstation):
            yield from _same_stream(world, workstation, patient)


def _compared(workstation: Workstation) -> set[UUID]:
    """Return the patients of units that the person now logged in may ask about."""
    store = workstation.store
    units = store.cursors.keys() - workstation.link.denied
    return {patient for unit in units for patient in store.members_of(unit)}


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
