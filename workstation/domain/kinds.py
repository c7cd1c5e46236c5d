"""Every kind of record this program knows, and how a record's bytes become a record.

To add one: write its file, add its line to ``KINDS``. Cache, outbox, sync and server take any.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from workstation.domain import (
    attention,
    block,
    consent,
    contact,
    diagnosis,
    marks,
    medication,
    note,
    observation,
    patient,
    plan,
    procedure,
    referral,
    unmatched,
)
from workstation.domain.canonical import check_canonical
from workstation.domain.entity import EntityState
from workstation.domain.entity import entity_state as _entity_state
from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection
from workstation.domain.record import (
    Body,
    Envelope,
    Record,
    Sealed,
    UnknownBody,
    read_envelope,
    record_from,
)
from workstation.domain.watching import RULES, WatchRules

KINDS: tuple[Kind, ...] = (
    *patient.KINDS,
    *contact.KINDS,
    *note.KINDS,
    *diagnosis.KINDS,
    *attention.KINDS,
    *medication.KINDS,
    *observation.KINDS,
    *referral.KINDS,
    *unmatched.KINDS,
    *plan.KINDS,
    *procedure.KINDS,
    *block.KINDS,
    *consent.KINDS,
    *marks.KINDS,
)

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
_decoders = {kind.name: msgspec.json.Decoder(kind.body) for kind in KINDS}


class Malformed(ValueError):
    """Bytes that are no record. The message names kind and field, never content."""


def open_record(sealed: Sealed) -> Record:
    """Decode a record's bytes. A newer kind or version opens with ``UnknownBody``.

    Raises:
        Malformed: The bytes are no record, or the body is not of its kind.
    """
    return open_raw(sealed.raw)


def open_raw(raw: bytes) -> Record:
    """Decode a record's bytes, as :func:`open_record`."""
    try:
        envelope = read_envelope(raw)
        return record_from(envelope, _body(envelope))
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed(_without_content(error)) from None


def open_strictly(sealed: Sealed) -> Record:
    """Decode a record somebody wants stored: its bytes must also be canonical.

    Raises:
        Malformed: As :func:`open_record`, or the bytes are not the canonical ones.
    """
    try:
        check_canonical(sealed.raw)
    except ValueError as error:
        raise Malformed(str(error)) from None
    return open_record(sealed)


def _body(envelope: Envelope) -> Body:
    kind = BY_NAME.get(envelope.kind)
    if kind is None or envelope.kind_version > kind.version:
        return UnknownBody()
    body: Body = _decoders[kind.name].decode(envelope.body)
    return body


def _without_content(error: Exception) -> str:
    """Keep the place (``at `$.body.dose```), drop anything that could quote the record."""
    text = str(error)
    place = text.rpartition(" - at `")[2].rstrip("`") if " - at `" in text else ""
    if isinstance(error, msgspec.ValidationError) and "Invalid" not in text:
        return text
    return f"wrong value at {place}" if place else "no record"


def entity_state(records: Iterable[Record]) -> EntityState:
    """Return the state of one entity from its records, in any order."""
    return _entity_state(records, BY_NAME)


def project(state: EntityState, rules: WatchRules = RULES) -> Projection:
    """Return the read-model row of an entity, whatever its family. Never fails.

    ``rules``: the deadlines in force; they decide when what waits is late, and nothing else.
    What this program cannot make sense of (a newer version on top, records of two families under
    one entity, a step without what it is a step of) is a row that says so.
    """
    kind = BY_NAME.get(state.family)
    if kind is None or kind.project is None or not _makes_sense(state):
        return Projection(
            family=state.family,
            status="unreadable",
            title="",
            at=state.current.written_at.millis,
            patient_visible=False,
        )
    row = kind.project(state)
    return replace(row, work=kind.waits(state, rules)) if kind.waits is not None else row


def _makes_sense(state: EntityState) -> bool:
    if len(state.line.versions) == 1 and state.current.kind == state.family:  # as most are
        return not isinstance(state.current.body, UnknownBody)
    if any(isinstance(head.body, UnknownBody) for head in state.line.heads):
        return False
    if state.current.kind not in BY_NAME or not BY_NAME[state.current.kind].family:
        return False
    readable = [v for v in state.line.versions if not isinstance(v.body, UnknownBody)]
    return any(v.kind == state.family for v in readable) and all(
        BY_NAME[v.kind].family in ("", state.family) for v in readable
    )


def family_of(kind: str) -> str:
    """Return the family of a kind: empty for a mark, its own name for one that is not known."""
    known = BY_NAME.get(kind)
    return kind if known is None else known.family


def units_concerned(record: Record) -> frozenset[HsaId]:
    """Return the units that have the patient in their scope because of this record."""
    kind = BY_NAME.get(record.kind)
    others = kind.concerned(record) if kind is not None else ()
    return frozenset(unit for unit in (record.author.unit, *others) if unit)
