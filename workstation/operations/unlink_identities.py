"""Undo a link between two records: it is voided in both, and stays readable."""

from __future__ import annotations

from workstation.domain.ids import PatientId
from workstation.domain.marks import Void
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.link_identities import here, links_of, require_linker, require_reason
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import heads_of, record_for, save


async def unlink_identities(
    *, patient: PatientId, other: PatientId, reason: str, records: Records, desk: Desk
) -> tuple[Record, ...]:
    """Void the link in both records in one save; return what was written.

    Which of the two comes first makes no difference, nor which unit made the link: one that
    joins two persons must be undone by whoever finds out.

    Raises:
        NotAllowed: Neither a licensed profession nor a medical secretary.
        Incomplete: No reason is given.
        NotHere: One of the records is not on this computer: the link would end in one only.
        Problem: They are not linked.
    """
    require_linker(desk)
    require_reason(reason)
    written_at = desk.now()
    written: list[Record] = []
    for own, beside in ((patient, other), (other, patient)):
        await here(own, records)
        written += [
            record_for(
                desk,
                patient=own,
                kind="void",
                body=Void(reason=reason.strip()),
                entity=state.id,
                bases=heads_of(state),
                approved_for_patient=False,
                written_at=written_at,
            )
            for link in await links_of(own, records)
            if link.other == beside
            for state in link.states
        ]
    if not written:
        raise Problem(_("The two records are not linked."), "")
    await save(records, desk, *written)
    return tuple(written)
