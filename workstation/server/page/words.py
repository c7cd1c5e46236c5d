"""States and codes in a patient's words."""

from __future__ import annotations

from workstation.domain.record import Author
from workstation.domain.texts import N_, _
from workstation.domain.values import local_text, millis_of

NOTE_TYPES = {
    "utr": N_("Investigation"),
    "atb": N_("Treatment"),
    "sam": N_("Summary"),
    "sao": N_("Coordination"),
    "ins": N_("Admission note"),
    "slu": N_("Final note"),
    "auf": N_("Note without a visit"),
    "sva": N_("Hospital stay"),
    "bes": N_("Visit"),
}
REFERRAL_TYPES = {
    "consultation": N_("Referral for an assessment"),
    "takeover": N_("Referral for continued care"),
    "laboratory": N_("Order for laboratory tests"),
    "imaging": N_("Referral for imaging"),
    "own": N_("Your own request for care"),
}
REFERRAL_STATUS = {
    "sent": N_("Sent"),
    "received": N_("Received"),
    "completion": N_("More information is asked for"),
    "forwarded": N_("Forwarded"),
    "accepted": N_("Accepted"),
    "booked": N_("Time booked"),
    "planned": N_("Planned"),
    "postponed": N_("Postponed"),
    "waiting": N_("Waiting"),
    "started": N_("Under way at the clinic"),
    "interrupted": N_("Interrupted"),
    "obsolete": N_("No longer needed"),
    "performed": N_("Done, the answer is being written"),
    "partial": N_("Part of the answer has come"),
    "preliminary": N_("A first answer has come"),
    "final": N_("Answered"),
    "rejected": N_("Not accepted"),
    "cancelled": N_("Cancelled"),
    "voided": N_("Withdrawn: written by mistake"),
    "undecided": N_("Being decided"),
}
EVENTS = {
    "BEK": N_("{unit} has received the referral."),
    "KOM": N_("{unit} needs more information before it can decide. The sender has been asked."),
    "VID": N_("{unit} has sent the referral on to {to_unit}."),
    "AVV": N_("{unit} has not accepted the referral. The sender decides what happens next."),
    "AVB": N_("The referral has been cancelled."),
    "accepted": N_("{unit} has accepted the referral. You will be called or given a time."),
    "booked": N_("A time has been booked at {unit}: {time}."),
    "performed": N_("The examination has been done at {unit}. An answer is being written."),
    "prioritised": N_("{unit} has decided how soon you need to come."),
    "assigned": N_("A clinician at {unit} is responsible for the referral."),
    "planned": N_("{unit} is planning the examination."),
    "postponed": N_("{unit} has postponed your time. You will get a new one."),
    "waiting": N_("{unit} is waiting before going on."),
    "started": N_("The examination at {unit} has begun."),
    "interrupted": N_("The examination at {unit} was interrupted. You will hear how it goes on."),
    "obsolete": N_("{unit} has decided that the referral is no longer needed."),
}
OWN_EVENTS = {
    "BEK": N_("{unit} has received your request."),
    "KOM": N_("{unit} needs to know more from you and will contact you."),
    "VID": N_("{unit} has sent your request on to {to_unit}."),
    "AVV": N_("{unit} cannot take your request. Below you can read why."),
    "AVB": N_("Your request has been cancelled."),
    "accepted": N_("{unit} has accepted your request. You will be called or given a time."),
    "performed": N_("Your visit at {unit} has taken place."),
    "obsolete": N_("{unit} has decided that your request is no longer needed."),
}
"""Of one's own request; what is not here is said as of any other referral."""
ANSWERS = {
    "DSV": N_("Part of the answer has come from {unit}. More will follow."),
    "PSV": N_("A first answer has come from {unit}. It may still change."),
    "SSV": N_("The final answer has come from {unit}."),
}
INTERPRETATIONS = {
    "L": N_("Below the reference range"),
    "LL": N_("Far below the reference range"),
    "H": N_("Above the reference range"),
    "HH": N_("Far above the reference range"),
    "A": N_("Outside what is expected"),
    "AA": N_("Far outside what is expected"),
}
RESULT_STATUS = {
    "partial": N_("Part of the result"),
    "preliminary": N_("Preliminary, may still change"),
    "corrected": N_("Corrected"),
    "cancelled": N_("Cancelled"),
    "unknown": N_("Status unknown"),
}
ORDER_STATUS = {
    "active": N_("Current"),
    "paused": N_("Paused"),
    "held": N_("Do not take it until care has decided"),
    "stopped": N_("Ended"),
    "voided": N_("Withdrawn: written by mistake"),
}
SEVERITIES = {
    "life_threatening": N_("Life-threatening"),
    "harmful": N_("Harmful"),
    "troublesome": N_("Troublesome"),
}
ATTENTION = {
    "A": N_("Condition or treatment that care must know of"),
    "B": N_("Infection that care must know of"),
    "C": N_("Hypersensitivity"),
    "D": N_("Special care routine"),
    "E": N_("Important information"),
}
PLAN_TYPES = {
    "test": N_("Test"),
    "nursing": N_("Nursing"),
    "visit": N_("Visit"),
    "treatment": N_("Treatment"),
    "goal": N_("Goal"),
    "other": N_("Planned"),
}
PLAN_STATUS = {
    "planned": N_("Planned"),
    "done": N_("Done"),
    "cancelled": N_("Cancelled"),
    "active": N_("Ongoing"),
    "completed": N_("Done"),
    "booked": N_("Booked"),
    "arrived": N_("Booked"),
    "fulfilled": N_("Done"),
    "noshow": N_("You did not come"),
    "voided": N_("Withdrawn: written by mistake"),
}


def word(table: dict[str, str], key: str) -> str:
    """Return what the table says in the reader's language, or nothing where it does not say."""
    said = table.get(key, "")
    return _(said)


def when_text(when: str | None) -> str:
    """Return a date as written, or a moment in Swedish time."""
    if not when:
        return ""
    return local_text(millis_of(when)) if "T" in when else when


def by_line(author: Author) -> str:
    """Return who wrote, in which capacity, and where."""
    return " · ".join(p for p in (author.name, author.title, author.unit_name) if p)
