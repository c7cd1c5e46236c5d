"""One ordered drug as it is read everywhere: screen, paper and patient's page draw the same runs.

Order and emphasis after NHS CUI: generic name bold in lower case, brand in capitals, form and
strength, the label DOS, amounts bold; attributes are never broken inside, only between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workstation.domain.dosage_words import dosage_runs, strength_words
from workstation.domain.medication import Drug, MedicationOrder
from workstation.domain.runs import Run, plain
from workstation.domain.texts import _

Attribute = Literal["name", "preparation", "dose", "route"]
_SHORTEST_WORD_IN_CAPITALS = 5


@dataclass(frozen=True, kw_only=True, repr=False)
class LinePart:
    """One attribute of the line. A line may wrap between parts; prefer the break before ``dose``."""

    attribute: Attribute
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The part without emphasis."""
        return plain(self.runs)


def medication_line(content: MedicationOrder) -> tuple[LinePart, ...]:
    """Return name, preparation, dose and route of an order's content; what is unknown is left out.

    ``content`` must carry the whole order (``OrderState.effective.content``). A drug in the
    words of another system is shown exactly in those words.
    """
    drug = content.drug or Drug(name="")
    parts = [
        LinePart(attribute="name", runs=tuple(_name_runs(drug))),
        LinePart(attribute="preparation", runs=_preparation(drug)),
        LinePart(attribute="dose", runs=_dose_runs(content)),
        LinePart(attribute="route", runs=(Run(drug.route, "whole"),) if drug.route else ()),
    ]
    return tuple(part for part in parts if part.runs)


def line_runs(parts: Iterable[LinePart]) -> tuple[Run, ...]:
    """Return the parts as one line, an em dash between them."""
    found: list[Run] = []
    for part in parts:
        if found:
            found.append(Run(" — ", "quiet"))
        found.extend(part.runs)
    return tuple(found)


def generic_name(drug: Drug) -> str:
    """Return the substance in lower case; a source's own words (with digits, say) as they came."""
    if not drug.atc and any(sign.isdigit() for sign in drug.name):
        return drug.name
    return " ".join(_lower(word) for word in drug.name.split(" "))


def _lower(word: str) -> str:
    shouted = word.isupper() and len(word) >= _SHORTEST_WORD_IN_CAPITALS
    ordinary = word[1:].islower() and word[:1].isupper() and word[1:2] != "-"
    return word.lower() if shouted or ordinary else word


def _name_runs(drug: Drug) -> Iterable[Run]:
    generic = generic_name(drug)
    if generic:
        yield Run(generic, "strong")
    else:
        yield Run(_("Drug not stated"), "strong" if not drug.brand else "")
    if drug.brand and drug.brand.casefold() != drug.name.casefold():
        yield Run(" ")
        yield Run(drug.brand.upper(), "brand")


def _preparation(drug: Drug) -> tuple[Run, ...]:
    form = drug.form[:1].lower() + drug.form[1:] if drug.form[1:2].islower() else drug.form
    words = [words for words in (form, strength_words(drug.strength)) if words]
    return (Run(" ".join(words), "whole"),) if words else ()


def _dose_runs(content: MedicationOrder) -> tuple[Run, ...]:
    label = (Run(_("DOSE"), "label"), Run(" "))
    if content.dosage is None:
        return (*label, Run(_("Dosage not stated")))
    return (*label, *dosage_runs(content.dosage))
