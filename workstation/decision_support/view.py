"""The facts of one patient, prepared once so that many rules can be asked quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from workstation.decision_support import activity
from workstation.decision_support.allergens import Allergens
from workstation.decision_support.drugs import Codes, DrugSet
from workstation.decision_support.facts import Diagnosis, Facts, Lab, Medication, Sign, SignCode
from workstation.decision_support.formulary import Formulary
from workstation.decision_support.units import spelled

_WHOLE = 7
"""Characters in the code of a substance."""
_SPECIMENS = ("fp-", "fs-", "p-", "s-", "b-", "pt-", "p(kb)-", "u-", "erc(b)-", "kb-")


@dataclass(frozen=True, kw_only=True)
class Analyte:
    """A laboratory code of the content: its aliases and unit, and factors into that unit."""

    code: str
    unit: str
    name: str
    aliases: tuple[str, ...] = ()
    factors: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A result in the analyte's own unit; ``value`` is None when its unit is not understood."""

    lab: Lab
    value: Decimal | None
    unit: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A medication in use (or the new order) with all the codes that say what is in it."""

    medication: Medication
    codes: tuple[str, ...]
    substances: tuple[str, ...]
    is_new: bool = False
    ended_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Library:
    """What rules refer to by name: code lists, drug sets, analytes."""

    codes: Codes
    sets: Mapping[str, DrugSet]
    analytes: Mapping[str, Analyte]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    formulary: Formulary = field(default_factory=Formulary)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a record of hypersensitivity calls a group of drugs, and the codes it stands for."""

    @cached_property
    def allergens(self) -> Allergens:
        """What recorded hypersensitivities are to."""
        return Allergens(codes=self.codes, names=self.names, groups=self.groups)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Names by ATC code, in lower case as they stand inside a sentence."""
        found: dict[str, str] = {}
        for name, codes in self.names.items():
            for code in codes:
                found.setdefault(code, name)  # substances stand before their products
        return found

    def example(self, drugs: DrugSet, but: str = "") -> str:
        """Return a code of the set, with a name where one has, of other substances than ``but``.

        By its own code rather than by an ingredient. Looked for once.
        """
        if (drugs, but) not in self._examples:
            other = set(self.codes.substances(but)) if but else set()
            named = [code for code in sorted(self.titles) if len(code) == _WHOLE]
            fitting = (
                code
                for own in (True, False)
                for code in named
                if drugs.has_code((code,) if own else self.codes.of(code))
                and other.isdisjoint(self.codes.substances(code))
            )
            self._examples[drugs, but] = next(fitting, drugs.include[0])
        return self._examples[drugs, but]

    @cached_property
    def _examples(self) -> dict[tuple[DrugSet, str], str]:
        return {}

    def title(self, atc: str) -> str:
        """Return a name for a code; for a group its set's first member. Empty: not known."""
        return self.titles.get(atc) or self._first_of_group.get(atc, "")

    @cached_property
    def _first_of_group(self) -> Mapping[str, str]:
        """The name that stands first under everything a code can begin with."""
        found: dict[str, str] = {}
        for code, name in self.titles.items():
            for end in range(len(code) + 1):
                found.setdefault(code[:end], name)
        return found

    @cached_property
    def by_alias(self) -> Mapping[str, Analyte]:
        known: dict[str, Analyte] = {}
        for analyte in self.analytes.values():
            for alias in (analyte.code, *analyte.aliases):
                known[_core(alias)] = analyte
        return known

    def analyte(self, code: str) -> Analyte | None:
        """Return what a laboratory's code means, with or without its specimen."""
        return self.by_alias.get(_core(code))


