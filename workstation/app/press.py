"""What a session prints from, and how the access log learns of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from workstation.app.emergency import EmergencyKeeper
from workstation.app.openings import OpeningKeeper
from workstation.app.side_records import SideRecords
from workstation.domain.ids import PatientId
from workstation.domain.record import Author
from workstation.domain.texts import _
from workstation.operations.ports import Reading


@dataclass(frozen=True, kw_only=True, repr=False)
class Press:
    """``printed`` keeps that something of a patient was printed: called before it can be seen.

    ``ground``: why the record could be read at all, where that must stand on every page.
    """

    records: Reading
    author: Author
    printed: Callable[[PatientId], Awaitable[None]]
    ground: Callable[[PatientId], str] = lambda _patient: ""


def press_of(
    records: SideRecords, author: Author, openings: OpeningKeeper, emergency: EmergencyKeeper
) -> Press:
    """Return what a session prints from: what is open in an emergency from there, and marked so."""

    def ground(patient: PatientId) -> str:
        opening = emergency.of(patient)
        if opening is None:
            return ""
        return _("Printed from a record opened in an emergency. {ground}.").format(
            ground=_(opening.ground)
        )

    async def printed(patient: PatientId) -> None:
        await openings.printed(patient, in_emergency=emergency.of(patient) is not None)

    return Press(records=records, author=author, printed=printed, ground=ground)
