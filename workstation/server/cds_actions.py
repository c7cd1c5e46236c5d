"""What a suggestion of a card does, as FHIR: resources to create, update or delete.

The client's own resource is changed, never made anew; nothing that only a person can decide (a
dose, a last day) is filled in. Source: CDS Hooks 2.0.1, Action; FHIR R4 MedicationRequest and
ServiceRequest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from forms.catalogue import analysis_called
from workstation.decision_support.engine import Engine
from workstation.decision_support.findings import Card
from workstation.decision_support.suggestions import Suggestion
from workstation.domain.medication import ATC
from workstation.domain.texts import _

Resource = dict[str, Any]
_CATEGORY = "http://snomed.info/sct"
_LABORATORY = "108252007"
_ONCE_A_WEEK = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a card is about. ``draft``: the order being written, None for an open chart.

    ``listed`` gives the client's own medication orders with their ATC codes.
    """

    patient: str
    draft: Resource | None
    listed: Callable[[], Sequence[tuple[str, Resource]]]


def actions_of(
    suggestion: Suggestion, card: Card, asked: Asked, engine: Engine
) -> list[dict[str, Any]]:
    """Return what taking the suggestion does; nothing where a person must decide how."""
    return list(_ACTIONS.get(suggestion.verb, _nothing)(suggestion, card, asked, engine))


_Actions = Iterator[dict[str, Any]]


def _nothing(_one: Suggestion, _card: Card, _asked: Asked, _engine: Engine) -> _Actions:
    yield from ()


def _replace(one: Suggestion, card: Card, asked: Asked, engine: Engine) -> _Actions:
    name = engine.library.title(one.code)
    if not one.code or not name or asked.draft is None:
        return
    yield from _drop(asked)
    yield _create(one.text, _medication(one.code, name, card, asked))


def _add(one: Suggestion, card: Card, asked: Asked, engine: Engine) -> _Actions:
    if name := engine.library.title(one.code):
        yield _create(one.text, _medication(one.code, name, card, asked))


def _order_lab(one: Suggestion, card: Card, asked: Asked, engine: Engine) -> _Actions:
    analyte = engine.library.analytes.get(one.code)
    if analyte is None:
        return
    code: Resource = {"text": analyte.name}
    known = analysis_called((one.code, *analyte.aliases, analyte.name))
    codings = known.concept.codings if known is not None else ()
    if codings:
        code["coding"] = [{"system": c.system, "code": c.code} for c in codings]
    request: Resource = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "order",
        "category": [{"coding": [{"system": _CATEGORY, "code": _LABORATORY}]}],
        "code": code,
        "subject": {"reference": asked.patient},
        "reasonCode": [{"text": card.lead.text}],
    }
    yield _create(one.text, request)


def _weekly(one: Suggestion, _card: Card, asked: Asked, _engine: Engine) -> _Actions:
    draft = asked.draft
    dosing = draft.get("dosageInstruction") if draft is not None else None
    if draft is None or not isinstance(dosing, list) or len(dosing) != 1:
        return
    changed = {k: v for k, v in dosing[0].items() if k not in ("text", "timing")}
    weekly = {**draft, "dosageInstruction": [{**changed, "timing": _ONCE_A_WEEK}]}
    yield {"type": "update", "description": one.text, "resource": weekly}


def _stop(one: Suggestion, card: Card, asked: Asked, engine: Engine) -> _Actions:
    if asked.draft is not None:
        yield from _drop(asked)
    else:
        yield from _stop_other(one, card, asked, engine)


def _stop_other(one: Suggestion, card: Card, asked: Asked, _engine: Engine) -> _Actions:
    yield from _changed(one, card, asked, status="stopped")


def _pause(one: Suggestion, card: Card, asked: Asked, _engine: Engine) -> _Actions:
    yield from _changed(one, card, asked, status="on-hold")


def _changed(one: Suggestion, card: Card, asked: Asked, *, status: str) -> _Actions:
    """Yield the change of the other medicine, where it is clear which one is meant."""
    wanted = (one.code,) if one.code else tuple(card.about)
    draft = asked.draft.get("id") if asked.draft is not None else None
    meant = [
        resource
        for atc, resource in asked.listed()
        if atc.startswith(wanted) and resource.get("id") != draft
    ]
    if len(meant) == 1 and meant[0].get("status") == "active":
        resource = {**meant[0], "status": status}
        yield {"type": "update", "description": one.text, "resource": resource}


def _drop(asked: Asked) -> _Actions:
    draft = asked.draft or {}
    if isinstance(draft.get("id"), str):
        told = _("Take away the order being written")
        yield {
            "type": "delete",
            "description": told,
            "resourceId": f"MedicationRequest/{draft['id']}",
        }


def _create(description: str, resource: Resource) -> dict[str, Any]:
    return {"type": "create", "description": description, "resource": resource}


def _medication(code: str, name: str, card: Card, asked: Asked) -> Resource:
    coding = {"system": ATC, "code": code, "display": name}
    return {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [coding], "text": name},
        "subject": {"reference": asked.patient},
        "note": [{"text": card.lead.text}],
    }


_ACTIONS: dict[str, Callable[[Suggestion, Card, Asked, Engine], _Actions]] = {
    "replace": _replace,
    "add": _add,
    "order_lab": _order_lab,
    "change_schedule": _weekly,
    "stop": _stop,
    "stop_other": _stop_other,
    "pause": _pause,
}
