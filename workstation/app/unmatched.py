"""Answers without an order, asked of the server. Implements ``UnmatchedAnswers``."""

from __future__ import annotations

from collections.abc import Sequence

from sync.client.connection import Connection
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from sync.protocol.waiting import Answers, Settled, SettleRequest, UnmatchedAnswer
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _


class ServersAnswers:
    """The server's list of answers without an order, over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def all(self) -> Sequence[UnmatchedAnswer]:
        try:
            reply = await self._connection.get("/answers", Answers)
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                return ()  # not for this profession or unit: an empty list, not an alarm
            raise _no_contact() from None
        except (NoContact, ProtocolViolation):
            raise _no_contact() from None
        return reply.answers

    async def settle(
        self, answer: str, *, how: str, patient: PatientId | None, order: EntityId | None
    ) -> bool:
        asked = SettleRequest(id=answer, how=how, patient=patient, order=order)
        try:
            return (await self._connection.ask("/answers/settle", asked, Settled)).done
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                raise Problem(
                    _("The answer cannot be attached to that order."),
                    _("Choose an order that your own unit watches."),
                ) from None
            raise _no_contact() from None
        except (NoContact, ProtocolViolation):
            raise _no_contact() from None


def _no_contact() -> Problem:
    return Problem(
        _("Answers without an order cannot be read now."),
        _("They lie on the server; try again when there is contact."),
    )
