"""What a page means: nothing missing, nothing twice, wherever it was cut."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.messages import AtLine, EnterLine, EntryLine, LeaveLine, PullLine
from sync.protocol.pull import Hole, Page, check_page, patients_in, told

ADA, GRACE = UUID(int=1), UUID(int=2)
UNIT = "unit"


def entry(pos: int, rev: int, patient: UUID = ADA, unit: str = UNIT) -> EntryLine:
    return EntryLine(u=unit, pos=pos, p=patient, rev=rev, raw=msgspec.Raw(b"{}"))


def enter(pos: int, rev: int, patient: UUID = ADA) -> EnterLine:
    return EnterLine(u=UNIT, pos=pos, p=patient, rev=rev, hash="")


def leave(pos: int, patient: UUID = ADA) -> LeaveLine:
    return LeaveLine(u=UNIT, pos=pos, p=patient)


def checked(*lines: PullLine, cursor: int = 0, told_of: int | None = 0) -> Page:
    return check_page(lines, cursors={UNIT: cursor}, told_of=lambda _unit, _patient: told_of)


def test_what_follows_is_new_and_moves_the_cursor() -> None:
    page = checked(entry(1, 1), entry(2, 2), AtLine(u=UNIT, pos=2))

    assert page.changes == (entry(1, 1), entry(2, 2))
    assert page.cursors == {UNIT: 2}


def test_a_late_reply_changes_nothing() -> None:
    page = checked(entry(1, 1), AtLine(u=UNIT, pos=1), cursor=5, told_of=9)

    assert (page.changes, page.cursors) == ((), {})


@pytest.mark.parametrize(
    "lines",
    [
        (entry(2, 1),),
        (entry(1, 1), entry(3, 2)),
        (AtLine(u=UNIT, pos=1),),
        (entry(1, 1), AtLine(u=UNIT, pos=2)),
    ],
)
def test_a_missing_position_is_a_hole(lines: tuple[PullLine, ...]) -> None:
    with pytest.raises(Hole) as hole:
        checked(*lines)
    assert hole.value.what == "position"


def test_a_missing_revision_is_a_hole() -> None:
    with pytest.raises(Hole) as hole:
        checked(entry(1, 1), entry(2, 3))
    assert (hole.value.what, hole.value.expected, hole.value.found) == ("revision", 2, 3)


def test_who_enters_goes_on_from_the_head_at_that_moment() -> None:
    page = checked(enter(1, 7), entry(2, 7), entry(3, 8), told_of=None)

    assert page.changes == (enter(1, 7), entry(3, 8))


def test_who_left_before_the_list_was_read_is_passed_over() -> None:
    page = checked(entry(1, 4), leave(2), told_of=None)

    assert page.changes == (leave(2),)
    assert page.cursors == {UNIT: 2}


def test_who_leaves_and_comes_back_in_one_page_misses_nothing() -> None:
    page = checked(entry(1, 5), leave(2), enter(3, 6), entry(4, 7), told_of=4)

    assert page.changes == (entry(1, 5), leave(2), enter(3, 6), entry(4, 7))


def test_a_unit_that_is_not_followed_is_passed_over() -> None:
    assert checked(entry(9, 9, unit="other"), AtLine(u="other", pos=9)).cursors == {}


@given(st.integers(0, 20), st.data())
def test_wherever_a_page_is_cut_the_rest_follows(length: int, data: st.DataObject) -> None:
    whole: list[PullLine] = [entry(n, n) for n in range(1, length + 1)]
    whole.append(AtLine(u=UNIT, pos=length))
    cut = data.draw(st.integers(0, len(whole)))
    first = checked(*whole[:cut])
    cursor = first.cursors.get(UNIT, 0)

    second = checked(*whole, cursor=cursor, told_of=cursor)

    assert first.changes + second.changes == tuple(whole[:-1])
    assert {**first.cursors, **second.cursors}.get(UNIT, 0) == length


def test_a_reply_says_whether_more_waits_and_where_it_cannot_go_on() -> None:
    ends = [
        AtLine(u="a", pos=5, digest="d"),
        AtLine(u="b", pos=3, more=True, digest=""),
        AtLine(u="c", pos=1),
        AtLine(u="d", pos=90, too_old=True),
    ]

    said = told(ends, cursors={"a": 5, "b": 1, "c": 4, "d": 2})

    assert (said.whole, said.more) == (True, True)
    assert said.digests == {"a": "d"}
    assert said.behind == {"c"}
    assert said.too_old == {"d"}
    assert not told(ends[:1], cursors={"a": 5, "b": 1}).whole


def test_a_page_speaks_of_patients() -> None:
    assert patients_in([entry(1, 1), leave(2, GRACE), AtLine(u=UNIT, pos=2)]) == {ADA, GRACE}
