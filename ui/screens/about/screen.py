"""The place about the program, put together."""

from __future__ import annotations

from ui.screens.about.presenter import AboutPresenter
from ui.screens.about.view import AboutView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def about_screen(shell: Shell) -> tuple[AboutView, AboutPresenter]:
    """Return versions, known issues, settings and the incident report."""
    about = shell.session.about
    view = AboutView(has_settings=about is not None and about.preferences is not None)
    presenter = AboutPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.look_chosen.connect(presenter.look_chosen)
    view.language_chosen.connect(presenter.language_chosen)
    view.typed.connect(lambda key, text: tasks.start(presenter.typed(key, text)))
    view.acted.connect(lambda _action: tasks.start(presenter.send()))
    incidents = shell.session.incidents
    if incidents is not None:
        stop = incidents.subscribe(lambda: tasks.start(presenter.reload()))
        view.destroyed.connect(stop)
    view.destroyed.connect(tasks.cancel_all)
    view.render_state(presenter.state)
    return view, presenter
