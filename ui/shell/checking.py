"""The rules beside the drafts: asked when a record opens or changes, and what their cards start."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from ui.shell.chart import Compose
from ui.shell.workspace.presenter import WorkspacePresenter
from workstation.domain.ids import PatientId
from workstation.operations.counting import count_opened
from workstation.operations.ports import PatientLine
from workstation.operations.session import Session

_GUIDELINE = "guideline:"


class Checking:
    """Keeps the drafts of the open patient judged by the record as it is.

    Args:
        compose: Begins another draft. ``focus``: (draft, field) puts the keyboard there.
        read: Opens a guideline by its id.
    """

    def __init__(
        self,
        *,
        session: Session,
        workspace: WorkspacePresenter,
        compose: Compose,
        focus: Callable[[str, str], None],
        read: Callable[[str], None],
    ) -> None:
        self._session = session
        self._workspace = workspace
        self._compose = compose
        self._focus = focus
        self._read = read
        self._counted: PatientId | None = None
        self._content = ""

    async def look(self, patient: PatientId) -> None:
        """Read what the rules need; the drafts are drawn anew with the answer."""
        support = self._session.support
        if support is not None:
            await (support.judged(patient) if patient != self._counted else support.ready(patient))
            self._workspace.refresh()
            if patient != self._counted:
                self._counted = patient
                count_opened(support, patient)

    def switched(self, content: str) -> None:
        """Draw the drafts anew when other rules judge them than a moment ago."""
        before, self._content = self._content, content
        if before and before != content:
            self._workspace.refresh()

    async def taken(self, draft: UUID, card: str, choice: str, line: PatientLine | None) -> None:
        """Do what somebody chose on a card."""
        if choice.startswith(_GUIDELINE):
            self._read(choice.removeprefix(_GUIDELINE))
            return
        taken = await self._workspace.suggested(draft, card, choice)
        if taken.begin is not None and line is not None:
            self._compose(taken.begin[0], line, taken.begin[1])
        elif taken.focus:
            self._focus(str(draft), taken.focus)
