"""The access log, for whoever reviews it (loggkontroll, HSLF-FS 2016:40 4 kap.).

| route            | request     | reply   |
|------------------|-------------|---------|
| POST /log/lines  | LogQuestion | LogPage |

A reviewer sees what staff of the own care provider did, never another provider's log. Asking is
itself a line of the log.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sync.protocol.messages import Message

MOST_LINES_IN_A_PAGE = 500
MOST_PATIENTS_IN_A_LINE = 20

Flag = Literal["emergency", "protected", "deceased", "same_name", "outside", "refused"]
"""Why a line deserves a look: emergency opening; a patient with protected identity; a dead one; one
with the reader's own family name; one that the reader's unit has never had in its care; a no."""


class LogQuestion(Message, frozen=True, kw_only=True):
    """Which lines. Conditions that are given must all hold; without any: everything, newest first.

    ``since``, ``until``: ms UTC, the first included and the second not; ``until`` 0: now.
    ``person``, ``unit``: HSA-ids of who acted and where. ``activity``: as in ``LogLine``.
    ``flagged``: only lines with a flag. ``sample``: so many lines taken at random, for the
    systematic check; they come in the order of time and there is no next page.
    ``after``: the ``next`` of the page before. ``seq``: one line, with all of its patients.
    """

    patient: UUID | None = None
    person: str = ""
    unit: str = ""
    activity: str = ""
    since: int = 0
    until: int = 0
    flagged: bool = False
    sample: int = 0
    after: str = ""
    limit: int = 100
    seq: int = 0


class LoggedPatient(Message, frozen=True, kw_only=True):
    """Whose record was touched. Names are empty where nobody has said who the patient is."""

    patient: UUID
    family: str = ""
    given: str = ""
    identity: str = ""
    identity_system: str = ""
    protected: bool = False


class LogLine(Message, frozen=True, kw_only=True):
    """One line of the log.

    ``seq``: its number. ``at``: RFC 3339. ``activity``: Läsa, Skriva, Utskrift, Sökning, Inloggning,
    Utloggning, Nekad, Nödöppning, Administration. ``what``: the server's name of what was done.
    ``basis``: the ground it was allowed on. ``reason``: what the person gave as reason.
    ``name`` is empty for staff with protected identity. ``touched``: how many patients;
    ``patients`` names at most ``MOST_PATIENTS_IN_A_LINE`` of them, the one asked for first.
    """

    seq: int
    at: str
    activity: str
    what: str
    purpose: str = ""
    basis: str = ""
    reason: str = ""
    person: str = ""
    name: str = ""
    title: str = ""
    assignment: str = ""
    unit: str = ""
    unit_name: str = ""
    device: str = ""
    touched: int = 0
    patients: tuple[LoggedPatient, ...] = ()
    flags: tuple[Flag, ...] = ()


class LogPage(Message, frozen=True, kw_only=True):
    """Lines, newest first. ``next``: ask again with it as ``after``; empty at the end."""

    lines: tuple[LogLine, ...]
    next: str = ""
