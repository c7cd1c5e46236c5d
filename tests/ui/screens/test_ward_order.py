"""A ward's list stands as its rooms do, and its order tells nobody's hidden room."""

from __future__ import annotations

from tests.builders import an_id
from ui.shell.standing import by_room
from workstation.domain.ids import PatientId
from workstation.operations.ports import PatientLine


def _line(place: str, *, protected: bool = False) -> PatientLine:
    return PatientLine(
        patient=PatientId(an_id(f"{place}{protected}")),
        family="",
        given="",
        birth_date="",
        sex="",
        identity="",
        identity_system="",
        protected=protected,
        deceased=False,
        place=place,
        complete=True,
    )


def test_rooms_stand_by_their_number_and_who_has_none_last() -> None:
    places = ["Sal 16, säng 2", "", "Sal 2, säng 2", "Sal 1, säng 10", "Sal 1, säng 2", "Korridor"]
    stand = [line.place for line in by_room([_line(place) for place in places])]
    assert stand == [
        "Korridor",
        "Sal 1, säng 2",
        "Sal 1, säng 10",
        "Sal 2, säng 2",
        "Sal 16, säng 2",
        "",
    ]


def test_where_somebody_protected_stands_in_the_list_does_not_tell_the_room() -> None:
    hidden = _line("Sal 2, säng 1", protected=True)
    lines = [_line("Sal 1"), hidden, _line("Sal 3")]
    assert by_room(lines)[-1] is hidden
