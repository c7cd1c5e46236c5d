"""A document of any length is read a piece at a time, and comes to what it says all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interop.builders import (
    IMPORTER,
    PATIENT,
    a_bundle,
    a_patient,
    a_resource,
    all_sealed,
    an_observation,
    imported,
    only,
)
from tests.interop.test_fhir_refusals import BROKEN, GOOD
from workstation.domain.kinds import open_strictly
from workstation.domain.medication import MedicationOrder
from workstation.domain.observation import Observation
from workstation.interop.fhir.faults import BrokenDocument, Fault
from workstation.interop.fhir.reading import Brought, Reading, nothing_before
from workstation.interop.fhir.source import Scan
from workstation.interop.fhir.window import InMemory

NOTE = 'Ingen blödning. 👩‍⚕️ \\ " \u2028 å\u0308'
MEDICATION = "33333333-3333-4333-8333-333333333333"
WORDS = a_bundle(
    a_patient(name=[{"family": "Åkesson"}]),
    an_observation(valueQuantity={"value": 1.5, "unit": "µg/L"}, note=[{"text": NOTE}]),
)


class Dripping:
    """A document that comes a few bytes at a time."""

    def __init__(self, data: bytes, drop: int) -> None:
        self._data, self._drop = data, drop
        self.size = len(data)

    def read(self, at: int, length: int) -> bytes:
        return self._data[at : at + min(length, self._drop)]


class Counting(InMemory):
    """Says how much was asked for at once, and may change what it says from a moment on."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: list[int] = []

    def read(self, at: int, length: int) -> bytes:
        self.asked.append(length)
        return super().read(at, length)


def _long(*resources: dict[str, Any]) -> bytes:
    """A document of which the last part is longer than what is kept of any."""
    padding = [an_observation(valueString=f"{n}" + "x" * 700_000) for n in range(8)]
    return a_bundle(*padding, *resources)


def _made(data: bytes) -> Iterator[Brought]:
    return Reading("long.json", InMemory(data), IMPORTER).records(nothing_before)


@given(st.integers(1, 40), st.booleans())
def test_wherever_a_piece_ends_every_resource_is_read_as_it_is_written(
    drop: int, escaped: bool
) -> None:
    data = json.dumps(json.loads(WORDS), ensure_ascii=escaped, indent=1).encode()

    pieces = [found.resource.raw for found in Scan(Dripping(data, drop)).resources()]

    assert pieces == [found.resource.raw for found in Scan(InMemory(data)).resources()]
    assert [json.loads(raw) for raw in pieces] == [
        entry["resource"] for entry in json.loads(WORDS)["entry"]
    ]


@pytest.mark.parametrize("fault", [name for name in BROKEN if name != "deep"])
def test_wherever_a_piece_ends_a_fault_has_the_same_place_and_reason(fault: str) -> None:
    data, _place = BROKEN[fault]
    told: list[object] = []
    for source in (InMemory(data), Dripping(data, 7)):
        try:
            told += [found.resource.path for found in Scan(source).resources()]
        except Fault as found:
            told.append((found.path, found.reason))
        told.append("end")
    assert told[: len(told) // 2] == told[len(told) // 2 :]


def test_of_a_long_document_no_more_is_asked_for_at_once_than_a_few_values() -> None:
    source = Counting(_long(a_patient()))
    made = sum(1 for _ in Reading("long.json", source, IMPORTER).records(nothing_before))

    assert made == 9
    assert source.size > 5_000_000
    assert max(source.asked) < 2_000_000


def test_in_a_long_document_what_is_named_before_it_comes_is_found() -> None:
    value = an_observation(
        valueString="x",
        encounter={"reference": "Encounter/22222222-2222-4222-8222-222222222222"},
    )
    order = a_resource(
        "MedicationRequest",
        status="active",
        intent="order",
        medicationReference={"reference": f"Medication/{MEDICATION}"},
    )
    medication = {"resourceType": "Medication", "id": MEDICATION, "code": {"text": "Alvedon"}}
    visit = a_resource("Encounter", status="finished", **{"class": {"code": "AMB"}})
    visit["id"] = "22222222-2222-4222-8222-222222222222"
    report = a_resource(
        "DiagnosticReport",
        status="final",
        code={"text": "Blodstatus"},
        result=[{"reference": f"Observation/{value['id']}"}],
    )
    parts = (order, report, medication, value, visit, a_patient())

    long = {brought.id: brought.sealed.raw for brought in _made(_long(*parts))}
    short = imported(a_bundle(*parts))

    for sealed in all_sealed(short):
        assert long[open_strictly(sealed).id] == sealed.raw
    body = only(short, "observation").body
    assert isinstance(body, Observation)
    assert body.report == only(short, "diagnostic_report").entity
    order_body = only(short, "medication_order").body
    assert isinstance(order_body, MedicationOrder)
    assert order_body.drug is not None
    assert order_body.drug.name == "Alvedon"


def test_a_long_document_that_changes_while_it_is_read_is_refused_with_the_place() -> None:
    data = bytearray(_long(a_patient()))
    source = InMemory(data)  # type: ignore[arg-type]
    reading = Reading("long.json", source, IMPORTER)
    data[-200:] = data[-200:].replace(PATIENT.encode(), b"0" * len(PATIENT))

    with pytest.raises(BrokenDocument) as refused:
        list(reading.records(nothing_before))

    assert refused.value.path == "Bundle.entry[8].resource"
    assert refused.value.reason == "filen ändrades medan den lästes"


@pytest.mark.parametrize(
    "document",
    [
        {"entry": [{"resource": a_patient()}], "resourceType": "Bundle"},
        {"type": "collection", "resourceType": "Bundle", "entry": [{"resource": a_patient()}]},
        {"id": PATIENT, "resourceType": "Patient"},
    ],
)
def test_a_document_may_say_late_what_it_is(document: dict[str, Any]) -> None:
    assert imported(json.dumps(document).encode()).report.patients == 1


def test_lines_and_values_over_several_lines_are_read() -> None:
    value = an_observation(valueString="x")
    for indent, end in ((None, "\n"), (None, "\r\n\n"), (1, "\n")):
        lines = [json.dumps(one, indent=indent) for one in (a_patient(), value)]
        assert imported(end.join(lines).encode()).report.understood.total() == 2


def test_a_document_says_what_is_wrong_with_it_where_it_is_no_document_at_all() -> None:
    told = {}
    for data in (b"", b" \n", b"\x1f\x8b\x08\x00", GOOD.decode().encode("utf-16")):
        with pytest.raises(BrokenDocument) as refused:
            imported(data)
        told[data[:2]] = refused.value.reason
    assert told[b""] == told[b" \n"] == "dokumentet är tomt"
    assert told[b"\x1f\x8b"] == "filen är komprimerad: packa upp den först"
    assert told[b"\xff\xfe"] == "texten är inte giltig UTF-8"
