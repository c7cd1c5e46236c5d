"""CDS Hooks: facts from what a client sends, cards from the rules, in the specification's words.

Nothing is read from the record and nothing of a patient is kept: the client gives the facts
(``context`` and ``prefetch``), and the answer names rules. Source: CDS Hooks 2.0.1, with the
hooks patient-view 1.0, order-select 1.0 and order-sign 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec

from sync.protocol.messages import Message
from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts
from workstation.decision_support.findings import Card
from workstation.decision_support.records.facts_of import Chart, facts_of
from workstation.decision_support.records.medicines import medication_of, ordered
from workstation.decision_support.suggestions import Suggestion, suggested
from workstation.domain.attention import Attention
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.kinds import entity_state, open_record
from workstation.domain.medication import MedicationOrder, order_state
from workstation.domain.observation import Observation
from workstation.domain.override_reasons import OVERRIDE_REASONS
from workstation.domain.patient import Patient
from workstation.domain.record import Author, Record
from workstation.domain.texts import _
from workstation.domain.values import millis_of
from workstation.interop.fhir.faults import BrokenDocument
from workstation.interop.fhir.reading import Importer, read_bundle
from workstation.server.cds_actions import Asked, actions_of

Hook = Literal["patient-view", "order-select", "order-sign"]
HOOKS: tuple[str, ...] = get_args(Hook)
REASONS = "urn:ronden:fhir:override-reason"
RULES = "urn:ronden:fhir:rule"
_LONGEST_SUMMARY = 139
_SYSTEM = HsaId("SE0000000000-CDSHOOKS")
_IMPORTER = Importer(
    author=Author(hsa_id=_SYSTEM, name="CDS Hooks", unit=_SYSTEM, provider=_SYSTEM),
    device="cds-hooks",
    source="cds-hooks",
)
_PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "medications": "MedicationRequest?patient={{context.patientId}}&status=active,on-hold",
    "conditions": "Condition?patient={{context.patientId}}",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}&category=laboratory,vital-signs",
}


class Call(Message, frozen=True, kw_only=True):
    """A call as the specification has it. Other fields are allowed and passed over."""

    hook: Hook
    hookInstance: str  # noqa: N815  the specification's name
    context: dict[str, Any]
    prefetch: dict[str, Any] = msgspec.field(default_factory=dict)


class Unprepared(Exception):
    """What the rules need was not sent (HTTP 412): the patient, or a readable order."""


class Misshapen(Exception):
    """A field of the call is not what the specification says (HTTP 400). ``place``: which."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The reply as JSON, and which card has which id, for feedback."""

    reply: dict[str, Any]
    cards: dict[str, Card]


def services(mark: str) -> dict[str, Any]:
    """Return the discovery document. ``mark``: what the content says of itself."""
    told = (
        ("patient-view", _("What the rules observe about an open chart; nothing interrupts.")),
        ("order-select", _("What the rules say while a medicine is chosen.")),
        ("order-sign", _("What the rules say before an order is signed.")),
    )
    return {
        "services": [
            {
                "id": hook,
                "hook": hook,
                "title": f"Ronden {hook}",
                "description": f"{words} {mark}".strip(),
                "prefetch": _PREFETCH,
                "usageRequirements": _("Facts are taken from prefetch and context only."),
            }
            for hook, words in told
        ]
    }


def answered(
    call: Call, engine: Engine, *, label: str, today: date, new_id: Iterator[UUID]
) -> Answered:
    """Return the cards for one call.

    Args:
        label: Name, version and mark of the content, told in every card's source.

    Raises:
        Misshapen: The context lacks what its hook requires, or an order is about somebody else.
        Unprepared: There is no patient, or an order cannot be read.
    """
    drafts = _drafts(call)
    person, resources = _sent(call)
    chart = _chart(_records([person, *resources]))
    facts = facts_of(chart, engine.library, today)
    found: dict[str, tuple[Card, dict[str, Any] | None]] = {}
    for asked, draft in _asked(call, drafts, facts, engine, person):
        for card in engine.evaluate(asked):
            found.setdefault(card.key + card.basis, (card, draft))
    listed = cache(lambda: _listed(person, resources, engine))
    whose = f"Patient/{call.context.get('patientId') or person.get('id') or ''}"
    cards: dict[str, Card] = {}
    told: list[dict[str, Any]] = []
    for card, draft in found.values():
        key = str(next(new_id))
        cards[key] = card
        about = Asked(patient=whose, draft=draft, listed=listed)
        told.append(_card(key, card, about, engine, label, new_id))
    reply: dict[str, Any] = {"cards": told}
    if unsent := _unsent(call):
        reply["extension"] = {"ronden.notSent": unsent}
    return Answered(reply=reply, cards=cards)


