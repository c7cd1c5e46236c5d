"""The loop closes: a laboratory in a process of its own answers the order, and somebody takes responsibility."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workstation.app.laboratory_process import LaboratoryProcess
from workstation.domain.ids import EntityId
from workstation.domain.observation import Observation
from workstation.domain.record import Record
from workstation.domain.referral import ReferralAnswer, ReferralState, referral_state
from workstation.operations.acknowledge import acknowledge
from workstation.operations.ports import Listed, PatientLine
from workstation.operations.writing import heads_of
from workstation.tour.ledger import Ledger
from workstation.tour.patient_page import PatientPage
from workstation.tour.seat import Condition, Seat, came, settle

_FLAGS = frozenset({"N", "L", "H", "LL", "HH"})
_WAITS = frozenset({"acknowledge", "critical"})


@dataclass(frozen=True, kw_only=True, repr=False)
class Ordered:
    """An order that was sent from ``a``, and who follows what becomes of it."""

    order: Record
    patient: PatientLine
    a: Seat
    b: Seat
    page: PatientPage | None
    ledger: Ledger


async def answered(ordered: Ordered, *, url: str, folder: Path, tokens: Sequence[str]) -> None:
    """Let the simulated laboratory answer the order; acknowledge; see what the patient sees."""
    ordered.ledger.step("The laboratory, a process that speaks FHIR, answers the order")
    laboratory = LaboratoryProcess(url=url, folder=folder)
    laboratory.start(tokens)
    try:
        await _answers_come(ordered)
    finally:
        laboratory.stop()
    await _acknowledged(ordered)
    await _on_the_page(ordered)


async def _answers_come(ordered: Ordered) -> None:
    ledger, a = ordered.ledger, ordered.a
    final = await came(_answered(ordered, a, "SSV"))
    ledger.check("the final answer comes to who ordered", final)
    steps = [taken.step for taken in (await _state(ordered, a)).taken]
    told = ["BEK", "PSV", "SSV"]
    ledger.check("received, preliminary and final are in its line of events", steps[1:] == told)
    values = await _values(ordered, a)
    ledger.check("every analysis that was ordered has its value", len(values) == 2)
    flagged = all(body.interpretation in _FLAGS for _one, body in values)
    ledger.check("every value is flagged against its reference range", bool(values) and flagged)
    waiting = await _waiting(ordered, a)
    wanted = {ordered.order.entity, *(one.state.id for one, _body in values)}
    ledger.check("answer and values wait for who ordered, to be acknowledged", wanted <= waiting)
    await a.shows(ordered.patient, "referrals", ordered.order.entity)
    await a.picture(ledger.picture_path("answer", "The laboratory's answer, not yet acknowledged"))


async def _acknowledged(ordered: Ordered) -> None:
    ledger, a = ordered.ledger, ordered.a
    patient, records = ordered.patient.patient, a.session.records
    entities = [one.state.id for one, _body in await _values(ordered, a)]
    for entity in (*entities, ordered.order.entity):
        state = await a.state(patient, entity)
        assert state is not None
        await acknowledge(
            patient=patient, entity=entity, seen=heads_of(state), records=records, desk=a.desk
        )
    ledger.check("the order is closed", (await _state(ordered, a)).closed)
    left = {*entities, ordered.order.entity} & await _waiting(ordered, a)
    ledger.check("nothing of it waits any more", not left)

    async def closed_at_b() -> bool:
        return (await _state(ordered, ordered.b)).closed

    ledger.check("workstation b sees that it is acknowledged", await came(closed_at_b))


async def _on_the_page(ordered: Ordered) -> None:
    page, ledger = ordered.page, ordered.ledger
    answers = (await _state(ordered, ordered.a)).answers
    text = next((a.body.text for a in answers if isinstance(a.body, ReferralAnswer)), "")
    line = text.splitlines()[0] if text else ""

    async def says() -> bool:
        if page is None or not line:
            return False
        return line in await asyncio.to_thread(page.text, "referrals")

    ledger.check("the patient reads the answer on their own page", await came(says))
    if page is not None:
        path = ledger.picture_path("page-answer", "The answer on the patient's own page")
        await asyncio.to_thread(page.picture, "referrals", path)
        await settle()


def _answered(ordered: Ordered, seat: Seat, answer: str) -> Condition:
    async def so() -> bool:
        answers = (await _state(ordered, seat)).answers
        return any(isinstance(a.body, ReferralAnswer) and a.body.answer == answer for a in answers)

    return so


async def _state(ordered: Ordered, seat: Seat) -> ReferralState:
    state = await seat.state(ordered.patient.patient, ordered.order.entity)
    assert state is not None
    return referral_state(state)


async def _values(ordered: Ordered, seat: Seat) -> list[tuple[Listed, Observation]]:
    found = await seat.listed(ordered.patient.patient, "observation")
    bodies = [(one, one.state.current.body) for one in found]
    order = ordered.order.entity
    return [(one, b) for one, b in bodies if isinstance(b, Observation) and b.order == order]


async def _waiting(ordered: Ordered, seat: Seat) -> set[EntityId]:
    author = seat.desk.author
    lines = await seat.session.records.work(unit=author.unit, person=author.hsa_id, limit=1000)
    return {line.entity for line in lines if line.reason in _WAITS}
