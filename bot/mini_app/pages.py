"""What every page has: a folder of files, a way to sign in, calls in JSON, errors as sentences, strict headers."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from bot import log
from bot.container import Foyer
from bot.dispatcher import CHANNEL
from bot.mini_app.fields import nonce
from bot.mini_app.init_data import check_init_data
from bot.mini_app.session import LASTS, Session, open_session, seal_session
from domain import errors
from domain.people.model import Actor
from domain.ports import Tx, Work
from handlers.ui.i18n import Texts, match_locale, texts
from handlers.ui.replies import sentence

_log = log.get("foyer.mini_app")
R = TypeVar("R")
Json = dict[str, Any]

TELEGRAM = "https://telegram.org"
#: What every page is built of.
_SHARED = Path(__file__).with_name("shared")
#: Time enough for a browser to open: nothing but the tab that was asked for is to come with it.
_TAB_LASTS = timedelta(minutes=1)
_PAPER_LASTS = timedelta(minutes=5)
#: Who may show a page in a frame of theirs: Telegram in a browser.
_FRAMES = "https://web.telegram.org https://*.telegram.org"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_STATUS: Mapping[type[errors.Rejected], int] = {
    errors.SignedOut: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.BadInput: 400,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of a page by somebody who has signed in. ``body``: the JSON object sent, {} with GET."""

    foyer: Foyer
    session: Session
    body: Json

    @property
    def t(self) -> Texts:
        return texts(self.session.locale)

    async def write(self, use_case: Work[R]) -> R:
        return await self.foyer.uow.write(use_case)

    async def once(self, act: str, use_case: Work[R]) -> R:
        """Writes what this person has asked for under the nonce they sent: asked again after a lost answer, it is given
        the first outcome and changes nothing. Raises BadInput('form') where there is no nonce."""
        number = _act_number(f"{self.session.purpose}:{self.session.person_id}:{act}", nonce(self.body.get("nonce")))
        return await self.foyer.uow.write(use_case, handled=(number, 0), replay=True)

    async def read(self, query: Work[R]) -> R:
        return await self.foyer.uow.read(query)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is opened beside the page."""

    name: str
    content: bytes
    content_type: str


Call = Callable[[Visit], Awaitable[Json]]
#: Makes the file that an address of ``address_of_paper`` leads to, of what was sealed into it.
MakePaper = Callable[[Visit, str], Awaitable[Paper]]


@dataclass(frozen=True, slots=True)
class Page:
    """``/app/<name>/`` with its files, ``POST /app/<name>/session``, ``GET|POST /app/<name>/api/<call>``.

    ``bind`` says what a session is bound to; it raises NotAllowed, BadInput where the person may not open the page.
    ``calls``: "GET list", "POST scan" → what answers. ``paper`` makes the files of ``address_of_paper``.
    """

    name: str
    folder: Path
    bind: Callable[[Tx, Actor], str]
    calls: Mapping[str, Call]
    paper: MakePaper | None = None


class MiniApps:
    """All pages, on whichever server they are mounted. In the demo that one is there before the house is."""

    def __init__(self, pages: tuple[Page, ...]) -> None:
        self._pages = pages
        self._foyer: Foyer | None = None

    def open(self, foyer: Foyer) -> None:
        self._foyer = foyer

    def routes(self) -> list[web.AbstractRouteDef]:
        found: list[web.AbstractRouteDef] = [web.get("/app/telegram-web-app.js", self._telegram)]
        for page in self._pages:
            root = f"/app/{page.name}"
            found += [web.get(root, self._to_folder), web.post(f"{root}/session", self._signing_in(page))]
            for name, call in page.calls.items():
                method, _, path = name.partition(" ")
                found.append(web.route(method, f"{root}/api/{path}", self._calling(page, call)))
            if page.paper is not None:
                found.append(web.get(f"{root}/paper/{{token}}", self._printing(page, page.paper)))
            found += [web.get(f"{root}/{{file:[a-z0-9_.-]*}}", self._giving(page))]
        return found

    @property
    def foyer(self) -> Foyer:
        if self._foyer is None:
            raise web.HTTPServiceUnavailable
        return self._foyer

    async def _to_folder(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(f"{request.path}/")

    async def _telegram(self, _: web.Request) -> web.Response:
        raise web.HTTPFound(_script(self.foyer), headers={"Cache-Control": "no-store"})

    def _giving(self, page: Page) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        files = {path.name: path for folder in (_SHARED, page.folder) for path in folder.iterdir()}

        async def give(request: web.Request) -> web.StreamResponse:
            path = files.get(request.match_info["file"] or "index.html")
            if path is None:
                raise web.HTTPNotFound
            return web.FileResponse(path, headers={**_headers(self.foyer), "Cache-Control": "no-cache"})

        return give

    def _signing_in(self, page: Page) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def sign_in(request: web.Request) -> web.Response:
            foyer, locale = self.foyer, match_locale(request.headers.get("Accept-Language", ""))
            try:
                body = await _body(request)
                now = foyer.clock.now()
                expires_at = now + LASTS
                if body.get("tab"):
                    actor, expires_at = await _from_tab(foyer, page, str(body["tab"]))
                else:
                    token = foyer.settings.bot_token
                    assert token is not None
                    user = check_init_data(str(body.get("init_data") or ""), token.get_secret_value(), now)
                    locale = match_locale(user.language_code or "")
                    found = await foyer.uow.read(lambda tx: tx.people.actor_by_account(CHANNEL, str(user.id)))
                    if found is None:
                        raise errors.NotAllowed
                    actor = found[0]
                locale = actor.locale or match_locale(actor.language_code)
                subject = await foyer.uow.read(lambda tx: page.bind(tx, actor))
            except errors.Rejected as error:
                return _refusal(error, texts(locale))
            session = Session(actor.person_id, page.name, subject, locale, expires_at)
            answer = {"token": seal_session(foyer.keyring, session), "locale": locale, "now": _ms(now.timestamp())}
            return _answer(answer)

        return sign_in

    def _calling(self, page: Page, call: Call) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            foyer, locale = self.foyer, match_locale(request.headers.get("Accept-Language", ""))
            try:
                kind, _, token = request.headers.get("Authorization", "").partition(" ")
                if kind != "Bearer":
                    raise errors.SignedOut
                session = open_session(foyer.keyring, token, page.name, foyer.clock.now())
                locale = session.locale
                visit = Visit(foyer, session, await _body(request) if request.method == "POST" else {})
                return _answer(await call(visit))
            except errors.Rejected as error:
                return _refusal(error, texts(locale))

        return answer

    def _printing(self, page: Page, make: MakePaper) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def give(request: web.Request) -> web.Response:
            foyer, locale = self.foyer, match_locale(request.headers.get("Accept-Language", ""))
            try:
                session = open_session(foyer.keyring, request.match_info["token"], _paper(page.name), foyer.clock.now())
                locale = session.locale
                paper = await make(Visit(foyer, session, {}), session.subject)
            except errors.Rejected as error:
                return web.Response(text=sentence(error, texts(locale)), status=_status(error), headers=_API_HEADERS)
            shown = {"Content-Type": paper.content_type, "Content-Disposition": f'inline; filename="{paper.name}"'}
            return web.Response(body=paper.content, headers={**_FILE_HEADERS, **shown})

        return give


async def open_tab(visit: Visit) -> Json:
    """A call for pages that may go on in a browser's tab: an address that is good once, for a minute.

    The secret stands behind the ``#``: it is in no log and no referrer. The tab's session ends with this one's.
    """
    session = visit.session
    until = str(int(session.expires_at.timestamp()))
    token = _sealed(visit, _tab(session.purpose), f"{secrets.token_urlsafe(12)}:{until}", _TAB_LASTS)
    return {"url": f"{visit.foyer.settings.app_url}/app/{session.purpose}/#tab={token}"}


def address_of_paper(visit: Visit, what: str) -> str:
    """Where a browser finds a file that the page's ``paper`` makes of ``what``, for a few minutes."""
    token = _sealed(visit, _paper(visit.session.purpose), what, _PAPER_LASTS)
    return f"{visit.foyer.settings.app_url}/app/{visit.session.purpose}/paper/{token}"


