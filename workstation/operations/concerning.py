"""Which of the region's guidelines are about a patient, and why: facts with their days, none guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workstation.decision_support import activity
from workstation.decision_support.facts import Facts, Medication
from workstation.domain.diagnosis import ICD10SE, Diagnosis
from workstation.domain.texts import _
from workstation.domain.values import local_date, millis_of
from workstation.operations.guidance import GuidelineText
from workstation.operations.known import Known, Learned
from workstation.operations.support import Checked

_MOST_FACTS = 4


@dataclass(frozen=True, kw_only=True, repr=False)
class Concerning:
    """A guideline and why it concerns the patient. ``warned``: a rule of it has something to say."""

    guideline: str
    title: str
    why: tuple[str, ...]
    warned: bool = False


def guidelines_about(
    guidelines: Sequence[GuidelineText], known: Known, facts: Facts, checked: Checked | None
) -> tuple[Concerning, ...]:
    """Return the guidelines that concern a patient: those with something to say first, then by title.

    A guideline concerns whom a rule of it says something about, who has an active diagnosis of
    their own under one of its codes, or who takes a medicine under one.
    """
    found: list[Concerning] = []
    diagnosed, taken = tuple(_diagnosed(known)), tuple(activity.taken(facts))
    for guideline in guidelines:
        said = tuple(dict.fromkeys(_said(guideline.id, checked)))
        why = (*said, *_why_diagnosed(guideline, diagnosed), *_why_taken(guideline, taken))
        if why:
            found.append(
                Concerning(
                    guideline=guideline.id,
                    title=guideline.title,
                    why=tuple(dict.fromkeys(why))[:_MOST_FACTS],
                    warned=bool(said),
                )
            )
    return tuple(sorted(found, key=lambda one: (not one.warned, one.title.casefold())))


def _said(guideline: str, checked: Checked | None) -> Iterator[str]:
    for shown in checked.cards if checked is not None else ():
        for finding in shown.card.findings:
            if guideline in finding.guidelines and not finding.unknown:
                yield finding.text


def _diagnosed(known: Known) -> Iterator[tuple[str, Learned]]:
    """Yield the patient's own active diagnoses with their codes, dots left out."""
    for one in known.learned:
        body = one.body
        if not isinstance(body, Diagnosis) or body.status != "active" or body.subject != "own":
            continue
        if body.verification in ("refuted", "entered_in_error"):
            continue
        if code := body.concept.code_in(ICD10SE):
            yield code.replace(".", ""), one


def _why_diagnosed(
    guideline: GuidelineText, diagnosed: Iterable[tuple[str, Learned]]
) -> Iterator[str]:
    """Yield the diagnoses under a guideline's codes with the day they are known from."""
    codes = tuple(code.replace(".", "") for code in guideline.codes)
    for plain, one in diagnosed:
        body = one.body
        if plain.startswith(codes) and isinstance(body, Diagnosis):
            since = body.onset or body.recorded
            day = local_date(millis_of(since) if since else one.at).isoformat()
            yield _("{code} {diagnosis}, since {day}").format(
                code=body.concept.code_in(ICD10SE), diagnosis=body.concept.label, day=day
            )


def _why_taken(guideline: GuidelineText, taken: Iterable[Medication]) -> Iterator[str]:
    """Yield the medicines in use under a guideline's codes with the day they began."""
    codes = tuple(guideline.codes)
    for medicine in taken:
        if not medicine.atc.startswith(codes):
            continue
        if medicine.start is None:
            yield medicine.name
        else:
            yield _("{medicine}, since {day}").format(
                medicine=medicine.name, day=medicine.start.isoformat()
            )
