"""What is printed says what the record says, whole, on pages that tell whose they are."""

import io
import re
import subprocess

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.needs import needs_poppler
from tests.printing.builders import (
    a_note,
    a_record,
    a_sheet,
    body_of,
    pages_of,
    state_of,
)
from workstation.domain.dosage import parse_dosage
from workstation.domain.ids import HsaId
from workstation.domain.marks import Acknowledgement, Signature, Void
from workstation.domain.medication import Drug, MedicationOrder, Override
from workstation.domain.note import Note, Section
from workstation.domain.record import Record
from workstation.domain.referral import Referral, ReferralAnswer, ReferralEvent
from workstation.domain.texts import in_language
from workstation.domain.values import Concept
from workstation.printing import print_medication_list, print_note, print_referral
from workstation.printing.layout import TOP, paged, text_block

pytestmark = needs_poppler


def _order(
    number: int, typed: str, *, action: str = "prescribe", bases: tuple[Record, ...] = ()
) -> Record:
    body = MedicationOrder(
        action=action,  # type: ignore[arg-type]
        drug=Drug(name="Furosemid", brand="Lasix", form="Tablett", strength="40 mg"),
        dosage=parse_dosage(typed, unit="tablett"),
        reason=Concept(text="Hjärtsvikt"),
    )
    return a_record("medication_order", body, number, bases=bases)


def _referral(**more: object) -> Record:
    content = {
        "type": "consultation",
        "question": "Misstänkt KOL?\nTacksam för bedömning.",
        "to_unit": HsaId("SE2321000131-E1"),
        "to_unit_name": "Lungmottagningen",
        "patient_phone": "070-1234567",
    }
    return a_record("referral", Referral(**{**content, **more}))  # type: ignore[arg-type]


def test_a_notes_text_is_on_the_page_with_its_line_breaks() -> None:
    text = "Patienten har ingen blödning.\nÅÄÖ åäö é ½ µg ≥ 5 → 7\n\n   Indragen rad\nIngen feber."

    body = body_of(print_note(state_of(a_note(text)), sheet=a_sheet()))

    shown = [line.strip() for line in text.split("\n") if line]
    assert "\n".join(shown) in body


def test_signs_that_the_face_lacks_are_still_in_the_text() -> None:
    body = body_of(print_note(state_of(a_note("漢字 och 🩺 och 😀 slut")), sheet=a_sheet()))
    assert "漢字 och 🩺 och 😀 slut" in body


def test_right_to_left_words_can_be_copied_in_their_own_order() -> None:
    text = "Tolkat: שלום עולם och سلام slut"
    body = body_of(print_note(state_of(a_note(text)), sheet=a_sheet()))
    unseen = re.compile(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]")
    assert unseen.sub("", text) in unseen.sub("", body)


def test_every_page_tells_whose_it_is_who_printed_it_and_which_it_is() -> None:
    pages = pages_of(print_note(state_of(a_note("rad\n" * 200)), sheet=a_sheet()))

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "ÅKERSTRÖM-ÖST, Karin Märta" in page
        assert "19121212-1212" in page
        assert "Utskriven 2026-07-01 14:30 av Anna Lind, Läkare, Avdelning 12" in page
        assert f"sida {number} av {len(pages)}" in page
        assert "OSIGNERAD" in page


def test_page_breaks_never_lose_a_line() -> None:
    lines = [f"rad nummer {number} åäö" for number in range(1000)]
    body = body_of(print_note(state_of(a_note("\n".join(lines))), sheet=a_sheet()))
    assert [line for line in body.split("\n") if line.startswith("rad nummer")] == lines


def test_a_hundred_kilobytes_and_a_word_without_end_are_all_there() -> None:
    word = "".join(chr(65 + number % 26) for number in range(40_000))
    long = "ingen blödning " * 4_000
    body = body_of(print_note(state_of(a_note(long, word)), sheet=a_sheet()))
    assert body.count("blödning") == 4_000
    assert word in body.replace("\n", "")


@settings(max_examples=30)
@given(
    st.lists(
        st.text("abcåäöÅÄÖ ,.()½µé0123456789", min_size=1, max_size=60).map(str.strip).filter(bool),
        min_size=1,
        max_size=8,
    )
)
def test_any_ordinary_text_can_be_copied_from_the_page(lines: list[str]) -> None:
    body = body_of(print_note(state_of(a_note("\n".join(lines))), sheet=a_sheet()))
    shown = re.sub(r"\s+", "", body)
    assert re.sub(r"\s+", "", "".join(lines)) in shown


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_at_all_can_be_printed(text: str) -> None:
    pdf = print_note(state_of(a_note(text, title=text)), sheet=a_sheet(family=text))
    assert pdf.startswith(b"%PDF")
    assert pypdf.PdfReader(io.BytesIO(pdf)).pages


