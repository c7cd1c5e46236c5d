"""The closed vocabulary of dosing: units, occasions, weekdays, ordinals, and what people type for them.

``N_`` texts are what is shown (English here, Swedish in the catalogue); the other texts are
what a Swedish clinician types, in lower case.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from workstation.domain.texts import N_, _

Forms = tuple[str, str]

PIECES: Final[dict[str, Forms]] = {
    "tablett": (N_("tablet"), N_("tablets")),
    "kapsel": (N_("capsule"), N_("capsules")),
    "brustablett": (N_("effervescent tablet"), N_("effervescent tablets")),
    "tuggtablett": (N_("chewable tablet"), N_("chewable tablets")),
    "sugtablett": (N_("lozenge"), N_("lozenges")),
    "depottablett": (N_("prolonged-release tablet"), N_("prolonged-release tablets")),
    "vaginaltablett": (N_("vaginal tablet"), N_("vaginal tablets")),
    "vagitorium": (N_("pessary"), N_("pessaries")),
    "suppositorium": (N_("suppository"), N_("suppositories")),
    "dospåse": (N_("sachet"), N_("sachets")),
    "plåster": (N_("patch"), N_("patches")),
    "ampull": (N_("ampoule"), N_("ampoules")),
    "spruta": (N_("syringe"), N_("syringes")),
    "injektion": (N_("injection"), N_("injections")),
    "infusion": (N_("infusion"), N_("infusions")),
    "inhalation": (N_("inhalation"), N_("inhalations")),
    "puff": (N_("puff"), N_("puffs")),
    "sprayning": (N_("spray dose"), N_("spray doses")),
    "droppe": (N_("drop"), N_("drops")),
    "applikation": (N_("application"), N_("applications")),
    "implantat": (N_("implant"), N_("implants")),
    "mått": (N_("measure"), N_("measures")),
    "dos": (N_("dose"), N_("doses")),
}
"""Units that are counted, by the name a record carries."""

MEASURES: Final[dict[str, Forms]] = {
    "mg": (N_("mg"), N_("mg")),
    "g": (N_("g"), N_("g")),
    "mikrogram": (N_("micrograms"), N_("micrograms")),
    "nanogram": (N_("nanograms"), N_("nanograms")),
    "mL": (N_("mL"), N_("mL")),
    "mmol": (N_("mmol"), N_("mmol")),
    "E": (N_("unit"), N_("units")),
    "IE": (N_("international unit"), N_("international units")),
}
"""Units that are measured."""

_TYPED: Final[dict[str, str]] = {
    "tablett": "tablett tabletter tabletten tabl tab tbl",
    "kapsel": "kapsel kapslar kapseln kaps",
    "brustablett": "brustablett brustabletter brustabl",
    "tuggtablett": "tuggtablett tuggtabletter tuggtabl",
    "sugtablett": "sugtablett sugtabletter sugtabl",
    "depottablett": "depottablett depottabletter depottabl",
    "vaginaltablett": "vaginaltablett vaginaltabletter",
    "vagitorium": "vagitorium vagitorier",
    "suppositorium": "suppositorium suppositorier supp stolpiller",
    "dospåse": "dospåse dospåsar påse påsar",
    "plåster": "plåster depotplåster",
    "ampull": "ampull ampuller amp",
    "spruta": "spruta sprutor",
    "injektion": "injektion injektioner inj",
    "infusion": "infusion infusioner inf",
    "inhalation": "inhalation inhalationer inh",
    "puff": "puff puffar",
    "sprayning": "sprayning sprayningar spraydos spraydoser",
    "droppe": "droppe droppar",
    "applikation": "applikation applikationer",
    "implantat": "implantat",
    "mått": "mått",
    "dos": "dos doser",
    "mg": "mg milligram",
    "g": "g gram",
    "mikrogram": "mikrogram mikrog mcg µg μg ug",
    "nanogram": "nanogram",
    "mL": "ml milliliter",
    "mmol": "mmol millimol",
    "E": "e enhet enheter",
    "IE": "ie",
}
UNITS: Final[dict[str, str]] = {
    word: unit for unit, words in _TYPED.items() for word in words.split()
}
"""Typed word in lower case → unit as a record carries it."""

GREATEST_PIECES = 30
"""A greater number of counted pieces is taken for a forgotten unit (``500`` for 500 mg)."""

OCCASIONS: Final[tuple[str, ...]] = (
    N_("in the morning"),
    N_("at midday"),
    N_("in the evening"),
    N_("at night"),
)
OCCASION_WORDS: Final[dict[str, int]] = {
    "morgon": 0,
    "morgonen": 0,
    "morgnar": 0,
    "lunch": 1,
    "kväll": 2,
    "kvällen": 2,
    "kvällar": 2,
    "natt": 3,
    "natten": 3,
    "tn": 3,
    "sänggåendet": 3,
}
OCCASION_LEADS: Final = frozenset({"på", "till", "vid", "varje"})

WEEKDAYS: Final[tuple[str, ...]] = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
WEEKDAY_SHORT: Final = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
WEEKDAY_WORDS: Final[dict[str, int]] = {
    form: number
    for number, (short, stem) in enumerate(
        (
            ("mån må", "måndag"),
            ("tis ti", "tisdag"),
            ("ons on", "onsdag"),
            ("tors tor to", "torsdag"),
            ("fre fr", "fredag"),
            ("lör lö", "lördag"),
            ("sön sö", "söndag"),
        ),
        start=1,
    )
    for form in (*short.split(), stem, f"{stem}ar", f"{stem}en")
}
"""Typed word → ISO weekday, Monday 1."""

ORDINALS: Final[dict[str, int]] = {
    "annan": 2,
    "andra": 2,
    "tredje": 3,
    "fjärde": 4,
    "femte": 5,
    "sjätte": 6,
    "sjunde": 7,
    "åttonde": 8,
    "tionde": 10,
    "tolfte": 12,
}
SMALL_NUMBERS: Final[dict[str, int]] = {"en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5}
PERIODS: Final[dict[str, str]] = {
    "timme": "h",
    "timma": "h",
    "timmar": "h",
    "tim": "h",
    "h": "h",
    "dag": "d",
    "dygn": "d",
    "d": "d",
    "vecka": "wk",
    "v": "wk",
    "månad": "mo",
}
LONGEST: Final[dict[str, int]] = {"h": 168, "d": 90, "wk": 52, "mo": 12}
"""The greatest period of each unit that is believed."""

INSTRUCTIONS: Final = (
    "i samband med måltid",
    "på fastande mage",
    "före maten",
    "efter maten",
    "till maten",
    "före mat",
    "efter mat",
    "till mat",
    "med maten",
    "med mat",
    "med vatten",
    "sväljes hela",
    "sväljs hela",
    "under tungan",
)


def unit_words(unit: str, amount: Decimal) -> str:
    """Return a unit's name for ``amount``; a unit we do not know is shown as it stands."""
    forms = PIECES.get(unit) or MEASURES.get(unit)
    if forms is None:
        return unit.replace("µg", _("micrograms")).replace("/", f" {_('per')} ")
    return _(forms[0] if amount <= 1 else forms[1])
