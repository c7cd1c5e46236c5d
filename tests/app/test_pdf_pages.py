"""A PDF from outside is drawn page by page, whatever it is made of, and nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from workstation.app.pdf_pages import MOST_PIXELS, draw_page
from workstation.operations.session import DrawnPage


def a_pdf(*, pages: int = 1, size: tuple[float, float] = A4, secret: str = "") -> bytes:
    """Return a PDF whose pages are white with a black square in the lower left corner."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=size, encrypt=secret or None)
    for number in range(pages):
        canvas.rect(0, 0, 72, 72, stroke=0, fill=1)
        canvas.drawString(100, 400, f"Svar {number + 1} åäö")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pixel(page: DrawnPage, x: int, y: int) -> tuple[int, ...]:
    at = y * page.stride + x * 4
    return tuple(page.rows[at : at + 3])


async def test_every_page_is_drawn_as_it_is_printed() -> None:
    content = a_pdf(pages=3)
    for number in (0, 2):
        page = await draw_page(content, number)
        assert page is not None
        assert page.pages == 3
        assert 1.40 < page.height / page.width < 1.43
        assert page.width * page.height > 3_000_000  # small print can be enlarged
        assert pixel(page, 5, page.height - 5) == (0, 0, 0)
        assert pixel(page, page.width - 5, 5) == (255, 255, 255)


async def test_a_page_as_large_as_a_wall_is_drawn_smaller() -> None:
    page = await draw_page(a_pdf(size=(14_000, 14_000)), 0)
    assert page is not None
    assert page.width * page.height <= MOST_PIXELS * 1.01


def with_huge_box(content: bytes) -> bytes:
    return content.replace(b"595.2756 841.8898", b"9999999999 9999999")


def with_a_bomb(_content: bytes) -> bytes:
    """A page that draws the same thing, made of the same thing ten times, ten deep."""
    forms = [f"{n + 4} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X "
             f"{n + 5} 0 R>>>>/Length {len('/X Do ' * 40)}>>stream\n{'/X Do ' * 40}\nendstream endobj\n"
             for n in range(12)]  # fmt: skip
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</X 4 0 R>>>>"
        "/Contents 4 0 R>>endobj\n" + "".join(forms) + "trailer<</Root 1 0 R>>\n%%EOF\n"
    ).encode()


@pytest.mark.parametrize(
    "hurt",
    [
        lambda content: content[: len(content) // 2],
        lambda _content: b"%PDF-1.7\n%%EOF\n",
        lambda _content: b"%PDF-1.7\n" + bytes(range(256)) * 400 + b"%%EOF",
        with_huge_box,
        with_a_bomb,
    ],
    ids=["cut_off", "nothing", "noise", "huge_box", "bomb"],
)
async def test_a_hostile_or_broken_file_is_drawn_small_or_not_at_all(
    hurt: Callable[[bytes], bytes],
) -> None:
    page = await draw_page(hurt(a_pdf()), 0, seconds=1)
    assert page is None or page.width * page.height <= MOST_PIXELS * 1.01


def test_what_is_locked_is_not_drawn_and_no_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert asyncio.run(draw_page(a_pdf(secret="hemligt"), 0)) is None
    assert asyncio.run(draw_page(a_pdf(), 0)) is not None
    assert list(tmp_path.iterdir()) == []
