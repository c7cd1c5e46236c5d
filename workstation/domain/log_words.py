"""What the access log calls what a workstation told it of, and how a person reads it."""

from __future__ import annotations

from collections.abc import Mapping

from workstation.domain.texts import N_, _

OPENED = "opened"
UNPROVED = "opened, unproved"
"""Told without a valid signature of who is said to have opened; kept, and reviewed."""
BLOCKS = "blocks shown"
PRINTED = "printed"
PRINTED_IN_EMERGENCY = "printed in an emergency"
EXPORTED = "export"
ATTEMPTED = "emergency attempt"
"""An emergency opening that was wanted without contact: nothing was read."""
OPENED_HERE = N_("opened on a workstation from what the unit has in its care (PDL 4:1)")
"""The ground of what is told by a workstation."""
IN_EMERGENCY = N_("opened in an emergency (nödöppning): for a while, with a reason, reviewed")
"""The ground of what is read, and printed, in an emergency opening."""
_WORDS: Mapping[str, str] = {
    BLOCKS: N_("showed whose information is blocked"),
    PRINTED_IN_EMERGENCY: N_("from a record opened in an emergency"),
    ATTEMPTED: N_("attempt without contact: nothing was read"),
    EXPORTED: N_("the whole record was taken out of the record server as files"),
    UNPROVED: N_("told by a computer without proof of who it was"),
}


def more_of(what: str) -> str:
    """Return what a line says beside its activity, in the reader's language; empty mostly.

    ``what``: the server's name of what was done, as in ``LogLine.what``.
    """
    return _(_WORDS[what]) if what in _WORDS else ""
