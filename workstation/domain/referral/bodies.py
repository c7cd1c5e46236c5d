"""What a referral's records say: the request, its steps, its answers, and who watches it."""

from __future__ import annotations

from typing import Literal, get_args
from uuid import UUID

from workstation.domain.attachment import Attachment
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.record import Body
from workstation.domain.values import Concept, When

ReferralType = Literal["consultation", "takeover", "laboratory", "imaging", "own"]
Event = Literal[
    "BEK",
    "KOM",
    "VID",
    "AVV",
    "AVB",
    "accepted",
    "prioritised",
    "assigned",
    "planned",
    "booked",
    "postponed",
    "waiting",
    "started",
    "interrupted",
    "performed",
    "obsolete",
]
Priority = Literal["routine", "soon", "urgent", "immediate"]
AnswerKind = Literal["DSV", "PSV", "SSV"]
WatchReason = Literal["absence", "handover", "discharge", "ended", "other"]


Urgency = Literal["routine", "soon", "urgent", "immediate", ""]
"""A priority, or that nothing was said of it."""
By = Literal["", "system", "patient"]
"""Who wrote it, where that is no member of staff: a laboratory's system, or the patient. Only the
server writes these, after it has found out who asks."""

EVENT_STEPS: tuple[Event, ...] = get_args(Event)
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
ANSWER_KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
WATCH_REASONS: tuple[WatchReason, ...] = get_args(WatchReason)


class Referral(Body, frozen=True, kw_only=True):
    """Remiss, whole, as one version. A completion or change is a new version, ``number`` raised.

    ``to_unit``: requested unit; ``due``: the day an answer is expected; ``owner``: HSA-id of the
    clinician who watches it (empty: anyone of the sending unit, for ``own`` of the receiving one);
    ``form``/``answers``: a receiving unit's own form as it was filled in, JSON. ``requisition``:
    the short number on label and specimen. The text must stand alone: it may not merely point to
    the record.
    """

    type: ReferralType
    number: int = 1
    question: str
    background: str = ""
    to_unit: HsaId
    to_unit_name: str = ""
    priority: Priority = "routine"
    requested: tuple[Concept, ...] = ()
    due: When | None = None
    owner: HsaId = HsaId("")
    owner_name: str = ""
    phone: str = ""
    interpreter: str = ""
    patient_phone: str = ""
    diagnosis: Concept | None = None
    contact: UUID | None = None
    form: str = ""
    form_version: int = 0
    answers: str = ""
    requisition: str = ""
    specimen_at: When | None = None
    attachments: tuple[Attachment, ...] = ()
    by: By = ""


class ReferralEvent(Body, frozen=True, kw_only=True):
    """A step: BEK received, KOM completion requested, VID forwarded, AVV rejected, AVB cancelled…

    ``to_unit`` only with VID. ``booked_for`` only with ``booked`` (and the new time of
    ``postponed``, where known). ``priority`` and ``target`` (latest day by vårdgaranti or the
    unit's decision) with ``accepted`` and ``prioritised``; ``person`` only with ``assigned``.
    """

    event: Event
    reason: str = ""
    to_unit: HsaId = HsaId("")
    to_unit_name: str = ""
    priority: Urgency = ""
    booked_for: When | None = None
    target: When | None = None
    person: HsaId = HsaId("")
    person_name: str = ""
    by: By = ""


class ReferralAnswer(Body, frozen=True, kw_only=True):
    """Svar: DSV partial, PSV preliminary, SSV final. ``text`` arrives byte for byte (≤ 8,192 signs in RIV).

    ``report``: the entity of the diagnostic report it rests on. ``changes_meaning``: who wrote
    it says that it means something else than the answer before it. A final answer after a
    final one is a correction: both stay readable, and the new one waits to be acknowledged.
    """

    answer: AnswerKind
    text: str
    report: UUID | None = None
    conclusion: str = ""
    changes_meaning: bool = False
    attachments: tuple[Attachment, ...] = ()
    by: By = ""


class ReferralWatch(Body, frozen=True, kw_only=True):
    """Bevakningen flyttas: from now on ``owner`` of ``unit`` watches. Owner empty: anyone of the unit."""

    owner: HsaId = HsaId("")
    owner_name: str = ""
    unit: HsaId
    unit_name: str = ""
    reason: WatchReason = "other"
    text: str = ""


ReferralBody = Referral | ReferralEvent | ReferralAnswer | ReferralWatch


def requisition_number(entity: EntityId) -> str:
    """Return the short number for label, specimen and telephone: 11 signs, the last a check sign.

    50 of the id's random bits in Crockford's base 32; two orders of one region meet with a
    probability below 1 in 10 million even among a hundred thousand open ones, and a match asks
    for the patient as well.
    """
    value = entity.int & (2**50 - 1)
    signs = "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(45, -5, -5))
    return signs + _CROCKFORD[sum(i * _CROCKFORD.index(s) for i, s in enumerate(signs, 1)) % 31]


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
