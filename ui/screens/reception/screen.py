"""The reception, put together."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from ui.screens.reception.presenter import ReceptionPresenter
from ui.screens.reception.view import ReceptionView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def reception_screen(shell: Shell) -> tuple[ReceptionView, ReceptionPresenter]:
    """Return the day at the desk of the unit that one works at."""
    view = ReceptionView()
    presenter = ReceptionPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)

    async def submitted(text: str) -> None:
        if await presenter.submitted(text):
            view.table.setFocus()

    async def acted(action: str) -> None:
        await presenter.act(action)
        if action == "arrive":
            view.ready_for_next()

    async def filled() -> None:
        filling = presenter.state.filling
        await presenter.filled()
        if filling is not None and filling.what == "drop_in" and presenter.state.filling is None:
            view.ready_for_next()

    view.searched.connect(lambda text: tasks.start(presenter.searched(text)))
    view.submitted.connect(lambda text: tasks.start(submitted(text)))
    view.chosen.connect(presenter.chosen)
    view.opened.connect(presenter.opened)
    view.acted.connect(lambda action: tasks.start(acted(action)))
    view.moved.connect(lambda days: tasks.start(presenter.moved(days)))
    view.only_mine_changed.connect(lambda mine: presenter.filtered(only_mine=mine))
    view.panel.form.changed.connect(presenter.typed)
    view.panel.closed.connect(presenter.put_away)
    view.panel.acted.connect(lambda _action: tasks.start(filled()))
    # Who is late changes without anybody doing anything.
    minute = QTimer(view, interval=60_000)
    minute.timeout.connect(lambda: tasks.start(presenter.reload()) if view.isVisible() else None)
    minute.start()
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
