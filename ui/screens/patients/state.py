"""The unit's patients, what a search found, and the registration of a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ui.shell.standing import Standing
from workstation.domain.ids import PatientId
from workstation.operations.ports import PatientLine

MOST = 500
MOST_STANDING = 60


@dataclass(frozen=True, kw_only=True, repr=False)
class PatientsState:
    """``lines``: the unit's, or the search's hits on this computer; None until read.

    ``region``: hits from the region, None while not searched; ``region_failed``: no contact;
    ``asking``: the region has not answered yet.
    ``standing``: how those at the top of the list stand, once that is read.
    ``why``: what matches of those found, where it is nothing that the list shows.
    ``registering``: what is typed about a new patient, None while nobody registers.
    """

    lines: tuple[PatientLine, ...] | None = None
    search: str = ""
    region: tuple[PatientLine, ...] | None = None
    region_failed: bool = False
    asking: bool = False
    today: date = date(2000, 1, 1)
    registering: Mapping[str, str] | None = None
    wrong: frozenset[str] = field(default_factory=frozenset)
    problem: tuple[str, str] = ("", "")
    busy: bool = False
    standing: Mapping[PatientId, Standing] = field(default_factory=dict)
    why: Mapping[PatientId, str] = field(default_factory=dict)

    def line(self, key: str) -> PatientLine | None:
        """Return the shown patient of a row."""
        every = (*(self.lines or ()), *(self.region or ()))
        return next((line for line in every if str(line.patient) == key), None)

    def typed(self, key: str, value: str) -> PatientsState:
        """Return the state with one field of the registration changed."""
        content = {**(self.registering or {}), key: value}
        return replace(self, registering=content, wrong=self.wrong - {key})

    @property
    def elsewhere(self) -> tuple[PatientLine, ...]:
        """Hits from the region that are not on this computer."""
        here = {line.patient for line in self.lines or ()}
        return tuple(line for line in self.region or () if line.patient not in here)
