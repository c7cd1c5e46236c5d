"""What the policy says of blocks is what comes out, whoever asks and whichever way, on both databases."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from sync.protocol.messages import (
    EntryLine,
    PullLine,
    PullRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from tests.builders import (
    CLINIC,
    HOSPITAL,
    MORNING,
    WARD,
    a_medication_order,
    a_note,
    an_author,
    an_id,
)
from tests.privacy import OTHERS, OTHERS_UNIT, a_block, a_consent, a_lift, an_inner_block, following
from tests.server.conftest import Opened
from tests.server.running import DIRECTORY, a_staff
from workstation.access.actor import Staff
from workstation.access.policy import Action, Asked, decide, relation_to_record
from workstation.access.signing import Ed25519Signer
from workstation.domain.block import EntryFacts, Reader, blocks_in_force, withheld
from workstation.domain.consent import consent_in_force
from workstation.domain.directory import Directory, Provider, Unit
from workstation.domain.entity import EntityState
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.kinds import BY_NAME, entity_state
from workstation.domain.record import Record, seal
from workstation.server import syncing
from workstation.server.core import Core
from workstation.server.loading import begin_memberships
from workstation.server.serve import Accounts, bootstrap, ingest

FAR = HsaId("SE2321000016-Z8Z8")
UNITS = {WARD: HOSPITAL, CLINIC: HOSPITAL, OTHERS_UNIT: OTHERS, FAR: OTHERS}
_SIGNER = Ed25519Signer(bytes(32))


def with_others() -> Directory:
    return msgspec.structs.replace(
        DIRECTORY,
        providers=(*DIRECTORY.providers, Provider(hsa_id=OTHERS, name="Den andra")),
        units=(
            *DIRECTORY.units,
            Unit(hsa_id=OTHERS_UNIT, name="Vårdcentralen", provider=OTHERS, type="primary_care"),
            Unit(hsa_id=FAR, name="Hemtjänsten", provider=OTHERS, type="municipal"),
        ),
    )


def a_history(patient: PatientId, chance: random.Random) -> list[Record]:
    """Return records of many hands with blocks, lifts, revokes and consents among them."""
    found: list[Record] = []
    blocks: list[Record] = []
    for _number in range(chance.randint(8, 16)):
        unit = chance.choice(list(UNITS))
        by = {"patient": patient, "author": an_author(unit=unit, provider=UNITS[unit])}
        what = chance.randrange(8)
        if what < 3:
            found.append(chance.choice((a_note, a_medication_order))(**by))
        elif what < 5:
            narrow = {"excluded": ("medication_order",)} if chance.random() < 0.3 else {}
            inner = an_inner_block(unit=unit, provider=UNITS[unit], **narrow, **by)
            outer = a_block(provider=UNITS[unit], **narrow, **by)
            blocks.append(chance.choice((inner, outer)))
            found.append(blocks[-1])
        elif what == 5 and blocks:
            until = chance.choice(("2026-03-02T09:00:00.000Z", "2099-01-01T00:00:00.000Z"))
            lift = a_lift(chance.choice(blocks), unit=chance.choice(list(UNITS)), until=until)
            found.append(lift)
        elif what == 6 and blocks:
            block = chance.choice(blocks)
            body = msgspec.structs.asdict(block.body) | {"status": "revoked"}
            found.append(a_block(**following(block), **body))
        else:
            found.append(a_consent(**by))
    return found


def states(records: Sequence[Record]) -> list[EntityState]:
    about: dict[object, list[Record]] = {}
    for record in records:
        about.setdefault(record.entity, []).append(record)
    return [entity_state(those) for those in about.values()]


def may_read(actor: Staff, record: Record, everything: Sequence[Record], at: int) -> bool:
    """Ask the policy of one record."""
    known = states(everything)
    reader = Reader(unit=actor.unit, provider=actor.provider)
    author = record.author
    entry = EntryFacts(
        family=BY_NAME[record.kind].family,
        unit=author.unit,
        provider=author.provider,
        times=(record.written_at.millis,),
    )
    asked = Asked(
        patient=record.patient,
        provider=author.provider,
        blocked=withheld(entry, blocks_in_force(known, at), reader, at),
        consented=consent_in_force(known, actor.provider, actor.person, actor.unit, at) is not None,
    )
    relation = relation_to_record(actor, asked, frozenset(UNITS))
    return decide(actor, Action.READ_RECORD, relation).allowed


async def streamed(core: Core, actor: Staff, patient: PatientId, *, whole: bool) -> list[EntryLine]:
    asked = StreamRequest(epoch=core.epoch, spans=(Span(p=patient),), whole=whole)
    first, others = await syncing.stream(core, actor, asked)
    assert others is None
    lines = [msgspec.json.decode(line, type=StreamLine) for line in first.splitlines()]
    return [line for line in lines if isinstance(line, EntryLine)]


async def essential(core: Core, actor: Staff, patient: PatientId) -> set[int]:
    asked = StreamRequest(epoch=core.epoch, spans=(Span(p=patient, essential=True),))
    first, _others = await syncing.stream(core, actor, asked)
    lines = [msgspec.json.decode(line, type=StreamLine) for line in first.splitlines()]
    return {line.rev for line in lines if isinstance(line, EntryLine)}


async def pulled(core: Core, actor: Staff) -> list[EntryLine]:
    await core.settle_feeds()
    asked = PullRequest(epoch=core.epoch, cursors={actor.unit: 0})
    page = await syncing.pull(core, actor, asked)
    lines = [msgspec.json.decode(line, type=PullLine) for line in page.splitlines()]
    return [line for line in lines if isinstance(line, EntryLine)]


async def test_what_comes_out_is_what_the_policy_allows_whichever_way(store: Opened) -> None:
    core, chance = store.core, random.Random(7)
    await bootstrap(core, with_others(), Accounts(staff={}))
    histories = {
        patient: a_history(patient, chance)
        for patient in (PatientId(an_id(f"blocked {n}")) for n in range(12))
    }
    for patient, records in histories.items():  # every unit has the patient from the beginning
        first = a_note(patient=patient)
        records.insert(0, first)
        await ingest(core, [(patient, [seal(first, _SIGNER)])])
        await begin_memberships(core, [(patient, unit) for unit in UNITS])
        for record in records[1:]:
            await ingest(core, [(patient, [seal(record, _SIGNER)])])

    withheld_ones = 0
    for unit, provider in UNITS.items():
        actor = a_staff(unit=unit, provider=provider)
        fed = {(line.p, line.rev): line for line in await pulled(core, actor)}
        for patient, records in histories.items():
            allowed = [may_read(actor, record, records, core.now) for record in records]
            withheld_ones += allowed.count(False)
            lines = await streamed(core, actor, patient, whole=False)
            assert [not line.blocked for line in lines] == allowed
            opened = a_staff(unit=unit, provider=provider, opened=frozenset({patient}))
            assert not any(
                line.blocked for line in await streamed(core, opened, patient, whole=True)
            )
            hidden = {line.rev for line in lines if line.blocked}
            assert not hidden & await essential(core, actor, patient)
            for line in lines:
                told = fed.get((patient, line.rev))
                assert told is None or told.blocked is line.blocked
                body = bytes(line.raw) == b"null"
                assert body is line.blocked
    assert withheld_ones > 50
    assert core.now > MORNING
