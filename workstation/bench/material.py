"""What the benches work on: an invented region's records, as they come over the wire."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

import msgspec

from sync.protocol.messages import EndLine, EntryLine, Head, Span
from sync.protocol.ports import SentSpan
from workstation.bench.measurer import BENCH_AUTHOR, SIGNER
from workstation.domain.clock import HybridTime, to_millis
from workstation.domain.ids import EntityId, PatientId, RecordId, uuid7
from workstation.domain.note import Note, Section
from workstation.domain.record import GENESIS, Record, Sealed, chain, read_envelope, seal
from workstation.generator import generate
from workstation.server.store.reading import ESSENTIAL

AS_OF = datetime(2026, 11, 22, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, repr=False)
class Stream:
    """A patient's whole stream on the wire, and its head."""

    entries: tuple[EntryLine, ...]
    head: Head

    @property
    def end(self) -> EndLine:
        """The line that ends it."""
        rev = self.head.rev
        return EndLine(
            p=self.head.p, first=1, last=rev, rev=rev, hash=self.head.hash, before=GENESIS.hex()
        )


class Served:
    """Answers for spans of a stream as the server does."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        kinds = [read_envelope(line.raw).kind for line in stream.entries]
        self._essential = tuple(
            line for line, kind in zip(stream.entries, kinds, strict=True) if kind in ESSENTIAL
        )
        self._hashes = [GENESIS]
        for line in stream.entries:
            self._hashes.append(chain(self._hashes[-1], Sealed(bytes(line.raw)).hash))

    def answer(self, span: Span) -> SentSpan:
        """Return the records of a span with the line that ends it."""
        whole = self._stream.end
        if span.essential:
            return self._essential, msgspec.structs.replace(whole, essential=True)
        last = min(span.last or whole.last, whole.last)
        before = self._hashes[span.first - 1].hex()
        end = msgspec.structs.replace(whole, first=span.first, last=last, before=before)
        return self._stream.entries[span.first - 1 : last], end


@cache
def region_records(most: int, *, seed: int = 1) -> tuple[tuple[UUID, tuple[Sealed, ...]], ...]:
    """Return whole patients until there are ``most`` records; the last patient is cut to fit."""
    found: list[tuple[UUID, tuple[Sealed, ...]]] = []
    left = most
    for batch in generate(patients=most, seed=seed, as_of=AS_OF, signer=SIGNER).patients:
        records = batch.records[:left]
        found.append((batch.patient, records))
        left -= len(records)
        if left <= 0:
            break
    return tuple(found)


def stream_of(patient: UUID, records: Sequence[Sealed]) -> Stream:
    """Return a patient's records as the server would send them."""
    head = GENESIS
    for sealed in records:
        head = chain(head, sealed.hash)
    entries = tuple(
        EntryLine(
            p=patient,
            rev=rev,
            raw=msgspec.Raw(sealed.raw),
            sig=b64encode(sealed.signature).decode(),
            by=b64encode(sealed.signer).decode(),
        )
        for rev, sealed in enumerate(records, 1)
    )
    return Stream(entries=entries, head=Head(p=patient, rev=len(records), hash=head.hex()))


def streams(most: int) -> Iterator[Stream]:
    """Yield the streams of :func:`region_records`."""
    for patient, records in region_records(most):
        yield stream_of(patient, records)


def a_note(patient: UUID, number: int) -> Sealed:
    """Return the ``number``-th new note about a patient, by ``BENCH_AUTHOR``."""
    millis = to_millis(AS_OF) + number
    note = RecordId(uuid7(millis, lambda count: number.to_bytes(count, "big")))
    body = Note(
        type="bes",
        title="Besöksanteckning",
        sections=(
            Section(term="Aktuellt", text=f"Mår bättre i dag, dag {number}. Ingen blödning."),
            Section(term="Bedömning", text="Fortsatt behandling enligt plan. Åter vid behov."),
        ),
    )
    record = Record(
        id=note,
        patient=PatientId(patient),
        kind="note",
        kind_version=1,
        entity=EntityId(note),
        author=BENCH_AUTHOR,
        device="bench",
        written_at=HybridTime(millis),
        body=body,
    )
    return seal(record, SIGNER)
