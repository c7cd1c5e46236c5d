"""What others have written since one last looked stands first; one's own is not news."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from local_cache.person import PersonFile
from tests.builders import a_note, an_observation
from tests.karin import KARIN, UNITS
from tests.karin_people import EK, LIND, SHE
from tests.ui.screens.conftest import Seat, leave, sit_down
from tests.ward import Door, Ward
from ui.kit.cell import Group, Row
from ui.screens.overview.presenter import OverviewPresenter
from ui.screens.overview.rows import columns_of
from workstation.domain.note import Section


@pytest.fixture
async def looker(app: QApplication, ward: Ward, tmp_path: Path) -> AsyncIterator[Seat]:
    own = await PersonFile.open(tmp_path / "own.db", bytes(32))
    seat = await sit_down(ward, Door({"anna": replace(ward.session(), looks=own)}, UNITS[:1]))
    await seat.logs_in()
    try:
        yield seat
    finally:
        await leave(seat)
        await own.close()


def _news(seat: Seat) -> list[str]:
    """Return the heading of what is new and the names under it; empty where it is not told."""
    presenter = seat.desk.chart["overview"][1]
    assert isinstance(presenter, OverviewPresenter)
    last = columns_of(presenter.state, 3)[2]
    if not isinstance(last[0], Group) or not last[0].title.startswith("Nytt sedan"):
        return []
    names = [last[0].title]
    for entry in last[1:]:
        if not isinstance(entry, Row):
            break
        names.append(entry.name or entry.cells[0].spoken())
    return names


def _note(by: object, text: str) -> object:
    section = Section(term="Bedömning", text=text)
    return a_note(**SHE, author=by, title=text, sections=(section,))


async def test_a_first_look_tells_nothing_and_the_next_tells_what_others_wrote_between(
    looker: Seat,
) -> None:
    ward = looker.ward
    await looker.opens("overview", KARIN)
    assert _news(looker) == []
    presenter = looker.desk.chart["overview"][1]
    assert isinstance(presenter, OverviewPresenter)
    line = presenter.state.patient
    assert line is not None
    presenter.put_away()
    ward.clock.forward(30)
    await ward.put(_note(EK, "Telefonkontakt"), _note(LIND, "Egen anteckning"))  # type: ignore[arg-type]
    await ward.put(an_observation(**SHE, author=EK))
    await looker.rests()
    await presenter.show_patient(line)
    told = _news(looker)
    assert "Telefonkontakt" in told
    assert "Egen anteckning" not in told
    assert len(told) == 3

    ward.clock.forward(30)
    await presenter.show_patient(line)
    assert _news(looker)[1:] == ["Inget nytt från andra sedan du sist tittade"]


async def test_what_comes_while_one_looks_at_the_page_joins_what_was_new(looker: Seat) -> None:
    ward = looker.ward
    await looker.opens("overview", KARIN)
    presenter = looker.desk.chart["overview"][1]
    assert isinstance(presenter, OverviewPresenter)
    assert presenter.state.patient is not None
    ward.clock.forward(5)
    await presenter.show_patient(presenter.state.patient)
    since = presenter.state.since
    await ward.put(_note(EK, "Hembesök i dag"))  # type: ignore[arg-type]
    await looker.rests()
    await presenter.reload()
    assert presenter.state.since == since
    assert "Hembesök i dag" in _news(looker)
