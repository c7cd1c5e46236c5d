"""What every part of a record on the screen has in common."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from workstation.domain.ids import EntityId
from workstation.domain.problem import Problem
from workstation.operations.ports import PatientLine
from workstation.operations.session import Session

Compose = Callable[[str, PatientLine, Mapping[str, str]], None]
"""Begin a draft in the workspace: writer, patient, first content."""

Start = Callable[[Coroutine[Any, Any, None]], object]


class ChartPresenter(Protocol):
    """A part of the record. Replies that come for another patient than the open one are dropped."""

    def put_away(self) -> None:
        """Show nobody, before anything else can happen: another record is being opened."""
        ...

    async def show_patient(self, patient: PatientLine) -> None:
        """Load and show ``patient``."""
        ...

    async def reload(self) -> None:
        """The store has learned something of the open patient: show it, moving nothing."""
        ...

    async def show_entity(self, entity: EntityId) -> None:
        """Bring one entity into sight, chosen."""
        ...


@dataclass(frozen=True, kw_only=True, repr=False)
class Shell:
    """What the window offers its screens. ``show`` tells of a problem in the screen's own place.

    ``show_place`` goes to a place by its key.
    ``open_patient`` (patient, tab, entity or None) opens a record; ``said`` tells in passing
    what was done. ``read_guideline`` opens one by its id; ``back_to_record`` goes from a place to
    the record that is open behind it. ``open_now``: whose record is open. ``may_write`` (patient,
    what): whether anything may be written in that record now; else it is said at once why not.
    """

    session: Session
    compose: Compose
    open_patient: Callable[[PatientLine, str, EntityId | None], None]
    said: Callable[[str], None]
    read_guideline: Callable[[str], None] = lambda _guideline: None
    open_now: Callable[[], PatientLine | None] = lambda: None
    show_place: Callable[[str], None] = lambda _place: None
    back_to_record: Callable[[], None] = lambda: None
    may_write: Callable[[PatientLine, str], bool] = lambda _patient, _what: True


ShowProblem = Callable[[Problem], None]
