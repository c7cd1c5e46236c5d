"""Say who stands in for whom: what waits for somebody who is away must not wait unseen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from workstation.domain.directory import Person, StandIn
from workstation.domain.texts import _
from workstation.operations.ports import Desk
from workstation.operations.writing import Incomplete, NotAllowed


class Deputies(Protocol):
    """The unit's people and stand-ins on the server; raises ``Problem`` where there is no contact."""

    async def colleagues(self) -> Sequence[Person]: ...

    async def keep(self, stand_in: StandIn) -> None: ...


async def name_deputy(stand_in: StandIn, *, deputies: Deputies, desk: Desk) -> None:
    """Have ``deputy`` see what waits for ``person`` in this unit.

    Raises:
        NotAllowed: Another unit than one's own.
        Incomplete: Nobody is named, somebody stands in for themselves, or it ends before it begins.
    """
    if stand_in.unit != desk.author.unit:
        raise NotAllowed(
            _("Stand-ins are named for one's own unit."), _("Ask a colleague of that unit.")
        )
    if not stand_in.person:
        raise Incomplete(_("Say who is away."), _("Choose a colleague."), ["person"])
    if not stand_in.deputy or stand_in.deputy == stand_in.person:
        raise Incomplete(_("Say who stands in."), _("Choose another colleague."), ["deputy"])
    if stand_in.until is not None and stand_in.until <= stand_in.since:
        raise Incomplete(
            _("It ends before it begins."), _("Put the last day after the first."), ["until"]
        )
    await deputies.keep(stand_in)
