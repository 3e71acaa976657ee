"""Who the bot is, and how it gets its updates."""

from __future__ import annotations

import ipaddress
import random
import re
from urllib.parse import urlsplit

from .. import errors as E
from ..errors import ApiError
from ..updates import DEFAULT_KINDS, KINDS, shuffle
from ..wire import Json
from .base import Answer, Context, method

MAX_POLL = 50
"""Seconds that one getUpdates may wait."""
_ABILITIES = {
    "can_join_groups": False,
    "can_read_all_group_messages": False,
    "supports_guest_queries": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
    "can_manage_bots": False,
    "supports_join_request_queries": False,
}


@method("getMe")
def get_me(ctx: Context) -> Json:
    return ctx.bot.as_user() | _ABILITIES


@method("logOut")
def log_out(ctx: Context) -> bool:
    return True


@method("close")
def close(ctx: Context) -> bool:
    return True


@method("getUpdates")
async def get_updates(ctx: Context) -> list[Json]:
    if ctx.webhooks.url(ctx.bot):
        raise ApiError(E.CONFLICT_WEBHOOK)
    call = ctx.call
    _allow(ctx)
    found = await ctx.bot.updates.poll(
        call.integer("offset"), call.integer("limit", 100, 1, 100), call.integer("timeout", 0, 0, MAX_POLL)
    )
    if found and (fault := ctx.faults.take("getupdates:delivery")) is not None:
        if fault.error == "shuffle":
            found = shuffle(found, random.Random(fault.seed))
        elif fault.error == "duplicate":
            found = found + found
    return [update.body for update in found]


def _allow(ctx: Context) -> None:
    """`allowed_updates` stays in force until it is given again."""
    if ctx.call.text("allowed_updates") == "":
        return
    try:
        value = ctx.call.json("allowed_updates", E.MESSAGE_IDS_TYPE)
    except ApiError:
        return  # Telegram passes over what it cannot read
    if not isinstance(value, list):
        return
    wanted = {str(kind).lower() for kind in value}
    kinds = tuple(kind for kind in KINDS if kind in wanted) or DEFAULT_KINDS
    if kinds != ctx.bot.updates.allowed:
        ctx.bot.updates.allowed = kinds
        ctx.bot.settings["allowed_updates"] = list(kinds)
        ctx.world.save_settings(ctx.bot)


@method("setWebhook")
async def set_webhook(ctx: Context) -> Answer:
    url = ctx.call.text("url")
    if not url:
        return await _without_webhook(ctx)
    _check_url(url)
    secret = ctx.call.text("secret_token")
    if len(secret) > 256:
        raise ApiError(E.WEBHOOK_SECRET_LONG)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise ApiError(E.WEBHOOK_SECRET_CHARACTERS)
    if ctx.call.flag("drop_pending_updates"):
        ctx.bot.updates.clear()
    _allow(ctx)
    ctx.bot.updates.abort(E.CONFLICT_SET_WEBHOOK)
    webhook: Json = {"url": url, "secret": secret, "max": ctx.call.integer("max_connections", 40, 1, 100)}
    if ctx.call.text("ip_address"):
        webhook["ip_address"] = ctx.call.text("ip_address")
    if ctx.bot.settings.get("webhook") == webhook:
        return Answer(True, "Webhook is already set")
    ctx.bot.settings["webhook"] = webhook
    ctx.world.save_settings(ctx.bot)
    ctx.webhooks.restart(ctx.bot)
    return Answer(True, "Webhook was set")


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError(E.WEBHOOK_URL_INVALID)
    # Telegram takes HTTPS only; on loopback there is no TLS, and this server is for nothing else
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ApiError(E.WEBHOOK_BAD, why="An HTTPS URL must be provided for webhook")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@method("deleteWebhook")
async def delete_webhook(ctx: Context) -> Answer:
    return await _without_webhook(ctx)


async def _without_webhook(ctx: Context) -> Answer:
    if ctx.call.flag("drop_pending_updates"):
        ctx.bot.updates.clear()
    if not ctx.bot.settings.pop("webhook", None):
        return Answer(True, "Webhook is already deleted")
    ctx.world.save_settings(ctx.bot)
    await ctx.webhooks.halt(ctx.bot)
    return Answer(True, "Webhook was deleted")


@method("getWebhookInfo")
def get_webhook_info(ctx: Context) -> Json:
    webhook = ctx.bot.settings.get("webhook", {})
    info: Json = {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(ctx.bot.updates.waiting()),
    }
    if webhook:
        info |= {"max_connections": webhook["max"], "ip_address": webhook.get("ip_address", "127.0.0.1")}
        info |= ctx.webhooks.last_error(ctx.bot)
    if ctx.bot.updates.allowed != DEFAULT_KINDS:
        info["allowed_updates"] = list(ctx.bot.updates.allowed)
    return info
