"""An invented Swedish region: providers, units, staff, and patients with years of record.

``generate`` gives it all from a seed. Nothing in it is about anybody who lives or has lived.
"""

from workstation.generator.chart import Membership, PatientBatch
from workstation.generator.region import Provider, Region, StaffMember, Unit
from workstation.generator.world import World, generate

__all__ = [
    "Membership",
    "PatientBatch",
    "Provider",
    "Region",
    "StaffMember",
    "Unit",
    "World",
    "generate",
]
