"""What is blocked is nowhere on the screen, the screen says that it is so, and there are two ways on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.builders import GRACE, a_note, a_patient
from tests.privacy import a_block
from tests.server.running import PASSWORD, Caller, Running, running_server
from tests.stories.region import ACCOUNTS, PRACTICE_PROVIDER, REGION
from tests.stories.test_emergency_on_screen import Hands
from workstation.domain.clock import to_millis, to_text
from workstation.operations.lift_block import lift_block
from workstation.operations.open_in_emergency import open_in_emergency
from workstation.tour.seat import a_seat

SECRET = "Samtalskontakt efter skilsmässan"
OPEN = "Mår bättre."


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    """Grace is in the ward's care; a practice of another provider has written in her record too."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder, directory=REGION, accounts=ACCOUNTS) as server:
        server.log_in("okoro").writes(a_patient(), a_note(text=OPEN))
        ekman = server.log_in("ekman")
        ekman.writes(a_note(text=SECRET, author=ekman.author))
        yield server


@pytest.fixture
async def falk(running: Running, tmp_path: Path, app: QApplication) -> AsyncGenerator[Hands]:
    """Seat Falk of the ward, with Grace's journal open."""
    seat = a_seat("falk", folder=tmp_path, server=running.url, password=PASSWORD)
    hands = Hands(seat, app)
    seat.window.show()
    seat.window.login.admitted.emit("falk", PASSWORD)
    await hands.until(lambda: seat.window.desk is not None)
    while (line := await seat.session.records.patient(GRACE)) is None or not line.complete:
        await hands.rests()
    seat.shown.open_patient(line, "journal", None)
    await hands.until(lambda: OPEN in hands.reads())
    try:
        yield hands
    finally:
        closed: list[bool] = []
        seat.window.closed.connect(lambda: closed.append(True))
        seat.window.close()
        await hands.until(lambda: bool(closed))
        seat.window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()


def blocks_it(running: Running) -> None:
    ekman: Caller = running.log_in("ekman")
    block = a_block(author=ekman.author, provider=PRACTICE_PROVIDER, provider_name="Vårdbolaget")
    ekman.writes(block)


async def test_what_is_blocked_goes_from_the_screen_and_comes_only_by_one_of_two_ways(
    running: Running, falk: Hands
) -> None:
    await falk.until(lambda: SECRET in falk.reads())
    desk, session = falk.seat.shown, falk.seat.session
    await falk.until(lambda: "Samtycke saknas" in falk.banner())
    assert not desk.frame.withheld.isVisible()

    blocks_it(running)

    await falk.until(lambda: SECRET not in falk.reads())
    await falk.until(desk.frame.withheld.isVisible)
    await falk.until(lambda: "Det finns spärrade uppgifter" in falk.banner())
    assert OPEN in falk.reads()
    assert "Vårdbolaget" not in falk.banner()
    for tab in ("overview", "medication", "journal"):  # nothing is on its way: it is closed
        desk.show_tab(tab)
        await falk.rests()
        assert "inte på datorn ännu" not in falk.says(), tab
    assert await session.records.search_text(GRACE, "skilsmässan", limit=5) == ()

    await open_in_emergency(
        patient=GRACE,
        ground="danger",
        reason="Medvetslös, behöver hela journalen",
        emergency=falk.seat.opened.emergency,
        desk=session.desk,
    )
    await falk.until(lambda: SECRET in falk.reads())
    await falk.until(lambda: not desk.frame.withheld.isVisible())
    await falk.seat.opened.emergency.close(GRACE)
    await falk.until(lambda: OPEN in falk.reads() and SECRET not in falk.reads())
    await falk.until(desk.frame.withheld.isVisible)

    until = to_text(to_millis(session.clock.now()) + 3_600_000)
    await lift_block(
        until=until,
        reason="Tillfrågad, säger ja",
        patient=GRACE,
        records=session.records,
        desk=session.desk,
    )
    await falk.until(lambda: SECRET in falk.reads())
    await falk.until(lambda: not desk.frame.withheld.isVisible())
    await falk.until(lambda: "spärrade" not in falk.banner())
