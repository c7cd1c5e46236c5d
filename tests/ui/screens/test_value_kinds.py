"""What is measured is one series only where code and system agree, and one line only in one unit."""

from __future__ import annotations

from tests.builders import an_observation
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from ui.kit.cell import Row
from ui.kit.textrun import plain
from ui.screens.values.presenter import ValuesPresenter
from ui.screens.values.rows import columns, rows_of, series_of
from workstation.domain.observation import NPU
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept, Quantity


def _measured(value: str, day: str, *codings: Coding, unit: str = "g/L") -> Record:
    return an_observation(
        concept=Concept(text="B-Hemoglobin", codings=codings),
        category="laboratory",
        quantity=Quantity(value=value, unit=unit),
        effective=day,
        patient=KARIN,
    )


async def _values(seat: Seat, *records: Record) -> ValuesPresenter:
    await seat.logs_in()
    await seat.ward.put(*records)
    await seat.opens("values")
    presenter = seat.desk.chart["values"][1]
    assert isinstance(presenter, ValuesPresenter)
    return presenter


def _said(presenter: ValuesPresenter) -> dict[str, list[str]]:
    """Return what each row says, cell by cell, by its first one."""
    rows = (row for row in rows_of(presenter.state) if isinstance(row, Row))
    texts = ([plain(cell.lines) for cell in row.cells] for row in rows)
    return {cells[0]: cells for cells in texts if cells[0].startswith("B-Hemoglobin")}


async def test_the_same_name_without_a_code_or_in_another_system_is_a_row_of_its_own_and_says_so(
    seat: Seat,
) -> None:
    npu = Coding(system=NPU, code="NPU28309")
    here, there = Coding(system="urn:here", code="HB"), Coding(system="urn:there", code="HB")
    presenter = await _values(
        seat,
        _measured("138", "2026-10-01", npu),
        _measured("104", "2026-11-01"),
        _measured("120", "2026-09-01", here),
        _measured("7.5", "2026-08-01", there, unit="mmol/L"),
    )
    said = _said(presenter)
    assert len(said) == len([r for r in presenter.state.shown if r.name == "B-Hemoglobin"]) == 4
    assert any("utan kod" in name for name in said)
    assert any("NPU28309" in name for name in said)
    assert any("kod HB (here)" in name for name in said)
    for row in presenter.state.shown:
        if row.name == "B-Hemoglobin":
            await presenter.chosen(row.code)
            (line,) = series_of(presenter.state)
            assert len(line.points) == len(row.values)


async def test_an_earlier_value_in_another_unit_bears_it_and_is_on_no_common_line(
    seat: Seat,
) -> None:
    local = Coding(system="urn:here", code="HB")
    presenter = await _values(
        seat,
        _measured("138", "2026-10-01", local),
        _measured("130", "2026-09-01", local),
        _measured("8.1", "2026-08-01", local, unit="mmol/L"),
    )
    (cells,) = (cells for name, cells in _said(presenter).items() if "kod HB" in name)
    assert cells[2].startswith("138\u00a0g/L")
    assert cells[3].startswith("130\n")
    assert cells[4].startswith("8,1\u00a0mmol/L")
    (row,) = (row for row in presenter.state.shown if row.apart == "kod HB")
    await presenter.chosen(row.code)
    assert [(line.unit, len(line.points)) for line in series_of(presenter.state)] == [
        ("mmol/L", 1),
        ("g/L", 2),
    ]


def test_no_two_columns_of_the_values_bear_the_same_heading() -> None:
    titles = [column.title for column in columns() if column.title]
    assert len(titles) == len(set(titles))
