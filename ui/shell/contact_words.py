"""What is wrong with the way to the server, for the status line and for whoever asks what to do."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.texts import _
from workstation.operations.session import SyncStatus


@dataclass(frozen=True, kw_only=True)
class ContactWords:
    """``short`` stands in the status line; ``message`` says what is so, ``advice`` what to do."""

    short: str
    message: str
    advice: str


def contact_words(status: SyncStatus, *, online_only: bool = False) -> ContactWords | None:
    """Return what is wrong; None where there is contact, or simply no network."""
    if status.trouble:
        return _not_stored(status.trouble)
    if status.denied:
        return _denied()
    if status.refusal:
        return _refused(status.refusal)
    return _online_only(connected=status.connected) if online_only else None


def _not_stored(trouble: str) -> ContactWords:
    return ContactWords(
        short=_("New entries from others cannot be stored here"),
        message=trouble,
        advice=_(
            "What is shown may be old: new entries from others cannot be stored on this computer."
            " Free some space on the disk, or use another computer."
        ),
    )


def _denied() -> ContactWords:
    return ContactWords(
        short=_("The server does not let you in any more"),
        message=_("The server does not let you in any more."),
        advice=_(
            "What you wrote is kept here and is sent when a colleague of the unit logs in on this"
            " computer. Your account or assignment may have ended: ask the unit's administrator."
        ),
    )


def _refused(code: str) -> ContactWords:
    if code == "unauthenticated":
        return ContactWords(
            short=_("Logging in to the server again"),
            message=_("The connection to the server is being renewed."),
            advice=_("Everything is saved on this computer and sent in a moment."),
        )
    if code == "too_old_program":
        return ContactWords(
            short=_("This program is too old for the server"),
            message=_("This program is too old for the server."),
            advice=_(
                "What you write is sent, but nothing new from others comes here: what is shown may"
                " be old. Ask IT to update the program today."
            ),
        )
    if code == "not_allowed":
        return ContactWords(
            short=_("The server does not allow this assignment"),
            message=_("The server does not allow work in this assignment."),
            advice=_(
                "What you write is kept on this computer. Your assignment at the unit may have"
                " ended: ask the unit's administrator."
            ),
        )
    return ContactWords(
        short=_("The server does not answer as it should"),
        message=_("The server does not answer as it should."),
        advice=_(
            "Everything is saved on this computer and sent when the server is in order. Tell IT"
            " what time it began."
        ),
    )


def _online_only(*, connected: bool) -> ContactWords:
    advice = _(
        "You can work while there is contact. Ask IT to turn on the system's key ring to be able"
        " to work without it."
    )
    if connected:
        short = _("Works only with contact: no key ring")
    else:
        short = _("Do not lock or close: unlocking takes contact")
        advice = _(
            "You can go on in what is open, and what you write is saved. If you lock or close, it"
            " opens again only when there is contact."
        )
    message = _("There is no key ring on this computer, so it cannot be unlocked without contact.")
    return ContactWords(short=short, message=message, advice=advice)
