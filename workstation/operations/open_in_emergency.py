"""Open a record in an emergency (nödöppning): for a reason, for a while, and for everybody to see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sync.protocol.emergency import LONGEST_REASON, SHORTEST_REASON
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _
from workstation.operations.ports import Desk
from workstation.operations.writing import Incomplete, require_care

GROUNDS = {
    "danger": N_("Danger to life or health; cannot be asked"),
    "capacity": N_("Lastingly unable; attitude settled as far as possible"),
}
"""Why the patient's own consent is missing. Lag 2022:913 tells them apart; the log names which."""
MOST_SIGNS = 350
"""Of the reason in one's own words: the ground stands before it in the log."""


@dataclass(frozen=True, kw_only=True)
class InEmergency:
    """A record that is open in an emergency. ``until``: ms UTC on this computer's clock.

    ``writes``: the patient is in the unit's care, and what is written is saved as always.
    ``ground``: why the patient's own consent is missing, as in ``GROUNDS``, not translated.
    """

    patient: PatientId
    until: int
    writes: bool
    ground: str = ""


class OnlyRead(Problem):
    """The record is open in an emergency, and the patient is in nobody's care here."""


def only_read() -> OnlyRead:
    """Return what is said to who would write in it."""
    return OnlyRead(
        _("The record is open in an emergency, to be read only."),
        _("Begin a visit to write in it: the patient is then in your unit's care."),
    )


class Emergency(Protocol):
    """The way to records outside the unit's care, at the server. Nothing of it stays here."""

    def of(self, patient: PatientId) -> InEmergency | None:
        """Return the opening that holds now, if any."""
        ...

    async def open(self, patient: PatientId, reason: str, *, ground: str = "") -> InEmergency:
        """Have the server open the record, and fetch all of it. ``ground``: one of ``GROUNDS``.

        Raises:
            Problem: There is no contact, or the server said no; nothing is open. Without contact
                the attempt is kept, as by :meth:`attempted`.
        """
        ...

    async def attempted(self, patient: PatientId, reason: str = "") -> None:
        """Keep for the access log that it was to be opened, and could not be: durable, told once.

        The same attempt again, before the record has been opened, is no other.
        """
        ...

    async def close(self, patient: PatientId) -> None:
        """Close it before its time: what was fetched is gone when this returns."""
        ...

    def subscribe(self, closed: Callable[[PatientId], None]) -> Callable[[], None]:
        """Call ``closed`` whenever an opening has ended, until unsubscribed."""
        ...


async def open_in_emergency(
    *, patient: PatientId, ground: str, reason: str, emergency: Emergency, desk: Desk
) -> InEmergency:
    """Open the record for whoever sits here; the log says ground and reason.

    Args:
        ground: A key of ``GROUNDS``.
        reason: In one's own words; the patient can read it.

    Raises:
        NotAllowed: Not a profession of care.
        Incomplete: The ground is not chosen, or the reason says too little or too much.
        Problem: As :meth:`Emergency.open`.
    """
    require_care(desk)
    said = whole_reason(ground, reason)
    return await emergency.open(patient, said, ground=GROUNDS[ground])


def whole_reason(ground: str, reason: str) -> str:
    """Return ground and reason as the access log says them.

    Raises:
        Incomplete: As :func:`open_in_emergency`.
    """
    words = check_reason(ground, reason)
    return f"{_(GROUNDS[ground])}. {words}"


def check_reason(ground: str, reason: str) -> str:
    """Return the reason in one line.

    Raises:
        Incomplete: As :func:`open_in_emergency`.
    """
    if ground not in GROUNDS:
        raise Incomplete(
            _("The ground is not chosen."),
            _("Choose why the patient's own consent is missing."),
            ["ground"],
        )
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise Incomplete(
            _("The reason says too little."),
            _("Write at least {count} signs: what it is that cannot wait.").format(
                count=SHORTEST_REASON
            ),
            ["reason"],
        )
    if len(words) > MOST_SIGNS:
        raise Incomplete(
            _("The reason is too long."),
            _("Write at most {count} signs: what it is that cannot wait.").format(count=MOST_SIGNS),
            ["reason"],
        )
    return words


assert MOST_SIGNS < LONGEST_REASON
