"""A colleague who is curious and can do more than the screens let them: the server says no by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator

import msgspec
import pytest
from msgspec.structs import replace

from sync.protocol.attachments import FetchRequest
from sync.protocol.emergency import OpenRequest
from sync.protocol.log import LogLine, LogPage, LogQuestion
from sync.protocol.messages import (
    HeadsRequest,
    ManifestRequest,
    Message,
    Outcome,
    PullRequest,
    Span,
    StreamRequest,
)
from sync.protocol.openings import Opening, OpeningsReport, signed_opening
from tests.builders import (
    ADA,
    CLINIC,
    GRACE,
    HOSPITAL,
    WARD,
    a_booking,
    a_contact,
    a_medication_order,
    a_note,
    a_patient,
    a_record,
    a_referral,
    an_id,
    an_observation,
)
from tests.privacy import a_block, a_consent, a_lift, an_inner_block, following
from tests.server.running import Caller, Running, running_server
from tests.stories.region import ACCOUNTS, PRACTICE, REGION
from workstation.domain.block import Block
from workstation.domain.directory import Assignment, Person
from workstation.domain.ids import HsaId
from workstation.domain.marks import Resolution, Void
from workstation.domain.record import Body, Record
from workstation.server.loading import begin_memberships, bootstrap, end_memberships
from workstation.server.routes.admin import FindRequest
from workstation.server.serve import Accounts

NEEDLE = "hemlig-uppgift-om-beroende"
RASK = HsaId("SE2321000016-P031")
TRAP = HsaId("SE2321000016-P032")
SECRET = a_note(text=NEEDLE)
REASON = "Medvetslös på akuten, behöver läkemedelslistan"
PLACES = replace(
    REGION,
    people=(
        *REGION.people,
        Person(hsa_id=RASK, name="Rut Rask", profession="receptionist", title="Receptionist"),
        Person(hsa_id=TRAP, name="Tor Trapp", profession="physician", title="Läkare"),
    ),
    assignments=(
        *REGION.assignments,
        Assignment(hsa_id=HsaId("SE2321000016-M031"), person=RASK, unit=CLINIC),
        Assignment(hsa_id=HsaId("SE2321000016-M032"), person=TRAP, unit=WARD),
    ),
)
_PASSWORD = ACCOUNTS.staff["ekman"][1]
PEOPLE = Accounts(
    staff={**ACCOUNTS.staff, "rask": (RASK, _PASSWORD), "trap": (TRAP, _PASSWORD)},
    patients=ACCOUNTS.patients,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    """The ward has written what Grace has blocked; a clinic and a practice have her in their care.

    Ada was in the clinic's care, and is no longer.
    """
    folder = tmp_path_factory.mktemp("curious")
    with running_server(folder, directory=PLACES, accounts=PEOPLE) as running:
        okoro = running.log_in("okoro")
        by = {"author": okoro.author}
        okoro.writes(a_patient(**by), SECRET)
        okoro.writes(a_patient(patient=ADA, **by), a_note(patient=ADA, text=NEEDLE, **by))
        running.do(
            begin_memberships(running.core, [(GRACE, CLINIC), (GRACE, PRACTICE), (ADA, CLINIC)])
        )
        running.do(end_memberships(running.core, [(ADA, CLINIC)]))
        yield running


@pytest.fixture(scope="module")
def callers(server: Running) -> dict[str, Caller]:
    return {name: server.log_in(name) for name in ("okoro", "berg", "ekman", "rask", "nord")}


@pytest.fixture
def secret() -> Record:
    """What the block closes."""
    return SECRET


@pytest.fixture(scope="module")
def block(callers: dict[str, Caller]) -> Record:
    record = an_inner_block(author=callers["okoro"].author)
    callers["okoro"].writes(record)
    return record


def reads(server: Running, caller: Caller, *, patient: object = GRACE) -> bool:
    """Whether what is blocked comes to this caller."""
    span = Span(p=patient)  # type: ignore[arg-type]
    asked = StreamRequest(epoch=server.core.epoch, spans=(span,), whole=True)
    return NEEDLE in caller.post("/sync/stream", asked).text


def revoked(block: Record, **fields: object) -> Record:
    body = block.body
    assert isinstance(body, Block)
    return a_record(
        "block",
        replace(body, status="revoked", reason="Tillfrågad", **fields),
        **following(block),
    )


def by(caller: Caller, record: Record) -> Record:
    return dataclasses.replace(record, author=caller.author)


def mark(kind: str, body: Body, block: Record) -> Record:
    return a_record(kind, body, **following(block))


def a_note_upon(block: Record) -> Record:
    """Return a note that says it is the block's next version."""
    return a_note(**following(block))


