"""What goes wrong in a session, where somebody sees it: nothing that was typed is lost silently."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from ui.kit.banner import EMERGENCY_KEY
from ui.kit.clipboard import copy
from ui.kit.failed import Unread
from ui.shell.frame import Frame
from ui.shell.tasks import Tasks
from ui.shell.workspace.emergency_writer import reserve_routine
from ui.shell.workspace.presenter import WorkspacePresenter
from ui.shell.workspace.state import OpenDraft, WorkspaceState
from ui.shell.workspace.told import BUILD_ON_NEW, COPY, text_of
from ui.theme.tokens import Tone
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine
from workstation.operations.session import Session

_AGAIN_MS = 3_000


class Troubles(QObject):
    """Shows problems at the foot of the window until they are put away, covers what could not be
    read, keeps drafts as soon as there is room, and does not let go of what would be lost.
    """

    def __init__(
        self,
        parent: QObject,
        *,
        session: Session,
        frame: Frame,
        workspace: WorkspacePresenter,
        tasks: Tasks,
        said: Callable[[str], None],
        show_draft: Callable[[OpenDraft], None],
    ) -> None:
        super().__init__(parent)
        self._session, self._frame, self._workspace = session, frame, workspace
        self._tasks, self._say, self._show_draft = tasks, said, show_draft
        self._said = ""  # what stands at the foot
        self._told_unkept = False
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(lambda: tasks.start(workspace.keep_again()))
        frame.notice.acted.connect(self._lead_to_unkept)

    # Problems

    def show(self, problem: Problem) -> None:
        """Say what went wrong in work that belongs to no screen, until somebody puts it away."""
        if self._frame.says_unread(problem.message):
            return  # it stands there already, in place of what was to be shown
        self._said = problem.message
        self._frame.notice.show_problem(problem.message, problem.advice)

    def cleared(self) -> None:
        """Somebody has gone on: what was said of the last patient or place goes."""
        self._frame.notice.clear()

    async def read(self, kind: str, key: str, reading: Awaitable[None]) -> bool:
        """Wait until a view has read what it shows; cover it where it could not.

        Returns: Whether it shows what is in the record now.
        """
        try:
            await reading
        except Problem as problem:
            self._cover(kind, key, _unread(problem))
            return False
        self._frame.uncover_unread(kind, key)
        return True

    async def is_here(self, line: PatientLine, is_open: Callable[[], bool]) -> bool:
        """Whether the record is open and on this computer; if not here, every part of it says so.

        Nothing of a patient whom the unit does not care for is fetched: an empty list there
        would look like a patient without allergies and medicines. ``is_open`` is asked when the
        answer has come: by then somebody else's record may be in its place.
        """
        tabs = self._frame.parts()
        try:
            here = await self._session.records.patient(line.patient) is not None
            opens = EMERGENCY_KEY if self._session.emergency is not None else ""
            reserve = (
                "" if self._session.sync.status().connected else reserve_routine(self._session)
            )
            why = absent(self._session.desk.author.unit_name, opens=opens, reserve=reserve)
        except Problem as problem:
            here, why = False, _unread(problem)
        if not is_open():
            return False
        for key in tabs:
            if here:
                self._frame.uncover_absent(key)
            else:
                self._cover("tab", key, why)
        return here

    def _cover(self, kind: str, key: str, why: Unread) -> None:
        self._frame.cover(kind, key, why)
        if self._said == why.message:
            self._frame.notice.clear()

    # Drafts

    def workspace_drawn(self, state: WorkspaceState) -> None:
        """Try again to keep what could not be kept, for as long as there is any."""
        unkept = any(draft.unkept for draft in state.drafts)
        if unkept and not self._again.isActive():
            self._again.start()
        elif not unkept and self._again.isActive():
            self._again.stop()
            if self._told_unkept and not self._said:
                self._frame.notice.clear()  # nothing would be lost any more
            self._told_unkept = False

    def remedy(self, draft: UUID, remedy: str) -> None:
        """Do what the notice over a draft offers."""
        current = self._workspace.state.draft(draft)
        if current is None:
            return
        if remedy == COPY:
            copy(text_of(current, self._workspace.form_of(current)))
            self._say(_("Copied. It is on the clipboard until you lock or close."))
        elif remedy == BUILD_ON_NEW:
            self._tasks.start(self._workspace.build_on_new(draft))

    def holds_back(self) -> bool:
        """Whether closing would lose text: said once, with the way to it; then closing is meant."""
        if not self._workspace.unkept or self._told_unkept:
            return False
        self._told_unkept, self._said = True, ""
        problem = unkept_problem()
        self._frame.notice.show_problem(
            problem.message, problem.advice, tone=Tone.CRITICAL, action=_("Show the draft")
        )
        return True

    def _lead_to_unkept(self) -> None:
        for draft in self._workspace.state.drafts:
            if draft.unkept:
                self._frame.notice.clear()
                self._show_draft(draft)
                return

    def close(self) -> None:
        """Stop."""
        self._again.stop()


def absent(unit: str, *, opens: str = "", reserve: str = "") -> Unread:
    """Return what stands where a record would, of a patient in nobody's care here.

    Args:
        opens: The key that opens it in an emergency; empty where that cannot be done.
        reserve: What to do instead where there is no contact; empty where there is.
    """
    ways = _(
        "If the patient comes to you, begin the visit: the record is then fetched. If life or"
        " health is in danger and the patient cannot be asked, open it in an emergency."
    )
    if reserve:
        ways = _(
            "Without the network it can be neither fetched nor opened in an emergency. Do this now:"
            " {routine}"
        ).format(routine=reserve)
    return Unread(
        message=_("Nothing of this record is on this computer"),
        advice=_(
            "The patient has no care contact with {unit}. Nothing has been fetched, no allergies or"
            " medicines either: that nothing is shown does not mean that there is nothing."
        ).format(unit=unit),
        kept=ways,
        receives=True,
        opens=opens,
    )


def _unread(problem: Problem) -> Unread:
    return Unread(message=problem.message, advice=problem.advice)


def unkept_problem() -> Problem:
    """Return what is said before text is lost."""
    return Problem(
        _("Text that could not be kept would be lost."),
        _("Free some space on the disk, or copy the text. Close once more to close all the same."),
    )
