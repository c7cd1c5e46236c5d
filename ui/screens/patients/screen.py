"""Patients, put together."""

from __future__ import annotations

from ui.screens.patients.presenter import PatientsPresenter
from ui.screens.patients.view import PatientsView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def patients_screen(shell: Shell) -> tuple[PatientsView, PatientsPresenter]:
    """Return the unit's patients and the search."""
    view = PatientsView(shell.session.desk.author.unit_name)
    presenter = PatientsPresenter(
        render=view.render_state, shell=shell, is_waited_for=view.is_searching
    )
    tasks = Tasks(show=view.show_problem)
    view.searched.connect(lambda text: tasks.start(presenter.searched(text)))
    view.submitted.connect(lambda text: tasks.start(presenter.submitted(text)))
    view.opened.connect(presenter.opened)
    view.register_wanted.connect(presenter.register_wanted)
    view.register_closed.connect(presenter.register_put_away)
    view.typed.connect(presenter.typed)
    view.registered.connect(
        lambda unidentified: tasks.start(presenter.register(unidentified=unidentified))
    )
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
