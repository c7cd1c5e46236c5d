"""Guidelines, content versions and figures of one session. Implements ``operations.guidance.Guidance``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.client import content as line
from sync.client.connection import Connection
from sync.protocol.content import Firing
from workstation.access.signing import Ed25519Signer
from workstation.app.answered import content_answered
from workstation.app.content_keeper import ContentKeeper
from workstation.content.comparing import details, difference
from workstation.content.lifecycle import Offer, Standing, State, standing, state_name
from workstation.content.source import Content, ContentProblem
from workstation.content.source import Guideline as Written
from workstation.content.statements import (
    MAY,
    Act,
    Statement,
    key_id,
    sign_statement,
    to_line,
)
from workstation.domain.clock import from_millis, to_millis
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.record import Signer
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date
from workstation.operations.guidance import (
    ContentVersion,
    GuidelineText,
    LinkedRule,
    RowChange,
    RuleFigures,
    Volume,
)
from workstation.operations.tally import figures

_MOST_WORDS = 2_000
_REREAD = N_("Read again where it stands now.")
_COMPARED_HOOKS = ("order-sign", "patient-view")
"""Where a version that is tried counts: choosing asks the one in force only."""


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
        found: list[ContentVersion] = []
        for offer in sorted(shelf.offers(), key=lambda one: -one.version):
            try:
                content = shelf.content(offer.digest)
            except ContentProblem:
                continue  # gone or damaged since it was listed: it is fetched again
            found.append(self._version(self._stands(offer), content, inside))
        return found

    def _stands(self, offer: Offer) -> Standing:
        keeper = self._keeper
        return standing(offer, keeper.statements(), trusted=keeper.shelf.trusted, now=self._now())

    def _version(self, stands: Standing, content: Content, inside: Content) -> ContentVersion:
        changes, told = difference(inside, content), details(inside, content)
        start, why_not = stands.effective_from, self._why_not(stands)
        rows = {
            sign: tuple(
                RowChange(row=name, fields=tuple((f.field, f.before, f.after) for f in told[name]))
                for name in names
            )
            for sign, names in changes.items()
        }
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
            added=rows["+"],
            changed=rows["~"],
            removed=rows["-"],
            may_approve=stands.state is State.IN_REVIEW and not why_not,
            why_not=why_not if stands.state is State.IN_REVIEW else "",
            in_force=stands.offer.digest == self._keeper.in_force.digest,
            tried=stands.offer.digest == self._keeper.tried,
        )

    def _why_not(self, stands: Standing) -> str:
        """Say why this person may not approve a version; empty where they may."""
        if "content_approver" not in self._rights:
            return _("It is approved by somebody who answers for the content.")
        if stands.author == self._person:
            return _("The author cannot approve: another person must.")
        key = self._key
        signer = key and self._keeper.shelf.trusted.get(key_id(key.public_key()))
        if not signer or not MAY[Act.APPROVE] & set(signer.roles):
            return _("The region does not trust your key for approving content.")
        return ""

    async def approve(self, digest: str, decision: str) -> None:
        await self._judge(Act.APPROVE, digest, decision=decision.strip())

    async def give_back(self, digest: str, reason: str) -> None:
        await self._judge(Act.RETURN, digest, reason=reason.strip())

    async def _judge(self, act: Act, digest: str, *, decision: str = "", reason: str = "") -> None:
        """Say it, after what others have said by now."""
        with content_answered():
            await self._keeper.ask()
        offers = await asyncio.to_thread(self._keeper.shelf.offers)
        offer = next((one for one in offers if one.digest == digest), None)
        if offer is None or self._key is None:
            raise Problem(_("The version is no longer on this computer."), _(_REREAD))
        self._ready(offer, f"{decision}{reason}")
        statement = Statement(
            act=act,
            package=offer.package,
            version=offer.version,
            digest=offer.digest,
            by=self._person,
            at=self._now(),
            decision=decision,
            reason=reason,
        )
        signed = sign_statement(statement, self._key)
        with content_answered():
            await line.put_statement(self._connection, to_line(signed))
            await self._keeper.ask()
        if statement not in self._stands(offer).history:
            raise Problem(_("Somebody else judged it a moment before you."), _(_REREAD))

    def _ready(self, offer: Offer, words: str) -> None:
        """Whether a version waits for this person's judgement.

        Raises:
            Problem: What would be said would not count, or is too long.
        """
        stands = self._stands(offer)
        if fault := self._why_not(stands):
            raise Problem(fault, _("Somebody whose key the region trusts for approval does it."))
        if len(words) > _MOST_WORDS:
            raise Problem(
                _("What you wrote about the version is too long."),
                _("Write at most {count} characters.").format(count=_MOST_WORDS),
            )
        if stands.state is not State.IN_REVIEW:
            raise Problem(
                _("It does not wait for approval: {state}.").format(state=state_name(stands.state)),
                _(_REREAD),
            )

    async def volume(self, digest: str) -> Volume | None:
        if not self.sees_figures or digest != self._keeper.tried:
            return None
        offers = await asyncio.to_thread(self._keeper.shelf.offers)
        offer = next((one for one in offers if one.digest == digest), None)
        history = self._stands(offer).history if offer is not None else ()
        if not history:
            return None
        since = local_date(to_millis(history[0].at)).isoformat()
        with content_answered():
            told = await line.statistics(self._connection, since=since)
        return _volume(since, told.firings)

    async def figures(self) -> Sequence[RuleFigures]:
        with content_answered():
            told = await line.statistics(self._connection)
        return figures(
            ((f.day, f.rule, f.version, f.hook, f.outcome, f.reason), f.count) for f in told.firings
        )

    def _now(self) -> datetime:
        return from_millis(self._keeper.time.now().millis)


def _volume(since: str, firings: Sequence[Firing]) -> Volume:
    """Compare on the days on which the version was tried, and where both are asked."""
    tried = {one.day for one in firings if one.outcome == "shadow"}
    asked = [one for one in firings if one.day in tried and one.hook in _COMPARED_HOOKS]
    return Volume(
        since=since,
        days=len(tried),
        would_show=sum(one.count for one in asked if one.outcome == "shadow"),
        shown=sum(one.count for one in asked if one.outcome == "shown"),
    )


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
