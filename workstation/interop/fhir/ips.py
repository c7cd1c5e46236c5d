"""A patient summary: an IPS document (HL7 International Patient Summary 2.0) of what holds now.

Allergies, problems and medication are always there: where nothing is told the section says why,
and "nobody has asked" is another thing than "none known".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from uuid import UUID, uuid5

from workstation.domain.attention import Attention, HypersensitivityState, hypersensitivity
from workstation.domain.entity import EntityState
from workstation.domain.kinds import project
from workstation.domain.medication import order_state
from workstation.domain.medication_line import line_runs, medication_line
from workstation.domain.record import Author
from workstation.domain.texts import N_, _
from workstation.interop.fhir.elements import Json, organisation, reference
from workstation.interop.fhir.writing import Around, NotExported, around, resources

_PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
_LOINC = "http://loinc.org"
_EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_RECENT_RESULTS = 50


@dataclass(frozen=True, kw_only=True)
class _Section:
    """``needed``: also where nothing is told. ``holds``: whether an entity belongs to it."""

    code: str
    title: str
    holds: Callable[[EntityState], bool]
    needed: bool = False


def summary(states: Iterable[EntityState], *, at: str, author: Author, document: UUID) -> Json:
    """Return the document Bundle.

    Args:
        states: The patient's entities, the patient's own among them; what may be told, and nothing else.
        at: When it is made, an instant.
        author: For whom it is made: the organisation stands as author.
        document: The document's id.

    Raises:
        ValueError: There is no patient among the entities.
    """
    every = [state for state in states if not state.voided]
    person = next((state for state in every if state.family == "patient"), None)
    if person is None:
        raise ValueError("a summary is of a patient")
    known = around(every)
    entries: list[Json] = list(resources(person, known))
    sections: list[Json] = []
    for section in _SECTIONS:
        inside = [state for state in every if section.holds(state)][:_RECENT_RESULTS]
        told = [(state, one) for state in inside for one in _resources_of(state, section, known)]
        if not told and not section.needed:
            continue
        entries += [one for _of_state, one in told]
        sections.append(_told(section, told, every))
    whole = {
        "resourceType": "Composition",
        "id": str(uuid5(document, "composition")),
        "meta": {"profile": [_PROFILE + "Composition-uv-ips"]},
        "language": "sv",
        "status": "final",
        "type": {
            "coding": [{"system": _LOINC, "code": "60591-5", "display": "Patient summary Document"}]
        },
        "subject": reference("Patient", person.patient),
        "date": at,
        "author": [organisation(author)],
        "title": _("Patient summary"),
        "section": sections,
    }
    return {
        "resourceType": "Bundle",
        "id": str(document),
        "meta": {"profile": [_PROFILE + "Bundle-uv-ips"]},
        "language": "sv",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{document}"},
        "type": "document",
        "timestamp": at,
        "entry": [
            {"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (whole, *entries)
        ],
    }


def _resources_of(state: EntityState, section: _Section, known: Around) -> list[Json]:
    """An allergy stands in its section, its flag among the alerts."""
    try:
        made = resources(state, known)
    except NotExported:
        return []
    alerts = section.code == "104605-1"
    wanted = {"Flag"} if alerts else {one["resourceType"] for one in made} - {"Flag"}
    return [one for one in made if one["resourceType"] in wanted]


def _told(
    section: _Section, told: list[tuple[EntityState, Json]], every: list[EntityState]
) -> Json:
    lines = list(dict.fromkeys(_words(state) for state, _made in told)) or ["–"]
    body = "".join(f"<li>{escape(_printable(line))}</li>" for line in lines)
    made: Json = {
        "title": _(section.title),
        "code": {"coding": [{"system": _LOINC, "code": section.code}]},
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{body}</ul></div>',
        },
    }
    if told:
        made["entry"] = [reference(one["resourceType"], one["id"]) for _of_state, one in told]
    else:
        made["emptyReason"] = {"coding": [{"system": _EMPTY, "code": _why(section, every)}]}
    return made


def _printable(line: str) -> str:
    """Return a text without the signs that XML cannot hold."""
    return "".join(c if c in "\t\n\r" or c >= " " else "\ufffd" for c in line)


def _why(section: _Section, every: list[EntityState]) -> str:
    asked = hypersensitivity(every) is not HypersensitivityState.NOT_ASKED
    if section.code == _ALLERGIES:
        return "unavailable" if asked else "notasked"
    return "unavailable"


def _words(state: EntityState) -> str:
    if state.family == "medication_order":
        line = medication_line(order_state(state).effective.content)
        return "".join(run.text for run in line_runs(line))
    return project(state).title


def _allergy(state: EntityState) -> bool:
    body = state.current.body
    return isinstance(body, Attention) and body.category == "C" and body.status != "refuted"


def _alert(state: EntityState) -> bool:
    body = state.current.body
    return isinstance(body, Attention) and body.status == "active" and not body.none_known


def _current(family: str) -> Callable[[EntityState], bool]:
    return lambda state: state.family == family and project(state).group == "current"


def _of(family: str) -> Callable[[EntityState], bool]:
    return lambda state: state.family == family


_ALLERGIES = "48765-2"
_SECTIONS = (
    _Section(code=_ALLERGIES, title=N_("Hypersensitivity"), holds=_allergy, needed=True),
    _Section(
        code="11450-4", title=N_("Diagnoses and problems"), holds=_current("diagnosis"), needed=True
    ),
    _Section(
        code="10160-0", title=N_("Medication"), holds=_current("medication_order"), needed=True
    ),
    _Section(code="104605-1", title=N_("Attention information"), holds=_alert),
    _Section(code="11369-6", title=N_("Vaccinations"), holds=_of("immunization")),
    _Section(code="47519-4", title=N_("Procedures"), holds=_of("procedure")),
    _Section(code="30954-2", title=N_("Results"), holds=_of("observation")),
    _Section(code="18776-5", title=N_("Plan"), holds=_current("planned_action")),
)
