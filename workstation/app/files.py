"""Files that a person chooses: to attach, or to save a copy in. Nothing is written anywhere else."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from workstation.app.paper import ask_in, saved_at
from workstation.app.pdf_pages import draw_page
from workstation.domain.attachment import MOST_BYTES
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.session import Files, PickedFile

_NAME = "ronden"
"""The name suggested for a file: it says nothing of whom it is about."""


async def pick_file() -> PickedFile | None:
    """Let the person choose a PDF, JPEG or PNG, and read it into memory.

    Raises:
        Problem: It cannot be read.
    """
    dialog = QFileDialog()
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter("PDF, JPEG, PNG (*.pdf *.jpg *.jpeg *.png)")
    path = await ask_in(dialog)
    return await asyncio.to_thread(_read, path) if path is not None else None


async def save_file(content: bytes, suffix: str) -> None:
    """Save a copy where the person says.

    Raises:
        Problem: It could not be written there.
    """
    dialog = QFileDialog()
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(f"{suffix.upper()} (*.{suffix})")
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(f"{_NAME}.{suffix}")
    path = await ask_in(dialog)
    if path is not None:
        await asyncio.to_thread(saved_at, path, content)


def _read(path: Path) -> PickedFile:
    try:
        with path.open("rb") as stream:
            # One byte more than is allowed tells that it is too large; no more is read.
            return PickedFile(name=path.name, content=stream.read(MOST_BYTES + 1))
    except OSError:
        raise Problem(_("The file could not be read."), _("Choose another file.")) from None


FILES = Files(pick=pick_file, save=save_file, draw=draw_page)
