"""A referral's types, statuses, events and answers in the words of those who work with it.

The patient's page has words of its own for the same codes.
"""

from __future__ import annotations

from workstation.domain.texts import N_

TYPES = {
    "consultation": N_("Consultation"),
    "takeover": N_("Takeover of care"),
    "laboratory": N_("Laboratory"),
    "imaging": N_("Imaging and physiology"),
    "own": N_("Patient's own request"),
}
PRIORITIES = {
    "routine": N_("Routine"),
    "soon": N_("Soon"),
    "urgent": N_("Urgent"),
    "immediate": N_("Immediate"),
}
STATUS = {
    "sent": N_("Sent to receiver"),
    "received": N_("Received by the unit"),
    "completion": N_("Completion requested"),
    "forwarded": N_("Forwarded"),
    "accepted": N_("Accepted"),
    "booked": N_("Booked"),
    "planned": N_("Planned"),
    "postponed": N_("Postponed"),
    "waiting": N_("On hold"),
    "started": N_("Under way"),
    "interrupted": N_("Interrupted"),
    "obsolete": N_("No longer relevant"),
    "performed": N_("Performed"),
    "partial": N_("Partly answered"),
    "preliminary": N_("Preliminary answer"),
    "final": N_("Final answer"),
    "rejected": N_("Rejected"),
    "cancelled": N_("Cancelled"),
    "voided": N_("Voided"),
    "undecided": N_("Undecided"),
}
EVENTS = {
    "BEK": N_("Received"),
    "KOM": N_("Completion requested"),
    "VID": N_("Forwarded"),
    "AVV": N_("Rejected"),
    "AVB": N_("Cancelled"),
    "accepted": N_("Accepted"),
    "booked": N_("Booked"),
    "prioritised": N_("Priority set"),
    "assigned": N_("Assigned"),
    "planned": N_("Planned"),
    "postponed": N_("Postponed"),
    "waiting": N_("On hold"),
    "started": N_("Under way"),
    "interrupted": N_("Interrupted"),
    "obsolete": N_("No longer relevant"),
    "performed": N_("Performed"),
}
STANDINGS = {
    "same": N_("Had been done already"),
    "late": N_("Came too late"),
    "rival": N_("Undecided"),
    "illegal": N_("Without effect"),
    "unplaced": N_("Waits for an earlier step"),
}
"""What a step has come to mean, where it does not simply count."""
ANSWERS = {
    "DSV": N_("Answer in part"),
    "PSV": N_("Preliminary answer"),
    "SSV": N_("Final answer"),
}
