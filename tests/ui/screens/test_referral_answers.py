"""Answers in the real window: text exact, differences word for word, the sender alerted, attachments seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from local_cache.attachments import AttachmentShelf
from tests.app.test_pdf_pages import a_pdf
from tests.karin import KARIN, UNITS
from tests.ui.screens.conftest import Seat, leave, settle, sit_down
from tests.ward import Door, Ward
from ui.kit.entry import Entry
from ui.kit.label import Label
from ui.screens.referrals.reading import reading_of
from ui.screens.referrals.rows import rows_of
from ui.screens.referrals.view import ReferralsView
from workstation.app.pdf_pages import draw_page
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.referral import ReferralAnswer, referral_state
from workstation.operations.answer_referral import answer_referral
from workstation.operations.ports import Desk
from workstation.operations.session import Files, PickedFile
from workstation.operations.writing import heads_of

PHYSIOLOGY = HsaId("SE2321000016-F1Y1")
EXACT = "rad ett\nrad två\n\n   indraget\toch tabb\u00a0hårt  \u2028ny rad 👩‍⚕️ ≥ 5 µg"


def a_picture(colour: str = "red") -> bytes:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


@dataclass
class Answering:
    """Karin's echocardiography, seen from both sides."""

    seat: Seat
    receiver: Desk
    entity: EntityId
    picked: list[PickedFile]
    saved: list[tuple[bytes, str]]

    async def answers(self, kind: str, text: str, *, changes: bool = False) -> None:
        listed = await self.seat.ward.cache.entity(KARIN, self.entity)
        assert listed is not None
        await answer_referral(
            ReferralAnswer(answer=kind, text=text, changes_meaning=changes),  # type: ignore[arg-type]
            patient=KARIN,
            entity=self.entity,
            seen=heads_of(listed.state),
            records=self.seat.ward.cache,
            desk=self.receiver,
        )
        await self.seat.rests()

    async def reading(self) -> list[Entry]:
        listed = await self.seat.ward.cache.entity(KARIN, self.entity)
        assert listed is not None
        now = self.seat.ward.clock.millis
        return reading_of(listed, referral_state(listed.state), now, protected=False)


async def seated(
    ward: Ward, desk: Desk, picked: list[PickedFile], saved: list[tuple[bytes, str]]
) -> Seat:
    async def pick() -> PickedFile | None:
        return picked.pop(0) if picked else None

    async def save(content: bytes, suffix: str) -> None:
        saved.append((content, suffix))

    session = replace(
        ward.session(desk),
        attachments=AttachmentShelf(ward.cache),
        files=Files(pick=pick, save=save, draw=draw_page),
    )
    return await sit_down(ward, Door({"anna": session}, UNITS[:1]))


@pytest.fixture
async def answering(app: QApplication, ward: Ward) -> AsyncIterator[Answering]:
    receiver = ward.desk(
        "Falk, Lena", profession="physician", title="Överläkare",
        hsa_id="SE2321000016-P007", unit=PHYSIOLOGY, unit_name="Klinisk fysiologi",
    )  # fmt: skip
    picked: list[PickedFile] = []
    saved: list[tuple[bytes, str]] = []
    seat = await seated(ward, ward.desk(), picked, saved)
    listed = await ward.cache.listed(KARIN, "referral")
    entity = next(one.state.id for one in listed if "Ekokardiografi" in one.row.title)
    await seat.logs_in()
    try:
        yield Answering(seat, receiver, entity, picked, saved)
    finally:
        await leave(seat)


async def test_what_was_answered_is_read_byte_for_byte_by_the_sender(answering: Answering) -> None:
    await answering.answers("SSV", EXACT)

    entry = next(e for e in await answering.reading() if e.title == "Slutsvar")

    assert entry.paragraphs[0].text == EXACT
    assert entry.original().startswith(EXACT)


async def test_a_changed_final_answer_stands_first_and_says_what_went_and_came(
    answering: Answering,
) -> None:
    await answering.answers("PSV", "Ingen vätska.")
    await answering.answers("SSV", "Riklig vätska.", changes=True)
    await answering.seat.opens("referrals")

    view = answering.seat.view("referrals")
    assert isinstance(view, ReferralsView)
    presenter = answering.seat.desk.chart["referrals"][1]
    first = next(r for r in rows_of(presenter.state) if hasattr(r, "key"))  # type: ignore[attr-defined]
    assert "svaret ändrar innebörden" in " ".join(cell.spoken() for cell in first.cells)  # type: ignore[union-attr]
    final = next(e for e in await answering.reading() if e.title == "Slutsvar")
    assert [label.text for label in final.labels] == ["ändrar innebörden", "att vidimera"]
    runs = final.paragraphs[-1].runs
    assert [(r.text, r.struck) for r in runs if r.struck] == [("Ingen", True)]
    assert [r.text for r in runs if r.strong] == ["Riklig"]
    assert "".join(r.text for r in runs if not r.struck).replace("\u2009", "") == "Riklig vätska."


async def test_every_step_stands_on_one_line_with_when_what_and_who(answering: Answering) -> None:
    await answering.answers("SSV", "EF 35 %.")
    way = (await answering.reading())[-1]
    said = [f"{p.heading} {p.text}" for p in way.paragraphs]
    assert said[0].endswith("Lind, Anna, Läkare, Avd 12, Sahlgrenska")
    assert said[-1] == "2026-03-02 10:00  Slutsvar Falk, Lena, Överläkare, Klinisk fysiologi"


