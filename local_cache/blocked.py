"""What a block (spärr) withholds from the unit: its bodies leave this computer, and come again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection

from local_cache import scope, stream
from local_cache.readmodel import Owner
from local_cache.rows import as_list
from local_cache.stream import Stream
from sync.protocol.messages import EntryLine


def exactly(connection: Connection, known: Stream, revs: Collection[int]) -> None:
    """These and no others of a patient's revisions are withheld now. The caller writes the stream.

    What was withheld and is not any more is wanted again, with everything else of the stream: what
    is here already is passed over when it comes.
    """
    owner = known.owner
    before = set(
        connection.exec_driver_sql(
            "SELECT rev FROM withheld WHERE patient = ?", (owner.key,)
        ).scalars()
    )
    close(connection, owner, sorted(set(revs) - before))
    opened = sorted(before - set(revs))
    if not opened:
        return
    _forget(connection, owner, opened)
    connection.exec_driver_sql(
        "DELETE FROM entry WHERE patient = ? AND raw IS NULL"
        " AND rev IN (SELECT value FROM json_each(?))",
        (owner.key, as_list(opened)),
    )
    known.held = ()
    known.stage = min(known.stage, stream.ESSENTIAL)


def close(connection: Connection, owner: Owner, revs: Sequence[int]) -> None:
    """Take the bodies of these revisions away, as far as they are here, and keep that they are withheld."""
    if not revs:
        return
    scope.erase(connection, owner, revs)
    # As if it had come so: neither its id nor what it was about is known here.
    connection.exec_driver_sql(
        "UPDATE entry SET id = substr(erased, 1, 16), entity = NULL, kind = '', signer = x''"
        " WHERE patient = ? AND raw IS NULL AND rev IN (SELECT value FROM json_each(?))",
        (owner.key, as_list(revs)),
    )
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO withheld (patient, rev) VALUES (?, ?)",
        [(owner.key, rev) for rev in revs],
    )


def take_note(connection: Connection, owner: Owner, lines: Iterable[EntryLine]) -> None:
    """Before a stretch is stored: what of it is withheld leaves, what has come open is no longer."""
    told = list(lines)
    close(connection, owner, [line.rev for line in told if line.blocked])
    _forget(connection, owner, [line.rev for line in told if not line.blocked])


def _forget(connection: Connection, owner: Owner, revs: Sequence[int]) -> None:
    connection.exec_driver_sql(
        "DELETE FROM withheld WHERE patient = ? AND rev IN (SELECT value FROM json_each(?))",
        (owner.key, as_list(revs)),
    )


def patients(connection: Connection) -> frozenset[int]:
    """Return the patients (row keys) of whom anything is withheld."""
    return frozenset(connection.exec_driver_sql("SELECT DISTINCT patient FROM withheld").scalars())
