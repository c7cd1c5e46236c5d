"""A report says what is needed, and says nobody's number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from sync.protocol.incidents import MOST_CHARACTERS
from tests.builders import MORNING, an_id
from workstation.operations.report_incident import (
    KeptReport,
    NotReported,
    Told,
    names_a_person,
    report_incident,
)

TOLD = Told(
    happened="Vyn blev tom.",
    expected="Listan över läkemedel.",
    harm="unknown",
    screen="medication",
    program="0.1.0",
    trace=" 0A1B2C3D ",
)


class Shelf:
    """Keeps in memory."""

    def __init__(self) -> None:
        self.kept: list[KeptReport] = []

    async def keep(self, report: KeptReport) -> None:
        self.kept.append(report)

    async def all(self) -> Sequence[KeptReport]:
        return self.kept

    async def begun(self) -> Mapping[str, str]:
        return {}

    async def keep_begun(self, content: Mapping[str, str]) -> None: ...

    def subscribe(self, changed: Callable[[], object]) -> Callable[[], None]:
        return lambda: None


async def test_what_is_kept_is_what_was_said_with_view_version_and_trace() -> None:
    shelf = Shelf()
    report = await report_incident(shelf, TOLD, id=an_id("one"), at=MORNING)
    (kept,) = shelf.kept
    assert kept.report == report
    assert (report.happened, report.harm) == ("Vyn blev tom.", "unknown")
    assert (report.screen, report.program, report.trace) == ("medication", "0.1.0", "0A1B2C3D")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("happened", ""),
        ("expected", "  \n"),
        ("harm", ""),
        ("harm", "perhaps"),
        ("happened", "x" * (MOST_CHARACTERS + 1)),
        ("expected", "Gäller 19121212-1212."),
    ],
)
async def test_what_is_missing_or_must_not_be_there_is_named_and_nothing_is_kept(
    field: str, text: str
) -> None:
    shelf = Shelf()
    with pytest.raises(NotReported) as refused:
        await report_incident(shelf, replace(TOLD, **{field: text}), id=an_id("one"), at=MORNING)
    assert refused.value.field == field
    assert shelf.kept == []


@pytest.mark.parametrize(
    "text", ["191212121212", "121212-1212 blev fel", "för 19121212-1212.", "(121212+1212)"]
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert names_a_person(text)


@pytest.mark.parametrize("text", ["2026-11-23 01:45", "191212121213", "ärende 1234567890123456"])
def test_other_digits_are_no_number(text: str) -> None:
    assert not names_a_person(text)
