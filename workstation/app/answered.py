"""What a server that answers questions about content may say instead of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.domain.problem import Problem
from workstation.domain.texts import _


@contextmanager
def content_answered() -> Iterator[None]:
    """Tell a person why the server did not do what it was asked.

    Raises:
        Problem: There was no contact, or it was refused.
    """
    try:
        yield
    except (NoContact, ProtocolViolation):
        raise Problem(
            _("There is no contact with the server."), _("Try again when there is.")
        ) from None
    except Refusal as refusal:
        raise Problem(
            refusal.text or _("The server refused it."), _("Ask who answers for the content.")
        ) from None
