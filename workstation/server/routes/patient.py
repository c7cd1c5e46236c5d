"""The patient's page: log in, read one's own record, choose, log out. Plain HTML, live by events."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie, State
from litestar.response import Redirect, Stream

from workstation.access.actor import PatientSelf
from workstation.access.policy import Action
from workstation.domain.ids import RecordId
from workstation.domain.texts import DEFAULT_LANGUAGE, LANGUAGES, _, in_language
from workstation.server import own_record, own_request
from workstation.server.core import NotAllowed
from workstation.server.guard import COOKIE, actor_in, needs, token_in
from workstation.server.logins import TooYoung, WrongLogin
from workstation.server.page.access import access_page
from workstation.server.page.places import ACCESS, OVERVIEW, PLACES, place_page
from workstation.server.page.render import STATIC, render, static
from workstation.server.page.requests import request_page
from workstation.server.refusals import login_text
from workstation.server.routes.sync import QUIET, event_stream
from workstation.server.store.sessions import ABSOLUTE_MS
from workstation.server.wire import AnyRequest, BadBody, read_bytes

_LANGUAGE_COOKIE = "ronden_language"
_YEAR_SECONDS = 365 * 24 * 3600
_MOST_FORM_BYTES, _MOST_FIELDS = 4096, 10
_MOST_REQUEST_BYTES, _MOST_REQUEST_FIELDS = 128 * 1024, 24
_MOST_PAGES = 1_000

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}


@get("/", opt=needs(Action.LOG_IN), include_in_schema=False)
async def front(request: AnyRequest, state: State) -> Response[str] | Redirect:
    known = await state.logins.actor_of(request.cookies.get(COOKIE, ""))
    if isinstance(known, PatientSelf):
        return Redirect(OVERVIEW, status_code=303)
    return _login_page(request)


@post("/login", opt=needs(Action.LOG_IN), include_in_schema=False)
async def login(request: AnyRequest, state: State) -> Response[str] | Redirect:
    form = await _form(request)
    language = _language(request)
    try:
        token = await state.logins.log_in_patient(
            form.get("identity", ""), form.get("password", "")
        )
    except WrongLogin as wrong:
        with in_language(language):
            text = (
                login_text(locked=wrong.locked)
                if wrong.locked
                else _("The number or the password is wrong.")
            )
        return _login_page(request, text, status=401)
    except TooYoung:
        with in_language(language):
            text = _("You can read your own record here from the day you turn 16.")
        return _login_page(request, text, status=403)
    return Redirect(OVERVIEW, status_code=303, cookies=[_session_cookie(request, token)])


@post("/logout", opt=needs(Action.READ_OWN), include_in_schema=False)
async def logout(request: AnyRequest, state: State) -> Redirect:
    await _form(request)
    await state.logins.log_out(actor_in(request), token_in(request))
    return Redirect("/", status_code=303, cookies=[_session_cookie(request, "", seconds=0)])


@get(
    [
        "/journal",
        "/journal/notes",
        "/journal/medication",
        "/journal/results",
        "/journal/referrals",
        "/journal/plans",
        "/journal/privacy",
    ],
    opt=needs(Action.READ_OWN),
    include_in_schema=False,
)
async def place(request: AnyRequest, state: State) -> Response[str]:
    language = _language(request)
    path = request.url.path.rstrip("/")
    html = await place_page(
        state.core, actor_in(request), path, language=language, page=_page_number(request)
    )
    return _html(request, html)


@get(ACCESS, opt=needs(Action.READ_OWN), include_in_schema=False)
async def access(request: AnyRequest, state: State) -> Response[str]:
    page = _page_number(request)
    html = await access_page(state.core, actor_in(request), language=_language(request), page=page)
    return _html(request, html)


def _page_number(request: AnyRequest) -> int:
    number = request.query_params.get("page", "0")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    return min(page, _MOST_PAGES)


@post("/journal/recent", opt=needs(Action.READ_OWN), include_in_schema=False)
async def recent(request: AnyRequest, state: State) -> Redirect:
    form = await _form(request)
    hide = form.get("hide") == "yes"
    await own_record.choose_hide_recent(state.core, actor_in(request), hide=hide)
    return Redirect(OVERVIEW, status_code=303)


@get("/journal/request", opt=needs(Action.ASK_FOR_CARE), include_in_schema=False)
async def asking(request: AnyRequest, state: State) -> Response[str]:
    blank = await own_request.blank(state.core, actor_in(request), token_in(request))
    return _asked(request, blank, None, {})


@post("/journal/request", opt=needs(Action.ASK_FOR_CARE), include_in_schema=False)
async def ask_for_care(request: AnyRequest, state: State) -> Response[str] | Redirect:
    fields = await _form(request, most=_MOST_REQUEST_BYTES, fields=_MOST_REQUEST_FIELDS)
    actor, token = actor_in(request), token_in(request)
    record = _record_in(fields)
    if not hmac.compare_digest(own_request.proof_of(token, record), fields.get("proof", "")):
        raise NotAllowed
    blank = replace(
        await own_request.blank(state.core, actor, token),
        record=RecordId(record),
        proof=fields["proof"],
    )
    filled = own_request.filled_from(fields, record)
    with in_language(_language(request)):
        wrong = own_request.wrong_in(filled, blank.units)
        if wrong:
            return _asked(request, blank, filled, wrong, status=400)
        try:
            await own_request.send(state.core, actor, filled, blank)
        except own_request.NotNow as refused:
            return _asked(request, blank, filled, {}, problem=refused.text, status=409)
    return Redirect("/journal/referrals", status_code=303)


def _record_in(fields: dict[str, str]) -> UUID:
    try:
        return UUID(fields.get("id", ""))
    except ValueError:
        raise BadBody("id") from None


def _asked(
    request: AnyRequest,
    blank: own_request.Blank,
    filled: own_request.Filled | None,
    wrong: Mapping[str, str],
    *,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    language = _language(request)
    with in_language(language):
        chapters = [(path, _(name)) for path, (name, _listings) in PLACES.items()]
    html = request_page(blank, filled, wrong, chapters=chapters, language=language, problem=problem)
    return _html(request, html, status=status)


@get("/journal/events", opt=needs(Action.READ_OWN), include_in_schema=False)
async def events(request: AnyRequest, state: State) -> Stream:
    return event_stream(_as_events(await own_record.news(state.core, actor_in(request))))


async def _as_events(news: AsyncIterator[bool]) -> AsyncIterator[bytes]:
    async for changed in news:
        yield b"event: changed\ndata: -\n\n" if changed else QUIET


@get(["/page.css", "/live.js", "/page.svg"], opt=needs(Action.SEE_STATUS), include_in_schema=False)
async def own_file(request: AnyRequest) -> Response[bytes]:
    name = request.url.path.removeprefix("/")
    headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
    return Response(static(name), media_type=STATIC[name], headers=headers)


def _login_page(request: AnyRequest, problem: str = "", *, status: int = 200) -> Response[str]:
    language = _language(request)
    with in_language(language):
        html = render(
            "login.html",
            language,
            heading=_("Log in to your record"),
            problem=problem,
            live=False,
            chapters=(),
            here="",
        )
    return _html(request, html, status=status)


def _html(request: AnyRequest, html: str, *, status: int = 200) -> Response[str]:
    answer = Response(html, media_type="text/html", status_code=status, headers=HEADERS)
    chosen = request.query_params.get("lang")
    if chosen in LANGUAGES:
        answer.set_cookie(
            Cookie(
                key=_LANGUAGE_COOKIE,
                value=chosen,
                max_age=_YEAR_SECONDS,
                samesite="strict",
                httponly=True,
                secure=_over_tls(request),
            )
        )
    return answer


def _language(request: AnyRequest) -> str:
    for chosen in (request.query_params.get("lang"), request.cookies.get(_LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return str(chosen)
    return DEFAULT_LANGUAGE


def _session_cookie(
    request: AnyRequest, token: str, *, seconds: int = ABSOLUTE_MS // 1000
) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=token,
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=_over_tls(request),
    )


def _over_tls(request: AnyRequest) -> bool:
    return bool(request.url.scheme == "https")


async def _form(
    request: AnyRequest, *, most: int = _MOST_FORM_BYTES, fields: int = _MOST_FIELDS
) -> dict[str, str]:
    """Read a form that our own page sent.

    Raises:
        NotAllowed: Another site's page sent it.
        BadBody: It is no form.
    """
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise NotAllowed
    body = await read_bytes(request, most=most)
    try:
        found = parse_qs(body.decode("utf-8"), max_num_fields=fields, keep_blank_values=True)
    except ValueError:
        raise BadBody("form") from None
    return {name: values[-1] for name, values in found.items()}


router = Router(
    "/",
    route_handlers=[
        front,
        login,
        logout,
        place,
        access,
        recent,
        asking,
        ask_for_care,
        events,
        own_file,
    ],
)
