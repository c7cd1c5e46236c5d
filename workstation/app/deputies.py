"""Who works in the unit and who stands in, asked of and told to the server. Implements ``Deputies``."""

from __future__ import annotations

from collections.abc import Sequence

from sync.client.connection import Connection
from sync.protocol.messages import Message
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from sync.protocol.waiting import StandInRequest
from workstation.domain.directory import Person, StandIn
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import _


class _Unit(Message, frozen=True, kw_only=True):
    unit: str


class _People(Message, frozen=True, kw_only=True):
    people: tuple[Person, ...] = ()


class ServersDeputies:
    """The unit's people and stand-ins over a connection."""

    def __init__(self, connection: Connection, unit: HsaId) -> None:
        self._connection, self._unit = connection, unit

    async def colleagues(self) -> Sequence[Person]:
        try:
            asked = _Unit(unit=self._unit)
            return (await self._connection.ask("/directory/people", asked, _People)).people
        except (NoContact, Refusal, ProtocolViolation):
            raise _no_contact() from None

    async def keep(self, stand_in: StandIn) -> None:
        try:
            async for _line in self._connection.lines(
                "/waiting/stand-in", StandInRequest(stand_in=stand_in)
            ):
                break
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise Problem(
                    _("Both must work in this unit."), _("Choose among the unit's colleagues.")
                ) from None
            raise _no_contact() from None
        except (NoContact, ProtocolViolation):
            raise _no_contact() from None


def _no_contact() -> Problem:
    return Problem(
        _("Stand-ins cannot be named now."), _("It needs contact with the server; try again later.")
    )
