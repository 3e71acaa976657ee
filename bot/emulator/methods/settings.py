"""Commands, menu button, name and descriptions."""

from __future__ import annotations

import re
from typing import Any

from .. import errors as E
from ..errors import ApiError
from ..menus import scope_key, tell_menu
from ..wire import Json
from .base import Context, find_chat, method

MAX_COMMANDS = 100
_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def _scope(ctx: Context) -> Json:
    value = ctx.call.json("scope", E.SCOPE_JSON)
    if value is None:
        return {"type": "default"}
    try:
        scope = _checked_scope(value)
    except ApiError as error:
        raise E.within(E.SCOPE_BAD, error) from None
    if "chat_id" in scope:
        ctx.call.params["chat_id"] = scope["chat_id"]
        scope["chat_id"] = str(find_chat(ctx).person.id)
    return scope


def _checked_scope(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ApiError(E.SCOPE_NOT_OBJECT)
    kind = value.get("type")
    if kind in _SCOPES:
        return {"type": kind}
    if kind not in _CHAT_SCOPES:
        raise ApiError(E.SCOPE_TYPE)
    scope: Json = {"type": kind, "chat_id": str(value.get("chat_id") or "")}
    if not scope["chat_id"]:
        raise ApiError(E.SCOPE_CHAT_EMPTY)
    if kind == "chat_member":
        if not str(value.get("user_id", "")).isdigit():
            raise ApiError(E.SCOPE_USER_INVALID)
        scope["user_id"] = str(value["user_id"])
    return scope


def _language(ctx: Context) -> str:
    code = ctx.call.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise ApiError(E.LANGUAGE_INVALID)
    return code


@method("setMyCommands")
def set_my_commands(ctx: Context) -> bool:
    value = ctx.call.json("commands", E.COMMANDS_JSON)
    if value is None:
        value = []
    if not isinstance(value, list):
        raise ApiError(E.COMMANDS_TYPE)
    commands = [_command(item) for item in value]
    if len(commands) > MAX_COMMANDS:
        raise ApiError(E.COMMANDS_TOO_MANY)
    scope = _scope(ctx)
    key = scope_key(scope, _language(ctx))
    if commands:
        ctx.bot.settings[key] = commands
    else:
        ctx.bot.settings.pop(key, None)
    _changed(ctx, scope.get("chat_id"))
    return True


def _command(item: Any) -> Json:
    if not isinstance(item, dict):
        raise E.within(E.COMMAND_BAD, ApiError(E.ENTITY_NOT_OBJECT))
    for name in ("command", "description"):
        if name not in item:
            raise E.within(E.COMMAND_BAD, ApiError(E.FIELD_MISSING, name=name))
    command = str(item["command"]).strip().removeprefix("/")
    description = str(item["description"]).strip()
    if not command:
        raise ApiError(E.COMMAND_EMPTY)
    if len(command) > 32:
        raise ApiError(E.COMMAND_TOO_LONG, limit=32)
    if not description:
        raise ApiError(E.COMMAND_DESCRIPTION_EMPTY)
    if len(description) > 256:
        raise ApiError(E.COMMAND_DESCRIPTION_TOO_LONG, limit=256)
    if not _COMMAND.fullmatch(command):
        raise ApiError(E.COMMAND_INVALID)
    return {"command": command, "description": description}


@method("getMyCommands")
def get_my_commands(ctx: Context) -> list[Json]:
    return list(ctx.bot.settings.get(scope_key(_scope(ctx), _language(ctx)), []))


@method("deleteMyCommands")
def delete_my_commands(ctx: Context) -> bool:
    scope = _scope(ctx)
    if ctx.bot.settings.pop(scope_key(scope, _language(ctx)), None) is not None:
        _changed(ctx, scope.get("chat_id"))
    return True


@method("setChatMenuButton")
def set_chat_menu_button(ctx: Context) -> bool:
    value = ctx.call.json("menu_button", E.MENU_JSON)
    try:
        button = _menu_button(value)
    except ApiError as error:
        raise error if error.error is E.MENU_TEXT_EMPTY else E.within(E.MENU_BAD, error) from None
    ctx.bot.settings[_menu_key(ctx)] = button
    _changed(ctx, ctx.call.text("chat_id"))
    return True


def _menu_button(value: Any) -> Json:
    if value is None:
        return {"type": "default"}
    if not isinstance(value, dict):
        raise ApiError(E.MENU_NOT_OBJECT)
    kind = value.get("type")
    if kind in ("default", "commands"):
        return {"type": kind}
    if kind != "web_app":
        raise ApiError(E.MENU_TYPE)
    if not str(value.get("text") or "").strip():
        raise ApiError(E.MENU_TEXT_EMPTY)
    url = value["web_app"].get("url") if isinstance(value.get("web_app"), dict) else None
    if not url:
        raise ApiError(E.FIELD_MISSING, name="web_app")
    return {"type": "web_app", "text": str(value["text"]), "web_app": {"url": str(url)}}


@method("getChatMenuButton")
def get_chat_menu_button(ctx: Context) -> Json:
    key = _menu_key(ctx)
    own = ctx.bot.settings.get(key)
    return dict(own or ({"type": "default"} if key != "menu:" else {"type": "commands"}))


def _menu_key(ctx: Context) -> str:
    if "chat_id" not in ctx.call.params:
        return "menu:"
    user_id = ctx.call.user_id("chat_id")
    if user_id not in ctx.bot.chats:
        raise ApiError(E.USER_NOT_FOUND)
    return f"menu:{user_id}"


def _changed(ctx: Context, chat_id: str | None) -> None:
    """Keep the settings and tell the phones concerned: one, or all."""
    ctx.world.save_settings(ctx.bot)
    chats = [ctx.bot.chats[int(chat_id)]] if chat_id else ctx.bot.chats.values()
    for chat in chats:
        tell_menu(ctx.world, ctx.bot, chat)


def _set_words(ctx: Context, field: str) -> bool:
    words = ctx.call.text(field)
    if len(words) > _LIMITS[field]:
        raise ApiError(E.NAME_TOO_LONG if field == "name" else E.DESCRIPTION_TOO_LONG)
    ctx.bot.settings[f"{field}:{_language(ctx)}"] = words
    ctx.world.save_settings(ctx.bot)
    return True


def _get_words(ctx: Context, field: str) -> Json:
    settings, language = ctx.bot.settings, _language(ctx)
    default = ctx.bot.profile.first_name if field == "name" else ""
    return {field: settings.get(f"{field}:{language}") or settings.get(f"{field}:") or default}


@method("setMyName")
def set_my_name(ctx: Context) -> bool:
    return _set_words(ctx, "name")


@method("getMyName")
def get_my_name(ctx: Context) -> Json:
    return _get_words(ctx, "name")


@method("setMyDescription")
def set_my_description(ctx: Context) -> bool:
    return _set_words(ctx, "description")


@method("getMyDescription")
def get_my_description(ctx: Context) -> Json:
    return _get_words(ctx, "description")


@method("setMyShortDescription")
def set_my_short_description(ctx: Context) -> bool:
    return _set_words(ctx, "short_description")


@method("getMyShortDescription")
def get_my_short_description(ctx: Context) -> Json:
    return _get_words(ctx, "short_description")
