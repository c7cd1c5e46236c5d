"""A patient's record taken out whole: FHIR that reads back, a summary, and every byte."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from sync.protocol.log import LogQuestion
from sync.protocol.messages import PushRequest
from tests.builders import (
    GRACE,
    a_booking,
    a_diagnosis,
    a_medication_order,
    a_note,
    a_patient,
    a_planned_action,
    a_referral,
    an_administration,
    an_attention,
    an_observation,
)
from tests.server.conftest import Opened, store
from tests.server.running import OKOROS_PEN, a_group, a_staff
from workstation.app.exporting import RECORD, RECORDS, SUMMARY, export_patient, patient_named
from workstation.domain.kinds import open_raw
from workstation.domain.log_words import EXPORTED, more_of
from workstation.domain.patient import Address
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import in_language
from workstation.domain.values import Concept
from workstation.interop.fhir.reading import Importer, read_bundle
from workstation.server import pushing
from workstation.server.page.access import WHAT
from workstation.server.store import review

pytestmark = pytest.mark.parametrize("store", ["embedded"], indirect=True)
__all__ = ["store"]
_NONE = {"none_known": True, "concept": Concept(), "severity": "", "certainty": ""}


def _everything(**patient: object) -> tuple[Record, ...]:
    order = a_medication_order()
    return (
        a_patient(**patient),
        a_note(),
        order,
        an_administration(order),
        a_referral(),
        an_observation(),
        a_diagnosis(),
        an_attention(),
        a_booking(),
        a_planned_action(),
    )


async def _written(store: Opened, *records: Record) -> None:
    for record in records:
        request = PushRequest(epoch="", groups=(a_group(record, pen=OKOROS_PEN),))
        reply = await pushing.push(store.core, a_staff(), request)
        assert reply.outcomes[0].rev


async def test_everything_leaves_and_reads_back(store: Opened, tmp_path: Path) -> None:
    records = _everything()
    await _written(store, *records)

    told = await export_patient(store.core, GRACE, tmp_path / "out")

    assert not told.without_form
    assert told.resources["Flag"] == told.resources["AllergyIntolerance"] == 1
    lines = (tmp_path / "out" / RECORDS).read_bytes().splitlines()
    assert {open_raw(line).id for line in lines} == {record.id for record in records}
    importer = Importer(author=records[0].author, device="d")
    found = read_bundle("x", (tmp_path / "out" / RECORD).read_bytes(), importer=importer)
    kinds = Counter(record.kind for record in records) - Counter({"referral": 1})
    assert not kinds - found.report.records  # each kind comes back at least as often
    assert found.report.not_understood == {"ServiceRequest": 1, "Flag": 1}


async def test_the_summary_has_what_every_summary_must(store: Opened, tmp_path: Path) -> None:
    await _written(store, *_everything())
    await export_patient(store.core, GRACE, tmp_path)
    document = json.loads((tmp_path / SUMMARY).read_bytes())

    composition = document["entry"][0]["resource"]
    codes = [section["code"]["coding"][0]["code"] for section in composition["section"]]
    assert codes[:4] == ["48765-2", "11450-4", "10160-0", "104605-1"]
    ids = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in document["entry"]}
    told = [one["reference"] for s in composition["section"] for one in s.get("entry", [])]
    assert told
    assert set(told) <= ids
    assert document["type"] == "document"


@pytest.mark.parametrize(
    ("records", "reason"), [((), "notasked"), ((an_attention(**_NONE),), None)]
)
async def test_not_asked_is_not_none_known(
    store: Opened, tmp_path: Path, records: tuple[Record, ...], reason: str | None
) -> None:
    await _written(store, a_patient(), *records)
    await export_patient(store.core, GRACE, tmp_path)
    sections = json.loads((tmp_path / SUMMARY).read_bytes())["entry"][0]["resource"]["section"]
    why = sections[0].get("emptyReason", {}).get("coding", [{}])[0].get("code")
    assert why == reason


async def test_where_a_protected_patient_is_leaves_in_no_form(
    store: Opened, tmp_path: Path
) -> None:
    address = (Address(lines=("NÅL 1",), city="Göteborg"),)
    await _written(store, *_everything(addresses=address, protection="sekretessmarkering"))
    told = await export_patient(store.core, GRACE, tmp_path)
    assert told.records is None
    assert not (tmp_path / RECORDS).exists()
    assert all("NÅL" not in path.read_text("utf-8") for path in told.files)


async def test_nothing_is_replaced_and_nobody_is_guessed(store: Opened, tmp_path: Path) -> None:
    await _written(store, a_patient())
    await export_patient(store.core, GRACE, tmp_path)
    with pytest.raises(Problem):
        await export_patient(store.core, GRACE, tmp_path)
    assert await patient_named(store.core, "191212121212") == GRACE
    with pytest.raises(Problem):
        await patient_named(store.core, "ingen")


async def test_that_a_record_was_taken_out_is_seen_by_reviewers_and_the_patient(
    store: Opened, tmp_path: Path
) -> None:
    await _written(store, a_patient())
    await export_patient(store.core, GRACE, tmp_path / "out")

    asked = LogQuestion(patient=GRACE, activity="Utskrift")
    found, _more = await store.core.database.read(
        lambda c: review.lines(c, a_staff().provider, asked, limit=5)
    )
    mine = await store.core.database.read(
        lambda c: review.of_patient(c, GRACE, activities=tuple(WHAT), limit=5, offset=0)
    )

    assert [(line.activity, line.what) for line in found] == [("Utskrift", EXPORTED)]
    assert ("Utskrift", EXPORTED) in [(one.event.activity, one.event.what) for one in mine]
    with in_language("sv"):
        assert more_of(EXPORTED).startswith("hela journalen togs ut")
