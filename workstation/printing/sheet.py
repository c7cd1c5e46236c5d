"""What every printed page carries: whose it is, what it is, who printed it when, page x of y."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from workstation.domain.clock import swedish_zone
from workstation.domain.identity import IdentityNumber, IdentityProblem
from workstation.domain.identity_systems import kind_of_system
from workstation.domain.patient import Identifier, Patient
from workstation.domain.record import Author
from workstation.domain.texts import _, current_language
from workstation.printing.fonts import BOLD, ONE_AT_A_TIME, REGULAR, learn, width
from workstation.printing.layout import (
    BOTTOM,
    LEFT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    SMALL,
    TOP,
    Block,
    Page,
    Placed,
    as_drawn,
    forget_widths,
    paged,
)

_NAME_SIZE = 12.0


@dataclass(frozen=True, kw_only=True, repr=False)
class Sheet:
    """Whose record is printed, by whom and when. ``printed_at`` carries its zone.

    ``ground``: why it could be read, where that must stand on every page.
    """

    patient: Patient
    printed_by: Author
    printed_at: datetime
    ground: str = ""

    @property
    def name(self) -> str:
        """Family name in capitals, given names; a protected patient's name is no secret here."""
        given = " ".join(self.patient.given) or self.patient.preferred
        name = ", ".join(part for part in (self.patient.family.upper(), given) if part)
        return name or _("Name not known")

    @property
    def identity(self) -> str:
        """The identity number as it is read aloud, else the first number there is."""
        for item in self.patient.identifiers:
            if shown := _national(item):
                return shown
        known = next((item.value for item in self.patient.identifiers if item.value), "")
        return known or _("Identity number not known")


def _national(item: Identifier) -> str:
    kind = kind_of_system(item.system)
    if kind is None:
        return ""
    try:
        return IdentityNumber(kind=kind, value=item.value).display
    except IdentityProblem:
        return item.value


def pdf(blocks: Sequence[Block], *, title: str, sheet: Sheet, marks: Sequence[str] = ()) -> bytes:
    """Return the finished document.

    Args:
        title: What it is; it never names the patient.
        marks: What must be seen on every page: unsigned, voided, undecided.
    """
    from reportlab.pdfgen.canvas import Canvas

    with ONE_AT_A_TIME:
        pages = paged(blocks)
        stream = BytesIO()
        canvas = Canvas(
            stream, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, lang=current_language()
        )
        canvas.setTitle(title)
        canvas.setAuthor("")
        canvas.setSubject("")
        canvas.setCreator("Ronden")
        for number, page in enumerate(pages, start=1):
            _draw_page(canvas, page)
            _draw_head(canvas, sheet, title, marks)
            _draw_foot(canvas, sheet, number, len(pages))
            canvas.showPage()
        canvas.save()
        forget_widths()
    return stream.getvalue()


def _draw_page(canvas: Any, page: Page) -> None:
    for left, bottom, right, top in page.frames:
        canvas.setLineWidth(1.2)
        canvas.rect(left, bottom, right - left, top - bottom)
    for placed in page.lines:
        _draw_line(canvas, placed)


def _draw_line(canvas: Any, placed: Placed) -> None:
    x = placed.x
    for piece in placed.line:
        _draw(canvas, x, placed.y, as_drawn(piece.text), piece.font, placed.size)
        x += width(piece.text, piece.font, placed.size)


def _draw_head(canvas: Any, sheet: Sheet, title: str, marks: Sequence[str]) -> None:
    y = PAGE_HEIGHT - 42.0
    room = RIGHT - LEFT - 130.0
    _draw(canvas, LEFT, y, _fitting(sheet.name, BOLD, _NAME_SIZE, room), BOLD, _NAME_SIZE)
    _draw_right(canvas, y, sheet.identity, BOLD, _NAME_SIZE)
    _draw(canvas, LEFT, y - 13.0, title, REGULAR, SMALL)
    x = LEFT + width(title, REGULAR, SMALL) + 10.0
    _draw(canvas, x, y - 13.0, ", ".join(marks), BOLD, SMALL)
    if sheet.patient.protected:
        _draw_right(canvas, y - 13.0, _("Protected personal data"), BOLD, SMALL)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, TOP + 6.0, RIGHT, TOP + 6.0)


def _draw_foot(canvas: Any, sheet: Sheet, number: int, total: int) -> None:
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, BOTTOM - 8.0, RIGHT, BOTTOM - 8.0)
    y = BOTTOM - 20.0
    when = sheet.printed_at.astimezone(swedish_zone()).strftime("%Y-%m-%d %H:%M")
    author = sheet.printed_by
    who = ", ".join(part for part in (author.name, author.title, author.unit_name) if part)
    printed = _("Printed {when} by {who}").format(when=when, who=who)
    pages = _("page {number} of {total}").format(number=number, total=total)
    room = RIGHT - LEFT - width(pages, REGULAR, SMALL) - 12.0
    _draw(canvas, LEFT, y, _fitting(printed, REGULAR, SMALL, room), REGULAR, SMALL)
    _draw_right(canvas, y, pages, REGULAR, SMALL)
    ground = _fitting(sheet.ground, BOLD, SMALL, RIGHT - LEFT)
    _draw(canvas, LEFT, y - 12.0, ground, BOLD, SMALL)


def _draw(canvas: Any, x: float, y: float, text: str, font: str, size: float) -> None:
    learn(font, text)
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def _draw_right(canvas: Any, y: float, text: str, font: str, size: float) -> None:
    learn(font, text)
    _draw(canvas, RIGHT - width(text, font, size), y, text, font, size)


def _fitting(text: str, font: str, size: float, room: float) -> str:
    """Shorten a line of the page's frame, with a sign that it goes on; never a record's text."""
    learn(font, text + "…")
    if width(text, font, size) <= room:
        return text
    while text and width(f"{text}…", font, size) > room:
        text = text[:-1]
    return f"{text}…"