async def test_the_sender_acknowledges_and_is_offered_nothing_that_is_not_theirs(
    answering: Answering,
) -> None:
    await answering.answers("SSV", "EF 35 %.")
    await answering.seat.opens("referrals", entity=answering.entity)
    offered = set(answering.seat.buttons())
    assert "Vidimera" in offered
    assert not {"Acceptera", "Avvisa", "Svara", "Boka tid"} & offered

    await answering.seat.presses("Vidimera")
    await answering.seat.presses("Vidimera")

    listed = await answering.seat.ward.cache.entity(KARIN, answering.entity)
    assert listed is not None
    assert referral_state(listed.state).closed


async def test_the_receiver_must_say_whether_a_changed_text_changes_the_meaning(
    app: QApplication, ward: Ward
) -> None:
    receiver = ward.desk(
        "Falk, Lena", profession="physician", hsa_id="SE2321000016-P007",
        unit=PHYSIOLOGY, unit_name="Klinisk fysiologi",
    )  # fmt: skip
    seat = await seated(ward, receiver, [], [])
    try:
        await seat.logs_in()
        listed = await ward.cache.listed(KARIN, "referral")
        entity = next(one.state.id for one in listed if "Ekokardiografi" in one.row.title)
        await seat.opens("referrals", entity=entity)
        await seat.presses("Besvara")
        seat.draft.set_text("answer", "PSV")
        seat.draft.set_text("text", "EF 55 %.")
        await settle()
        await seat.presses("Signera svar")
        await seat.opens("referrals", entity=entity)
        await seat.presses("Besvara")
        assert seat.draft.texts()["text"] == "EF 55 %.", "begins from the preliminary one"
        seat.draft.set_text("text", "EF 35 %.")
        await settle()
        await seat.presses("Signera svar")
        assert seat.desk.workspace.state.drafts[0].wrong == {"changes"}

        seat.draft.set_text("changes", "yes")
        await settle()
        await seat.presses("Signera svar")

        found = await ward.cache.entity(KARIN, entity)
        assert found is not None
        body = referral_state(found.state).answers[-1].body
        assert isinstance(body, ReferralAnswer)
        assert (body.text, body.changes_meaning, body.answer) == ("EF 35 %.", True, "SSV")
    finally:
        await leave(seat)


async def test_a_picture_is_attached_kept_in_the_draft_sent_and_seen(
    answering: Answering,
) -> None:
    seat, picture = answering.seat, a_picture()
    await seat.opens("referrals")
    await seat.presses("Ny remiss")
    answering.picked += [PickedFile(name="hud.png", content=picture)]
    await seat.presses("Bifoga fil")
    assert (
        "hud.png, bild, 1 kB"
        in seat.desk.workspace.form_of(seat.desk.workspace.state.drafts[0]).fields[-5].choices[0][1]
    )

    answering.picked += [PickedFile(name="intyg.pdf", content=a_pdf(pages=2))]
    await seat.presses("Bifoga fil")

    for key, text in {
        "to_unit": str(UNITS[1].hsa_id), "question": "Melanom?", "f_history": "Växt i ett år.",
    }.items():  # fmt: skip
        seat.draft.set_text(key, text)
        await settle()
    await seat.presses("Signera och skicka")
    listed = await seat.ward.cache.listed(KARIN, "referral")
    sent = max(listed, key=lambda one: one.state.first.written_at)
    attached = referral_state(sent.state).request.attachments
    assert [one.title for one in attached] == ["hud.png", "intyg.pdf"]

    await seat.opens("referrals", entity=sent.state.id)
    await seat.presses("Visa bilagor")
    view = seat.view("referrals")
    assert isinstance(view, ReferralsView)
    assert view.attachment.isVisible()
    assert not view.attachment._picture._image.isNull()  # noqa: SLF001  what is drawn
    await seat.presses("Spara en kopia")
    assert answering.saved == [(picture, "png")]

    await seat.presses("Nästa bilaga")
    page = view.attachment._page  # noqa: SLF001
    await _becomes(page, "Sida 1 av 2")
    assert view.attachment._picture.percent > 0  # noqa: SLF001
    await seat.presses("Nästa sida")
    await _becomes(page, "Sida 2 av 2")


async def _becomes(label: Label, text: str) -> None:
    """Wait until a page has been drawn, by a process of its own."""
    async with asyncio.timeout(60):
        while label.text() != text or not label.isVisible():  # noqa: ASYNC110  it has no event
            await asyncio.sleep(0.01)


async def test_a_program_is_not_attached_whatever_it_is_called(answering: Answering) -> None:
    seat = answering.seat
    await seat.opens("referrals")
    await seat.presses("Ny remiss")
    answering.picked += [PickedFile(name="intyg.pdf", content=b"MZ\x90\x00 program")]
    await seat.presses("Bifoga fil")

    draft = seat.desk.workspace.state.drafts[0]
    assert draft.problem[0] == "Filen är ingen hel PDF, JPEG eller PNG."
    assert "attached" not in draft.content
