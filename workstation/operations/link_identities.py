"""Link the record kept under a reserve number to that of the right person, in both."""

from __future__ import annotations

from workstation.domain.directory import LICENSED
from workstation.domain.identity_links import LinkInForce, is_reserve, is_right, links_in_force
from workstation.domain.ids import PatientId
from workstation.domain.patient import IdentityLink
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, PatientLine, Reading, Records
from workstation.operations.writing import Incomplete, NotAllowed, record_for, save

LINKERS = LICENSED | {"medical_secretary"}
"""Who may say that two records are one person, and take it back."""


class NotHere(Problem):
    """One of the two records is not on this computer: nothing can be written in it."""


async def link_identities(
    *, reserve: PatientId, right: PatientId, reason: str, records: Records, desk: Desk
) -> tuple[Record, ...]:
    """Write into both records that they are one person; return what was written.

    Where one of them says so already, only the other is written.

    Args:
        reserve: The record kept under a reserve number.
        right: The record of the person's own number.
        reason: How it is known that they are the same person.

    Raises:
        NotAllowed: Neither a licensed profession nor a medical secretary.
        Incomplete: No reason is given.
        NotHere: One of the records is not on this computer.
        Problem: They are linked already, the reserve number to somebody else, or a number is
            not of its sort.
    """
    require_linker(desk)
    require_reason(reason)
    ends = (await here(reserve, records), await here(right, records))
    _check_numbers(*ends)
    before, after = [await links_of(end.patient, records) for end in ends]
    _check_free(before, after, reserve=reserve, right=right)
    written_at = desk.now()
    written = tuple(
        record_for(
            desk,
            patient=own,
            kind="identity_link",
            body=IdentityLink(other=other, reason=reason.strip()),
            approved_for_patient=False,
            written_at=written_at,
        )
        for own, other, known in ((reserve, right, before), (right, reserve, after))
        if all(link.other != other for link in known)
    )
    await save(records, desk, *written)
    return written


def require_linker(desk: Desk) -> None:
    """Raise ``NotAllowed`` unless who sits here may link and unlink identities."""
    if desk.profession not in LINKERS:
        raise NotAllowed(
            _("Only licensed staff and medical secretaries link identities."),
            _("Ask one of them to check the identity and link the records."),
        )


def require_reason(reason: str) -> None:
    """Raise ``Incomplete`` unless a reason is given."""
    if not reason.strip():
        raise Incomplete(
            _("Say how the identity was checked."),
            _("The reason stands in both records."),
            ["reason"],
        )


async def here(patient: PatientId, records: Reading) -> PatientLine:
    """Return the patient's line.

    Raises:
        NotHere: The record is not on this computer.
    """
    line = await records.patient(patient)
    if line is None:
        raise NotHere(
            _("The other record is not on this computer."),
            _("Find the person in the region and open the record first, then do it again."),
        )
    return line


async def links_of(patient: PatientId, records: Reading) -> tuple[LinkInForce, ...]:
    """Return the links that hold in a patient's record."""
    return links_in_force(one.state for one in await records.listed(patient, "identity_link"))


def _check_numbers(reserve: PatientLine, right: PatientLine) -> None:
    if reserve.patient == right.patient:
        raise Problem(
            _("This is the same record."), _("Give the number of the person's other record.")
        )
    if not is_reserve(reserve.identity_system):
        raise Problem(
            _("The record that is linked is not under a reserve number."),
            _("Two records that both have a personal identity number are never linked."),
        )
    if not is_right(right.identity_system):
        raise Problem(
            _("The right identity must have a personal identity number."),
            _("Give the number of the record that the person has under their own number."),
        )


def _check_free(
    before: tuple[LinkInForce, ...],
    after: tuple[LinkInForce, ...],
    *,
    reserve: PatientId,
    right: PatientId,
) -> None:
    if any(link.other != right for link in before):
        raise Problem(
            _("The reserve number is already linked to somebody else."),
            _("Find out who is right; undo the wrong link first."),
        )
    if before and any(link.other == reserve for link in after):
        raise Problem(_("The two records are already linked."), "")
