"""Changing what was sent, and answering pressed buttons."""

from __future__ import annotations

from .. import errors as E
from ..errors import ApiError
from ..markup import read_markup
from ..wire import Json
from ..world import Chat, Message
from .base import Context, caption_of, find_chat, find_message, method
from .media import bad_media, input_media
from .messages import text_content

MAX_ANSWER = 200
"""Characters of the text that answers a pressed button."""
_TEXT = ("text", "entities", "link_preview_options")
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")
_MEDIA = ("photo", "document", "voice", "has_media_spoiler")


def _target(ctx: Context) -> tuple[Chat, Message]:
    call = ctx.call
    if not call.text("chat_id") and call.integer("message_id") <= 0:
        raise ApiError(E.MESSAGE_ID_MISSING)
    chat = find_chat(ctx, write=True)
    message = find_message(ctx, chat, E.EDIT_NOT_FOUND)
    if message.outgoing or message.fixed:
        raise ApiError(E.CANT_EDIT)
    return chat, message


def _apply(ctx: Context, chat: Chat, message: Message, fields: tuple[str, ...], content: Json) -> Json:
    """Replace the named fields and the keyboard. Raises ApiError when nothing would change."""
    markup = read_markup(ctx.call, inline_only=True, invoice=message.invoice is not None)
    kept = {name: value for name, value in message.body.items() if name not in (*fields, "reply_markup", "edit_date")}
    if markup is not None:
        content = content | {"reply_markup": markup}
    new = kept | content
    old = {name: value for name, value in message.body.items() if name != "edit_date"}
    if _comparable(new) == _comparable(old):
        raise ApiError(E.NOT_MODIFIED)
    # a new object: updates and answers that hold the former one keep showing the message as it was
    message.body = new
    ctx.world.edited(ctx.bot, chat, message)
    return ctx.world.shown(chat, message)


def _comparable(body: Json) -> Json:
    body = {name: value for name, value in body.items() if name != "link_preview_options"}
    if "photo" in body:
        body["photo"] = body["photo"][-1]["file_unique_id"]
    if "document" in body:
        body["document"] = body["document"]["file_unique_id"]
    return body


@method("editMessageText")
def edit_message_text(ctx: Context) -> Json:
    content = text_content(ctx)
    chat, message = _target(ctx)
    if "text" not in message.body:
        raise ApiError(E.NO_TEXT_TO_EDIT)
    return _apply(ctx, chat, message, _TEXT, content)


@method("editMessageCaption")
def edit_message_caption(ctx: Context) -> Json:
    content = caption_of(ctx)
    chat, message = _target(ctx)
    if not any(name in message.body for name in ("photo", "document", "voice")):
        raise ApiError(E.NO_CAPTION_TO_EDIT)
    return _apply(ctx, chat, message, _CAPTION, content)


@method("editMessageMedia")
def edit_message_media(ctx: Context) -> Json:
    ctx.call.required("media")
    item = ctx.call.json("media", E.MEDIA_INPUT_JSON)
    try:
        content = input_media(ctx, item)
    except ApiError as error:
        raise bad_media(error) from None
    chat, message = _target(ctx)
    if not any(name in message.body for name in ("text", "photo", "document")):
        raise ApiError(E.CANT_EDIT_MEDIA)
    return _apply(ctx, chat, message, (*_TEXT, *_CAPTION, *_MEDIA), content)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(ctx: Context) -> Json:
    chat, message = _target(ctx)
    return _apply(ctx, chat, message, (), {})


@method("answerCallbackQuery")
def answer_callback_query(ctx: Context) -> bool:
    call = ctx.call
    text, url = call.text("text"), call.text("url")
    if len(text) > MAX_ANSWER:
        raise ApiError(E.ANSWER_TOO_LONG)
    if url and not url.startswith((f"https://t.me/{ctx.bot.profile.username}?", "tg://")):
        raise ApiError(E.ANSWER_URL_INVALID)
    ctx.callbacks.answer(ctx.bot, call.text("callback_query_id"), text, call.flag("show_alert"), url)
    return True
