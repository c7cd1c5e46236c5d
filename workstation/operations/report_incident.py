"""Report that the program did wrong (avvikelserapport). It is about the program, never a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec

from sync.protocol.incidents import MOST_CHARACTERS, MOST_IN_A_NAME, Harm, IncidentReport
from workstation.domain.identity import IdentityNumber
from workstation.domain.identity_systems import IdentityKind
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.ports import Delivery

HARMS: tuple[Harm, ...] = ("no", "could", "did", "unknown")
_NUMBER = re.compile(
    r"(?<![0-9])((?:18|19|20)?[0-9]{6})[-+\u2010-\u2013\u2212 ]?([0-9]{4})(?![0-9])"
)


@dataclass(frozen=True, kw_only=True, repr=False)
class KeptReport:
    """A report in the person's file. ``content``: the message's bytes. Times ms UTC."""

    id: UUID
    content: bytes
    written_at: int
    state: Delivery = Delivery.LOCAL
    received_at: int | None = None

    @property
    def report(self) -> IncidentReport:
        """The report itself."""
        return msgspec.json.decode(self.content, type=IncidentReport)


class Incidents(Protocol):
    """The person's own reports: durable when :meth:`keep` returns, sent when there is contact."""

    async def keep(self, report: KeptReport) -> None: ...

    async def all(self) -> Sequence[KeptReport]:
        """Return every report of this person, the newest first."""
        ...

    async def begun(self) -> Mapping[str, str]:
        """Return what was filled in of a report that was not sent."""
        ...

    async def keep_begun(self, content: Mapping[str, str]) -> None:
        """Keep what is filled in; empty when it was sent."""
        ...

    def subscribe(self, changed: Callable[[], object]) -> Callable[[], None]:
        """Call ``changed`` when a report has come further; return how to stop that."""
        ...


@dataclass(frozen=True, kw_only=True, repr=False)
class Told:
    """What the person filled in, with what the program knows. ``harm`` empty: not answered."""

    happened: str
    expected: str
    harm: str
    screen: str = ""
    program: str = ""
    trace: str = ""


class NotReported(Problem):
    """Something is missing or must not be there. ``field``: where in the form."""

    def __init__(self, message: str, advice: str, *, field: str) -> None:
        super().__init__(message, advice)
        self.field = field


async def report_incident(incidents: Incidents, told: Told, *, id: UUID, at: int) -> IncidentReport:
    """Keep a report in the person's own file; it is sent when there is contact.

    Args:
        id: Names the report for ever: sent twice it is still one.
        at: ms UTC.

    Raises:
        NotReported: A text is missing or too long, harm is not answered, or a text holds a
            personal identity number: a report is read outside the patient's care.
    """
    for field, text in (("happened", told.happened), ("expected", told.expected)):
        _check(field, text)
    harm = next((harm for harm in HARMS if harm == told.harm), None)
    if harm is None:
        raise NotReported(
            _("The report does not say whether a patient could be harmed."),
            _("Choose one of the answers. “Not known” is an answer too."),
            field="harm",
        )
    report = IncidentReport(
        id=id,
        at=at,
        happened=told.happened,
        expected=told.expected,
        harm=harm,
        screen=told.screen[:MOST_IN_A_NAME],
        program=told.program[:MOST_IN_A_NAME],
        trace=told.trace.strip()[:MOST_IN_A_NAME],
    )
    await incidents.keep(KeptReport(id=id, content=msgspec.json.encode(report), written_at=at))
    return report


def _check(field: str, text: str) -> None:
    if not text.strip():
        raise NotReported(
            _("Something is missing in the report."),
            _("Write both what happened and what you expected."),
            field=field,
        )
    if len(text) > MOST_CHARACTERS:
        raise NotReported(
            _("The text is too long: at most {count} characters.").format(count=MOST_CHARACTERS),
            _("Write what is needed to understand what happened."),
            field=field,
        )
    if names_a_person(text):
        raise NotReported(
            _("A personal identity number stands in the report."),
            _("Take it away, and names too: the report is read outside the patient's care."),
            field=field,
        )


def names_a_person(text: str) -> bool:
    """Whether a valid personal identity number or coordination number stands in the text."""
    return any(_is_number(*found.groups()) for found in _NUMBER.finditer(text))


def _is_number(day: str, rest: str) -> bool:
    centuries = ("",) if len(day) == 8 else ("19", "20")
    return any(
        _is_valid(century + day + rest, kind)
        for century in centuries
        for kind in (IdentityKind.PERSONNUMMER, IdentityKind.SAMORDNINGSNUMMER)
    )


def _is_valid(value: str, kind: IdentityKind) -> bool:
    try:
        IdentityNumber(kind=kind, value=value)
    except Problem:
        return False
    return True
