"""The journal, put together."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from ui.screens.journal.choices import choice_of
from ui.screens.journal.presenter import JournalPresenter
from ui.screens.journal.state import JournalState
from ui.screens.journal.view import JournalView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.ids import EntityId


def journal_screen(shell: Shell) -> tuple[JournalView, JournalPresenter]:
    """Return the journal of whatever patient is shown."""
    desk = shell.session.desk
    view = JournalView(
        person=desk.author.hsa_id,
        provider=desk.author.provider,
        can_print=shell.session.paper is not None,
    )
    presenter = JournalPresenter(render=_render(view), shell=shell)
    tasks = Tasks(show=view.show_problem)
    view.searched.connect(lambda text: tasks.start(presenter.searched(text)))
    bar = view.filter_bar
    bar.wanted.connect(lambda: tasks.start(presenter.choices_wanted()))
    bar.ended.connect(presenter.choosing_ended)
    bar.chose.connect(lambda key: tasks.start(presenter.chose(choice_of(key))))
    bar.cleared.connect(lambda: tasks.start(presenter.unfiltered()))
    view.page_wanted.connect(lambda first, count: tasks.start(presenter.page_wanted(first, count)))
    view.chosen.connect(lambda key: presenter.chosen(EntityId(UUID(key)) if key else None))
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.opened.connect(lambda _key: tasks.start(presenter.act("versions")))
    view.new_wanted.connect(lambda: presenter.new_note())
    view.form_wanted.connect(presenter.new_form)
    view.waiting_wanted.connect(lambda: tasks.start(presenter.waiting_wanted()))
    view.scrolled.connect(lambda at_top: presenter.scrolled(at_top=at_top))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter


def _render(view: JournalView) -> Callable[[JournalState], None]:
    shown: list[EntityId | None] = [None]

    def render(state: JournalState) -> None:
        view.render_state(state)
        if state.chosen != shown[0]:
            shown[0] = state.chosen
            number = state.number_of(state.chosen) if state.chosen else None
            if number is not None and number != view.list.current():
                view.bring_into_sight(number)

    return render
