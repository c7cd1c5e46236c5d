"""What the referrals show, and which steps are open from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ui.screens.referrals.steps import actions_for, attachments_of
from workstation.domain.attachment import Attachment
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.referral import (
    RULES,
    ReferralAnswer,
    ReferralState,
    WatchRules,
    answer_due,
    referral_state,
)
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.session import DrawnPage

Group = Literal["current", "past"]


_NOT_AWAITED = frozenset(
    {"partial", "preliminary", "final", "rejected", "obsolete", "cancelled", "voided"}
)


@dataclass(frozen=True, kw_only=True, repr=False)
class ReferralLine:
    """One referral with its folded state. ``overdue``: an answer should have come."""

    listed: Listed
    referral: ReferralState
    overdue: bool

    @property
    def id(self) -> EntityId:
        """The referral's entity."""
        return self.listed.state.id


@dataclass(frozen=True, kw_only=True, repr=False)
class ReferralsState:
    """``opened``: the referral that is read in full, with its line of events.

    ``attached``: of it, the attachment that is looked at; ``picture``: its bytes, None while they
    are not on this computer. Of a PDF, ``page`` (from 0) is looked at, ``drawn`` as soon as it is;
    ``undrawable``: it cannot be.
    """

    patient: PatientLine | None = None
    lines: tuple[ReferralLine, ...] | None = None
    chosen: EntityId | None = None
    opened: EntityId | None = None
    attached: Attachment | None = None
    picture: bytes | None = None
    page: int = 0
    drawn: DrawnPage | None = None
    undrawable: bool = False
    now: int = 0

    @property
    def chosen_line(self) -> ReferralLine | None:
        """The referral that the actions are about."""
        return next((line for line in self.lines or () if line.id == self.chosen), None)

    @property
    def opened_line(self) -> ReferralLine | None:
        """The referral that is read in full."""
        return next((line for line in self.lines or () if line.id == self.opened), None)


def referral_lines(
    listed: tuple[Listed, ...], now: int, rules: WatchRules = RULES
) -> tuple[ReferralLine, ...]:
    """Return the referrals: open ones first, of these what must be seen, then what is overdue."""
    lines = [_line(one, now, rules) for one in listed]
    lines.sort(key=_rank)
    return tuple(lines)


def _rank(line: ReferralLine) -> tuple[bool, bool, bool, bool, int]:
    """What changes the meaning of what was read before comes first, then what nobody has seen."""
    referral = line.referral
    alarming = any(
        isinstance(one.body, ReferralAnswer) and one.body.changes_meaning for one in referral.unseen
    )
    unseen, at = bool(referral.unseen), line.listed.row.at
    return (referral.closed, not alarming, not unseen, not line.overdue, -at)


def _line(listed: Listed, now: int, rules: WatchRules) -> ReferralLine:
    referral = referral_state(listed.state)
    overdue = referral.status not in _NOT_AWAITED and answer_due(referral, rules) < now
    return ReferralLine(listed=listed, referral=referral, overdue=overdue)


def actions_open(line: ReferralLine | None, unit: HsaId) -> tuple[str, ...]:
    """Return what ``unit`` may do with a referral, in the order of the buttons."""
    if line is None:
        return ()
    found = ["read", *actions_for(line.referral, unit)]
    if attachments_of(line.referral):
        found.append("attachment")
    if line.referral.request.type == "laboratory" and line.referral.request.requested:
        found.append("label")
    return tuple(found)
