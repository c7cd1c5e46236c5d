"""Referrals: the request, its steps, its answers, its watch (SOSFS 2004:11; RIV request v2.2).

All records live in the referral's entity. What may follow what stands in ``table.py`` and nowhere
else; ``course.py`` reads the records by it; ``state.py`` is what everybody else asks.

=====================================  ==========================================================
``Referral`` ``ReferralEvent``         the bodies (``bodies.py``): request, step, answer, and who
``ReferralAnswer`` ``ReferralWatch``   watches from now on; ``requisition_number(entity)``
``Status`` ``Step`` ``Side``           the words of the table (``table.py``)
``TRANSITIONS`` ``permits`` ``find``   the table, and its two questions
``meeting(a, b)`` ``PAIRS``            whether two steps taken apart commute, or which comes too late
``referral_state(entity_state)``       ``ReferralState``: status, owner, unseen, rivals, late …
``steps_for(state, unit)``             every step the unit may take now
``refusal_of(state, step, unit)``      why not: ``status``, ``side`` or ``undecided``
``Standing``                           what a record has come to mean: counts, same, late (kom för
                                       sent), rival, illegal, unplaced; ``state.standing_of(id)``
``work_of`` ``watch_due``              what waits for whom; when the owner must look
``answer_due`` ``target_day``          the answer's day; the latest day by vårdgarantin
``RULES``                              deadlines and escalation, the one place of configuration
=====================================  ==========================================================

In lists (``workstation.operations.referral_lists``) a referral is one line with its reason:
``assess``, ``book``, ``answer``, ``awaited`` (completion asked for) and ``undecided`` for the
receiver; ``watch`` (late: ``overdue``), ``complete``, ``acknowledge``, ``undecided`` for the owner.
"""

from workstation.domain.referral.bodies import (
    Event,
    Priority,
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralType,
    ReferralWatch,
    requisition_number,
)
from workstation.domain.referral.course import Course, Standing, Taken, course, sides_of, step_of
from workstation.domain.referral.lines import KINDS, answer_due, watch_due, work_of
from workstation.domain.referral.state import (
    EXAM_STATES,
    ReferralState,
    referral_state,
    refusal_of,
    steps_for,
)
from workstation.domain.referral.table import (
    PAIRS,
    TRANSITIONS,
    Meeting,
    Side,
    Status,
    Step,
    Transition,
    find,
    lacking,
    meeting,
    permits,
)
from workstation.domain.watching import RULES, URGENCY, WatchRules, target_day

__all__ = [
    "EXAM_STATES",
    "KINDS",
    "PAIRS",
    "RULES",
    "TRANSITIONS",
    "URGENCY",
    "Course",
    "Event",
    "Meeting",
    "Priority",
    "Referral",
    "ReferralAnswer",
    "ReferralEvent",
    "ReferralState",
    "ReferralType",
    "ReferralWatch",
    "Side",
    "Standing",
    "Status",
    "Step",
    "Taken",
    "Transition",
    "WatchRules",
    "answer_due",
    "course",
    "find",
    "lacking",
    "meeting",
    "permits",
    "referral_state",
    "refusal_of",
    "requisition_number",
    "sides_of",
    "step_of",
    "steps_for",
    "target_day",
    "watch_due",
    "work_of",
]
