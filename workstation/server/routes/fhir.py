"""FHIR R4 for laboratories: their orders out, their answers and steps in.

| route                     | takes                                   | gives                          |
|---------------------------|-----------------------------------------|--------------------------------|
| GET /fhir/metadata        | –                                       | CapabilityStatement            |
| GET /fhir/ServiceRequest  | ?performer=HSA&after=ms                 | searchset: orders and patients |
| POST /fhir                | Bundle of DiagnosticReport, Observation | batch-response                 |
| POST /fhir/DiagnosticReport, /fhir/Observation | one, with what it contains | batch-response          |
| POST /fhir/Task           | a step: focus, businessStatus           | OperationOutcome               |

An answer that matches no order is kept and listed for a person; its entry says 202 and why.
"""

from __future__ import annotations

from typing import Any, get_args

from litestar import Response, Router, get, post
from litestar.datastructures import State

from workstation.access.actor import Staff
from workstation.access.policy import Action
from workstation.domain.referral import Event
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import read_document
from workstation.interop.fhir.writing import fhir_bytes, to_fhir
from workstation.server import ordering, results
from workstation.server.guard import actor_in, needs
from workstation.server.ordering import Told
from workstation.server.results import Taken
from workstation.server.routes.documented import documented
from workstation.server.wire import AnyRequest, BadBody, read_bytes, read_plain

FHIR = "application/fhir+json"
_STEPS = frozenset(get_args(Event))
_MOST_TASK_BYTES = 64 * 1024


@get("/metadata", opt=needs(Action.SEE_STATUS), **documented("fhir_metadata"))
async def metadata() -> Response[bytes]:
    create = [{"code": "create"}]
    statement = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "interaction": [{"code": "batch"}],
                "resource": [
                    {"type": "ServiceRequest", "interaction": [{"code": "search-type"}]},
                    {"type": "DiagnosticReport", "interaction": create},
                    {"type": "Observation", "interaction": create},
                    {"type": "Task", "interaction": create},
                ],
            }
        ],
    }
    return _answer(statement, 200)


@get(
    "/ServiceRequest",
    opt=needs(Action.FETCH_ORDERS),
    **documented("fhir_orders"),
)
async def orders(request: AnyRequest, state: State) -> Response[bytes]:
    after = request.query_params.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 15:
        raise BadBody("after")
    actor = actor_in(request)
    own = actor.unit if isinstance(actor, Staff) else ""
    performer = request.query_params.get("performer", own)
    found = await ordering.orders_for(state.core, actor, performer, after=int(after))
    entries: list[dict[str, Any]] = []
    patients: dict[str, dict[str, Any]] = {}
    for one in found.orders:
        entries.append({"resource": to_fhir(one.order.state), "search": {"mode": "match"}})
        if one.patient is not None and one.patient.family == "patient":
            patients[str(one.order.patient)] = to_fhir(one.patient)
    entries += [{"resource": p, "search": {"mode": "include"}} for p in patients.values()]
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [
            {"relation": "next", "url": f"ServiceRequest?performer={performer}&after={found.after}"}
        ],
        "entry": entries,
    }
    return _answer(bundle, 200)


@post("/", status_code=200, opt=needs(Action.DELIVER_RESULTS), **documented("fhir_batch"))
async def batch(request: AnyRequest, state: State) -> Response[bytes]:
    return await _deliver(request, state)


@post(
    "/DiagnosticReport",
    status_code=200,
    opt=needs(Action.DELIVER_RESULTS),
    **documented("fhir_report"),
)
async def report(request: AnyRequest, state: State) -> Response[bytes]:
    return await _deliver(request, state)


@post(
    "/Observation",
    status_code=200,
    opt=needs(Action.DELIVER_RESULTS),
    **documented("fhir_observation"),
)
async def observation(request: AnyRequest, state: State) -> Response[bytes]:
    return await _deliver(request, state)


async def _deliver(request: AnyRequest, state: State) -> Response[bytes]:
    data = await read_plain(request, most=results.MOST_BYTES)
    taken = await results.deliver(state.core, actor_in(request), data)
    if taken.place:
        return _answer(_outcome("error", "structure", taken.place), 422)
    entries = [_entry(why, taken) for why in taken.whys]
    return _answer({"resourceType": "Bundle", "type": "batch-response", "entry": entries}, 200)


def _entry(why: str, taken: Taken) -> dict[str, Any]:
    if why:
        told = _outcome("warning", "processing", why)
        return {"response": {"status": "202 Accepted", "outcome": told}}
    return {"response": {"status": "200 OK" if taken.known else "201 Created"}}


@post("/Task", status_code=200, opt=needs(Action.DELIVER_RESULTS), **documented("fhir_task"))
async def task(request: AnyRequest, state: State) -> Response[bytes]:
    told = _told(await read_bytes(request, most=_MOST_TASK_BYTES))
    refusal = await ordering.tell(state.core, actor_in(request), told)
    if refusal:
        status = 404 if refusal == "unknown_order" else 409
        return _answer(_outcome("error", "business-rule", refusal), status)
    return _answer(_outcome("information", "informational", "stored"), 200)


def _told(data: bytes) -> Told:
    """Read a Task. Raises BadBody: it is none, or names no step of ours."""
    try:
        resource = read_document(data).resources[0]
        node = Node(resource.value, resource.path)
        focus = node.child("focus")
        status = node.child("businessStatus")
        codings = status.children("coding") if status is not None else ()
        step = next((c.text("code") for c in codings if c.text("code") in _STEPS), "")
        reason = node.child("statusReason")
        period = node.child("executionPeriod")
        order = focus.text("reference").rpartition("/")[2] if focus is not None else ""
        if not step or not order:
            raise BadBody("businessStatus" if order else "focus")
        return Told(
            order=order,
            step=step,
            reason=reason.text("text") if reason is not None else "",
            booked_for=period.when("start") if period is not None else None,
        )
    except (Fault, IndexError) as error:
        raise BadBody(error.path if isinstance(error, Fault) else "") from None


def _outcome(severity: str, code: str, why: str) -> dict[str, Any]:
    issue = {"severity": severity, "code": code, "diagnostics": why}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _answer(resource: dict[str, Any], status: int) -> Response[bytes]:
    return Response(fhir_bytes(resource), status_code=status, media_type=FHIR)


router = Router("/fhir", route_handlers=[metadata, orders, batch, report, observation, task])
