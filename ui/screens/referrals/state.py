"""What the referrals show, and which steps are open from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workstation.domain.ids import EntityId, HsaId
from workstation.domain.referral import ReferralState, referral_state
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.record_referral_event import steps_open

Group = Literal["current", "past"]


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
    """``opened``: the referral that is read in full, with its line of events."""

    patient: PatientLine | None = None
    lines: tuple[ReferralLine, ...] | None = None
    chosen: EntityId | None = None
    opened: EntityId | None = None

    @property
    def chosen_line(self) -> ReferralLine | None:
        """The referral that the actions are about."""
        return next((line for line in self.lines or () if line.id == self.chosen), None)

    @property
    def opened_line(self) -> ReferralLine | None:
        """The referral that is read in full."""
        return next((line for line in self.lines or () if line.id == self.opened), None)


def referral_lines(listed: tuple[Listed, ...], now: int) -> tuple[ReferralLine, ...]:
    """Return the referrals: open ones first, what is overdue on top, then newest first."""
    lines = [_line(one, now) for one in listed]
    lines.sort(key=lambda line: (line.referral.closed, not line.overdue, -line.listed.row.at))
    return tuple(lines)


def _line(listed: Listed, now: int) -> ReferralLine:
    referral = referral_state(listed.state)
    waits = not referral.closed and not referral.answers
    overdue = waits and referral.due is not None and referral.due < now
    return ReferralLine(listed=listed, referral=referral, overdue=overdue)


def actions_open(line: ReferralLine | None, unit: HsaId) -> tuple[str, ...]:
    """Return what ``unit`` may do with a referral, in the order of the buttons."""
    if line is None:
        return ()
    referral = line.referral
    if referral.undecided:
        return ("decide", "read")
    found = ["read", *steps_open(referral, unit)]
    if referral.receiver == unit and not referral.closed and referral.final is None:
        found.append("answer")
    sender = referral.request_record.author.unit
    if sender == unit and not referral.closed:
        if referral.answers and not referral.newest_seen:
            found.insert(1, "acknowledge")
        elif referral.final is None:
            found.append("complete")
    return tuple(found)
