"""Bevakning: when each stage of a referral or result is late, and who is told when.

Pure: the times are computed from records when they are written into the read model, and found
there by index. The hours are published content (``workstation.content.norms``) and are handed in;
:data:`RULES` counts where nothing has been published. Days are calendar days. Sources: SOSFS
2004:11; care rules 6 and 9.
"""

from __future__ import annotations

from workstation.domain.kind import Work
from workstation.domain.record import Silent

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
URGENCY = {"immediate": 0, "urgent": 1, "soon": 2, "routine": 3}
"""By priority: 0 is the most urgent. Lists sort by it."""


class Stage(Silent, frozen=True, kw_only=True, omit_defaults=False):
    """How long a stage may take before it is late, by urgency 0 to 3, in hours."""

    hours: tuple[int, int, int, int]


class Escalation(Silent, frozen=True, kw_only=True, omit_defaults=False):
    """How long something may be late before the deputy, then the unit's head is told, in minutes."""

    deputy: int
    head: int


class WatchRules(Silent, frozen=True, kw_only=True, omit_defaults=False):
    """Deadlines and escalation. Defaults follow vårdgarantin 0-3-90-90 (unverified) and VGR's rule.

    ``answered``: where the sender named no day. ``usual``: the day an answer is asked for unless the
    sender says another, and ``target``: latest day of the first visit; both in days, by urgency.
    ``unacknowledged``: hours until an answer nobody has acknowledged is late.
    """

    received: Stage = Stage(hours=(1, 24, 48, 72))
    assessed: Stage = Stage(hours=(2, 48, 96, 168))
    completed: Stage = Stage(hours=(2, 24, 96, 168))
    booked: Stage = Stage(hours=(4, 72, 336, 720))
    answered: Stage = Stage(hours=(24, 240, 720, 2160))
    usual: tuple[int, int, int, int] = (1, 3, 14, 30)
    target: tuple[int, int, int, int] = (1, 14, 42, 90)
    unacknowledged: Stage = Stage(hours=(2, 24, 120, 120))
    escalation: Escalation = Escalation(deputy=2 * 24 * 60, head=7 * 24 * 60)
    urgent_escalation: Escalation = Escalation(deputy=60, head=4 * 60)
    critical_escalation: Escalation = Escalation(deputy=15, head=45)


RULES = WatchRules()
"""What counts where nothing has been published."""


def deadline(stage: Stage, *, since: int, urgency: int) -> int:
    """Return when a stage begun at ``since`` (ms UTC) is late."""
    return since + stage.hours[urgency] * HOUR


def target_day(since: int, urgency: int, rules: WatchRules = RULES) -> int:
    """Return the latest time of the first visit by vårdgarantin, ms UTC, from when it was sent."""
    return since + rules.target[urgency] * DAY


def escalating(work: Work, rules: WatchRules = RULES, *, critical: bool = False) -> Work:
    """Return the work with the times at which the deputy and the unit's head see it too.

    Counted from when it is late; a critical result is late from the first minute.
    """
    steps = rules.urgent_escalation if work.urgency <= 1 else rules.escalation
    if critical:
        steps = rules.critical_escalation
    late = work.since if critical or work.due is None else work.due
    return Work(
        reason=work.reason,
        unit=work.unit,
        person=work.person,
        since=work.since,
        due=work.due,
        urgency=work.urgency,
        deputy_at=late + steps.deputy * 60_000,
        head_at=late + steps.head * 60_000,
    )