class View:
    """One patient's facts, indexed. Made for one evaluation and thrown away."""

    def __init__(self, facts: Facts, library: Library) -> None:
        self.facts = facts
        self.library = library
        self.moment = activity.moment_of(facts)
        self.on_list = tuple(self._taken(m) for m in activity.taken(facts))
        self.new = (
            self._taken(facts.new_order, is_new=True) if facts.new_order is not None else None
        )
        own = [d for d in facts.diagnoses if d.subject == "own"]
        own = [d for d in own if d.status not in ("refuted", "entered-in-error")]
        self.ever = tuple(own)
        self.active = tuple(d for d in own if d.status == "active")
        self._labs = self._index()

    @cached_property
    def ended(self) -> tuple[Taken, ...]:
        """What was taken and has ended, with the number of days since."""
        return tuple(
            self._taken(medication, ended_days=days)
            for medication, days in activity.recently_ended(self.facts)
        )

    @cached_property
    def replaced(self) -> tuple[Taken, ...]:
        """What another order says that it takes over from."""
        return tuple(self._taken(m) for m in activity.taken_over(self.facts))

    @cached_property
    def soon(self) -> tuple[Taken, ...]:
        """What starts within a week, while the new order lasts."""
        return tuple(self._taken(m) for m in activity.starting_soon(self.facts))

    @property
    def everything(self) -> tuple[Taken, ...]:
        return self.on_list if self.new is None else (*self.on_list, self.new)

    def newest(self, code: str, *, within_days: int | None) -> Measured | None:
        """Return the newest result that is not older than ``within_days`` on ``as_of``."""
        for measured in self._labs.get(_core(code), ()):
            age = (self.facts.as_of - measured.lab.date).days
            if within_days is None or age <= within_days:
                return measured
            return None
        return None

    def series(self, code: str) -> tuple[Measured, ...]:
        """Return every result, the newest first."""
        return tuple(self._labs.get(_core(code), ()))

    def sign(self, code: SignCode, *, within_days: int) -> Sign | None:
        """Return the newest answer to whether a sign is there; None where nobody looked lately."""
        today = self.facts.as_of
        found = [
            sign
            for sign in self.facts.signs
            if sign.code == code and 0 <= (today - (sign.date or today)).days <= within_days
        ]
        return max(found, key=lambda sign: sign.date or today, default=None)

    def members(
        self, drugs: DrugSet, among: Iterable[Taken], *, but: Taken | None = None
    ) -> list[Taken]:
        """Return those of ``among`` that belong to the set."""
        return [
            taken
            for taken in among
            if taken is not but and drugs.has_code(taken.codes) and drugs.fits_use(taken.medication)
        ]

    def _taken(
        self, medication: Medication, *, is_new: bool = False, ended_days: int | None = None
    ) -> Taken:
        codes = self.library.codes
        return Taken(
            medication=medication,
            codes=codes.of(medication.atc),
            substances=codes.substances(medication.atc),
            is_new=is_new,
            ended_days=ended_days,
        )

    def _index(self) -> dict[str, list[Measured]]:
        found: dict[str, list[Measured]] = {}
        for lab in sorted(self.facts.labs, key=lambda lab: lab.date, reverse=True):
            if lab.date > self.facts.as_of:
                continue
            analyte = self.library.analyte(lab.code)
            code = _core(analyte.code) if analyte else _core(lab.code)
            found.setdefault(code, []).append(measured(lab, analyte))
        return found


def matching(diagnoses: Iterable[Diagnosis], prefixes: tuple[str, ...]) -> list[Diagnosis]:
    """Return the diagnoses under any of the ICD-10 prefixes; dots do not matter."""
    return [d for d in diagnoses if d.icd10.replace(".", "").strip().upper().startswith(prefixes)]


def completed_days(since: date | None, until: date) -> int | None:
    """Return whole days from one day to another, None when the first is not known."""
    return None if since is None else (until - since).days


def measured(lab: Lab, analyte: Analyte | None) -> Measured:
    """Return a result in the analyte's unit; a code that nobody knows keeps its own."""
    unit = spelled(lab.unit)
    if analyte is None or not unit or unit == spelled(analyte.unit):
        return Measured(lab=lab, value=lab.value, unit=analyte.unit if analyte else lab.unit)
    factor = analyte.factors.get(unit)
    value = None if factor is None else lab.value * factor
    return Measured(lab=lab, value=value, unit=analyte.unit)


@lru_cache(maxsize=4096)
def _core(code: str) -> str:
    plain = code.strip().casefold().replace(" ", "")
    for specimen in _SPECIMENS:
        if plain.startswith(specimen):
            return plain[len(specimen) :]
    return plain
