"""The referrals, put together."""

from __future__ import annotations

from uuid import UUID

from ui.screens.referrals.presenter import ReferralsPresenter
from ui.screens.referrals.view import ReferralsView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.ids import EntityId


def referrals_screen(shell: Shell) -> tuple[ReferralsView, ReferralsPresenter]:
    """Return the referrals of whatever patient is shown."""
    session = shell.session
    view = ReferralsView(unit=session.desk.author.unit, can_print=session.paper is not None)
    presenter = ReferralsPresenter(render=view.render_state, shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.new_wanted.connect(lambda: tasks.start(presenter.new_referral()))
    view.chosen.connect(lambda key: presenter.chosen(EntityId(UUID(key)) if key else None))
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.back_wanted.connect(presenter.close_reading)
    view.print_wanted.connect(lambda: tasks.start(presenter.print_referral()))
    view.print_answer_wanted.connect(lambda: tasks.start(presenter.print_answer()))
    view.attachment.save_wanted.connect(lambda: tasks.start(presenter.save_attachment()))
    view.attachment.next_wanted.connect(lambda: tasks.start(presenter.next_attachment()))
    view.attachment.page_wanted.connect(lambda step: tasks.start(presenter.turn_page(step)))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter
