"""The overview, put together."""

from __future__ import annotations

from uuid import UUID

from ui.screens.overview.presenter import OverviewPresenter
from ui.screens.overview.view import OverviewView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.ids import EntityId


def overview_screen(shell: Shell) -> tuple[OverviewView, OverviewPresenter]:
    """Return the page of whatever patient is shown."""
    view = OverviewView()
    presenter = OverviewPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.opened.connect(lambda tab, key: presenter.opened(tab, EntityId(UUID(key))))
    view.guideline_wanted.connect(presenter.guideline_opened)
    view.linked_wanted.connect(lambda: tasks.start(presenter.linked_opened()))
    view.begin_wanted.connect(presenter.begin)
    return view, presenter
