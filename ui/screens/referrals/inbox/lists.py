"""The lists of the inbox, and where each one is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from workstation.domain.ids import HsaId
from workstation.domain.texts import N_
from workstation.operations.ports import Reading, WorkLine
from workstation.operations.referral_lists import INBOX, WATCHED, ReferralLine, ReferralLists
from workstation.operations.session import Session

MOST = 200


@dataclass(frozen=True, kw_only=True)
class InboxList:
    """One list. ``reasons``: of the inbox; empty for a list of another kind, by its key."""

    key: str
    text: str
    reasons: tuple[str, ...] = ()


LISTS: tuple[InboxList, ...] = (
    InboxList(key="inbox", text=N_("All received"), reasons=INBOX),
    InboxList(key="assess", text=N_("To assess"), reasons=("assess",)),
    InboxList(key="book", text=N_("To book"), reasons=("book",)),
    InboxList(key="answer", text=N_("To answer"), reasons=("answer",)),
    InboxList(key="awaited", text=N_("Waiting for completion"), reasons=("awaited",)),
    InboxList(key="undecided", text=N_("Undecided"), reasons=("undecided",)),
    InboxList(key="watched", text=N_("Watched by the unit")),
    InboxList(key="overdue", text=N_("Late answers")),
    InboxList(key="unmatched", text=N_("Answers without an order")),
    InboxList(key="statistics", text=N_("Statistics")),
)
BY_KEY = {one.key: one for one in LISTS}


async def read_list(
    session: Session, key: str, *, person: HsaId | None
) -> tuple[ReferralLine, ...]:
    """Return the first page of a list, most urgent first. ``person``: only what is this person's."""
    lists, unit = lists_of(session), session.desk.author.unit
    wanted = BY_KEY[key]
    if wanted.reasons:
        return await lists.inbox(unit, reasons=wanted.reasons, person=person, limit=MOST)
    if key == "watched":
        return await lists.watched(unit, person=person, limit=MOST)
    if key == "overdue":
        return await lists.overdue(unit, limit=MOST)
    return ()


def lists_of(session: Session) -> ReferralLists:
    """Return the lists of the session's own store."""
    if hasattr(session.records, "inbox"):
        return cast(ReferralLists, session.records)
    author = session.desk.author
    return cast(ReferralLists, _FromWork(session.records, author.unit, author.hsa_id))


class _FromWork:
    """The lists of a store that keeps no lists of its own: what its work list says of referrals."""

    def __init__(self, records: Reading, unit: HsaId, person: HsaId) -> None:
        self._records, self._unit, self._person = records, unit, person

    async def _lines(self) -> tuple[ReferralLine, ...]:
        work = await self._records.work(unit=self._unit, person=self._person, limit=MOST)
        return tuple(self._line(one) for one in work if one.row.family == "referral")

    def _line(self, one: WorkLine) -> ReferralLine:
        urgency = next((w.urgency for w in one.row.work if w.unit == self._unit), 3)
        return ReferralLine(
            patient=one.patient,
            entity=one.entity,
            family=one.row.family,
            type=one.row.code,
            status=one.row.status,
            question=one.row.title,
            sender=one.row.sender,
            receiver=one.row.receiver,
            reason="watch" if one.reason == "overdue" else one.reason,
            urgency=urgency,
            unit=self._unit,
            person=one.person,
            since=one.since,
            due=one.due,
        )

    async def inbox(
        self, unit: HsaId, *, reasons: tuple[str, ...], person: HsaId | None, limit: int
    ) -> tuple[ReferralLine, ...]:
        lines = [line for line in await self._lines() if line.reason in reasons]
        return tuple(line for line in lines if person in (None, line.person))[:limit]

    async def watched(
        self, unit: HsaId, *, person: HsaId | None, limit: int
    ) -> tuple[ReferralLine, ...]:
        lines = [line for line in await self._lines() if line.reason in WATCHED]
        return tuple(line for line in lines if person in (None, line.person))[:limit]

    async def overdue(self, unit: HsaId, *, limit: int) -> tuple[ReferralLine, ...]:
        return tuple(line for line in await self._lines() if line.reason == "watch")[:limit]

    async def list_counts(self, unit: HsaId) -> Mapping[str, int]:
        return Counter(line.reason for line in await self._lines())
