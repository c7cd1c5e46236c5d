"""Standard times of doses in a package: as the domain uses them, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.dose_standards import Standard, Standards
from workstation.domain.dose_times import DoseTimes
from workstation.domain.ids import HsaId

if TYPE_CHECKING:
    from workstation.content.source import Content

_CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_VERSION = re.compile(r"^\d+\.\d+\.\d+$")
_OCCASIONS = 4
_MOST_A_DAY = 12


class DoseTimesRow(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """``occasions``: morning, noon, evening, night; ``times``: for so many doses a day; ``HH:MM``.

    ``units``: HSA-ids, ``types``: kinds of unit; neither of them: everybody else.
    """

    id: str
    version: str
    owner: str
    source: str
    occasions: list[str]
    times: dict[str, list[str]]
    units: list[str] = []
    types: list[str] = []


def standards_of(content: Content) -> Standards:
    """Return the standard times of a package; a row that cannot be read is left out.

    Such a package cannot be built: see :func:`faults`.
    """
    return Standards(rows=tuple(_standard(row) for row in content.dose_times if not _bad(row)))


def _standard(row: DoseTimesRow) -> Standard:
    times = {int(count): tuple(map(_clock, told)) for count, told in row.times.items()}
    return Standard(
        times=DoseTimes(occasions=tuple(map(_clock, row.occasions)), times=times),
        units=frozenset(map(HsaId, row.units)),
        types=frozenset(row.types),
    )


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def faults(content: Content) -> Iterator[str]:
    """Yield what must be mended before a package can be built."""
    seen: set[str] = set()
    for row in content.dose_times:
        yield from (f"{row.id}: {fault}" for fault in _bad(row))
        if not row.source.strip() or not row.owner.strip():
            yield f"{row.id}: no source or no owner"
        if _VERSION.match(row.version) is None:
            yield f"{row.id}: {row.version!r} is no version"
        told = {*row.units, *(f"type {one}" for one in row.types)} or {"everybody else"}
        yield from (f"{row.id}: {one} has times already" for one in sorted(told & seen))
        seen |= told


def _bad(row: DoseTimesRow) -> list[str]:
    found: list[str] = []
    if len(row.occasions) != _OCCASIONS:
        found.append("morning, noon, evening and night are four times")
    for count, told in {"occasions": row.occasions, **row.times}.items():
        if any(_CLOCK.match(one) is None for one in told):
            found.append(f"{count}: a time is no HH:MM")
        elif sorted(set(told)) != told:
            found.append(f"{count}: the times are not in order")
        if count != "occasions" and count != str(len(told)):
            found.append(f"{count}: {len(told)} times are told")
    if not {"1", "2", "3", "4"} <= row.times.keys():
        found.append("one to four doses a day need times")
    if any(not count.isdigit() or int(count) > _MOST_A_DAY for count in row.times):
        found.append("so many doses a day are not laid out")
    return found
