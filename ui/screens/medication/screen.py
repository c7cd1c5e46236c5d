"""The medication list, put together."""

from __future__ import annotations

from uuid import UUID

from ui.screens.medication.doses_presenter import DosesPresenter
from ui.screens.medication.state import GROUPS
from ui.screens.medication.view import MedicationView
from ui.shell.chart import Shell
from ui.shell.tasks import Tasks
from workstation.domain.directory import PRESCRIBERS
from workstation.domain.ids import EntityId
from workstation.domain.known_words import known_word


def medication_screen(shell: Shell) -> tuple[MedicationView, DosesPresenter]:
    """Return the medication list of whatever patient is shown."""
    paper = shell.session.paper
    prescriber = shell.session.desk.profession in PRESCRIBERS
    view = MedicationView(can_print=paper is not None, prescriber=prescriber)
    doses = view.doses
    presenter = DosesPresenter(
        render=view.render_state, render_doses=doses.render_state, shell=shell
    )
    tasks = Tasks(show=view.show_problem)
    view.new_wanted.connect(presenter.prescribe)
    view.grouped.connect(lambda key: tasks.start(presenter.grouped(known_word(key, GROUPS))))
    view.searched.connect(presenter.searched)
    view.chosen.connect(lambda key: presenter.chosen(_order(key)))
    view.acted.connect(lambda action: tasks.start(presenter.act(action)))
    view.suggested.connect(lambda card, choice: tasks.start(presenter.suggested(card, choice)))
    view.print_wanted.connect(lambda: tasks.start(presenter.print_list()))
    view.account_wanted.connect(lambda: tasks.start(presenter.print_account()))
    doses.chosen.connect(presenter.dose_chosen)
    doses.acted.connect(lambda action: tasks.start(presenter.dose_acted(action)))
    doses.day_moved.connect(lambda days: tasks.start(presenter.day_moved(days)))
    doses.minute.connect(lambda: tasks.start(presenter.read_doses()))
    view.destroyed.connect(tasks.cancel_all)
    return view, presenter


def _order(key: str) -> EntityId | None:
    """Return the order of a row; a row of the risk profile is of none."""
    return EntityId(UUID(key)) if key and not key.startswith("risk:") else None
