"""What a kind of record is, and what lists show of an entity. Each kind has a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.domain.ids import EntityId, HsaId, PatientId
from workstation.domain.record import Body, Record, Role

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState
    from workstation.domain.watching import WatchRules


@dataclass(frozen=True, kw_only=True)
class Work:
    """Something that waits for somebody. ``person`` empty: for anyone of the unit.

    Attributes:
        reason: ``unsigned``, ``acknowledge``, ``critical``, ``undecided``, ``assess``,
            ``complete``, ``book``, ``answer``, ``watch`` or ``overdue``; the work list groups by it.
        since: When it began to wait, ms UTC. ``due``: when it is late, or None.
        urgency: 0 immediate to 3 routine.
        deputy_at, head_at: From when, ms UTC, whoever deputises for ``person``, and whoever
            heads ``unit``, sees it as well; None: never.
    """

    reason: str
    unit: HsaId
    person: HsaId = HsaId("")
    since: int
    due: int | None = None
    urgency: int = 3
    deputy_at: int | None = None
    head_at: int | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Projection:
    """What lists, search and work lists need of an entity: the read model's one row.

    Attributes:
        family: The entity's main kind.
        group: Which part of its list it belongs to (``current``, ``past``, or empty).
        status: The effective status, in the kind's own words (a message key).
        code: The one code to look for it by: ATC, ICD-10-SE, NPU, or empty.
        title: The line a list shows, in the words of the record.
        at: The clinical time to sort by, ms UTC.
        patient_visible: Whether the patient's page may show it.
        text: What full text search looks in.
        undecided: Two versions stand side by side and nobody has decided.
        work: What waits for somebody.
        sender, receiver: Between which units, by name, for what goes from one to another.
    """

    family: str
    group: str = ""
    status: str = ""
    code: str = ""
    title: str
    at: int
    patient_visible: bool = True
    text: str = ""
    undecided: bool = False
    work: tuple[Work, ...] = ()
    sender: str = ""
    receiver: str = ""


Project = Callable[["EntityState"], Projection]
Waits = Callable[["EntityState", "WatchRules"], tuple[Work, ...]]
Safer = Callable[[tuple[Record, ...]], Record]
Concerned = Callable[[Record], tuple[HsaId, ...]]


def first_written(heads: tuple[Record, ...]) -> Record:
    """Of versions where none is safer, show the first; the others stand beside it."""
    return min(heads, key=lambda record: record.order)


def nobody_else(record: Record) -> tuple[HsaId, ...]:
    """No unit but the author's is concerned."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of record, at the version this program writes.

    Attributes:
        name: As in the envelope; the field's standard term.
        version: Highest ``kind_version`` this program reads and the one it writes.
        body: Its content.
        role: Fact or intent.
        family: The entity family it belongs to: its own name, that of the kind it follows, or
            empty for a mark that may stand on an entity of any family.
        project: For a family's main kind: the read-model row of an entity.
        waits: What waits for somebody, where published deadlines say until when; it takes the
            place of the row's own ``work``.
        safer: For intents: which of several heads takes effect until somebody decides.
        concerned: Units that get the patient in their scope because of this record.
    """

    name: str
    version: int = 1
    body: type[Body]
    role: Role = Role.FACT
    family: str = ""
    project: Project | None = None
    waits: Waits | None = None
    safer: Safer = field(default=first_written)
    concerned: Concerned = field(default=nobody_else)


@dataclass(frozen=True, kw_only=True)
class Entity:
    """An entity's address."""

    patient: PatientId
    family: str
    id: EntityId


def newest_first(records: Sequence[Record]) -> list[Record]:
    """Return records by written time, newest first, the same on every replica."""
    return sorted(records, key=lambda record: record.order, reverse=True)
