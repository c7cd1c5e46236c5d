"""The rules beside an order, without a network: what they say, and why it is ordered anyway."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from ui.screens.medication.order_writer import begin_order
from ui.shell.workspace.form import Form
from workstation.domain.medication import ATC, Drug
from workstation.domain.values import Coding, Concept
from workstation.operations.ports import PatientLine
from workstation.operations.prescribe import prescribe
from workstation.tour import written
from workstation.tour.ledger import Ledger
from workstation.tour.seat import Seat, settle

_ORDER = {
    "drug": "ibuprofen",
    "form": "tablett",
    "strength": "400 mg",
    "dosage": "1+1+1 i 7 dagar",
    "route": "peroralt",
    "reason": "Artros",
}


async def warned(seat: Seat, patient: PatientLine, ledger: Ledger) -> None:
    """Order an NSAID beside warfarin at a workstation without contact; leave it unordered."""
    ledger.step("A dangerous order is written without the network")
    seat.line.is_up = False
    now = datetime.now(UTC)
    concept = Concept(text="warfarin", codings=(Coding(system=ATC, code="B01AA03"),))
    drug = Drug(
        name="warfarin", form="tablett", strength="2,5 mg", route="peroralt", concept=concept
    )
    order = msgspec.structs.replace(written.an_order(now), drug=drug)
    session = seat.session
    await prescribe(order, patient=patient.patient, records=session.records, desk=seat.desk)
    await seat.shows(patient, "medication")
    seat.shown.compose("order", patient, {**begin_order(now), **_ORDER})
    assert session.support is not None
    await session.support.prepare(patient.patient)
    seat.shown.workspace.refresh()
    await settle()
    form = _form(seat)
    stops = [card for card in form.cards if card.level == "stop"]
    ledger.check("the order beside warfarin interrupts before it is signed", bool(stops))
    ledger.check("what it rests on and its rule are told", bool(stops and stops[0].why))
    ledger.check("something better is offered", bool(stops and stops[0].suggestions))
    ledger.check("it is not signed without a reason", form.actions[-1].key == "reasons")
    await seat.picture(ledger.picture_path("warning", "What the rules say of an order"))
    draft = seat.shown.workspace.state.drafts[-1].id
    await seat.shown.workspace.discard(draft)
    seat.line.is_up = True


def _form(seat: Seat) -> Form:
    workspace = seat.shown.workspace
    return workspace.form_of(workspace.state.drafts[-1])
