"""What may be attached: by its first bytes, never by its name; whole, and not too large."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.attachment import (
    MOST_BYTES,
    Attachment,
    NotAttachable,
    check_together,
    described,
    is_what_it_says,
    media_type,
)

PDF = b"%PDF-1.7\nhej\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0 bild \xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n bild IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")]
)
def test_the_bytes_say_what_it_is(content: bytes, kind: str) -> None:
    said = described(content, "läkarintyg.exe")
    assert said.type == kind
    assert is_what_it_says(said, content)


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90 program", b"<html>%PDF-", PDF[:-7], PNG[:-8], b"GIF89a", b"\xff\xd8 nej"],
)
def test_a_file_that_is_something_else_or_cut_off_is_refused(content: bytes) -> None:
    with pytest.raises(NotAttachable):
        described(content, "bild.png")


def test_ten_megabytes_fit_and_one_byte_more_does_not() -> None:
    whole = b"%PDF-" + b" " * (MOST_BYTES - 10) + b"%%EOF"
    assert described(whole, "").size == MOST_BYTES
    with pytest.raises(NotAttachable, match="10,1 MB"):
        described(whole + b"\n", "")


def test_several_are_ten_megabytes_together_at_most() -> None:
    one = described(b"%PDF-" + b" " * (6 * 1024 * 1024) + b"%%EOF", "a")
    check_together([one])
    with pytest.raises(NotAttachable):
        check_together([one, one])


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_look_at_them(content: bytes) -> None:
    media_type(content)


@given(st.integers(0, len(PDF) - 1), st.integers(1, 255))
def test_a_single_changed_bit_is_noticed(place: int, change: int) -> None:
    other = bytearray(PDF)
    other[place] ^= change
    assert not is_what_it_says(described(PDF, ""), bytes(other))


def test_a_record_cannot_name_what_is_no_hash_or_too_large() -> None:
    for wrong in (
        {"hash": "../etc", "size": 1, "type": "image/png"},
        {"hash": "a" * 64, "size": MOST_BYTES + 1, "type": "image/png"},
        {"hash": "a" * 64, "size": 1, "type": "text/html"},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, Attachment)
