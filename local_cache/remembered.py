"""What was read is not read again before it may be another: screens and rules ask the same.

After one save the list, the rules, the banner and the overview all ask for the same entities.
A save ends the answers about what it touched, any other write ends all of them.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

_MOST, _MOST_ROWS = 64, 2_000
"""Answers kept, and how many rows they may have in all: a chart open, not a whole unit."""

Question = tuple[Hashable, ...]
"""What is asked. Of a chart: ``(CHART, patient, how, family, ...)``, whose answer depends on that
patient's entities of that family and on nothing else that a save may change."""
CHART = "chart"
BY_FAMILY = frozenset({"listed", "newest"})


@dataclass(slots=True)
class Written:
    """What a write has touched, as families by patient; None: anything."""

    families: Mapping[UUID, Container[str]] | None = None


class Remembered:
    """Answers of the file as it is now. For all threads.

    A read asks :meth:`standing` before its transaction begins and hands that to :meth:`keep`: an
    answer from under a write, or from before one, is never kept.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: dict[Question, tuple[Any]] = {}
        self._rows = 0
        self._writes = 0
        self._writing = False
        self._ended = False

    def get(self, question: Question) -> tuple[Any] | None:
        """Return the answer, in a tuple of one; None where the file has to be asked."""
        with self._lock:
            return None if self._writing else self._answers.get(question)

    def standing(self) -> int | None:
        """Return what the file is like now, as a number; None while something is being written."""
        with self._lock:
            return None if self._writing else self._writes

    def keep(self, question: Question, answer: object, standing: int | None) -> None:
        """Keep an answer, if nothing has been written since ``standing``."""
        rows = _rows(answer)
        with self._lock:
            if self._ended or self._writing or standing != self._writes or rows > _MOST_ROWS:
                return
            if len(self._answers) >= _MOST or self._rows + rows > _MOST_ROWS:
                self._answers, self._rows = {}, 0
            self._answers[question] = (answer,)
            self._rows += rows

    def end(self) -> None:
        """Forget everything, and answer nothing any more: the file is being closed."""
        with self._lock:
            self._ended, self._answers, self._rows = True, {}, 0

    @contextmanager
    def writing(self) -> Iterator[Written]:
        """Answer nothing for the length of one write; then nothing that it has touched.

        Writes do not overlap. ``families`` is told once the write is durable: one that fails
        ends every answer.
        """
        written = Written()
        with self._lock:
            self._writing = True
            self._writes += 1
        try:
            yield written
        finally:
            with self._lock:
                self._answers = {
                    question: answer
                    for question, answer in self._answers.items()
                    if written.families is not None and _holds(question, written.families)
                }
                self._rows = sum(map(_rows, self._answers.values()))
                self._writing = False


def _holds(question: Question, touched: Mapping[UUID, Container[str]]) -> bool:
    """Whether a save that touched these families of these patients leaves the answer as it is."""
    if question[0] != CHART:
        return False
    _chart, patient, how, family, *_rest = question
    if not isinstance(patient, UUID):
        return False
    return patient not in touched or (how in BY_FAMILY and family not in touched[patient])


def _rows(answer: object) -> int:
    return sum(map(_rows, answer)) if isinstance(answer, tuple) else 1
