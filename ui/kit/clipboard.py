"""Copying from a record: what is copied stays on this computer, and no longer than its reader."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication

_OURS = "ronden-copied"
_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
_KEPT_OUT_OF = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)
"""What Windows asks of whoever copies secrets: no history, no cloud. All are zero, four bytes."""


def copy(text: str) -> None:
    """Put text on the clipboard, for this computer only."""
    data = QMimeData()
    data.setText(text)
    if sys.platform == "win32":
        for name in _KEPT_OUT_OF:
            data.setData(_WINDOWS.format(name), bytes(4))
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(data)
    clipboard.setProperty(_OURS, str(hash(text)))


def forget_copied() -> None:
    """Empty the clipboard if what is on it came from here; what another program put stays."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.ownsClipboard() or _is_what_we_copied(clipboard):
        clipboard.clear()
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
    clipboard.setProperty(_OURS, "")


def _is_what_we_copied(clipboard: QClipboard) -> bool:
    """A platform that cannot say who owns the clipboard still has the same text on it."""
    return bool(clipboard.property(_OURS)) and clipboard.property(_OURS) == str(
        hash(clipboard.text())
    )
