"""The patient's page: log in, read one's own record, choose, log out. Plain HTML, live by events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie, State
from litestar.response import Redirect, Stream

from workstation.access.actor import PatientSelf
from workstation.access.policy import Action
from workstation.domain.texts import DEFAULT_LANGUAGE, LANGUAGES, _, in_language
from workstation.server import own_record
from workstation.server.core import NotAllowed
from workstation.server.guard import COOKIE, actor_in, needs, token_in
from workstation.server.logins import TooYoung, WrongLogin
from workstation.server.page.places import OVERVIEW, place_page
from workstation.server.page.render import STATIC, render, static
from workstation.server.refusals import login_text
from workstation.server.routes.sync import QUIET, event_stream
from workstation.server.store.sessions import ABSOLUTE_MS
from workstation.server.wire import AnyRequest, BadBody, read_bytes

_LANGUAGE_COOKIE = "ronden_language"
_YEAR_SECONDS = 365 * 24 * 3600
_MOST_FORM_BYTES = 4096
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
    ],
    opt=needs(Action.READ_OWN),
    include_in_schema=False,
)
async def place(request: AnyRequest, state: State) -> Response[str]:
    language = _language(request)
    number = request.query_params.get("page", "0")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    path = request.url.path.rstrip("/")
    html = await place_page(
        state.core, actor_in(request), path, language=language, page=min(page, _MOST_PAGES)
    )
    return _html(request, html)


@post("/journal/recent", opt=needs(Action.READ_OWN), include_in_schema=False)
async def recent(request: AnyRequest, state: State) -> Redirect:
    form = await _form(request)
    hide = form.get("hide") == "yes"
    await own_record.choose_hide_recent(state.core, actor_in(request), hide=hide)
    return Redirect(OVERVIEW, status_code=303)


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


async def _form(request: AnyRequest) -> dict[str, str]:
    """Read a form that our own page sent.

    Raises:
        NotAllowed: Another site's page sent it.
        BadBody: It is no form.
    """
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise NotAllowed
    body = await read_bytes(request, most=_MOST_FORM_BYTES)
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=10, keep_blank_values=True)
    except ValueError:
        raise BadBody("form") from None
    return {name: values[-1] for name, values in fields.items()}


router = Router("/", route_handlers=[front, login, logout, place, recent, events, own_file])
