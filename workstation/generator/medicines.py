"""The person's medicines: what is ordered, changed, paused, renewed and stopped, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from re import search
from typing import TYPE_CHECKING, Literal

from workstation.domain.medication import Administration, Dosage, MedicationOrder
from workstation.domain.record import Record
from workstation.domain.values import Concept, utc_text
from workstation.generator.drugs import Preparation, preparations
from workstation.generator.region import StaffMember

if TYPE_CHECKING:
    from workstation.generator.course import Course

_MAY_REST = ("C03", "C09", "A10BA", "A10BK", "L04AX", "C10AA")
Action = Literal["change", "renew", "pause", "resume", "stop"]
Outcome = Literal["given", "not_given", "refused"]

# mg per kg and dose for children, and mg per mL of the mixture.
_FOR_CHILDREN = {"Paracetamol 24 mg/mL": (15, 24), "Fenoximetylpenicillin 100 mg/mL": (25, 100)}
# One of each of these groups at a time: ACE inhibitors and sartans are one.
_ONE_OF = ("C09", "C07", "C08", "C10AA", "B01AF", "A02BC", "N06A", "M01A", "R03BB", "C03C", "N02BE")
# Only these are stepped up and down, between half and twice the usual dose.
_TITRATED = ("A10BA", "C03C", "C07", "C08", "C09A", "C09C", "H03A", "N03AX", "N06AB", "M04AA")
_INSTEAD_OF_PENICILLIN = "Klindamycin 300 mg"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A medicine that is taken: what of, how, and the record that says so."""

    preparation: Preparation
    dosage: Dosage
    record: Record
    reason: Concept


