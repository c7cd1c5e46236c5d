"""What follows from a value that never changes is worked out once, for as long as the value lives."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

About = TypeVar("About")
Answer = TypeVar("Answer")


class OncePer(Generic[About, Answer]):
    """A pure function of frozen objects that remembers its answers by identity.

    Two objects that are equal are asked about twice: comparing them would cost what is saved. An
    answer is let go with the object that it is about, so it must not hold on to that object. May
    be called from any thread; what two threads ask at the same moment is worked out twice.
    """

    def __init__(self, work: Callable[[About], Answer]) -> None:
        self._work = work
        self._kept: dict[int, tuple[weakref.ref[About], Answer]] = {}

    def __call__(self, about: About) -> Answer:
        number = id(about)
        kept = self._kept.get(number)
        if kept is not None and kept[0]() is about:
            return kept[1]
        answer = self._work(about)
        # The number may be another object's only after this one's end has been told.
        gone = weakref.ref(about, lambda _ref: self._kept.pop(number, None))
        self._kept[number] = (gone, answer)
        return answer

    def __len__(self) -> int:
        return len(self._kept)
