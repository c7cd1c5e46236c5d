"""The server's side of a feed, as far as a store sees it: numbers records, chains, streams."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import msgspec

from sync.protocol.digest import moved, patient_digest, to_hex
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EnterLine,
    EntryLine,
    EraseLine,
    Group,
    Head,
    LeaveLine,
    Outcome,
    PullLine,
)
from workstation.domain.kinds import open_record
from workstation.domain.record import GENESIS, Sealed, chain


@dataclass
class Stream:
    entries: list[Sealed] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=lambda: [GENESIS])

    @property
    def rev(self) -> int:
        return len(self.entries)


@dataclass
class FeedServer:
    """Streams by patient and one feed for each unit; every line ever fed is kept."""

    streams: dict[UUID, Stream] = field(default_factory=dict)
    feeds: dict[str, list[PullLine]] = field(default_factory=dict)
    members: dict[str, set[UUID]] = field(default_factory=dict)

    def store(self, *records: Sealed) -> None:
        """Append records to their patients' streams and feed them to the units that have them."""
        for sealed in records:
            self.append(open_record(sealed).patient, sealed)

    def append(self, patient: UUID, sealed: Sealed) -> None:
        """Append bytes, whatever they are, to a patient's stream."""
        stream = self.streams.setdefault(patient, Stream())
        stream.entries.append(sealed)
        stream.hashes.append(chain(stream.hashes[-1], sealed.hash))
        for unit, members in self.members.items():
            if patient in members:
                self._feed(unit, _entry(patient, stream.rev, sealed, unit=unit))

    def enters(self, unit: str, patient: UUID) -> None:
        stream = self.streams.setdefault(patient, Stream())
        self.members.setdefault(unit, set()).add(patient)
        head = stream.hashes[-1].hex()
        self._feed(unit, EnterLine(u=unit, pos=0, p=patient, rev=stream.rev, hash=head))

    def leaves(self, unit: str, patient: UUID) -> None:
        self.members[unit].discard(patient)
        self._feed(unit, LeaveLine(u=unit, pos=0, p=patient))

    def erases(self, unit: str, patient: UUID, *revs: int) -> None:
        self._feed(unit, EraseLine(u=unit, pos=0, p=patient, revs=revs))

    def pos(self, unit: str) -> int:
        return len(self.feeds.get(unit, ()))

    def lines(self, unit: str, after: int) -> list[PullLine]:
        """Return the feed after a position, with its end."""
        at = AtLine(u=unit, pos=self.pos(unit), digest=self.digest(unit))
        return [*self.feeds.get(unit, [])[after:], at]

    def digest(self, unit: str) -> str:
        total = 0
        for head in self.heads(unit):
            share = patient_digest(head.p, head.rev, bytes.fromhex(head.hash))
            total = moved(total, before=0, after=share)
        return to_hex(total)

    def heads(self, unit: str) -> tuple[Head, ...]:
        members = sorted(self.members.get(unit, ()), key=lambda patient: patient.bytes)
        return tuple(self.head(patient) for patient in members)

    def head(self, patient: UUID) -> Head:
        stream = self.streams[patient]
        return Head(p=patient, rev=stream.rev, hash=stream.hashes[-1].hex())

    def span(self, patient: UUID, first: int, last: int = 0) -> tuple[list[EntryLine], EndLine]:
        stream = self.streams[patient]
        last = min(last or stream.rev, stream.rev)
        lines = [_entry(patient, rev, stream.entries[rev - 1]) for rev in range(first, last + 1)]
        end = EndLine(
            p=patient,
            first=first,
            last=last,
            rev=stream.rev,
            hash=stream.hashes[-1].hex(),
            before=stream.hashes[first - 1].hex(),
        )
        return lines, end

    def islands(self, patient: UUID, revs: Iterable[int]) -> tuple[list[EntryLine], EndLine]:
        stream = self.streams[patient]
        lines = [_entry(patient, rev, stream.entries[rev - 1]) for rev in revs]
        head = stream.hashes[-1].hex()
        end = EndLine(
            p=patient,
            first=1,
            last=stream.rev,
            rev=stream.rev,
            hash=head,
            before="",
            essential=True,
        )
        return lines, end

    def takes(self, groups: Sequence[Group]) -> tuple[Outcome, ...]:
        """Store what was pushed; what is known already is told so."""
        outcomes: list[Outcome] = []
        for group in groups:
            for op in group.ops:
                sealed = Sealed(bytes(op.raw), b"s" * 64, b"k" * 16)
                record = open_record(sealed)
                stream = self.streams.setdefault(group.p, Stream())
                known = [open_record(each).id for each in stream.entries]
                verdict: Literal["known", "applied"] = "known" if record.id in known else "applied"
                if verdict == "applied":
                    self.store(sealed)
                    known.append(record.id)
                rev = known.index(record.id) + 1
                outcomes.append(Outcome(id=str(record.id), verdict=verdict, rev=rev))
        return tuple(outcomes)

    def _feed(self, unit: str, line: PullLine) -> None:
        feed = self.feeds.setdefault(unit, [])
        feed.append(msgspec.structs.replace(line, pos=len(feed) + 1))


def _entry(patient: UUID, rev: int, sealed: Sealed, *, unit: str = "") -> EntryLine:
    return EntryLine(
        u=unit,
        p=patient,
        rev=rev,
        raw=msgspec.Raw(sealed.raw),
        sig=b64encode(sealed.signature).decode(),
        by=b64encode(sealed.signer).decode(),
    )
