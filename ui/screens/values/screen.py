"""The values, put together."""

from __future__ import annotations

from ui.screens.values.presenter import ValuesPresenter
from ui.screens.values.view import ValuesView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def values_screen(shell: Shell) -> tuple[ValuesView, ValuesPresenter]:
    """Return the values of whatever patient is shown."""
    view = ValuesView()
    presenter = ValuesPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.new_wanted.connect(presenter.new_value)
    view.searched.connect(presenter.searched)
    view.chosen.connect(lambda code: tasks.start(presenter.chosen(code)) if code else None)
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
