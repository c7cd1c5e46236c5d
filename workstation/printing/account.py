"""The läkemedelsberättelse on paper: what changed among the medicines, for the patient too."""

from __future__ import annotations

import re

from workstation.domain.texts import _
from workstation.operations.medication_account import (
    SECTIONS,
    AccountLine,
    Change,
    MedicationAccount,
)
from workstation.printing.layout import Block, merged, text_block
from workstation.printing.sheet import Sheet, pdf

_INDENT = 14.0
_AMOUNT = re.compile(r"([0-9½¼¾]) (?=[^\W\d])")


def print_medication_account(account: MedicationAccount, *, sheet: Sheet) -> bytes:
    """Return the account as a PDF; every section that has a medicine, in their order."""
    title = _("Medication account")
    period = _("From {since} to {until}").format(
        since=account.since.isoformat(), until=account.until.isoformat()
    )
    blocks = [text_block(title, bold=True, size=14.0), text_block(period, space=4.0)]
    if not account.complete:
        words = _("Parts of the record are not on this computer: medicines may be missing.")
        blocks.append(text_block(words, bold=True, space=8.0, together=True, framed=True))
    if not any(line.change != "unchanged" for line in account.lines):
        blocks.append(text_block(_("No medicine was started, changed or stopped."), space=8.0))
    for change in SECTIONS:
        blocks += _section(change, account)
    marks = [] if account.complete else [_("INCOMPLETE")]
    return pdf(blocks, title=title, sheet=sheet, marks=marks)


def _section(change: Change, account: MedicationAccount) -> list[Block]:
    lines = account.of(change)
    if not lines:
        return []
    heading = f"{_(SECTIONS[change])} ({len(lines)})"
    blocks = [text_block(heading, bold=True, size=11.0, space=14.0, together=True)]
    for line in lines:
        blocks += merged(_medicine(line))
    return blocks


def _unbroken(text: str) -> str:
    """Return a medicine's line in which no number is parted from its unit, nor DOS from its amount."""
    kept = _AMOUNT.sub("\\1\N{NO-BREAK SPACE}", text)
    return kept.replace(f" {_('DOSE')} ", f" {_('DOSE')}\N{NO-BREAK SPACE}")


def _medicine(line: AccountLine) -> list[Block]:
    return [
        text_block(_unbroken(line.text), bold=True, space=8.0),
        *(text_block(detail, indent=_INDENT) for detail in line.details),
        text_block(line.source, indent=_INDENT, size=9.0),
    ]
