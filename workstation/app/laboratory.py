"""A SIMULATED laboratory and imaging department: for demonstration, practice and tests only.

It is a process of its own that knows nothing but FHIR over HTTP: it fetches the orders sent to it,
tells that they have been received, and answers them with invented values, a preliminary answer
before the final one. The same order always gets the same values. Nothing it says is about anybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx

from workstation.domain.observation import NPU
from workstation.domain.texts import _

Json = dict[str, Any]
_IMAGING = "imaging"

_NORMAL: dict[str, tuple[str, float, float, str]] = {
    "NPU03230": ("P-Kalium", 3.5, 4.6, "mmol/L"),
    "NPU03429": ("P-Natrium", 137, 145, "mmol/L"),
    "NPU28309": ("B-Hemoglobin", 117, 170, "g/L"),
    "NPU04998": ("P-Kreatinin", 45, 105, "umol/L"),
    "NPU02192": ("P-Glukos", 4.0, 6.0, "mmol/L"),
    "NPU19748": ("P-CRP", 0, 5, "mg/L"),
    "NPU02593": ("B-Leukocyter", 3.5, 8.8, "10*9/L"),
    "NPU03568": ("B-Trombocyter", 145, 387, "10*9/L"),
    "NPU03577": ("P-TSH", 0.4, 4.0, "mIU/L"),
    "NPU27300": ("B-HbA1c", 27, 46, "mmol/mol"),
}
"""NPU code to name, reference range and unit."""
_SAID = {
    "preliminary": "SIMULERAT SVAR. Preliminärt: undersökningen är utförd, granskning pågår.",
    "final": "SIMULERAT SVAR. Ingen påvisbar patologi.",
    "abnormal": "SIMULERAT SVAR. Avvikande fynd: 8 mm stor förändring, uppföljning rekommenderas.",
}


@dataclass(kw_only=True)
class Department:
    """Decides what to send for each order it has seen. No I/O.

    ``stages``: of each order, what is left to do, first things first; each is done by one round.
    """

    stages: dict[str, list[str]] = field(default_factory=dict)

    def sees(self, orders: Iterable[Json]) -> None:
        """Learn of orders; those known go on as they were."""
        for order in orders:
            imaging = _type_of(order) == _IMAGING
            way = ["BEK", "performed", "preliminary", "final"]
            self.stages.setdefault(str(order["id"]), way if imaging else ["BEK", *way[2:]])

    def next_of(self, order: Json) -> tuple[str, Json] | None:
        """Return the path and the document to send next for an order, or None when all is done."""
        left = self.stages.get(str(order["id"]), [])
        if not left:
            return None
        stage = left[0]
        if stage in ("preliminary", "final"):
            return "/fhir", answer_to(order, stage)
        return "/fhir/Task", _task(order, stage)

    def done(self, order: Json) -> None:
        """The first thing left has been received by the server."""
        self.stages[str(order["id"])].pop(0)


def answer_to(order: Json, status: str) -> Json:
    """Return a bundle that answers an order: invented values, the same for the same order."""
    requisition = [i for i in order.get("identifier", ()) if "value" in i]
    about = {
        "basedOn": [{"reference": f"ServiceRequest/{order['id']}", "identifier": requisition[0]}]
        if requisition
        else [{"reference": f"ServiceRequest/{order['id']}"}],
        "subject": order["subject"],
        "status": status,
    }
    asked = [order.get("code"), *order.get("orderDetail", ())]
    found = []
    if _type_of(order) != _IMAGING:
        found = [_value(order, n, one, about) for n, one in enumerate(asked) if one]
    report: Json = {
        "resourceType": "DiagnosticReport",
        "id": "report",
        "identifier": [{"value": f"SIM-{order['id']}"}],
        "code": order.get("code") or {"text": "Svar"},
        "result": [{"reference": f"Observation/{one['id']}"} for one in found],
        **about,
    }
    if not found:
        grave = _chance(order, "finding") < 0.2
        report["conclusion"] = _SAID["abnormal" if grave and status == "final" else status]
    entries = [{"resource": one} for one in (report, *found)]
    return {"resourceType": "Bundle", "type": "batch", "entry": entries}


def _value(order: Json, n: int, asked: Json, about: Json) -> Json:
    codes = [c.get("code", "") for c in asked.get("coding", ()) if c.get("system") == NPU]
    code = codes[0] if codes else ""
    body: Json = {
        "resourceType": "Observation",
        "id": f"value-{n}",
        "identifier": [{"value": f"SIM-{order['id']}-{n}"}],
        "code": asked,
        "effectiveDateTime": order["authoredOn"],
        **about,
    }
    known = _NORMAL.get(code)
    if known is None:
        return body | {"valueString": "SIMULERAT: inget anmärkningsvärt"}
    name, low, high, unit = known
    amount = low + (high - low) * _chance(order, f"value {n}")
    if _chance(order, f"strange {n}") < 0.15:
        amount = high * (1.2 + _chance(order, f"how strange {n}"))
    return body | {
        "code": {**asked, "text": asked.get("text") or name},
        "valueQuantity": _quantity(amount, unit),
        "referenceRange": [{"low": _quantity(low, unit), "high": _quantity(high, unit)}],
    }


def _quantity(amount: float, unit: str) -> Json:
    return {"value": round(amount, 0 if amount >= 100 else 1), "unit": unit}


def _chance(order: Json, what: str) -> float:
    """Return a number from 0 to 1 that is the same every time for the same order."""
    digest = sha256(f"{order['id']} {what}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _type_of(order: Json) -> str:
    return next((str(c["text"]) for c in order.get("category", ()) if "text" in c), "")


def _task(order: Json, step: str) -> Json:
    return {
        "resourceType": "Task",
        "status": "in-progress",
        "intent": "order",
        "focus": {"reference": f"ServiceRequest/{order['id']}"},
        "businessStatus": {"coding": [{"code": step}]},
    }


@dataclass(kw_only=True)
class Counter:
    """One department at one server. ``token`` is the system's own."""

    http: httpx.AsyncClient
    token: str
    department: Department = field(default_factory=Department)
    orders: dict[str, Json] = field(default_factory=dict)
    _after: int = 0

    async def round(self) -> int:
        """Fetch what is new and do the next thing for every order; return how much was sent.

        Raises:
            httpx.HTTPError: The server does not answer; the next round goes on from here.
        """
        await self._fetch()
        sent = 0
        for order in tuple(self.orders.values()):
            thing = self.department.next_of(order)
            if thing is None:
                del self.orders[str(order["id"])]
                continue
            path, document = thing
            reply = await self.http.post(path, content=json.dumps(document), headers=self._who())
            if reply.status_code >= 500:
                break
            self.department.done(order)  # refused is done as well: somebody else took the step
            sent += 1
        return sent

    async def _fetch(self) -> None:
        asked = {"after": str(self._after)}
        reply = await self.http.get("/fhir/ServiceRequest", params=asked, headers=self._who())
        reply.raise_for_status()
        bundle = reply.json()
        found = [e["resource"] for e in bundle["entry"]]
        new = [r for r in found if r["resourceType"] == "ServiceRequest"]
        self.department.sees(new)
        self.orders.update({str(order["id"]): order for order in new})
        query = urlsplit(bundle["link"][0]["url"]).query
        self._after = int(dict(part.split("=") for part in query.split("&"))["after"])

    def _who(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


async def run(
    url: str,
    tokens: Sequence[str],
    *,
    pause: Callable[[], Any],
    rounds: int | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> int:
    """Serve every department until told to stop; return how many documents were sent.

    Args:
        pause: Awaited between rounds. ``rounds`` None: for ever.
    """
    total, unheard = 0, False
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        counters = [Counter(http=http, token=token) for token in tokens]
        while rounds is None or rounds > 0:
            try:
                for counter in counters:
                    total += await counter.round()
                unheard = False
            except httpx.HTTPError:
                if not unheard:
                    say(_("The server does not answer; trying again."))
                unheard = True
            rounds = None if rounds is None else rounds - 1
            await pause()
    return total


__all__ = ["Counter", "Department", "answer_to", "run"]
