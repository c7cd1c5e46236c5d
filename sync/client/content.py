"""Clinical content over the line: what there is, its bytes piece by piece, publishing, counts."""

from __future__ import annotations

from sync.client.connection import Connection
from sync.client.core import within
from sync.protocol.content import (
    MOST_PACKAGE_BYTES,
    Accepted,
    Firing,
    FiringsReport,
    PackageRequest,
    PieceReply,
    PieceRequest,
    StatementRequest,
    StateReply,
    StateRequest,
    Statistics,
    StatisticsRequest,
)
from sync.protocol.violation import ProtocolViolation

_DEADLINE_SECONDS = 20.0


async def state(connection: Connection, *, known: int) -> StateReply:
    """Ask what there is.

    Raises:
        NoContact, Refusal, ProtocolViolation: As the connection says.
    """
    asked = connection.ask("/content/state", StateRequest(known=known), StateReply)
    return await within(_DEADLINE_SECONDS, asked)


async def rest_of(connection: Connection, digest: str, begun: bytearray) -> None:
    """Fetch what is missing of a package; ``begun`` grows, and a broken fetch goes on from there.

    Raises:
        NoContact, Refusal, ProtocolViolation: As the connection says; what came is in ``begun``.
    """
    while True:
        asked = connection.ask(
            "/content/piece", PieceRequest(digest=digest, offset=len(begun)), PieceReply
        )
        piece = await within(_DEADLINE_SECONDS, asked)
        begun += piece.data
        if piece.size > MOST_PACKAGE_BYTES or len(begun) > piece.size:
            raise ProtocolViolation("a package larger than any")
        if len(begun) == piece.size:
            return
        if not piece.data:
            raise ProtocolViolation("a package that never ends")


async def put_package(connection: Connection, raw: bytes) -> Accepted:
    """Hand a signed package to the server.

    Raises:
        NoContact, Refusal, ProtocolViolation: As the connection says.
    """
    return await connection.ask("/content/package", PackageRequest(raw=raw), Accepted)


async def put_statement(connection: Connection, line: bytes) -> Accepted:
    """Hand a signed statement to the server.

    Raises:
        NoContact, Refusal, ProtocolViolation: As the connection says.
    """
    return await connection.ask("/content/statement", StatementRequest(line=line), Accepted)


async def report(
    connection: Connection, *, device: str, batch: str, firings: tuple[Firing, ...]
) -> Accepted:
    """Deliver counts; the same batch twice counts once.

    Raises:
        NoContact, Refusal, ProtocolViolation: As the connection says.
    """
    counted = FiringsReport(device=device, batch=batch, firings=firings)
    return await connection.ask("/content/firings", counted, Accepted)


async def statistics(connection: Connection, *, since: str = "") -> Statistics:
    """Return the region's counts.

    Raises:
        NoContact, Refusal, ProtocolViolation: As the connection says.
    """
    return await connection.ask("/content/statistics", StatisticsRequest(since=since), Statistics)
