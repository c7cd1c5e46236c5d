"""Those who wait for the disk share a transaction, and nobody pays for another's fault."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from sync.protocol.messages import PushRequest
from tests.builders import GRACE, a_note, an_id
from tests.server.conftest import Opened
from tests.server.running import OKOROS_PEN, a_group, a_staff
from workstation.domain.ids import PatientId
from workstation.server import pushing
from workstation.server.store import audit

OKORO = a_staff()


class Spoilt(Exception):
    """What one of them does."""


def unless_spoilt(_connection: Connection, parts: Sequence[str]) -> list[str]:
    """Store nothing, and not even that when something is wrong with one of the parts."""
    if "bad" in parts:
        raise Spoilt
    return [part.upper() for part in parts]


async def test_what_spoils_a_group_fails_alone_and_is_not_in_the_log(store: Opened) -> None:
    core = store.core
    before = await core.database.read(audit.last_seq)
    parts = ["a", "b", "bad", "c"]

    answers = await asyncio.gather(
        *(
            core.journal.store(core.event(OKORO, "Skriva", part), unless_spoilt, part)
            for part in parts
        ),
        return_exceptions=True,
    )

    assert [str(answer) for answer in answers if not isinstance(answer, Spoilt)] == ["A", "B", "C"]
    assert isinstance(answers[2], Spoilt)
    assert await core.database.read(audit.last_seq) == before + 3
    assert await core.database.read(audit.first_fault) is None


async def test_pushes_that_share_a_transaction_are_each_answered_and_each_logged(
    store: Opened,
) -> None:
    core = store.core
    patients = [PatientId(an_id(f"together {n}")) for n in range(4)]
    notes = [a_note(patient=patients[n % 4], text=str(n)) for n in range(12)]
    before = await core.database.read(audit.last_seq)

    replies = await asyncio.gather(
        *(
            pushing.push(
                core, OKORO, PushRequest(epoch="", groups=(a_group(note, pen=OKOROS_PEN),))
            )
            for note in notes
        )
    )

    revs = [
        (note.patient, reply.outcomes[0].rev) for note, reply in zip(notes, replies, strict=True)
    ]
    assert all(reply.outcomes[0].id == str(n.id) for n, reply in zip(notes, replies, strict=True))
    assert sorted(revs) == sorted((patient, rev) for patient in patients for rev in (1, 2, 3))
    assert await core.database.read(audit.last_seq) == before + 12


async def test_the_same_note_pushed_twice_at_once_is_stored_once(store: Opened) -> None:
    core = store.core
    request = PushRequest(epoch="", groups=(a_group(a_note(), pen=OKOROS_PEN),))

    replies = await asyncio.gather(*(pushing.push(core, OKORO, request) for _ in range(3)))

    verdicts = sorted(reply.outcomes[0].verdict for reply in replies)
    assert verdicts == ["applied", "known", "known"]
    assert {reply.outcomes[0].rev for reply in replies} == {1}
    found = await core.database.read(lambda c: list(audit.events_of(c, GRACE)))
    assert [event.what for event in found] == ["push"] * 3


async def test_a_cancelled_wait_leaves_the_others_in_peace(store: Opened) -> None:
    core = store.core
    waits = [asyncio.create_task(core.log(OKORO, "Läsa", str(n))) for n in range(3)]
    await asyncio.sleep(0)
    waits[1].cancel()

    await waits[0]
    await waits[2]
    with pytest.raises(asyncio.CancelledError):
        await waits[1]
    assert await core.database.read(audit.first_fault) is None
