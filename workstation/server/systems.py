"""Systems that log in with a token of their own: laboratories' and imaging departments'."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from sqlalchemy import Connection, select

from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.store import sessions


class NoSuchSystem(Problem):
    """There is no such assignment, or it is no system's."""


async def enrol_system(core: Core, assignment: str) -> str:
    """Return a new token for the system in this assignment; it holds as long as the assignment does.

    The directory says which systems there are: a person of profession ``system`` whose assignment
    has the right ``lab_system``. Earlier tokens of the same assignment end.

    Raises:
        NoSuchSystem: As the class says.
    """
    token = urlsafe_b64encode(core.random(32)).decode().rstrip("=")
    now = core.now
    held, kept = schema.assignment, schema.session

    def enrol(connection: Connection) -> None:
        row = connection.execute(
            select(held.c.person, held.c.rights).where(
                held.c.hsa_id == assignment, held.c.until.is_(None)
            )
        ).one_or_none()
        if row is None or "lab_system" not in row.rights.split():
            raise NoSuchSystem(
                _("There is no such system in the directory."),
                _("Give its assignment in the directory, with the right of a laboratory's system."),
            )
        connection.execute(
            kept.update()
            .where(kept.c.kind == "system", kept.c.assignment == assignment)
            .values(ended_at=now)
        )
        sessions.begin_session(
            connection, token, now=now, kind="system", person=row.person, assignment=assignment
        )

    await core.database.write(enrol)
    return token
