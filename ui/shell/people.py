"""A patient's name, number and age in words, the same in every list, banner and draft."""

from __future__ import annotations

from datetime import date

from workstation.domain.identity_systems import IdentityKind, kind_of_system
from workstation.domain.texts import N_, _, ngettext
from workstation.domain.values import age_on, days_between
from workstation.operations.ports import LinkedPatient, PatientLine

SEXES = {"female": N_("Female"), "male": N_("Male"), "other": N_("Other sex")}
_RESERVE = {
    IdentityKind.NATIONAL_RESERVE: N_("Reserve number"),
    IdentityKind.VGR_LRID: N_("Reserve number"),
    IdentityKind.VGR_GRID: N_("Reserve number"),
    IdentityKind.OTHER_RESERVE: N_("Reserve number"),
    IdentityKind.SAMORDNINGSNUMMER: N_("Coordination number"),
}


def list_name(line: PatientLine) -> str:
    """Return ``ANDERSSON, Karin``."""
    return ", ".join(part for part in (line.family.upper(), line.given) if part)


def shown_number(line: PatientLine | LinkedPatient) -> str:
    """Return the number with its hyphen where its kind has one."""
    kind = kind_of_system(line.identity_system)
    if kind not in (None, IdentityKind.OTHER_RESERVE) and len(line.identity) == 12:
        return f"{line.identity[:8]}-{line.identity[8:]}"
    return line.identity


def number_label(line: PatientLine) -> str:
    """Return what sort of number it is; empty for a personnummer."""
    kind = kind_of_system(line.identity_system)
    return _(_RESERVE[kind]) if kind in _RESERVE else ""


def age_words(birth_date: str, today: date) -> str:
    """Return the age in years; in months under two years, in days under two months; else empty."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return ""
    years, days = age_on(born, today), days_between(born, today)
    if days < 0:
        return ""
    if years >= 2:
        return _("{count} years").format(count=years)
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months >= 2:
        return _("{count} months").format(count=months)
    return ngettext("{count} day", "{count} days", days).format(count=days)