@given(st.lists(st.tuples(st.integers(1, 70), st.booleans(), st.booleans()), max_size=12))
def test_every_line_is_placed_once_and_inside_the_page(
    blocks: list[tuple[int, bool, bool]],
) -> None:
    made = [
        text_block("\n".join(["x"] * count), together=together, framed=framed, space=5.0)
        for count, together, framed in blocks
    ]
    pages = paged(made)
    placed = [line for page in pages for line in page.lines]
    assert len(placed) == sum(count for count, _t, _f in blocks)
    for page in pages:
        heights = [line.y for line in page.lines]
        assert heights == sorted(heights, reverse=True)
        assert all(50.0 < height < TOP for height in heights)


def test_a_signed_note_says_by_whom_and_an_unsigned_that_it_is_not() -> None:
    note = a_note("text")
    signature = a_record("signature", Signature(target_hash="00"), 2, bases=(note,))

    unsigned = body_of(print_note(state_of(note), sheet=a_sheet()))
    signed = body_of(print_note(state_of(note, signature), sheet=a_sheet()))

    assert "OSIGNERAD" in unsigned
    assert "OSIGNERAD" not in signed
    assert "Signerad 2025-10-09 10:55 av Anna Lind, Läkare, Avdelning 12" in signed


def test_a_voided_note_is_marked_with_its_reason_on_every_page() -> None:
    note = a_note("rad\n" * 120)
    void = a_record("void", Void(reason="fel patient"), 2, bases=(note,))
    pages = pages_of(print_note(state_of(note, void), sheet=a_sheet()))
    assert all("MAKULERAD" in page for page in pages)
    assert "Orsak: fel patient" in pages[0]


def test_both_sides_of_an_undecided_note_stand_on_the_paper() -> None:
    note = a_note("grund")
    sides = [
        a_record("note", Note(type="bes", sections=(Section(text=text),)), number, bases=(note,))
        for number, text in ((2, "ingen blödning"), (3, "blödning"))
    ]
    body = body_of(print_note(state_of(note, *sides), sheet=a_sheet()))
    assert "EJ AVGJORT" in body
    assert "Version 1 av 2" in body
    assert "Version 2 av 2" in body
    assert "ingen blödning" in body


def test_what_is_never_handed_out_is_not_on_the_paper() -> None:
    note = a_record(
        "note",
        Note(
            type="bes",
            sections=(
                Section(term="Status", text="gott"),
                Section(term="Våldsutsatt", text="hemligt"),
            ),
        ),
    )
    body = body_of(print_note(state_of(note), sheet=a_sheet()))
    assert "gott" in body
    assert "hemligt" not in body
    assert "Våldsutsatt" not in body
    assert "vissa uppgifter lämnas aldrig ut" in body


def test_whereabouts_are_never_printed_and_protection_is_marked() -> None:
    sheet = a_sheet(protection="sekretessmarkering")
    printed = [
        print_note(state_of(a_note("x")), sheet=sheet),
        print_referral(state_of(_referral()), sheet=sheet),
        print_medication_list([state_of(_order(1, "1x1"))], sheet=sheet, complete=True),
    ]
    for pdf in printed:
        text = "".join(pages_of(pdf))
        assert "Skyddade personuppgifter" in text
        assert "sekretess" not in text.lower()
        for secret in ("Hemliga", "Göteborg", "031-998877", "070-1234567"):
            assert secret not in text


def test_the_files_own_data_name_nobody() -> None:
    pdf = print_note(state_of(a_note("hemlig text")), sheet=a_sheet())
    done = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    about = done.stdout.decode()
    assert "Besöksanteckning" in about
    for secret in ("KERSTR", "kerstr", "1912", "Lind", "hemlig"):
        assert secret not in about
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert "1912" not in str(reader.metadata)
    for secret in ("19121212", "Karin", "hemlig"):
        assert secret.encode() not in pdf
        assert secret.encode("utf-16-be") not in pdf


