"""Clinical content on the server: kept, handed out, told of. Its signatures decide, not who brought it."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from sync.protocol.content import (
    MOST_PACKAGE_BYTES,
    Accepted,
    FiringsReport,
    PieceReply,
    StateReply,
    Statistics,
)
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action
from workstation.content import packages
from workstation.content.lifecycle import CLOCK_TOLERANCE
from workstation.content.source import ContentProblem, Manifest
from workstation.content.statements import Act, BadStatement, Roster, check_statement, from_lines
from workstation.domain.clock import from_millis
from workstation.domain.texts import _
from workstation.server.core import Core, NotAllowed
from workstation.server.store import content as table

CONTENT = "content"
"""The topic of wake-ups; no unit's HSA-id looks like it."""
_MOST_FIRINGS = 20_000


class NotTrusted(Exception):
    """The package or statement is not kept. ``text`` says why, in words for its sender."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


async def state(core: Core, actor: Actor, known: int) -> StateReply:
    """Return what there is, or only the revision when the caller has it."""
    await core.allowed(actor, Action.READ_CONTENT)
    now = core.now

    def read_all(connection: Connection) -> StateReply:
        revision = table.revision(connection)
        if revision == known:
            return StateReply(revision=revision, now=now)
        return StateReply(
            revision=revision,
            now=now,
            packages=table.offered(connection),
            statements=table.statements(connection),
        )

    return await core.database.read(read_all)


async def piece(core: Core, actor: Actor, digest: str, offset: int) -> PieceReply:
    """Return a part of a package.

    Raises:
        NotAllowed: There is no such package.
    """
    await core.allowed(actor, Action.READ_CONTENT)
    found = await core.database.read(lambda c: table.piece(c, digest, max(0, offset)))
    if found is None:
        raise NotAllowed
    return found


async def keep_package(core: Core, actor: Actor, raw: bytes, trusted: Roster) -> Accepted:
    """Keep a signed package, newer than every one of its name.

    Raises:
        NotTrusted: Signed by nobody who is trusted, damaged, or older than what is kept.
    """
    await core.allowed(actor, Action.PUBLISH_CONTENT)
    manifest, digest = _opened(raw, trusted)
    now, by = core.now, _person(actor)

    def keep(connection: Connection) -> int:
        if table.has_package(connection, digest):
            return table.revision(connection)
        if manifest.version <= table.highest(connection, manifest.name):
            return -1
        table.put_package(
            connection,
            digest=digest,
            name=manifest.name,
            version=manifest.version,
            raw=raw,
            by=by,
            now=now,
        )
        return table.changed(connection)

    revision = await core.database.write(keep)
    if revision < 0:
        raise NotTrusted(
            _("Content package version {version} is not newer than the one in use.").format(
                version=manifest.version
            )
        )
    return await _told(core, actor, "content_package", revision)


async def keep_statement(core: Core, actor: Actor, line: bytes, trusted: Roster) -> Accepted:
    """Keep a signed statement about a package that is here; withdrawing wakes every workstation.

    Raises:
        NotTrusted: The signer may not say it, or nobody knows the package.
    """
    await core.allowed(actor, Action.PUBLISH_CONTENT)
    try:
        (signed,) = from_lines(line)
        said = check_statement(signed, trusted)
    except BadStatement as problem:
        raise NotTrusted(problem.message) from None
    except ValueError:
        raise NotTrusted(_("One statement at a time.")) from None
    now, by = core.now, _person(actor)
    if said.at > from_millis(now) + CLOCK_TOLERANCE:
        raise NotTrusted(_("The statement is dated in the future: look at the signer's clock."))

    def keep(connection: Connection) -> int:
        if not table.has_package(connection, said.digest):
            return -1
        table.put_statement(
            connection, line.strip(), withdraws=said.act is Act.WITHDRAW, by=by, now=now
        )
        return table.changed(connection)

    revision = await core.database.write(keep)
    if revision < 0:
        raise NotTrusted(_("The package the statement is about is not on the server."))
    return await _told(core, actor, f"content_{said.act.value}", revision)


async def report(core: Core, actor: Actor, asked: FiringsReport) -> Accepted:
    """Add a workstation's counts, once."""
    await core.allowed(actor, Action.REPORT_FIRINGS)
    now, counts = core.now, asked.firings[:_MOST_FIRINGS]
    await core.database.write(
        lambda c: table.add_firings(c, asked.device, asked.batch, counts, now=now)
    )
    return Accepted()


async def statistics(core: Core, actor: Actor, since: str) -> Statistics:
    """Return the region's counts."""
    await core.allowed(actor, Action.SEE_FIRINGS)
    return Statistics(firings=await core.database.read(lambda c: table.firings(c, since)))


def _opened(raw: bytes, trusted: Roster) -> tuple[Manifest, str]:
    if len(raw) > MOST_PACKAGE_BYTES:
        raise NotTrusted(_("The content package is too large."))
    try:
        return packages.opened(raw, trusted=keys_of(trusted)).manifest, packages.digest(raw)
    except ContentProblem as problem:
        raise NotTrusted(problem.message) from None


def keys_of(trusted: Roster) -> Sequence[Ed25519PublicKey]:
    """Return the keys that may sign a package."""
    return [
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key))
        for signer in trusted.values()
    ]


async def _told(core: Core, actor: Actor, what: str, revision: int) -> Accepted:
    await core.log(actor, "Administration", what)
    core.hub.publish({CONTENT: revision})
    return Accepted(revision=revision)


def _person(actor: Actor) -> str:
    return actor.person if isinstance(actor, Staff) else ""
