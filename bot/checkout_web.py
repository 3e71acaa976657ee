"""The web addresses of checkouts: providers' call-backs, the way in for a browser, and the page at the end."""

from __future__ import annotations

import ipaddress

from aiohttp import web

from bot import log
from bot.checkouts import Checkouts
from domain.errors import ForgedNotice, Outside
from domain.payments.checkout_model import ProviderNotice, Visitor
from domain.payments.ports import CheckoutProvider
from handlers.payments.checkout_pages import BUSY, OVER, THANKS, page

_log = log.get("foyer.checkouts")
#: The largest honest notice is a few kilobytes.
MOST_BYTES = 64 * 1024
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_MOBILE = ("Mobile", "Android", "iPhone", "MicroMessenger")


def add_checkout_routes(app: web.Application, checkouts: Checkouts, username: str) -> None:
    """``username``: the bot's, for the way back into the chat."""
    chat = f"https://t.me/{username}"

    def provider_of(request: web.Request) -> CheckoutProvider:
        provider = checkouts.providers.get(request.match_info["provider"])
        if provider is None:
            raise web.HTTPNotFound
        return provider

    async def notify(request: web.Request) -> web.Response:
        provider = provider_of(request)
        body = await _read(request)
        notice = ProviderNotice({name.lower(): value for name, value in request.headers.items()}, body)
        try:
            outcome = await checkouts.notified(provider, notice)
        except ForgedNotice as forged:
            _log.warning("notice.refused", provider=provider.name, reason=forged.reason)
            return _ANSWERS[provider.name](False)
        _log.info("notice.taken", provider=provider.name, outcome=outcome)
        return _ANSWERS[provider.name](True)

    async def go(request: web.Request) -> web.Response:
        provider = provider_of(request)
        try:
            address = await checkouts.enter(provider, request.match_info["reference"], _visitor(request))
        except Outside as error:
            _log.warning("checkout.no_entrance", provider=provider.name, error=error.code)
            return _html(BUSY, chat, 503)
        if address is None:
            return _html(OVER, chat, 410)
        # Not HTTPFound, which would spell the address anew: it is signed, or has another address within.
        return web.Response(status=302, headers={**_HEADERS, "Location": address})

    async def back(_: web.Request) -> web.Response:
        return _html(THANKS, chat)

    app.router.add_post("/pay/{provider:[a-z]+}/notify", notify)
    app.router.add_get("/pay/go/{provider:[a-z]+}/{reference:[0-9a-f]{32}}", go)
    app.router.add_get("/pay/return", back)


async def _read(request: web.Request) -> bytes:
    """Raises HTTPRequestEntityTooLarge before more than that is in memory."""
    body = b""
    async for part in request.content.iter_chunked(8 * 1024):
        body += part
        if len(body) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
    return body


def _stripe(taken: bool) -> web.Response:
    return web.Response(status=200 if taken else 400)


def _wechatpay(taken: bool) -> web.Response:
    if taken:
        return web.Response(status=204)
    return web.json_response({"code": "FAIL", "message": "refused"}, status=401)


def _alipay(taken: bool) -> web.Response:
    return web.Response(text="success" if taken else "failure")


_ANSWERS = {"stripe": _stripe, "wechatpay": _wechatpay, "alipay": _alipay}


def _visitor(request: web.Request) -> Visitor:
    """Behind a proxy of our own (a loopback or private address) the address is what the proxy says last."""
    address = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if forwarded and _is_private(address) and _is_address(forwarded):
        address = forwarded
    agent = request.headers.get("User-Agent", "")
    return Visitor(address, any(word in agent for word in _MOBILE))


def _is_private(address: str) -> bool:
    return _is_address(address) and ipaddress.ip_address(address).is_private


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _html(sentence: str, chat: str, status: int = 200) -> web.Response:
    return web.Response(text=page(sentence, chat), content_type="text/html", status=status, headers=_HEADERS)
