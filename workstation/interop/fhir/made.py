"""What a mapping makes of a resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workstation.domain.record import Body
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Resource


@dataclass(frozen=True, kw_only=True, repr=False)
class Made:
    """A record's content.

    Attributes:
        kind: The kind of record.
        written: When the source wrote it (dateTime), where it says so.
        followed_by: Further steps of the same entity: (kind, body), each on the one before.
        voided: The source says it was entered in error.
        signed: The source says it is final and signed there. ``signed_by``: by whom, as it says.
    """

    kind: str
    body: Body
    written: str | None = None
    followed_by: tuple[tuple[str, Body], ...] = ()
    voided: bool = False
    signed: bool = False
    signed_by: str = ""


Mapping = Callable[[Node, Links, Resource], Made | None]
"""Returns None where the resource, though of a known type, says something we have no record for."""

IN_ERROR = "entered-in-error"
