"""Who takes part in the tour: two physicians of a health centre, a nurse of another care provider."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.app.regions import Sown, directory_of
from workstation.domain.directory import Unit
from workstation.generator import StaffMember


@dataclass(frozen=True, kw_only=True, repr=False)
class Cast:
    """``first`` and ``second`` share a unit; ``other`` works for another care provider."""

    first: StaffMember
    second: StaffMember
    other: StaffMember
    unit: Unit
    others_unit: Unit
    laboratory: Unit


def cast_from(sown: Sown) -> Cast:
    """Choose the people: the health centre is the one with the most patients."""
    region, units = sown.region, {unit.hsa_id: unit for unit in directory_of(sown.region).units}
    centre = max(region.units_of("vc"), key=lambda unit: sown.in_care[unit.hsa_id])
    physicians = [m for m in region.staff_of(centre) if m.physician and not m.protected]
    others = [
        unit
        for unit in region.units_of("hemsjukvard")
        if unit.provider.hsa_id != centre.provider.hsa_id
    ]
    nurses = [
        m for m in region.staff_of(others[0]) if m.role == "sjukskoterska" and not m.protected
    ]
    return Cast(
        first=physicians[0],
        second=physicians[1],
        other=nurses[0],
        unit=units[centre.hsa_id],
        others_unit=units[others[0].hsa_id],
        laboratory=units[region.units_of("lab")[0].hsa_id],
    )
