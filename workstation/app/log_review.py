"""Review of the access log, at the server."""

from __future__ import annotations

import asyncio

from sync.client.connection import Connection
from sync.protocol.log import (
    MOST_LINES_IN_A_PAGE,
    LoggedPatient,
    LogLine,
    LogPage,
    LogQuestion,
)
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.domain.clock import SystemClock
from workstation.domain.patient import Identifier, Patient
from workstation.domain.problem import Problem
from workstation.domain.record import Author
from workstation.domain.texts import _
from workstation.operations.session import Files, LogExtract, LogReview


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


def log_extract(ask: LogReview, author: Author, files: Files) -> LogExtract:
    """Return what makes the patient's own extract: the whole log about them, on paper."""

    async def extract(patient: LoggedPatient) -> int:
        lines: list[LogLine] = []
        after, more = "", True
        while more:
            page = await ask(
                LogQuestion(patient=patient.patient, after=after, limit=MOST_LINES_IN_A_PAGE)
            )
            lines += page.lines
            after, more = page.next, bool(page.next)
        document = await asyncio.to_thread(_printed, patient, author, lines)
        await files.save(document, "pdf")
        return len(lines)

    return extract


def _printed(patient: LoggedPatient, author: Author, lines: list[LogLine]) -> bytes:
    from workstation.printing.access_log import print_access_log
    from workstation.printing.sheet import Sheet

    about = Patient(
        family=patient.family,
        given=(patient.given,) if patient.given else (),
        identifiers=(Identifier(system=patient.identity_system, value=patient.identity),),
        protection="sekretessmarkering" if patient.protected else "none",
    )
    sheet = Sheet(patient=about, printed_by=author, printed_at=SystemClock().now())
    return print_access_log(lines, sheet=sheet)


def _refused(refusal: Refusal) -> Problem:
    return Problem(
        _("The access log was not shown."),
        refusal.text or _("It takes an assignment with the right to review it."),
    )
