"""Push: records come in from workstations, group by group, each with its own outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from sync.protocol.messages import Outcome, PushReply, PushRequest
from workstation.access.actor import Actor, Machine, Staff
from workstation.access.policy import Action
from workstation.server import schema
from workstation.server.core import FURTHEST_AHEAD, Core
from workstation.server.store import (
    blocking,
    directory,
    erased,
    index,
    keepers,
    quarantine,
    sessions,
    steps,
    streams,
)
from workstation.server.store.judging import (
    Authority,
    Opened,
    claim_of,
    group_fault,
    incoming,
    judge,
    open_group,
)

_AHEAD_MS = FURTHEST_AHEAD // timedelta(milliseconds=1)


async def push(core: Core, actor: Actor, request: PushRequest) -> PushReply:
    """Take in what may be taken in; the answer comes after everything in it is durable.

    The deliverer needs no right to the records: each is judged by its own author's signature
    and right at the time of writing. Any epoch is accepted: what was written must arrive.

    Raises:
        NotAllowed: The actor may not deliver.
        Busy: Nothing was stored.
    """
    decision = await core.allowed(actor, Action.DELIVER)
    now = core.now
    judged = await _judged(core, request, now)
    intake = _Intake(groups=judged, person=_person(actor), device=_device(actor), now=now)
    patients = {one.patient for group in judged for one in group}
    event = core.event(actor, "Skriva", "push", basis=decision.basis, patients=sorted(patients))
    outcomes, grown = await core.journal.store(event, _store_all, intake)
    core.hub.publish(grown)
    core.wake_drainer.set()
    return PushReply(epoch=core.epoch, outcomes=tuple(outcomes))


_FEW = 4
"""So few records are judged where they are: handing them to another thread takes as long."""


async def _judged(core: Core, request: PushRequest, now: int) -> list[list[Opened]]:
    """Open every record and judge it: by its author's signature and right, and by what it says."""
    judged, blocked = await _signed(core, request, now)
    if keepers.any_of_them(judged, blocked):
        judged = await core.database.read(lambda c: keepers.judged(c, judged, blocked))
    if steps.any_steps(judged):
        judged = await core.database.read(lambda c: steps.judged(c, judged))
    return judged


async def _signed(
    core: Core, request: PushRequest, now: int
) -> tuple[list[list[Opened]], frozenset[UUID]]:
    """Return the records judged by signature and right, and whose patients have a block."""
    groups = request.groups
    if sum(len(group.ops) for group in groups) <= _FEW:
        opened = [open_group(group) for group in groups]
        authority = await core.database.peek(lambda c: _authority(c, opened, now))
        judged = [[judge(one, authority, now=now) for one in group] for group in opened]
        return judged, authority.blocked
    opened = await asyncio.to_thread(lambda: [open_group(group) for group in groups])
    authority = await core.database.read(lambda c: _authority(c, opened, now))
    judged = await asyncio.to_thread(
        lambda: [[judge(one, authority, now=now) for one in group] for group in opened]
    )
    return judged, authority.blocked


async def readmit(core: Core, actor: Actor, key_id: bytes) -> None:
    """Judge again what was put aside while this key was unknown, as after a restore of the server.

    What was put aside together is judged together.
    """
    groups = await core.database.read(lambda c: quarantine.signed_by(c, key_id))
    if groups:
        await push(core, actor, PushRequest(epoch="", groups=groups))


def _person(actor: Actor) -> str:
    return actor.person if isinstance(actor, Staff) else ""


def _device(actor: Actor) -> str:
    return actor.device if isinstance(actor, Staff | Machine) else ""


def _authority(connection: Connection, groups: Sequence[Sequence[Opened]], now: int) -> Authority:
    sound = [one for group in groups for one in group if one.record is not None]
    claims = {claim_of(one.record, now=now) for one in sound if one.record is not None}
    held = {
        claim: directory.care_span(
            connection, claim.person, claim.assignment, claim.unit, claim.provider
        )
        for claim in {claim for claim, _ in claims}
    }
    rights = frozenset((claim, at) for claim, at in claims if _within(held[claim], at))
    signers = {one.sealed.signer for one in sound}
    return Authority(
        keys=sessions.keys(connection, signers, now=now),
        rights=rights,
        blocked=blocking.with_blocks(connection, {one.patient for one in sound}),
    )


def _within(span: tuple[int, int] | None, at: int) -> bool:
    return span is not None and span[0] <= at <= span[1]


Stored = tuple[list[Outcome], dict[UUID, int]]


