"""The house's own web server: the webhook, health, metrics, and the pages inside the messenger."""

from __future__ import annotations

import hmac
import json
from ipaddress import ip_address

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot import log
from bot.checkout_web import add_checkout_routes
from bot.container import Foyer
from bot.mini_app.server import mini_apps

_log = log.get("foyer.web")
WEBHOOK_PATH = "/telegram"
#: Telegram's updates are small; files do not come this way.
_MOST_BYTES = 2 * 1024 * 1024


def make_app(foyer: Foyer) -> web.Application:
    app = web.Application(client_max_size=_MOST_BYTES)
    pages = mini_apps()
    pages.open(foyer)
    secret = foyer.settings.webhook_secret.get_secret_value()

    async def webhook(request: web.Request) -> web.Response:
        # Bot API, setWebhook: the secret comes with every request in this header.
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
            raise web.HTTPForbidden
        try:
            taken = [foyer.receiver.take(json.loads(await request.read()))]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise web.HTTPBadRequest from None
        await foyer.receiver.receive_taken(taken)  # what fails here is our fault: 500, and Telegram comes again
        return web.Response()

    async def health(_: web.Request) -> web.Response:
        try:
            await foyer.uow.read(lambda tx: tx.programme.organisation())
        except (OSError, SQLAlchemyError) as error:
            _log.error("health.database", error=type(error).__name__)
            return web.json_response({"ok": False, "fault": "the database does not answer"}, status=503)
        return web.json_response({"ok": True})

    async def metrics(request: web.Request) -> web.Response:
        if not _from_this_machine(request):
            raise web.HTTPNotFound
        return web.Response(body=await _measure(foyer), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_post(WEBHOOK_PATH, webhook)
    app.router.add_get("/healthz", health)
    app.router.add_get("/metrics", metrics)
    add_checkout_routes(app, foyer.checkouts, foyer.me.username or "")
    app.router.add_routes(pages.routes())
    return app


def _from_this_machine(request: web.Request) -> bool:
    """Not what a proxy on this machine passes on from elsewhere."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


async def _measure(foyer: Foyer) -> bytes:
    """Read when asked: the database is the one place that knows, whichever process is asked."""
    notices = await foyer.uow.read(lambda tx: tx.notices.counts())
    pending = await foyer.uow.read(lambda tx: len(tx.inbox.chats_pending(100_000)))
    registry = CollectorRegistry()
    by_state = Gauge("foyer_notices", "Notices by state", ["state"], registry=registry)
    for state, count in notices.items():
        by_state.labels(state).set(count)
    Gauge("foyer_chats_pending", "Chats with updates that are not handled yet", registry=registry).set(pending)
    return generate_latest(registry)
