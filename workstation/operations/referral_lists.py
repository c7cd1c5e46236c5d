"""What lists of referrals and results read: one line each, from the read model, without the network.

``session.lists`` is a :class:`ReferralLists`. A page of the inbox is read without opening
a single record; ``Reading.entity`` opens the one that is chosen. Answers that came without any order
we know are in no patient's record and are asked of the server: ``GET /answers``
(``sync/protocol/waiting.py``), where the others can be read whole and settled as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workstation.domain.ids import EntityId, HsaId
from workstation.operations.ports import PatientLine

INBOX = ("undecided", "assess", "book", "answer", "awaited")
"""What the receiving unit has before it. ``awaited``: the sender has been asked for more."""
WATCHED = ("acknowledge", "critical", "undecided", "complete", "watch")
"""What whoever sent, or ordered, watches. A ``watch`` is late once ``due`` has passed."""


@dataclass(frozen=True, kw_only=True, repr=False)
class ReferralLine:
    """One referral or result in a list. Times are ms UTC.

    Attributes:
        family: ``referral``, ``observation``, ``diagnostic_report`` or ``unmatched_answer``.
        type: Of a referral: its kind; of a result: its code.
        question: The question, or the analysis.
        sender, receiver: Units' names.
        reason: Why it is here: one of ``INBOX`` or ``WATCHED``.
        urgency: 0 immediate to 3 routine.
        person: Whose it is; empty: anyone's of ``unit``.
        since: When it came to this stage. ``due``: when this stage is late, or None.
    """

    patient: PatientLine
    entity: EntityId
    family: str
    type: str
    status: str
    question: str
    sender: str
    receiver: str
    reason: str
    urgency: int
    unit: HsaId
    person: HsaId
    since: int
    due: int | None

    def is_late(self, now: int) -> bool:
        """Whether its stage should have been over."""
        return self.due is not None and self.due < now


class ReferralLists(Protocol):
    """Pages of lists. The most urgent first: undecided, then by urgency, then what is late first."""

    async def inbox(
        self,
        unit: HsaId,
        *,
        reasons: Sequence[str] = INBOX,
        person: HsaId | None = None,
        limit: int,
        offset: int = 0,
    ) -> tuple[ReferralLine, ...]:
        """Return what the unit has received and not ended; ``person``: only that assignee's."""
        ...

    async def watched(
        self, unit: HsaId, *, person: HsaId | None = None, limit: int, offset: int = 0
    ) -> tuple[ReferralLine, ...]:
        """Return what the unit, or one person in it, watches; the soonest due first."""
        ...

    async def overdue(self, unit: HsaId, *, limit: int) -> tuple[ReferralLine, ...]:
        """Return what the unit watches that is late now, longest late first."""
        ...

    async def unmatched(self, unit: HsaId, *, limit: int) -> tuple[ReferralLine, ...]:
        """Return notices of answers that came for the unit's orders and could not be attached.

        ``type`` and ``status`` are the reason, ``question`` the order's, ``sender`` the laboratory.
        """
        ...

    async def list_counts(self, unit: HsaId) -> Mapping[str, int]:
        """Return how many wait in the unit by reason; ``overdue`` counts watches that are late."""
        ...
