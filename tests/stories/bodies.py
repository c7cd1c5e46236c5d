"""A record of every kind with a text of its own in every field that holds text.

The fields are read from the body's type, so that a new kind or field is covered the day it comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import msgspec.inspect as inspect

from tests.builders import a_record, an_author, next_number
from workstation.domain.clock import HybridTime
from workstation.domain.ids import EntityId, PatientId, RecordId, uuid7
from workstation.domain.kind import Kind
from workstation.domain.kinds import KINDS
from workstation.domain.record import Author, Body, Record

FORMED = (
    *("2.50", "-0", "1e5", "2026-03", "1912", "2026-03-02T08:00:00.123+01:00", "2026-02-29"),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
)
"""Values for the fields whose form is fixed."""
_NUMBERS = (0, 1, 7, 2**31, 2**53 - 1)
_STEPS = {
    "referral": {"by": ""},
    "referral_event": {"event": "BEK", "by": ""},
    "referral_answer": {"answer": "SSV", "by": ""},
}
"""A receipt and an answer, both by the unit that was asked, on its own referral."""
ENVELOPE_TEXTS = ("name", "title", "unit_name", "provider_name")


class Filling:
    """Fills types with values: each free text is the next of ``texts``, and is counted.

    Args:
        now: ms UTC at which the records are written.
    """

    def __init__(self, texts: Iterator[str], chance: Random, *, now: int) -> None:
        self._texts = texts
        self._chance = chance
        self._now = now
        self.used = 0

    def round(self, patient: PatientId, author: Author) -> list[Record]:
        """Return one record of each kind; steps and marks stand on the round's own entities."""
        firsts: dict[str, Record] = {}
        for kind in KINDS:
            following = firsts.get(kind.family or "note")
            record = self._record(kind, patient, author, following)
            firsts.setdefault(kind.name, record)
        return list(firsts.values())

    def _record(
        self, kind: Kind, patient: PatientId, author: Author, following: Record | None
    ) -> Record:
        number = next_number()
        record_id = RecordId(uuid7(self._now, lambda size: number.to_bytes(size, "big")))
        entity = EntityId(patient) if kind.name == "patient" else EntityId(record_id)
        return a_record(
            kind.name,
            self._as_it_may_come(kind, self.value(inspect.type_info(kind.body)), author),
            id=record_id,
            patient=patient,
            entity=following.entity if following else entity,
            bases=(following.id,) if following else (),
            author=an_author(
                hsa_id=author.hsa_id,
                assignment=author.assignment,
                unit=author.unit,
                provider=author.provider,
                **{name: self.text() for name in ENVELOPE_TEXTS},
            ),
            device=self.text(),
            written_at=HybridTime(self._now, number),
        )

    def _as_it_may_come(self, kind: Kind, body: Body, author: Author) -> Body:
        """Return a body that the server takes in from its author.

        A referral's steps are those of its table; one closes and opens what one's own unit wrote.
        """
        fixed = {name: author.unit for name in ("to_unit", "unit") if kind.family == "referral"}
        if kind.name in ("block", "block_lift", "consent"):
            fixed = {"unit": author.unit, "provider": author.provider}
        chosen: dict[str, Any] = {**fixed, **_STEPS.get(kind.name, {})}
        return msgspec.structs.replace(
            body, **{n: v for n, v in chosen.items() if n in body.__struct_fields__}
        )

    def text(self) -> str:
        self.used += 1
        return next(self._texts)

    def value(self, kind: inspect.Type) -> Any:
        """Return a value of that type."""
        return _MAKERS[type(kind)](self, kind)

    def _str(self, kind: inspect.StrType) -> str:
        if kind.pattern is None:
            return self.text()[: kind.max_length]
        return self._chance.choice([f for f in FORMED if re.search(kind.pattern or "", f)])

    def _struct(self, kind: inspect.StructType) -> Any:
        return kind.cls(**{field.name: self.value(field.type) for field in kind.fields})

    def _many(self, kind: inspect.VarTupleType) -> Any:
        return tuple(self.value(kind.item_type) for _ in range(self._chance.randint(1, 2)))

    def _either(self, kind: inspect.UnionType) -> Any:
        some = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        return self.value(self._chance.choice(some))

    def _literal(self, kind: inspect.LiteralType) -> Any:
        return self._chance.choice(kind.values)

    def _uuid(self, _kind: inspect.Type) -> UUID:
        return UUID(int=self._chance.getrandbits(128))

    def _int(self, kind: inspect.IntType) -> int:
        low, high = kind.ge or 0, kind.le or 2**53 - 1
        return self._chance.choice([n for n in _NUMBERS if low <= n <= high])

    def _bool(self, _kind: inspect.Type) -> bool:
        return self._chance.random() < 0.5


_MAKERS: dict[type, Callable[[Filling, Any], Any]] = {
    inspect.StrType: Filling._str,
    inspect.StructType: Filling._struct,
    inspect.VarTupleType: Filling._many,
    inspect.UnionType: Filling._either,
    inspect.LiteralType: Filling._literal,
    inspect.UUIDType: Filling._uuid,
    inspect.IntType: Filling._int,
    inspect.BoolType: Filling._bool,
}
