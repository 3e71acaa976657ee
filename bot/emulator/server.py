"""The local messenger as one server: Bot API, people's side, payment provider, page."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from .acts import Acts
from .botapi import BotApi, Observer
from .callbacks import CALLBACK_LIFETIME, Callbacks
from .checkout import PRE_CHECKOUT_SECONDS, Checkout
from .faults import Faults, Rates
from .people import Phones
from .phones import Views
from .pressing import Pressing
from .profile import BotProfile
from .provider import Provider, ProviderRoutes
from .scanning import Scanning
from .store import Store
from .web_apps import WebApps
from .webhook import Webhooks
from .wire import MAX_UPLOAD
from .world import World

PAGE = Path(__file__).with_name("page")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Emulator:
    """A Bot API server for bots that are given by token.

    `strict_rates`: 30 messages a second overall and one a second in a chat, else 429. `latency`: seconds before each
    answer (not of getUpdates). `state_path`: where everything is kept across restarts; None keeps nothing. `clock`:
    seconds since 1970. `observer(method, params, answer)` sees every exchange. `pre_checkout_timeout`,
    `callback_lifetime` and `webhook_retry_delay` are in seconds. `phones` tells the page who holds which phone:
    `{"user", "role", "people"}` each. `beside`: routes of somebody else's on the same port, such as a bot's own pages.
    """

    def __init__(
        self,
        bots: Mapping[str, BotProfile],
        *,
        strict_rates: bool = False,
        latency: float = 0.0,
        state_path: Path | None = None,
        clock: Callable[[], float] = time.time,
        observer: Observer | None = None,
        pre_checkout_timeout: float = PRE_CHECKOUT_SECONDS,
        callback_lifetime: float = CALLBACK_LIFETIME,
        webhook_retry_delay: float = 1.0,
        phones: Sequence[Mapping[str, object]] | None = None,
        beside: Sequence[web.AbstractRouteDef] = (),
    ) -> None:
        if not bots:
            raise ValueError("The local messenger needs at least one bot.")
        self.faults = Faults()
        self._store = Store(state_path)
        self.world = World(dict(bots), self._store, clock)
        tokens = frozenset(token for profile in bots.values() for token in profile.payment_tokens)
        self.provider = Provider(self._store, clock, tokens)
        checkout = Checkout(self.world, self.provider, pre_checkout_timeout)
        callbacks = Callbacks(self.world, callback_lifetime)
        self._webhooks = Webhooks(self._store, self.faults, clock, webhook_retry_delay)
        self._api = BotApi(
            self.world,
            callbacks,
            checkout,
            self._webhooks,
            self.faults,
            rates=Rates(clock) if strict_rates else None,
            latency=latency,
            observer=observer,
        )
        finder = Phones(self.world)
        self._acts = Acts(finder, self.faults)
        self._pressing = Pressing(finder, self._acts, callbacks, checkout)
        self._scanning = Scanning(finder)
        self._web_apps = WebApps(finder, clock)
        self._beside = beside
        self._views = Views(finder, callbacks, phones)
        self._runner: web.AppRunner | None = None

    def make_app(self) -> web.Application:
        """The server as an application of aiohttp."""
        app = web.Application(client_max_size=MAX_UPLOAD + 1024 * 1024, middlewares=[_own_pages_only])
        app.router.add_routes(self._api.routes())
        app.router.add_routes(self._acts.routes())
        app.router.add_routes(self._pressing.routes())
        app.router.add_routes(self._scanning.routes())
        app.router.add_routes(self._web_apps.routes())
        app.router.add_routes(self._views.routes())
        app.router.add_routes(ProviderRoutes(self.provider, self.faults).routes())
        app.router.add_get("/", _page)
        if PAGE.is_dir():
            app.router.add_static("/page/", PAGE)
        app.router.add_routes(self._beside)
        app.router.add_route("*", "/{rest:.*}", _not_found)
        app.on_startup.append(self._begin)
        app.on_shutdown.append(self._end_streams)
        app.on_cleanup.append(self._end)
        return app

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve on loopback; the base URL. Port 0 takes a free one. Raises ValueError for any other host."""
        if host not in _LOOPBACK:
            raise ValueError(f"The local messenger has no passwords and serves loopback only, not {host}.")
        self._runner = web.AppRunner(self.make_app(), access_log=None, shutdown_timeout=1.0, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound: int = self._runner.addresses[0][1]
        return f"http://{'[::1]' if host == '::1' else host}:{bound}"

    async def stop(self) -> None:
        """Serve no more; everything is on disk."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _begin(self, _: web.Application) -> None:
        for bot in self.world.bots.values():
            if self._webhooks.url(bot):
                self._webhooks.restart(bot)

    async def _end_streams(self, _: web.Application) -> None:
        self._views.closing.set()

    async def _end(self, _: web.Application) -> None:
        await self._webhooks.close(list(self.world.bots.values()))
        self._store.close()


@web.middleware
async def _own_pages_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """There are no passwords: a web page from elsewhere, open in the same browser, must not act for its user, nor
    reach this server under a name of its own."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).hostname not in _LOOPBACK
    if foreign or request.url.host not in _LOOPBACK:
        return web.json_response({"ok": False, "error": "Only pages of this machine may call."}, status=403)
    return await handler(request)


async def _page(_: web.Request) -> web.StreamResponse:
    index = PAGE / "index.html"
    if not index.is_file():
        return web.Response(text="The page with the phones is not installed.", status=404)
    return web.FileResponse(index, headers={"Cache-Control": "no-cache"})


async def _not_found(_: web.Request) -> web.Response:
    return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
