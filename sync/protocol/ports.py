"""What the sync engine needs of the workstation's store and of the way to the server.

The cache implements ``Store``; ``sync.client`` implements ``Server`` over HTTP; tests and the
simulation run the same engine over other implementations of both.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
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

NOT_COMPARED = ""
"""The digest of a unit whose copy nobody has compared since the epoch was adopted."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the store stands. ``cursors`` holds only units whose initial list has been taken.

    A unit with the digest ``NOT_COMPARED`` stands at 0 and takes no line before it is compared.
    """

    device: str
    incarnation: int
    epoch: str
    cursors: Mapping[str, int]
    digests: Mapping[str, str]


def not_compared(standing: Standing) -> frozenset[str]:
    """Return the units that wait for a comparison since the epoch was adopted."""
    return frozenset(u for u, digest in standing.digests.items() if digest == NOT_COMPARED)


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


SentSpan = tuple[Sequence[EntryLine], EndLine]
"""A span as it was sent: its records, and the line that ends it."""


class Store(Protocol):
    """The workstation's durable side. Every method is one transaction."""

    async def standing(self) -> Standing: ...

    async def adopt_epoch(self, epoch: str, *, compared: Collection[str] = ()) -> None:
        """Remember the server's epoch; the first time, or after comparing copies.

        Where it was another before: what a followed unit that is not among the ``compared`` has
        told of its patients holds no longer (nobody here could ask about it), and its digest is
        ``NOT_COMPARED`` until it is; its patients stay.
        Then every acknowledged record still kept that is not an entry
        of a followed patient (its patient left, or its line had not come yet) is queued again,
        and so is every entry beyond the heads that followed units tell (a unit that was left
        told of it): it counts as an entry no more. The server answers ``known`` to what it has.
        """
        ...

    async def next_batch(self, *, most: int, max_bytes: int) -> tuple[Group, ...]:
        """Return the oldest records not acknowledged, FIFO per patient; marks them ``sent``.

        What is marked ``sent`` and was never answered is returned again: the engine has one push
        under way at a time, and sending twice is harmless. Records of one ``save`` stay in one
        group, and a group is never split, so the oldest one comes even where it is above the
        limits by itself. A patient whose oldest record was told ``later`` waits that many
        seconds; the others go on.
        """
        ...

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Take over exactly what the outcomes name: rev for applied and known, quarantine.

        An acknowledged record stays visible until its line comes by the feed (or at once, where
        it is exactly head + 1). An id that is not in the outbox any more is passed over.
        """
        ...

    async def unsent(self) -> Unsent: ...

    async def take_manifest(
        self, unit: str, *, first_pos: int, heads: Sequence[Head], complete: bool
    ) -> None:
        """Take a page of a unit's patients; with ``complete`` the cursor starts at ``first_pos``.

        The engine hands over the whole list at once, in order of patient id. A patient already
        here keeps its records; where the head is beyond ours the span between is wanted.
        """
        ...

    async def apply_page(self, lines: Sequence[PullLine]) -> None:
        """Store a page and move the cursors in the same transaction. Known entries are no-ops.

        ``sync.protocol.pull.check_page`` decides what is new; the page may be cut at any line.
        Enter: the head becomes at least the line's; what lies between is wanted. Leave: where
        no other followed unit has the patient its entries go, for nothing tells any more what
        becomes of them (an erasure); what is unsent stays in the outbox until it is received.

        Raises:
            sync.protocol.pull.Hole: A position or revision is missing; nothing was stored.
        """
        ...

    async def wanted(self, *, most: int) -> tuple[Span, ...]:
        """Return what to fetch next: tier 1 of new patients first, then newer, then the rest."""
        ...

    async def apply_stream(self, entries: Sequence[EntryLine], end: EndLine) -> None:
        """Store a span; verifies the chain where it joins what is stored.

        ``end`` says what was sent: it may be less than asked for, the rest stays wanted. What
        lies beyond the head that list and feed have told is left out: it comes by the feed, and
        only what a feed has told is compared after a restore. Where
        the chain does not join (the server's history was another one after a restore) the store
        queues its own copies of the patient again and wants the whole stream. ``end.gone``: the
        patient is not in scope any more; nothing is wanted of it until it enters again.
        """
        ...

    async def apply_streams(self, spans_sent: Sequence[SentSpan]) -> None:
        """Store spans in order, each as ``apply_stream`` does, in as few transactions as may be.

        Where one cannot be stored, those before it are.
        """
        ...

    async def heads(self, unit: str) -> tuple[Head, ...]:
        """Return the heads that the unit's list and feed have told, to compare with the server's."""
        ...

    async def rejoin(self, unit: str, differing: Sequence[Head], *, pos: int) -> int:
        """After a restore of the server: queue again what it lost, fetch what differs.

        The unit's cursor becomes ``pos``; patients not named agree. Heads are taken in order; a
        patient may be named twice. Of a unit that was not compared when the epoch was adopted
        every patient that the server has is named, and the others leave. For a patient named
        with head (rev, hash):

        - ``rev`` 0: the server does not have our stream of it in this unit: all our records of
          it are queued again, none of them counts as an entry any more, and it is as if it left.
        - Not in this unit here: it enters it, and what follows holds too.
        - ``rev`` beyond our head: the engine has proved that it continues what followed units
          have told: entries beyond that are queued again, the head moves, what is not here up to
          it is wanted.
        - Our chain has this hash at ``rev``: everything after it is queued again, and the head
          goes back to ``rev``.
        - Otherwise: all our records of it are queued again and the whole stream is wanted.

        Records queued again go before what was written since. Done twice it does the same: the
        server answers ``known`` to what it has.

        Returns how many records were queued again (own and other people's, original bytes).
        """
        ...

    async def leave_unit(self, unit: str) -> None:
        """Stop following a unit: purge its patients that no other followed unit has."""
        ...


class Server(Protocol):
    """The way to the record server. Every call may fail with ``NoContact`` or ``Refusal``."""

    async def hello(self, request: HelloRequest) -> HelloReply: ...

    def pull(self, request: PullRequest) -> AsyncGenerator[PullLine, None]: ...

    async def manifest(self, request: ManifestRequest) -> ManifestReply: ...

    def stream(self, request: StreamRequest) -> AsyncGenerator[Sequence[StreamLine], None]:
        """Yield the lines of the spans in order, as many at a time as came together."""
        ...

    async def push(self, request: PushRequest) -> PushReply: ...

    async def heads(self, request: HeadsRequest) -> HeadsReply: ...

    def events(self) -> AsyncGenerator[Position | None, None]:
        """Yield wake-ups; first where every unit stands. None: a word that says nothing new.

        Raises ``NoContact`` when all is silent for longer than ``contact.SILENCE_SECONDS``.
        """
        ...


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
