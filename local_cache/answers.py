"""The unit's answers without an order as they were last read, for when the server cannot be asked.

They lie in the unit's encrypted file, and only to be looked at: what is done with them is done on the
server, where they stay until somebody has decided.
"""

from __future__ import annotations

import msgspec

from local_cache import marks
from local_cache.cache import Cache
from sync.protocol.waiting import UnmatchedAnswer

_MARK = "answers"


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    read_at: int
    answers: tuple[UnmatchedAnswer, ...]


async def keep_answers(cache: Cache, answers: tuple[UnmatchedAnswer, ...], *, read_at: int) -> None:
    """Keep the list as it was at ``read_at`` (ms UTC) in place of the one before."""
    text = msgspec.json.encode(_Kept(read_at=read_at, answers=answers)).decode()
    await cache._write(lambda c, _now: marks.put(c, _MARK, text), idle=True)


async def kept_answers(cache: Cache) -> tuple[int, tuple[UnmatchedAnswer, ...]] | None:
    """Return when the list was read, ms UTC, and what it was; None when it never was."""
    text = await cache._read(lambda c: marks.get(c, _MARK))
    try:
        kept = msgspec.json.decode(text, type=_Kept) if text else None
    except msgspec.DecodeError:  # of another version of the program: read anew with contact
        return None
    return (kept.read_at, kept.answers) if kept is not None else None
