"""The inbox, put together."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from ui.screens.referrals.inbox.presenter import InboxPresenter
from ui.screens.referrals.inbox.state import Deciding, InboxState
from ui.screens.referrals.inbox.view import InboxView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from ui.shell.workspace.form import Form


def inbox_screen(shell: Shell) -> tuple[InboxView, InboxPresenter]:
    """Return the referrals of the unit that one works at."""
    author = shell.session.desk.author

    def form_of(deciding: Deciding) -> Form:
        return presenter.form_of(deciding)

    def render(state: InboxState) -> None:
        view.render_state(state)

    presenter = InboxPresenter(render=render, shell=shell)
    view = InboxView(
        unit=author.unit,
        person=author.hsa_id,
        form_of=form_of,
        can_name=shell.session.deputies is not None,
    )
    tasks = Tasks(show=view.show_problem)
    view.list_wanted.connect(lambda key: tasks.start(presenter.listed(key)))
    view.whose_wanted.connect(lambda key: tasks.start(presenter.filtered(key)))
    view.chosen.connect(lambda key: tasks.start(presenter.chosen(key)))
    view.opened.connect(presenter.opened)
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.deputy_wanted.connect(lambda: tasks.start(presenter.name_deputy()))
    view.panel.form.changed.connect(presenter.typed)
    view.panel.closed.connect(presenter.put_away)
    view.panel.acted.connect(lambda _action: tasks.start(presenter.decided()))
    view.statistics.save_wanted.connect(
        lambda: tasks.start(presenter.save_statistics(view.statistics.rows()))
    )
    # What is late changes without anybody doing anything.
    minute = QTimer(view, interval=60_000)
    minute.timeout.connect(lambda: tasks.start(presenter.reload()) if view.isVisible() else None)
    minute.start()
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
