"""How a life is lived: what its kind of life plans, day by day, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from workstation.generator import (
    alerts,
    deeds,
    lasting,
    lives,
    mishaps,
    referring,
    visits,
    wards,
    wishes,
)
from workstation.generator.archetypes import HEAVIEST, Archetype
from workstation.generator.chance import Chance
from workstation.generator.people import Person
from workstation.generator.vocabulary import diagnoses, phrases

if TYPE_CHECKING:
    from workstation.generator.course import Course

_HOMES = {
    "hemsjukvard": "Ensamboende i lägenhet, hemtjänst och hemsjukvård.",
    "sabo": "Bor på särskilt boende.",
}
# What age adds to a list of medicines, and the diagnosis it is for.
_FOR_THE_OLD: tuple[tuple[str, str], ...] = (
    ("Paracetamol 500 mg", "M47.9"),
    ("Omeprazol 20 mg", "K21.9"),
    ("Makrogol 13,8 g", "K59.0"),
    ("Zopiklon 5 mg", "F51.0"),
    ("Cyanokobalamin 1 mg", "E53.8"),
    ("Folsyra 5 mg", "D52.9"),
    ("Latanoprost 50 mikrog/mL", "H40.1"),
    ("Mirabegron 50 mg", "R32.9"),
    ("Kalciumkarbonat/kolekalciferol 500 mg/400 IE", "M81.0"),
    ("Furosemid 40 mg", "I50.9"),
    ("Mirtazapin 15 mg", "F32.9"),
    ("Apixaban 2,5 mg", "I48.2"),
    ("Atorvastatin 40 mg", "E78.5"),
    ("Levotyroxin 50 mikrog", "E03.9"),
    ("Melatonin 2 mg", "F51.0"),
    ("Alendronsyra 70 mg", "M81.0"),
    ("Kaliumklorid 750 mg", "E87.6"),
    ("Isosorbidmononitrat 60 mg", "I20.9"),
    ("Karbamid 5 %", "L85.3"),
    ("Oxikodon 5 mg", "M48.0"),
    ("Timolol 5 mg/mL", "H40.1"),
    ("Tolterodin 4 mg", "R32.9"),
    ("Natriumpikosulfat 7,5 mg/mL", "K59.0"),
    ("Acetylcystein 200 mg", "J44.9"),
)


@dataclass(order=True)
class _Event:
    day: date
    place: int
    happen: Callable[[], None] = field(compare=False)


class _Diary:
    """What is going to happen, in the order of days."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._events: list[_Event] = []

    def plan(self, day: date, happen: Callable[..., None], *details: Any) -> None:
        """Let something happen on a day, if the person lives to see it."""
        if day <= self._course.last_day:
            self._events.append(_Event(day, len(self._events), lambda: happen(*details)))

    def live(self) -> None:
        """Let it all happen."""
        for event in sorted(self._events):
            event.happen()


def first_day(person: Person, kind: Archetype, as_of: datetime, chance: Chance) -> date:
    """Return the day the record begins: years ago as ``kind`` says, or when the person was born."""
    last = min(as_of.date() - timedelta(days=1), person.deceased or as_of.date())
    first = last - timedelta(days=365 * chance.whole(*kind.years) - chance.whole(0, 200))
    return min(max(first, person.born), last)


def live(course: Course, kind: Archetype, begun: date, *, example: bool) -> None:
    """Write a whole life's record from ``begun`` on, as ``kind`` lives it.

    ``example``: the first of its kind in the region; what is rare happens to these for certain.
    Nobody gets seriously ill in the first weeks: what led there must have had time to be written.
    """
    course.home = _HOMES.get(kind.care, course.home)
    first = min(begun + timedelta(days=1), course.last_day)
    if kind.special not in ("child", "newborn", "arrival"):
        first = min(begun + timedelta(days=65), course.last_day)
    diary = _Diary(course)
    _specials(course, kind, diary, first)
    likelihood = 0.06 if course.person.age_on(course.last_day) < 18 else 0.2
    diary.plan(
        first, lambda: alerts.ask_about_hypersensitivity(course, first, likelihood=likelihood)
    )
    for name in _conditions(course, kind):
        _condition(course, diary, name, first)
    _everyday(course, kind, diary, first)
    diary.live()
    _afterwards(course, kind)
    if course.alive:
        _mishap(course, kind, example=example)
        wishes.say(course, kind, example=example)


_MISHAPS: tuple[tuple[tuple[str, ...], float, Callable[[Course], None]], ...] = (
    (("frisk vuxen",), 0.01, mishaps.wrong_note),
    (("frisk äldre",), 0.01, mishaps.wrong_patient),
    (("bipolär sjukdom",), 0.01, mishaps.wrong_value),
    (("högt blodtryck",), 0.004, mishaps.forked),
    (("ledgångsreumatism", "njursvikt"), 0.015, mishaps.decided),
)
"""What goes wrong: for certain to the first of these kinds of life, how often to others."""


def _mishap(course: Course, kind: Archetype, *, example: bool) -> None:
    grown_up = course.person.age_on(course.last_day) > 17
    for names, likelihood, happen in _MISHAPS:
        certain = example and kind.name in names
        if certain or (grown_up and course.chance.happens(likelihood)):
            happen(course)


def _afterwards(course: Course, kind: Archetype) -> None:
    alerts.mark_conditions(course)
    if course.alive:
        deeds.care_plan(course, kind)
    if course.chance.happens(0.15):
        lives.new_telephone(course)
    if kind.special == "heavy":
        _fill(course)
    if course.alive:
        for name in course.conditions:
            if name in lasting.conditions() and course.chance.happens(0.5):
                lasting.book_ahead(course, name)
    else:
        lives.death(course)


