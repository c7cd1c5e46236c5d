"""Medication orders: prescribe, change, renew, pause, resume, stop; a chain of records.

An order is binding when it is written: writing one is ordering it. What holds is folded from
the chain (HSLF-FS 2017:37; RIV GetMedicationHistory v2.2 for the fields).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Literal, get_args
from uuid import UUID

import msgspec

from workstation.domain.ids import RecordId
from workstation.domain.kind import Kind, Projection, Work
from workstation.domain.lineage import fold
from workstation.domain.marks import Resolution, Void
from workstation.domain.once import OncePer
from workstation.domain.record import Body, Record, Role, Silent
from workstation.domain.values import Concept, DecimalText, Quantity, When, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

ATC = "http://www.whocc.no/atc"
Occasion = Literal["morning", "noon", "evening", "night"]
OrderAction = Literal["prescribe", "change", "renew", "pause", "resume", "stop"]
OrderSource = Literal["ward", "prescription", "other_provider", "own_report", "otc"]
ORDER_SOURCES: tuple[OrderSource, ...] = get_args(OrderSource)
DoseOutcome = Literal["given", "not_given", "refused"]
DOSE_OUTCOMES: tuple[DoseOutcome, ...] = get_args(DoseOutcome)
Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]
"""ISO: Monday 1."""


class Drug(Silent, frozen=True, kw_only=True):
    """What is ordered. ``name``: substance, or the source's own words; ``strength`` as printed."""

    name: str
    brand: str = ""
    form: str = ""
    strength: str = ""
    route: str = ""
    concept: Concept = Concept()
    reference: str = ""

    @property
    def atc(self) -> str:
        """The ATC code, or empty where it is unknown."""
        return self.concept.code_in(ATC)


class DosageStep(Silent, frozen=True, kw_only=True):
    """One step of a dosing; several in a row are a ramp.

    Either ``amounts`` per occasion (morning, noon, evening, night: ``1+0+1+0``), or ``dose``
    (to ``dose_high``) ``frequency`` times per ``period`` ``period_unit``, or at ``times``
    (``08:00``). ``weekdays``: only on these, ISO (Monday 1). ``as_needed`` with ``max_per_day``.
    ``days``: how long this step lasts.
    ``unit``: tablett, kapsel, mg, mL …, for every amount of the step.
    """

    amounts: tuple[DecimalText, ...] = ()
    dose: DecimalText | None = None
    dose_high: DecimalText | None = None
    unit: str = ""
    times: tuple[str, ...] = ()
    frequency: int | None = None
    period: int = 1
    period_unit: Literal["h", "d", "wk", "mo"] = "d"
    weekdays: tuple[Weekday, ...] = ()
    as_needed: bool = False
    as_needed_for: str = ""
    max_per_day: DecimalText | None = None
    days: int | None = None
    rate: Quantity | None = None
    instruction: str = ""


class Dosage(Silent, frozen=True, kw_only=True):
    """How to take it. ``text``: the words it was ordered or imported with, kept exactly."""

    steps: tuple[DosageStep, ...] = ()
    text: str = ""


class Override(Silent, frozen=True, kw_only=True):
    """A warning the prescriber saw and ordered in spite of, with the reason.

    ``tier``: how serious it was then. ``basis``: a digest of the facts it rested on; while they
    are the same the warning stays quiet. ``facts``: those facts in words.
    """

    rule: str
    version: str
    reason_code: str = ""
    reason: str
    tier: str = ""
    basis: str = ""
    facts: tuple[str, ...] = ()