def _store_all(connection: Connection, intakes: Sequence[_Intake]) -> list[Stored]:
    """Store several pushes; return for each what became of it, and whose records grew to where."""
    appending = [intake.appending(turn) for turn, intake in enumerate(intakes)]
    now = max(intake.now for intake in intakes)
    placed, grown = streams.append(connection, [one for some in appending for one in some], now=now)
    index.update_rows(connection, grown, now=now)
    quarantine.release(connection, grown, now=now)
    places = iter(placed)
    heads = {growth.patient: growth.head_rev for growth in grown}
    return [
        intake.settle(connection, [next(places) for _one in some], heads)
        for intake, some in zip(intakes, appending, strict=True)
    ]


@dataclass(frozen=True, kw_only=True, repr=False)
class _Intake:
    """One push in its transaction."""

    groups: list[list[Opened]]
    person: str
    device: str
    now: int

    def appending(self, turn: int) -> list[streams.Appending]:
        """Return the groups with nothing wrong in them."""
        return [self._appending(g, turn) for g in self.groups if g and group_fault(g) is None]

    def settle(
        self,
        connection: Connection,
        placed: Sequence[Sequence[streams.Placed]],
        heads: Mapping[UUID, int],
    ) -> Stored:
        """Say what became of each record, and put aside what could not be taken in."""
        places = iter(placed)
        outcomes: list[Outcome] = []
        grown: dict[UUID, int] = {}
        for group in self.groups:
            if group_fault(group) is None:
                where = next(places) if group else ()
                outcomes.extend(self._settle(connection, group, where))
                grown.update({o.patient: heads[o.patient] for o in group if o.patient in heads})
            else:
                outcomes.extend(self._put_aside(connection, group))
        return outcomes, grown

    def _appending(self, group: list[Opened], turn: int) -> streams.Appending:
        records = tuple(incoming(one, now=self.now, furthest_ahead=_AHEAD_MS) for one in group)
        return streams.Appending(patient=group[0].patient, records=records, turn=turn)

    def _settle(
        self, connection: Connection, group: list[Opened], where: Sequence[streams.Placed]
    ) -> list[Outcome]:
        if any(place.outcome == streams.REUSED for place in where):
            marked = [
                one.faulty("reused_id", "$.id") if place.outcome == streams.REUSED else one
                for one, place in zip(group, where, strict=True)
            ]
            return self._put_aside(connection, marked)
        return [self._stored(one, place) for one, place in zip(group, where, strict=True)]

    def _stored(self, one: Opened, place: streams.Placed) -> Outcome:
        if place.outcome == streams.KNOWN:
            return Outcome(id=one.id, verdict="known", rev=place.rev)
        assert one.record is not None
        ahead = one.record.written_at.millis > self.now + _AHEAD_MS
        why, place_of = ("clock", "$.written_at") if ahead else ("", "")
        return Outcome(id=one.id, verdict="applied", rev=place.rev, why=why, place=place_of)

    def _put_aside(self, connection: Connection, group: list[Opened]) -> list[Outcome]:
        """Quarantine a group whole; what of it the record has already stays known."""
        fault = group_fault(group)
        assert fault is not None
        outcomes, kept = [], []
        for one in group:
            rev = _rev_of(connection, one)
            if rev:
                outcomes.append(Outcome(id=one.id, verdict="known", rev=rev))
                continue
            # The others of a group share the fate of the faulty one, and its reason.
            why, place = (one.why, one.place) if one.why else (fault.why, "group")
            kept.append(self._kept(one, why, place))
            outcomes.append(Outcome(id=one.id, verdict="quarantined", why=why, place=place))
        quarantine.keep(connection, kept, now=self.now)
        return outcomes

    def _kept(self, one: Opened, why: str, place: str) -> quarantine.Kept:
        return quarantine.Kept(
            patient=one.patient,
            op_id=UUID(one.id) if one.id else None,
            raw=one.sealed.raw,
            sig=one.sealed.signature,
            signer=one.sealed.signer,
            why=why,
            place=place,
            unit=one.unit(),
            person=self.person,
            device=self.device,
        )


def _rev_of(connection: Connection, one: Opened) -> int:
    """Return the revision at which the record has exactly these bytes, or 0."""
    if not one.id:
        return 0
    table = schema.entry
    row = connection.execute(
        select(table.c.rev, table.c.raw).where(
            table.c.patient_id == one.patient.bytes, table.c.op_id == UUID(one.id).bytes
        )
    ).one_or_none()
    if row is None:
        return 0
    if row.raw is None:
        known = erased.hashes(connection, one.patient).get(row.rev) == one.sealed.hash
    else:
        known = row.raw == one.sealed.raw
    return int(row.rev) if known else 0
