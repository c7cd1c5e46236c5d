"""Consent and blocks, put together."""

from __future__ import annotations

from uuid import UUID

from ui.screens.privacy.presenter import PrivacyPresenter
from ui.screens.privacy.view import PrivacyView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.ids import EntityId


def privacy_screen(shell: Shell) -> tuple[PrivacyView, PrivacyPresenter]:
    """Return consent and blocks of whatever patient is shown."""
    view = PrivacyView()
    presenter = PrivacyPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.begun.connect(presenter.begin)
    view.chosen.connect(lambda key: presenter.chosen(EntityId(UUID(key)) if key else None))
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
