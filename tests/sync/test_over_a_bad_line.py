"""The engine, the encrypted cache and the HTTP client against the real server, over bad lines."""

from __future__ import annotations

import asyncio

import pytest

from sync.protocol.contact import Line
from sync.protocol.plan import POLL_SECONDS
from tests.builders import GRACE, a_note, a_patient
from tests.server.running import Running
from tests.sync.conftest import Staffed, Workstation
from tests.sync.proxy import Faults, Proxy


async def two_at_work(staffed: Staffed) -> tuple[Workstation, Workstation]:
    """Return two workstations of the ward that have Grace and are in contact."""
    okoro, lind = await staffed("okoro"), await staffed("lind")
    for each in (okoro, lind):
        each.engine.start()
        await each.until(lambda each=each: each.status.contact.line is Line.CONNECTED)  # type: ignore[misc]
    await okoro.writes(a_patient(), a_note())
    await lind.until_it_has(GRACE, 1)
    return okoro, lind


async def test_what_one_writes_the_other_is_woken_for_and_does_not_poll(staffed: Staffed) -> None:
    okoro, lind = await two_at_work(staffed)

    await okoro.writes(a_note(text="ingen blödning"))

    await lind.until_it_has(GRACE, 2, seconds=POLL_SECONDS / 2)


@pytest.mark.slow
async def test_a_line_that_falls_silent_is_noticed_and_mends(staffed: Staffed, line: Proxy) -> None:
    okoro, lind = await two_at_work(staffed)

    line.fall_silent()
    await okoro.until(lambda: okoro.status.contact.line is Line.OFFLINE)
    await okoro.writes(a_note())
    assert not await okoro.sent_everything()
    line.speak_again()
    okoro.engine.retry_now()
    await okoro.until_sent()

    lind.engine.retry_now()
    await lind.until_it_has(GRACE, 2, seconds=40)


@pytest.mark.slow
async def test_a_line_that_is_cut_is_noticed_and_mends_by_itself(
    staffed: Staffed, line: Proxy
) -> None:
    okoro, _lind = await two_at_work(staffed)

    line.faults.refused = True
    line.cut_all()
    await okoro.until(lambda: okoro.status.contact.line is Line.OFFLINE)
    await okoro.writes(a_note())
    line.faults.refused = False
    await okoro.until_sent(seconds=60)


async def test_a_push_whose_answer_is_cut_off_is_stored_once(
    staffed: Staffed, line: Proxy, server: Running
) -> None:
    okoro, lind = await two_at_work(staffed)

    line.faults.cut_down_after = 0
    await okoro.writes(a_note())
    await asyncio.sleep(0.5)
    line.faults.cut_down_after = None
    okoro.engine.retry_now()
    await okoro.until_sent(seconds=60)
    await lind.until_it_has(GRACE, 2, seconds=60)
    await asyncio.sleep(0.3)

    assert await lind.notes(GRACE) == 2


async def test_a_push_that_comes_twice_is_stored_once(staffed: Staffed, line: Proxy) -> None:
    okoro, lind = await two_at_work(staffed)

    line.faults.repeats.add(b"/sync/push")
    await okoro.writes(a_note())
    await okoro.until_sent()
    await lind.until_it_has(GRACE, 2)
    await okoro.writes(a_note())
    await lind.until_it_has(GRACE, 3)

    assert await lind.notes(GRACE) == 3


@pytest.mark.slow
async def test_a_large_outbox_gets_through_a_line_that_breaks_every_fifty_kilobytes(
    staffed: Staffed, line: Proxy
) -> None:
    okoro, lind = await two_at_work(staffed)
    line.faults.cut_up_after = 50_000

    await okoro.writes(*(a_note(text=f"{n} " + "åäö" * 200) for n in range(300)))
    for _ in range(60):
        okoro.engine.retry_now()
        await asyncio.sleep(0.5)
        if await okoro.sent_everything():
            break

    assert await okoro.sent_everything()
    line.faults = Faults()
    lind.engine.retry_now()
    await lind.until_it_has(GRACE, 301, seconds=60)


@pytest.mark.slow
async def test_a_load_over_a_dripping_line_arrives(staffed: Staffed, line: Proxy) -> None:
    okoro, lind = await staffed("okoro"), await staffed("lind")
    okoro.engine.start()
    await okoro.writes(a_patient(), *(a_note() for _ in range(200)))
    await okoro.until_sent()

    line.faults = Faults(drip=2_000, latency=0.02)
    lind.engine.start()
    await lind.until_it_has(GRACE, 200, seconds=60)

    assert lind.status.usable
