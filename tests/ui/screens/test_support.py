"""The rules beside what is being written: cards, reasons, suggestions, and what is not known."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QApplication

from tests.karin import KARIN, UNITS
from tests.ui.screens.conftest import Seat, leave, sit_down
from tests.ward import Door, Ward
from ui.kit.card import Card
from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.guidelines.reading import page_of
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.view import MedicationView
from ui.screens.overview.presenter import OverviewPresenter
from workstation.content import shipped
from workstation.domain.ids import PatientId
from workstation.domain.medication import MedicationOrder, order_state
from workstation.operations.open_in_emergency import InEmergency
from workstation.operations.ports import Listed

PAIR = next(rule for rule in shipped.content().rules if rule.id == "ddi.vka-nsaid")


async def begins(seat: Seat, **fields: str) -> None:
    """Begin an order for Karin: 85 years, heart failure, kidneys that fail, warfarin undecided."""
    await seat.logs_in()
    await seat.opens("medication")
    await seat.presses("Ny ordination")
    for key, text in fields.items():
        seat.draft.set_text(key, text)
    await seat.rests()


def cards(seat: Seat) -> list[str]:
    return [card.accessibleName() for card in seat.draft.findChildren(Card) if card.isVisible()]


def remark(seat: Seat) -> str:
    workspace = seat.desk.workspace
    return workspace.form_of(workspace.state.drafts[0]).remark


def picture(seat: Seat, name: str) -> None:
    """Save what is on the screen, where somebody asked for pictures."""
    if folder := os.environ.get("RONDEN_PICTURES"):
        seat.window.resize(1280, 800)
        seat.window.grab().save(str(Path(folder) / f"{name}.png"))


async def order_of(ward: Ward, name: str) -> Listed:
    listed = await ward.cache.listed(KARIN, "medication_order")
    return next(one for one in listed if one.row.title == name)


NSAID = {
    "drug": "Ibuprofen",
    "form": "tablett",
    "strength": "400 mg",
    "dosage": "1+1+1 i 7 dagar",
    "route": "peroralt",
    "reason": "Artros",
}


async def test_while_choosing_the_rules_say_what_is_dangerous_for_this_patient(seat: Seat) -> None:
    await begins(seat, **NSAID)
    picture(seat, "cards")
    said = cards(seat)
    assert any(text.startswith("Stopp: Blödning") for text in said), said
    assert len(said) == len({text.split(".")[0] for text in said}), "one problem, one card"
    assert "demonstrationsinnehåll, ej kliniskt godkänt" in remark(seat)


async def test_a_warning_that_interrupts_takes_a_reason_that_the_order_keeps(
    seat: Seat, ward: Ward
) -> None:
    await begins(seat, **NSAID)
    await seat.presses("Skäl att ändå ordinera…")
    await seat.presses("Signera trots varning")
    draft = seat.desk.workspace.state.drafts[0]
    assert any(field.startswith("reason:") for field in draft.wrong)
    picture(seat, "reasons")

    for field in sorted(key for key in seat.draft.texts() if key.startswith("reason:")):
        seat.draft.set_text(field, "followed")
    await seat.presses("Signera trots varning")
    assert not seat.desk.workspace.state.drafts

    body = (await order_of(ward, "Ibuprofen")).state.current.body
    assert isinstance(body, MedicationOrder)
    assert body.drug is not None
    assert body.drug.atc == "M01AE01"
    kept = {one.rule: one for one in body.overrides}
    warned = kept["ddi.vka-nsaid"]
    assert (warned.version, warned.reason_code) == (PAIR.version, "followed")
    assert warned.reason == "Följs upp med prov eller besök"
    assert warned.tier == "critical"
    assert any("warfarin" in fact for fact in warned.facts)
    assert msgspec.json.decode(msgspec.json.encode(body), type=MedicationOrder) == body


class OpenNow:
    """Karin's record is open in an emergency, and the unit has her in its care."""

    def of(self, patient: PatientId) -> InEmergency | None:
        return (
            InEmergency(patient=patient, until=4_000_000_000_000, writes=True)
            if patient == KARIN
            else None
        )

    async def open(self, patient: PatientId, reason: str, *, ground: str = "") -> InEmergency:
        raise NotImplementedError

    async def attempted(self, patient: PatientId, reason: str = "") -> None:
        raise NotImplementedError

    async def close(self, patient: PatientId) -> None:
        raise NotImplementedError

    def subscribe(self, closed: Callable[[PatientId], None]) -> Callable[[], None]:
        return lambda: None


