"""Documents on paper: made in memory, written only where the person says."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog

from workstation.domain.clock import SystemClock
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Patient
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.medication_account import MedicationAccount, read_account
from workstation.operations.session import Paper, PaperOf

if TYPE_CHECKING:
    from workstation.app.press import Press
    from workstation.printing.sheet import Sheet

_NAME = "ronden.pdf"
"""The name suggested for a file: it says nothing of whom it is about."""


def saving_paper(press: Press) -> Paper:
    """Return what prints for this person: a PDF saved where the person chooses. It is logged."""

    async def paper(what: PaperOf, patient: PatientId, entity: EntityId | None) -> None:
        document = await document_of(press, what, patient, entity)
        path = await _ask_where()
        if path is not None:
            await press.printed(patient)
            await asyncio.to_thread(saved_at, path, document)

    return paper


async def document_of(
    press: Press, what: PaperOf, patient: PatientId, entity: EntityId | None
) -> bytes:
    """Return a document of the patient as PDF.

    Raises:
        Problem: It is no longer on this computer.
    """
    from workstation.printing.sheet import Sheet

    records = press.records
    who = await records.entity(patient, EntityId(patient))
    body = who.state.current.body if who else None
    if not isinstance(body, Patient):
        raise _gone()
    sheet = Sheet(
        patient=body,
        printed_by=press.author,
        printed_at=SystemClock().now(),
        ground=press.ground(patient),
    )
    if what == "medication":
        orders = [each.state for each in await records.listed(patient, "medication_order")]
        complete = await records.is_complete(patient)
        return await asyncio.to_thread(_medication, sheet, orders, complete)
    if what == "account":
        line = await records.patient(patient)
        if line is None:
            raise _gone()
        account = await read_account(line, records=records, clock=SystemClock())
        return await asyncio.to_thread(_account, sheet, account)
    listed = await records.entity(patient, entity) if entity else None
    if listed is None:
        raise _gone()
    return await asyncio.to_thread(_one, what, sheet, listed.state)


def _medication(sheet: Sheet, orders: list[EntityState], complete: bool) -> bytes:
    from workstation.printing.medication import print_medication_list

    return print_medication_list(orders, sheet=sheet, complete=complete)


def _account(sheet: Sheet, account: MedicationAccount) -> bytes:
    from workstation.printing.account import print_medication_account

    return print_medication_account(account, sheet=sheet)


def _one(what: PaperOf, sheet: Sheet, state: EntityState) -> bytes:
    from workstation.printing.answer import print_answer
    from workstation.printing.label import print_labels
    from workstation.printing.note import print_note
    from workstation.printing.referral import print_referral

    printed = {"referral": print_referral, "answer": print_answer, "label": print_labels}
    return printed.get(what, print_note)(state, sheet=sheet)


async def _ask_where() -> Path | None:
    dialog = QFileDialog()
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("PDF (*.pdf)")
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(_NAME)
    return await ask_in(dialog)


async def ask_in(dialog: QFileDialog) -> Path | None:
    """Show the dialog and wait for the person; None when they changed their mind."""
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def chosen(path: str = "") -> None:
        if not answer.done():
            answer.set_result(path)

    dialog.fileSelected.connect(chosen)
    dialog.rejected.connect(chosen)
    dialog.open()
    path = await answer
    _forget_where(dialog)
    return Path(path) if path else None


def _forget_where(dialog: QFileDialog) -> None:
    """Leave no trace of the folder: its name may be a patient's, and Qt keeps a list in clear."""
    dialog.setDirectory(QDir.homePath())
    dialog.setHistory([])


def saved_at(path: Path, document: bytes) -> None:
    """Write a document.

    Raises:
        Problem: It could not be written there.
    """
    try:
        path.write_bytes(document)
    except OSError:
        raise Problem(
            _("The document could not be saved there."), _("Choose another folder.")
        ) from None


def _gone() -> Problem:
    return Problem(
        _("This part of the record is no longer on this computer."), _("Open the patient again.")
    )
