"""Forms filled in at the real window: scored while typing, stored once, values at once."""

from __future__ import annotations

import json

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from workstation.domain.note import Note
from workstation.domain.observation import Observation

NEWS2 = {
    "respiration": "22",
    "spo2": "94",
    "oxygen": "true",
    "systolic": "105",
    "pulse": "112",
    "consciousness": "alert",
    "temperature": "38,4",
}


async def fills_in(seat: Seat, form: str, answers: dict[str, str]) -> None:
    await seat.logs_in("maja")
    await seat.opens("journal")
    seat.desk.menu.run(f"form:{form}")
    await seat.rests()
    for path, answer in answers.items():
        seat.draft.set_text(f"f_{path}", answer)
        await seat.rests()


async def values(seat: Seat) -> dict[str, Observation]:
    listed = await seat.ward.cache.listed(KARIN, "observation")
    bodies = [each.state.current.body for each in reversed(listed)]
    return {b.concept.label: b for b in bodies if isinstance(b, Observation)}


async def test_news2_is_scored_while_typing_and_its_values_are_in_the_record_at_once(
    seat: Seat,
) -> None:
    before = await seat.ward.cache.listed(KARIN, "observation")
    await fills_in(seat, "news2", NEWS2)
    shown = next(
        field for field in seat.desk.workspace.form_of(seat.desk.workspace.state.drafts[-1]).fields
        if field.key == "f_news2"
    )  # fmt: skip
    # 2 + 1 + 2 + 1 + 2 + 0 + 1 by the published table
    assert "".join(run.text for run in shown.said).startswith("9  hög risk")

    await seat.presses("Signera")

    found = await values(seat)
    score, heat = found["NEWS2"].quantity, found["Temperatur"].quantity
    assert score is not None
    assert heat is not None
    assert (score.value, heat.value, heat.unit) == ("9", "38.4", "°C")
    assert len(await seat.ward.cache.listed(KARIN, "observation")) == len(before) + 5 + 1
    (note, *_earlier) = await seat.ward.cache.listed(KARIN, "note")
    body = note.state.current.body
    assert isinstance(body, Note)
    assert note.state.signed
    assert (body.form, body.form_version) == ("news2", 1)
    assert json.loads(body.answers)["temperature"] == "38.4"
    assert "Temperatur\n38,4 °C" in body.text


async def test_what_is_missing_is_said_and_nothing_is_lost(seat: Seat) -> None:
    notes = len(await seat.ward.cache.listed(KARIN, "note"))
    await fills_in(seat, "news2", {**NEWS2, "pulse": ""})
    await seat.presses("Signera")

    assert len(await seat.ward.cache.listed(KARIN, "note")) == notes
    assert seat.draft.texts()["f_temperature"] == "38,4"
    state = seat.desk.workspace.state.drafts[-1]
    assert "f_pulse" in state.wrong


async def test_a_question_is_asked_only_when_another_answer_makes_it_matter(seat: Seat) -> None:
    await fills_in(seat, "pain", {"pain": "true", "at_rest": "6"})
    assert "f_action" in seat.draft.texts()
    seat.draft.set_text("f_action", "Alvedon given")
    seat.draft.set_text("f_pain", "false")
    await seat.rests()
    assert "f_action" not in seat.draft.texts()

    await seat.presses("Spara")

    (note, *_earlier) = await seat.ward.cache.listed(KARIN, "note")
    body = note.state.current.body
    assert isinstance(body, Note)
    assert json.loads(body.answers) == {"pain": "false"}
    assert "Alvedon" not in body.text


async def test_blood_pressure_is_one_value_with_two_parts(seat: Seat) -> None:
    await fills_in(seat, "vital_signs", {"systolic": "128", "diastolic": "74"})
    await seat.presses("Spara")

    pressure = (await values(seat))["Blodtryck"]
    assert [p.quantity.value for p in pressure.components if p.quantity] == ["128", "74"]
