"""The open patient's drafts on the screen, beside the record."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from ui.kit.button import ButtonKind
from ui.kit.workspace import DraftAction, DraftModel, Workspace
from ui.shell.people import shown_number
from ui.shell.when import clock_or_day
from ui.shell.workspace.form import Form
from ui.shell.workspace.formview import FormView
from ui.shell.workspace.state import OpenDraft, WorkspaceState
from workstation.domain.texts import _

DISCARD = "@discard"
FormOf = Callable[[OpenDraft], Form]


class WorkspaceView(QObject):
    """Draws a ``WorkspaceState`` into the frame's workspace. ``open_changed``: shown or put away."""

    typed = Signal(str, str, str)
    acted = Signal(str, str)
    discarded = Signal(str)
    chosen = Signal(str)
    term_wanted = Signal(str, str, str)
    open_changed = Signal(bool)

    def __init__(self, workspace: Workspace, *, form_of: FormOf, now: Callable[[], int]) -> None:
        super().__init__(workspace)
        self._workspace, self._form_of, self._now = workspace, form_of, now
        self.bodies: dict[str, FormView] = {}
        self._models: dict[str, DraftModel] = {}
        workspace.acted.connect(self._acted)
        workspace.close_wanted.connect(self.discarded)
        workspace.chosen.connect(self.chosen)

    def render_state(self, state: WorkspaceState) -> None:
        """Draw the drafts of the open patient, and nobody else's."""
        shown = {str(draft.id): draft for draft in state.shown}
        for key in tuple(self.bodies):
            if key not in shown:
                del self.bodies[key], self._models[key]
                self._workspace.remove_draft(key).deleteLater()
        for key, draft in shown.items():
            self._draw(key, draft)
        current = str(state.current) if state.current is not None else ""
        if current in self.bodies and self._workspace.current() != current:
            self._workspace.set_current(current)
        self.open_changed.emit(bool(shown))

    def _draw(self, key: str, draft: OpenDraft) -> None:
        form = self._form_of(draft)
        body = self.bodies.get(key)
        is_new = body is None
        if body is None:
            body = self.bodies[key] = FormView(form.title)
            body.changed.connect(lambda field, text: self.typed.emit(key, field, text))
            body.discard_confirmed.connect(lambda: self.discarded.emit(key))
            body.term_wanted.connect(lambda field, term: self.term_wanted.emit(key, field, term))
        body.show_form(
            form,
            draft.content,
            wrong=draft.wrong,
            problem=draft.problem,
            leaving=draft.leaving,
        )
        body.setEnabled(not draft.busy)
        model = self._model(key, draft, form)
        if is_new:
            self._workspace.put_draft(model, body)
            body.focus_first()
        elif model != self._models.get(key):
            # The buttons are made anew on every update: only when something is another.
            self._workspace.update_draft(model)
        self._models[key] = model

    def _model(self, key: str, draft: OpenDraft, form: Form) -> DraftModel:
        actions = [
            DraftAction(
                key=action.key,
                text=action.text,
                shortcut=action.shortcut,
                kind=ButtonKind.PRIMARY if action.main else ButtonKind.SECONDARY,
                enabled=not draft.busy,
            )
            for action in form.actions
        ]
        discard = DraftAction(
            key=DISCARD, text=_("Discard"), kind=ButtonKind.QUIET, enabled=not draft.busy
        )
        actions.insert(0, discard)
        saved = ""
        if draft.kept_at is not None:
            saved = _("Draft kept {time}").format(time=clock_or_day(draft.kept_at, self._now()))
        return DraftModel(
            key=key,
            title=form.title,
            family=draft.patient.family,
            given=draft.patient.given,
            identity=shown_number(draft.patient),
            detail=form.detail,
            saved=saved,
            actions=actions,
        )

    def _acted(self, key: str, action: str) -> None:
        if action == DISCARD:
            self.discarded.emit(key)
        else:
            self.acted.emit(key, action)


def draft_id(key: str) -> UUID:
    """Return the draft that a key of the workspace means."""
    return UUID(key)