async def test_an_order_signed_in_an_emergency_opening_does_not_quote_what_may_be_blocked(
    ward: Ward, app: QApplication
) -> None:
    session = replace(ward.session(), emergency=OpenNow())
    seat = await sit_down(ward, Door({"anna": session}, UNITS[:1]))
    try:
        await begins(seat, **NSAID)
        await seat.presses("Skäl att ändå ordinera…")
        for field in sorted(key for key in seat.draft.texts() if key.startswith("reason:")):
            seat.draft.set_text(field, "followed")
        await seat.presses("Signera trots varning")

        body = (await order_of(ward, "Ibuprofen")).state.current.body

        assert isinstance(body, MedicationOrder)
        assert {one.rule for one in body.overrides} >= {"ddi.vka-nsaid"}
        assert all(one.reason and not one.facts for one in body.overrides)
    finally:
        await leave(seat)


async def test_what_was_accepted_stays_quiet_until_the_dose_changes(seat: Seat, ward: Ward) -> None:
    await test_a_warning_that_interrupts_takes_a_reason_that_the_order_keeps(seat, ward)
    listed = await order_of(ward, "Ibuprofen")
    support = seat.desk.session.support
    assert support is not None
    await support.prepare(KARIN)
    held = order_state(listed.state).effective.content
    same = support.order(KARIN, held, entity=listed.state.id)
    assert same is not None
    assert same.interrupting == ()
    assert any(shown.tolerated is not None for shown in same.cards)

    assert held.drug is not None
    doubled = msgspec.structs.replace(
        held, drug=msgspec.structs.replace(held.drug, strength="800 mg")
    )
    other = support.order(KARIN, doubled, entity=listed.state.id)
    assert other is not None
    assert other.interrupting


async def test_a_suggestion_taken_is_another_medicine_without_the_old_dose(seat: Seat) -> None:
    await begins(seat, **NSAID)
    await seat.presses("Välj paracetamol i stället")
    content = seat.desk.workspace.state.drafts[0].content
    assert content["drug"] == "paracetamol"
    assert content["dosage"] == ""
    assert not any(text.startswith("Stopp: Blödning") for text in cards(seat))


async def test_protection_is_a_draft_of_its_own_beside_the_first(seat: Seat) -> None:
    await begins(seat, **NSAID)
    await seat.presses("Lägg till omeprazol")
    drafts = seat.desk.workspace.state.drafts
    assert [draft.content["drug"] for draft in drafts] == ["Ibuprofen", "omeprazol"]
    assert drafts[1].patient.patient == KARIN


async def test_why_is_answered_with_facts_dates_and_the_rules_version(seat: Seat) -> None:
    await begins(seat, **NSAID)
    card = next(c for c in seat.draft.findChildren(Card) if "Blödning" in c.accessibleName())
    card.link_opened.emit(card._model.key, "@why")
    await seat.rests()
    picture(seat, "why")
    said = next(text for text in cards(seat) if "Blödning" in text)
    assert "warfarin" in said
    assert f"Regel ddi.vka-nsaid {PAIR.version}" in said
    assert "Ålder: 84" in said


async def test_a_name_that_no_rule_knows_is_never_shown_as_safe(seat: Seat) -> None:
    await begins(seat, drug="Kryptomycin", dosage="1x1", form="tablett", strength="5 mg")
    picture(seat, "unknown")
    workspace = seat.desk.workspace
    form = workspace.form_of(workspace.state.drafts[0])
    hint = next(field.hint for field in form.fields if field.key == "drug")
    assert "ingen kontroll känner igen namnet" in hint
    assert "Kunde inte kontrolleras" in form.remark
    assert "kryptomycin" in form.remark


