"""To which order an answer belongs, or why it belongs to none that anybody may assume.

An answer is attached only when order, patient and performer all agree. Everything else is shown to
a person, whole, in the unit's list of unmatched answers: never lost, never on the wrong patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workstation.domain.attachment import MOST_BYTES
from workstation.domain.observation import NPU, Component, DiagnosticReport, Observation
from workstation.domain.referral import Referral
from workstation.domain.results.limits import ANALYSES, Analyses, converts, parts_of
from workstation.domain.texts import _
from workstation.domain.values import millis_of
from workstation.domain.watching import DAY

LARGEST_TEXT = 1_000_000
"""Signs of text in one answer; more is kept whole outside the record, for a person to see to."""


class Unmatched(StrEnum):
    """Why an answer is in the list of unmatched ones."""

    BROKEN = "broken"
    UNKNOWN_ORDER = "unknown_order"
    WRONG_PATIENT = "wrong_patient"
    OTHER_PERFORMER = "other_performer"
    OTHER_ANALYSIS = "other_analysis"
    UNIT = "unit"
    TOO_LARGE = "too_large"
    TWICE_UNLIKE = "twice_unlike"
    SEVERAL_ORDERS = "several_orders"
    TIME = "time"
    FORM = "form"
    PENDING = "pending"


@dataclass(frozen=True, kw_only=True, repr=False)
class Value:
    """One result. ``identifier``: the laboratory's own name for it, the same when it is corrected."""

    identifier: str
    body: Observation


@dataclass(frozen=True, kw_only=True, repr=False)
class Delivery:
    """One answer as a laboratory sent it.

    ``order``: our id of the order (UUID text) where it was given; ``requisition`` the short number.
    ``patient_id``: our id of the patient; ``numbers``: the identity numbers it names.
    ``status``: partial, preliminary, final, corrected or cancelled. ``issued``: as written.
    ``fault``: where it cannot be read; then nothing but whose it is is known of it.
    ``several``: it names more than one order. ``forms``: PDF, JPEG or PNG that came with it;
    ``unread``: it came with something else as well, or with more than can be attached.
    """

    identifier: str
    order: str = ""
    requisition: str = ""
    patient_id: str = ""
    numbers: tuple[str, ...] = ()
    requester_unit: str = ""
    status: str = "final"
    issued: str = ""
    report: DiagnosticReport
    values: tuple[Value, ...] = ()
    fault: str = ""
    several: bool = False
    forms: tuple[bytes, ...] = ()
    unread: bool = False

    @property
    def title(self) -> str:
        """What it is about, for a list."""
        return self.report.concept.label or next(
            (v.body.concept.label for v in self.values if v.body.concept.label), ""
        )


def obstacle(
    delivery: Delivery,
    order: Referral,
    *,
    performer: str,
    receiver: str,
    patient_agrees: bool,
    now: int,
    analyses: Analyses = ANALYSES,
) -> Unmatched | None:
    """Return why the answer may not be attached to ``order``, or None.

    Args:
        performer: HSA-id of the unit whose system sent it; ``receiver``: of the order.
        patient_agrees: The answer names the order's patient, and nobody else.
        now: ms UTC; what is dated later than the day after was dated wrongly.
        analyses: The limits in force: a unit must convert into theirs.
    """
    if delivery.fault:
        return Unmatched.BROKEN
    if not patient_agrees:
        return Unmatched.WRONG_PATIENT
    if delivery.several:
        return Unmatched.SEVERAL_ORDERS
    if performer != receiver:
        return Unmatched.OTHER_PERFORMER
    if _is_another_analysis(delivery, order):
        return Unmatched.OTHER_ANALYSIS
    if not all(converts(value.body, analyses) for value in delivery.values):
        return Unmatched.UNIT
    return _flaw(delivery, now)


def _flaw(delivery: Delivery, now: int) -> Unmatched | None:
    """Return what is wrong with an answer, whatever it answers."""
    names = [value.identifier for value in delivery.values]
    if len(set(names)) != len(names):
        return Unmatched.TWICE_UNLIKE
    if size_of(delivery) > LARGEST_TEXT or sum(map(len, delivery.forms)) > MOST_BYTES:
        return Unmatched.TOO_LARGE
    if delivery.unread:
        return Unmatched.FORM
    return Unmatched.TIME if _is_ahead(delivery, now) else None


def _is_another_analysis(delivery: Delivery, order: Referral) -> bool:
    """Whether nothing that was asked for is among what is answered, both being known by code."""
    asked = {concept.code_in(NPU) for concept in order.requested} - {""}
    values = [part for value in delivery.values for part in parts_of(value.body)]
    given = {part.concept.code_in(NPU) for part in values} - {""}
    if not given or len(asked) < len(order.requested):
        return False
    given.add(delivery.report.concept.code_in(NPU))
    return bool(asked) and asked.isdisjoint(given)


def _is_ahead(delivery: Delivery, now: int) -> bool:
    """Whether anything is dated in the future: it would stand before every result to come."""
    times = [delivery.report.effective, delivery.report.issued]
    for value in delivery.values:
        times += [value.body.effective, value.body.issued]
    return any(millis_of(when) > now + DAY for when in times if when)


def size_of(delivery: Delivery) -> int:
    """Return how many signs of text an answer holds."""
    values = sum(len(v.body.comment) + len(amount_words(v.body)) for v in delivery.values)
    return len(delivery.report.conclusion) + values


Told = Observation | DiagnosticReport


def is_older(delivery: Told, standing: Told) -> bool:
    """Whether one came after a newer one of the same result: early after final, or dated before.

    It is told in its answer and never takes the standing value's place.
    """
    if _MATURITY[delivery.status] < _MATURITY[standing.status]:
        return True
    same = _MATURITY[delivery.status] == _MATURITY[standing.status]
    if not (same and delivery.issued and standing.issued):
        return False
    return millis_of(delivery.issued) < millis_of(standing.issued)


_MATURITY = {
    "unknown": 0,
    "partial": 0,
    "preliminary": 1,
    "final": 2,
    "corrected": 3,
    "cancelled": 3,
}
ANSWER_OF = {"partial": "DSV", "preliminary": "PSV", "unknown": "PSV"}
"""What kind of answer a report's status makes; every other is final. What nobody knows to be final
ends no watch.
"""


def answer_text(delivery: Delivery) -> str:
    """Return the whole answer as text: the conclusion byte for byte, then each value on a line."""
    lines = [delivery.report.conclusion] if delivery.report.conclusion else []
    if delivery.status == "cancelled":
        lines.insert(0, _("The laboratory has withdrawn this answer."))
    for value in delivery.values:
        body = value.body
        amount = amount_words(body)
        if body.status == "cancelled":
            amount = _("withdrawn ({value})").format(value=amount or "–")
        lines.append(f"{body.concept.label}: {amount or '–'}")
        lines += [part for part in body.comment.split("\n") if part]
    return "\n".join(lines) or delivery.title


def amount_words(body: Observation | Component) -> str:
    """Return what a result says, its parts as well; of one that is missing, why."""
    if body.quantity is not None:
        found = body.quantity
        return f"{found.comparator}{found.value} {found.unit or found.code}".strip()
    if body.coded is not None:
        return body.coded.label
    if body.text or isinstance(body, Component):
        return body.text
    parts = [f"{part.concept.label} {amount_words(part)}".strip() for part in body.components]
    return ", ".join(parts) or (body.absent.label if body.absent is not None else "")
