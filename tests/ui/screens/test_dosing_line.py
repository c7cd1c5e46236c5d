"""A dosing line that says when and not how much: taken, shown back in words, and asked for the rest."""

from __future__ import annotations

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from ui.kit.field import Field
from ui.screens.medication.order_writer import begin_order
from ui.shell.workspace.formview import FormView
from workstation.domain.dosage import dosage_words
from workstation.domain.medication import order_state

_ORDER = {
    "drug": "paracetamolin",
    "form": "tablett",
    "strength": "500 mg",
    "route": "peroralt",
    "reason": "Smärta",
    "follow_up": "2026-12-01",
}


async def test_how_much_is_asked_right_there_and_nothing_is_signed_without_it(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    cache = seat.ward.cache
    line = await cache.patient(KARIN)
    assert line is not None
    before = {one.state.id for one in await cache.listed(KARIN, "medication_order")}
    seat.desk.compose("order", line, {**begin_order(seat.desk.session.clock.now()), **_ORDER})
    await seat.rests()
    draft = seat.draft
    assert "amount" not in draft.texts()

    draft.set_text("dosage", "vid behov högst 4/dygn")
    assert _said(draft) == "DOS Mängd ej angiven, vid behov, högst 4 tabletter per dygn"
    keys = list(draft.texts())
    assert keys[keys.index("dosage") + 1] == "amount", "Tab goes there"
    await seat.presses("Signera ordination")
    assert {one.state.id for one in await cache.listed(KARIN, "medication_order")} == before
    asked = seat.window.focusWidget()
    assert asked is not None
    assert asked.accessibleName() == "Hur mycket åt gången?"
    assert draft.texts()["dosage"] == "vid behov högst 4/dygn"

    draft.set_text("amount", "1x2")
    assert _said(draft).startswith("DOS Mängd ej angiven")
    draft.set_text("amount", "1-2")
    assert _said(draft) == "DOS 1–2 tabletter vid behov, högst 4 tabletter per dygn"
    await seat.presses("Signera ordination")
    found = await cache.listed(KARIN, "medication_order")
    order = order_state(next(one.state for one in found if one.state.id not in before))
    dosage = order.effective.content.dosage
    assert dosage is not None
    assert dosage.text == "1-2 vid behov högst 4/dygn"
    assert dosage_words(dosage) == "1–2 tabletter vid behov, högst 4 tabletter per dygn"


async def test_a_rate_is_refused_with_what_to_write_instead_at_the_line_itself(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    line = await seat.ward.cache.patient(KARIN)
    assert line is not None
    order = {**_ORDER, "dosage": "100 mL/h"}
    seat.desk.compose("order", line, {**begin_order(seat.desk.session.clock.now()), **order})
    await seat.rests()
    await seat.presses("Signera ordination")

    field = seat.draft._fields["dosage"].input.widget
    assert isinstance(field, Field)
    assert field.problem() == "En hastighet skrivs så: 100 ml varje timme."


def _said(draft: FormView) -> str:
    said = draft._fields["dosage"]._said
    assert said is not None
    return " ".join("".join(run.text for run in line) for line in said.lines())
