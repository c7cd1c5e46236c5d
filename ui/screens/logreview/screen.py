"""The log review, put together."""

from __future__ import annotations

from ui.screens.logreview.presenter import LogPresenter
from ui.screens.logreview.view import LogView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def log_screen(shell: Shell) -> tuple[LogView, LogPresenter]:
    """Return the access log of the own care provider."""
    view = LogView()
    presenter = LogPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)

    def lines_chosen(key: str) -> None:
        tasks.start(presenter.filtered(flagged=key == "flagged", sampled=key == "sample"))

    view.searched.connect(lambda text: tasks.start(presenter.searched(text)))
    view.period_chosen.connect(lambda key: tasks.start(presenter.filtered(period=key)))
    view.activity_chosen.connect(lambda key: tasks.start(presenter.filtered(activity=key)))
    view.lines_chosen.connect(lines_chosen)
    view.read_wanted.connect(lambda: tasks.start(presenter.read()))
    view.chosen.connect(presenter.chosen)
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
