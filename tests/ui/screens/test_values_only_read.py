"""Enter on a value in a record that may only be read is answered at once, and writes nothing."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import WARD, an_observation
from tests.karin import KARIN
from tests.ui.screens.test_presenters import a_shell, line_of
from tests.ward import Ward
from ui.screens.values.presenter import ValuesPresenter
from workstation.domain.values import Concept, Quantity


async def test_enter_on_a_value_that_may_only_be_read_says_so_at_once_and_acknowledges_nothing(
    ward: Ward,
) -> None:
    await ward.put(
        an_observation(
            concept=Concept(text="P-Prov"),
            category="laboratory",
            quantity=Quantity(value="6.4", unit="mmol/L"),
            answers_to_unit=WARD,
            patient=KARIN,
        )
    )
    asked: list[str] = []

    def not_now(_patient: object, what: str) -> bool:
        asked.append(what)
        return False

    free = a_shell(ward)
    for shell, more in ((replace(free, may_write=not_now), 0), (free, 1)):
        presenter = ValuesPresenter(render=lambda _state: None, shell=shell)
        await presenter.show_patient(await line_of(ward, KARIN))
        row = next(row for row in presenter.state.rows or () if row.name == "P-Prov")
        await presenter.chosen(row.code)
        before = len(await ward.cache.outbox(limit=1_000))

        await presenter.act("acknowledge")

        assert len(await ward.cache.outbox(limit=1_000)) == before + more
    assert asked == ["acknowledge"]
