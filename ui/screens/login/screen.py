"""The way in, put together."""

from __future__ import annotations

from collections.abc import Callable

from ui.screens.login.presenter import LoginPresenter
from ui.screens.login.view import LoginView
from ui.shell.tasks import Tasks
from workstation.operations.session import Gate, Session


def login_screen(
    *,
    gate: Gate,
    entered: Callable[[Session], None],
    unkept: Callable[[], bool] = lambda: False,
) -> tuple[LoginView, LoginPresenter]:
    """Return the way in; ``entered`` gets every session that opens or is unlocked.

    ``unkept``: whether the one who locked has text that would be lost without them.
    """
    view = LoginView()
    presenter = LoginPresenter(render=view.render_state, gate=gate, entered=entered, unkept=unkept)
    tasks = Tasks(show=view.show_problem)
    view.admitted.connect(lambda user, password: tasks.start(presenter.admit(user, password)))
    view.chosen.connect(lambda key: tasks.start(presenter.chosen(key)))
    view.back_wanted.connect(presenter.back)
    view.remedy_wanted.connect(lambda: tasks.start(presenter.set_aside()))
    view.render_state(presenter.state)
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
