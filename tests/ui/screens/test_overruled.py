"""An older "none known" beside a newer hypersensitivity: the page and the patient's page say which holds."""

from __future__ import annotations

from tests.builders import a_time, an_attention
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from tests.ui.screens.test_support import picture
from tests.ward import Ward
from ui.kit.cell import Row
from ui.screens.overview.presenter import OverviewPresenter
from ui.screens.overview.rows import columns_of
from workstation.domain.kinds import entity_state, project
from workstation.domain.values import Concept
from workstation.server.page.chapters import cards_of
from workstation.server.store.own import Shown

_NONE = {"none_known": True, "concept": Concept(), "severity": "", "certainty": ""}


async def test_the_overview_strikes_the_statement_that_does_not_hold_and_says_why(
    seat: Seat, ward: Ward
) -> None:
    await ward.put(an_attention(patient=KARIN, written_at=a_time(-90_000), **_NONE))
    await seat.logs_in()
    await seat.opens("overview")
    picture(seat, "overruled")
    presenter = seat.desk.chart["overview"][1]
    assert isinstance(presenter, OverviewPresenter)
    rows = [row for column in columns_of(presenter.state, 1) for row in column]
    lines = [
        line for row in rows if isinstance(row, Row) for cell in row.cells for line in cell.lines
    ]
    (said,) = [line for line in lines if "Ingen känd överkänslighet" in line[0].text]
    assert said[0].struck
    assert any("Gäller inte: penicillin registrerades" in line[0].text for line in lines)


def test_the_patients_page_strikes_it_too() -> None:
    records = [an_attention(written_at=a_time(0), **_NONE), an_attention(written_at=a_time(60))]
    states = [entity_state([record]) for record in records]
    shown = [Shown(state=state, row=project(state), changed=0) for state in states]
    none, known = cards_of(shown)
    assert (none.struck, none.notice[:11]) == (True, "Gäller inte")
    assert not known.struck
    (alone,) = cards_of(shown[:1])
    assert not alone.struck
