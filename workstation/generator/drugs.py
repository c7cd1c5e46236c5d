"""The drugs of the world, with a usual dosing as structure and as the words on a list."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from workstation.domain.medication import ATC, Dosage, DosageStep, Drug
from workstation.domain.values import Coding, Concept
from workstation.generator.vocabulary import swedish, table

# (a word in the pharmaceutical form, unit in singular, in plural, route); the first match holds.
_UNITS = (
    ("Inhalations", "inhalation", "inhalationer", "inhalation"),
    ("Nässpray", "sprayning", "sprayningar", "nasal användning"),
    ("Sublingualspray", "sprayning", "sprayningar", "sublingual användning"),
    ("Ögondroppar", "droppe", "droppar", "okulär användning"),
    ("Ögonsalva", "cm", "cm", "okulär användning"),
    ("Örondroppar", "droppe", "droppar", "användning i örat"),
    ("Orala droppar", "droppe", "droppar", "oral användning"),
    ("dospåse", "dospåse", "dospåsar", "oral användning"),
    ("Oral", "mL", "mL", "oral användning"),
    ("oral suspension", "mått", "mått", "oral användning"),
    ("Depotplåster", "plåster", "plåster", "transdermal användning"),
    ("Vaginaltablett", "vaginaltablett", "vaginaltabletter", "vaginal användning"),
    ("Vagitorium", "vagitorium", "vagitorier", "vaginal användning"),
    ("Implantat", "implantat", "implantat", "subkutan användning"),
    ("Depotinjektion", "injektion", "injektioner", "intramuskulär användning"),
    ("Pulver till injektion", "dos", "doser", "intravenös användning"),
    ("infusionsvätska", "mL", "mL", "intravenös användning"),
    ("Infusionsvätska", "infusion", "infusioner", "intravenös användning"),
    ("Injektionsvätska", "injektion", "injektioner", "subkutan användning"),
    ("kapsel", "kapsel", "kapslar", "oral användning"),
    ("Kapsel", "kapsel", "kapslar", "oral användning"),
    ("tablett", "tablett", "tabletter", "oral användning"),
    ("Tablett", "tablett", "tabletter", "oral användning"),
    ("", "applikation", "applikationer", "kutan användning"),
)
_OCCASIONS = ("på morgonen", "mitt på dagen", "till kvällen", "till natten")


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """A drug in one form and strength, how it is usually taken, why, and how it is followed."""

    key: str
    drug: Drug
    dosage: Dosage
    unit: str
    plural: str
    reason: str
    follow_up: str

    @property
    def substance(self) -> str:
        """The substance's name in Swedish."""
        return self.drug.name

    def with_amounts(self, amounts: tuple[str, ...]) -> Dosage:
        """Return another fixed dosing: amounts for morning, noon, evening and night."""
        step = DosageStep(amounts=amounts, unit=self.unit)
        return Dosage(steps=(step,), text=_fixed_text(amounts, self.unit, self.plural))

    def as_needed(self, dose: str, times: int) -> Dosage:
        """Return a dosing as needed: ``dose`` units at a time, at most ``times`` a day."""
        return _as_needed(dose, times, self.unit, self.plural, self.reason)


@cache
def preparations() -> dict[str, Preparation]:
    """Return every preparation by substance and strength, ``Metoprolol 50 mg``.

    Where two forms share substance and strength, the later ones carry their form as well.
    """
    found: dict[str, Preparation] = {}
    for row in table("drugs"):
        preparation = _preparation(row)
        key = preparation.key
        if key in found:
            key = f"{key} {row['form'].lower()}"
        found[key] = preparation
    return found


def _preparation(row: dict[str, str]) -> Preparation:
    form, substance = row["form"], row["substance"]
    _word, unit, plural, route = next(u for u in _UNITS if u[0] in form)
    schedule = row["schedule"]
    if schedule.startswith("E:"):
        unit, plural, schedule = "E", "E", schedule[2:]
    coding = Coding(system=ATC, code=row["atc"], display=substance)
    return Preparation(
        key=f"{substance} {row['strength']}",
        drug=Drug(
            name=substance,
            form=form,
            strength=row["strength"],
            route=route,
            concept=Concept(text=substance, codings=(coding,)),
        ),
        dosage=_dosage(schedule, unit, plural, row["reason"]),
        unit=unit,
        plural=plural,
        reason=row["reason"],
        follow_up=row["followup"],
    )


def _dosage(schedule: str, unit: str, plural: str, reason: str) -> Dosage:
    """Read the table's shorthand.

    ``1-0-1-0`` amounts per occasion; ``vb:dose:times`` as needed; ``v:days`` one unit that many
    days a week; ``V:amount`` once a week; ``d:days`` one unit every so many days; ``e:amount``
    once; ``s:`` words only.
    """
    head, _colon, rest = schedule.partition(":")
    if not rest:
        amounts = tuple(schedule.split("-"))
        text = _fixed_text(amounts, unit, plural)
        return Dosage(steps=(DosageStep(amounts=amounts, unit=unit),), text=text)
    if head == "vb":
        dose, times = rest.split(":")
        return _as_needed(dose, int(times), unit, plural, reason)
    if head == "s":
        return Dosage(text=rest)
    return _periodic(head, rest, unit, plural)


def _periodic(head: str, rest: str, unit: str, plural: str) -> Dosage:
    if head == "v":
        days = {"1": "1 dag", "2": "2 dagar", "3": "3 dagar"}[rest]
        step = DosageStep(dose="1", unit=unit, frequency=int(rest), period_unit="wk")
        return Dosage(steps=(step,), text=f"1 {unit} {days} i veckan")
    if head == "V":
        step = DosageStep(dose=rest, unit=unit, frequency=1, period_unit="wk")
        return Dosage(steps=(step,), text=f"{_count(rest, unit, plural)} 1 gång i veckan")
    if head == "d":
        step = DosageStep(dose="1", unit=unit, frequency=1, period=int(rest))
        return Dosage(steps=(step,), text=f"1 {unit} var {rest}:e dag")
    step = DosageStep(dose=rest, unit=unit, frequency=1, days=1)
    return Dosage(steps=(step,), text=f"{_count(rest, unit, plural)} vid ett tillfälle")


def _as_needed(dose: str, times: int, unit: str, plural: str, reason: str) -> Dosage:
    most = str(Decimal(dose) * times)
    step = DosageStep(
        dose=dose, unit=unit, as_needed=True, as_needed_for=reason.lower(), max_per_day=most
    )
    text = f"{_count(dose, unit, plural)} vid behov mot {reason.lower()}"
    return Dosage(steps=(step,), text=f"{text}, högst {_count(most, unit, plural)} per dygn")


def _fixed_text(amounts: tuple[str, ...], unit: str, plural: str) -> str:
    taken = [(a, when) for a, when in zip(amounts, _OCCASIONS, strict=True) if Decimal(a)]
    parts = [
        f"{_count(amount, unit, plural) if place == 0 else swedish(amount)} {when}"
        for place, (amount, when) in enumerate(taken)
    ]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} och {parts[-1]}"


def _count(amount: str, unit: str, plural: str) -> str:
    word = unit if Decimal(amount) <= 1 else plural
    return f"{swedish(amount)} {word}"
