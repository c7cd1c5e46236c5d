"""Review of the access log, at the server."""

from __future__ import annotations

from sync.client.connection import Connection
from sync.protocol.log import LogPage, LogQuestion
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.session import LogReview


def log_review(connection: Connection) -> LogReview:
    """Return the review over this connection."""

    async def ask(question: LogQuestion) -> LogPage:
        try:
            return await connection.ask("/log/lines", question, LogPage)
        except Refusal as refusal:
            raise _refused(refusal) from None
        except (NoContact, ProtocolViolation):
            raise Problem(
                _("The access log could not be read now."),
                _("It is kept by the server alone. Try again when there is contact."),
            ) from None

    return ask


def _refused(refusal: Refusal) -> Problem:
    return Problem(
        _("The access log was not shown."),
        refusal.text or _("It takes an assignment with the right to review it."),
    )