class MedicationOrder(Body, frozen=True, kw_only=True):
    """Ordination, or one step in its chain.

    ``prescribe``, ``change`` and ``renew`` carry the whole content (drug, dosage, reason);
    ``pause`` (``until``), ``resume`` and ``stop`` only say why. ``source``: where the drug
    comes from. ``planned_stop``: last day. ``follow_up``: when and how it is evaluated.
    """

    action: OrderAction
    source: OrderSource = "prescription"
    drug: Drug | None = None
    dosage: Dosage | None = None
    reason: Concept | None = None
    purpose: str = ""
    start: When | None = None
    planned_stop: When | None = None
    until: When | None = None
    follow_up: When | None = None
    follow_up_how: str = ""
    why: str = ""
    replaces: UUID | None = None
    contact: UUID | None = None
    overrides: tuple[Override, ...] = ()
    stated_status: str = ""


class Administration(Body, frozen=True, kw_only=True):
    """A dose given, not given or refused. Three times: planned, actual, and recorded (envelope)."""

    order: UUID
    status: DoseOutcome
    amount: DecimalText | None = None
    unit: str = ""
    planned: When | None = None
    actual: When | None = None
    reason: str = ""
    batch: str = ""
    witness: str = ""


class MedicationReview(Body, frozen=True, kw_only=True):
    """Läkemedelsgenomgång; ``summary`` is the läkemedelsberättelse given to the patient."""

    type: Literal["simple", "thorough", "reconciliation"]
    orders: tuple[UUID, ...] = ()
    summary: str = ""


class OrderStatus(Enum):
    """In the order of safety: what an undecided order falls back on comes first."""

    STOPPED = "stopped"
    HELD = "held"
    PAUSED = "paused"
    ACTIVE = "active"


_SAFETY = (OrderStatus.STOPPED, OrderStatus.HELD, OrderStatus.PAUSED, OrderStatus.ACTIVE)


@dataclass(frozen=True, kw_only=True, repr=False)
class Standing:
    """What an order says at one version: its content, from which record, and since when."""

    status: OrderStatus
    content: MedicationOrder
    step: Record

    @property
    def daily_amount(self) -> Decimal | None:
        """The most taken a day in the content's unit, where one plain step says so."""
        dosage = self.content.dosage
        if dosage is None or len(dosage.steps) != 1:
            return None
        step = dosage.steps[0]
        if step.weekdays:
            return None  # not every day: comparable with no daily dose
        if step.max_per_day is not None:
            return Decimal(step.max_per_day)
        if step.period != 1 or step.period_unit != "d":
            return None
        if step.amounts:
            return sum((Decimal(amount) for amount in step.amounts), Decimal(0))
        if step.dose and step.frequency:
            return Decimal(step.dose_high or step.dose) * step.frequency
        return None


@dataclass(frozen=True, kw_only=True, repr=False)
class OrderState:
    """What holds for a medication order.

    ``effective`` is what is given now; of a fork, the safer side: stopped before held before
    paused before the lower of two comparable doses. ``sides`` are all of a fork's sides.
    """

    effective: Standing
    sides: tuple[Standing, ...]
    undecided: bool
    voided: bool
    first: Record
    steps: tuple[Record, ...]

    @property
    def status(self) -> OrderStatus:
        """The effective status."""
        return self.effective.status

    @property
    def current(self) -> bool:
        """Whether it belongs to the list of current medication."""
        return not self.voided and (self.undecided or self.status is not OrderStatus.STOPPED)


def order_state(state: EntityState) -> OrderState:
    """Fold a medication order's chain. Order of arrival changes nothing.

    The same state gives the same object: lists and rules ask again and again.
    """
    return _order_states(state)


def _order_state(state: EntityState) -> OrderState:
    standings = fold(state.line, _step)
    sides = tuple(s for h in state.line.heads if (s := standings[h.id]) is not None)
    if not sides:
        raise ValueError("no order among the records")
    undecided = len(sides) > 1 and not _commute(sides)
    effective = _safer(sides) if undecided else min(sides, key=_safety)
    return OrderState(
        effective=effective,
        sides=sides,
        undecided=undecided,
        voided=state.voided,
        first=state.first,
        steps=state.line.versions,
    )


_order_states = OncePer(_order_state)
_Maybe = Standing | None


