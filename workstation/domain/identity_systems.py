"""The names under which Swedish identity numbers travel, and their aliases.

National sources disagree about OIDs and URIs. All known forms are accepted and
one is emitted per kind of number.

Source: HL7 Sweden base profiles R4; Inera RIV-TA service contracts; the care
regions' published OID registers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IdentityKind(StrEnum):
    """What sort of number a person is known by."""

    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    NATIONAL_RESERVE = "nationellt_reservnummer"
    VGR_LRID = "vgr_lrid"
    VGR_GRID = "vgr_grid"
    OTHER_RESERVE = "annat_reservnummer"


@dataclass(frozen=True, kw_only=True)
class System:
    """One identifier system: its OID, the URI we emit, and what else is accepted for it.

    ``oid`` or ``uri`` is empty where the owner has published none.
    """

    oid: str = ""
    uri: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def emitted(self) -> str:
        """The URI to write on the wire; an OID as ``urn:oid:…`` where there is no URI."""
        return self.uri or f"urn:oid:{self.oid}"

    def names(self) -> tuple[str, ...]:
        """Every spelling that means this system."""
        oid_forms = (self.oid, f"urn:oid:{self.oid}") if self.oid else ()
        return tuple(name for name in (*oid_forms, self.uri, *self.aliases) if name)


STOCKHOLM_RESERVE = System(
    oid="1.2.752.97.3.1.3",
    uri="https://uid.regionstockholm.se/reservnummer",
)

IDENTITY_SYSTEMS: dict[IdentityKind, System] = {
    IdentityKind.PERSONNUMMER: System(
        oid="1.2.752.129.2.1.3.1",
        uri="http://electronichealth.se/identifier/personnummer",
    ),
    IdentityKind.SAMORDNINGSNUMMER: System(
        oid="1.2.752.129.2.1.3.3",
        uri="http://electronichealth.se/identifier/samordningsnummer",
    ),
    IdentityKind.NATIONAL_RESERVE: System(
        oid="1.2.752.74.9.1",
        uri="http://electronichealth.se/identifier/nationelltReservnummer",
        aliases=("http://electronichealth.se/identifier/nationellt-reservnummer",),
    ),
    IdentityKind.VGR_LRID: System(oid="1.2.752.113.11.0.2.1.1.1"),
    IdentityKind.VGR_GRID: System(oid="1.2.752.113.11.0.2.1.1.4"),
    IdentityKind.OTHER_RESERVE: STOCKHOLM_RESERVE,
}

HSA_SYSTEM = System(
    oid="1.2.752.29.4.19",
    aliases=("1.2.752.129.2.1.4.1", "urn:oid:1.2.752.129.2.1.4.1"),
)
ORGANISATION_NUMBER_SYSTEM = System(oid="2.5.4.97")


def _folded(name: str) -> str:
    """Spelling differences that carry no meaning: scheme, case, a slash at the end."""
    return name.strip().lower().rstrip("/").replace("https://", "http://", 1)


_KIND_BY_NAME = {
    _folded(name): kind for kind, system in IDENTITY_SYSTEMS.items() for name in system.names()
}
_HSA_NAMES = frozenset(_folded(name) for name in HSA_SYSTEM.names())


def kind_of_system(name: str) -> IdentityKind | None:
    """Return the kind of number an OID or URI stands for; None when it is not one of ours."""
    return _KIND_BY_NAME.get(_folded(name))


def is_hsa_system(name: str) -> bool:
    """Does this OID or URI mean HSA-id, in either of its two national spellings?"""
    return _folded(name) in _HSA_NAMES
