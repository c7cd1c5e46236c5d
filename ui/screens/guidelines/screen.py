"""The Riktlinjer place, put together."""

from __future__ import annotations

from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.guidelines.state import SHOWN
from ui.screens.guidelines.view import GuidelinesView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.known_words import known_word


def guidelines_screen(shell: Shell) -> tuple[GuidelinesView, GuidelinesPresenter]:
    """Return the region's guidelines."""
    guidance = shell.session.guidance
    view = GuidelinesView(sees_figures=guidance is not None and guidance.sees_figures)
    presenter = GuidelinesPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.searched.connect(presenter.searched)
    view.chosen.connect(presenter.chosen)
    view.showing.connect(lambda kind: tasks.start(presenter.showing(known_word(kind, SHOWN))))
    view.approve_wanted.connect(lambda decision: tasks.start(presenter.approve(decision)))
    view.return_wanted.connect(lambda reason: tasks.start(presenter.give_back(reason)))
    view.record_wanted.connect(shell.back_to_record)
    view.save_wanted.connect(lambda: tasks.start(presenter.save_figures()))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
