"""The messages about clinical content and what becomes of its rules. Nothing here is about a patient.

| route                    | request         | reply        |
|--------------------------|-----------------|--------------|
| POST /content/state      | StateRequest    | StateReply   |
| POST /content/piece      | PieceRequest    | PieceReply   |
| POST /content/package    | PackageRequest  | Accepted     |
| POST /content/statement  | StatementRequest| Accepted     |
| POST /content/firings    | FiringsReport   | Accepted     |
| POST /content/statistics | StatisticsRequest | Statistics |

Packages and statements travel as their own signed bytes: who carried them decides nothing.
"""

from __future__ import annotations

from sync.protocol.messages import Message

PIECE_BYTES = 256 * 1024
MOST_PACKAGE_BYTES = 16 * 1024 * 1024


class StateRequest(Message, frozen=True, kw_only=True):
    """``known``: the revision the caller has; 0 for none."""

    known: int = 0


class Offered(Message, frozen=True, kw_only=True):
    """A package on the server: its digest (hex), size in bytes, and where its bytes lie."""

    package: str
    version: int
    digest: str
    size: int


class StateReply(Message, frozen=True, kw_only=True):
    """``now``: the server's time, ms UTC. Nothing more when ``revision`` is what the caller knows.

    ``statements``: signed lines, withdrawals first.
    """

    revision: int
    now: int
    packages: tuple[Offered, ...] = ()
    statements: tuple[bytes, ...] = ()


class PieceRequest(Message, frozen=True, kw_only=True):
    """A part of a package from ``offset`` on: a broken download goes on where it was."""

    digest: str
    offset: int = 0


class PieceReply(Message, frozen=True, kw_only=True):
    """The part and the size of the whole."""

    data: bytes
    size: int


class PackageRequest(Message, frozen=True, kw_only=True):
    """A signed package to keep."""

    raw: bytes


class StatementRequest(Message, frozen=True, kw_only=True):
    """One signed statement, a line of JSON."""

    line: bytes


class Accepted(Message, frozen=True, kw_only=True):
    """Kept, durably. ``revision``: of the content."""

    revision: int = 0


class Firing(Message, frozen=True, kw_only=True):
    """How often something became of a rule on one day. No patient, no person, no unit.

    ``day``: ISO date. ``outcome``: ``shown``, ``accepted``, ``overridden`` or ``shadow``.
    ``reason``: the coded reason of an override.
    """

    day: str
    rule: str
    version: str
    hook: str
    outcome: str
    reason: str = ""
    count: int


class FiringsReport(Message, frozen=True, kw_only=True):
    """Counts of one workstation. ``batch`` names the report: sent twice it counts once."""

    device: str
    batch: str
    firings: tuple[Firing, ...]


class StatisticsRequest(Message, frozen=True, kw_only=True):
    """Days from ``since`` on (ISO); all when empty."""

    since: str = ""


class Statistics(Message, frozen=True, kw_only=True):
    """Every count of the region, summed over workstations."""

    firings: tuple[Firing, ...]
