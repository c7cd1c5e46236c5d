"""What the sync engine needs of the workstation's store and of the way to the server.

The cache implements ``Store``; ``sync.client`` implements ``Server`` over HTTP; tests and the
simulation run the same engine over other implementations of both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sync.protocol.messages import (
    EndLine,
    EntryLine,
    Group,
    Head,
    HeadsReply,
    HeadsRequest,
    HelloReply,
    HelloRequest,
    ManifestReply,
    ManifestRequest,
    Outcome,
    Position,
    PullLine,
    PullRequest,
    PushReply,
    PushRequest,
    Span,
    StreamLine,
    StreamRequest,
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the store stands. ``cursors`` holds only units whose initial list has been taken."""

    device: str
    incarnation: int
    epoch: str
    cursors: Mapping[str, int]
    digests: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """What has not been received: for the status line and the outbox view.

    ``local``: never sent. ``sent``: under way, not yet acknowledged. ``attention``:
    quarantined, waiting for a person. ``oldest``: ms UTC of the oldest local or sent one.
    """

    local: int
    sent: int
    attention: int
    oldest: int | None


class Store(Protocol):
    """The workstation's durable side. Every method is one transaction."""

    async def standing(self) -> Standing: ...

    async def adopt_epoch(self, epoch: str) -> None:
        """Remember the server's epoch; the first time, or after comparing copies."""
        ...

    async def next_batch(self, *, most: int, max_bytes: int) -> tuple[Group, ...]:
        """Return the oldest unsent records, FIFO per patient, grouped; marks them ``sent``.

        A patient whose oldest record was told ``later`` waits; the others go on.
        """
        ...

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Take over exactly what the outcomes name: rev for applied and known, quarantine."""
        ...

    async def unsent(self) -> Unsent: ...

    async def take_manifest(
        self, unit: str, *, first_pos: int, heads: Sequence[Head], complete: bool
    ) -> None:
        """Take a page of a unit's patients; with ``complete`` the cursor starts at ``first_pos``."""
        ...

    async def apply_page(self, lines: Sequence[PullLine]) -> None:
        """Store a page and move the cursors in the same transaction. Known entries are no-ops.

        Raises:
            sync.protocol.pull.Hole: A position or revision is missing; nothing was stored.
        """
        ...

    async def wanted(self, *, most: int) -> tuple[Span, ...]:
        """Return what to fetch next: tier 1 of new patients first, then newer, then the rest."""
        ...

    async def apply_stream(self, entries: Sequence[EntryLine], end: EndLine) -> None:
        """Store a span; verifies the chain where it joins what is stored."""
        ...

    async def heads(self, unit: str) -> tuple[Head, ...]:
        """Return the store's own heads of a unit, to compare with the server's."""
        ...

    async def rejoin(self, unit: str, differing: Sequence[Head], *, pos: int) -> int:
        """After a restore of the server: queue again what it lost, fetch what differs.

        Returns how many records were queued again (own and other people's, original bytes).
        """
        ...

    async def leave_unit(self, unit: str) -> None:
        """Stop following a unit: purge its patients that no other followed unit has."""
        ...


class Server(Protocol):
    """The way to the record server. Every call may fail with ``NoContact`` or ``Refusal``."""

    async def hello(self, request: HelloRequest) -> HelloReply: ...

    def pull(self, request: PullRequest) -> AsyncIterator[PullLine]: ...

    async def manifest(self, request: ManifestRequest) -> ManifestReply: ...

    def stream(self, request: StreamRequest) -> AsyncIterator[StreamLine]: ...

    async def push(self, request: PushRequest) -> PushReply: ...

    async def heads(self, request: HeadsRequest) -> HeadsReply: ...

    def events(self) -> AsyncIterator[Position]: ...


class NoContact(Exception):
    """No answer: no network, cut in the middle, too slow. Try again later."""


@dataclass
class Refusal(Exception):
    """The server answered, and said no. ``code`` as in ``messages.Refused``."""

    code: str
    text: str = ""
    after: int = 0


def patient_bucket(patient: UUID) -> int:
    """Return which of the 256 sub-sums a patient counts in."""
    return patient.bytes[-1]
