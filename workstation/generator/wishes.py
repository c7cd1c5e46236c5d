"""What patients have said about who may read: blocks (spärr) and consents (samtycke)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workstation.domain.block import Block
from workstation.domain.consent import Consent

if TYPE_CHECKING:
    from workstation.generator.archetypes import Archetype
    from workstation.generator.course import Course

_LEFT_OPEN = ("attention", "medication_order")
"""What somebody with a block of their psychiatric notes most often leaves open, for safety's sake."""
_CARED_FOR_AT_HOME = ("hemsjukvard", "sabo")


def say(course: Course, kind: Archetype, *, example: bool) -> None:
    """Write a person's block or consent, if they have said so. ``example``: the first of its kind."""
    chance = course.chance.named("wishes")
    moment = course.office(course.last_day - timedelta(days=chance.whole(10, 90)))
    if "psykos" in kind.has and (example or chance.happens(0.1)):
        _block(course, moment)
    if kind.care in _CARED_FOR_AT_HOME and (example or chance.happens(0.5)):
        _consent(course, kind.care, moment)


def _block(course: Course, moment: datetime) -> None:
    """Nobody outside the psychiatric clinic reads what is written there."""
    unit = course.unit("psyk")
    body = Block(
        type="inner",
        unit=unit.hsa_id,
        unit_name=unit.name,
        provider=unit.provider.hsa_id,
        provider_name=unit.provider.name,
        excluded=_LEFT_OPEN,
        how="in_person",
    )
    course.chart.write(body, by=course.nurse(unit), at=moment)


def _consent(course: Course, care: str, moment: datetime) -> None:
    """The municipality's nurses may read what the region's health centre writes."""
    unit = course.unit(care)
    body = Consent(
        provider=unit.provider.hsa_id,
        provider_name=unit.provider.name,
        unit=unit.hsa_id,
        unit_name=unit.name,
        valid_from=moment.date().isoformat(),
        valid_to=(moment.date() + timedelta(days=365)).isoformat(),
        given="spoken",
    )
    course.chart.write(body, by=course.nurse(unit), at=moment)
