"""What an import found, for people: nothing dropped, everything not understood counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

_LISTED = 1_000  # of what nobody can follow: who looks into it needs some, not all


@dataclass(kw_only=True, repr=False)
class Report:
    """Counts of one document, or of many added up.

    Attributes:
        understood: Resources by type that became records of ours.
        not_understood: Resources by type that are kept whole as they came.
        unmapped: Elements inside understood resources that we have no field for, by path
            (``Observation.meta.tag.code``); they are in the record's source text.
        unresolved: References that point out of the document: (where, to what); the first some.
        dangling: How many those are.
        without_patient: Resources by type that belong to no patient here and were not stored.
        records: Records by kind.
        protected: Patients with protected identity, whose whereabouts were left out.
        documents, patients, bytes: How many.
    """

    understood: Counter[str] = field(default_factory=Counter)
    not_understood: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    unresolved: list[tuple[str, str]] = field(default_factory=list)
    dangling: int = 0
    without_patient: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    protected: int = 0
    documents: int = 0
    patients: int = 0
    bytes: int = 0

    def add(self, other: Report) -> None:
        """Add another document's counts."""
        self.understood += other.understood
        self.not_understood += other.not_understood
        self.unmapped += other.unmapped
        self.points_out(other.unresolved)
        self.dangling += other.dangling - len(other.unresolved)
        self.without_patient += other.without_patient
        self.records += other.records
        self.protected += other.protected
        self.documents += other.documents
        self.patients += other.patients
        self.bytes += other.bytes

    def points_out(self, references: Sequence[tuple[str, str]]) -> None:
        """Note references that point out of the document; of very many only how many there are."""
        self.dangling += len(references)
        self.unresolved += references[: _LISTED - len(self.unresolved)]
