"""Guidelines, content versions and figures of one session. Implements ``operations.guidance.Guidance``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.client import content as line
from sync.client.connection import Connection
from workstation.access.signing import Ed25519Signer
from workstation.app.answered import content_answered
from workstation.app.content_keeper import ContentKeeper
from workstation.content.comparing import difference
from workstation.content.lifecycle import Standing, State, standing, state_name
from workstation.content.source import Content, ContentProblem
from workstation.content.source import Guideline as Written
from workstation.content.statements import Act, Statement, key_id, sign_statement, to_line
from workstation.domain.clock import from_millis, to_millis
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.record import Signer
from workstation.domain.texts import _
from workstation.operations.guidance import (
    ContentVersion,
    GuidelineText,
    LinkedRule,
    RuleFigures,
)
from workstation.operations.tally import figures


class _PersonsKey:
    """The person's signing key in the shape that signs statements about content."""

    def __init__(self, signer: Ed25519Signer) -> None:
        self._signer = signer

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message)

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self._signer.public_key)


class ContentGuidance:
    """Reads the content in force; approves with the person's own key where the region trusts it."""

    def __init__(
        self,
        *,
        keeper: ContentKeeper,
        connection: Connection,
        person: HsaId,
        signer: Signer,
        rights: frozenset[str],
    ) -> None:
        self._keeper = keeper
        self._connection = connection
        self._person = person
        self._key = _PersonsKey(signer) if isinstance(signer, Ed25519Signer) else None
        self._rights = rights

    @property
    def sees_figures(self) -> bool:
        return bool({"content_author", "content_approver"} & self._rights)

    def guidelines(self) -> Sequence[GuidelineText]:
        return guidelines_of(self._keeper.content)

    async def versions(self) -> Sequence[ContentVersion]:
        return await asyncio.to_thread(self._versions)

    def _versions(self) -> list[ContentVersion]:
        shelf, inside = self._keeper.shelf, self._keeper.content
        now = from_millis(self._keeper.time.now().millis)
        found: list[ContentVersion] = []
        for offer in sorted(shelf.offers(), key=lambda one: -one.version):
            stands = standing(offer, self._keeper.statements(), trusted=shelf.trusted, now=now)
            try:
                found.append(self._version(stands, shelf.content(offer.digest), inside))
            except ContentProblem:
                continue  # gone or damaged since it was listed: it is fetched again
        return found

    def _version(self, stands: Standing, content: Content, inside: Content) -> ContentVersion:
        changes = difference(inside, content)
        start = stands.effective_from
        return ContentVersion(
            digest=stands.offer.digest,
            name=content.manifest.name,
            version=content.manifest.version,
            title=content.manifest.title,
            state=state_name(stands.state),
            effective_from=to_millis(start) if start is not None else None,
            author=stands.author,
            approver=stands.approver,
            decision=stands.decision,
            reason=stands.reason,
            added=tuple(changes["+"]),
            changed=tuple(changes["~"]),
            removed=tuple(changes["-"]),
            may_approve=stands.state is State.IN_REVIEW and self._may_approve(stands),
        )

    def _may_approve(self, stands: Standing) -> bool:
        return (
            stands.author != self._person
            and "content_approver" in self._rights
            and self._key is not None
            and key_id(self._key.public_key()) in self._keeper.shelf.trusted
        )

    async def approve(self, digest: str, decision: str) -> None:
        versions = {one.digest: one for one in await self.versions()}
        version = versions.get(digest)
        if version is None or not version.may_approve or self._key is None:
            raise Problem(
                _("The author cannot approve: another person must."),
                _("Somebody whose key the region trusts for approval does it."),
            )
        statement = Statement(
            act=Act.APPROVE,
            package=version.name,
            version=version.version,
            digest=digest,
            by=self._person,
            at=self._now(),
            decision=decision,
        )
        signed = sign_statement(statement, self._key)
        with content_answered():
            await line.put_statement(self._connection, to_line(signed))

    async def figures(self) -> Sequence[RuleFigures]:
        with content_answered():
            told = await line.statistics(self._connection)
        return figures(
            ((f.day, f.rule, f.version, f.hook, f.outcome, f.reason), f.count) for f in told.firings
        )

    def _now(self) -> datetime:
        return from_millis(self._keeper.time.now().millis)


def guidelines_of(content: Content) -> list[GuidelineText]:
    """Return a package's guidelines as they are read, by title."""
    return sorted((_read(one, content) for one in content.guidelines), key=_by_title)


def _by_title(one: GuidelineText) -> str:
    return one.title.casefold()


def _read(one: Written, content: Content) -> GuidelineText:
    linked = [rule for rule in content.rules if one.id in rule.guidelines]
    return GuidelineText(
        id=one.id,
        title=one.title,
        version=one.version,
        key_message=one.key_message,
        changes=one.changes,
        text=one.text,
        decided=one.decided,
        decided_by=one.decided_by,
        valid_until=one.valid_until,
        review_by=one.review_by,
        sources=tuple(one.sources),
        codes=tuple(one.codes),
        rules=tuple(LinkedRule(id=r.id, version=r.version, text=r.text) for r in linked),
    )