def _conditions(course: Course, kind: Archetype) -> list[str]:
    names = [*kind.has, *(name for name, odds in kind.may if course.chance.happens(odds))]
    if kind.special == "cancer":
        own = "brostcancer" if course.person.female else "prostatacancer"
        names.append(own if course.chance.happens(0.7) else "coloncancer")
    if kind.special == "neurology":
        old = course.person.age_on(course.last_day) > 58
        names.append(course.chance.pick(("parkinson", "stroke") if old else ("epilepsi",)))
    return list(dict.fromkeys(names))


def _condition(course: Course, diary: _Diary, name: str, first: date) -> None:
    condition = lasting.conditions()[name]
    span = (course.last_day - first).days
    day = first + timedelta(days=course.chance.whole(5, max(6, span // 3)))
    creeping = condition.get("smygande", 45)
    course.physiology.fall_ill(condition.get("effekt", {}), day, creeping=creeping)
    diary.plan(day, lasting.debut, course, name, day)
    interval = condition["intervall"]
    while True:
        day += timedelta(days=max(14, int(course.chance.normal(interval, interval * 0.18))))
        if day > course.last_day:
            return
        diary.plan(day, lasting.follow_up, course, name, day)


def _everyday(course: Course, kind: Archetype, diary: _Diary, first: date) -> None:
    """Passing troubles, calls, nurses, referrals, stays, and care at home."""
    years = (course.last_day - first).days / 365.25
    sick = len(kind.has)
    age = course.person.age_on(course.last_day)
    plans: tuple[tuple[float, Callable[..., None]], ...] = (
        (kind.troubles, _trouble),
        (0.1 + 0.4 * sick, visits.telephone),
        (0.1 + 0.25 * sick if age > 17 else 0.0, visits.nurse_visit),
        (0.05 + 0.06 * sick if age > 59 else 0.0, visits.physiotherapy),
        (0.1 + 0.12 * sick if age > 17 else 0.0, _refer),
        (0.8 if kind.medicines else 0.0, wards.medication_review),
        (0.12 if age > 17 else 0.0, deeds.at_clinic),
        (5.0 if kind.care == "hemsjukvard" else 0.0, wards.home_visit),
        (10.0 if kind.care == "sabo" else 0.0, wards.day_in_nursing_home),
    )
    for per_year, happen in plans:
        for _time in range(_count(course, per_year * years)):
            day = course.chance.between(first, course.last_day)
            diary.plan(day, happen, course, day)
    if course.alive and age > 17 and course.chance.happens(0.12):
        day = course.last_day - timedelta(days=course.chance.whole(0, 30))
        diary.plan(day, _refer, course, day)
    for _time in range(_count(course, kind.stays_per_ten_years * years / 10)):
        day = course.chance.between(first, course.last_day)
        diary.plan(day, wards.admission, course, course.chance.pick(kind.stays), day)
    if kind.stays and course.alive and course.chance.happens(0.1):
        day = course.last_day - timedelta(days=course.chance.whole(0, 3))
        diary.plan(day, wards.admission, course, course.chance.pick(kind.stays), day)
    if kind.medicines:
        day = first + timedelta(days=int(years * 365 * 0.5))
        diary.plan(day, _many_medicines, course, kind.medicines, day)
        late = course.last_day - timedelta(days=25)
        diary.plan(late, _many_medicines, course, kind.medicines, late)


def _count(course: Course, expected: float) -> int:
    """A whole number of times, on average as many as expected."""
    if expected <= 0:
        return 0
    return max(0, round(course.chance.normal(expected, max(0.5, expected * 0.3))))


def _trouble(course: Course, day: date) -> None:
    age, female = course.person.age_on(day), course.person.female
    fitting = [
        (name, float(it["vikt"]))
        for name, it in phrases("acute").items()
        if it["alder"][0] <= age <= it["alder"][1]
        and it.get("kon", "kvinna" if female else "man") == ("kvinna" if female else "man")
    ]
    visits.passing_trouble(course, course.chance.weighted(fitting), day)


def _refer(course: Course, day: date) -> None:
    moment = course.office(day)
    if course.chance.happens(0.6):
        referring.examination(course, moment)
    else:
        referring.consult(course, moment)


def _many_medicines(course: Course, wanted: int, day: date) -> None:
    """What age adds to the list, until it is as long as such lists are."""
    doctor = course.doctor(course.unit("vc"))
    moment = course.office(day)
    known: set[str] = set()
    for key, code in course.chance.some(_FOR_THE_OLD, len(_FOR_THE_OLD)):
        if course.medicines.count >= wanted:
            return
        if code in known:
            continue
        known.add(code)
        reason = diagnoses()[code]
        started = course.medicines.prescribe(key, moment, by=doctor, reason=reason)
        if started and course.chance.happens(0.6):
            course.diagnosis(code, moment, by=doctor, lasting=True)


def _specials(course: Course, kind: Archetype, diary: _Diary, first: date) -> None:
    if kind.special == "child":
        diary.plan(first, lives.child_health, course)
    elif kind.special == "newborn":
        diary.plan(first, lives.birth, course)
        diary.plan(first, lives.child_health, course)
    elif kind.special == "pregnant":
        weeks = course.chance.whole(12, 70)
        conceived = course.last_day - timedelta(weeks=weeks)
        diary.plan(first, lives.pregnancy, course, conceived)
    elif kind.special == "arrival":
        diary.plan(first, lives.arrival, course, first)


def _fill(course: Course) -> None:
    """Days in the nursing home until the chart is as long as the longest there is."""
    day = course.last_day
    while course.chart.count < HEAVIEST:
        wards.day_in_nursing_home(course, day)
        day -= timedelta(days=1)
        if day < course.last_day - timedelta(days=3900):
            day = course.last_day
