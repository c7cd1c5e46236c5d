"""Which guidelines concern the open patient, and why: with facts and days, and of nobody else."""

from __future__ import annotations

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from tests.ui.screens.test_support import picture
from tests.ward import Ward
from ui.kit.cell import Group
from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.guidelines.reading import page_of
from ui.screens.guidelines.rows import rows_of
from ui.screens.overview.presenter import OverviewPresenter
from ui.screens.overview.view import OverviewView
from workstation.operations.concerning import guidelines_about


async def test_the_place_begins_with_what_concerns_the_open_patient_and_says_why(
    seat: Seat,
) -> None:
    await seat.logs_in()
    await seat.opens("overview")
    seat.desk.show_place("guidelines")
    await seat.rests()
    presenter = seat.desk.places["guidelines"][1]
    assert isinstance(presenter, GuidelinesPresenter)
    groups = [row.title for row in rows_of(presenter.state) if isinstance(row, Group)]
    assert groups == ["Gäller för den öppna patienten", "Övriga riktlinjer"]
    assert presenter.state.whose.startswith("Öppen journal: ANDERSSON, Karin")
    about = {one.guideline: one.why for one in presenter.state.concerning}
    assert any(
        "I48.9" in fact and "sedan 2019-02-11" in fact for fact in about["rmr.formaksflimmer"]
    )
    presenter.chosen("rmr.formaksflimmer")
    picture(seat, "concerning")
    parts = [part.text for part in page_of(presenter.state)]
    assert "Gäller för den här patienten därför att" in parts
    assert any("I48.9" in text for text in parts)
    assert "rmr.faryngotonsillit" not in about


async def test_nobodys_facts_stand_there_while_no_record_is_open(seat: Seat) -> None:
    await seat.logs_in()
    seat.desk.show_place("guidelines")
    await seat.rests()
    presenter = seat.desk.places["guidelines"][1]
    assert isinstance(presenter, GuidelinesPresenter)
    assert presenter.state.concerning == ()
    assert not any(isinstance(row, Group) for row in rows_of(presenter.state))


async def test_the_overview_names_them_and_one_key_opens_one(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("overview")
    view, presenter = seat.view("overview"), seat.desk.chart["overview"][1]
    assert isinstance(view, OverviewView)
    assert isinstance(presenter, OverviewPresenter)
    first = presenter.state.guidelines[0]
    assert first.why
    view._open(f"guideline:{first.guideline}")
    await seat.rests()
    assert seat.desk.place == "guidelines"


async def test_what_is_refuted_of_a_relative_or_stopped_makes_no_guideline_concern_anybody(
    ward: Ward,
) -> None:
    session = ward.session()
    support, guidance = session.support, session.guidance
    assert support is not None
    assert guidance is not None
    known = await support.prepare(KARIN)
    facts = support.facts(KARIN)
    assert facts is not None
    found = guidelines_about(guidance.guidelines(), known, facts, None)
    said = " ".join(fact for one in found for fact in one.why)
    stopped = [o for _e, o in known.orders if not o.current and o.effective.content.drug]
    assert stopped
    for order in stopped:
        assert order.effective.content.drug is not None
        assert order.effective.content.drug.name.lower() not in said.lower()