def _unsent(call: Call) -> list[str]:
    """Return what was asked for and did not come: no card about it does not mean that all is well."""
    return [
        key
        for key in _PREFETCH
        if not isinstance(value := call.prefetch.get(key), dict)
        or value.get("resourceType") == "OperationOutcome"
    ]


def _listed(
    person: dict[str, Any], resources: Iterable[dict[str, Any]], engine: Engine
) -> list[tuple[str, dict[str, Any]]]:
    """Return the medication orders that were sent, with what the rules call each."""
    found: list[tuple[str, dict[str, Any]]] = []
    for resource in resources:
        if resource.get("resourceType") == "MedicationRequest":
            states = _chart(_records([person, resource])).orders
            found += [(medication_of(state, engine.library).atc, resource) for state in states]
    return found


def _asked(
    call: Call,
    drafts: Iterable[dict[str, Any]],
    facts: Facts,
    engine: Engine,
    person: dict[str, Any],
) -> Iterator[tuple[Facts, dict[str, Any] | None]]:
    """Yield the facts with each order that is asked about; the chart itself for patient-view."""
    if call.hook == "patient-view":
        yield facts, None
        return
    for order in drafts:
        plain = {**order, "status": "active", "intent": "order"}
        bodies = [record.body for record in _records([person, plain])]
        orders = [body for body in bodies if isinstance(body, MedicationOrder)]
        if orders:
            new = ordered(orders[0], engine.library)
            yield msgspec.structs.replace(facts, hook=call.hook, new_order=new), order


def _drafts(call: Call) -> list[dict[str, Any]]:
    """Return the medication orders being selected or signed.

    Raises:
        Misshapen: There is no bundle of orders, the selections are no list, or an order is about
            another patient: silence would pass for safety.
    """
    if call.hook == "patient-view":
        return []
    orders, selections = call.context.get("draftOrders"), call.context.get("selections") or []
    if not isinstance(orders, dict) or orders.get("resourceType") != "Bundle":
        raise Misshapen("$.context.draftOrders")
    if not isinstance(selections, list):
        raise Misshapen("$.context.selections")
    found = list(_of_bundle(orders, "$.context.draftOrders.entry"))
    if any(_about_another(one, call) for one in found):
        raise Misshapen("$.context.draftOrders.entry.resource.subject")
    chosen = {str(one).rpartition("/")[2] for one in selections}
    everything = call.hook == "order-sign" or not chosen
    return [
        one
        for one in found
        if one.get("resourceType") == "MedicationRequest"
        and (everything or one.get("id") in chosen)
    ]


