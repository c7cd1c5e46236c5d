"""Results in the real window: critical first, corrected as both, normal ones together after a summary."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import GRACE, WARD, a_patient, an_observation
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from tests.ward import Ward
from ui.screens.work.presenter import WorkPresenter
from ui.screens.work.view import WorkView, together_form
from workstation.domain.observation import ReferenceRange
from workstation.domain.record import Record
from workstation.domain.values import Concept, Quantity
from workstation.operations.acknowledge_normal import (
    acknowledge_normal,
    is_normal,
    normal_of,
)

ANNA = "SE2321000016-P001"


def a_result(value: str = "140", flag: str = "", **fields: Any) -> Record:
    reference = ReferenceRange(
        low=Quantity(value="117", unit="g/L"), high=Quantity(value="153", unit="g/L")
    )
    content: dict[str, Any] = {
        "concept": Concept(text="B-Hemoglobin"),
        "category": "laboratory",
        "quantity": Quantity(value=value, unit="g/L"),
        "reference": reference,
        "interpretation": flag,
        "answers_to": ANNA,
        "answers_to_unit": WARD,
        "patient": KARIN,
    }
    return an_observation(**(content | fields))


class Results:
    """Dr Lind at the work list."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        view, presenter = seat.desk.places["work"]
        assert isinstance(view, WorkView)
        assert isinstance(presenter, WorkPresenter)
        self.view, self.presenter = view, presenter

    async def shows(self, *records: Record) -> None:
        await self.seat.ward.put(*records)
        self.seat.desk.show_place("work")
        await self.seat.rests()

    async def is_acknowledged(self, record: Record) -> bool:
        listed = await self.seat.ward.cache.entity(record.patient, record.entity)
        assert listed is not None
        return listed.state.acknowledged(listed.state.current.id) is not None


@pytest.fixture
async def results(seat: Seat) -> Results:
    await seat.logs_in()
    return Results(seat)


async def test_normal_results_are_acknowledged_together_only_after_their_summary(
    results: Results,
) -> None:
    normal, other = a_result(), a_result("130")
    abnormal, critical = a_result("104", "L"), a_result("60", "LL")
    await results.shows(normal, other, abnormal, critical)
    together = {line.entity for line in results.presenter.state.together}
    assert {normal.entity, other.entity} <= together
    assert not {abnormal.entity, critical.entity} & together

    count = len(together)
    await results.seat.presses(f"Vidimera {count} normala svar")
    _form, content = together_form(results.presenter.state)
    assert "B-Hemoglobin 140\u00a0g/L (117–153)" in content["p0"].split("\n")
    assert not await results.is_acknowledged(normal)
    await results.seat.presses(f"Vidimera {count}")

    assert await results.is_acknowledged(normal)
    assert await results.is_acknowledged(other)
    assert not await results.is_acknowledged(abnormal)
    assert not await results.is_acknowledged(critical)


async def test_critical_results_stand_first(results: Results) -> None:
    await results.shows(a_result(), a_result("60", "LL"))
    groups = results.presenter.state.groups
    assert groups is not None
    assert groups[0][0] == "critical"


async def test_a_corrected_result_is_read_as_both_and_never_closed_by_one_key(
    results: Results,
) -> None:
    first = a_result("140")
    corrected = a_result("104", "L", entity=first.entity, bases=(first.id,), status="corrected")
    await results.shows(first, corrected)

    state = results.presenter.state
    line = next(line for line in state.lines if line.entity == first.entity)
    assert state.may_acknowledge(f"{line.reason}:{line.entity}") is None
    rows = results.view.table._shown or ()  # noqa: SLF001  what is drawn
    said = " ".join(cell.spoken() for row in rows for cell in getattr(row, "cells", ()))
    assert "rättat: var 140 g/L, är 104 g/L ↓" in said.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("record", "normal"),
    [
        (a_result(), True),
        (a_result(flag="N"), True),
        (a_result("153"), True),
        (a_result("153.1"), False),
        (a_result(flag="H"), False),
        (a_result(status="preliminary"), False),
        (a_result(reference=None), False),
        (a_result(reference=None, flag="N"), True),
        (a_result(quantity=Quantity(value="140", unit="g/L", comparator=">")), False),
        (a_result(quantity=Quantity(value="14", unit="g/dL")), False),
        (a_result(quantity=None, text="växt av E. coli"), False),
    ],
)
async def test_only_what_is_known_to_be_normal_is(ward: Ward, record: Record, normal: bool) -> None:
    await ward.put(record)
    assert is_normal((await ward.entity(record)).state) is normal


async def test_what_changed_after_the_summary_was_read_is_left(ward: Ward) -> None:
    await ward.put(a_patient())
    first, second = a_result(patient=GRACE), a_result(patient=GRACE)
    await ward.put(first, second)
    wanted = [normal_of(GRACE, (await ward.entity(r)).state) for r in (first, second)]
    await ward.put(a_result("90", "L", patient=GRACE, entity=first.entity, bases=(first.id,)))

    written, left = await acknowledge_normal(wanted, records=ward.cache, desk=ward.desk())

    assert [record.entity for record in written] == [second.entity]
    assert [one.entity for one in left] == [first.entity]
