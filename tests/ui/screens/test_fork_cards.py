"""An order that two people changed apart: what the rules say of each side, before one is chosen."""

from __future__ import annotations

from tests.builders import a_medication_order
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from tests.ui.screens.test_support import cards, picture
from tests.ward import Ward
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.view import MedicationView
from workstation.domain.medication import Drug


async def test_the_cards_of_each_side_stand_before_the_choice(seat: Seat, ward: Ward) -> None:
    ibuprofen = Drug(name="ibuprofen", form="tablett", strength="400 mg", route="peroralt")
    await ward.put(a_medication_order(patient=KARIN, drug=ibuprofen))
    await seat.logs_in()
    await seat.opens("medication")
    view, presenter = seat.view("medication"), seat.desk.chart["medication"][1]
    assert isinstance(view, MedicationView)
    assert isinstance(presenter, MedicationPresenter)
    line = next(line for line in presenter.state.shown if line.order.undecided)
    view.chosen.emit(str(line.id))
    await seat.presses("Avgör")
    picture(seat, "fork-cards")
    said = cards(seat)
    assert any(text.startswith("Stopp: B: Blödning") for text in said), said
    assert not any("A: Blödning" in text for text in said)
    assert any(text.split(": ", 1)[1].startswith("A") for text in said), "A is told of too"
    workspace = seat.desk.workspace
    form = workspace.form_of(workspace.state.drafts[0])
    assert form.cards_before == "chosen"
    assert all(not card.suggestions for card in form.cards)
