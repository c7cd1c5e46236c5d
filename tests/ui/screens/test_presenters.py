"""Presenters alone, without a window: late answers, paging, autosave, what may be done."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.builders import GRACE, a_note, a_patient, an_author, an_id
from tests.karin import KARIN
from tests.ward import Ward, open_ward
from ui.screens.journal.note_content import begin, begin_from, note_of, with_template, with_term
from ui.screens.journal.presenter import JournalPresenter
from ui.screens.journal.state import PAGE, JournalState, actions_open
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.state import MedicationState
from ui.shell.chart import Shell
from ui.shell.screens import WRITERS
from ui.shell.tasks import Tasks
from ui.shell.workspace.presenter import WorkspacePresenter
from ui.shell.workspace.state import WorkspaceState
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.note import Section
from workstation.domain.problem import Problem
from workstation.operations.ports import Listed, PatientLine


class Slow:
    """The real cache, holding back its lists of orders until a test lets them go."""

    def __init__(self, ward: Ward) -> None:
        self._cache = ward.cache
        self.let_go = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    async def listed(self, *about: Any, **which: Any) -> tuple[Listed, ...]:
        found: tuple[Listed, ...] = await self._cache.listed(*about, **which)
        await self.let_go.wait()
        return found


class Heard:
    """A shell that remembers what its screens asked for."""

    def __init__(self) -> None:
        self.drafts: list[tuple[str, PatientId, Mapping[str, str]]] = []

    def compose(self, writer: str, patient: PatientLine, content: Mapping[str, str]) -> None:
        self.drafts.append((writer, patient.patient, content))

    def open_patient(self, _line: PatientLine, _tab: str, _entity: EntityId | None) -> None: ...

    def said(self, _text: str) -> None: ...


def a_shell(ward: Ward, heard: Heard | None = None) -> Shell:
    hears = heard or Heard()
    return Shell(
        session=ward.session(),
        compose=hears.compose,
        open_patient=hears.open_patient,
        said=hears.said,
    )


async def line_of(ward: Ward, patient: PatientId) -> PatientLine:
    line = await ward.cache.patient(patient)
    assert line is not None
    return line


async def test_an_answer_about_the_patient_before_is_dropped(ward: Ward) -> None:
    shell = a_shell(ward)
    slow = Slow(ward)
    object.__setattr__(shell.session, "records", slow)
    drawn: list[MedicationState] = []
    presenter = MedicationPresenter(render=drawn.append, shell=shell)

    late = asyncio.ensure_future(presenter.show_patient(await line_of(ward, KARIN)))
    await asyncio.sleep(0.05)
    presenter.put_away()
    slow.let_go.set()
    await late

    assert presenter.state.lines is None
    assert all(not state.lines for state in drawn)


@pytest.fixture
async def thick(tmp_path: Path) -> Any:
    """A patient with three pages of notes."""
    ward = await open_ward(tmp_path)
    await ward.put(a_patient(), *(a_note(text=f"anteckning {n}") for n in range(2 * PAGE + 10)))
    try:
        yield ward
    finally:
        await ward.cache.close()


async def test_a_thick_journal_is_read_page_by_page(thick: Ward) -> None:
    drawn: list[JournalState] = []
    presenter = JournalPresenter(render=drawn.append, shell=a_shell(thick))

    await presenter.show_patient(await line_of(thick, GRACE))
    assert (presenter.state.count, sorted(presenter.state.pages)) == (2 * PAGE + 10, [0])
    await presenter.page_wanted(PAGE + 3, 20)

    assert sorted(presenter.state.pages) == [0, PAGE]


async def test_a_note_that_arrives_while_somebody_reads_further_down_waits(thick: Ward) -> None:
    presenter = JournalPresenter(render=lambda _state: None, shell=a_shell(thick))
    await presenter.show_patient(await line_of(thick, GRACE))
    generation = presenter.state.generation
    presenter.scrolled(at_top=False)

    await thick.put(a_note(text="ny"))
    await presenter.reload()
    assert (presenter.state.waiting, presenter.state.generation) == (1, generation)

    await presenter.waiting_wanted()
    assert (presenter.state.waiting, presenter.state.count) == (0, 2 * PAGE + 11)


async def test_a_search_shows_the_entries_that_hold_the_words(thick: Ward) -> None:
    presenter = JournalPresenter(render=lambda _state: None, shell=a_shell(thick))
    await presenter.show_patient(await line_of(thick, GRACE))

    await presenter.searched("anteckning 17")

    assert presenter.state.hits is not None
    assert any("17" in hit.row.text for hit in presenter.state.hits)
    await presenter.searched("")
    assert presenter.state.hits is None


async def test_only_the_author_is_offered_to_sign(ward: Ward) -> None:
    own, other = a_note(), a_note(author=an_author(hsa_id="SE2321000016-P999"))
    await ward.put(own, other)
    person = an_author().hsa_id

    assert "sign" in actions_open(await ward.entity(own), person)
    assert actions_open(await ward.entity(other), person)[0] == "countersign"


class Autosave:
    """A workspace over a real ward, run by real tasks."""

    def __init__(self, ward: Ward) -> None:
        self.problems: list[Problem] = []
        self.tasks = Tasks(show=self.problems.append)
        self.drawn: list[WorkspaceState] = []
        self.presenter = WorkspacePresenter(
            render=self.drawn.append,
            session=ward.session(),
            writers=WRITERS,
            start=self._start,
        )

    def _start(self, work: Coroutine[Any, Any, None]) -> object:
        return self.tasks.start(work)


async def test_every_key_is_kept_and_the_last_one_wins(ward: Ward) -> None:
    here = Autosave(ward)
    karin = await line_of(ward, KARIN)
    here.presenter.patient_shown(KARIN)
    draft = here.presenter.open("note", karin, begin("day"))

    for length in range(1, 40):
        here.presenter.typed(draft, "text0", "x" * length)
    await here.tasks.finish()

    assert '"' + "x" * 39 + '"' in ward.drafts.kept[draft].content.decode()
    assert here.problems == []


async def test_a_draft_is_shown_beside_its_own_patient_only(ward: Ward) -> None:
    here = Autosave(ward)
    here.presenter.patient_shown(KARIN)
    here.presenter.open("note", await line_of(ward, KARIN), begin("day"))

    here.presenter.patient_shown(PatientId(an_id("olle")))
    assert here.presenter.state.shown == ()
    here.presenter.patient_shown(KARIN)
    assert len(here.presenter.state.shown) == 1
    await here.tasks.finish()


async def test_pressing_sign_twice_writes_one_note(ward: Ward) -> None:
    here = Autosave(ward)
    before = (await ward.cache.counts(KARIN))["note"]
    here.presenter.patient_shown(KARIN)
    draft = here.presenter.open("note", await line_of(ward, KARIN), begin("day"))
    here.presenter.typed(draft, "text0", "en gång")

    await asyncio.gather(*(here.presenter.act(draft, "sign") for _press in range(3)))
    await here.tasks.finish()

    assert (await ward.cache.counts(KARIN))["note"] == before + 1
    assert ward.drafts.kept == {}


def test_another_template_keeps_what_is_written() -> None:
    content = {**begin("day"), "text0": "Mår bättre."}

    changed = with_template(content, "discharge")

    note = note_of(changed)
    assert (note.type, note.title) == ("slu", "Epikris")
    assert [(s.term, s.text) for s in note.sections] == [("Aktuellt", "Mår bättre.")]


def test_a_sokord_is_put_in_where_one_writes() -> None:
    content = {**begin("day"), "text0": "ett", "text1": "två"}

    changed = {**with_term(content, "text0", "Vikt"), "text4": "67,9 kg"}

    assert [s.term for s in note_of(changed).sections] == ["Aktuellt", "Vikt", "Status"]


@pytest.mark.expects_log("defect [0-9A-F]{8} in background work: ValueError")
async def test_a_defect_is_told_and_logged_without_what_the_record_says() -> None:
    told: list[Problem] = []

    async def fails() -> None:
        raise ValueError("19410308-2386 har HIV")

    tasks = Tasks(show=told.append)
    tasks.start(fails())
    await tasks.finish()

    assert "Något gick fel" in told[0].message


async def test_a_new_version_keeps_what_the_form_does_not_show(ward: Ward) -> None:
    visit = an_id("visit")
    coded = Section(term="Status", code="S1", text="AT gott.", source="mall 7")
    note = a_note(
        sections=(coded,), contact=visit, contact_time="2026-03-02T07:00:00Z", form="vitals"
    )
    await ward.put(note)
    content = begin_from((await ward.entity(note)).state)

    changed = note_of({**content, "text0": "AT mycket gott."})

    assert (changed.contact, changed.form) == (visit, "vitals")
    assert changed.contact_time == "2026-03-02T07:00:00Z"
    assert changed.sections[0].text == "AT mycket gott."
    assert (changed.sections[0].code, changed.sections[0].source) == ("S1", "mall 7")
