"""The messages between workstation and record server, protocol 1.

Requests and replies are JSON; what grows is NDJSON, one message a line, compressed with zstd.
A record travels as its own raw bytes inside the line (``raw``), never re-serialised; its
signature and the signer's key id stand beside it in base64. Field names are short because they
are repeated per record. See README.md in this folder for the laws.

| route                | request         | reply                                       |
|----------------------|-----------------|---------------------------------------------|
| POST /sync/hello     | HelloRequest    | HelloReply                                  |
| POST /sync/pull      | PullRequest     | lines: EntryLine, EnterLine, LeaveLine, EraseLine, AtLine |
| POST /sync/manifest  | ManifestRequest | ManifestReply                               |
| POST /sync/stream    | StreamRequest   | lines: EntryLine (``u`` empty, ``pos`` 0), EndLine |
| POST /sync/push      | PushRequest     | PushReply                                   |
| POST /sync/heads     | HeadsRequest    | HeadsReply                                  |
| GET  /sync/events    | –               | SSE, data: Position                         |
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec

PROTOCOL = 1
MOST_ENTRIES_IN_A_PAGE = 500
MOST_BYTES_IN_A_PAGE = 1_000_000
HEARTBEAT_SECONDS = 2.0
"""GET /sync/events says something at least this often, if only the comment line ``:``."""
MOST_BYTES_IN_A_BODY = 16_000_000
"""A request body above this is refused with 413 before it is read to its end."""


Whole = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""A number that every database holds; what is beyond is no request."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Anything on the wire. Unknown fields are ignored: a newer peer may say more."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class HelloRequest(Message, frozen=True, kw_only=True):
    """Who calls. ``incarnation`` counts how often this device's store was created anew."""

    device: str
    incarnation: Whole
    program: str
    protocols: tuple[int, ...] = (PROTOCOL,)
    epoch: str = ""


class HelloReply(Message, frozen=True, kw_only=True):
    """Who answers. ``now`` RFC 3339 with milliseconds; ``units``: HSA-ids this person may follow.

    ``backups``: ``no_backup`` or ``untested`` where the record's backups are neglected;
    ``tried_out``: when one was last restored for trial.
    """

    epoch: str
    now: str
    protocol: int
    units: tuple[str, ...]
    page_entries: int = MOST_ENTRIES_IN_A_PAGE
    page_bytes: int = MOST_BYTES_IN_A_PAGE
    oldest_program: str = ""
    backups: str = ""
    tried_out: str = ""


class PullRequest(Message, frozen=True, kw_only=True):
    """Everything in these units after these positions."""

    epoch: str
    cursors: dict[str, Whole]
    max_bytes: Whole = MOST_BYTES_IN_A_PAGE


class EntryLine(Message, frozen=True, kw_only=True, gc=False, tag_field="t", tag="entry"):
    """One record at its revision ``rev`` of patient ``p``; ``pos`` is its place in unit ``u``.

    ``hash`` (hex): the record's hash, only where its body was erased or is withheld (``blocked``:
    by a block, spärr) and ``raw`` is ``null``.
    """

    u: str = ""
    pos: int = 0
    p: UUID
    rev: int
    raw: msgspec.Raw
    sig: str = ""
    by: str = ""
    hash: str = ""
    blocked: bool = False


class EnterLine(Message, frozen=True, kw_only=True, tag_field="t", tag="enter"):
    """The patient comes into the unit's scope; ``rev``/``hash`` (hex) the head at that moment."""

    u: str
    pos: int
    p: UUID
    rev: int
    hash: str


class LeaveLine(Message, frozen=True, kw_only=True, tag_field="t", tag="leave"):
    """The patient leaves the unit's scope."""

    u: str
    pos: int
    p: UUID


class EraseLine(Message, frozen=True, kw_only=True, tag_field="t", tag="erase"):
    """Bodies of these revisions are gone by decision of the authority; their hashes stay.

    ``blocked``: instead, these and no others of the patient's are withheld from the unit now by
    a block (spärr); what was and is not named any more may be fetched again.
    """

    u: str
    pos: int
    p: UUID
    revs: tuple[int, ...]
    blocked: bool = False


class AtLine(Message, frozen=True, kw_only=True, tag_field="t", tag="at"):
    """End of what this reply says of unit ``u``: its position, digest (hex) there, and whether more waits.

    ``too_old``: the feed no longer reaches back to the cursor; compare heads instead.
    """

    u: str
    pos: int
    digest: str = ""
    more: bool = False
    too_old: bool = False


