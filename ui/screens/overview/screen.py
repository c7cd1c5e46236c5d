"""The overview, put together."""

from __future__ import annotations

from uuid import UUID

from ui.screens.overview.presenter import OverviewPresenter
from ui.screens.overview.view import OverviewView
from ui.shell.chart import Shell
from workstation.domain.ids import EntityId


def overview_screen(shell: Shell) -> tuple[OverviewView, OverviewPresenter]:
    """Return the page of whatever patient is shown."""
    view = OverviewView()
    presenter = OverviewPresenter(render=view.render_state, shell=shell)
    view.opened.connect(lambda tab, key: presenter.opened(tab, EntityId(UUID(key))))
    view.begin_wanted.connect(presenter.begin)
    return view, presenter
