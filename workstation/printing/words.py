"""Words for what records say in codes, as they are printed."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.attachment import Attachment, size_words
from workstation.domain.medication import OrderStatus
from workstation.domain.record import Author, Record
from workstation.domain.texts import N_, _
from workstation.domain.values import local_text, millis_of

ORDER_STATUS = {
    OrderStatus.ACTIVE: N_("Ongoing"),
    OrderStatus.PAUSED: N_("Paused"),
    OrderStatus.HELD: N_("Held until decided"),
    OrderStatus.STOPPED: N_("Stopped"),
}


def who(author: Author) -> str:
    """Return name, title and unit."""
    return ", ".join(part for part in (author.name, author.title, author.unit_name) if part)


def written(record: Record) -> str:
    """Return when and by whom a record was written."""
    return f"{local_text(record.written_at.millis)} {who(record.author)}"


def when_words(when: str) -> str:
    """Return a date as it is known, a moment in Swedish time."""
    return local_text(millis_of(when)) if "T" in when else when


def labelled(label: str, value: str) -> str:
    """Return ``Label: value``."""
    return _("{label}: {value}").format(label=label, value=value)


def attachments_words(attachments: Sequence[Attachment]) -> str:
    """Return what is attached: title, size, and the first signs of the SHA-256 that names it."""
    lines = [
        f"{one.title or one.type} ({size_words(one.size)}, SHA-256 {one.hash[:16]}…)"
        for one in attachments
    ]
    return _("Attachments: {names}").format(names="; ".join(lines))
