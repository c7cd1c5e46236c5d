"""How an operation reads the version it decides on, and writes what it decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from workstation.domain.canonical import NotCanonical
from workstation.domain.clock import HybridTime
from workstation.domain.directory import CARE, LICENSED, PRESCRIBERS
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.kinds import BY_NAME
from workstation.domain.problem import Problem
from workstation.domain.record import Body, Record, Sealed, seal
from workstation.domain.texts import _
from workstation.domain.values import is_when, millis_of
from workstation.operations.ports import Desk, Reading, Writing

_LONG = 40  # letters of what is told back


class ChangedMeanwhile(Problem):
    """What was decided on is no longer what holds; nothing was stored."""


class NotAllowed(Problem):
    """This profession, person or unit may not do this."""


class HalfCharacter(Problem):
    """A text holds half a surrogate pair, which nothing can carry; nothing was stored."""


class Incomplete(Problem):
    """Something that must be said is missing or impossible. ``fields`` names where.

    The names are those of the body's attributes, in the order to put right.
    """

    def __init__(self, message: str, advice: str, fields: Sequence[str] = ()) -> None:
        super().__init__(message, advice)
        self.fields = tuple(fields)


def heads_of(state: EntityState) -> tuple[RecordId, ...]:
    """Return the versions to build on: what somebody who reads ``state`` has seen."""
    return tuple(head.id for head in state.line.heads)


async def read_seen(
    patient: PatientId, entity: EntityId, *, seen: Iterable[RecordId], records: Reading
) -> EntityState:
    """Return the entity as it stands, when that is what its reader saw.

    Raises:
        ChangedMeanwhile: It has other heads than ``seen``, or is not on this computer.
    """
    listed = await records.entity(patient, entity)
    if listed is None:
        raise ChangedMeanwhile(
            _("This part of the record is no longer on this computer."),
            _("Open the patient again. What you have written is kept."),
        )
    if frozenset(heads_of(listed.state)) != frozenset(seen):
        raise ChangedMeanwhile(
            _("Somebody has changed this since you opened it."),
            _("Read the new version, then do it again. What you have written is kept."),
        )
    return listed.state


def record_for(
    desk: Desk,
    *,
    patient: PatientId,
    kind: str,
    body: Body,
    entity: EntityId | None = None,
    bases: Sequence[RecordId] = (),
    approved_for_patient: bool = True,
    written_at: HybridTime | None = None,
) -> Record:
    """Return a record written at this desk; without ``entity`` it begins one of its own."""
    record_id = desk.new_id()
    return Record(
        id=record_id,
        patient=patient,
        kind=kind,
        kind_version=BY_NAME[kind].version,
        entity=EntityId(record_id) if entity is None else entity,
        bases=tuple(bases),
        author=desk.author,
        device=desk.device,
        written_at=desk.now() if written_at is None else written_at,
        approved_for_patient=approved_for_patient,
        body=body,
    )


def sealed_at(desk: Desk, record: Record) -> Sealed:
    """Return the record's final bytes, signed at this desk.

    Raises:
        HalfCharacter: A text in it is no text.
    """
    try:
        return seal(record, desk.signer)
    except NotCanonical:
        raise HalfCharacter(
            _("The text holds half a character, which cannot be stored."),
            _("Delete the broken sign and save again. What you have written is kept."),
        ) from None


async def save(records: Writing, desk: Desk, *written: Record) -> None:
    """Seal and store in one transaction.

    Raises:
        HalfCharacter: A text is no text; nothing was stored.
    """
    await records.save([sealed_at(desk, record) for record in written])


def require_prescriber(desk: Desk) -> None:
    """Raise ``NotAllowed`` unless who sits here may order medicines."""
    if desk.profession not in PRESCRIBERS:
        raise NotAllowed(
            _("Only a physician may order, change or stop a medicine."),
            _("Ask the responsible physician to sign the order."),
        )


def require_licensed(desk: Desk) -> None:
    """Raise ``NotAllowed`` unless who sits here has a health care licence."""
    if desk.profession not in LICENSED:
        raise NotAllowed(
            _("This needs a licensed profession."),
            _("Ask a licensed colleague to do it. What you have written is kept."),
        )


def require_care(desk: Desk) -> None:
    """Raise ``NotAllowed`` unless who sits here works in the patient's care."""
    if desk.profession not in CARE:
        raise NotAllowed(
            _("Your role does not take part in the care itself."),
            _("Ask a colleague in care to do it. What you have written is kept."),
        )


def check_date(field: str, when: str | None) -> None:
    """Raise ``Incomplete`` for ``field`` when ``when`` is no date of the calendar."""
    if not when:
        return
    if not is_when(when):
        raise Incomplete(
            _("There is no such date: {date}").format(date=_begun(when)),
            _("Type year, month and day: 2026-11-22."),
            [field],
        )


def _begun(text: str) -> str:
    """Return what was typed, of a long text only how it begins: the rest of the window is needed."""
    return text if len(text) <= _LONG else f"{text[:_LONG]} […]"


def check_not_ahead(field: str, when: str | None, now: datetime) -> None:
    """Raise ``Incomplete`` for ``field`` when ``when`` has not come yet."""
    check_date(field, when)
    if when and millis_of(when) > now.timestamp() * 1000 + 60_000:
        raise Incomplete(
            _("The time has not come yet."),
            _("Give the time when it was done."),
            [field],
        )
