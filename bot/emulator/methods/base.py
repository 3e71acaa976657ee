"""What the methods have in common: their registry, and the checks that many of them begin with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from .. import errors as E
from ..callbacks import Callbacks
from ..checkout import Checkout
from ..entities import Entity, Formatted, format_text
from ..errors import ApiError, ErrorText
from ..faults import Faults
from ..markup import read_markup
from ..webhook import Webhooks
from ..wire import Call, Json, to_integer
from ..world import Bot, Chat, Message, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
"""Characters after entities are parsed."""
DELETABLE_FOR = 48 * 3600
"""Seconds within which a bot may delete a message."""


@dataclass(slots=True)
class Context:
    """All that a method works with."""

    world: World
    bot: Bot
    call: Call
    callbacks: Callbacks
    checkout: Checkout
    faults: Faults
    webhooks: Webhooks


@dataclass(frozen=True, slots=True)
class Answer:
    """A result that comes with a `description`."""

    result: Any
    description: str


Handler: TypeAlias = Callable[[Context], Any | Awaitable[Any]]
METHODS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register a handler under a method's name."""

    def register(handler: Handler) -> Handler:
        METHODS[name.lower()] = handler
        return handler

    return register


def find_chat(ctx: Context, name: str = "chat_id", *, write: bool = False) -> Chat:
    """The chat that a parameter names. Raises ApiError: no such chat; with `write`, that the bot was blocked."""
    raw = ctx.call.text(name).strip()
    if not raw:
        raise ApiError(E.CHAT_ID_EMPTY)
    chat = ctx.bot.chats.get(to_integer(raw) or 0)
    if raw.startswith("@"):
        wanted = raw[1:].lower()
        chat = next((c for c in ctx.bot.chats.values() if c.person.username.lower() == wanted), None)
    if chat is None or not chat.started:
        raise ApiError(E.CHAT_NOT_FOUND)
    if write and chat.blocked:
        raise ApiError(E.BLOCKED)
    return chat


def find_message(ctx: Context, chat: Chat, missing: ErrorText, name: str = "message_id") -> Message:
    """The message that a parameter names. Raises `missing`."""
    message = chat.messages.get(ctx.call.integer(name))
    if message is None:
        raise ApiError(missing)
    return message


def message_ids(ctx: Context) -> list[int]:
    """The parameter `message_ids`: 1 to 100 numbers. Raises ApiError."""
    value = ctx.call.json("message_ids", E.MESSAGE_IDS_JSON)
    if value is None or value == []:
        raise ApiError(E.MESSAGE_IDS_MISSING)
    if not isinstance(value, list):
        raise ApiError(E.MESSAGE_IDS_TYPE)
    if len(value) > 100:
        raise ApiError(E.MESSAGE_IDS_TOO_MANY)
    numbers = [to_integer(str(item)) for item in value]
    if any(number is None or number <= 0 for number in numbers):
        raise ApiError(E.MESSAGE_ID_INVALID)
    return [number for number in numbers if number is not None]


def message_text(ctx: Context) -> Formatted:
    """The parameters `text`, `parse_mode`, `entities`. Raises ApiError."""
    call = ctx.call
    text = call.text("text")
    if not text:
        raise ApiError(E.TEXT_MISSING)
    formatted = format_text(
        text, call.text("parse_mode"), _entities(call.params.get("entities"), call, "entities"), required=True
    )
    if len(formatted.text) > MAX_TEXT:
        raise ApiError(E.TEXT_TOO_LONG)
    known_mentions(ctx, formatted.entities)
    return formatted


def caption_of(ctx: Context, source: Json | None = None) -> Json:
    """Caption fields of a message, from the call's parameters or an InputMedia object. Raises ApiError."""
    call = ctx.call
    given = source if source is not None else call.params
    text = str(given.get("caption") or "")
    entities = _entities(given.get("caption_entities"), call, "caption_entities")
    formatted = format_text(text, str(given.get("parse_mode") or ""), entities, required=False)
    if len(formatted.text) > MAX_CAPTION:
        raise ApiError(E.CAPTION_TOO_LONG)
    if not formatted.text:
        return {}
    known_mentions(ctx, formatted.entities)
    body: Json = {"caption": formatted.text}
    if formatted.entities:
        body["caption_entities"] = formatted.entities
    above = given.get("show_caption_above_media")
    if str(above).lower() in ("true", "1"):
        body["show_caption_above_media"] = True
    return body


def _entities(value: Any, call: Call, name: str) -> Any:
    if isinstance(value, str) and name in call.params:
        try:
            return call.json(name, E.ENTITY_NOT_OBJECT)
        except ApiError:
            return None  # Telegram ignores entities that are not JSON
    return value


def known_mentions(ctx: Context, entities: list[Entity]) -> None:
    """Mentions by id carry the person as a User; those of strangers fall away, as Telegram drops them."""
    for entity in list(entities):
        if entity["type"] == "text_mention":
            person = ctx.world.people.get(int(entity["user"]["id"]))
            if person is None:
                entities.remove(entity)
            else:
                entity["user"] = person.as_user()


def replied(ctx: Context, chat: Chat) -> int | None:
    """The message that a new one replies to, from `reply_parameters` or the older `reply_to_message_id`.

    Raises ApiError when it does not exist and `allow_sending_without_reply` is not set.
    """
    call = ctx.call
    value = call.json("reply_parameters", E.REPLY_PARAMETERS_JSON)
    if value is None and call.text("reply_to_message_id"):
        value = {
            "message_id": call.integer("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ApiError(E.REPLY_PARAMETERS_TYPE)
    wanted = to_integer(str(value.get("message_id", 0))) or 0
    if wanted <= 0:
        return None
    if wanted in chat.messages:
        return wanted
    if value.get("allow_sending_without_reply"):
        return None
    raise ApiError(E.REPLY_NOT_FOUND)


def post(ctx: Context, content: Json, *, invoice: Json | None = None) -> Json:
    """Send a message into the call's chat, with its keyboard and what it replies to; the `Message`. Raises ApiError."""
    markup = read_markup(ctx.call, invoice=invoice is not None)
    chat = find_chat(ctx, write=True)
    reply_to = replied(ctx, chat)
    if invoice is not None and markup is None:
        markup = {"inline_keyboard": [[{"text": f"Pay {invoice['label']}", "pay": True}]]}
    if ctx.call.flag("protect_content"):
        content = content | {"has_protected_content": True}
    message = ctx.world.add_message(ctx.bot, chat, content, markup=markup, reply_to=reply_to, invoice=invoice)
    return ctx.world.shown(chat, message)
