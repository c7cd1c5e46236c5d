"""What cannot be right has an answer of its own; what is right beside it goes in, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from local_cache.saving import TooLarge
from sync.protocol.messages import Group, PushRequest, Refused
from tests.builders import (
    ADA,
    GRACE,
    a_medication_order,
    a_note,
    a_patient,
    an_author,
    an_observation,
)
from tests.clinic import Clinic, eventually
from tests.server.running import Caller, Pen, Running, a_group, as_pushed
from tests.stories.stations import Seats, entries_of, now, until_whole
from workstation.domain.clock import HybridTime, SystemClock
from workstation.domain.ids import HsaId
from workstation.domain.kinds import open_record
from workstation.domain.medication import Dosage, DosageStep
from workstation.domain.record import Record, Sealed, seal
from workstation.operations.ports import Delivery

DAYS_10 = 10 * 24 * 3600 * 1000


def signed(raw: bytes, pen: Pen) -> Sealed:
    return Sealed(raw, pen.sign(raw), pen.key_id)


def altered(record: Record, pen: Pen, before: bytes, after: bytes) -> Sealed:
    """Return a record's bytes with something else in them, signed as they then are."""
    raw = seal(record, pen).raw
    assert before in raw
    return signed(raw.replace(before, after), pen)


def group(*sealed: Sealed, patient: UUID = GRACE) -> Group:
    return Group(p=patient, ops=tuple(as_pushed(each) for each in sealed))


def wrong_ones(okoro: Caller, known: Record) -> dict[str, tuple[Group, str, str]]:
    """Return what cannot be right, by what is wrong: the group, the verdict and the reason."""
    return set_aside(okoro, known) | taken_all_the_same(okoro)


def set_aside(okoro: Caller, known: Record) -> dict[str, tuple[Group, str, str]]:
    pen, stranger = okoro.pen, Pen()
    good = seal(a_note(), pen)
    note, result = a_note(), an_observation()
    step = DosageStep(amounts=("1", "0", "0", "0"), unit="tablett", weekdays=(1,))
    mondays = a_medication_order(dosage=Dosage(steps=(step,)))
    other_body = seal(note, pen).raw.replace(
        msgspec.json.encode(note.body, order="sorted"),
        msgspec.json.encode(result.body, order="sorted"),
    )
    aside = "quarantined"
    return {
        "no JSON object": (group(signed(b"7", pen)), aside, "malformed"),
        "a field missing": (
            group(altered(a_note(), pen, b'"device":"PC-17",', b"")),
            aside,
            "malformed",
        ),
        "not canonical": (
            group(altered(a_note(), pen, b'"v":1', b'"v": 1')),
            aside,
            "malformed",
        ),
        "a weekday that is none": (
            group(altered(mondays, pen, b'"weekdays":[1]', b'"weekdays":[0]')),
            aside,
            "malformed",
        ),
        "the body of another kind": (group(signed(other_body, pen)), aside, "malformed"),
        "another patient": (group(seal(a_note(patient=ADA), pen)), aside, "another_patient"),
        "an id used before": (
            group(seal(replace(known, body=a_note(text="annat").body), pen)),
            aside,
            "reused_id",
        ),
        "another text than was signed": (
            group(replace(good, raw=good.raw.replace(b"ingen", b"stor "))),
            aside,
            "bad_signature",
        ),
        "a key nobody registered": (group(seal(a_note(), stranger)), aside, "bad_signature"),
        "somebody who does not work here": (
            group(seal(a_note(author=an_author(unit=HsaId("SE0-X"))), pen)),
            aside,
            "not_allowed",
        ),
        "five megabytes": (group(seal(a_note(text="x" * 5_000_000), pen)), aside, "too_large"),
    }


def taken_all_the_same(okoro: Caller) -> dict[str, tuple[Group, str, str]]:
    pen, taken = okoro.pen, "applied"
    return {
        "ten days ahead": (
            group(seal(a_note(written_at=HybridTime(now() + DAYS_10)), pen)),
            taken,
            "clock",
        ),
        "ten days back": (
            group(seal(a_note(written_at=HybridTime(now() - DAYS_10)), pen)),
            taken,
            "",
        ),
        "an unknown kind": (
            group(altered(a_note(), pen, b'"kind":"note"', b'"kind":"tidal_wave"')),
            taken,
            "",
        ),
        "a newer version of a kind": (
            group(altered(a_note(), pen, b'"kind_version":1', b'"kind_version":9')),
            taken,
            "",
        ),
    }


