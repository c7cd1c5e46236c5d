"""What a person at work has at hand: ports that ``workstation/app.py`` fills and screens use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from sync.protocol.log import LoggedPatient, LogPage, LogQuestion
from workstation.domain.attachment import Attachment
from workstation.domain.clock import Clock
from workstation.domain.directory import Assignment, Person, Unit
from workstation.domain.dose_times import CUSTOMARY, DoseTimes
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.norms import STANDARD, Norms
from workstation.domain.problem import Problem
from workstation.operations.about import About
from workstation.operations.guidance import Guidance
from workstation.operations.name_deputy import Deputies
from workstation.operations.open_in_emergency import Emergency
from workstation.operations.ports import Delivery, Desk, PatientLine, Records, WorkLine
from workstation.operations.referral_lists import ReferralLists
from workstation.operations.referral_statistics import Case
from workstation.operations.report_incident import Incidents
from workstation.operations.settle_answer import UnmatchedAnswers
from workstation.operations.support import Support

Unsubscribe = Callable[[], None]


class Changes(Protocol):
    """Tells when the store has learned something, whether written here or fetched."""

    def subscribe(self, changed: Callable[[frozenset[PatientId]], None]) -> Unsubscribe:
        """Call ``changed`` on the event loop with the patients concerned, until unsubscribed."""
        ...


@dataclass(frozen=True, kw_only=True, repr=False)
class KeptDraft:
    """Something begun and not finished. Private to its author; no record.

    ``content`` is JSON that only ``writer`` reads; ``kept_at`` ms UTC.
    """

    id: UUID
    patient: PatientId
    writer: str
    content: bytes
    kept_at: int


class Drafts(Protocol):
    """The author's own drafts, in the person's encrypted file. Durable when a call returns."""

    async def keep(self, draft: KeptDraft) -> None:
        """Store the draft in place of its earlier state."""
        ...

    async def forget(self, draft: UUID) -> None: ...

    async def all(self) -> Sequence[KeptDraft]:
        """Return every draft of this person, oldest first."""
        ...


@dataclass(frozen=True, kw_only=True)
class SyncStatus:
    """The truth about delivery. Times are ms UTC; ``contact_at`` None: never any contact.

    ``local``: saved here, never sent. ``sent``: under way. ``attention``: refused by the
    server, kept, waiting for a person. ``refusal``: the code of a server that answers and says
    no. ``denied``: it lets this person in no more. ``trouble``: what came could not be stored.
    ``backups``: ``no_backup`` or ``untested`` where the server's are neglected; ``tried_out``: when
    one was last restored for trial, RFC 3339.
    """

    connected: bool
    contact_at: int | None = None
    local: int = 0
    sent: int = 0
    attention: int = 0
    refusal: str = ""
    denied: bool = False
    trouble: str = ""
    content_version: str = ""
    content_current: bool = True
    backups: str = ""
    tried_out: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class OutboxLine:
    """One record on its way. ``why``: the server's code for a refusal, or empty."""

    record: RecordId
    entity: EntityId
    patient: PatientLine | None
    kind: str
    title: str
    state: Delivery
    written_at: int
    why: str = ""


class SyncView(Protocol):
    """What the status line and the outbox show, and the ways to act on it."""

    def status(self) -> SyncStatus: ...

    def subscribe(self, changed: Callable[[], None]) -> Unsubscribe: ...

    async def outbox(self, *, limit: int) -> Sequence[OutboxLine]:
        """Return what is not received, what needs attention first, then oldest first."""
        ...

    def try_now(self) -> None:
        """Try to send at once instead of waiting for the next attempt."""
        ...


class Looks(Protocol):
    """When this person last looked at what, in the person's encrypted file: for what is new."""

    async def seen(self, patient: PatientId, place: str, *, at: int) -> None:
        """Note that the person has seen a patient's ``place`` at ``at``, ms UTC."""
        ...

    async def last_seen(self, patient: PatientId) -> Mapping[str, int]:
        """Return when the person last saw each place of a patient's record, ms UTC."""
        ...


class Watch(Protocol):
    """What has become dangerous since it was ordered, found beside everything else."""

    def lines(self) -> Sequence[WorkLine]: ...

    def subscribe(self, changed: Callable[[], None]) -> Unsubscribe: ...


class Units(Protocol):
    """The cached directory. Never waits for the network."""

    def unit(self, hsa_id: HsaId) -> Unit | None: ...

    def units(self) -> Sequence[Unit]: ...

    def person(self, hsa_id: HsaId) -> Person | None: ...


class Attachments(Protocol):
    """Attachments in this computer's encrypted cache, and their own way to and from the server."""

    async def hold(self, patient: PatientId, attachment: Attachment, content: bytes) -> None:
        """Keep the bytes for a draft; they are not sent before :meth:`release`."""
        ...

    async def release(self, patient: PatientId, attachments: Sequence[Attachment]) -> None:
        """Let them be sent: a record that names them is about to be saved. Durable."""
        ...

    async def content(self, patient: PatientId, attachment: Attachment) -> bytes | None:
        """Return the bytes, or None while they are not here: they are then fetched on contact."""
        ...

    async def want(self, patient: PatientId, attachments: Sequence[Attachment]) -> None:
        """Have these fetched when there is contact: somebody reads what they belong to."""
        ...


