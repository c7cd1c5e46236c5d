"""What the CDS Hooks service needs beside its rules: the content in force, and counting."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from sync.protocol.content import Firing
from workstation.content import shipped
from workstation.content.library import engine_of
from workstation.content.source import Content, Manifest
from workstation.content.statements import Roster
from workstation.decision_support.engine import Engine
from workstation.decision_support.findings import Card
from workstation.domain.values import local_date
from workstation.server import in_force
from workstation.server.core import Core
from workstation.server.store import content as table

_MOST_CARDS = 20_000
_DEVICE = "cds-hooks"


@dataclass(frozen=True, kw_only=True)
class Judge:
    """The engine in force, and what its content is called."""

    engine: Engine
    label: str
    mark: str


@dataclass(kw_only=True)
class Support:
    """One server's decision support. Which card had which id is remembered for feedback only."""

    core: Core
    trusted: Roster
    _judge: Judge | None = None
    _digest: str = "-"
    _cards: OrderedDict[str, Card] = field(default_factory=OrderedDict)

    async def judge(self) -> Judge:
        """Return what judges now: the published package in force, else what came with the program."""
        current = (await in_force.chosen(self.core, self.trusted)).current
        off = current.rules_off if current is not None else frozenset[str]()
        wanted = f"{current.offer.digest if current else ''} {sorted(off)}"
        if self._judge is None or wanted != self._digest:
            content = None
            if current is not None:
                content = await in_force.opened(self.core, current.offer.digest, self.trusted)
            self._judge = await asyncio.to_thread(_made, content, off)
            self._digest = wanted
        return self._judge

    async def shown(self, cards: dict[str, Card], *, hook: str, instance: str) -> None:
        """Count what was shown, once for each call."""
        self._cards.update(cards)
        while len(self._cards) > _MOST_CARDS:
            self._cards.popitem(last=False)
        firings = [self._firing(card, hook, "shown") for card in cards.values()]
        await self._count(f"shown {instance}", firings)

    async def heard(self, card: str, *, hook: str, outcome: str, reason: str) -> None:
        """Count what became of a card; one that nobody remembers is counted nowhere."""
        known = self._cards.get(card)
        if known is not None:
            firing = self._firing(known, hook, outcome, reason)
            await self._count(f"{outcome} {card}", [firing])

    def _firing(self, card: Card, hook: str, outcome: str, reason: str = "") -> Firing:
        return Firing(
            day=local_date(self.core.now).isoformat(),
            rule=card.lead.rule,
            version=card.lead.version,
            hook=hook,
            outcome=outcome,
            reason=reason,
            count=1,
        )

    async def _count(self, batch: str, firings: list[Firing]) -> None:
        now = self.core.now
        if firings:
            await self.core.database.write(
                lambda c: table.add_firings(c, _DEVICE, batch, firings, now=now)
            )


def _made(content: Content | None, off: frozenset[str]) -> Judge:
    if content is None:  # nothing published, or its signer is no longer trusted
        return _judge_of(shipped.in_use().manifest, shipped.engine())
    return _judge_of(content.manifest, engine_of(content).without(off))


def _judge_of(manifest: Manifest, engine: Engine) -> Judge:
    label = f"{manifest.title} {manifest.version} ({manifest.status})"
    return Judge(engine=engine, label=label, mark=manifest.status)


def ids(core: Core) -> UUID:
    """Return a new random id for a card."""
    return UUID(bytes=core.random(16), version=4)
