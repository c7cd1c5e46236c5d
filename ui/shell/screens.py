"""The one place where a screen is added: a line here, a folder under ``ui/screens``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from ui.screens.about.screen import about_screen
from ui.screens.guidelines.screen import guidelines_screen
from ui.screens.journal.form_writer import FormWriter
from ui.screens.journal.note_writer import NoteWriter
from ui.screens.journal.screen import journal_screen
from ui.screens.journal.void_writer import VoidNoteWriter
from ui.screens.logreview.screen import log_screen
from ui.screens.medication.administration_writer import AdministrationWriter
from ui.screens.medication.fork_cards import fork_cards
from ui.screens.medication.order_writer import OrderWriter
from ui.screens.medication.screen import medication_screen
from ui.screens.medication.step_writer import StepWriter
from ui.screens.outbox.screen import outbox_screen
from ui.screens.overview.screen import overview_screen
from ui.screens.overview.writers import AttentionWriter, DiagnosisWriter
from ui.screens.patients.screen import patients_screen
from ui.screens.plan.screen import plan_screen
from ui.screens.plan.writers import CancelWriter, PlanWriter
from ui.screens.practice.screen import practice_screen
from ui.screens.privacy.screen import privacy_screen
from ui.screens.privacy.writers import (
    BlockWriter,
    ConsentWriter,
    LiftWriter,
    RevokeBlockWriter,
    RevokeConsentWriter,
)
from ui.screens.reception.screen import reception_screen
from ui.screens.referrals.answer_writer import AnswerWriter
from ui.screens.referrals.event_writer import EventWriter
from ui.screens.referrals.inbox.screen import inbox_screen
from ui.screens.referrals.referral_writer import ReferralWriter
from ui.screens.referrals.screen import referrals_screen
from ui.screens.values.screen import values_screen
from ui.screens.values.value_writer import ValueWriter
from ui.screens.work.screen import work_screen
from ui.shell.chart import ChartPresenter, Shell
from ui.shell.workspace.emergency_writer import EmergencyWriter
from ui.shell.workspace.form import Writer
from ui.shell.workspace.identity_writers import LinkWriter, UnlinkWriter
from ui.shell.workspace.mark_writers import AcknowledgeWriter, DecideWriter, VoidWriter
from workstation.domain.texts import N_
from workstation.operations.session import Session


class PlacePresenter(Protocol):
    """A place about no patient: it reads itself anew when it is shown or something changed."""

    async def reload(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class PlaceEntry:
    """A place. Without an icon it is reached from elsewhere and not on the rail.

    ``offered``: whether it is there at all for who sits here.
    """

    key: str
    label: str
    icon: str = ""
    build: Callable[[Shell], tuple[QWidget, PlacePresenter]]
    offered: Callable[[Session], bool] = lambda _session: True


@dataclass(frozen=True, kw_only=True)
class ChartEntry:
    """A part of the record: a tab, in the order of Ctrl+1, Ctrl+2 …

    ``families``: what counts as new in it. ``tab``: else it is reached from elsewhere.
    """

    key: str
    label: str
    families: tuple[str, ...]
    build: Callable[[Shell], tuple[QWidget, ChartPresenter]]
    tab: bool = True


PLACES: tuple[PlaceEntry, ...] = (
    PlaceEntry(key="work", label=N_("To do"), icon="todo", build=work_screen),
    PlaceEntry(key="referrals_in", label=N_("Unit's referrals"), icon="letter", build=inbox_screen),
    PlaceEntry(key="patients", label=N_("Patients"), icon="patients", build=patients_screen),
    PlaceEntry(key="reception", label=N_("Reception"), icon="calendar", build=reception_screen),
    PlaceEntry(
        key="practice",
        label=N_("Practice"),
        icon="check",
        build=practice_screen,
        offered=lambda session: session.practice is not None,
    ),
    PlaceEntry(
        key="log",
        label=N_("Log review"),
        icon="log",
        build=log_screen,
        offered=lambda session: session.log_review is not None,
    ),
    PlaceEntry(
        key="guidelines", label=N_("Guidelines"), icon="guidelines", build=guidelines_screen
    ),
    PlaceEntry(key="outbox", label=N_("Outbox"), build=outbox_screen),
    PlaceEntry(key="about", label=N_("About Ronden"), icon="question", build=about_screen),
)


def places_of(session: Session) -> tuple[PlaceEntry, ...]:
    """Return the places of who sits here, in the order of the rail."""
    return tuple(place for place in PLACES if place.offered(session))


CHART: tuple[ChartEntry, ...] = (
    ChartEntry(
        key="overview",
        label=N_("Overview"),
        families=("attention", "diagnosis"),
        build=overview_screen,
    ),
    ChartEntry(
        key="journal",
        label=N_("Journal"),
        families=("note", "diagnostic_report"),
        build=journal_screen,
    ),
    ChartEntry(
        key="medication",
        label=N_("Medication"),
        families=("medication_order",),
        build=medication_screen,
    ),
    ChartEntry(
        key="referrals", label=N_("Referrals"), families=("referral",), build=referrals_screen
    ),
    ChartEntry(key="values", label=N_("Values"), families=("observation",), build=values_screen),
    ChartEntry(key="plan", label=N_("Plan"), families=("planned_action",), build=plan_screen),
    ChartEntry(
        key="privacy",
        label=N_("Consent and blocks"),
        families=(),
        build=privacy_screen,
        tab=False,
    ),
)

WRITERS: tuple[Writer, ...] = (
    NoteWriter(),
    VoidNoteWriter(),
    FormWriter(),
    OrderWriter(),
    StepWriter(),
    AdministrationWriter(),
    ReferralWriter(),
    EventWriter(),
    AnswerWriter(),
    ValueWriter(),
    DiagnosisWriter(),
    AttentionWriter(),
    PlanWriter(),
    CancelWriter(),
    VoidWriter(),
    DecideWriter(fork_cards),
    AcknowledgeWriter(),
    LinkWriter(),
    UnlinkWriter(),
    EmergencyWriter(),
    ConsentWriter(),
    RevokeConsentWriter(),
    BlockWriter(),
    RevokeBlockWriter(),
    LiftWriter(),
)
