"""Records of many answers, written together: a laboratory's document may hold thousands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection

from workstation.domain.canonical import canonical
from workstation.domain.observation import Observation, primary_code
from workstation.domain.record import Record, Sealed, envelope_of
from workstation.domain.results import Analyses
from workstation.server.store import index, norms, orders, streams


@dataclass(kw_only=True, repr=False)
class Gathering:
    """Records on their way into the database, in one transaction. ``now``: ms UTC.

    Whoever reads what may be among them has them written first.
    """

    connection: Connection
    now: int
    grown: list[streams.Growth] = field(default_factory=list)
    _groups: list[streams.Appending] = field(default_factory=list)
    _entities: set[UUID] = field(default_factory=set)
    _results: dict[tuple[UUID, str], list[Observation]] = field(default_factory=dict)
    _replaced: set[tuple[UUID, str]] = field(default_factory=set)

    @cached_property
    def analyses(self) -> Analyses:
        """The limits in force."""
        return norms.in_force(self.connection).analyses

    def add(self, records: Sequence[Record]) -> None:
        """Take these records of one patient, to be written with the others."""
        if not records:
            return
        patient = records[0].patient
        for record in records:
            self._entities.add(record.entity)
            if isinstance(record.body, Observation):
                key = (patient, primary_code(record.body.concept))
                self._results.setdefault(key, []).append(record.body)
                if record.bases:
                    self._replaced.add(key)
        incoming = tuple(
            streams.Incoming(sealed=Sealed(canonical(envelope_of(one))), record=one, at=self.now)
            for one in records
        )
        group = streams.Appending(patient=patient, records=incoming, turn=len(self._groups))
        self._groups.append(group)

    def before_reading(self, entity: UUID) -> None:
        """Write everything, if something about this entity is still on its way."""
        if entity in self._entities:
            self.write()

    def results_of(self, patient: UUID, code: str, *, before: int) -> tuple[Observation, ...]:
        """Return a patient's results of an analysis before a time, ms UTC, newest few and more.

        Those on their way are among them; where one takes another's place, all are written first.
        """
        if (patient, code) in self._replaced:
            self.write()
        held = orders.earlier_values(self.connection, patient, code, before=before)
        return (*held, *self._results.get((patient, code), ()))

    def write(self) -> None:
        """Write what has been gathered; ``grown`` says what patients gained."""
        if not self._groups:
            return
        _placed, grown = streams.append(self.connection, self._groups, now=self.now)
        index.update_rows(self.connection, grown, now=self.now)
        self.grown += grown
        self._groups = []
        self._entities.clear()
        self._results.clear()
        self._replaced.clear()
