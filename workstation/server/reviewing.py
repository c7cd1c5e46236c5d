"""Review of the access log: by whoever may, of the own care provider's lines, and itself logged."""

from __future__ import annotations

from sync.protocol.log import MOST_LINES_IN_A_PAGE, LogPage, LogQuestion
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action, relation_to_provider
from workstation.domain.ids import HsaId
from workstation.server.core import Core
from workstation.server.store import review


async def lines(core: Core, actor: Actor, question: LogQuestion) -> LogPage:
    """Return a page of the log.

    Raises:
        NotAllowed: The actor does not review this log.
    """
    provider = actor.provider if isinstance(actor, Staff) else HsaId("")
    relation = relation_to_provider(actor, provider)
    decision = await core.allowed(actor, Action.REVIEW_LOG, relation)
    limit = max(min(question.limit, MOST_LINES_IN_A_PAGE), 1)
    found, more = await core.database.read(
        lambda c: review.lines(c, provider, question, limit=limit)
    )
    # Who is named by a line is shown to the reviewer: that is a line of theirs, too.
    seen = dict.fromkeys(patient.patient for line in found for patient in line.patients)
    if question.patient is not None:
        seen[question.patient] = None
    await core.log(
        actor,
        "Läsa",
        _asked(question),
        basis=decision.basis,
        patients=seen,
        purpose="Kvalitetssäkring",
    )
    return LogPage(lines=found, next=more)


def _asked(question: LogQuestion) -> str:
    """Say what was asked for by identifiers; the patient is among the line's own."""
    parts = {
        "person": question.person,
        "unit": question.unit,
        "activity": question.activity,
        "since": str(question.since or ""),
        "until": str(question.until or ""),
    }
    return " ".join(["log", *(f"{name}={value}" for name, value in parts.items() if value)])
