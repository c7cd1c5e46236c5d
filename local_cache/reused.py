"""A record saved here whose id the server has for another text: kept whole, and shown to a person.

Ids are made so that this does not happen; a damaged clock and random source, or a copied machine,
may yet make it. What the server has is the record; what was written here is never passed off as it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import Connection

from local_cache import readmodel
from local_cache.arrivals import Coming
from local_cache.readmodel import Owner
from local_cache.rows import as_list, chosen

_WHY, _PLACE = "reused_id", "$.id"
_WITH_UNNUMBERED = (
    "SELECT value FROM json_each(?) AS told"
    " WHERE EXISTS (SELECT 1 FROM entry WHERE patient = told.value AND rev IS NULL)"
)


def set_aside(connection: Connection, incoming: Sequence[Coming], *, now: int) -> None:
    """Put aside what was saved here under an id that now comes with other bytes.

    What was to be stored together with it is put aside as well, as the server would do.
    """
    saving = chosen(connection, _WITH_UNNUMBERED, (each.owner.key for each in incoming))
    for each in incoming:
        if each.owner.key in saving:
            told = {a.id: a.raw for a in each.arrivals if a.rev is not None and a.raw}
            _set_aside(connection, each.owner, told, now=now)


def _set_aside(
    connection: Connection, patient: Owner, told: Mapping[bytes, bytes], *, now: int
) -> None:
    saved = connection.exec_driver_sql(
        "SELECT key, id, raw, entity FROM entry WHERE patient = ? AND rev IS NULL"
        " AND raw IS NOT NULL AND id IN (SELECT unhex(value) FROM json_each(?))",
        (patient.key, as_list(identity.hex() for identity in told)),
    ).all()
    wrong = [row for row in saved if told[row[1]] != row[2]]
    for key, _identity, raw, _entity in wrong:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO quarantine (entry, patient, why, place, at)"
            " SELECT entry, patient, ?1, CASE entry WHEN ?3 THEN ?2 ELSE 'group' END, ?4"
            " FROM outbox WHERE grp = (SELECT grp FROM outbox WHERE entry = ?3)",
            (_WHY, _PLACE, key, now),
        )
        connection.exec_driver_sql(
            "DELETE FROM outbox WHERE grp = (SELECT grp FROM outbox WHERE entry = ?)", (key,)
        )
        connection.exec_driver_sql(
            "UPDATE entry SET id = ?, entity = NULL WHERE key = ?",
            (sha256(_WHY.encode() + raw).digest()[:16], key),
        )
    if wrong:
        readmodel.renew(connection, patient, {row[3] for row in wrong if row[3] is not None})
