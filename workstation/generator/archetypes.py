"""Who lives in the region: kinds of lives, how common they are, and how each is lived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from workstation.domain.identity_systems import IdentityKind
from workstation.generator import alerts, lives, referring, visits, wards
from workstation.generator.drugs import preparations
from workstation.generator.people import Wanted
from workstation.generator.vocabulary import phrases

if TYPE_CHECKING:
    from workstation.generator.course import Course

HEAVIEST = 10_000
"""Records of the one patient with the longest chart."""


@dataclass(frozen=True, kw_only=True)
class Archetype:
    """One kind of life.

    Attributes:
        weight: How common it is, in comparison with the others.
        has: Conditions everybody of the kind has. ``may``: with the probability that each has.
        years: Least and most years of record.
        troubles: Passing troubles per year.
        stays: Illnesses that may end in hospital, and how many such stays per ten years.
        medicines: At least so many current medicines in the end.
    """

    name: str
    weight: float
    wanted: Wanted
    has: tuple[str, ...] = ()
    may: tuple[tuple[str, float], ...] = ()
    years: tuple[int, int] = (4, 9)
    troubles: float = 0.5
    stays: tuple[str, ...] = ()
    stays_per_ten_years: float = 0.0
    medicines: int = 0
    care: str = ""
    special: str = ""


_LUNG_HEART = ("lunginflammation", "hjartsvikt", "dehydrering")
_OLD = (("hypertoni", 0.6), ("artros", 0.5), ("formaksflimmer", 0.25), ("hypotyreos", 0.15))

ARCHETYPES: tuple[Archetype, ...] = (
    Archetype(
        name="friskt barn",
        weight=15,
        wanted=Wanted(youngest=1, oldest=12),
        years=(12, 13),
        troubles=0.7,
        special="child",
    ),
    Archetype(
        name="nyfödd",
        weight=1.5,
        wanted=Wanted(youngest=0, oldest=0, newborn=True),
        years=(1, 1),
        troubles=0,
        special="newborn",
    ),
    Archetype(
        name="tonåring",
        weight=6,
        wanted=Wanted(youngest=13, oldest=19),
        years=(3, 8),
        troubles=0.5,
        may=(("astma", 0.08), ("angest", 0.08)),
    ),
    Archetype(
        name="barn med adhd",
        weight=2,
        wanted=Wanted(youngest=8, oldest=17),
        years=(3, 5),
        has=("adhd",),
        troubles=0.4,
    ),
    Archetype(
        name="frisk vuxen",
        weight=23,
        wanted=Wanted(youngest=20, oldest=64),
        years=(4, 10),
        troubles=0.4,
        may=(("angest", 0.04), ("hypotyreos", 0.03)),
    ),
    Archetype(
        name="frisk äldre",
        weight=8,
        wanted=Wanted(youngest=65, oldest=82),
        years=(5, 10),
        troubles=0.6,
        may=(("artros", 0.3), ("hypertoni", 0.3)),
    ),
    Archetype(
        name="högt blodtryck",
        weight=9,
        wanted=Wanted(youngest=45, oldest=80),
        has=("hypertoni",),
        may=(("artros", 0.2), ("kranskarl", 0.1), ("depression", 0.1)),
    ),
    Archetype(
        name="diabetes typ 2",
        weight=6,
        wanted=Wanted(youngest=45, oldest=85, death=0.03),
        has=("diabetes",),
        may=(("hypertoni", 0.7), ("kranskarl", 0.2), ("njursvikt", 0.08)),
        stays=("urosepsis", "hjartinfarkt"),
        stays_per_ten_years=0.5,
    ),
    Archetype(
        name="diabetes typ 1",
        weight=2,
        wanted=Wanted(youngest=12, oldest=60),
        has=("diabetes1",),
        may=(("hypotyreos", 0.15),),
    ),
    Archetype(
        name="hjärtsvikt",
        weight=4,
        wanted=Wanted(youngest=65, oldest=92, death=0.12),
        has=("hjartsvikt",),
        may=(("formaksflimmer", 0.5), ("diabetes", 0.25), *_OLD),
        stays=("hjartsvikt", "lunginflammation"),
        stays_per_ten_years=3,
        years=(3, 7),
    ),
    Archetype(
        name="KOL",
        weight=4,
        wanted=Wanted(youngest=58, oldest=86, death=0.08),
        has=("kol",),
        may=(("hypertoni", 0.4), ("osteoporos", 0.2), ("depression", 0.15)),
        stays=("kol", "lunginflammation"),
        stays_per_ten_years=2.5,
    ),
    Archetype(name="astma", weight=4, wanted=Wanted(youngest=6, oldest=55), has=("astma",)),
    Archetype(
        name="njursvikt",
        weight=3,
        wanted=Wanted(youngest=50, oldest=86, death=0.06),
        has=("njursvikt", "hypertoni"),
        may=(("diabetes", 0.4), ("kranskarl", 0.2)),
        stays=("dehydrering", "urosepsis"),
        stays_per_ten_years=1.5,
    ),
    Archetype(
        name="depression",
        weight=6,
        wanted=Wanted(youngest=18, oldest=72),
        years=(2, 4),
        has=("depression",),
        may=(("angest", 0.3),),
        stays=("psykisk",),
        stays_per_ten_years=0.6,
    ),
    Archetype(
        name="psykossjukdom",
        weight=1.5,
        wanted=Wanted(youngest=20, oldest=65),
        has=("psykos",),
        years=(3, 6),
        stays=("psykisk",),
        stays_per_ten_years=1,
    ),
    Archetype(
        name="bipolär sjukdom",
        weight=1.2,
        wanted=Wanted(youngest=22, oldest=68),
        has=("bipolar",),
        years=(3, 6),
        may=(("hypotyreos", 0.2),),
    ),
    Archetype(
        name="cancer",
        weight=4,
        wanted=Wanted(youngest=48, oldest=86, death=0.15),
        years=(2, 4),
        special="cancer",
        may=(("hypertoni", 0.4),),
        stays=("lunginflammation", "dehydrering"),
        stays_per_ten_years=2,
    ),
    Archetype(
        name="gravid",
        weight=4,
        wanted=Wanted(youngest=21, oldest=41, female=True),
        years=(2, 3),
        special="pregnant",
        troubles=0.3,
    ),
    Archetype(
        name="multisjuk äldre",
        weight=4,
        wanted=Wanted(youngest=83, oldest=95, death=0.14),
        has=("hypertoni", "hjartsvikt", "formaksflimmer"),
        years=(4, 6),
        medicines=14,
        may=(
            ("diabetes", 0.4),
            ("kol", 0.25),
            ("osteoporos", 0.5),
            ("artros", 0.6),
            ("njursvikt", 0.3),
            ("stroke", 0.2),
        ),
        stays=(*_LUNG_HEART, "urosepsis", "hoftfraktur"),
        stays_per_ten_years=4,
        care="hemsjukvard",
    ),
    Archetype(
        name="demenssjukdom",
        weight=3,
        wanted=Wanted(youngest=76, oldest=94, death=0.15),
        has=("demens",),
        may=_OLD,
        years=(3, 5),
        care="sabo",
        medicines=6,
        stays=("hoftfraktur", "dehydrering"),
        stays_per_ten_years=2,
    ),
    Archetype(
        name="neurologisk sjukdom",
        weight=3,
        wanted=Wanted(youngest=35, oldest=84),
        special="neurology",
        may=(("hypertoni", 0.3),),
    ),
    Archetype(
        name="ledgångsreumatism",
        weight=1.5,
        wanted=Wanted(youngest=30, oldest=78),
        has=("reumatoid_artrit",),
        years=(3, 7),
    ),
    Archetype(
        name="nyanländ",
        weight=3,
        years=(1, 2),
        special="arrival",
        wanted=Wanted(youngest=2, oldest=60, newcomer=True, kind=IdentityKind.VGR_LRID),
    ),
    Archetype(
        name="besökare",
        weight=1,
        years=(1, 1),
        troubles=1.5,
        wanted=Wanted(youngest=18, oldest=70, kind=IdentityKind.OTHER_RESERVE),
    ),
)
HEAVY = Archetype(
    name="mycket lång journal",
    weight=0,
    wanted=Wanted(youngest=86, oldest=91),
    has=("hypertoni", "diabetes", "hjartsvikt", "formaksflimmer", "njursvikt", "kol"),
    years=(11, 11),
    medicines=14,
    care="sabo",
    stays=(*_LUNG_HEART, "kol"),
    stays_per_ten_years=6,
    special="heavy",
)
_FOR_THE_OLD = (
    "Paracetamol 500 mg",
    "Omeprazol 20 mg",
    "Makrogol 13,8 g",
    "Zopiklon 5 mg",
    "Cyanokobalamin 1 mg",
    "Folsyra 5 mg",
    "Latanoprost 50 mikrog/mL",
    "Mirabegron 50 mg",
    "Kalciumkarbonat/kolekalciferol 500 mg/400 IE",
    "Furosemid 40 mg",
    "Mirtazapin 15 mg",
    "Apixaban 2,5 mg",
    "Atorvastatin 40 mg",
    "Levotyroxin 50 mikrog",
    "Spironolakton 25 mg",
    "Melatonin 2 mg",
    "Natriumpikosulfat 7,5 mg/mL",
    "Alendronsyra 70 mg",
    "Kaliumklorid 750 mg",
    "Isosorbidmononitrat 60 mg",
    "Karbamid 5 %",
    "Oxikodon 5 mg",
    "Bisoprolol 5 mg",
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


def live(course: Course, kind: Archetype) -> None:
    """Write a whole life's record, as ``kind`` lives it."""
    first = course.last_day - timedelta(days=365 * course.chance.whole(*kind.years))
    first = max(first + timedelta(days=course.chance.whole(0, 200)), course.person.born)
    first = min(first, course.last_day)
    course.register(course.at(first, 6))
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


