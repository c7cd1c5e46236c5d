"""The work list, put together."""

from __future__ import annotations

from collections.abc import Callable

from ui.screens.work.now_presenter import NowPresenter
from ui.screens.work.presenter import WorkPresenter
from ui.screens.work.signing_presenter import SigningPresenter
from ui.screens.work.state import WorkState
from ui.screens.work.view import WorkView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks


def work_screen(
    shell: Shell, *, counted: Callable[[WorkState], None] = lambda _state: None
) -> tuple[WorkView, WorkPresenter]:
    """Return the work list; ``counted`` is told whenever what waits is another."""
    view = WorkView(shell.session.desk.author.provider, shell.session.desk.author.unit_name)

    tasks = Tasks(show=view.show_problem)
    now = NowPresenter(
        render=view.now.render_state,
        shell=shell,
        in_sight=lambda: view.now.isVisible(),
        later=view.now.again.start,
    )

    def render(state: WorkState) -> None:
        view.render_state(state)
        counted(state)
        if state.groups is not None:
            tasks.start(now.look())

    signing = SigningPresenter(
        render=view.render_signing, shell=shell, ended=lambda: tasks.start(presenter.reload())
    )
    presenter = WorkPresenter(render=render, shell=shell, also=signing.reload)
    view.signing_wanted.connect(lambda: tasks.start(signing.begin(presenter.state.lines)))
    view.signing.sign.connect(lambda: tasks.start(signing.sign()))
    view.signing.skip.connect(lambda: tasks.start(signing.skip()))
    view.signing.open.connect(signing.open)
    view.signing.end.connect(signing.end)
    view.opened.connect(presenter.opened)
    view.acknowledged.connect(lambda key: tasks.start(presenter.acknowledged(key)))
    view.only_mine_changed.connect(lambda mine: tasks.start(presenter.filtered(only_mine=mine)))
    view.together_wanted.connect(presenter.confirm)
    view.panel.closed.connect(presenter.put_away)
    view.panel.acted.connect(lambda _action: tasks.start(presenter.acknowledged_together()))
    view.now.chosen.connect(now.chosen)
    view.now.opened.connect(now.opened)
    view.now.again.timeout.connect(lambda: tasks.start(now.look()))
    view.now_seen.connect(lambda: tasks.start(now.look(anyway=True)))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
