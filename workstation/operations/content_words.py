"""What is said of the clinical content in force: its version, its mark, its age, what comes next."""

from __future__ import annotations

from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.support import InForce

_DAY_MS = 86_400_000
_OLD_DAYS = 7


def content_words(in_force: InForce, now: int = 0) -> str:
    """Return one line for the status: version, mark, age, and what is not as it should be.

    Args:
        now: ms UTC; 0 leaves the age out.
    """
    parts = [in_force.label]
    if in_force.bundled or in_force.mark:
        parts.append(in_force.mark)
    if now and in_force.known_at is not None:
        days = max(0, (now - in_force.known_at) // _DAY_MS)
        parts.append(_("{days} d old").format(days=days) if days else _("compared today"))
    if in_force.lost:
        parts.append(_("the right version is not on this computer"))
    elif in_force.wrong_clock:
        parts.append(_("this computer's clock is wrong"))
    elif in_force.review_overdue:
        parts.append(_("review overdue"))
    if in_force.pending:
        version, at = in_force.pending[0]
        parts.append(_("{version} from {time}").format(version=version, time=local_text(at)))
    return " · ".join(part for part in parts if part)


def is_current(in_force: InForce) -> bool:
    """Whether nothing about the content needs somebody's eye. Demonstration content always does."""
    return not (
        in_force.bundled or in_force.lost or in_force.wrong_clock or in_force.review_overdue
    )


def age_words(in_force: InForce, now: int) -> str:
    """Return when somebody last made sure that this is the right content. ``now``: ms UTC."""
    if in_force.known_at is None:
        return _("never compared with the server")
    days = max(0, (now - in_force.known_at) // _DAY_MS)
    if days == 0:
        return _("compared with the server today")
    return _("compared with the server {days} days ago").format(days=days)


def is_old(in_force: InForce, now: int) -> bool:
    """Whether nobody has compared it with the server for a week. ``now``: ms UTC."""
    return in_force.known_at is None or now - in_force.known_at > _OLD_DAYS * _DAY_MS