class Medicines:
    """What the person takes now, and how it came to be."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._standing: dict[str, Standing] = {}
        self.avoided: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many medicines are current."""
        return len(self._standing)

    @property
    def keys(self) -> tuple[str, ...]:
        """The current preparations, in the order they were started."""
        return tuple(self._standing)

    def standing(self, key: str) -> Standing:
        """Return what holds for a current medicine."""
        return self._standing[key]

    def settle(self, key: str, record: Record, dosage: Dosage) -> None:
        """Let a step written elsewhere be what holds."""
        self._standing[key] = replace(self._standing[key], record=record, dosage=dosage)

    def may_rest(self, key: str) -> bool:
        """May the medicine be paused for some days, as on sick days or after a high value?"""
        return preparations()[key].drug.atc.startswith(_MAY_REST)

    def listing(self) -> str:
        """Return the current medicines as one text."""
        parts = [f"{s.preparation.key}, {_inside(s.dosage.text)}" for s in self._standing.values()]
        return "; ".join(parts) if parts else "Inga stående läkemedel"

    def suits(self, key: str) -> bool:
        """May this be started beside what is taken, and in spite of known hypersensitivity?"""
        wanted = preparations()[key].drug.atc
        taken = [s.preparation.drug.atc for s in self._standing.values()]
        if wanted.startswith(self.avoided) and self.avoided:
            return False
        if wanted.startswith("M01A") and self._bleeds_or_is_old(taken):
            return False
        doubled = any(
            wanted.startswith(group) and any(atc.startswith(group) for atc in taken)
            for group in _ONE_OF
        )
        return not doubled and wanted not in taken

    def prescribe(
        self,
        key: str,
        moment: datetime,
        *,
        by: StaffMember,
        reason: Concept | None = None,
        ward: bool = False,
        contact: Record | None = None,
    ) -> str:
        """Start a medicine and return the words for the note; empty when it does not suit."""
        if not self.suits(key):
            if not key.startswith(("Pivmecillinam", "Fenoximetyl", "Amoxicillin", "Bensylpen")):
                return ""
            key = _INSTEAD_OF_PENICILLIN
            if not self.suits(key):
                return ""
        preparation = preparations()[key]
        dosage = self._dosage(preparation, moment.date())
        why = reason or Concept(text=preparation.reason)
        days = 0 if ward else _course_days(preparation.follow_up)
        body = MedicationOrder(
            action="prescribe",
            source="ward" if ward else "prescription",
            drug=preparation.drug,
            dosage=dosage,
            reason=why,
            purpose=preparation.reason,
            start=utc_text(moment),
            planned_stop=_day_text(moment, days) if days else None,
            follow_up=_day_text(moment, _follow_up_days(preparation.follow_up)),
            follow_up_how=preparation.follow_up,
            contact=contact.entity if contact else None,
        )
        record = self._course.chart.write(body, by=by, at=moment)
        self._standing[key] = Standing(
            preparation=preparation, dosage=dosage, record=record, reason=why
        )
        if days:
            self._end_course(key, moment + timedelta(days=days), by)
        return f"Insätter {preparation.key}, {_inside(dosage.text)}."

    def change(self, key: str, moment: datetime, *, by: StaffMember, up: bool) -> str:
        """Double or halve a plain daily dosing; return the words for the note, or nothing."""
        standing = self._standing[key]
        steps = standing.dosage.steps
        if len(steps) != 1 or not steps[0].amounts or standing.preparation.unit == "E":
            return ""
        if not standing.preparation.drug.atc.startswith(_TITRATED):
            return ""
        factor = Decimal(2) if up else Decimal("0.5")
        usual = sum(Decimal(a) for a in standing.preparation.dosage.steps[0].amounts)
        amounts = tuple(_plain(Decimal(a) * factor) for a in steps[0].amounts)
        total = sum(map(Decimal, amounts))
        within = usual / 2 <= total <= usual * 2
        if not within or not _dividable(standing.preparation, amounts):
            return ""
        dosage = standing.preparation.with_amounts(amounts)
        why = "Otillräcklig effekt" if up else "Biverkan, dosen sänks"
        self._follow(key, "change", moment, by, why=why, dosage=dosage)
        verb = "Ökar" if up else "Minskar"
        return f"{verb} {standing.preparation.key} till {dosage.text}."

    def renew(self, key: str, moment: datetime, *, by: StaffMember) -> None:
        """Renew the prescription, unchanged."""
        self._follow(key, "renew", moment, by, why="Fortsatt behandling")

    def pause(self, key: str, moment: datetime, *, by: StaffMember, days: int) -> str:
        """Pause for some days and resume; return the words for the note."""
        standing = self._standing[key]
        back = moment + timedelta(days=days)
        self._follow(key, "pause", moment, by, why="Tillfälligt uppehåll", until=back)
        if back < self._course.as_of:
            self._follow(key, "resume", back, by, why="Återinsatt enligt plan")
        return f"Pausar {standing.preparation.key} i {days} dagar."

    def stop(self, key: str, moment: datetime, *, by: StaffMember, why: str) -> str:
        """Stop a medicine; return the words for the note."""
        standing = self._standing[key]
        self._follow(key, "stop", moment, by, why=why)
        del self._standing[key]
        return f"Sätter ut {standing.preparation.key}: {why[0].lower()}{why[1:]}."

    def give(self, key: str, moment: datetime, *, by: StaffMember) -> None:
        """Give (or note why not) one dose of a current medicine."""
        standing = self._standing.get(key)
        steps = standing.dosage.steps if standing else ()
        if standing is None or not steps:
            return
        amount = next((a for a in steps[0].amounts if Decimal(a)), steps[0].dose)
        status = self._course.chance.weighted(_ADMINISTERED)
        body = Administration(
            order=standing.record.entity,
            status=status,
            amount=amount if status == "given" else None,
            unit=standing.preparation.unit,
            planned=utc_text(moment),
            actual=utc_text(moment + timedelta(minutes=self._course.chance.whole(0, 35))),
            reason={"refused": "Avböjer", "not_given": "Fastande inför undersökning"}.get(
                status, ""
            ),
        )
        self._course.chart.write(body, by=by, at=moment + timedelta(minutes=36))

    def _follow(
        self,
        key: str,
        action: Action,
        moment: datetime,
        by: StaffMember,
        *,
        why: str,
        dosage: Dosage | None = None,
        until: datetime | None = None,
    ) -> None:
        """Write the next step of an order's chain."""
        standing = self._standing[key]
        whole = action in ("change", "renew")
        preparation = standing.preparation
        dosage = dosage or standing.dosage
        body = MedicationOrder(
            action=action,
            drug=preparation.drug if whole else None,
            dosage=dosage if whole else None,
            reason=standing.reason if whole else None,
            purpose=preparation.reason if whole else "",
            start=utc_text(moment) if whole else None,
            until=utc_text(until) if until else None,
            follow_up_how=preparation.follow_up if whole else "",
            why=why,
        )
        record = self._course.chart.write(
            body, by=by, at=moment, entity=standing.record.entity, bases=(standing.record,)
        )
        self._standing[key] = replace(standing, record=record, dosage=dosage)

    def _end_course(self, key: str, moment: datetime, by: StaffMember) -> None:
        if moment < self._course.as_of:
            self.stop(key, moment, by=by, why="Avslutad kur")

    def _dosage(self, preparation: Preparation, day: date) -> Dosage:
        scale = _FOR_CHILDREN.get(preparation.key)
        if scale is None:
            return preparation.dosage
        weight = self._course.physiology.measure("vikt", day)
        dose = Decimal(weight * scale[0] / scale[1]).quantize(Decimal("0.5"), ROUND_HALF_UP)
        dose = max(Decimal("1"), (dose * 2).quantize(Decimal(1)) / 2)
        if preparation.dosage.steps[0].as_needed:
            return preparation.as_needed(_plain(dose), 4)
        return preparation.with_amounts((_plain(dose), _plain(dose), _plain(dose), "0"))

    def _bleeds_or_is_old(self, taken: list[str]) -> bool:
        age = self._course.person.age_on(self._course.last_day)
        thinner = any(atc.startswith(("B01A", "C03", "C09")) for atc in taken)
        return thinner or age > 74 or "njursvikt" in self._course.conditions


_ADMINISTERED: tuple[tuple[Outcome, float], ...] = (
    ("given", 94.0),
    ("refused", 3.0),
    ("not_given", 3.0),
)


def _inside(text: str) -> str:
    """Return a dosing's words as they stand inside a sentence."""
    return text[0].lower() + text[1:]


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    return text if Decimal(text) else "0"


def _dividable(preparation: Preparation, amounts: tuple[str, ...]) -> bool:
    """Only tablets that may be divided are halved, and only once."""
    whole = all("." not in amount for amount in amounts)
    return whole or (
        preparation.drug.form == "Tablett" and all(Decimal(a) * 2 % 1 == 0 for a in amounts)
    )


def _course_days(follow_up: str) -> int:
    """Days of a course that ends by itself, from ``Kur 7 dagar``; 0 for lasting treatment."""
    match = search(r"Kur (\d+) (dagar|veckor)", follow_up)
    if match:
        return int(match[1]) * (7 if match[2] == "veckor" else 1)
    return 1 if "Engångs" in follow_up else 0


def _follow_up_days(follow_up: str) -> int:
    match = search(r"(\d+) (dagar|veckor|månader)", follow_up)
    if match is None:
        return 365
    return int(match[1]) * {"dagar": 1, "veckor": 7, "månader": 30}[match[2]]


def _day_text(moment: datetime, days: int) -> str:
    return (moment + timedelta(days=days)).date().isoformat()
