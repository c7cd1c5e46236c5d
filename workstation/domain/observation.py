"""Values: measurements, laboratory results, scores (FHIR Observation), and their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection, Work
from workstation.domain.record import Body, Record, Role, Silent
from workstation.domain.values import Concept, Quantity, When, millis_of
from workstation.domain.watching import WatchRules, deadline, escalating

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

NPU = "urn:oid:1.2.208.176.2.1"
ResultStatus = Literal["partial", "preliminary", "final", "corrected", "cancelled", "unknown"]
_ABNORMAL = frozenset({"L", "H", "LL", "HH", "A", "AA"})
_CRITICAL = frozenset({"LL", "HH", "AA"})


class ReferenceRange(Silent, frozen=True, kw_only=True):
    """Referensintervall, with the population it holds for."""

    low: Quantity | None = None
    high: Quantity | None = None
    text: str = ""


class Component(Silent, frozen=True, kw_only=True):
    """One part of a value in several parts, such as systolic pressure."""

    concept: Concept
    quantity: Quantity | None = None
    coded: Concept | None = None
    text: str = ""


class Observation(Body, frozen=True, kw_only=True):
    """One value. Exactly one of ``quantity``, ``coded``, ``text`` or ``components`` says it.

    ``interpretation``: HL7 codes L, H, LL, HH, N, A, AA or empty. ``delta``: U or D where it has
    risen or fallen much since the one before, by the limits in ``results/limits.py``. ``report``: the entity of the
    report it came with; ``order``: the referral that asked for it; ``answers_to``: HSA-id of the
    clinician who must acknowledge it.
    """

    concept: Concept
    category: str = ""
    effective: When | None = None
    issued: When | None = None
    status: ResultStatus = "final"
    quantity: Quantity | None = None
    coded: Concept | None = None
    text: str = ""
    components: tuple[Component, ...] = ()
    reference: ReferenceRange | None = None
    interpretation: str = ""
    delta: Literal["", "U", "D"] = ""
    method: str = ""
    specimen: str = ""
    comment: str = ""
    absent: Concept | None = None
    report: UUID | None = None
    order: UUID | None = None
    contact: UUID | None = None
    answers_to: HsaId = HsaId("")
    answers_to_unit: HsaId = HsaId("")

    @property
    def abnormal(self) -> bool:
        """Outside the reference range, by the laboratory's flag or ours."""
        return self.interpretation in _ABNORMAL

    @property
    def critical(self) -> bool:
        """Beyond the critical limits, by the laboratory's flag or ours."""
        return self.interpretation in _CRITICAL


class DiagnosticReport(Body, frozen=True, kw_only=True):
    """Ett svar: laboratory or imaging, with its conclusion byte for byte; results by entity id."""

    concept: Concept
    category: str = ""
    status: ResultStatus = "final"
    effective: When | None = None
    issued: When | None = None
    conclusion: str = ""
    conclusions: tuple[Concept, ...] = ()
    results: tuple[UUID, ...] = ()
    order: UUID | None = None
    contact: UUID | None = None
    performer: str = ""
    answers_to: HsaId = HsaId("")
    answers_to_unit: HsaId = HsaId("")


def primary_code(concept: Concept) -> str:
    """Return the NPU code, else the first code of any system, else the words."""
    if code := concept.code_in(NPU):
        return code
    return concept.codings[0].code if concept.codings else concept.text


def _project_observation(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, Observation)
    return Projection(
        family="observation",
        group=body.category,
        status="voided" if state.voided else body.status,
        code=primary_code(body.concept),
        title=body.concept.label,
        at=millis_of(body.effective) if body.effective else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        text=f"{body.text}\n{body.comment}".strip(),
        undecided=state.undecided,
    )


def _project_report(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, DiagnosticReport)
    return Projection(
        family="diagnostic_report",
        group=body.category,
        status="voided" if state.voided else body.status,
        code=primary_code(body.concept),
        title=body.concept.label,
        at=_report_time(state.current, body),
        patient_visible=state.current.approved_for_patient,
        text=f"{body.concept.label}\n{body.conclusion}",
        undecided=state.undecided,
    )


def _report_time(record: Record, body: DiagnosticReport) -> int:
    when = body.effective or body.issued
    return millis_of(when) if when else record.written_at.millis


def _waits(state: EntityState, rules: WatchRules) -> tuple[Work, ...]:
    body = state.current.body
    assert isinstance(body, (Observation, DiagnosticReport))
    unit, person = body.answers_to_unit, body.answers_to
    if not unit or state.voided or state.acknowledged(state.current.id):
        return ()
    since = state.current.written_at.millis
    if isinstance(body, Observation) and body.critical:
        urgent = Work(reason="critical", unit=unit, person=person, since=since, urgency=0)
        return (escalating(urgent, rules, critical=True),)
    due = deadline(rules.unacknowledged, since=since, urgency=3)
    calm = Work(reason="acknowledge", unit=unit, person=person, since=since, due=due)
    return (escalating(calm, rules),)


def _concerned(record: Record) -> tuple[HsaId, ...]:
    body = record.body
    unit = body.answers_to_unit if isinstance(body, (Observation, DiagnosticReport)) else ""
    return (HsaId(unit),) if unit else ()


KINDS = (
    Kind(
        name="observation",
        body=Observation,
        role=Role.FACT,
        family="observation",
        project=_project_observation,
        waits=_waits,
        concerned=_concerned,
    ),
    Kind(
        name="diagnostic_report",
        body=DiagnosticReport,
        role=Role.FACT,
        family="diagnostic_report",
        project=_project_report,
        waits=_waits,
        concerned=_concerned,
    ),
)
