"""What the values show: the newest of each kind, and the plotted ones over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ui.shell.value_words import kind_of, told_apart
from workstation.domain.medication import OrderState
from workstation.domain.observation import Observation
from workstation.operations.ports import Listed, PatientLine

EACH = 6
"""How many of each kind the table shows."""


@dataclass(frozen=True, kw_only=True, repr=False)
class ValueRow:
    """One kind of value, newest first. ``code``: the kind's key.

    ``apart``: what tells it from another kind of the same name: its code, or that it has none.
    """

    code: str
    name: str
    category: str
    values: tuple[Listed, ...]
    apart: str = ""

    @property
    def waiting(self) -> Listed | None:
        """The most urgent of the shown values that nobody has acknowledged."""
        open_ones = [v for v in self.values if v.row.work]
        critical = [v for v in open_ones if v.row.work[0].reason == "critical"]
        return next(iter(critical or open_ones), None)


@dataclass(frozen=True, kw_only=True, repr=False)
class ValuesState:
    """``kept``: kinds that stay in the plot; ``series``: all loaded values of plotted kinds."""

    patient: PatientLine | None = None
    rows: tuple[ValueRow, ...] | None = None
    chosen: str = ""
    kept: tuple[str, ...] = ()
    series: Mapping[str, tuple[Listed, ...]] = field(default_factory=dict)
    orders: tuple[OrderState, ...] = ()
    search: str = ""

    @property
    def shown(self) -> tuple[ValueRow, ...]:
        """The rows that the search lets through."""
        wanted = self.search.strip().casefold()
        return tuple(row for row in self.rows or () if wanted in row.name.casefold())

    @property
    def plotted(self) -> tuple[str, ...]:
        """The kinds in the plot: those kept, and the chosen one."""
        chosen = (self.chosen,) if self.chosen and self.chosen not in self.kept else ()
        return (*self.kept, *chosen)

    def row(self, code: str) -> ValueRow | None:
        """Return the row of a kind."""
        return next((row for row in self.rows or () if row.code == code), None)


def value_rows(listed: tuple[Listed, ...]) -> tuple[ValueRow, ...]:
    """Group values by kind: what waits for somebody first, then by category and name."""
    found: dict[str, list[Listed]] = {}
    for one in sorted(listed, key=lambda v: -v.row.at):
        if isinstance(one.state.current.body, Observation) and not one.state.voided:
            found.setdefault(kind_of(one), []).append(one)
    rows = [
        ValueRow(
            code=code, name=values[0].row.title, category=values[0].row.group, values=tuple(values)
        )
        for code, values in found.items()
    ]
    told = told_apart({row.code: row.values[0] for row in rows})
    rows = [replace(row, apart=told.get(row.code, "")) for row in rows]
    rows.sort(key=lambda row: (_urgency(row), row.category, row.name.casefold()))
    return tuple(rows)


def _urgency(row: ValueRow) -> int:
    waiting = row.waiting
    if waiting is None:
        return 2
    return 0 if waiting.row.work[0].reason == "critical" else 1


def actions_open(state: ValuesState) -> tuple[str, ...]:
    """Return what may be done with the chosen kind."""
    row = state.row(state.chosen)
    if row is None:
        return ()
    keep = "unkeep" if row.code in state.kept else "keep"
    return (("acknowledge",) if row.waiting else ()) + (keep,)
