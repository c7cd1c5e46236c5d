"""Referral, answer, label and egen vårdbegäran on paper: whole, exact, and nothing that must not be there."""

from __future__ import annotations

import re
import subprocess

import pytest

from forms.catalogue import analyses
from tests.needs import needs_poppler
from tests.printing.builders import a_record, a_sheet, body_of, pages_of, state_of
from workstation.domain.attachment import described
from workstation.domain.ids import HsaId
from workstation.domain.record import Record
from workstation.domain.referral import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    requisition_number,
)
from workstation.domain.values import Concept
from workstation.printing import print_answer, print_labels, print_referral
from workstation.printing.answer import NothingAnswered
from workstation.printing.label import NothingToLabel, labels

pytestmark = needs_poppler

PDF = b"%PDF-1.4\n" + b"x" * 400_000 + b"\n%%EOF\n"


def a_request(**more: object) -> Record:
    content = {
        "type": "consultation",
        "question": "Misstänkt KOL?",
        "background": "Anamnes och aktuellt\nAndfådd sedan i höstas.",
        "to_unit": HsaId("SE2321000131-E1"),
        "to_unit_name": "Lungmottagningen",
    }
    return a_record("referral", Referral(**{**content, **more}))  # type: ignore[arg-type]


def an_answer(text: str, number: int, before: Record, kind: str = "SSV", **more: object) -> Record:
    body = ReferralAnswer(answer=kind, text=text, **more)  # type: ignore[arg-type]
    return a_record("referral_answer", body, number, bases=(before,))


def a_lab_order(**more: object) -> Record:
    wanted = tuple(a.concept for a in analyses(["NPU28309", "NPU02593", "NPU03230", "NPU01685"]))
    return a_request(
        type="laboratory",
        requested=(*wanted, Concept(text="Särskild antikropp")),
        to_unit_name="Klinisk kemi",
        **more,
    )


def test_a_referral_says_its_number_and_what_is_attached() -> None:
    record = a_request(attachments=(described(PDF, "EKG 2026-03-01.pdf"),))
    body = body_of(print_referral(state_of(record), sheet=a_sheet()))

    assert f"Nummer: {requisition_number(record.entity)}" in body
    assert "Andfådd sedan i höstas." in body
    assert "EKG 2026-03-01.pdf (391 kB, SHA-256 " in body


def test_a_patients_own_request_stands_in_the_patients_words_without_a_clinician() -> None:
    record = a_request(type="own", question="Jag kan inte sova.", by="patient")
    pages = pages_of(print_referral(state_of(record), sheet=a_sheet()))

    assert "Egen vårdbegäran" in pages[0]
    assert "Vad patienten vill ha hjälp med" in pages[0]
    assert "patienten, på patientsidan" in pages[0]
    assert "Från: Anna Lind" not in pages[0]


def test_the_newest_answer_stands_first_with_what_changed_word_for_word() -> None:
    asked = a_request()
    first = an_answer("Ingen blödning ses.\nIngen fraktur.", 2, asked, "PSV")
    final = an_answer("Liten blödning ses.\nIngen fraktur.", 3, first, changes_meaning=True)
    body = body_of(print_answer(state_of(asked, first, final), sheet=a_sheet()))

    assert body.index("Liten blödning ses.") < body.index("Ingen blödning ses.")
    assert "[-Ingen-][+Liten+] blödning ses." in body
    assert "ÄNDRAR INNEBÖRDEN" in body


def test_an_answer_that_is_not_final_says_so_on_every_page() -> None:
    asked = a_request()
    first = an_answer("rad\n" * 150, 2, asked, "PSV")
    pages = pages_of(print_answer(state_of(asked, first), sheet=a_sheet()))
    assert len(pages) > 2
    assert all("EJ SLUTSVAR" in page for page in pages)


def test_what_is_not_answered_cannot_be_printed_as_an_answer() -> None:
    with pytest.raises(NothingAnswered):
        print_answer(state_of(a_request()), sheet=a_sheet())


def test_a_step_that_came_too_late_is_printed_as_that() -> None:
    asked = a_request()
    cancelled = a_record(
        "referral_event", ReferralEvent(event="AVB", reason="ångrat"), 2, bases=(asked,)
    )
    booked = a_record(
        "referral_event",
        ReferralEvent(event="booked", booked_for="2026-05-01"),
        3,
        bases=(asked,),
    )
    body = body_of(print_referral(state_of(asked, cancelled, booked), sheet=a_sheet()))
    assert "ångrat" in body
    assert "2026-05-01" in body


def test_each_tube_has_a_label_of_its_own_with_what_is_analysed_in_it() -> None:
    order = a_lab_order(priority="urgent")
    pages = pages_of(print_labels(state_of(order), sheet=a_sheet()))
    number = requisition_number(order.entity)

    assert len(pages) == 4
    assert "ÅKERSTRÖM-ÖST, Karin Märta" in pages[0]
    assert "19121212-1212" in pages[0]
    assert "EDTA-rör, lila, 3 mL" in pages[0]
    assert "B-Hemoglobin, B-Leukocyter" in pages[0]
    assert f"{number}-1" in pages[0]
    assert "AKUT" in pages[0]
    assert f"{number}-4" in pages[3]
    assert "Särskild antikropp" in pages[3]


def test_a_label_is_as_large_as_a_label() -> None:
    done = subprocess.run(
        ["pdfinfo", "-"],
        input=print_labels(state_of(a_lab_order()), sheet=a_sheet()),
        capture_output=True,
        check=True,
    )
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", done.stdout.decode())
    assert size is not None
    assert (round(float(size[1]) / 72 * 25.4), round(float(size[2]) / 72 * 25.4)) == (80, 40)


def test_a_protected_patients_number_is_on_no_label() -> None:
    sheet = a_sheet(protection="sekretessmarkering", birth_date="1912-12-12")
    text = "".join(pages_of(print_labels(state_of(a_lab_order()), sheet=sheet)))
    assert "ÅKERSTRÖM" not in text
    assert "1212-1212" not in text
    assert "Född 1912-12-12" in text


def test_a_consultation_has_no_labels() -> None:
    with pytest.raises(NothingToLabel):
        labels(state_of(a_request()))
