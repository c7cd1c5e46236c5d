"""Answers that came for the unit and belong to no order: seen by a person, attached or set aside.

They lie on the server, in nobody's record, until somebody decides; so to decide needs contact. Without
it the list is shown as it was last read, with its age, and nothing of it can be settled or lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sync.protocol.waiting import UnmatchedAnswer
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.texts import _
from workstation.operations.ports import Desk
from workstation.operations.writing import ChangedMeanwhile, Incomplete, require_licensed


@dataclass(frozen=True, kw_only=True, repr=False)
class AnswerList:
    """The unit's list. ``read_at``: ms UTC; ``fresh``: as it stands now, else as it was then."""

    answers: tuple[UnmatchedAnswer, ...] = ()
    read_at: int = 0
    fresh: bool = True


class UnmatchedAnswers(Protocol):
    """The server's list, where every answer stays until somebody has decided."""

    async def all(self) -> AnswerList:
        """Return the list, without contact as it was last read here.

        Raises:
            Problem: There is no contact, and it was never read here.
        """
        ...

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