def test_the_medication_list_reads_as_the_screen_does() -> None:
    body = body_of(
        print_medication_list([state_of(_order(1, "1+0+1+0"))], sheet=a_sheet(), complete=True)
    )
    assert "furosemid LASIX — tablett 40 mg" in body
    assert "DOS 1 tablett på morgonen och på kvällen" in body
    assert "Pågående läkemedel (1)" in body
    assert "Orsak: Hjärtsvikt" in body
    assert "ofullständig" not in body


def test_an_incomplete_list_says_so_on_every_page() -> None:
    orders = [
        state_of(a_record("medication_order", _order(1, "1x1").body, number, entity=number))
        for number in range(1, 40)
    ]
    pages = pages_of(print_medication_list(orders, sheet=a_sheet(), complete=False))
    assert len(pages) > 1
    assert all("OFULLSTÄNDIG" in page for page in pages)
    assert "".join(pages).count("furosemid") == 39


def test_a_held_order_shows_both_sides_and_no_dose_to_give() -> None:
    first = _order(1, "1x1")
    more = _order(2, "2x1", action="change", bases=(first,))
    stop = a_record(
        "medication_order", MedicationOrder(action="stop", why="njursvikt"), 3, bases=(first,)
    )
    body = body_of(
        print_medication_list([state_of(first, more, stop)], sheet=a_sheet(), complete=True)
    )
    assert "EJ AVGJORT" in body
    assert "Avvaktas tills det är avgjort" in body
    assert "Pågående, DOS 2 tabletter 1 gång" in body
    assert "Utsatt" in body
    assert "DOS 1 tablett" not in body


def test_an_empty_list_says_that_there_are_no_drugs() -> None:
    body = body_of(print_medication_list([], sheet=a_sheet(), complete=True, past=True))
    assert body.count("Inga läkemedel") == 2


def test_a_referral_shows_question_steps_and_answers() -> None:
    asked = _referral(priority="urgent", due="2026-08-01")
    seen = a_record(
        "referral_event", ReferralEvent(event="KOM", reason="Spirometri saknas"), 2, bases=(asked,)
    )
    answer = a_record(
        "referral_answer",
        ReferralAnswer(answer="SSV", text="Ingen KOL.\nFEV1 82 %"),
        3,
        bases=(seen,),
    )
    state = state_of(asked, seen, answer)

    body = body_of(print_referral(state, sheet=a_sheet()))

    for words in (
        "Remiss: Konsultation",
        "Status: Slutsvar",
        "Till: Lungmottagningen",
        "Prioritet: Brådskande",
        "Svar önskas senast: 2026-08-01",
        "Patientens telefon: 070-1234567",
        "Misstänkt KOL?\nTacksam för bedömning.",
        "Komplettering begärd\nSpirometri saknas",
        "Ingen KOL.\nFEV1 82 %",
        "EJ VIDIMERAT",
    ):
        assert words in body
    acknowledged = a_record("acknowledgement", Acknowledgement(), 4, bases=(answer,))
    later = body_of(print_referral(state_of(asked, seen, answer, acknowledged), sheet=a_sheet()))
    assert "Vidimerat 2025-10-09" in later


def test_paper_is_printed_in_english_too() -> None:
    with in_language("en"):
        page = pages_of(print_note(state_of(a_note("x")), sheet=a_sheet()))[0]
    assert "UNSIGNED" in page
    assert "page 1 of 1" in page


def test_the_same_record_gives_the_same_paper() -> None:
    state = state_of(a_note("ingen blödning"))
    assert print_note(state, sheet=a_sheet()) == print_note(state, sheet=a_sheet())


def test_only_a_note_is_printed_as_a_note() -> None:
    with pytest.raises(ValueError, match="not a note"):
        print_note(state_of(_order(1, "1x1")), sheet=a_sheet())


def test_the_medication_list_says_why_something_was_ordered_in_spite_of_a_warning() -> None:
    body = MedicationOrder(
        action="prescribe",
        drug=Drug(name="ibuprofen"),
        dosage=parse_dosage("1x1", unit="tablett"),
        overrides=(Override(rule="ddi.vka-nsaid", version="1.0.0", reason="Kontroll om 5 dagar"),),
    )
    order = state_of(a_record("medication_order", body, 1))
    text = body_of(print_medication_list([order], sheet=a_sheet(), complete=True))
    assert "Ordinerat trots varning" in text
    assert "Kontroll om 5 dagar (regel ddi.vka-nsaid 1.0.0)" in " ".join(text.split())
