"""Spärr: a patient has parts of the record closed to those outside the unit or provider that wrote them.

A block never hides anything from the unit (inner) or provider (outer) it is about, hides
nothing of who the patient is, and always beats a consent. Whom it closes what to, and from
when, are pure functions of the block's records and a given time.

Sources: PDL 2008:355 4 kap. 4 §, lag 2022:913, RIV ehr:blocking 3.2.2 (the fields), Inera,
Verksamhetsramverk för spärrhantering (who is outside; guardians).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from workstation.domain.ids import EntityId, HsaId
from workstation.domain.kind import Kind, Projection
from workstation.domain.marks import Void
from workstation.domain.problem import Problem
from workstation.domain.record import Body, Record, Role
from workstation.domain.texts import _
from workstation.domain.values import When, end_of, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

BlockType = Literal["inner", "outer"]
Asker = Literal["patient", "representative", "guardian"]
ASKERS: tuple[Asker, ...] = get_args(Asker)
AskedHow = Literal["in_person", "phone", "letter", "online", ""]
ASKED_HOW: tuple[AskedHow, ...] = get_args(AskedHow)
AskedBy = Literal["patient", "representative"]
"""Who asked for a block. A guardian is no value: the law lets none block a child's record."""

NEVER_BLOCKED = frozenset({"patient", "identity_link", "block", "block_lift", "consent"})
"""Families that no block covers: who the patient is, and what says what may be read."""


class Block(Body, frozen=True, kw_only=True):
    """A block (RIV BlockType, whose entity id is the BlockId and whose author's unit the owner).

    ``inner``: closed to everybody outside ``unit``; ``outer``: to other providers than
    ``provider``, all the provider has written or, with ``unit``, that unit only.
    ``information_start``, ``information_end``: of which time; both included, empty is open.
    ``excluded``: families (kinds) of record that it leaves open. ``how`` it was asked for.
    """

    type: BlockType
    unit: HsaId = HsaId("")
    unit_name: str = ""
    provider: HsaId
    provider_name: str = ""
    information_start: When | None = None
    information_end: When | None = None
    excluded: tuple[str, ...] = ()
    asked_by: AskedBy = "patient"
    how: AskedHow = ""
    status: Literal["active", "revoked"] = "active"
    reason: str = ""


class BlockLift(Body, frozen=True, kw_only=True):
    """A block put aside for a while (tillfällig hävning), for one unit or for one person.

    ``block``: the block's entity. ``until``: from then on the block holds again. ``ground``:
    the patient agrees, or danger to life. ``ended``: it was taken back before its time.
    """

    block: UUID
    until: When
    unit: HsaId = HsaId("")
    person: HsaId = HsaId("")
    ground: Literal["consent", "emergency"] = "consent"
    reason: str
    status: Literal["active", "ended"] = "active"


class GuardianMayNotBlock(Problem):
    """A guardian asked for a block of a child's record (lag 2022:913)."""


class BlockUnclear(Problem):
    """A block or its lift does not say what it closes, or to whom it opens."""


def asked_by(who: Asker) -> AskedBy:
    """Return who asks for a block, if they may.

    Raises:
        GuardianMayNotBlock: A guardian may not block a child's record.
    """
    if who == "guardian":
        raise GuardianMayNotBlock(
            _("A guardian may not block a child's record."),
            _("The child may, when old and mature enough to judge it."),
        )
    return who


def check_block(block: Block) -> None:
    """Raise BlockUnclear where a block does not say what it covers."""
    if not block.provider or (block.type == "inner" and not block.unit):
        raise BlockUnclear(_("The block does not say whose information it is about."))
    start, end = block.information_start, block.information_end
    if start and end and end_of(end) <= millis_of(start):
        raise BlockUnclear(_("The period of the block ends before it begins."))


def check_lift(lift: BlockLift, *, now: int) -> None:
    """Raise BlockUnclear where a lift is for nobody, for everybody, of no reason or of the past."""
    if bool(lift.unit) == bool(lift.person):
        raise BlockUnclear(_("A block is lifted for one unit or for one person."))
    if not lift.reason.strip():
        raise BlockUnclear(_("Say why the block is lifted."))
    if millis_of(lift.until) <= now:
        raise BlockUnclear(_("The time until which the block is lifted has passed."))


def closed_by(block: Block) -> Closed:
    """Return what a block closes to whom."""
    start, end = block.information_start, block.information_end
    return Closed(
        type=block.type,
        unit=block.unit,
        provider=block.provider,
        start=millis_of(start) if start else None,
        end=end_of(end) if end else None,
        excluded=frozenset(block.excluded),
    )


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """A lift in force: for a unit or a person, ``until`` ms UTC."""

    lift: EntityId
    unit: HsaId
    person: HsaId
    until: int


