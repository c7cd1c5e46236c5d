"""The work list, put together."""

from __future__ import annotations

from collections.abc import Callable

from ui.screens.work.presenter import WorkPresenter
from ui.screens.work.state import WorkState
from ui.screens.work.view import WorkView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def work_screen(
    shell: Shell, *, counted: Callable[[WorkState], None] = lambda _state: None
) -> tuple[WorkView, WorkPresenter]:
    """Return the work list; ``counted`` is told whenever what waits is another."""
    view = WorkView()

    def render(state: WorkState) -> None:
        view.render_state(state)
        counted(state)

    presenter = WorkPresenter(render=render, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.opened.connect(presenter.opened)
    view.acknowledged.connect(lambda key: tasks.start(presenter.acknowledged(key)))
    view.only_mine_changed.connect(lambda mine: tasks.start(presenter.filtered(only_mine=mine)))
    view.together_wanted.connect(presenter.confirm)
    view.panel.closed.connect(presenter.put_away)
    view.panel.acted.connect(lambda _action: tasks.start(presenter.acknowledged_together()))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
