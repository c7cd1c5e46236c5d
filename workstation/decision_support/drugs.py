"""Sets of drugs by ATC, with routes: what "systemic NSAID" means, compiled to prefixes.

Codes that have moved are read as their new ones, and a combination is its ingredients too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from workstation.decision_support.facts import Medication

Use = str
"""``systemic`` (default), ``local`` or ``any``."""
_LOCAL = frozenset(
    "cutaneous topical dermal ocular ophthalmic inhalation inhaled nasal otic auricular vaginal "
    "intraarticular intravitreal epilesional dental bladder".split()
)
_LOCAL_BY_CODE = frozenset({"nasal", "inhalation", "inhaled"})
_ON_SKIN = frozenset({"cutaneous", "topical", "dermal"})
_THROUGH_SKIN = ("N02A", "N04", "N06", "N07", "C01D", "C02", "G03", "G04BD", "A04AD")
"""What is put on the skin to reach the blood: patches and hormone gels."""
_PATCHES = ("plåster", "patch", "transdermal")


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Moved codes and the ingredients of combinations.

    ``strengths``: milligrams of each ingredient in one tablet, for each strength there is, where
    the catalogue says so.
    """

    moved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ingredients: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strengths: Mapping[str, tuple[Mapping[str, Decimal], ...]] = field(default_factory=dict)

    def of(self, atc: str) -> tuple[str, ...]:
        """Return every code that says what ``atc`` contains, its own (new) ones first."""
        plain = atc.strip().upper()
        own = self.moved.get(plain, (plain,))
        parts = [part for code in own for part in self.ingredients.get(code, ())]
        return (*own, *parts)

    def substances(self, atc: str) -> tuple[str, ...]:
        """Return the substances: the ingredients of a combination, else its own code."""
        plain = atc.strip().upper()
        own = self.moved.get(plain, (plain,))
        return tuple(part for code in own for part in self.ingredients.get(code, (code,)))


def is_local(medication: Medication) -> bool:
    """Does it act where it is put? A patch goes into the blood whatever its route is called."""
    route = (medication.route or "").strip().lower()
    form = (medication.form or "").lower()
    if any(word in form for word in _PATCHES):
        return False
    if route in _LOCAL_BY_CODE:  # a nasal triptan and an inhaled anaesthetic reach the blood
        return medication.atc.strip().upper().startswith(("R", "S", "D"))
    if route in _ON_SKIN and medication.atc.strip().upper().startswith(_THROUGH_SKIN):
        return False
    return route in _LOCAL


@dataclass(frozen=True, kw_only=True)
class DrugSet:
    """ATC prefixes in, prefixes out, and how it must be used to belong."""

    name: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    use: Use = "systemic"
    routes: tuple[str, ...] = ()

    def has_code(self, codes: Sequence[str]) -> bool:
        """Do the codes of one drug belong? Its own code comes first; left out, it is left out."""
        if self.exclude and codes and codes[0].startswith(self.exclude):
            return False
        return any(
            code.startswith(self.include) and not (self.exclude and code.startswith(self.exclude))
            for code in codes
        )

    def fits_use(self, medication: Medication) -> bool:
        if self.routes and (medication.route or "").strip().lower() not in self.routes:
            return False
        if self.use == "any":
            return True
        return is_local(medication) == (self.use == "local")
