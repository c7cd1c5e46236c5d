"""Uppmärksamhetsinformation (UMI), hypersensitivity among it (FHIR Flag, AllergyIntolerance)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal, get_args

from workstation.domain.kind import Kind, Projection
from workstation.domain.record import Body, Record, Role, Silent
from workstation.domain.values import Concept, When, millis_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workstation.domain.entity import EntityState
    from workstation.domain.ids import EntityId

Severity = Literal["life_threatening", "harmful", "troublesome", ""]
"""Livshotande, skadande, besvärande: OID 1.2.752.129.2.2.3.3."""
Category = Literal["A", "B", "C", "D", "E"]
Certainty = Literal["confirmed", "probable", "suspected", ""]
Standing = Literal["active", "inactive", "refuted"]

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
CATEGORIES: tuple[Category, ...] = get_args(Category)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)


class Reaction(Silent, frozen=True, kw_only=True):
    """What happened before."""

    manifestation: Concept
    severity: str = ""
    onset: When | None = None


class Attention(Body, frozen=True, kw_only=True):
    """One piece of attention information.

    ``category``: A medical condition or treatment, B communicable disease, C hypersensitivity,
    D special care routine, E not structured. ``none_known``: asked, and there is no known
    hypersensitivity (category C only). ``certainty``: OID 1.2.752.129.2.2.3.11.
    """

    category: Category
    concept: Concept
    none_known: bool = False
    severity: Severity = ""
    certainty: Certainty = ""
    status: Standing = "active"
    kind: str = ""
    reactions: tuple[Reaction, ...] = ()
    valid_from: When | None = None
    valid_to: When | None = None
    verified: When | None = None
    comment: str = ""


class HypersensitivityState(Enum):
    """What the banner says: four different things that must never look alike."""

    KNOWN = "known"
    NONE_KNOWN = "none_known"
    NOT_ASKED = "not_asked"
    UNAVAILABLE = "unavailable"


def hypersensitivity(
    states: Iterable[EntityState], *, complete: bool = True
) -> HypersensitivityState:
    """Return the patient's state from all attention entities.

    Args:
        complete: False when some of the record could not be loaded: then only a known
            hypersensitivity may be told, never its absence.
    """
    found = [state for state in states if _in_force(state)]
    if any(not _body(state).none_known for state in found):
        return HypersensitivityState.KNOWN
    if not complete:
        return HypersensitivityState.UNAVAILABLE
    return HypersensitivityState.NONE_KNOWN if found else HypersensitivityState.NOT_ASKED


@dataclass(frozen=True, kw_only=True, repr=False)
class Overruled:
    """A statement of no known hypersensitivity that does not hold.

    ``agent``: the hypersensitivity that stands against it; ``since``: when that was first
    recorded, ms UTC.
    """

    agent: str
    since: int


def overruled(states: Iterable[EntityState]) -> Mapping[EntityId, Overruled]:
    """Return the statements of no known hypersensitivity that something recorded stands against.

    The safer one rules, whichever was written last: while any hypersensitivity is in force no
    such statement is shown as if it held. Named is what was recorded first after the statement,
    else what was recorded last before it.
    """
    found = [state for state in states if _in_force(state)]
    known = sorted(
        (state for state in found if not _body(state).none_known),
        key=lambda state: (state.first.written_at, state.id),
    )
    if not known:
        return {}
    return {state.id: _against(state, known) for state in found if _body(state).none_known}


def _against(statement: EntityState, known: list[EntityState]) -> Overruled:
    said = statement.current.written_at
    later = [state for state in known if state.first.written_at > said]
    state = later[0] if later else known[-1]
    return Overruled(agent=_body(state).concept.label, since=state.first.written_at.millis)


def _in_force(state: EntityState) -> bool:
    body = state.current.body
    return (
        isinstance(body, Attention)
        and body.category == "C"
        and body.status == "active"
        and not state.voided
    )


def _body(state: EntityState) -> Attention:
    body = state.current.body
    assert isinstance(body, Attention)
    return body


def _safer(heads: tuple[Record, ...]) -> Record:
    """A warning that one side removed and the other changed stays."""
    return min(
        heads,
        key=lambda r: (not (isinstance(r.body, Attention) and r.body.status == "active"), r.order),
    )


def _project(state: EntityState) -> Projection:
    body = _body(state)
    active = body.status == "active" and not state.voided
    when = body.verified or body.valid_from
    return Projection(
        family="attention",
        group="current" if active else "past",
        status="voided" if state.voided else body.status,
        code=body.category,
        title=body.concept.label,
        at=millis_of(when) if when else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        text=body.concept.label,
        undecided=state.undecided,
    )


KINDS = (
    Kind(
        name="attention",
        body=Attention,
        role=Role.INTENT,
        family="attention",
        project=_project,
        safer=_safer,
    ),
)
