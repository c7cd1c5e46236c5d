"""How severe and how certain attention information is, as clinicians say it: message keys."""

from __future__ import annotations

from workstation.domain.attention import Overruled
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date

SEVERITY = {
    "life_threatening": N_("life-threatening"),
    "harmful": N_("harmful"),
    "troublesome": N_("troublesome"),
}
CERTAINTY = {
    "confirmed": N_("confirmed"),
    "probable": N_("probable"),
    "suspected": N_("suspected"),
}


def overruled_words(against: Overruled) -> str:
    """Return why a statement of no known hypersensitivity does not hold."""
    return _("Does not hold: {agent} was recorded {date}").format(
        agent=against.agent, date=local_date(against.since).isoformat()
    )
