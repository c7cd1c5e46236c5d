"""Goal, Task, Appointment and FamilyMemberHistory: what is planned, and what runs in the family."""

from __future__ import annotations

from uuid import UUID

from workstation.domain.contact import CONTACT_TYPES, Booking, BookingStatus
from workstation.domain.diagnosis import (
    DIAGNOSIS_STATUSES,
    DIAGNOSIS_TYPES,
    VERIFICATIONS,
    Diagnosis,
)
from workstation.domain.ids import HsaId
from workstation.domain.known_words import one_of
from workstation.domain.plan import PLAN_TYPES, PlannedAction, PlanStatus
from workstation.domain.values import Concept
from workstation.interop.fhir.care import contact_at
from workstation.interop.fhir.care_out import PLANNED
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import IN_ERROR, Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Resource
from workstation.interop.fhir.values import (
    concept_at,
    concepts_at,
    moment,
    notes_of,
    own_words,
    period_at,
    words_at,
)

_STATES: dict[str, PlanStatus] = {
    "completed": "done",
    "cancelled": "cancelled",
    "rejected": "cancelled",
    IN_ERROR: "cancelled",
}
_STATES |= dict.fromkeys(
    ("proposed", "planned", "accepted", "active", "on-hold", "requested"), "planned"
)
_BOOKED: dict[str, BookingStatus] = {
    "booked": "booked",
    "pending": "booked",
    "arrived": "arrived",
    "checked-in": "arrived",
    "fulfilled": "fulfilled",
    "noshow": "noshow",
    "cancelled": "cancelled",
    IN_ERROR: "cancelled",
}


def goal(node: Node, links: Links, of: Resource) -> Made:
    """A goal is a planned action of type goal; how far it has come stands in the comment."""
    notes = [words_at(node, "achievementStatus"), notes_of(node)]
    status = node.plain().get("lifecycleStatus")
    started, own = node.when("startDate"), own_words(node, "planned-action")
    due = next((found for n in node.children("target") if (found := n.when("dueDate"))), None)
    body = PlannedAction(
        type="goal",
        title=words_at(node, "description"),
        status=node.code("lifecycleStatus", _STATES, "planned"),
        due=moment(own.get("due", "")) or due,
        done=moment(own.get("done", "")),
        responsible=own.get("responsible", ""),
        responsible_unit=HsaId(own.get("unit", "")),
        comment="\n".join(note for note in notes if note),
    )
    return Made(kind="planned_action", body=body, written=started, voided=status == IN_ERROR)


def task(node: Node, links: Links, of: Resource) -> Made | None:
    """A planned action; None for a Task that is no plan of ours: others use it for anything."""
    code = concept_at(node, "code")
    kind = one_of(code.code_in(PLANNED) if code is not None else "", PLAN_TYPES, "goal")
    if node.plain().get("intent") != "plan" or kind == "goal":
        return None  # a goal comes as a Goal
    node.read_all("intent")
    authored, status = node.when("authoredOn"), node.plain().get("status")
    done, limits, owner = (
        period_at(node, "executionPeriod"),
        node.child("restriction"),
        node.child("owner"),
    )
    due = period_at(limits, "period") if limits is not None else None
    body = PlannedAction(
        type=kind,
        title=node.text("description"),
        status=node.code("status", _STATES, "planned"),
        due=due.end if due else None,
        done=done.end if done else None,
        responsible=owner.text("display") if owner is not None else "",
        responsible_unit=HsaId(_number(owner)),
        comment=notes_of(node),
        contact=contact_at(node, links, of),
    )
    links.entity_at(node, "for", of=of)
    return Made(kind="planned_action", body=body, written=authored, voided=status == IN_ERROR)


def _number(node: Node | None) -> str:
    identifier = node.child("identifier") if node is not None else None
    if identifier is None:
        return ""
    identifier.read_all("system")
    return identifier.text("value")


def appointment(node: Node, links: Links, of: Resource) -> Made | None:
    """A booked time; None where it has no time yet, or only waits to be given one."""
    start = node.when("start")
    status = node.plain().get("status")
    if start is None or status not in _BOOKED:
        return None
    own, created = own_words(node, "booking"), node.when("created")
    actors = [
        inner
        for one in node.children("participant")
        if (inner := one.child("actor")) is not None and "reference" not in inner
    ]
    unit = own.get("unit", "")
    people = [one for one in actors if not unit or not one.text("display").startswith(unit)]
    place = next((one for one in actors if one not in people), None)
    reasons = concepts_at(node, "reasonCode")
    body = Booking(
        status=node.code("status", _BOOKED, "booked"),
        start=start,
        end=node.when("end"),
        unit=HsaId(_number(place)),
        unit_name=unit,
        type=one_of(own.get("type", ""), CONTACT_TYPES, "visit"),
        reason=next((one.label for one in reasons), "") or node.text("description"),
        clinician=next((one.text("display") for one in people), ""),
        clinician_id=HsaId(next((_number(one) for one in people), "")),
        room=own.get("room", ""),
        interpreter=own.get("interpreter", ""),
        fee=own.get("fee", ""),
        referral=_based_on(node, links, of),
    )
    return Made(kind="booking", body=body, written=created, voided=status == IN_ERROR)


def _based_on(node: Node, links: Links, of: Resource) -> UUID | None:
    found = (links.meant(inner, of=of) for inner in node.children("basedOn"))
    return next((one for one in found if one is not None), None)


def family_history(node: Node, links: Links, of: Resource) -> Made | None:
    """One illness in the family; None where it tells of several, or of none."""
    status, conditions = node.plain().get("status"), node.children("condition")
    if len(conditions) != 1 or status not in ("completed", "partial", IN_ERROR):
        return None
    node.read_all("status")
    inner, own, recorded = conditions[0], own_words(node, "diagnosis"), node.when("date")
    onset = inner.text("onsetString")
    told = "\n".join(part for part in (_relative(node), notes_of(inner), notes_of(node)) if part)
    body = Diagnosis(
        concept=concept_at(inner, "code") or Concept(),
        type=one_of(own.get("type", ""), DIAGNOSIS_TYPES, "problem"),
        status=one_of(own.get("status", ""), DIAGNOSIS_STATUSES, "unknown"),
        verification=one_of(own.get("verification", ""), VERIFICATIONS, "confirmed"),
        subject="family",
        onset=moment(onset),
        abated=moment(own.get("abated", "")),
        recorded=recorded,
        comment=told if moment(onset) or not onset else f"{onset}\n{told}".strip(),
    )
    return Made(kind="diagnosis", body=body, written=recorded, voided=status == IN_ERROR)


def _relative(node: Node) -> str:
    """Return who it is; our own export says nothing but that it is somebody of the family."""
    found = concept_at(node, "relationship")
    codes = {one.code for one in found.codings} if found else set()
    words = "" if codes == {"FAMMEMB"} else (found.label if found else "")
    return " ".join(part for part in (words, node.text("name")) if part)
