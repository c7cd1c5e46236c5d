"""What is said of a person's other records, the same in the banner, the page and every list."""

from __future__ import annotations

from ui.shell.people import shown_number
from workstation.domain.identity_links import Linked, linked_as
from workstation.domain.texts import _
from workstation.operations.ports import LinkedPatient, PatientLine


def link_words(line: PatientLine, link: LinkedPatient) -> str:
    """Return what another record is to this one, with its number where it is here."""
    is_it = linked_as(line.identity_system, link.identity_system)
    if not link.here or not link.identity:
        return _ABSENT[is_it]()
    number = shown_number(link)
    if is_it is Linked.RIGHT:
        return _("Right identity: {number}").format(number=number)
    if is_it is Linked.RESERVE:
        return _("Also has a record under reserve number {number}").format(number=number)
    return _("Also has a record under {number}").format(number=number)


def links_words(line: PatientLine) -> str:
    """Return what is said of all other records; empty where there is none."""
    return " · ".join(link_words(line, link) for link in line.links)


def link_advice(line: PatientLine, link: LinkedPatient) -> str:
    """Return what to do about another record."""
    if not link.here:
        return _("Find the person in the region to read it; attention information may stand there.")
    if linked_as(line.identity_system, link.identity_system) is Linked.RIGHT:
        return _("Write what is new in that record; what was written here stays here.")
    return _("What was written under the other number stays in that record; read both.")


_ABSENT = {
    Linked.RIGHT: lambda: _("Right identity: a record that is not on this computer"),
    Linked.RESERVE: lambda: _(
        "Also has a record under a reserve number, which is not on this computer"
    ),
    Linked.BESIDE: lambda: _("Also has another record, which is not on this computer"),
}
