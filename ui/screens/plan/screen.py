"""The plan, put together."""

from __future__ import annotations

from uuid import UUID

from ui.screens.plan.presenter import PlanPresenter
from ui.screens.plan.view import PlanView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.ids import EntityId


def plan_screen(shell: Shell) -> tuple[PlanView, PlanPresenter]:
    """Return the plan of whatever patient is shown."""
    view = PlanView()
    presenter = PlanPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.new_wanted.connect(presenter.new_action)
    view.chosen.connect(lambda key: presenter.chosen(EntityId(UUID(key)) if key else None))
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
