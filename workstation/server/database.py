"""What the store needs of a database. Its functions are written once, over a plain connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from workstation.domain.problem import Problem

T = TypeVar("T")
P = TypeVar("P")
Work = Callable[[Connection], T]
Look = Callable[[Connection], tuple[int, P]]


class Database(Protocol):
    """Runs store functions, each in a transaction of its own.

    ``drains_in_transaction``: feed positions are given in the writing transaction, because
    there is only one writer; elsewhere a drainer gives them right after.
    """

    drains_in_transaction: bool

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a consistent view of what is committed."""
        ...

    async def read_on(self, look: Look[P], work: Callable[[Connection, P], T]) -> T:
        """Run ``look`` and then ``work`` with what it found, on one view of what is committed.

        ``look`` says as well how many rows ``work`` will read: where they are few, the embedded
        database runs both on the event loop. It takes less than handing them over, and what was
        decrypted for one is there for the next.
        """
        ...

    async def peek(self, work: Work[T]) -> T:
        """Run ``work`` where it is a look at a few rows by their keys that need no common view.

        The embedded database runs it on the event loop: it takes less than handing it over. On
        PostgreSQL each statement sees what is committed when it runs.
        """
        ...

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` and return once its changes are durable.

        Raises:
            Busy: The database could not take it now; nothing of it was stored.
        """
        ...

    async def scrub(self) -> None:
        """Take what has been overwritten off the disk, as far as the database can do it at once."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of the database."""
        ...


class Busy(Exception):
    """The database cannot take a write now: disk full, no contact, too many at once."""


class CannotOpen(Problem):
    """The database cannot be opened; it was not touched."""
