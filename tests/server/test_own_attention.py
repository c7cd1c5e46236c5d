"""What the patient's page says of hypersensitivity: never less safe than what care knows."""

from __future__ import annotations

import pytest

from sync.protocol.messages import PushRequest
from tests.builders import GRACE, a_patient, a_time, an_attention
from tests.server.conftest import Opened
from tests.server.grace import ACCOUNTS
from tests.server.running import DIRECTORY, OKOROS_PEN, a_group, a_staff
from workstation.access.actor import PatientSelf
from workstation.domain.attention import Attention
from workstation.domain.clock import HybridTime
from workstation.domain.record import Record
from workstation.domain.values import Concept
from workstation.server import own_record, pushing
from workstation.server.page.chapters import cards_of
from workstation.server.serve import bootstrap
from workstation.server.store.own import Shown

_NONE = {"none_known": True, "concept": Concept(), "severity": "", "certainty": ""}
_PENICILLIN = {"concept": Concept(text="penicillin")}
pytestmark = pytest.mark.parametrize("store", ["embedded"], indirect=True)
HERSELF = PatientSelf(patient=GRACE)


async def _written(store: Opened, *records: Record) -> None:
    for record in (a_patient(), *records):
        request = PushRequest(epoch="", groups=(a_group(record, pen=OKOROS_PEN),))
        reply = await pushing.push(store.core, a_staff(), request)
        assert reply.outcomes[0].rev


async def _told(store: Opened, *, limit: int = 50) -> tuple[Shown, ...]:
    wanted = own_record.Wanted(families=("attention",), group="current", limit=limit)
    ((shown),) = await own_record.chapters(store.core, HERSELF, [wanted])
    return shown


def _none_known(shown: tuple[Shown, ...]) -> list[bool]:
    bodies = [one.state.current.body for one in shown]
    return [body.none_known for body in bodies if isinstance(body, Attention)]


async def test_none_known_is_said_where_nothing_is_known(store: Opened) -> None:
    await _written(store, an_attention(**_NONE))
    assert _none_known(await _told(store)) == [True]


async def test_a_hypersensitivity_withheld_from_the_patient_silences_none_known(
    store: Opened,
) -> None:
    withheld = an_attention(**_PENICILLIN, approved_for_patient=False, written_at=a_time(5))
    await _written(store, an_attention(**_NONE), withheld)
    assert await _told(store) == ()


async def test_a_hypersensitivity_the_patient_may_see_strikes_none_known_out(
    store: Opened,
) -> None:
    await _written(store, an_attention(**_NONE), an_attention(**_PENICILLIN, written_at=a_time(5)))
    shown = await _told(store)
    assert sorted(_none_known(shown)) == [False, True]
    assert [card.struck for card in cards_of(shown)].count(True) == 1


async def test_none_known_is_silent_where_what_stands_against_it_is_on_another_page(
    store: Opened,
) -> None:
    known = an_attention(**_PENICILLIN, verified="2020-01-01", written_at=a_time(5))
    await _written(store, an_attention(**_NONE, verified="2024-01-01"), known)
    assert _none_known(await _told(store, limit=1)) == []


async def test_none_known_is_silent_while_the_patient_hides_the_newest(store: Opened) -> None:
    await bootstrap(store.core, DIRECTORY, ACCOUNTS)
    now = store.core.now
    old = HybridTime(millis=now - 30 * 86_400_000)
    new = HybridTime(millis=now - 86_400_000)
    await _written(
        store,
        an_attention(**_NONE, written_at=old),
        an_attention(**_PENICILLIN, written_at=new),
    )
    assert sorted(_none_known(await _told(store))) == [False, True]
    await own_record.choose_hide_recent(store.core, HERSELF, hide=True)
    assert await _told(store) == ()


@pytest.mark.parametrize("gone", ["refuted", "inactive"])
async def test_a_withheld_hypersensitivity_that_no_longer_holds_silences_nothing(
    store: Opened, gone: str
) -> None:
    withheld = an_attention(
        **_PENICILLIN, status=gone, approved_for_patient=False, written_at=a_time(5)
    )
    await _written(store, an_attention(**_NONE), withheld)
    assert _none_known(await _told(store)) == [True]
