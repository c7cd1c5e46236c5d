"""Every no, in one form: ``messages.Refused``, with no word of what was asked for."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from sync.protocol.messages import Refused
from workstation.domain.defect import in_log
from workstation.domain.texts import _
from workstation.server.content import NotTrusted
from workstation.server.core import NotAllowed, WrongEpoch
from workstation.server.database import Busy
from workstation.server.guard import NotLoggedIn, Patients
from workstation.server.logins import BadKey, WrongLogin
from workstation.server.syncing import TooOldProgram
from workstation.server.wire import BadBody, TooLarge, reply

AnyRequest = Request[Any, Any, Any]
_log = logging.getLogger(__name__)
_AFTER_SECONDS = 5


def refuse(
    status: int, code: str, text: str, *, place: str = "", after: int = 0
) -> Response[bytes]:
    """Return a refusal."""
    answer = reply(Refused(code=code, text=text, place=place, after=after), status=status)
    if after:
        answer.headers["retry-after"] = str(after)
    if status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    return answer


def not_logged_in(_request: AnyRequest, _error: NotLoggedIn) -> Response[bytes]:
    return refuse(401, "unauthenticated", _("Log in again."))


def wrong_login(_request: AnyRequest, error: WrongLogin) -> Response[bytes]:
    return refuse(401, "unauthenticated", login_text(locked=error.locked))


def login_text(*, locked: bool) -> str:
    """Return what somebody reads who could not log in."""
    if locked:
        return _("Too many wrong passwords. Wait a minute and try again.")
    return _("The user name or the password is wrong.")


def not_allowed(_request: AnyRequest, _error: NotAllowed) -> Response[bytes]:
    return refuse(403, "not_allowed", _("You do not have access to this, or it does not exist."))


def bad_body(_request: AnyRequest, error: BadBody) -> Response[bytes]:
    return refuse(
        400, "malformed", _("The server does not understand the request."), place=error.place
    )


def bad_key(_request: AnyRequest, _error: BadKey) -> Response[bytes]:
    text = _("The server does not understand the request.")
    return refuse(400, "malformed", text, place="$.public_key")


def too_large(_request: AnyRequest, _error: TooLarge) -> Response[bytes]:
    return refuse(413, "too_large", _("This is too much to send at once."))


def not_trusted(_request: AnyRequest, error: NotTrusted) -> Response[bytes]:
    return refuse(409, "not_trusted", error.text)


def wrong_epoch(_request: AnyRequest, _error: WrongEpoch) -> Response[bytes]:
    return refuse(
        409, "wrong_epoch", _("The server has been restored; the copies are being compared.")
    )


def too_old(_request: AnyRequest, _error: TooOldProgram) -> Response[bytes]:
    return refuse(
        426, "too_old_program", _("This program is too old for the server. Ask for the new one.")
    )


def busy(_request: AnyRequest, _error: Busy) -> Response[bytes]:
    text = _("The server cannot save just now. Nothing is lost; it is tried again.")
    return refuse(503, "busy", text, after=_AFTER_SECONDS)


def to_the_login(_request: AnyRequest, _error: Patients) -> Redirect:
    return Redirect("/", status_code=303)


def anything_http(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What Litestar itself refuses: no such route, wrong method, a body it would not read."""
    if error.status_code in (404, 405):
        return refuse(
            error.status_code,
            "not_allowed",
            _("You do not have access to this, or it does not exist."),
        )
    if error.status_code == 413:
        return refuse(413, "too_large", _("This is too much to send at once."))
    if error.status_code < 500:
        return refuse(400, "malformed", _("The server does not understand the request."))
    return defect(_request, error)


def defect(_request: AnyRequest, error: Exception) -> Response[bytes]:
    """A defect of ours: its kind and place go to the log, its text does not."""
    _log.error("unexpected error: %s", in_log(error))
    return refuse(
        500, "busy", _("Something went wrong in the server. Nothing was saved."), after=60
    )


HANDLERS: ExceptionHandlersMap = {
    NotLoggedIn: not_logged_in,
    WrongLogin: wrong_login,
    NotAllowed: not_allowed,
    BadBody: bad_body,
    BadKey: bad_key,
    TooLarge: too_large,
    NotTrusted: not_trusted,
    WrongEpoch: wrong_epoch,
    TooOldProgram: too_old,
    Busy: busy,
    Patients: to_the_login,
    HTTPException: anything_http,
    Exception: defect,
}
