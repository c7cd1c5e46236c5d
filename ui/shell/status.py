"""The status line of a session: contact, what is on its way, the content, who sits here."""

from __future__ import annotations

from ui.kit.statusline import StatusModel
from ui.shell.backup_words import backup_words
from ui.shell.contact_words import contact_words
from ui.shell.when import clock_or_day
from workstation.domain.texts import _
from workstation.operations.session import Session, SyncStatus


def status_model(session: Session, status: SyncStatus, now: int) -> StatusModel:
    """Return the status line ready to draw. ``now``: ms UTC."""
    author = session.desk.author
    wrong = contact_words(status, online_only=session.online_only)
    if wrong is None and session.operates:
        wrong = backup_words(status.backups)
    content, aside = _content(status.content_version)
    return StatusModel(
        connected=status.connected,
        last_contact=clock_or_day(status.contact_at, now) if status.contact_at else "",
        saved=status.local,
        sent=status.sent,
        attention=status.attention,
        content_version=content,
        content_aside=aside,
        content_current=status.content_current,
        user=author.name,
        problem=wrong.short if wrong is not None else "",
        assignment=" · ".join(part for part in (author.title, author.unit_name) if part),
    )


def _content(words: str) -> tuple[str, str]:
    """Return what is said of the content, and apart from it what only says that all is well."""
    known, between, last = words.rpartition(" · ")
    return (known, last) if between and last == _("compared today") else (words, "")
