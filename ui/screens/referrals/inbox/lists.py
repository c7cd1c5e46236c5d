"""The lists of the inbox, and where each one is read."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.ids import HsaId
from workstation.domain.texts import N_
from workstation.operations.referral_lists import INBOX, ReferralLine
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
    lists, unit = session.lists, session.desk.author.unit
    wanted = BY_KEY[key]
    if wanted.reasons:
        return await lists.inbox(unit, reasons=wanted.reasons, person=person, limit=MOST)
    if key == "watched":
        return await lists.watched(unit, person=person, limit=MOST)
    if key == "overdue":
        return await lists.overdue(unit, limit=MOST)
    return ()