@dataclass(frozen=True, kw_only=True)
class Closed:
    """What a block closes to whom; two that are equal here are one block.

    ``start`` and ``end``: of the information, ms UTC, the end not included; None is open.
    """

    type: BlockType
    unit: HsaId
    provider: HsaId
    start: int | None
    end: int | None
    excluded: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class BlockInForce:
    """A block that holds. ``blocks``: its entities, several where it was registered twice."""

    blocks: tuple[EntityId, ...]
    closed: Closed
    lifts: tuple[Lifted, ...]


@dataclass(frozen=True, kw_only=True)
class EntryFacts:
    """What of a record decides whether a block covers it.

    ``family``: its own kind's; empty for a mark, which goes with what it stands on. ``unit``,
    ``provider``: who wrote it. ``times``: ms UTC, when it was written and, where known, when
    what it tells of happened; either may fall in the block's period.
    """

    family: str
    unit: HsaId
    provider: HsaId
    times: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who would read: a unit of a provider, and the person where one is known."""

    unit: HsaId
    provider: HsaId
    person: HsaId = HsaId("")


def blocks_in_force(states: Iterable[EntityState], at: int) -> tuple[BlockInForce, ...]:
    """Return a patient's blocks that hold, each with the lifts of it in force ``at`` (ms UTC).

    Args:
        states: Entities of the patient; those of other families are passed over.

    The same block registered twice is one. Where two versions stand side by side, the block
    holds while either says so, and a lift only as long as both do: the safer for the patient.
    """
    lifts: dict[UUID, list[Lifted]] = {}
    found: dict[Closed, list[EntityId]] = {}
    for state in states:
        if state.family == "block_lift":
            for block, lift in _lifts(state, at):
                lifts.setdefault(block, []).append(lift)
        elif state.family == "block":
            for body in _active(state):
                found.setdefault(closed_by(body), []).append(state.id)
    return tuple(
        BlockInForce(
            blocks=tuple(dict.fromkeys(ids)),
            closed=closed,
            lifts=tuple(lift for block in dict.fromkeys(ids) for lift in lifts.get(block, ())),
        )
        for closed, ids in sorted(found.items(), key=lambda item: min(item[1]))
    )


def same_block(states: Iterable[EntityState], block: Block) -> EntityId | None:
    """Return the block in force that says the same, so that registering twice changes nothing."""
    wanted = closed_by(block)
    for state in states:
        if state.family == "block" and any(closed_by(body) == wanted for body in _active(state)):
            return state.id
    return None


def withheld_from(entry: EntryFacts, blocks: Iterable[BlockInForce], reader: Reader) -> int | None:
    """Return since when (ms UTC) the entry is withheld from the reader; None: it is not.

    0 means always; a time to come is the end of a lift that opens it until then.
    """
    since = [_closed_from(block, reader) for block in blocks if _covers(block, entry, reader)]
    return min(since) if since else None


def withheld(entry: EntryFacts, blocks: Iterable[BlockInForce], reader: Reader, at: int) -> bool:
    """Whether a block keeps the entry from the reader ``at`` that time (ms UTC).

    Args:
        blocks: As :func:`blocks_in_force` gives them.
    """
    since = withheld_from(entry, blocks, reader)
    return since is not None and since <= at


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A record in its patient's stream. ``given_to``: units it was addressed to."""

    rev: int
    entity: EntityId
    entry: EntryFacts
    given_to: frozenset[HsaId]


def withheld_revisions(
    records: Iterable[Placed], blocks: Iterable[BlockInForce], reader: Reader
) -> dict[int, int]:
    """Return which of a patient's records are withheld from a reader, each with since when.

    Also what refers to blocked information is: in an entity with a covered record, what others
    wrote is withheld as well. Never withheld is what the reader's unit itself wrote, nor an
    entity that was addressed to it, as a referral: that was handed out to be read there, by
    whoever began it or had it to read. Nobody who is closed out can hand it on, or make another
    thing of it by what is written into it.
    """
    entities: dict[EntityId, list[Placed]] = {}
    for record in records:
        entities.setdefault(record.entity, []).append(record)
    closing = tuple(blocks)
    found: dict[int, int] = {}
    for together in entities.values():
        those = _told_apart(together)
        if reader.unit in _handed_to(those, closing):
            continue
        since = [s for one in those if (s := withheld_from(one.entry, closing, reader)) is not None]
        if since:
            found.update({one.rev: min(since) for one in those if _may_go(one, reader)})
    return found


