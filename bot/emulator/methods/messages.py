"""Sending text, forwarding, copying, deleting, pinning, typing."""

from __future__ import annotations

from .. import errors as E
from ..errors import ApiError
from ..wire import Json
from ..world import Chat, Message
from .base import (
    DELETABLE_FOR,
    Context,
    caption_of,
    find_chat,
    find_message,
    message_ids,
    message_text,
    method,
    post,
)

_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
    "upload_audio", "upload_document", "choose_sticker", "pick_up_location", "find_location", "record_video_note",
    "upload_video_note", "cancel",
})  # fmt: skip
_OWN_FIELDS = frozenset(
    {"message_id", "from", "chat", "date", "edit_date", "reply_markup", "media_group_id", "has_protected_content"}
)
_SERVICE = frozenset({"successful_payment", "refunded_payment", "pinned_message"})


def link_preview(ctx: Context) -> Json:
    """`link_preview_options`, or the older `disable_web_page_preview`, as the message shows it. Raises ApiError."""
    value = ctx.call.json("link_preview_options", E.LINK_PREVIEW_JSON)
    if value is None:
        return {"link_preview_options": {"is_disabled": True}} if ctx.call.flag("disable_web_page_preview") else {}
    if not isinstance(value, dict):
        raise ApiError(E.LINK_PREVIEW_TYPE)
    kept = {name: option for name, option in value.items() if option not in (None, False, "")}
    return {"link_preview_options": kept} if kept else {}


def text_content(ctx: Context) -> Json:
    """What a text message holds, from the call. Raises ApiError."""
    formatted = message_text(ctx)
    content: Json = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = formatted.entities
    return content | link_preview(ctx)


@method("sendMessage")
def send_message(ctx: Context) -> Json:
    return post(ctx, text_content(ctx))


@method("sendChatAction")
def send_chat_action(ctx: Context) -> bool:
    action = ctx.call.text("action").lower()
    if action not in _ACTIONS:
        raise ApiError(E.CHAT_ACTION_WRONG)
    chat = find_chat(ctx, write=True)
    ctx.world.tell(ctx.bot, chat, "typing", lambda: {"action": action})
    return True


@method("forwardMessage")
def forward_message(ctx: Context) -> Json:
    ctx.call.required("from_chat_id")
    source = find_chat(ctx, "from_chat_id")
    message = find_message(ctx, source, E.FORWARD_NOT_FOUND)
    return forward(ctx, source, message, find_chat(ctx, write=True))


def forward(ctx: Context, source: Chat, message: Message, target: Chat) -> Json:
    """A message again in another chat, with where it came from. Raises ApiError when it may not be forwarded."""
    if message.body.get("has_protected_content") or not _SERVICE.isdisjoint(message.body):
        raise ApiError(E.CANT_FORWARD)
    content = _content(message)
    sender = message.body["from"]
    origin = {"type": "user", "sender_user": sender, "date": message.body["date"]}
    content |= {"forward_origin": message.body.get("forward_origin", origin)}
    invoice = message.invoice
    markup = message.body.get("reply_markup")
    if invoice is not None and invoice["start_parameter"]:
        url = f"https://t.me/{ctx.bot.profile.username}?start={invoice['start_parameter']}"
        markup = {"inline_keyboard": [[{"text": f"Pay {invoice['label']}", "url": url}]]}
        invoice = None
    elif invoice is None:
        markup = _url_buttons(markup)
    new = ctx.world.add_message(ctx.bot, target, content, markup=markup, invoice=invoice, fixed=True)
    return ctx.world.shown(target, new)


def _url_buttons(markup: Json | None) -> Json | None:
    """A forward keeps a keyboard of links; one with other buttons loses it."""
    rows = (markup or {}).get("inline_keyboard", [])
    return markup if rows and all("url" in button for row in rows for button in row) else None


def _content(message: Message) -> Json:
    return {name: value for name, value in message.body.items() if name not in _OWN_FIELDS}


@method("copyMessage")
def copy_message(ctx: Context) -> Json:
    ctx.call.required("from_chat_id")
    message = find_message(ctx, find_chat(ctx, "from_chat_id"), E.COPY_NOT_FOUND)
    if message.invoice is not None or not _SERVICE.isdisjoint(message.body):
        raise ApiError(E.CANT_COPY)
    content = _content(message)
    content.pop("forward_origin", None)
    if "caption" in ctx.call.params and "text" not in content:
        for name in ("caption", "caption_entities", "show_caption_above_media"):
            content.pop(name, None)
        content |= caption_of(ctx)
    return {"message_id": post(ctx, content)["message_id"]}


@method("deleteMessage")
def delete_message(ctx: Context) -> bool:
    if not ctx.call.text("chat_id"):
        raise ApiError(E.CHAT_UNSPECIFIED)
    if ctx.call.integer("message_id") <= 0:
        raise ApiError(E.MESSAGE_ID_MISSING)
    chat = find_chat(ctx, write=True)
    _check_deletable(ctx, find_message(ctx, chat, E.DELETE_NOT_FOUND))
    ctx.world.delete_messages(ctx.bot, chat, [ctx.call.integer("message_id")])
    return True


@method("deleteMessages")
def delete_messages(ctx: Context) -> bool:
    wanted = message_ids(ctx)
    chat = find_chat(ctx, write=True)
    known = [chat.messages[message_id] for message_id in wanted if message_id in chat.messages]
    for message in known:
        _check_deletable(ctx, message)
    ctx.world.delete_messages(ctx.bot, chat, [message.id for message in known])
    return True


def _check_deletable(ctx: Context, message: Message) -> None:
    if ctx.world.clock() - message.body["date"] > DELETABLE_FOR:
        raise ApiError(E.CANT_DELETE)


@method("pinChatMessage")
def pin_chat_message(ctx: Context) -> bool:
    chat = find_chat(ctx, write=True)
    message = find_message(ctx, chat, E.PIN_NOT_FOUND)
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        ctx.world.pins_changed(ctx.bot, chat)
        # Of its own messages a bot is told those that pin (telegram-bot-api, need_skip_update_message).
        service = ctx.world.add_message(ctx.bot, chat, {"pinned_message": dict(message.body)}, fixed=True)
        ctx.bot.updates.push("message", ctx.world.shown(chat, service), f"message:{chat.person.id}")
    return True


@method("unpinChatMessage")
def unpin_chat_message(ctx: Context) -> bool:
    chat = find_chat(ctx, write=True)
    wanted = ctx.call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise ApiError(E.UNPIN_NOT_FOUND)
    chat.pinned.remove(wanted)
    ctx.world.pins_changed(ctx.bot, chat)
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(ctx: Context) -> bool:
    chat = find_chat(ctx, write=True)
    chat.pinned.clear()
    ctx.world.pins_changed(ctx.bot, chat)
    return True