ATTACKS: dict[str, tuple[str, Callable[[Record], Record]]] = {
    "another provider revokes it": ("ekman", revoked),
    "another provider makes it its own, revoked": (
        "ekman",
        lambda b: revoked(b, provider=HsaId("SE5560000001-A000")),
    ),
    "another provider voids it": ("ekman", lambda b: mark("void", Void(reason="fel"), b)),
    "another provider decides on it": (
        "ekman",
        lambda b: mark("resolution", Resolution(chosen=b.id), b),
    ),
    "another provider writes a note in its place": ("ekman", a_note_upon),
    "another provider lifts it for somebody else": ("ekman", lambda b: a_lift(b, unit=CLINIC)),
    "another provider blocks the hospital's": ("ekman", lambda b: a_block(provider=HOSPITAL)),
    "a colleague moves it to another unit": (
        "berg",
        lambda b: a_record(
            "block",
            replace(b.body, unit=CLINIC),
            **following(b),
        ),
    ),
    "a receptionist lifts it": ("rask", lambda b: a_lift(b, unit=CLINIC)),
    "a receptionist revokes it": ("rask", revoked),
    "a receptionist voids it": ("rask", lambda b: mark("void", Void(reason="fel"), b)),
    "a receptionist registers a consent": (
        "rask",
        lambda b: a_consent(patient=b.patient, provider=HOSPITAL, unit=CLINIC),
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_block_is_opened_by_nobody_who_may_not_whatever_is_sent(
    server: Running, callers: dict[str, Caller], block: Record, attack: str
) -> None:
    who, made = ATTACKS[attack]
    caller = callers[who]
    assert not reads(server, caller)

    (outcome,) = caller.writes(by(caller, made(block))).outcomes

    assert (outcome.verdict, outcome.why) == ("quarantined", "not_allowed"), attack
    assert not any(reads(server, callers[name]) for name in ("berg", "ekman", "rask"))


ADDRESSED: dict[str, Callable[..., Record]] = {
    "a question": lambda **to: a_referral(to_unit=CLINIC, **to),
    "a value to answer for": lambda **to: an_observation(answers_to_unit=CLINIC, **to),
    "a visit": lambda **to: a_contact(unit=CLINIC, **to),
    "a booking": lambda **to: a_booking(unit=CLINIC, **to),
    "who the patient is": lambda **to: a_patient(listed_unit=CLINIC, **to),
    "a consent": lambda **to: a_consent(provider=HsaId("SE5560000001-A000"), **to),
    "a medicine": lambda **to: a_medication_order(**to),
}


@pytest.mark.parametrize("entered", ["as its next version", "beside it"])
@pytest.mark.parametrize("what", ADDRESSED)
def test_what_is_written_into_a_closed_entry_opens_it_to_nobody(
    server: Running,
    callers: dict[str, Caller],
    block: Record,
    secret: Record,
    what: str,
    entered: str,
) -> None:
    """Its id was here before the block: it is addressed to a colleague elsewhere, or called another thing."""
    assert block.kind == "block"
    ekman = callers["ekman"]
    bases = (secret.id,) if entered == "as its next version" else ()
    place = {"patient": GRACE, "entity": secret.entity, "bases": bases, "author": ekman.author}

    ekman.writes(ADDRESSED[what](**place))

    assert not any(reads(server, callers[name]) for name in ("berg", "ekman", "rask"))


def test_nobody_writes_in_the_name_of_another_care_provider(callers: dict[str, Caller]) -> None:
    ekman = callers["ekman"]
    note = a_note(author=replace(ekman.author, provider=HOSPITAL))

    (outcome,) = ekman.writes(note).outcomes

    assert (outcome.verdict, outcome.why) == ("quarantined", "not_allowed")


def test_who_may_still_lifts_it_for_the_own_unit_and_takes_it_back(
    server: Running, callers: dict[str, Caller], block: Record
) -> None:
    berg = callers["berg"]
    lift = by(berg, a_lift(block, unit=CLINIC, until="2099-01-01T00:00:00.000Z"))
    assert [one.verdict for one in berg.writes(lift).outcomes] == ["applied"]
    assert reads(server, berg)
    ended = a_record("block_lift", replace(lift.body, status="ended"), **following(lift))

    outcomes: tuple[Outcome, ...] = callers["ekman"].writes(by(callers["ekman"], ended)).outcomes
    assert [one.why for one in outcomes] == ["not_allowed"]  # it is the hospital's
    assert reads(server, berg)
    assert [one.verdict for one in berg.writes(by(berg, ended)).outcomes] == ["applied"]

    assert not reads(server, berg)


def test_a_receptionist_opens_no_record_in_an_emergency(
    server: Running, callers: dict[str, Caller]
) -> None:
    rask = callers["rask"]

    answer = rask.post("/emergency/open", OpenRequest(patient=GRACE, reason=REASON))

    assert answer.status_code == 403
    assert not reads(server, rask)
    lines = in_the_log(callers["nord"], person=RASK, activity="Nekad")
    assert [line.what for line in lines] == ["emergency"]


def in_the_log(nord: Caller, **asked: object) -> tuple[LogLine, ...]:
    answer = nord.post("/log/lines", LogQuestion(**asked))  # type: ignore[arg-type]
    return msgspec.json.decode(answer.content, type=LogPage).lines


def test_what_was_opened_is_in_the_own_care_providers_log_whatever_the_computer_says(
    callers: dict[str, Caller],
) -> None:
    berg = callers["berg"]
    opening = Opening(
        id=an_id("elsewhere"),
        patient=GRACE,
        at=1_760_000_000_000,
        person=berg.author.hsa_id,
        assignment=berg.author.assignment,
        unit=berg.author.unit,
        provider="SE5560000001-A000",
        device="PC-17",
    )
    unknown = replace(opening, id=an_id("nowhere"), unit="SE0000000000-X")
    report = OpeningsReport(openings=tuple(signed_opening(o, berg.pen) for o in (opening, unknown)))

    assert berg.post("/log/openings", report).status_code == 200

    lines = in_the_log(callers["nord"], patient=GRACE, person=berg.author.hsa_id)
    assert {line.what for line in lines} >= {"opened", "opened, unproved"}


def everything_asked(server: Running, patient: object, unit: str) -> dict[str, Message | bytes]:
    """Return what a client may ask of a record that is not in its care, and of another unit's lists."""
    epoch = server.core.epoch
    return {
        "/sync/pull": PullRequest(epoch=epoch, cursors={HsaId(unit): 0}),
        "/sync/manifest": ManifestRequest(unit=HsaId(unit)),
        "/sync/heads": HeadsRequest(unit=HsaId(unit)),
        "/sync/stream": StreamRequest(epoch=epoch, spans=(Span(p=patient),), whole=True),  # type: ignore[arg-type]
        "/attachments/fetch": FetchRequest(p=patient, hash="00" * 32, n=0),  # type: ignore[arg-type]
        "/waiting/page": b'{"unit":"%s","reasons":["unsigned"]}' % unit.encode(),
        "/waiting/overdue": b'{"unit":"%s"}' % unit.encode(),
        "/waiting/counts": b'{"unit":"%s"}' % unit.encode(),
        "/patients/find": FindRequest(text=NEEDLE),
    }


def test_where_the_care_relation_has_ended_nothing_comes_and_other_units_lists_are_closed(
    server: Running, callers: dict[str, Caller]
) -> None:
    berg = callers["berg"]
    for path, asked in everything_asked(server, ADA, WARD).items():
        answer = berg.post(path, asked)
        assert NEEDLE not in answer.text, path
        if path not in ("/sync/stream", "/patients/find"):
            assert answer.status_code in (403, 404), path
        nobody = everything_asked(server, an_id("nobody"), WARD)[path]
        assert (
            berg.post(path, nobody).content.replace(
                str(an_id("nobody")).encode(), str(ADA).encode()
            )
            == answer.content
        ), path  # "not there" and "not yours" look the same


def test_a_token_ends_with_the_assignment_it_was_given_for(server: Running) -> None:
    trap = server.log_in("trap")
    assert reads(server, trap)
    left = tuple(one for one in PLACES.assignments if one.person != TRAP)

    server.do(bootstrap(server.core, replace(PLACES, assignments=left)))

    asked = everything_asked(server, GRACE, WARD) | {
        "/emergency/open": OpenRequest(patient=GRACE, reason=REASON),
        "/sync/push": b'{"epoch":"","groups":[]}',
    }
    for path, message in asked.items():
        assert trap.post(path, message).status_code == 401, path
    assert trap.get("/directory/units").status_code == 401