def _may_go(one: Placed, reader: Reader) -> bool:
    return one.entry.unit != reader.unit and one.entry.family not in NEVER_BLOCKED


def _told_apart(those: list[Placed]) -> list[Placed]:
    """Return them in order, a mark as of the family that the entity began as."""
    first, *others = sorted(those, key=lambda one: one.rev)
    return [
        first,
        *(
            one
            if one.entry.family
            else replace(one, entry=replace(one.entry, family=first.entry.family))
            for one in others
        ),
    ]


def _handed_to(those: list[Placed], blocks: tuple[BlockInForce, ...]) -> set[HsaId]:
    """Return the units that an entity was addressed to by somebody who had it to give."""
    handed: set[HsaId] = set()
    waiting = [one for one in those if one.given_to]
    while giving := [one for one in waiting if _may_give(one, those, blocks, handed)]:
        handed.update(*(one.given_to for one in giving))
        waiting = [one for one in waiting if one not in giving]
    return handed


def _may_give(
    one: Placed, those: list[Placed], blocks: tuple[BlockInForce, ...], handed: set[HsaId]
) -> bool:
    unit = one.entry.unit
    if unit in handed or unit == those[0].entry.unit:
        return True
    author = Reader(unit=unit, provider=one.entry.provider)
    return not any(_covers(block, other.entry, author) for block in blocks for other in those)


def _covers(block: BlockInForce, entry: EntryFacts, reader: Reader) -> bool:
    closed = block.closed
    if entry.family in NEVER_BLOCKED or entry.family in closed.excluded:
        return False
    if entry.provider != closed.provider or (closed.unit and entry.unit != closed.unit):
        return False
    inner = closed.type == "inner"
    outside = reader.unit != closed.unit if inner else reader.provider != closed.provider
    if reader.unit == entry.unit or not outside:
        return False
    return any(_within(closed, time) for time in entry.times)


def _within(closed: Closed, time: int) -> bool:
    begun = closed.start is None or closed.start <= time
    return begun and (closed.end is None or time < closed.end)


def _closed_from(block: BlockInForce, reader: Reader) -> int:
    mine = [
        lift.until
        for lift in block.lifts
        if (lift.unit and lift.unit == reader.unit)
        or (lift.person and lift.person == reader.person)
    ]
    return max(mine, default=0)


def _active(state: EntityState) -> list[Block]:
    if _all_void(state):
        return []
    bodies = [one.body for one in state.contenders if isinstance(one.body, Block)]
    return [body for body in bodies if body.status == "active"]


def _lifts(state: EntityState, at: int) -> list[tuple[UUID, Lifted]]:
    bodies = [one.body for one in state.contenders if isinstance(one.body, BlockLift)]
    disputed = state.voided or len(bodies) < len(state.contenders)
    if not bodies or disputed or any(body.status != "active" for body in bodies):
        return []
    until = min(millis_of(body.until) for body in bodies)
    if until <= at:
        return []
    return [
        (body.block, Lifted(lift=state.id, unit=body.unit, person=body.person, until=until))
        for body in bodies[:1]
    ]


def _all_void(state: EntityState) -> bool:
    if not state.undecided:
        return state.voided
    return all(isinstance(head.body, Void) for head in state.line.heads)


def _active_first(heads: tuple[Record, ...]) -> Record:
    """Of two versions of a block, the one that still blocks holds."""
    return min(
        heads,
        key=lambda r: (not (isinstance(r.body, Block) and r.body.status == "active"), r.order),
    )


def _ended_first(heads: tuple[Record, ...]) -> Record:
    """Of two versions of a lift, the one that is over, else the one that is over first, holds."""
    return min(
        heads,
        key=lambda r: (
            isinstance(r.body, BlockLift) and r.body.status == "active",
            millis_of(r.body.until) if isinstance(r.body, BlockLift) else 0,
            r.order,
        ),
    )


def _project(state: EntityState) -> Projection:
    """A row that says that there is a block, and neither where nor of what."""
    body = state.current.body
    status = body.status if isinstance(body, (Block, BlockLift)) else ""
    current = status == "active" and not state.voided
    return Projection(
        family=state.family,
        group="current" if current else "past",
        status="voided" if state.voided else status,
        title="",
        at=state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        undecided=state.undecided,
    )


KINDS = (
    Kind(
        name="block",
        body=Block,
        role=Role.INTENT,
        family="block",
        project=_project,
        safer=_active_first,
    ),
    Kind(
        name="block_lift",
        body=BlockLift,
        role=Role.INTENT,
        family="block_lift",
        project=_project,
        safer=_ended_first,
    ),
)
