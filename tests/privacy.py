"""Blocks, their lifts and consents to test with, as ``tests.builders``."""

from __future__ import annotations

from typing import Any

from tests.builders import ENVELOPE, HOSPITAL, WARD, a_record
from workstation.domain.block import Block, BlockLift
from workstation.domain.consent import Consent
from workstation.domain.ids import HsaId
from workstation.domain.record import Body, Record

OTHERS = HsaId("SE2321000016-Z000")
"""Another care provider."""
OTHERS_UNIT = HsaId("SE2321000016-Z9Z9")


def _made(kind: str, body: type[Body], defaults: dict[str, Any], fields: dict[str, Any]) -> Record:
    envelope = {name: fields.pop(name) for name in tuple(fields) if name in ENVELOPE}
    return a_record(kind, body(**(defaults | fields)), **envelope)


def a_block(**fields: Any) -> Record:
    """Return an outer block of everything the hospital has written."""
    return _made("block", Block, {"type": "outer", "provider": HOSPITAL}, fields)


def an_inner_block(**fields: Any) -> Record:
    """Return an inner block of what the ward has written."""
    return a_block(**({"type": "inner", "unit": WARD} | fields))


def following(record: Record, **fields: Any) -> dict[str, Any]:
    """Return the envelope of a record that builds on ``record``."""
    return {
        "patient": record.patient,
        "entity": record.entity,
        "bases": (record.id,),
        **fields,
    }


def a_lift(block: Record, **fields: Any) -> Record:
    """Return a lift of ``block`` for the other provider's unit until noon of the test's day."""
    defaults = {
        "block": block.entity,
        "until": "2026-03-02T12:00:00.000Z",
        "unit": OTHERS_UNIT,
        "reason": "patienten samtycker",
    }
    return _made("block_lift", BlockLift, defaults, {"patient": block.patient} | fields)


def a_consent(**fields: Any) -> Record:
    """Return a consent to the other provider's unit for the first half of March."""
    defaults = {
        "provider": OTHERS,
        "unit": OTHERS_UNIT,
        "valid_from": "2026-03-01",
        "valid_to": "2026-03-15",
        "given": "spoken",
    }
    return _made("consent", Consent, defaults, fields)
