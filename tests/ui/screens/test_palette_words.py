"""What Ctrl+K offers can be told apart by its words alone."""

from __future__ import annotations

from tests.ui.screens.conftest import Seat


async def test_no_two_commands_are_called_the_same(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")

    said = [hit.text for hit in seat.desk.menu._find("") if hit.group == "Kommandon"]

    assert "Epikris" in said
    assert "Formulär: Epikris" in said
    assert sorted(said) == sorted(set(said))