def _step(before: Mapping[RecordId, _Maybe], version: Record) -> _Maybe:
    body = version.body
    known = [s for s in before.values() if s is not None]
    if isinstance(body, Resolution):
        return before.get(RecordId(body.chosen)) or (min(known, key=_safety) if known else None)
    if not isinstance(body, MedicationOrder):
        return _after_other(known, body)
    content = body if body.drug is not None else (known[0].content if known else body)
    status = {"pause": OrderStatus.PAUSED, "stop": OrderStatus.STOPPED}.get(
        body.action, OrderStatus.ACTIVE
    )
    return Standing(status=status, content=content, step=version)


def _after_other(known: list[Standing], body: Body) -> Standing | None:
    """A void leaves the content; a step that needs a newer program holds the order."""
    if not known:
        return None
    if isinstance(body, Void):
        return known[0]
    return Standing(status=OrderStatus.HELD, content=known[0].content, step=known[0].step)


def _commute(sides: tuple[Standing, ...]) -> bool:
    """Two stops are one stop; nothing else two clinicians did apart is settled by itself."""
    return all(side.status is OrderStatus.STOPPED for side in sides)


def _safety(side: Standing) -> tuple[int, object]:
    return (_SAFETY.index(side.status), side.step.order)


def _safer(sides: tuple[Standing, ...]) -> Standing:
    safest = min(sides, key=_safety)
    if safest.status is not OrderStatus.ACTIVE:
        if safest.status is OrderStatus.STOPPED:
            return Standing(status=OrderStatus.HELD, content=safest.content, step=safest.step)
        return safest
    amounts = [(side.daily_amount, side) for side in sides]
    comparable = all(amount is not None for amount, _ in amounts) and _same_drug(sides)
    if comparable:
        return min(amounts, key=lambda pair: (pair[0] or Decimal(0), pair[1].step.order))[1]
    return Standing(status=OrderStatus.HELD, content=safest.content, step=safest.step)


def _same_drug(sides: tuple[Standing, ...]) -> bool:
    first = sides[0].content
    return all(
        side.content.drug == first.drug and _unit(side.content) == _unit(first) for side in sides
    )


def _unit(content: MedicationOrder) -> str:
    return content.dosage.steps[0].unit if content.dosage and content.dosage.steps else ""


def _project_order(state: EntityState) -> Projection:
    order = order_state(state)
    drug = order.effective.content.drug
    since = order.effective.step.written_at.millis
    start = order.effective.content.start
    # Every unit that has a hand in it sees that somebody must decide.
    units = dict.fromkeys([state.first.author.unit, *(s.step.author.unit for s in order.sides)])
    work = tuple(Work(reason="undecided", unit=unit, since=since) for unit in units)
    return Projection(
        family="medication_order",
        group="current" if order.current else "past",
        status="voided" if order.voided else order.status.value,
        code=drug.atc if drug else "",
        title=drug.name if drug else "",
        at=millis_of(start) if start else state.first.written_at.millis,
        patient_visible=all(v.approved_for_patient for v in state.line.versions),
        text=f"{drug.name} {drug.brand}" if drug else "",
        undecided=order.undecided,
        work=work if order.undecided else (),
    )


def _project_administration(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, Administration)
    return Projection(
        family="administration",
        status="voided" if state.voided else body.status,
        code=str(body.order),
        title="",
        at=millis_of(body.actual) if body.actual else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
    )


def _project_review(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, MedicationReview)
    return Projection(
        family="medication_review",
        status="voided" if state.voided else body.type,
        title="",
        at=state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        text=body.summary,
    )


KINDS = (
    Kind(
        name="medication_order",
        body=MedicationOrder,
        role=Role.INTENT,
        family="medication_order",
        project=_project_order,
    ),
    Kind(
        name="administration",
        body=Administration,
        family="administration",
        project=_project_administration,
    ),
    Kind(
        name="medication_review",
        body=MedicationReview,
        family="medication_review",
        project=_project_review,
    ),
)
