"""Signing what waits, one note after the other: each is read before it is signed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from workstation.domain.ids import EntityId, HsaId
from workstation.domain.note import Note
from workstation.operations.ports import Listed, PatientLine, WorkLine

Deed = Literal["", "sign", "countersign"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Unsigned:
    """A note that waits, by whose it is."""

    patient: PatientLine
    entity: EntityId


@dataclass(frozen=True, kw_only=True, repr=False)
class SigningState:
    """``queue``: what waited when the round began; ``at``: which of it is read now.

    Attributes:
        shown: The note as it stands, None while it is read from the store.
        deed: What the person here does with it.
        signed, left: How many were signed in this round, and how many passed over.
        busy: A signature is being written.
    """

    queue: tuple[Unsigned, ...] = ()
    at: int = 0
    shown: Listed | None = None
    deed: Deed = ""
    signed: int = 0
    left: int = 0
    busy: bool = False

    @property
    def going_on(self) -> bool:
        """Whether somebody is reading and signing."""
        return self.at < len(self.queue)

    @property
    def current(self) -> Unsigned | None:
        """What is to be read now."""
        return self.queue[self.at] if self.going_on else None


def unsigned_notes(lines: Collection[WorkLine], person: HsaId) -> tuple[Unsigned, ...]:
    """Return the notes that wait to be signed: one's own first, each patient's together.

    The oldest first; those of somebody absent, which one countersigns, come after one's own.
    """
    notes = [line for line in lines if line.reason == "unsigned" and line.row.family == "note"]
    first: dict[tuple[bool, object], int] = {}
    for line in notes:
        group = (line.person != person, line.patient.patient)
        first[group] = min(first.get(group, line.since), line.since)

    def place(line: WorkLine) -> tuple[bool, int, str, int]:
        others, patient = line.person != person, line.patient.patient
        return (others, first[others, patient], str(patient), line.since)

    return tuple(Unsigned(patient=n.patient, entity=n.entity) for n in sorted(notes, key=place))


def deed_for(listed: Listed | None, person: HsaId, *, licensed: bool) -> Deed:
    """Return what may be done with a note: nothing where it no longer waits."""
    if listed is None or listed.state.undecided or listed.state.voided or listed.state.signed:
        return ""
    state = listed.state
    if not isinstance(state.current.body, Note):
        return ""
    if state.current.author.hsa_id == person:
        return "sign"
    countersigned = state.signature_of(state.current.id, "countersign") is not None
    return "countersign" if licensed and not countersigned else ""
