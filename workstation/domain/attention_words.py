"""How severe and how certain attention information is, as clinicians say it: message keys."""

from __future__ import annotations

from workstation.domain.texts import N_

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
