"""Whoever may review the access log reads it here; nobody else has the place."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from sync.protocol.log import LoggedPatient, LogLine, LogPage, LogQuestion
from tests.karin import KARIN, UNITS
from tests.ui.screens.conftest import Seat, leave, sit_down
from tests.ward import Door, Ward
from ui.kit.cell import Row
from ui.kit.textrun import spoken
from ui.screens.logreview.presenter import LogPresenter
from ui.screens.logreview.rows import rows_of
from ui.screens.logreview.state import LogState
from ui.screens.logreview.view import LogView
from workstation.domain.log_words import BLOCKS, OPENED, OPENED_HERE, UNPROVED
from workstation.domain.problem import Problem

LINES = tuple(
    LogLine(
        seq=number,
        at=f"2026-03-02T0{number}:15:00Z",
        activity="Läsa",
        what="stream",
        basis="vårdrelation",
        person=f"SE2321000016-P00{number}",
        name=f"Svensson, Sven {number}",
        title="Läkare",
        unit_name="Avd 12",
        touched=3 if number == 1 else 1,
        patients=(LoggedPatient(patient=KARIN, family="Andersson", given="Karin"),),
        flags=("same_name",) if number == 2 else (),
    )
    for number in (3, 2, 1)
)


class Server:
    """Answers as the server would, two lines a page, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[LogQuestion] = []
        self.is_up = True

    async def __call__(self, question: LogQuestion) -> LogPage:
        if not self.is_up:
            raise Problem("Loggen kunde inte läsas nu.", "Försök igen.")
        self.asked.append(question)
        lines = [
            line
            for line in LINES
            if (not question.person or line.person == question.person)
            and (not question.flagged or line.flags)
        ]
        start = int(question.after or 0)
        more = str(start + 2) if start + 2 < len(lines) else ""
        return LogPage(lines=tuple(lines[start : start + 2]), next=more)


async def reviewing(ward: Ward, server: Server) -> tuple[Seat, LogView, LogPresenter]:
    session = replace(ward.session(), log_review=server)
    seat = await sit_down(ward, Door({"anna": session}, UNITS[:1]))
    await seat.logs_in()
    seat.desk.show_place("log")
    await seat.rests()
    view, presenter = seat.desk.places["log"]
    assert isinstance(view, LogView)
    assert isinstance(presenter, LogPresenter)
    return seat, view, presenter


def shown(presenter: LogPresenter) -> list[int]:
    return [line.seq for line in presenter.state.lines or ()]


async def test_lines_come_page_by_page_and_narrow_to_a_person(app: object, ward: Ward) -> None:
    server = Server()
    seat, view, presenter = await reviewing(ward, server)
    try:
        assert shown(presenter) == [3, 2]
        view.bar.button("more").click()
        await seat.rests()
        assert shown(presenter) == [3, 2, 1]

        view.table.pick("1")
        view.bar.button("person").click()
        await seat.rests()
        assert shown(presenter) == [1]
        view.bar.button("everything").click()
        await seat.rests()
        assert shown(presenter) == [3, 2]
    finally:
        await leave(seat)


async def test_the_log_is_not_asked_again_by_itself(app: object, ward: Ward) -> None:
    server = Server()
    seat, _view, presenter = await reviewing(ward, server)
    try:
        asked = len(server.asked)
        seat.desk.show_place("work")
        seat.desk.show_place("log")
        await seat.rests()
        assert len(server.asked) == asked
        await presenter.filtered(flagged=True)
        assert shown(presenter) == [2]
    finally:
        await leave(seat)


async def test_without_contact_the_place_says_so_and_keeps_what_was_read(
    app: object, ward: Ward
) -> None:
    server = Server()
    seat, view, presenter = await reviewing(ward, server)
    try:
        server.is_up = False
        await presenter.read()
        await seat.rests()
        assert shown(presenter) == [3, 2]
        assert view.notice.isVisible()
    finally:
        await leave(seat)


def test_what_a_line_tells_of_a_workstation_is_told_in_the_readers_words() -> None:
    told = ((BLOCKS, OPENED_HERE), (UNPROVED, ""), (OPENED, OPENED_HERE))
    lines = tuple(
        structs.replace(LINES[0], seq=number, what=what, basis=basis)
        for number, (what, basis) in enumerate(told)
    )
    rows = [row for row in rows_of(LogState(lines=lines)) if isinstance(row, Row)]

    blocks, unproved, opened = (spoken(row.cells[2].lines) for row in rows)

    assert "visade vems uppgifter som är spärrade" in blocks
    assert "patienten vårdas vid enheten (PDL 4:1)" in blocks
    assert "utan bevis för vem det var" in unproved
    assert opened.startswith("Läsa, öppnad på en arbetsstation")
    assert "blocks" not in blocks


async def test_who_may_not_review_has_no_such_place(seat: Seat) -> None:
    await seat.logs_in()
    assert "log" not in seat.desk.places
    assert not [c for c in seat.desk.menu._commands if c.key == "place:log"]
