"""A laboratory's system as its own documents make it: orders fetched, answers and steps delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.builders import GRACE, LABORATORY, a_patient, a_referral
from tests.server.running import LAB_SYSTEM_AT, Caller, Running
from workstation.domain.kinds import entity_state, open_raw
from workstation.domain.observation import NPU, Observation
from workstation.domain.record import Record
from workstation.domain.referral import ReferralState, requisition_number
from workstation.domain.values import Coding, Concept
from workstation.server import schema
from workstation.server.store import orders
from workstation.server.systems import enrol_system

NUMBER = "191212121212"
POTASSIUM = "NPU03230"
_NUMBERS = "http://electronichealth.se/identifier/personnummer"


def an_order(okoro: Caller, *codes: str, **fields: Any) -> Record:
    """Return Dr Okoro's order of some analyses for Grace, sent to the laboratory."""
    asked = tuple(
        Concept(text=code, codings=(Coding(system=NPU, code=code),))
        for code in codes or (POTASSIUM,)
    )
    order = a_referral(
        to_unit=LABORATORY, requested=asked, owner=okoro.author.hsa_id, author=okoro.author,
        due="2027-01-01", **fields,
    )  # fmt: skip
    replies = okoro.writes(a_patient(author=okoro.author), order).outcomes
    assert {reply.verdict for reply in replies} == {"applied"}
    return order


def an_answer(
    order: Record | None,
    *values: tuple[str, str, str],
    status: str = "final",
    number: str = NUMBER,
    issued: str = "2026-11-20T10:00:00Z",
    conclusion: str = "",
    report: str = "L-1",
    requisition: str = "",
) -> dict[str, Any]:
    """Return a bundle: code, amount and unit of each value; one potassium of 4.1 by default."""
    about = requisition or (requisition_number(order.entity) if order else "0000000000X")
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": _NUMBERS, "value": number}],
    }
    based = [{"identifier": {"system": "urn:ronden:requisition", "value": about}}]
    found = [
        {
            "resourceType": "Observation",
            "id": f"o{n}",
            "identifier": [{"value": f"{report}-{code}"}],
            "status": status,
            "code": {"coding": [{"system": NPU, "code": code}], "text": code},
            "subject": {"reference": "Patient/p1"},
            "effectiveDateTime": "2026-11-20T08:00:00Z",
            "issued": issued,
            "valueQuantity": {"value": _Number(amount), "unit": unit},
        }
        for n, (code, amount, unit) in enumerate(values or ((POTASSIUM, "4.1", "mmol/L"),))
    ]
    told: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "identifier": [{"value": report}],
        "status": status,
        "code": {"text": "Kemlab"},
        "basedOn": based,
        "subject": {"reference": "Patient/p1"},
        "issued": issued,
        "result": [{"reference": f"Observation/{one['id']}"} for one in found],
    }
    if conclusion:
        told["conclusion"] = conclusion
    return {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": one} for one in (patient, told, *found)],
    }


class _Number(float):
    """A number as it is written."""

    def __new__(cls, text: str) -> _Number:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass(kw_only=True)
class Laboratory:
    """The laboratory's system at the server."""

    http: httpx.Client
    token: str

    @classmethod
    def at(cls, server: Running) -> Laboratory:
        token = server.do(enrol_system(server.core, LAB_SYSTEM_AT))
        return cls(http=server.http(), token=token)

    def send(self, document: dict[str, Any] | bytes, path: str = "/fhir") -> httpx.Response:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.http.post(path, content=body, headers={"authorization": f"Bearer {self.token}"})

    def delivers(self, document: dict[str, Any]) -> list[tuple[str, str]]:
        """Send; return status and reason of each answer."""
        reply = self.send(document)
        assert reply.status_code == 200, reply.text
        return [
            (entry["response"]["status"], _why(entry["response"]))
            for entry in reply.json()["entry"]
        ]

    def orders(self) -> list[dict[str, Any]]:
        reply = self.http.get(
            "/fhir/ServiceRequest", headers={"authorization": f"Bearer {self.token}"}
        )
        assert reply.status_code == 200, reply.text
        return [entry["resource"] for entry in reply.json()["entry"]]

    def tells(self, order: Record, step: str) -> int:
        """Tell a step; return the status."""
        task = {
            "resourceType": "Task",
            "status": "in-progress",
            "intent": "order",
            "focus": {"reference": f"ServiceRequest/{order.entity}"},
            "businessStatus": {"coding": [{"code": step}]},
        }
        return self.send(task, "/fhir/Task").status_code


def _why(response: dict[str, Any]) -> str:
    return str(response["outcome"]["issue"][0]["diagnostics"]) if "outcome" in response else ""


def the_report(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["entry"][1]["resource"]
    return found


def the_value(document: dict[str, Any], n: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = document["entry"][2 + n]["resource"]
    return found


def state_of(server: Running, order: Record) -> ReferralState:
    found = server.do(
        server.core.database.read(lambda c: orders.load(c, order.patient, order.entity))
    )
    referral: ReferralState = found.referral
    return referral


def values_of(server: Running, order: Record) -> list[Observation]:
    """Return the standing version of every value that names the order."""
    return [versions[-1] for versions in versions_of(server, order)]


def versions_of(server: Running, order: Record) -> list[list[Observation]]:
    """Return every version of each value that names the order, from the first to the standing one."""
    table = schema.entry
    rows = server.do(
        server.core.database.read(
            lambda c: c.execute(table.select().where(table.c.kind == "observation")).all()
        )
    )
    records = [open_raw(row.raw) for row in rows]
    mine = [r for r in records if isinstance(r.body, Observation) and r.body.order == order.entity]
    entities = dict.fromkeys(r.entity for r in mine)
    states = [entity_state(r for r in mine if r.entity == entity) for entity in entities]
    return [[v.body for v in s.line.versions if isinstance(v.body, Observation)] for s in states]


def waiting(server: Running) -> int:
    """Return how many answers wait in some unit's list."""
    table = schema.lab_answer
    rows = server.do(
        server.core.database.read(
            lambda c: c.execute(table.select().where(table.c.settled_at.is_(None))).all()
        )
    )
    return len(rows)


__all__ = [
    "GRACE",
    "NUMBER",
    "POTASSIUM",
    "Laboratory",
    "an_answer",
    "an_order",
    "state_of",
    "the_report",
    "the_value",
    "values_of",
    "waiting",
]
