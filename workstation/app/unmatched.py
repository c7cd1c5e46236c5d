"""Answers without an order, asked of the server. Implements ``UnmatchedAnswers``."""

from __future__ import annotations

from local_cache.answers import keep_answers, kept_answers
from local_cache.cache import Cache
from sync.client.connection import Connection
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from sync.protocol.waiting import Answers, Settled, SettleRequest
from workstation.domain.clock import Clock, to_millis
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.settle_answer import AnswerList


class ServersAnswers:
    """The server's list of answers without an order, over a connection."""

    def __init__(self, connection: Connection, cache: Cache, clock: Clock) -> None:
        self._connection, self._cache, self._clock = connection, cache, clock

    async def all(self) -> AnswerList:
        now = to_millis(self._clock.now())
        try:
            reply = await self._connection.get("/answers", Answers)
        except Refusal as refusal:
            if refusal.code == "not_allowed":  # not for this profession or unit: no alarm
                return AnswerList(read_at=now)
            return await self._as_last_read()
        except (NoContact, ProtocolViolation):
            return await self._as_last_read()
        await keep_answers(self._cache, reply.answers, read_at=now)
        return AnswerList(answers=reply.answers, read_at=now)

    async def _as_last_read(self) -> AnswerList:
        kept = await kept_answers(self._cache)
        if kept is None:
            raise _no_contact()
        return AnswerList(read_at=kept[0], answers=kept[1], fresh=False)

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
