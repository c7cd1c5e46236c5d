"""A search says why it found somebody: the part that matches is marked, or named in words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_patient
from tests.ui.screens.conftest import Seat
from ui.screens.patients.matched import all_in, in_name, in_number, why
from ui.screens.patients.presenter import PatientsPresenter
from workstation.domain.patient import Patient


def _marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_the_letters_that_were_typed_are_marked_however_they_are_written() -> None:
    assert _marked("ÖSTLUND, Anna-Karin", in_name("ÖSTLUND, Anna-Karin", "ost ann")) == [
        "ÖST",
        "Ann",
    ]
    assert _marked("STRAß, Émile", in_name("STRAß, Émile", "strass em")) == ["STRAß", "Ém"]
    assert in_name("HOLM, Axel", "olm") == ()


def test_a_number_is_marked_with_its_century_or_without() -> None:
    number = "19410308-2386"
    assert _marked(number, in_number(number, "410308-23")) == ["410308-23"]
    assert _marked(number, in_number(number, "194103")) == ["194103"]
    assert in_number(number, "0308") == ()
    assert in_number(number, "ann") == ()


@given(st.text(max_size=30), st.text(max_size=12))
def test_a_mark_is_always_a_part_of_the_name(name: str, typed: str) -> None:
    for start, end in in_name(name, typed):
        assert 0 <= start < end <= len(name)


def test_what_is_not_shown_is_named() -> None:
    helene = Patient(family="Sundberg", given=("Helene", "Annika"), former_family="Ek")
    assert not all_in("SUNDBERG, Helene", "19660803-2384", "ann")
    assert "Helene Annika" in why(helene, "ann")
    assert "Ek" in why(helene, "ek")
    assert why(None, "ann")


async def test_somebody_found_by_a_name_that_is_not_shown_is_said_to_be(seat: Seat) -> None:
    await seat.logs_in()
    await seat.ward.put(
        a_patient(family="Sundberg", given=("Helene", "Annika"), preferred="Helene")
    )
    presenter = seat.desk.places["patients"][1]
    assert isinstance(presenter, PatientsPresenter)
    await presenter.searched("annik")
    (line,) = presenter.state.lines or ()
    assert "Helene Annika" in presenter.state.why[line.patient]
    await presenter.searched("sund")
    assert not presenter.state.why
