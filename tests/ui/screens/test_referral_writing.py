"""Writing a referral in the real window: the receiver's own form, the record as text, orders, offline."""

from __future__ import annotations

import json

import pytest

from tests.karin import KARIN, UNITS
from tests.ui.screens.conftest import Seat, settle
from ui.screens.referrals.rows import rows_of
from workstation.domain.directory import Unit
from workstation.domain.ids import HsaId
from workstation.domain.referral import Referral
from workstation.operations.session import SyncStatus

XRAY = HsaId("SE2321000016-R0N1")
HEART = HsaId("SE2321000016-H0J1")
OTHERS = (
    Unit(
        hsa_id=XRAY,
        name="Röntgenavdelningen",
        provider=UNITS[0].provider,
        type="imaging",
        phone="031-342 20 00",
        receives=("imaging", "form:general", "form:mr"),
    ),
    Unit(
        hsa_id=HEART,
        name="Hjärtmottagningen",
        provider=UNITS[0].provider,
        type="outpatient",
        receives=("consultation", "takeover", "own", "form:cardiology"),
    ),
)


@pytest.fixture
async def writing(seat: Seat) -> Seat:
    seat.ward.book.known = (*UNITS, *OTHERS)
    await seat.logs_in()
    await seat.opens("referrals")
    await seat.presses("Ny remiss")
    return seat


async def fill(seat: Seat, **fields: str) -> None:
    for key, text in fields.items():
        seat.draft.set_text(key, text)
        await settle()


async def newest(seat: Seat) -> Referral:
    listed = await seat.ward.cache.listed(KARIN, "referral")
    body = max(listed, key=lambda one: one.state.first.written_at).state.current.body
    assert isinstance(body, Referral)
    return body


async def test_the_receiver_decides_the_form_and_what_is_written_stays(writing: Seat) -> None:
    assert "f_nyha" not in writing.draft.texts()
    await fill(writing, question="Hjärtsvikt, optimering?", f_history="Tilltagande andfåddhet.")

    await fill(writing, to_unit=HEART)

    texts = writing.draft.texts()
    assert "f_nyha" in texts
    assert texts["question"] == "Hjärtsvikt, optimering?"
    assert texts["f_history"] == "Tilltagande andfåddhet."


async def test_the_record_stands_in_the_referral_as_text_with_its_source(writing: Seat) -> None:
    await fill(
        writing, to_unit=HEART, question="Optimering?", f_history="Andfådd.",
        f_nyha="3", f_ecg="2026-03-01: förmaksflimmer 92/min",
    )  # fmt: skip
    await writing.presses("Signera och skicka")

    sent = await newest(writing)
    assert (sent.form, sent.form_version) == ("referral_cardiology", 1)
    assert "metformin — tablett 500 mg" in sent.background
    assert "penicillin, livshotande, konstaterad [Vc Gårda, 2026-03-02]" in sent.background
    assert "Funktionsgrad (NYHA)\nIII: vid lätt till måttlig ansträngning" in sent.background
    assert json.loads(sent.answers)["nyha"] == "3"
    assert sent.question == "Optimering?"


async def test_what_is_missing_is_named_and_nothing_is_sent(writing: Seat) -> None:
    before = len(await writing.ward.cache.listed(KARIN, "referral"))
    await fill(writing, to_unit=HEART)
    await writing.presses("Signera och skicka")

    assert len(await writing.ward.cache.listed(KARIN, "referral")) == before
    draft = writing.desk.workspace.state.drafts[0]
    assert {"question", "f_history", "f_nyha", "f_ecg"} <= draft.wrong


async def test_an_examination_brings_its_own_form_with_what_makes_it_dangerous(
    writing: Seat,
) -> None:
    await fill(writing, type="imaging", to_unit=XRAY, codes="DT-BUK", f_contrast="yes")
    texts = writing.draft.texts()
    assert "eGFR (krea) 38" in texts["f_kidney"]
    assert texts["f_metformin"].startswith("metformin")
    assert texts["f_weight"] == "67,9"
    assert texts["f_pregnancy"] == "not_relevant"

    await fill(writing, codes="MR-HJARNA")
    texts = writing.draft.texts()
    assert texts["f_implants"].startswith("Pacemaker")
    assert texts["f_pacemaker"] == "", "the record's word is no answer to the safety question"


async def test_without_contrast_the_kidney_is_not_asked_about_and_not_sent(writing: Seat) -> None:
    await fill(writing, type="imaging", to_unit=XRAY, codes="RTG-LUNGOR", f_contrast="no")
    assert "f_kidney" not in writing.draft.texts()
    await fill(writing, question="Stas?", f_history="Andfådd.")
    await writing.presses("Signera och skicka")

    sent = await newest(writing)
    assert [wanted.label for wanted in sent.requested] == ["Röntgen hjärta och lungor"]
    assert "Njurfunktion" not in sent.background


async def test_a_panel_orders_its_analyses_and_says_which_tubes_and_how(writing: Seat) -> None:
    await fill(writing, type="laboratory", to_unit=str(UNITS[2].hsa_id))
    pick = writing.draft._fields["codes"].input.widget  # noqa: SLF001  the widget a person ticks
    panel = next(i for i in pick._items() if i.text().startswith("Koagulation"))  # type: ignore[attr-defined]
    pick._toggle(panel)  # type: ignore[attr-defined]
    await settle()

    form = writing.desk.workspace.form_of(writing.desk.workspace.state.drafts[0])
    field = next(f for f in form.fields if f.key == "codes")
    said = "".join(run.text for run in field.said)
    assert "Natriumcitratrör, ljusblå, 2,7 mL: P-PK(INR), P-APT-tid." in said
    assert "Röret fylls till märket" in field.hint

    await fill(writing, question="Inför punktion")
    await writing.presses("Signera och skicka")
    codes = [c.codings[0].code for c in (await newest(writing)).requested]
    assert codes == ["NPU03568", "NPU01685", "NPU01682"]


async def test_without_contact_it_is_kept_here_and_says_so(writing: Seat) -> None:
    writing.ward.sync.say(SyncStatus(connected=False))
    await fill(
        writing, to_unit=HEART, question="?", f_history="x", f_nyha="none", f_ecg="ej taget",
    )  # fmt: skip
    await writing.presses("Signera och skicka")

    assert writing.desk.workspace.state.done == "Sparat här, skickas när nätet är tillbaka."
    presenter = writing.desk.chart["referrals"][1]
    shown = rows_of(presenter.state)  # type: ignore[attr-defined]
    said = " ".join(cell.spoken() for row in shown for cell in getattr(row, "cells", ()))
    assert "Sparat här, skickas när nätet är tillbaka" in said


async def test_a_sooner_referral_is_answered_sooner_unless_somebody_said_a_day(
    writing: Seat,
) -> None:
    await fill(writing, priority="urgent")
    assert writing.draft.texts()["due"] == "2026-03-05"

    await fill(writing, due="2026-03-20", priority="soon")
    assert writing.draft.texts()["due"] == "2026-03-20"
