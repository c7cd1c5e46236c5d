"""The patient's own extract of the access log: which units looked, when and why (PDL 8 kap. 5 §)."""

from __future__ import annotations

from collections.abc import Sequence

from sync.protocol.log import LogLine
from workstation.domain.log_words import more_of
from workstation.domain.texts import _
from workstation.domain.values import local_date, local_text, millis_of
from workstation.printing.layout import Block, text_block
from workstation.printing.sheet import Sheet, pdf


def print_access_log(lines: Sequence[LogLine], *, sheet: Sheet) -> bytes:
    """Return the extract as a PDF, newest day first as the lines come.

    It says unit, time, what was done and on what ground. Who in the unit it was is for the care
    provider to answer when the patient asks.
    """
    title = _("Extract of the access log")
    intro = _("{count} times this record was opened, written in or asked for.")
    blocks = [
        text_block(title, bold=True, size=14.0),
        text_block(intro.format(count=len(lines)), space=6.0),
    ]
    day = ""
    for line in lines:
        at = millis_of(line.at)
        if local_date(at).isoformat() != day:
            day = local_date(at).isoformat()
            blocks.append(text_block(day, bold=True, space=10.0))
        blocks.append(_line(line, local_text(at)[11:]))
    return pdf(blocks, title=title, sheet=sheet)


def _line(line: LogLine, clock: str) -> Block:
    where = line.unit_name or _("Outside a unit")
    basis = _(line.basis) if line.basis else ""
    parts = (line.activity, more_of(line.what), basis, line.reason)
    what = " · ".join(part for part in parts if part)
    who = f", {line.title}" if line.title else ""
    return text_block(f"{clock}  {where}{who}: {what}", space=2.0)
