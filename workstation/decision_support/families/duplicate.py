"""The same medicine twice: substance, ATC level 4, and classes of which one is enough.

Two are meant, and nothing is said, in a renewal chain or a planned switch (those are gone from
the list already), with as-needed beside regular doses of the same, and with one that acts where
it is put. As needed, a combination that hides what is taken regularly is still told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workstation.decision_support.drugs import DrugSet, is_local
from workstation.decision_support.findings import Finding, Used
from workstation.decision_support.rows import DuplicateClass, Duplicates
from workstation.decision_support.situation import ContentError
from workstation.decision_support.view import Library, Taken, View

_LEVEL_4 = 5


@dataclass(frozen=True, kw_only=True)
class DuplicateFamily:
    """The rows of the package, compiled."""

    rows: Duplicates
    classes: tuple[tuple[DrugSet, DuplicateClass], ...]

    def about_order(self, view: View, order: Taken) -> Iterator[Finding]:
        for other in view.on_list:
            last = other.medication.planned_stop
            if last is None or last > view.moment:  # the last day of the old is the new one's first
                yield from self._between(order, other)

    def about_chart(self, view: View) -> Iterator[Finding]:
        for position, one in enumerate(view.on_list):
            for other in view.on_list[position + 1 :]:
                yield from self._between(one, other)

    def _between(self, one: Taken, other: Taken) -> Iterator[Finding]:
        if _both_are_meant(one, other):
            return
        row = self._row(one, other)
        if row is not None:
            used = tuple(
                Used(code=taken.medication.atc, value=taken.medication.name)
                for taken in (one, other)
            )
            yield _finding(row, used)

    def _row(self, one: Taken, other: Taken) -> DuplicateClass | None:
        shared = set(one.substances) & set(other.substances)
        if shared:
            exempt = all(code.startswith(tuple(self.rows.exempt_same)) for code in shared)
            return None if exempt and not self._two_brands(shared, one, other) else self.rows.same
        for drugs, row in self.classes:
            if all(drugs.has_code(t.codes) and drugs.fits_use(t.medication) for t in (one, other)):
                return row
        return self.rows.level_4 if self._classes(one) & self._classes(other) else None

    def _two_brands(self, shared: set[str], one: Taken, other: Taken) -> bool:
        """Are they two products where only two strengths of one are meant? Told by the name."""
        brands = {
            name.split()[0].casefold()
            for taken in (one, other)
            if (name := taken.medication.name.strip())
        }
        return len(brands) > 1 and all(
            code.startswith(tuple(self.rows.one_brand)) for code in shared
        )

    def _classes(self, taken: Taken) -> set[str]:
        """Return its groups at level 4; a substance may be exempt alone, where its group is not."""
        exempt = tuple(self.rows.exempt_level_4)
        return {code[:_LEVEL_4] for code in taken.substances if not code.startswith(exempt)}


def family(rows: Duplicates, library: Library) -> DuplicateFamily:
    """Compile the rows.

    Raises:
        ContentError: A row names a set that does not exist.
    """
    lost = [row.id for row in rows.classes if row.drug not in library.sets]
    if lost:
        raise ContentError(f"{lost[0]}: no such drug set")
    return DuplicateFamily(
        rows=rows, classes=tuple((library.sets[row.drug], row) for row in rows.classes)
    )


def _both_are_meant(one: Taken, other: Taken) -> bool:
    local = is_local(one.medication), is_local(other.medication)
    if bool(one.medication.prn) != bool(other.medication.prn):
        return any(local) or not _hidden(one, other)
    if local == (True, True):
        return (one.medication.route or "") != (other.medication.route or "")
    return local[0] != local[1]


def _hidden(one: Taken, other: Taken) -> bool:
    """Is the substance of one an ingredient of the other, where nobody looks for it?"""
    shared = set(one.substances) & set(other.substances)
    return bool(shared) and len(one.substances) != len(other.substances)


def _finding(row: DuplicateClass, used: tuple[Used, ...]) -> Finding:
    pair = "+".join(sorted(fact.code for fact in used))
    told = [fact.value or fact.code for fact in used]
    names = (" samt " if any(" och " in name for name in told) else " och ").join(told)
    return Finding(
        category="duplicate",
        problem=f"duplicate:{pair}",
        severity=row.severity,
        interruptive=row.interrupts and row.verified,
        used=used,
        text=row.text.format(names=names),
        rule=row.id,
        version=row.version,
        source=row.source,
        suggestions=("stop_other",),
    )
