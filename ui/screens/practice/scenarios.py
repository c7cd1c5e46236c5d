"""What is practised, by role. A step is done when the record says so: nobody ticks it off."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.directory import Profession
from workstation.domain.texts import N_


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do. ``done_by``: the facts of which one shows that it is done."""

    key: str
    text: str
    how: str
    done_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A short piece of a working day. ``for_``: the professions it is offered to first."""

    key: str
    title: str
    for_: tuple[Profession, ...]
    steps: tuple[Step, ...]


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        key="ward",
        title=N_("Nurse on a ward"),
        for_=("nurse", "assistant_nurse", "midwife"),
        steps=(
            Step(
                key="news2",
                text=N_("Record NEWS2 for a patient on the ward and sign it"),
                how=N_("Open the patient, Journal, F, NEWS2"),
                done_by=("form:news2:signed",),
            ),
            Step(
                key="note",
                text=N_("Write a nursing note and sign it"),
                how=N_("Journal, N; Ctrl+Return signs"),
                done_by=("note:signed",),
            ),
            Step(
                key="give",
                text=N_("Record that a dose was given"),
                how=N_("Medication: choose the drug, then Record dose"),
                done_by=("administration:given", "administration:completed"),
            ),
            Step(
                key="plan",
                text=N_("Decide an action, and mark it as done"),
                how=N_("Plan, N; then K on its row"),
                done_by=("planned_action:done",),
            ),
        ),
    ),
    Scenario(
        key="primary",
        title=N_("Physician in primary care"),
        for_=("physician",),
        steps=(
            Step(
                key="note",
                text=N_("Write a note and sign it"),
                how=N_("Journal, N; Ctrl+Return signs"),
                done_by=("note:signed",),
            ),
            Step(
                key="order",
                text=N_("Order a drug"),
                how=N_("Medication, N"),
                done_by=("medication_order:active", "medication_order:planned"),
            ),
            Step(
                key="stop",
                text=N_("Stop a drug, with a reason"),
                how=N_("Medication: choose the drug, then Stop"),
                done_by=("medication_order:stopped",),
            ),
            Step(
                key="referral",
                text=N_("Send a referral"),
                how=N_("Referrals, N"),
                done_by=("referral:sent",),
            ),
            Step(
                key="acknowledge",
                text=N_("Acknowledge a result"),
                how=N_("To do: open the result, then acknowledge"),
                done_by=("acknowledged",),
            ),
        ),
    ),
    Scenario(
        key="reception",
        title=N_("Reception"),
        for_=("receptionist", "medical_secretary", "administrator"),
        steps=(
            Step(
                key="patient",
                text=N_("Register a new patient"),
                how=N_("Patients, Ctrl+N"),
                done_by=("patient",),
            ),
            Step(
                key="book",
                text=N_("Book a time"),
                how=N_("Reception: search for the patient, then B"),
                done_by=("booking:booked", "booking:arrived", "booking:fulfilled"),
            ),
            Step(
                key="arrive",
                text=N_("Register an arrival"),
                how=N_("Reception: choose the row, then A"),
                done_by=("booking:arrived", "booking:fulfilled"),
            ),
            Step(
                key="over",
                text=N_("Say that the visit is over"),
                how=N_("Reception: choose the row, then K"),
                done_by=("booking:fulfilled",),
            ),
        ),
    ),
    Scenario(
        key="remote",
        title=N_("Remote clinic without a network"),
        for_=(),
        steps=(
            Step(
                key="cut",
                text=N_("Cut the network"),
                how=N_("The button above this list"),
                done_by=("cut",),
            ),
            Step(
                key="note",
                text=N_("Write something in a record while there is no network"),
                how=N_("Everything works as usual; the status line says Sparat lokalt"),
                done_by=("offline",),
            ),
            Step(
                key="join",
                text=N_("Restore the network and see everything received"),
                how=N_("The button above this list; the status line says allt mottaget"),
                done_by=("rejoined",),
            ),
        ),
    ),
)


def ordered(profession: Profession) -> tuple[Scenario, ...]:
    """Return the scenarios, those of this profession first."""
    return tuple(sorted(SCENARIOS, key=lambda each: profession not in each.for_))