def _sent(call: Call) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the patient and everything else that was sent, orders being written left out.

    Raises:
        Misshapen: The call names no patient, or something that was sent is about another one.
        Unprepared: The patient was not sent.
    """
    if not isinstance(whose := call.context.get("patientId"), str) or not whose:
        raise Misshapen("$.context.patientId")
    sent = [
        one
        for key, value in call.prefetch.items()
        for one in _of_bundle(value, f"$.prefetch.{key}.entry")
    ]
    persons = [one for one in sent if one.get("resourceType") == "Patient"]
    if not persons:
        raise Unprepared
    if any(_about_another(one, call) for one in sent):
        raise Misshapen("$.prefetch")
    drafts = {one.get("id") for one in _of_bundle(call.context.get("draftOrders"), "$.context")}
    rest = [
        one for one in sent if one.get("resourceType") != "Patient" and one.get("id") not in drafts
    ]
    return persons[0], rest


def _about_another(resource: dict[str, Any], call: Call) -> bool:
    """Whether a resource says that it is about somebody else than the patient of the call."""
    whose = call.context.get("patientId")
    if resource.get("resourceType") == "Patient":
        return resource.get("id", whose) != whose
    about = resource.get("subject", resource.get("patient"))
    reference = about.get("reference") if isinstance(about, dict) else None
    if not isinstance(reference, str) or "Patient/" not in reference:
        return False
    return reference.partition("Patient/")[2].partition("/")[0] != whose


def _of_bundle(value: Any, place: str) -> Iterator[dict[str, Any]]:
    """Yield the resources in a bundle, or the one that is there.

    Raises:
        Misshapen: A bundle's entries are no list.
    """
    if not isinstance(value, dict):
        return
    if value.get("resourceType") != "Bundle":
        yield value
        return
    entries = value.get("entry") or []
    if not isinstance(entries, list):
        raise Misshapen(place)
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield resource


def _records(resources: Iterable[dict[str, Any]]) -> list[Record]:
    entries = [{"resource": resource} for resource in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    try:
        found = read_bundle("cds-hooks", json.dumps(bundle).encode(), importer=_IMPORTER)
    except BrokenDocument:
        raise Unprepared from None
    return [open_record(sealed) for batch in found.patients for sealed in batch.records]


def _chart(records: list[Record]) -> Chart:
    by_entity: dict[EntityId, list[Record]] = {}
    for record in records:
        by_entity.setdefault(record.entity, []).append(record)
    states = [entity_state(one) for one in by_entity.values()]
    bodies = [(state, state.current.body) for state in states if not state.voided]
    return Chart(
        person=next((body for _s, body in bodies if isinstance(body, Patient)), None),
        orders=tuple(order_state(s) for s in states if s.family == "medication_order"),
        diagnoses=tuple(body for _s, body in bodies if isinstance(body, Diagnosis)),
        attentions=tuple(body for _s, body in bodies if isinstance(body, Attention)),
        results=tuple(sorted(_results(bodies), key=lambda pair: -pair[0])),
    )


def _results(bodies: Iterable[tuple[Any, Any]]) -> Iterator[tuple[int, Observation]]:
    for state, body in bodies:
        if isinstance(body, Observation):
            at = millis_of(body.effective) if body.effective else state.current.written_at.millis
            yield at, body


def _card(
    key: str, card: Card, about: Asked, engine: Engine, label: str, new_id: Iterator[UUID]
) -> dict[str, Any]:
    lead = card.lead
    offers = suggested(card, engine.library)
    detail = [
        card.text,
        *dict.fromkeys(f"*{f.rule} {f.version}*: {f.source}" for f in card.findings),
    ]
    told: dict[str, Any] = {
        "uuid": key,
        "summary": _short(lead.text),
        "indicator": lead.severity,
        "detail": "\n\n".join(detail),
        "source": {
            "label": label,
            "topic": {"system": RULES, "code": f"{lead.rule}|{lead.version}", "display": card.key},
        },
        "overrideReasons": override_reasons(),
        "extension": {"ronden.interruptive": card.interruptive, "ronden.about": list(card.about)},
    }
    if offers:
        told["suggestions"] = [
            {"label": one.text, "uuid": str(next(new_id)), **_done(one, card, about, engine)}
            for one in offers
        ]
        told["selectionBehavior"] = "any"
    return told


def _done(one: Suggestion, card: Card, about: Asked, engine: Engine) -> dict[str, Any]:
    actions = actions_of(one, card, about, engine)
    return {"actions": actions} if actions else {}


def _short(text: str) -> str:
    """Return a summary under 140 characters, ended at a word."""
    if len(text) <= _LONGEST_SUMMARY:
        return text
    return text[: _LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def override_reasons() -> list[dict[str, str]]:
    """Return the coded reasons, the same as at a workstation."""
    return [
        {"code": code, "system": REASONS, "display": _(text)} for code, text in OVERRIDE_REASONS
    ]
