"""Planned actions and goals: what was decided here, which the patient sees (FHIR CarePlan, Task)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection
from workstation.domain.record import Body, Role, Silent
from workstation.domain.values import Concept, When, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

PlanType = Literal["test", "nursing", "visit", "treatment", "goal", "other"]
PlanStatus = Literal["planned", "done", "cancelled"]
PLAN_TYPES: tuple[PlanType, ...] = get_args(PlanType)


class PlannedAction(Body, frozen=True, kw_only=True):
    """A decided action or goal: what, when, who, done or not."""

    type: PlanType
    title: str
    status: PlanStatus = "planned"
    due: When | None = None
    done: When | None = None
    responsible: str = ""
    responsible_unit: HsaId = HsaId("")
    comment: str = ""
    contact: UUID | None = None


class Activity(Silent, frozen=True, kw_only=True):
    """One activity of a care plan."""

    concept: Concept
    status: str = ""
    place: str = ""
    text: str = ""


class CarePlan(Body, frozen=True, kw_only=True):
    """Vårdplan as received from another system, its activities and goals in its own words."""

    title: str = ""
    categories: tuple[Concept, ...] = ()
    status: str = ""
    start: When | None = None
    end: When | None = None
    activities: tuple[Activity, ...] = ()
    goals: tuple[str, ...] = ()
    addresses: tuple[UUID, ...] = ()
    contact: UUID | None = None
    text: str = ""


def _project_action(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, PlannedAction)
    return Projection(
        family="planned_action",
        group="current" if body.status == "planned" and not state.voided else "past",
        status="voided" if state.voided else body.status,
        code=body.type,
        title=body.title,
        at=millis_of(body.due) if body.due else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        text=f"{body.title}\n{body.comment}",
        undecided=state.undecided,
    )


def _project_plan(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, CarePlan)
    label = body.title or (body.categories[-1].label if body.categories else "")
    return Projection(
        family="care_plan",
        group="current" if body.status == "active" and not state.voided else "past",
        status="voided" if state.voided else body.status,
        title=label,
        at=millis_of(body.start) if body.start else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        text=f"{label}\n{body.text}",
        undecided=state.undecided,
    )


KINDS = (
    Kind(
        name="planned_action",
        body=PlannedAction,
        role=Role.INTENT,
        family="planned_action",
        project=_project_action,
    ),
    Kind(
        name="care_plan",
        body=CarePlan,
        role=Role.INTENT,
        family="care_plan",
        project=_project_plan,
    ),
)