def _afterwards(course: Course, kind: Archetype) -> None:
    alerts.mark_conditions(course)
    if course.chance.happens(0.15):
        lives.new_telephone(course)
    if kind.special == "heavy":
        _fill(course)
    if course.alive:
        for name in course.conditions:
            if name in visits.conditions() and course.chance.happens(0.5):
                visits.book_ahead(course, name)
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
    condition = visits.conditions()[name]
    span = (course.last_day - first).days
    day = first + timedelta(days=course.chance.whole(5, max(6, span // 3)))
    diary.plan(day, visits.debut, course, name, day)
    interval = condition["intervall"]
    while True:
        day += timedelta(days=max(14, int(course.chance.normal(interval, interval * 0.18))))
        if day > course.last_day:
            return
        diary.plan(day, visits.follow_up, course, name, day)


def _everyday(course: Course, kind: Archetype, diary: _Diary, first: date) -> None:
    """Passing troubles, calls, nurses, referrals, stays, and care at home."""
    years = (course.last_day - first).days / 365.25
    sick = len(kind.has)
    plans: tuple[tuple[float, Callable[..., None]], ...] = (
        (kind.troubles, _trouble),
        (0.1 + 0.4 * sick, visits.telephone),
        (0.1 + 0.25 * sick, visits.nurse_visit),
        (0.05 + 0.06 * sick, visits.physiotherapy),
        (0.1 + 0.12 * sick, _refer),
        (0.8 if kind.medicines else 0.0, wards.medication_review),
        (5.0 if kind.care == "hemsjukvard" else 0.0, wards.home_visit),
        (10.0 if kind.care == "sabo" else 0.0, wards.day_in_nursing_home),
    )
    for per_year, happen in plans:
        for _time in range(_count(course, per_year * years)):
            day = course.chance.between(first, course.last_day)
            diary.plan(day, happen, course, day)
    for _time in range(_count(course, kind.stays_per_ten_years * years / 10)):
        day = course.chance.between(first, course.last_day)
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
        referring.imaging(course, moment)
    else:
        referring.consult(course, moment)


def _many_medicines(course: Course, wanted: int, day: date) -> None:
    """What age adds to the list, until it is as long as such lists are."""
    doctor = course.doctor(course.unit("vc"))
    moment = course.office(day)
    for key in course.chance.some(_FOR_THE_OLD, len(_FOR_THE_OLD)):
        if course.medicines.count >= wanted:
            return
        assert key in preparations()
        course.medicines.prescribe(key, moment, by=doctor)


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