@dataclass(frozen=True, kw_only=True, repr=False)
class PickedFile:
    """A file that a person chose. ``name`` without its folder."""

    name: str
    content: bytes


PickFile = Callable[[], Awaitable[PickedFile | None]]
"""Let the person choose a PDF, JPEG or PNG; None when they changed their mind."""

SaveFile = Callable[[bytes, str], Awaitable[None]]
"""Save bytes where the person says; the second is the suffix: pdf, jpg, png or csv."""


@dataclass(frozen=True, kw_only=True, repr=False)
class DrawnPage:
    """A page of a PDF as a picture: 32 bits a pixel, blue first; ``stride``: bytes of a row."""

    pages: int
    width: int
    height: int
    stride: int
    rows: bytes


DrawPage = Callable[[bytes, int], Awaitable[DrawnPage | None]]
"""Draw a page of a PDF, from 0; None for what cannot be drawn."""


@dataclass(frozen=True, kw_only=True)
class Files:
    """Files that a person chooses: to attach, and to save a copy in; ``draw`` to look at them."""

    pick: PickFile
    save: SaveFile
    draw: DrawPage | None = None


PaperOf = Literal["note", "medication", "account", "referral", "answer", "label"]
Paper = Callable[[PaperOf, PatientId, EntityId | None], Awaitable[None]]
"""Print a document of the patient; opens the system's own print choice."""

RegionSearch = Callable[[str], Awaitable[Sequence[PatientLine]]]
"""Search the region's patients; raises ``Problem`` where there is no contact."""

LogReview = Callable[[LogQuestion], Awaitable[LogPage]]
"""Ask for lines of the access log; raises ``Problem`` without contact or without the right to."""


class Practice(Protocol):
    """Practice mode: invented patients, and a server of its own on this very computer."""

    def set_line(self, *, up: bool) -> None:
        """Cut the network to that server, or restore it."""
        ...


LogExtract = Callable[[LoggedPatient], Awaitable[int]]
"""Save the patient's own extract of the access log as PDF; returns how many lines stand in it."""

ReadCases = Callable[[int], Awaitable[tuple[Case, ...]]]
"""Return the unit's referrals sent since a time (ms UTC), as cases for its statistics."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Session:
    """A person in an assignment, with everything their screens may use.

    ``opened`` is told which record somebody opens: to fetch what is missing, to prepare search;
    ``revealed``, that they had shown whose information in it is blocked.
    ``operates``: the person runs the server as well, and is told what is wrong with it.
    ``online_only``: this computer keeps no secrets, so nothing on it opens without contact.
    """

    desk: Desk
    records: Records
    lists: ReferralLists
    changes: Changes
    drafts: Drafts
    sync: SyncView
    units: Units
    clock: Clock
    new_draft_id: Callable[[], UUID]
    random_below: Callable[[int], int]
    opened: Callable[[PatientId], Awaitable[None]] | None = None
    paper: Paper | None = None
    region: RegionSearch | None = None
    log_review: LogReview | None = None
    log_extract: LogExtract | None = None
    support: Support | None = None
    watch: Watch | None = None
    looks: Looks | None = None
    guidance: Guidance | None = None
    attachments: Attachments | None = None
    files: Files | None = None
    cases: ReadCases | None = None
    answers: UnmatchedAnswers | None = None
    stirred: Callable[[], None] | None = None
    deputies: Deputies | None = None
    practice: Practice | None = None
    about: About | None = None
    incidents: Incidents | None = None
    emergency: Emergency | None = None
    revealed: Callable[[PatientId], Awaitable[None]] | None = None
    online_only: bool = False
    operates: bool = False

    @property
    def norms(self) -> Norms:
        """The published deadlines and limits in force."""
        return self.support.in_force.norms if self.support is not None else STANDARD

    @property
    def dose_times(self) -> DoseTimes:
        """When doses without times of their own are given on this unit, as published."""
        if self.support is None:
            return CUSTOMARY
        unit = self.units.unit(self.desk.author.unit)
        kind = unit.type if unit is not None else ""
        return self.support.in_force.dose_times.of(self.desk.author.unit, kind)


@dataclass(frozen=True, kw_only=True, repr=False)
class Choice:
    """An assignment one may work in, with its unit."""

    assignment: Assignment
    unit: Unit


@dataclass(frozen=True, kw_only=True, repr=False)
class Admitted:
    """A person whose secret was right."""

    person: Person
    choices: Sequence[Choice]


class Gate(Protocol):
    """Lets people in. Works without the network where the person has a valid offline lease."""

    async def admit(self, user: str, password: str) -> Admitted:
        """Check who it is.

        Raises:
            NotAdmitted: Wrong user or password, or nobody may work offline here now.
        """
        ...

    async def enter(self, admitted: Admitted, choice: Choice) -> Session:
        """Open the session of an admitted person in the chosen assignment."""
        ...

    async def leave(self, session: Session) -> None:
        """Close a session: its files and keys. Everything written stays durable."""
        ...


class NotAdmitted(Problem):
    """Wrong user or password, or no way to check it now."""


class FileDamaged(Problem):
    """A file of this computer is damaged. ``set_aside`` moves it out of the way, deleting nothing,
    so that ``enter`` can succeed; it raises ``Problem`` where that would leave nothing to work with.
    """

    def __init__(
        self, message: str, advice: str, *, action: str, set_aside: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(message, advice)
        self.action = action
        self.set_aside = set_aside
