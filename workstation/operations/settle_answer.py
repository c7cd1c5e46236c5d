"""Answers that came for the unit and belong to no order: seen by a person, attached or set aside.

They lie on the server, in nobody's record, until somebody decides; so this needs contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sync.protocol.waiting import UnmatchedAnswer
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.texts import _
from workstation.operations.ports import Desk
from workstation.operations.writing import ChangedMeanwhile, Incomplete, require_licensed


class UnmatchedAnswers(Protocol):
    """The server's list. Every call raises ``Problem`` where there is no contact."""

    async def all(self) -> Sequence[UnmatchedAnswer]: ...

    async def settle(
        self, answer: str, *, how: str, patient: PatientId | None, order: EntityId | None
    ) -> bool:
        """Attach or set aside; False when it is not in the list any more."""
        ...


async def settle_answer(
    answer: UnmatchedAnswer,
    *,
    how: str,
    patient: PatientId | None = None,
    order: EntityId | None = None,
    answers: UnmatchedAnswers,
    desk: Desk,
) -> None:
    """Attach an answer to the order a person has chosen, or set it aside with a reason.

    Raises:
        NotAllowed: Not a licensed profession.
        Incomplete: No reason is given; or it cannot be attached, and an order was chosen.
        ChangedMeanwhile: Somebody has dealt with it, or it cannot be attached.
    """
    require_licensed(desk)
    if not how.strip():
        raise Incomplete(
            _("Say why."), _("What was done with an answer must be possible to follow."), ["how"]
        )
    if order is not None and not answer.attachable:
        raise Incomplete(
            _("This answer cannot be attached to an order."),
            _("Read it, write what it says where it belongs, and set it aside."),
            ["order"],
        )
    if not await answers.settle(answer.id, how=how, patient=patient, order=order):
        raise ChangedMeanwhile(
            _("The answer is not in the list any more, or cannot be attached to that order."),
            _("Read the list anew."),
        )
