"""Attention information: hypersensitivity, infection, treatment, routine; or none that is known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from workstation.domain.attention import Attention, Reaction
from workstation.domain.medication import ATC
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept
from workstation.generator.vocabulary import phrases

if TYPE_CHECKING:
    from workstation.generator.course import Course

# What must not be ordered for somebody with such a hypersensitivity.
_AVOID = {
    "J01CE": ("J01C", "J01D"),
    "B01AC06": ("B01AC06", "M01A"),
    "J01EE01": ("J01E",),
    "R05DA04": ("R05DA", "N02AA"),
    "C09AA02": ("C09A", "C09DX"),
}

_CERTAINTIES: tuple[tuple[Literal["confirmed", "probable", "suspected"], float], ...] = (
    ("confirmed", 6.0),
    ("probable", 2.0),
    ("suspected", 2.0),
)


def ask_about_hypersensitivity(course: Course, day: date, *, likelihood: float) -> None:
    """Ask, as at a first contact: something is known, nothing is known, or nobody asked."""
    if course.chance.happens(likelihood):
        known = phrases("lives")["uppmarksamhet"]["overkanslighet"]
        for item in course.chance.some(known, 2 if course.chance.happens(0.15) else 1):
            _hypersensitive(course, item, day)
    elif course.chance.happens(0.7):
        body = Attention(
            category="C",
            concept=Concept(text="Ingen känd överkänslighet"),
            none_known=True,
            verified=day.isoformat(),
        )
        nurse = course.nurse(course.unit("vc"))
        course.chart.write(body, by=nurse, at=course.office(day))


def mark_conditions(course: Course) -> None:
    """Mark what staff must know at once: treatments, infections, special routines."""
    texts = phrases("lives")["uppmarksamhet"]
    doctor = course.doctor(course.unit("vc"))
    for name, text in texts["tillstand"].items():
        if name in course.conditions and course.chance.happens(0.7):
            day = course.conditions[name].written_at.as_datetime().date()
            body = Attention(
                category="A",
                concept=Concept(text=text),
                severity="harmful",
                certainty="confirmed",
                kind="Behandling",
                valid_from=day.isoformat(),
            )
            course.chart.write(body, by=doctor, at=course.office(day))
    for category, kind, choices, likelihood in (
        ("B", "Smitta", texts["smitta"], 0.012),
        ("D", "Särskild vårdrutin", texts["rutin"], 0.02),
    ):
        if course.chance.happens(likelihood):
            body = Attention(
                category="B" if category == "B" else "D",
                concept=Concept(text=course.chance.pick(choices)),
                certainty="confirmed",
                kind=kind,
            )
            course.chart.write(body, by=doctor, at=course.office(course.last_day))


def _hypersensitive(course: Course, item: dict[str, Any], day: date) -> None:
    atc = str(item["atc"])
    levels = item["allvar"]
    severity = course.chance.weighted(list(zip(levels[::2], levels[1::2], strict=True)))
    certainty = course.chance.weighted(_CERTAINTIES)
    codings = (Coding(system=ATC, code=atc, display=item["namn"]),) if atc else ()
    reaction = Concept(text=course.chance.pick(item["reaktion"]))
    body = Attention(
        category="C",
        concept=Concept(text=item["namn"], codings=codings),
        severity=severity,
        certainty=certainty,
        kind=item["typ"],
        reactions=(Reaction(manifestation=reaction),),
        valid_from=day.isoformat(),
        verified=day.isoformat(),
    )
    doctor = course.doctor(course.unit("vc"))
    moment = course.office(day)
    written = course.chart.write(body, by=doctor, at=moment)
    course.medicines.avoided += _AVOID.get(atc, ())
    if certainty == "suspected" and course.chance.happens(0.3):
        _refuted(course, body, written, day)


def _refuted(course: Course, body: Attention, written: Record, day: date) -> None:
    later = course.chance.between(day, course.last_day)
    refuted = Attention(
        category="C",
        concept=body.concept,
        severity=body.severity,
        certainty=body.certainty,
        status="refuted",
        kind=body.kind,
        reactions=body.reactions,
        valid_from=body.valid_from,
        verified=later.isoformat(),
        comment="Provokation utan reaktion.",
    )
    doctor = course.doctor(course.unit("vc"))
    moment = course.office(later)
    course.chart.write(refuted, by=doctor, at=moment, entity=written.entity, bases=(written,))
