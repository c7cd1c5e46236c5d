"""Attachments on the server: taken in piece by piece, proved against their name, handed out in scope."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.protocol.attachments import (
    FetchReply,
    FetchRequest,
    KeepReply,
    KeepRequest,
    OfferReply,
    OfferRequest,
    is_piece,
)
from workstation.access.actor import Actor, Machine, Staff
from workstation.access.policy import Action, Relation
from workstation.access.scope import scope_of
from workstation.domain.attachment import Attachment, is_what_it_says
from workstation.server.core import Core, NotAllowed
from workstation.server.store import attachments as table
from workstation.server.wire import BadBody


async def offer(core: Core, actor: Actor, request: OfferRequest) -> OfferReply:
    """Say what is missing of an attachment. As with records, the carrier needs no right to read it.

    Raises:
        NotAllowed: The actor may not deliver.
        BadBody: Another size or type stands under that name.
    """
    await core.allowed(actor, Action.DELIVER)
    by, now = _who(actor), core.now

    def take(connection: Connection) -> OfferReply | None:
        kept = table.offered(connection, request, by=by, now=now)
        if (kept.size, kept.type) != (request.size, request.type):
            if kept.whole:
                return None
            # One of the two offers is wrong, and the bytes will tell which: begin anew.
            table.drop(connection, request.p, request.hash)
            kept = table.offered(connection, request, by=by, now=now)
        have = () if kept.whole else table.pieces(connection, request.p, request.hash)
        return OfferReply(whole=kept.whole, have=have)

    reply = await core.database.write(take)
    if reply is None:
        raise BadBody("$.size")
    return reply


async def keep(core: Core, actor: Actor, request: KeepRequest) -> KeepReply:
    """Keep a piece. With the last one the whole is held against its name; durable when answered.

    Raises:
        NotAllowed: The actor may not deliver, or nobody offered it.
        BadBody: The piece has another length, or the whole is not what its name says: nothing
            of it is kept then.
    """
    decision = await core.allowed(actor, Action.DELIVER)

    def take(connection: Connection) -> bool | None:
        return _kept(connection, request)

    whole = await core.database.write(take)
    if whole is None:
        raise BadBody("$.data")
    if whole:
        await core.log(actor, "Skriva", "attachment", basis=decision.basis, patients=(request.p,))
    return KeepReply(whole=whole)


def _kept(connection: Connection, request: KeepRequest) -> bool | None:
    """Return whether it is whole now; None when it cannot be."""
    kept = table.find(connection, request.p, request.hash)
    if kept is None:
        raise NotAllowed
    if kept.whole:
        return True
    if not is_piece(kept.size, request.n, request.data):
        return None
    table.keep(connection, request.p, request.hash, request.n, request.data)
    content = table.content(connection, request.p, request.hash, kept.size)
    if content is None:
        return False
    said = Attachment(hash=request.hash, size=kept.size, type=kept.type)  # type: ignore[arg-type]
    if not is_what_it_says(said, content):
        table.drop(connection, request.p, request.hash)
        return None
    table.make_whole(connection, request.p, request.hash)
    return True


async def fetch(core: Core, actor: Actor, request: FetchRequest) -> FetchReply:
    """Return a piece of an attachment of a patient in the actor's scope; logged before it is given.

    Raises:
        NotAllowed: Not in scope, not there, or not whole yet: nobody can tell which.
    """
    scope, now = scope_of(actor), core.now
    in_scope = await core.database.read(
        lambda c: (
            table.is_visible(c, scope, request.p)
            and table.is_open(c, scope, request.p, request.hash, now=now)
        )
    )
    relation = Relation.OWN_UNIT if in_scope else Relation.NONE
    decision = await core.allowed(actor, Action.READ_RECORD, relation)

    def read(connection: Connection) -> FetchReply | None:
        kept = table.find(connection, request.p, request.hash)
        if kept is None or not kept.whole:
            return None
        data = table.read_piece(connection, request.p, request.hash, request.n)
        return FetchReply(size=kept.size, data=data) if data is not None else None

    found = await core.database.read(read)
    if found is None:
        raise NotAllowed
    await core.log(actor, "Läsa", "attachment", basis=decision.basis, patients=(request.p,))
    return found


def _who(actor: Actor) -> str:
    match actor:
        case Staff():
            return actor.person
        case Machine():
            return actor.device
    return ""
