"""Half a surrogate pair is no text: it is refused where it enters, in plain words, and nothing is lost."""

from __future__ import annotations

import pytest

from tests.builders import GRACE
from tests.clinic import Clinic, Seat
from ui.screens.journal.note_content import begin
from ui.shell.screens import WRITERS
from ui.shell.tasks import Tasks
from ui.shell.workspace.presenter import WorkspacePresenter
from ui.shell.workspace.state import WorkspaceState
from workstation.domain.attention import Attention
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.note import Note, Section
from workstation.domain.problem import Problem
from workstation.domain.values import Concept
from workstation.operations.save_attention import save_attention
from workstation.operations.save_diagnosis import save_diagnosis
from workstation.operations.session import Session
from workstation.operations.sign_note import write_signed_note

HALVES = ("\ud800", "ingen blödning \udc00 slut", "\ud83d", "\ude00\ud83d")


async def nothing_is_here_but(seat: Seat, *texts: str) -> None:
    assert await seat.notes() == list(texts)
    await seat.has_sent_everything()
    unsent = await seat.opened.cache.unsent()
    assert unsent.attention == 0


@pytest.mark.parametrize("half", HALVES)
async def test_a_text_with_half_a_character_is_refused_in_plain_words_and_the_next_is_saved(
    clinic: Clinic, half: str
) -> None:
    seat = clinic.seat("a")
    session = await seat.sit("okoro")
    records, desk = session.records, session.desk
    note = Note(type="bes", sections=(Section(text=half),))

    with pytest.raises(Problem) as refused:
        await seat.writes(half)
    with pytest.raises(Problem):
        await write_signed_note(note, patient=GRACE, records=records, desk=desk)
    with pytest.raises(Problem):
        await save_diagnosis(
            Diagnosis(concept=Concept(text=half)), patient=GRACE, records=records, desk=desk
        )
    with pytest.raises(Problem):
        await save_attention(
            Attention(category="C", concept=Concept(text=half)),
            patient=GRACE,
            records=records,
            desk=desk,
        )
    await seat.writes("Utan det halva tecknet.")

    assert refused.value.advice
    await nothing_is_here_but(seat, "Utan det halva tecknet.")


@pytest.mark.parametrize("half", HALVES)
async def test_searching_for_half_a_character_finds_nothing_and_breaks_nothing(
    clinic: Clinic, half: str
) -> None:
    seat = clinic.seat("a")
    session = await seat.sit("okoro")
    await seat.writes("ingen blödning")

    assert await session.records.find_patients(half, limit=5) == ()
    assert await session.records.search_text(GRACE, half, limit=5) == ()


async def test_a_draft_with_half_a_character_is_kept_as_it_is_and_can_be_put_right(
    clinic: Clinic,
) -> None:
    seat = clinic.seat("a")
    session = await seat.sit("okoro")
    await seat.writes("Graces första anteckning.")
    patient = await session.records.patient(GRACE)
    assert patient is not None
    problems: list[Problem] = []
    tasks = Tasks(problems.append)
    drafts = workspace(session, tasks)

    drafts.patient_shown(GRACE)
    draft = drafts.open("note", patient, begin("day"))
    drafts.typed(draft, "text0", "Halvt \ud83d tecken")
    await tasks.finish()
    await drafts.act(draft, "save")
    after_a_crash = workspace(session, tasks)
    await after_a_crash.restore()

    (kept,) = after_a_crash.state.drafts
    assert kept.content["text0"] == "Halvt \ud83d tecken"
    assert problems == []
    after_a_crash.typed(kept.id, "text0", "Helt tecken")
    await after_a_crash.act(kept.id, "save")
    assert "Helt tecken" in (await seat.notes())[0]


def workspace(session: Session, tasks: Tasks) -> WorkspacePresenter:
    def drawn(_state: WorkspaceState) -> None: ...

    return WorkspacePresenter(render=drawn, session=session, writers=WRITERS, start=tasks.start)