async def test_stopping_says_what_the_medicine_protected_from(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    support = seat.desk.session.support
    assert support is not None
    known = await support.prepare(KARIN)
    for entity, _order in known.orders:
        checked = support.stopping(KARIN, entity)
        assert checked is not None
        assert not checked.interrupting


async def test_an_open_chart_has_a_quiet_mark_beside_each_medicine(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    view = seat.view("medication")
    assert isinstance(view, MedicationView)
    presenter = seat.desk.chart["medication"][1]
    assert isinstance(presenter, MedicationPresenter)
    marked = {title for marks in presenter.state.marks.values() for title, _serious in marks}
    assert marked
    assert "demonstrationsinnehåll" in presenter.state.checked
    line = next(line for line in presenter.state.shown if presenter.state.cards[line.id])
    view.table.choose(str(line.id))
    view.chosen.emit(str(line.id))
    await seat.rests()
    picture(seat, "chart")
    shown = [card.accessibleName() for card in view.cards.cards()]
    assert shown
    assert not any(text.startswith("Stopp") for text in shown), "opening a chart interrupts nobody"


async def test_the_overview_has_a_quiet_list_of_what_the_rules_observe(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("overview")
    picture(seat, "overview")
    presenter = seat.desk.chart["overview"][1]
    assert isinstance(presenter, OverviewPresenter)
    assert presenter.state.rules
    assert all(line.title and line.text for line in presenter.state.rules)


async def test_from_a_card_one_key_leads_to_the_guidelines_very_passage(seat: Seat) -> None:
    await begins(seat, **NSAID)
    card = next(c for c in seat.draft.findChildren(Card) if "Blödning" in c.accessibleName())
    link = next(link.key for link in card._model.links if link.key.startswith("guideline:"))
    card.link_opened.emit(card._model.key, link)
    await seat.rests()
    picture(seat, "guideline")
    assert seat.desk.place == "guidelines"
    presenter = seat.desk.places["guidelines"][1]
    assert isinstance(presenter, GuidelinesPresenter)
    state = presenter.state
    assert state.guideline is not None
    assert state.label.startswith("demonstration 1 · demonstrationsinnehåll, ej kliniskt godkänt")
    parts = page_of(state)
    assert sum(part.kind == "passage" for part in parts) == 1
    assert any(PAIR.id in part.text for part in parts)


async def test_guidelines_are_found_by_words_of_their_text_and_say_when_they_are_late(
    seat: Seat,
) -> None:
    await seat.logs_in()
    seat.desk.show_place("guidelines")
    await seat.rests()
    presenter = seat.desk.places["guidelines"][1]
    assert isinstance(presenter, GuidelinesPresenter)
    assert len(presenter.state.found) >= 25
    presenter.searched("protonpumpshämmare utsättning")
    assert [g.id for g in presenter.state.found][:1] == ["rmr.aldre"]
    picture(seat, "guidelines")
    late = replace(presenter.state, today="2032-01-01")
    assert all(late.is_late(g) for g in late.guidelines)
    assert not presenter.state.is_late(presenter.state.guidelines[0])


async def test_all_medicines_together_are_summed_to_risks_with_the_trend_of_results(
    seat: Seat,
) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    view = seat.view("medication")
    assert isinstance(view, MedicationView)
    view.grouped.emit("risks")
    await seat.rests()
    picture(seat, "risks")
    presenter = seat.desk.chart["medication"][1]
    assert isinstance(presenter, MedicationPresenter)
    assert view.risks.isVisible()
    view.risks.pick(presenter.state.risks[0].key)
    await seat.rests()
    assert presenter.state.chosen is None
    risks = {line.title: line for line in presenter.state.risks}
    assert len(risks) >= 9, "every risk is told, zero too"
    bleeding = risks["Blödning"]
    assert any(part.startswith("warfarin") for part in bleeding.parts)
    assert any("Hemoglobin" in trend for trend in bleeding.trend)
    levels = [line.level for line in presenter.state.risks]
    assert levels == sorted(levels, reverse=True)
    view.grouped.emit("current")
    await seat.rests()
    assert presenter.state.shown


async def test_the_test_a_card_asks_for_is_an_order_to_the_laboratory_with_what_and_why(
    seat: Seat,
) -> None:
    await begins(seat, drug="Litium", form="tablett", strength="42 mg", route="peroralt")
    card = next(
        c
        for c in seat.draft.findChildren(Card)
        if any(s.key.startswith("order_lab:") for s in c._model.suggestions)
    )
    choice = next(s for s in card._model.suggestions if s.key.startswith("order_lab:"))
    card.suggestion_chosen.emit(card._model.key, choice.key)
    await seat.rests()
    picture(seat, "order-the-lab")
    order, lab = seat.desk.workspace.state.drafts
    assert (lab.writer, lab.patient.patient) == ("referral", KARIN)
    said = lab.content
    assert said["type"] == "laboratory"
    assert said["codes"]
    assert said["question"].startswith("Litium: ")
    assert (said["form"], said["due"]) == ("referral_laboratory", "2026-04-01")
    assert order.content["drug"] == "Litium"


async def test_a_date_that_is_not_yet_a_date_silences_no_rule_and_is_refused_by_its_field(
    seat: Seat,
) -> None:
    await begins(seat, **NSAID, follow_up="2027-01-01")
    warned = cards(seat)
    assert warned

    for typed in ("2026-", "23 nov", "2026-13-01", "0000-01-01", "9" * 40):
        for field in ("start", "planned_stop"):
            seat.draft.set_text(field, typed)
        seat.draft.set_text("dosage", "1+0+1+0")
        await seat.rests()
        seat.draft.set_text("dosage", "1+1+1+0")
        await seat.rests()

        assert cards(seat) == warned, typed
        assert seat.draft.texts()["start"] == typed


async def test_a_course_of_more_days_than_the_calendar_has_is_no_defect(seat: Seat) -> None:
    await begins(seat, **{**NSAID, "dosage": "1+0+0+0 i 99999999 dagar"})
    assert cards(seat)
