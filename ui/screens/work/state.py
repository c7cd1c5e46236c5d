"""What waits: one list, grouped by why it waits, the most dangerous first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workstation.domain.ids import EntityId, HsaId, RecordId
from workstation.domain.observation import Observation
from workstation.operations.acknowledge_normal import Normal
from workstation.operations.ports import PatientLine, WorkLine
from workstation.operations.session import KeptDraft

ORDER = (
    "critical",
    "worse",
    "undecided",
    "acknowledge",
    "unmatched",
    "overdue",
    "assess",
    "complete",
    "book",
    "answer",
    "unsigned",
)
"""The groups from the top. ``watch`` is shown as ``overdue`` once its day has passed."""


@dataclass(frozen=True, kw_only=True, repr=False)
class WaitingDraft:
    """A draft of one's own, with its patient where the patient is on this computer."""

    draft: KeptDraft
    patient: PatientLine | None


@dataclass(frozen=True, kw_only=True, repr=False)
class WorkState:
    """``groups`` in order, empty ones left out; None until read. ``now``: ms UTC.
    ``details``: the values of results that wait, where they have been read; ``seen``: the
    versions they stand for; ``earlier``: what corrected ones said before; ``normal``: those that
    may be acknowledged together. ``sides``: who wrote each of the versions that nobody has
    decided between. ``confirming``: the summary of normal results is read. ``fetching``: nothing
    is in the list, and records it is made from are not here: it says nothing about what waits.
    """

    groups: tuple[tuple[str, tuple[WorkLine, ...]], ...] | None = None
    drafts: tuple[WaitingDraft, ...] = ()
    details: Mapping[EntityId, Observation] = field(default_factory=dict)
    seen: Mapping[EntityId, tuple[RecordId, ...]] = field(default_factory=dict)
    earlier: Mapping[EntityId, Observation] = field(default_factory=dict)
    normal: Mapping[EntityId, Normal] = field(default_factory=dict)
    sides: Mapping[EntityId, tuple[str, ...]] = field(default_factory=dict)
    confirming: tuple[WorkLine, ...] = ()
    now: int = 0
    person: HsaId = HsaId("")
    only_mine: bool = False
    fetching: bool = False

    @property
    def lines(self) -> tuple[WorkLine, ...]:
        """Everything that is shown."""
        return tuple(line for _reason, lines in self.groups or () for line in lines)

    def may_acknowledge(self, key: str) -> WorkLine | None:
        """Return the line of a row whose result is read on the list itself, and may be closed there.

        Never a critical or corrected one, nor one whose value does not stand on the row: these
        are opened.
        """
        for line in self.lines:
            if key == key_of(line.reason, str(line.entity)):
                value = self.details.get(line.entity)
                plain = line.reason == "acknowledge" and value is not None and not value.critical
                plain = plain and line.entity not in self.earlier
                return line if plain and line.entity in self.seen else None
        return None

    @property
    def together(self) -> tuple[WorkLine, ...]:
        """The results that wait and may be acknowledged together: normal ones and no others."""
        found = (line for line in self.lines if line.reason == "acknowledge")
        return tuple(line for line in found if line.entity in self.normal)

    @property
    def mine(self) -> int:
        """How much waits for this very person."""
        return sum(1 for line in self.lines if line.person == self.person)


def key_of(reason: str, entity: str) -> str:
    """Return the row's key: one entity may wait for two reasons."""
    return f"{reason}:{entity}"


def grouped(lines: tuple[WorkLine, ...], now: int) -> tuple[tuple[str, tuple[WorkLine, ...]], ...]:
    """Group work by reason in the order of danger; inside a group the oldest first."""
    found: dict[str, list[WorkLine]] = {}
    for line in lines:
        if (reason := _reason(line, now)) in ORDER:
            found.setdefault(reason, []).append(line)
    return tuple(
        (reason, tuple(sorted(found[reason], key=lambda line: line.since)))
        for reason in ORDER
        if reason in found
    )


def _reason(line: WorkLine, now: int) -> str:
    if line.reason == "watch":
        return "overdue" if line.due is not None and line.due < now else ""
    return line.reason


def tab_of(line: WorkLine) -> str:
    """Return the part of the record where the line is dealt with."""
    return {
        "medication_order": "medication",
        "referral": "referrals",
        "unmatched_answer": "referrals",
        "observation": "values",
        "planned_action": "plan",
    }.get(line.row.family, "journal")
