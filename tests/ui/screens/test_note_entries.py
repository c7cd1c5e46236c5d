"""Documenting once: what is entered in a note is data in the same save, and goes with the note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from tests.ward import Ward
from ui.kit.textarea import TextAreaField
from ui.screens.journal.note_content import ORDER, begin, begin_from, with_template, with_term
from ui.screens.journal.note_writer import NoteWriter
from ui.screens.journal.structured import KINDS, offers
from ui.screens.journal.void_writer import VoidNoteWriter, begin_void
from ui.screens.overview.writers import DiagnosisWriter
from ui.shell.record_entries import entry_of
from ui.shell.workspace.form import Content, DraftContext
from workstation.domain.attention import Attention
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.note import Note
from workstation.domain.note_records import all_made_by
from workstation.domain.observation import Observation
from workstation.domain.plan import PlannedAction
from workstation.domain.problem import Problem
from workstation.domain.record import Body, Sealed
from workstation.operations.ports import Listed
from workstation.operations.save_diagnosis import save_diagnosis
from workstation.operations.void_note import made_by_note
from workstation.operations.writing import Incomplete, heads_of

GIVEN = {
    "pressure": {"systolic": "145", "diastolic": "85"},
    "weight": {"weight": "82,4"},
    "diagnosis": {"text": "Hypertoni", "code": "i10.9", "type": "main"},
    "attention": {
        "category": "C",
        "text": "latex",
        "severity": "harmful",
        "certainty": "confirmed",
    },
    "plan": {"title": "Återbesök", "type": "visit", "due": "2026-09-01"},
}


@dataclass
class Saves:
    """A store that counts how often it is written to."""

    ward: Ward
    times: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.ward.cache, name)

    async def save(self, records: tuple[Sealed, ...]) -> None:
        self.times += 1
        await self.ward.cache.save(records)


async def _context(ward: Ward, saves: Saves | None = None) -> DraftContext:
    line = await ward.cache.patient(KARIN)
    assert line is not None
    session = ward.session()
    if saves is not None:
        object.__setattr__(session, "records", saves)
    return DraftContext(patient=line, session=session)


def _with(content: Content, kind: str) -> Content:
    """The content with an entry taken from ``/`` after the first section, and filled in."""
    offer = dict(zip((k.key for k in KINDS), offers(), strict=True))[kind]
    changed, first = NoteWriter().with_term(content, "text0", offer)
    number = first.removeprefix("e").partition("_")[0]
    return {**changed, **{f"e{number}_{name}": text for name, text in GIVEN[kind].items()}}


def _draft(*kinds: str) -> Content:
    content: Content = {**begin("day"), "text0": "Mår bra."}
    for kind in kinds:
        content = _with(content, kind)
    return content


async def _newest(ward: Ward) -> Listed:
    listed = await ward.cache.listed(KARIN, "note")
    return max(listed, key=lambda each: each.state.current.order)


async def _made(ward: Ward, note: Listed) -> list[Listed]:
    body = note.state.current.body
    assert isinstance(body, Note)
    found = await ward.cache.entities(KARIN, [made.entity for made in all_made_by(body)])
    return list(found.values())


async def test_one_save_makes_the_note_and_every_record_in_it(ward: Ward) -> None:
    saves = Saves(ward)
    draft = _draft(*GIVEN)
    await NoteWriter().act("sign", draft, await _context(ward, saves))

    note = await _newest(ward)
    body = cast("Note", note.state.current.body)
    assert saves.times == 1
    assert note.state.signed
    said = {section.term: section.text for section in body.sections}
    assert said["Aktuellt"] == "Mår bra."
    assert said["Blodtryck"] == "145/85 mmHg"
    assert said["Vikt"] == "82,4 kg"
    assert said["Diagnos"] == "I10.9 Hypertoni (huvuddiagnos)"
    assert said["Uppmärksamhetsinformation"] == "Överkänslighet: latex, skadande, konstaterad"
    assert said["Planerad åtgärd"] == "Besök: Återbesök, 2026-09-01"

    bodies: dict[type[Body], list[Body]] = {}
    for each in await _made(ward, note):
        bodies.setdefault(type(each.state.current.body), []).append(each.state.current.body)
    values = cast("list[Observation]", bodies[Observation])
    pressure = next(value for value in values if value.components)
    weight = next(value for value in values if value.quantity is not None)
    assert [p.quantity.value for p in pressure.components if p.quantity] == ["145", "85"]
    assert weight.quantity is not None
    assert (weight.quantity.value, weight.quantity.code) == ("82.4", "kg")
    (diagnosis,) = cast("list[Diagnosis]", bodies[Diagnosis])
    assert (diagnosis.type, diagnosis.concept.codings[0].code) == ("main", "I10.9")
    (attention,) = cast("list[Attention]", bodies[Attention])
    assert (attention.category, attention.severity) == ("C", "harmful")
    (action,) = cast("list[PlannedAction]", bodies[PlannedAction])
    assert (action.title, action.due) == ("Återbesök", "2026-09-01")

    shown = entry_of(note, with_versions=False, own_provider="")
    assert any(p.heading == "Även sparat i" and "Vikt → Värden" in p.text for p in shown.paragraphs)


@pytest.mark.parametrize(
    ("kind", "field", "typed"),
    [
        ("pressure", "systolic", ""),
        ("pressure", "diastolic", "145"),
        ("weight", "weight", "tung"),
        ("attention", "severity", ""),
        ("plan", "due", "2026-02-31"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_at_all_is_stored(
    ward: Ward, kind: str, field: str, typed: str
) -> None:
    saves = Saves(ward)
    draft = _with(_draft("diagnosis"), kind)
    (key,) = (key for key in draft if key.endswith(f"_{field}"))
    with pytest.raises(Incomplete) as raised:
        await NoteWriter().act("sign", {**draft, key: typed}, await _context(ward, saves))
    assert key in raised.value.fields
    assert saves.times == 0


async def test_what_the_patient_may_not_read_in_the_note_is_not_read_as_data_either(
    ward: Ward,
) -> None:
    await NoteWriter().act("save", {**_draft("weight"), "approved": ""}, await _context(ward))
    (weight,) = await _made(ward, await _newest(ward))
    assert not weight.state.current.approved_for_patient


async def test_a_correction_takes_back_a_wrong_value_and_enters_the_right_one(ward: Ward) -> None:
    context = await _context(ward)
    await NoteWriter().act("sign", _draft("weight"), context)
    note = await _newest(ward)
    (wrong,) = await _made(ward, note)

    draft: Content = begin_from(note.state)
    shown = {field.key: field for field in NoteWriter().form(draft, context).fields}
    number = next(n for n in draft[ORDER].split() if draft.get(f"@kind{n}") == "made")
    assert shown[f"text{number}"].kind == "read"
    draft = {**draft, f"void{number}": "yes", "why_corrected": "fel våg"}
    draft, first = NoteWriter().with_term(draft, "text0", "Vikt – mätvärde")
    await NoteWriter().act("sign", {**draft, first: "78"}, context)

    note = await ward.at(KARIN, note.state.id)
    body = cast("Note", note.state.current.body)
    assert "82,4" not in body.text
    assert "78 kg" in body.text
    assert (await ward.at(KARIN, wrong.state.id)).state.voided
    (right,) = await _made(ward, note)
    assert not right.state.voided


async def test_a_voided_note_takes_what_it_made_with_it_and_leaves_what_was_changed_since(
    ward: Ward,
) -> None:
    context = await _context(ward)
    await NoteWriter().act("sign", _draft("weight", "diagnosis"), context)
    note = await _newest(ward)
    made = {type(m.state.current.body): m for m in await _made(ward, note)}
    changed = made[Diagnosis].state
    await save_diagnosis(
        Diagnosis(concept=cast("Diagnosis", changed.current.body).concept, status="resolved"),
        patient=KARIN,
        entity=changed.id,
        seen=heads_of(changed),
        records=ward.cache,
        desk=ward.desk(),
    )

    going = await made_by_note(KARIN, note.state.id, records=ward.cache)
    draft = begin_void(note.state, going)
    assert (draft["goes"], draft["stays"]) == ("Vikt", "Hypertoni")
    await VoidNoteWriter().act("void", {**draft, "reason": "fel patient"}, context)

    assert (await ward.at(KARIN, note.state.id)).state.voided
    assert (await ward.at(KARIN, made[Observation].state.id)).state.voided
    assert not (await ward.at(KARIN, changed.id)).state.voided
    correction = begin_from(note.state)
    assert "@kind" in "".join(correction)


async def test_what_was_changed_since_is_not_taken_back_by_a_correction(ward: Ward) -> None:
    context = await _context(ward)
    await NoteWriter().act("sign", _draft("diagnosis"), context)
    note = await _newest(ward)
    (made,) = await _made(ward, note)
    await save_diagnosis(
        Diagnosis(concept=cast("Diagnosis", made.state.current.body).concept, status="resolved"),
        patient=KARIN,
        entity=made.state.id,
        seen=heads_of(made.state),
        records=ward.cache,
        desk=ward.desk(),
    )
    draft = begin_from(note.state)
    number = next(n for n in draft[ORDER].split() if draft.get(f"@kind{n}") == "made")
    with pytest.raises(Problem, match="har ändrats"):
        await NoteWriter().act(
            "sign", {**draft, f"void{number}": "yes", "why_corrected": "fel"}, context
        )
    assert (await ward.at(KARIN, note.state.id)).state.current.id == note.state.current.id


def test_another_template_keeps_what_was_entered() -> None:
    draft = with_template(_draft("pressure"), "visit")
    assert "145" in draft.values()
    assert [draft[f"@term{n}"] for n in draft[ORDER].split()][:2] == ["Aktuellt", "Blodtryck"]
    assert with_term(draft, "text0", "Vikt")[ORDER] != draft[ORDER]


async def test_a_value_is_typed_in_the_note_by_keys_and_stands_among_the_values(
    seat: Seat,
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    field = seat.draft._fields["text0"].input.widget
    assert isinstance(field, TextAreaField)
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "Vaken")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    QTest.keyClicks(field.edit, "/vikt ")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    await seat.rests()
    weight = seat.draft._fields["e4_weight"].input.widget
    assert weight.isAncestorOf(seat.window.focusWidget())
    QTest.keyClicks(seat.window.focusWidget(), "82,4")
    await seat.rests()
    await seat.presses("Signera")

    (made,) = await _made(seat.ward, await _newest(seat.ward))
    assert isinstance(made.state.current.body, Observation)


async def test_a_code_of_another_form_is_refused_where_it_stands_in_a_note_and_in_the_chart(
    ward: Ward,
) -> None:
    saves = Saves(ward)
    context = await _context(ward, saves)
    entered = _with({**begin("free"), "text0": "Andfådd."}, "diagnosis")
    (code,) = [key for key in entered if key.endswith("_code")]
    written = {**entered, code: "hjärtsvikt"}

    with pytest.raises(Incomplete, match="Tecken 2") as caught:
        await NoteWriter().act("sign", written, context)
    assert caught.value.fields == (code,)
    hint = next(f.hint for f in NoteWriter().form(written, context).fields if f.key == code)
    assert "där ska stå en siffra" in hint

    chart = DiagnosisWriter()
    with pytest.raises(Incomplete, match="inte färdig") as caught:
        await chart.act("sign", {"text": "Hjärtsvikt", "code": "i5"}, context)
    assert caught.value.fields == ("code",)
    assert saves.times == 0

    taken = {"text": "Hjärtsvikt", "code": "i509"}
    hint = next(f.hint for f in chart.form(taken, context).fields if f.key == "code")
    assert "texten är din egen" in hint
    await chart.act("sign", taken, context)
    found = await ward.cache.listed(KARIN, "diagnosis")
    assert "I50.9" in {one.row.code for one in found}
