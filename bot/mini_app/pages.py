"""What every page has: a folder of files, a way to sign in, calls in JSON, errors as sentences, strict headers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from bot import log
from bot.container import Foyer
from bot.dispatcher import CHANNEL
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

    async def read(self, query: Work[R]) -> R:
        return await self.foyer.uow.read(query)


Call = Callable[[Visit], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Page:
    """``/app/<name>/`` with its files, ``POST /app/<name>/session``, ``GET|POST /app/<name>/api/<call>``.

    ``bind`` says what a session is bound to; it raises NotAllowed, BadInput where the person may not open the page.
    ``calls``: "GET list", "POST scan" → what answers.
    """

    name: str
    folder: Path
    bind: Callable[[Tx, Actor], str]
    calls: Mapping[str, Call]


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
        files = {path.name: path for path in page.folder.iterdir()}

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
                token = foyer.settings.bot_token
                assert token is not None
                now = foyer.clock.now()
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
            session = Session(actor.person_id, page.name, subject, locale, now + LASTS)
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
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 409)
    body = {"ok": False, "code": error.code, "reason": error.params.get("reason"), "error": sentence(error, t)}
    _log.info("mini_app.refused", code=error.code)
    return web.json_response(body, status=status, headers=_API_HEADERS)


_API_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
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
