"""Search among everybody in the region, at the server."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sync.client.connection import Connection
from sync.protocol.messages import Message
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine
from workstation.operations.session import RegionSearch


class _Find(Message, frozen=True, kw_only=True):
    text: str
    limit: int = 50


class _Found(Message, frozen=True, kw_only=True):
    patient: UUID
    family: str
    given: str
    birth_date: str
    sex: str
    identity: str
    identity_system: str
    protected: bool = False
    deceased: bool = False


class _Patients(Message, frozen=True, kw_only=True):
    patients: tuple[_Found, ...]


def region_search(connection: Connection) -> RegionSearch:
    """Return a search over this connection."""

    async def search(text: str) -> Sequence[PatientLine]:
        try:
            answer = await connection.ask("/patients/find", _Find(text=text), _Patients)
        except (NoContact, Refusal, ProtocolViolation):
            raise Problem(
                _("The region could not be searched now."),
                _("The patients of your unit are found without contact."),
            ) from None
        return tuple(_line(found) for found in answer.patients)

    return search


def _line(found: _Found) -> PatientLine:
    return PatientLine(
        patient=PatientId(found.patient),
        family=found.family,
        given=found.given,
        birth_date=found.birth_date,
        sex=found.sex,
        identity=found.identity,
        identity_system=found.identity_system,
        protected=found.protected,
        deceased=found.deceased,
        place="",
        complete=False,
    )