def _sealed(visit: Visit, purpose: str, subject: str, lasts: timedelta) -> str:
    until = min(visit.foyer.clock.now() + lasts, visit.session.expires_at)
    session = Session(visit.session.person_id, purpose, subject, visit.session.locale, until)
    return seal_session(visit.foyer.keyring, session)


async def _from_tab(foyer: Foyer, page: Page, token: str) -> tuple[Actor, datetime]:
    """Who has opened this page in a tab, and until when. Raises SignedOut, also for the second who comes with it."""
    session = open_session(foyer.keyring, token, _tab(page.name), foyer.clock.now())
    mine = secrets.token_hex(8)
    first = await foyer.uow.write(lambda tx: mine, handled=(_act_number(_tab(page.name), token), 0), replay=True)
    actor = await foyer.uow.read(lambda tx: tx.people.actor(session.person_id))
    if first != mine or actor is None:
        raise errors.SignedOut
    return actor, datetime.fromtimestamp(int(session.subject.rpartition(":")[2]), UTC)


def _act_number(what: str, said: str) -> int:
    """Under which number the effect of a page's act is kept: below zero, where no update of the inbox is."""
    digest = hashlib.sha256(f"{what}:{said}".encode()).digest()
    return -1 - (int.from_bytes(digest[:8], "big") >> 1)


def _tab(page: str) -> str:
    return f"{page}.tab"


def _paper(page: str) -> str:
    return f"{page}.paper"


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise errors.BadInput("form") from None
    if not isinstance(body, dict):
        raise errors.BadInput("form")
    return body


def _answer(result: Json) -> web.Response:
    return web.json_response({"ok": True, **result}, headers=_API_HEADERS)


def _refusal(error: errors.Rejected, t: Texts) -> web.Response:
    """A sentence in the person's language, and the stable words for the page's script."""
    body = {"ok": False, "code": error.code, "reason": error.params.get("reason"), "error": sentence(error, t)}
    _log.info("mini_app.refused", code=error.code)
    return web.json_response(body, status=_status(error), headers=_API_HEADERS)


def _status(error: errors.Rejected) -> int:
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 409)


_FILE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_API_HEADERS = {
    **_FILE_HEADERS,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def _headers(foyer: Foyer) -> dict[str, str]:
    script = urlsplit(_script(foyer))
    origin = f"{script.scheme}://{script.netloc}"
    frames = _FRAMES if origin == TELEGRAM else f"{origin} http://localhost:{script.port}"
    policy = (
        f"default-src 'none'; script-src 'self' {origin}; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        f"frame-ancestors {frames}; base-uri 'none'; form-action 'none'"
    )
    return {**_API_HEADERS, "Content-Security-Policy": policy, "Permissions-Policy": "camera=(), microphone=()"}


def _script(foyer: Foyer) -> str:
    """Telegram's script; where pages stand on loopback, which no telephone reaches, that of the local messenger."""
    if urlsplit(foyer.settings.app_url).hostname in _LOOPBACK:
        return f"{foyer.settings.api_base}/page/telegram-web-app.js"
    return f"{TELEGRAM}/js/telegram-web-app.js"


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
