"""Records of every kind with anything in their fields, on every screen: drawn, never a defect."""

from __future__ import annotations

import asyncio
import sys
from itertools import islice
from random import Random

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.builders import GRACE, a_patient
from tests.clinic import Clinic
from tests.stories.bodies import Filling
from tests.stories.stations import now
from tests.stories.texts import texts
from ui.shell.desk import Desk
from ui.shell.screens import CHART, places_of
from workstation.domain.record import seal


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_every_screen_draws_whatever_is_in_the_record(
    clinic: Clinic, app: QApplication, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    defects: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: defects.append(kind.__name__))
    seat = clinic.seat("a")
    session = await seat.sit("okoro")
    cache, signer = seat.opened.cache, session.desk.signer
    filling = Filling(islice(texts(seed), 50 * seed, None), Random(seed), now=now())
    await cache.save([seal(a_patient(author=session.desk.author), signer)])
    for _ in range(6):
        records = filling.round(GRACE, session.desk.author)
        await cache.save([seal(record, signer) for record in records])
    line = await session.records.patient(GRACE)
    assert line is not None
    desk = Desk(session)
    desk.frame.resize(1280, 800)
    try:
        await desk.start()
        for part in CHART:
            desk.open_patient(line, part.key, None)
            await _drawn(desk, app)
            for family in part.families:
                for listed in (await session.records.listed(GRACE, family))[:6]:
                    desk.open_patient(line, part.key, listed.state.id)
                    await _drawn(desk, app)
        for place in places_of(session):
            desk.show_place(place.key)
            await _drawn(desk, app)
        assert defects == []
    finally:
        await desk.finish()
        desk.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()


async def _drawn(desk: Desk, app: QApplication) -> None:
    """Let the screen load what it shows, and paint it."""
    await asyncio.sleep(0)
    await desk.finish()
    app.processEvents()
    assert not desk.frame.grab().isNull()
