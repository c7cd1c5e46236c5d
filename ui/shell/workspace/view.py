"""The open patient's drafts on the screen, beside the record."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.kit.button import ButtonKind
from ui.kit.workspace import DraftAction, DraftModel, Workspace
from ui.shell.people import shown_number
from ui.shell.when import clock_or_day
from ui.shell.workspace.form import Form
from ui.shell.workspace.formview import FormView
from ui.shell.workspace.state import OpenDraft, WorkspaceState
from ui.shell.workspace.told import told_of
from workstation.domain.texts import _

DISCARD = "@discard"
FormOf = Callable[[OpenDraft], Form]


class WorkspaceView(QObject):
    """Draws a ``WorkspaceState`` into the frame's workspace. ``open_changed``: shown or put away;
    ``making``: a long form is there in part, and whole in a moment.

    The keyboard is never left nowhere: while a draft is being finished it waits here; then it
    goes to what is wrong, to the next draft, or (``left``) back to the record.
    """

    typed = Signal(str, str, str)
    acted = Signal(str, str)
    discarded = Signal(str)
    chosen = Signal(str)
    term_wanted = Signal(str, str, str)
    suggestion_taken = Signal(str, str, str)
    remedy_wanted = Signal(str, str)
    open_changed = Signal(bool)
    making = Signal(str)
    left = Signal()

    def __init__(self, workspace: Workspace, *, form_of: FormOf, now: Callable[[], int]) -> None:
        super().__init__(workspace)
        self._workspace, self._form_of, self._now = workspace, form_of, now
        self.bodies: dict[str, FormView] = {}
        self._models: dict[str, DraftModel] = {}
        self._writing_in: dict[str, QWidget] = {}
        workspace.acted.connect(self._acted)
        workspace.close_wanted.connect(self.discarded)
        workspace.chosen.connect(self.chosen)

    def render_state(self, state: WorkspaceState) -> None:
        """Draw the drafts of the open patient, and nobody else's."""
        shown = {str(draft.id): draft for draft in state.shown}
        if any(key not in shown and self._has_keyboard() for key in self.bodies):
            self._workspace.setFocus()
        for key in tuple(self.bodies):
            if key not in shown:
                del self.bodies[key], self._models[key]
                self._writing_in.pop(key, None)
                self._workspace.remove_draft(key).deleteLater()
        for key, draft in shown.items():
            self._draw(key, draft)
        current = str(state.current) if state.current is not None else ""
        if current in self.bodies and self._workspace.current() != current:
            self._workspace.set_current(current)
        if self._workspace.hasFocus() and not any(draft.busy for draft in shown.values()):
            self._go_on()
        self.open_changed.emit(bool(shown))

    def _has_keyboard(self) -> bool:
        focused: QWidget | None = self._workspace.window().focusWidget()
        return focused is not None and self._workspace.isAncestorOf(focused)

    def _go_on(self) -> None:
        body = self.bodies.get(self._workspace.current())
        if body is None:
            self.left.emit()
        else:
            body.focus_first()

    def _draw(self, key: str, draft: OpenDraft) -> None:
        form = self._form_of(draft)
        body = self.bodies.get(key)
        is_new = body is None
        if body is None:
            body = self.bodies[key] = FormView(form.title, self._workspace.ground, in_parts=True)
            body.making.connect(lambda: self.making.emit(key))
            body.changed.connect(lambda field, text: self.typed.emit(key, field, text))
            body.discard_confirmed.connect(lambda: self.discarded.emit(key))
            body.term_wanted.connect(lambda field, term: self.term_wanted.emit(key, field, term))
            body.suggestion_taken.connect(
                lambda card, choice: self.suggestion_taken.emit(key, card, choice)
            )
            body.remedy_wanted.connect(lambda remedy: self.remedy_wanted.emit(key, remedy))
        told = told_of(draft)
        body.show_form(
            form,
            draft.content,
            wrong=draft.wrong,
            problem=told.said,
            leaving=draft.leaving,
            remedy=told.remedy,
            tone=told.tone,
        )
        self._set_busy(key, body, draft)
        model = self._model(key, draft, form)
        if is_new:
            self._workspace.put_draft(model, body)
            body.focus_first()
        elif model != self._models.get(key):
            # The buttons are made anew on every update: only when something is another.
            self._workspace.update_draft(model)
        self._models[key] = model

    def _set_busy(self, key: str, body: FormView, draft: OpenDraft) -> None:
        if body.isEnabled() is not draft.busy:
            return
        if draft.busy:
            focused: QWidget | None = self._workspace.window().focusWidget()
            if focused is not None and body.isAncestorOf(focused):
                self._writing_in[key] = focused
            if self._has_keyboard():
                self._workspace.setFocus()  # else Qt moves on to whatever stands next
            body.setEnabled(False)
            return
        body.setEnabled(True)
        before = self._writing_in.pop(key, None)
        if not self._workspace.hasFocus():
            return
        wrong = next((field for field in body.texts() if field in draft.wrong), "")
        if wrong:
            body.focus_field(wrong)
        elif before is not None:
            before.setFocus()

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
        if draft.unkept:
            saved = _("The draft is not kept")
        elif draft.kept_at is not None:
            saved = _("Draft kept {time}").format(time=clock_or_day(draft.kept_at, self._now()))
        return DraftModel(
            key=key,
            title=form.title,
            family=draft.patient.family,
            given=draft.patient.given,
            identity=shown_number(draft.patient),
            detail=form.detail,
            saved=saved,
            alarming=bool(draft.unkept),
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
