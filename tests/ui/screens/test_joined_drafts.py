"""An order and a referral begun from a note: signed with it in one step and one save, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.karin import KARIN, UNITS
from tests.ui.screens.conftest import Seat, settle
from tests.ui.screens.test_referral_writing import OTHERS
from ui.kit.textarea import TextAreaField
from ui.shell.workspace.joined import WITH
from ui.shell.workspace.state import OpenDraft
from workstation.domain.medication import MedicationOrder
from workstation.domain.note import Note
from workstation.domain.note_records import all_made_by
from workstation.domain.record import Sealed
from workstation.operations.void_note import made_by_note

ORDER = {
    "drug": "amlodipin",
    "form": "tablett",
    "strength": "5 mg",
    "dosage": "1+0+0+0 i 10 dagar",
    "route": "peroralt",
    "reason": "Högt blodtryck",
}

(HEART_UNIT,) = (unit for unit in OTHERS if unit.name == "Hjärtmottagningen")


def _drafts(seat: Seat) -> dict[str, OpenDraft]:
    return {draft.writer: draft for draft in seat.desk.workspace.state.drafts}


async def _begun(seat: Seat) -> Seat:
    """A note in which somebody has written a line and begun an order with ``/``."""
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    field = seat.draft._fields["text0"].input.widget
    assert isinstance(field, TextAreaField)
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "Vaken")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    QTest.keyClicks(field.edit, "/ordin")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    await settle(lambda: "order" in _drafts(seat))
    await seat.rests()
    return seat


async def _counted(seat: Seat) -> tuple[int, int]:
    counts = await seat.ward.cache.counts(KARIN)
    return counts["note"], counts["medication_order"]


async def test_an_order_begun_from_a_note_is_signed_with_it_and_the_note_says_it(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _begun(seat)
    notes, orders = await _counted(seat)
    order = _drafts(seat)["order"]
    assert order.content[WITH] == str(_drafts(seat)["note"].id)
    assert order.patient.patient == KARIN

    # Not complete: nothing at all is signed, and one stands in the order, where it is wrong.
    note = _drafts(seat)["note"].id
    seat.desk.workspace.chosen(note)
    await settle()
    seat.draft.focus_field("text0")
    await seat.presses("Signera")
    assert await _counted(seat) == (notes, orders)
    assert seat.desk.workspace.state.current == order.id
    assert seat.draft._field_with_keyboard() in _drafts(seat)["order"].wrong
    assert not any(draft.busy for draft in seat.desk.workspace.state.drafts)

    for key, text in ORDER.items():
        seat.desk.workspace.typed(order.id, key, text)
    await seat.rests()
    await seat.presses("Klar: signeras med anteckningen")
    assert seat.desk.workspace.state.current == note
    assert await _counted(seat) == (notes, orders)
    form = seat.desk.workspace.form_of(_drafts(seat)["note"])
    (line,) = [field for field in form.fields if field.key == "joined0"]
    shown = "".join(run.text for run in line.said)
    assert "amlodipin" in shown

    saves: list[int] = []
    save = seat.ward.cache.save

    async def counted(records: Sequence[Sealed]) -> None:
        saves.append(len(records))
        await save(records)

    monkeypatch.setattr(seat.ward.cache, "save", counted)
    await seat.presses("Signera")
    assert saves == [3], "the order, the note and its signature, at once"
    assert await _counted(seat) == (notes + 1, orders + 1)
    assert seat.desk.workspace.state.drafts == ()

    listed = await seat.ward.cache.listed(KARIN, "note")
    newest = max(listed, key=lambda each: each.state.current.order)
    body = newest.state.current.body
    assert isinstance(body, Note)
    assert newest.state.signed
    assert [(s.term, s.text) for s in body.sections][-1] == ("Ordination", shown)
    (made,) = all_made_by(body)
    ordered = (await seat.ward.at(KARIN, made.entity)).state.current.body
    assert isinstance(ordered, MedicationOrder)
    assert ordered.drug is not None
    assert ordered.drug.name.lower() == "amlodipin"
    # An order is stopped by its own rules, never voided because its note is.
    going = await made_by_note(KARIN, newest.state.id, records=seat.ward.cache)
    assert (going.goes, len(going.stays)) == ((), 1)


async def test_a_note_that_is_only_saved_leaves_its_order_a_draft_of_its_own(seat: Seat) -> None:
    await _begun(seat)
    notes, orders = await _counted(seat)
    note = _drafts(seat)["note"].id
    await seat.desk.workspace.act(note, "save")
    assert await _counted(seat) == (notes + 1, orders)
    left = seat.desk.workspace.state.drafts
    assert [draft.writer for draft in left] == ["order"]
    form = seat.desk.workspace.form_of(left[0])
    assert "Signera ordination" in [action.text for action in form.actions]


async def test_who_may_not_order_is_not_offered_it(seat: Seat) -> None:
    await seat.logs_in("maja")
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    form = seat.desk.workspace.form_of(seat.desk.workspace.state.drafts[0])
    assert not any("Ordination –" in term for term in form.terms)
    assert any("Remiss –" in term for term in form.terms)


async def test_a_referral_goes_with_the_note_and_one_that_is_wrong_holds_everything(
    seat: Seat,
) -> None:
    seat.ward.book.known = (*UNITS, HEART_UNIT)
    await _begun(seat)
    notes, orders = await _counted(seat)
    referrals = (await seat.ward.cache.counts(KARIN))["referral"]
    note = _drafts(seat)["note"].id
    seat.desk.workspace.term_taken(note, "text0", "Remiss – sänds med anteckningen")
    await settle(lambda: "referral" in _drafts(seat))
    await seat.rests()
    for key, text in ORDER.items():
        seat.desk.workspace.typed(_drafts(seat)["order"].id, key, text)

    await seat.desk.workspace.act(note, "sign")
    assert await _counted(seat) == (notes, orders)
    assert len(seat.desk.workspace.state.drafts) == 3

    referral = _drafts(seat)["referral"].id
    asked = {"to_unit": HEART_UNIT.hsa_id, "question": "Optimering?", "f_history": "Andfådd."}
    for key, text in {**asked, "f_nyha": "3", "f_ecg": "2026-03-01: flimmer"}.items():
        seat.desk.workspace.typed(referral, key, text)
        await settle()
    await seat.desk.workspace.act(note, "sign")
    assert await _counted(seat) == (notes + 1, orders + 1)
    assert (await seat.ward.cache.counts(KARIN))["referral"] == referrals + 1
    assert not _drafts(seat)
