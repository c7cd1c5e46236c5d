"""The outbox, put together."""

from __future__ import annotations

from ui.screens.outbox.presenter import OutboxPresenter
from ui.screens.outbox.view import OutboxView
from ui.shell.chart import Shell


def outbox_screen(shell: Shell) -> tuple[OutboxView, OutboxPresenter]:
    """Return the outbox."""
    view = OutboxView()
    presenter = OutboxPresenter(render=view.render_state, shell=shell)
    view.try_wanted.connect(presenter.try_now)
    view.opened.connect(presenter.opened)
    return view, presenter