PullLine = EntryLine | EnterLine | LeaveLine | EraseLine | AtLine


class ManifestRequest(Message, frozen=True, kw_only=True):
    """The unit's patients after ``after`` (by id), for the initial load."""

    unit: str
    after: UUID | None = None
    limit: Whole = 2_000


class Head(Message, frozen=True, kw_only=True):
    """A patient's head: revision and head hash (hex)."""

    p: UUID
    rev: int
    hash: str


class ManifestReply(Message, frozen=True, kw_only=True):
    """``pos`` and ``digest`` are the unit's at the time of this page; pull from the first page's ``pos``."""

    epoch: str
    pos: int
    digest: str
    patients: tuple[Head, ...]
    more: bool = False


class Span(Message, frozen=True, kw_only=True):
    """Which records of a patient: revisions ``first`` to ``last``, both included.

    ``last`` 0, or beyond the head, means the head.

    ``essential``: only what a chart cannot do without (tier 1: identity, attention, diagnoses,
    current medication, contacts and bookings); revisions then have gaps.
    """

    p: UUID
    first: Whole = 1
    last: Whole = 0
    essential: bool = False


class StreamRequest(Message, frozen=True, kw_only=True):
    """Records of patients in the caller's scope.

    ``whole``: also what is blocked for the unit and open to the caller alone: in an emergency, or
    by a lift for that person. It must not come into the unit's store.
    """

    epoch: str
    spans: tuple[Span, ...]
    whole: bool = False


class EndLine(Message, frozen=True, kw_only=True, tag_field="t", tag="end"):
    """One span was sent, ``first`` to ``last`` (it may be less than asked for).

    ``rev``/``hash``: the patient's head now; ``before`` (hex): the chain's hash before ``first``.
    ``gone``: the patient is not in the caller's scope.
    """

    p: UUID
    first: int
    last: int
    rev: int
    hash: str
    before: str
    essential: bool = False
    gone: bool = False


StreamLine = EntryLine | EndLine


class Pushed(Message, frozen=True, kw_only=True):
    """One record to store. ``raw`` stays the author's bytes."""

    raw: msgspec.Raw
    sig: str = ""
    by: str = ""


class Group(Message, frozen=True, kw_only=True):
    """Records of one patient that are stored together or not at all."""

    p: UUID
    ops: tuple[Pushed, ...]


class PushRequest(Message, frozen=True, kw_only=True):
    """Groups are independent of each other."""

    epoch: str
    groups: tuple[Group, ...]


Verdict = Literal["applied", "known", "quarantined", "later"]
"""``applied``/``known`` at ``rev``: durable. ``quarantined``: durable too, but outside the record
until a person has looked (``why`` says: malformed, another_patient, reused_id, bad_signature,
not_allowed, too_large, clock). ``later``: not stored; send again after ``after`` seconds."""


class Outcome(Message, frozen=True, kw_only=True):
    """What became of one record."""

    id: str
    verdict: Verdict
    rev: int = 0
    why: str = ""
    place: str = ""
    after: int = 0


class PushReply(Message, frozen=True, kw_only=True):
    """One outcome per record, in the order sent. 200 unless the server itself is sick."""

    epoch: str
    outcomes: tuple[Outcome, ...]


class HeadsRequest(Message, frozen=True, kw_only=True):
    """Compare copies: without ``bucket`` the 256 sub-sums, with it the heads in that bucket."""

    unit: str
    bucket: Annotated[int, msgspec.Meta(ge=0, le=255)] | None = None


class HeadsReply(Message, frozen=True, kw_only=True):
    """``sums``: 256 hex sub-sums by first byte of the patient id; or ``heads`` of one bucket."""

    epoch: str
    pos: int
    digest: str
    sums: tuple[str, ...] = ()
    heads: tuple[Head, ...] = ()


class Position(Message, frozen=True, kw_only=True):
    """The wake-up: unit ``u`` is at position ``pos``. Nothing about anybody.

    ``content``: the revision of the clinical content, 0 where the server does not say.
    """

    u: str
    pos: int
    content: int = 0


class Refused(Message, frozen=True, kw_only=True):
    """The body of every 4xx and 5xx: a code for the program, a text for the person, no content.

    Codes: ``unauthenticated``, ``not_allowed``, ``malformed`` (``place`` says where),
    ``too_large``, ``wrong_epoch``, ``too_old_program``, ``busy`` (``after`` seconds).
    """

    code: str
    text: str = ""
    place: str = ""
    after: int = 0
