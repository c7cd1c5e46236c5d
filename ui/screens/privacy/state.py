"""What consent and blocks show, and what may be done with the chosen one."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.block import Block, BlockLift
from workstation.domain.consent import Consent
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.values import end_of, millis_of
from workstation.operations.ports import PatientLine
from workstation.operations.privacy import Privacy


@dataclass(frozen=True, kw_only=True, repr=False)
class PrivacyState:
    """``privacy`` is None until it has been read. ``now``: ms UTC.

    ``may``: who sits here may write consents and blocks. ``provider``, ``unit``: theirs.
    ``revealed``: whose information others have blocked has been asked for, and logged.
    """

    patient: PatientLine | None = None
    privacy: Privacy | None = None
    chosen: EntityId | None = None
    now: int = 0
    may: bool = False
    provider: HsaId = HsaId("")
    unit: HsaId = HsaId("")
    revealed: bool = False

    @property
    def chosen_one(self) -> EntityState | None:
        """The entry that the buttons are about."""
        privacy = self.privacy or Privacy()
        every = (*privacy.consents, *privacy.blocks, *privacy.lifts)
        return next((one for one in every if one.id == self.chosen), None)

    def hides(self, state: EntityState) -> bool:
        """Whether whose information it is about is not shown yet."""
        body = state.current.body
        if not isinstance(body, Block) or self.revealed:
            return False
        own = body.unit == self.unit if body.type == "inner" else body.provider == self.provider
        return not own


def holds(state: EntityState, now: int) -> bool:
    """Whether a consent, a block or a lift holds now (ms UTC)."""
    body = state.current.body
    if state.voided:
        return False
    match body:
        case Consent(status="active"):
            begun = millis_of(body.valid_from) <= now
            return begun and (body.valid_to is None or now < end_of(body.valid_to))
        case Block(status="active"):
            return True
        case BlockLift(status="active"):
            return now < millis_of(body.until)
    return False


def actions_open(state: PrivacyState) -> tuple[str, ...]:
    """Return what may be done with the chosen entry."""
    chosen = state.chosen_one
    if chosen is None:
        return ()
    body = chosen.current.body
    ways = ["reveal"] if state.hides(chosen) else []
    if state.may and not chosen.voided:
        if isinstance(body, Consent) and body.status == "active":
            ways.append("revoke")
        block = body if isinstance(body, Block) and not state.hides(chosen) else None
        if block and block.status == "active" and block.provider == state.provider:
            ways.append("revoke")
        if isinstance(body, BlockLift) and holds(chosen, state.now) and body.unit == state.unit:
            ways.append("end")
    return tuple(ways)
