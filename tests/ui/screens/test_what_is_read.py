"""What must be read is on the screen: an answer's results, the ward at a glance, the patient's name."""

from __future__ import annotations

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from ui.screens.medication.state import MedicationState, actions_open, order_lines
from ui.screens.patients.presenter import PatientsPresenter
from ui.shell.answer_words import answer_paragraphs
from workstation.domain.observation import DiagnosticReport
from workstation.domain.values import Concept


def _answer(conclusion: str = "") -> DiagnosticReport:
    return DiagnosticReport(concept=Concept(text="Blodprover"), conclusion=conclusion)


async def test_an_answer_shows_its_results_and_its_conclusion(seat: Seat) -> None:
    results = (await seat.ward.cache.listed(KARIN, "observation"))[:6]
    assert results

    said = answer_paragraphs(_answer("Stas i regress."), results)

    text = "\n".join(f"{part.heading} {part.text}" for part in said)
    assert "Stas i regress." in text
    for listed in results:
        assert listed.row.title in text


def test_a_result_that_is_not_here_is_missed_aloud() -> None:
    said = answer_paragraphs(_answer(), [None])
    assert "1 resultat" in said[0].text


def test_an_answer_with_nothing_in_it_says_so() -> None:
    assert "varken resultat eller utlåtande" in answer_paragraphs(_answer(), [])[0].text


async def test_what_only_a_physician_may_do_is_not_offered_to_a_nurse(seat: Seat) -> None:
    listed = await seat.ward.cache.listed(KARIN, "medication_order", group="current")
    state = MedicationState(lines=order_lines(listed))
    for line in state.shown:
        assert set(actions_open(line, prescriber=False)) <= {"give", "chain"}

    await seat.logs_in("maja")
    await seat.opens("medication")

    assert "Ny ordination" not in seat.buttons()
    assert "Ny ordination" not in [hit.text for hit in seat.desk.menu._find("ordination")]


async def test_the_wards_list_says_why_somebody_is_here(seat: Seat) -> None:
    await seat.logs_in()
    seat.desk.show_place("patients")
    await seat.rests()

    presenter = seat.desk.places["patients"][1]
    assert isinstance(presenter, PatientsPresenter)
    standing = presenter.state.standing[KARIN]
    assert standing.reason or standing.responsible
    assert standing.warns


async def test_nothing_that_opens_over_the_window_covers_the_patients_name(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    frame = seat.desk.frame

    seat.desk.menu.palette.open()
    assert seat.desk.menu.palette.geometry().top() >= frame.banner.geometry().bottom()
    seat.desk.menu.palette.close_box()
    seat.desk.keys.toggle()
    assert seat.desk.keys.geometry().top() >= frame.banner.geometry().bottom()
