"""Practice, put together."""

from __future__ import annotations

from ui.screens.practice.presenter import PracticePresenter
from ui.screens.practice.view import PracticeView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def practice_screen(shell: Shell) -> tuple[PracticeView, PracticePresenter]:
    """Return the scenarios of practice mode."""
    view = PracticeView()
    tasks = Tasks(show=view.show_problem)
    presenter = PracticePresenter(render=view.render_state, shell=shell, tasks=tasks)
    view.line_switched.connect(presenter.line_switched)
    view.again_wanted.connect(presenter.begin_again)

    def end() -> None:
        for stop in presenter.stop:
            stop()
        tasks.cancel_all()

    view.destroyed.connect(end)
    return view, presenter