async def test_each_wrong_record_of_a_push_has_its_own_answer_and_every_right_one_goes_in(
    either: Running, tmp_path: object
) -> None:
    okoro, known = either.log_in("okoro"), a_note()
    okoro.writes(a_patient(), known)
    wrong = wrong_ones(okoro, known)
    right = [a_note(text=f"rätt {n}") for n in range(len(wrong) + 1)]
    groups = [a_group(right[0], pen=okoro.pen)]
    for (each, _verdict, _why), beside in zip(wrong.values(), right[1:], strict=True):
        groups += [each, a_group(beside, pen=okoro.pen)]

    outcomes = okoro.push(*groups).outcomes

    assert [o.verdict for o in outcomes[::2]] == ["applied"] * len(right)
    answers = {name: (o.verdict, o.why) for name, o in zip(wrong, outcomes[1::2], strict=True)}
    assert answers == {name: (verdict, why) for name, (_g, verdict, why) in wrong.items()}
    taken = [name for name, (_g, verdict, _w) in wrong.items() if verdict == "applied"]
    stored = entries_of(either, GRACE)
    assert len(stored) == 2 + len(right) + len(taken)
    assert entries_of(either, ADA) == []
    kept = okoro.get("/quarantine").json()["items"]
    unread = {"no JSON object", "somebody who does not work here"}  # no unit of ours to settle it
    assert len(kept) == len(wrong) - len(taken) - len(unread)


async def test_a_bad_push_as_a_whole_has_its_own_answer_and_the_next_goes_in(
    running: Running,
) -> None:
    okoro = running.log_in("okoro")
    for body, status, code in (
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b'{"epoch":"","groups":[{"p":"x","ops":[]}]}', 400, "malformed"),
        (b"[" * 1_000_000, 400, "malformed"),
        (b" " * 20_000_000, 413, "too_large"),
        (msgspec.json.encode(PushRequest(epoch="", groups=()))[:-1], 400, "malformed"),
    ):
        answer = okoro.post("/sync/push", body)
        assert answer.status_code == status
        assert msgspec.json.decode(answer.content, type=Refused).code == code
    assert okoro.writes(a_patient()).outcomes[0].verdict == "applied"


async def test_what_the_server_puts_aside_is_seen_at_the_workstation_with_the_reason(
    seats: Seats, running: Running
) -> None:
    okoro, lind = await seats("okoro", start=False), await seats("lind")
    stranger = Pen()
    first = a_note(text="det som gällde")
    running.log_in("okoro", pen=okoro.pen).writes(a_patient(), first)
    wrong = {
        "bad_signature": seal(a_note(text="okänd nyckel"), stranger),
        "malformed": altered(a_note(text="mellanslag"), okoro.pen, b'"v":1', b'"v": 1'),
        "not_allowed": seal(a_note(author=an_author(unit=HsaId("SE0-X"))), okoro.pen),
        "reused_id": seal(replace(first, body=a_note(text="annat").body), okoro.pen),
    }
    right = [a_note(text=f"rätt {n}") for n in range(5)]
    for each, bad in zip(right, [*wrong.values(), None], strict=True):
        await okoro.cache.save([seal(each, okoro.pen)])
        if bad is not None:
            await okoro.cache.save([bad])

    okoro.engine.start()
    await okoro.until_sent()
    await until_whole(lind, GRACE, 2 + len(right))

    lines = await okoro.cache.outbox(limit=50)
    told = {line.record: (line.state, line.why) for line in lines}
    assert told == {open_record(bad).id: (Delivery.ATTENTION, why) for why, bad in wrong.items()}
    unsent = await okoro.cache.unsent()
    assert (unsent.local, unsent.sent, unsent.attention) == (0, 0, len(wrong))
    for why, bad in wrong.items():
        if why != "reused_id":
            assert await okoro.cache.sealed(GRACE, open_record(bad).id) == bad
    await okoro.writes(a_note(text="efteråt"))
    await okoro.until_sent()
    await until_whole(lind, GRACE, 3 + len(right))


async def test_a_record_that_is_too_large_is_refused_before_it_is_saved(
    clinic: Clinic,
) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    with pytest.raises(TooLarge):
        await seat.writes("x" * 5_000_000)
    await seat.writes("lagom")
    await seat.has_sent_everything()
    assert await seat.notes() == ["lagom"]


@dataclass
class OffClock:
    """A clock that is wrong by a fixed time."""

    off: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.off


@pytest.mark.parametrize("days", [10, -10])
async def test_a_workstation_whose_clock_is_ten_days_off_works_and_drags_nobody_along(
    clinic: Clinic, days: int
) -> None:
    right, wrong = clinic.seat("a"), clinic.seat("b")
    wrong.gate.clock = OffClock(timedelta(days=days))
    await right.sit("okoro")
    await wrong.sit("lind")

    await wrong.writes("Skrivet med fel klocka.")
    await right.sees("Skrivet med fel klocka.")
    note = await right.writes("Skrivet med rätt klocka.")
    await wrong.sees("Skrivet med rätt klocka.")

    assert abs(note.written_at.millis - now()) < 60_000

    async def told() -> bool:
        skew = wrong.opened.synchroniser.status.skew
        return skew is not None and abs(skew + days * 86_400_000) < 60_000

    await eventually(told)
