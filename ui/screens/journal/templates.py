"""Note templates and sökord that every unit begins with; terms are data, in the record's language."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.note import NoteType
from workstation.domain.texts import N_


@dataclass(frozen=True, kw_only=True)
class Template:
    """A template: the note's type and title, and the sökord it opens with."""

    key: str
    type: NoteType
    title: str
    terms: tuple[str, ...]


TEMPLATES: tuple[Template, ...] = (
    Template(
        key="day",
        type="bes",
        title="Daganteckning",
        terms=("Aktuellt", "Status", "Bedömning", "Åtgärd"),
    ),
    Template(
        key="visit",
        type="bes",
        title="Besöksanteckning",
        terms=("Kontaktorsak", "Anamnes", "Status", "Bedömning", "Planering"),
    ),
    Template(
        key="nursing",
        type="atb",
        title="Omvårdnadsanteckning",
        terms=("Omvårdnadsstatus", "Omvårdnadsåtgärd", "Resultat"),
    ),
    Template(
        key="phone",
        type="auf",
        title="Telefonkontakt",
        terms=("Kontaktorsak", "Bedömning", "Råd och åtgärd"),
    ),
    Template(
        key="admission",
        type="ins",
        title="Inskrivningsanteckning",
        terms=(
            "Inskrivningsorsak",
            "Tidigare sjukdomar",
            "Socialt",
            "Aktuellt",
            "Status",
            "Bedömning",
            "Planering",
        ),
    ),
    Template(
        key="discharge",
        type="slu",
        title="Epikris",
        terms=("Vårdtid", "Diagnos", "Sammanfattning", "Läkemedelsberättelse", "Planering"),
    ),
    Template(key="free", type="bes", title="", terms=("",)),
)

FREE_NAME = N_("Free text")

TERMS: tuple[str, ...] = (
    "Aktivitet",
    "Aktuellt",
    "Allmäntillstånd",
    "Anamnes",
    "Andning",
    "Bedömning",
    "Blodtryck",
    "Buk",
    "Cirkulation",
    "Diagnos",
    "Elimination",
    "Hereditet",
    "Hjärta",
    "Hud",
    "Information till patienten",
    "Kommunikation",
    "Kontaktorsak",
    "Lokalstatus",
    "Lungor",
    "Läkemedelsberättelse",
    "Neurologi",
    "Nutrition",
    "Omvårdnadsstatus",
    "Omvårdnadsåtgärd",
    "Planering",
    "Psykiskt",
    "Resultat",
    "Råd och åtgärd",
    "Sammanfattning",
    "Smärta",
    "Socialt",
    "Status",
    "Sömn",
    "Tidiga hypoteser",
    "Tidigare sjukdomar",
    "Tredje person",
    "Vikt",
    "Vårdtid",
    "Våldsutsatt",
    "Åtgärd",
    "Överkänslighet",
)


def template(key: str) -> Template:
    """Return the template of that key; an unknown one is free text."""
    return next((t for t in TEMPLATES if t.key == key), TEMPLATES[-1])
