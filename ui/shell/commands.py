"""Everything by name: what Ctrl+K offers, and what picking it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ui.kit.palette import Hit
from ui.shell.identity_words import links_words
from ui.shell.people import list_name, shown_number
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine

_PATIENT = "patient:"


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something one can do by name. ``needs_patient``: only while a record is open.

    ``writes``: not while that record may only be read.
    """

    key: str
    text: str
    icon: str = "chevron-right"
    shortcut: str = ""
    needs_patient: bool = False
    writes: bool = False
    run: Callable[[], None]


def patient_key(line: PatientLine) -> str:
    """Return the key of a patient's hit."""
    return f"{_PATIENT}{line.patient}"


def patient_hits(lines: Iterable[PatientLine], group: str) -> list[Hit]:
    """Return patients as hits."""
    return [
        Hit(
            key=patient_key(line),
            text=list_name(line),
            detail=" · ".join(p for p in (shown_number(line), links_words(line)) if p),
            group=group,
            icon="patients",
        )
        for line in lines
    ]


def command_hits(
    commands: Iterable[Command], text: str, *, has_patient: bool, instead: Command | None = None
) -> list[Hit]:
    """Return commands in whose words every typed word stands.

    ``instead``: stands once for all that would write, where the open record may only be read.
    """
    words = text.casefold().split()
    meant = [
        command
        for command in commands
        if (has_patient or not command.needs_patient)
        and all(word in _(command.text).casefold() for word in words)
    ]
    if instead is not None and (offered := [one for one in meant if not one.writes]) != meant:
        meant = [*offered, instead]
    return [
        Hit(
            key=command.key,
            text=_(command.text),
            group=_("Commands"),
            icon=command.icon,
            shortcut=command.shortcut,
        )
        for command in meant
    ]
