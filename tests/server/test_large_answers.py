"""An answer of very many values is taken in piece by piece: others write in between, and it is whole."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, TypeVar

import msgspec
import pytest
from sqlalchemy import select

from sync.protocol.messages import PushRequest
from tests.builders import LABORATORY, a_patient, a_referral
from tests.server.conftest import Opened
from tests.server.laboratory import POTASSIUM, an_answer
from tests.server.running import LAB_SYSTEM, LAB_SYSTEM_AT, OKOROS_PEN, a_group, a_staff
from workstation.access.actor import Staff
from workstation.domain.kinds import open_raw
from workstation.domain.observation import NPU, DiagnosticReport, Observation
from workstation.domain.record import Record
from workstation.domain.referral import ReferralAnswer
from workstation.domain.results import Unmatched
from workstation.domain.values import Coding, Concept
from workstation.server import pushing, results, schema
from workstation.server.core import Core
from workstation.server.database import Busy, Database, Work
from workstation.server.store import audit

T = TypeVar("T")
MANY = 1_050
VALUES = [
    (POTASSIUM, "4.1", "mmol/L"),
    *((f"NPU{n}", "7", "1") for n in range(10_001, 10_000 + MANY)),
]
LABORATORYS = Staff(
    person=LAB_SYSTEM,
    assignment=LAB_SYSTEM_AT,
    unit=LABORATORY,
    provider=a_staff().provider,
    rights=frozenset({"lab_system"}),
    device="fhir",
)


async def an_order(core: Core) -> Record:
    asked = Concept(text=POTASSIUM, codings=(Coding(system=NPU, code=POTASSIUM),))
    order = a_referral(to_unit=LABORATORY, requested=(asked,), owner=a_staff().person)
    request = PushRequest(epoch="", groups=(a_group(a_patient(), order, pen=OKOROS_PEN),))
    reply = await pushing.push(core, a_staff(), request)
    assert {one.verdict for one in reply.outcomes} == {"applied"}
    return order


async def delivered(core: Core, document: dict[str, Any]) -> tuple[str, ...]:
    taken = await results.deliver(core, LABORATORYS, json.dumps(document).encode())
    return taken.whys


async def bodies(core: Core) -> list[Any]:
    """Return what the laboratory wrote, in the order of the record."""
    table = schema.entry
    query = select(table.c.raw).where(table.c.author == LAB_SYSTEM).order_by(table.c.rev)
    raws = await core.database.read(lambda c: c.execute(query).scalars().all())
    return [open_raw(raw).body for raw in raws]


async def pieces(core: Core) -> int:
    """Return how many times the laboratory is in the log as having written."""
    table = schema.audit
    query = select(table.c.event)
    raws = await core.database.read(lambda c: c.execute(query).scalars().all())
    return sum(msgspec.json.decode(raw, type=audit.Event).what == "results" for raw in raws)


async def test_thousands_of_values_come_in_pieces_and_are_one_answer(store: Opened) -> None:
    core = store.core
    document = an_answer(await an_order(core), *VALUES)

    assert await delivered(core, document) == ("",)

    assert await pieces(core) == 2  # nobody who writes waits longer than for one of them
    *values, report, answer = await bodies(core)
    assert Counter(map(type, values)) == {Observation: MANY}
    assert isinstance(report, DiagnosticReport)
    assert isinstance(answer, ReferralAnswer)
    assert len(set(report.results)) == MANY
    assert (answer.answer, answer.changes_meaning) == ("SSV", False)

    assert await delivered(core, document) == ("",)
    document["entry"][1]["resource"]["conclusion"] = "Allt som väntat."
    assert await delivered(core, document) == ("",)
    again = (await bodies(core))[MANY + 2 :]
    assert [type(body) for body in again] == [DiagnosticReport, ReferralAnswer]
    assert again[0].results == report.results


async def test_a_changed_value_among_thousands_is_told_as_a_change(store: Opened) -> None:
    core = store.core
    order = await an_order(core)
    assert await delivered(core, an_answer(order, *VALUES)) == ("",)
    changed = [*VALUES[:500], (VALUES[500][0], "8.5", "1"), *VALUES[501:]]

    assert await delivered(core, an_answer(order, *changed)) == ("",)

    value, *more = (await bodies(core))[MANY + 2 :]
    assert isinstance(value, Observation)
    assert value.quantity is not None
    assert value.quantity.value == "8.5"
    assert [body.changes_meaning for body in more if isinstance(body, ReferralAnswer)] == [True]
    assert not any(isinstance(body, Observation) for body in more)


class _Tired:
    """The database until it has written so often; then it takes no more."""

    def __init__(self, database: Database, writes: int) -> None:
        self._database, self._left = database, writes
        self.drains_in_transaction = database.drains_in_transaction
        self.read, self.peek, self.read_on = database.read, database.peek, database.read_on
        self.scrub, self.close = database.scrub, database.close

    async def write(self, work: Work[T]) -> T:
        if not self._left:
            raise Busy
        self._left -= 1
        return await self._database.write(work)


async def test_what_was_broken_off_is_listed_and_taken_in_when_it_comes_again(
    store: Opened,
) -> None:
    core = store.core
    document = an_answer(await an_order(core), *VALUES)
    tired = Core(
        database=_Tired(core.database, 3),  # the document, the first piece, its line of the log
        clock=core.clock,
        random=core.random,
        hub=core.hub,
        epoch=core.epoch,
    )
    with pytest.raises(Busy):
        await delivered(tired, document)
    query = select(schema.lab_answer.c.why)
    assert await core.database.read(lambda c: c.execute(query).scalars().all()) == [
        Unmatched.PENDING
    ]

    assert await delivered(core, document) == ("",)

    *values, report, answer = await bodies(core)
    assert Counter(map(type, values)) == {Observation: MANY}
    assert len(set(report.results)) == MANY
    assert answer.changes_meaning is False
