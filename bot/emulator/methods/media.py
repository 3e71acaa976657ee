"""Pictures, documents, voice, albums, places."""

from __future__ import annotations

from typing import Any

from .. import errors as E
from ..errors import ApiError, ErrorText
from ..files import StoredFile, document_json, voice_json
from ..wire import Json
from .base import Context, caption_of, find_chat, method, post, replied

MAX_ALBUM = 10
_MISSING = {"photo": E.NO_PHOTO, "document": E.NO_DOCUMENT, "voice": E.NO_VOICE}


def file_content(ctx: Context, file: StoredFile, duration: int = 0) -> Json:
    """A file as the field of a message."""
    if file.kind == "photo":
        return {"photo": ctx.world.files.photo_sizes(file)}
    if file.kind == "voice":
        return {"voice": voice_json(file, duration)}
    return {"document": document_json(file)}


def _send_file(ctx: Context, kind: str) -> Json:
    file = ctx.world.files.incoming(ctx.call, kind, ctx.bot.id, kind)
    if file is None:
        raise ApiError(_MISSING[kind])
    content = file_content(ctx, file, ctx.call.integer("duration", 0, 0, 86400)) | caption_of(ctx)
    if kind == "photo" and ctx.call.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return post(ctx, content)


@method("sendPhoto")
def send_photo(ctx: Context) -> Json:
    return _send_file(ctx, "photo")


@method("sendDocument")
def send_document(ctx: Context) -> Json:
    return _send_file(ctx, "document")


@method("sendVoice")
def send_voice(ctx: Context) -> Json:
    return _send_file(ctx, "voice")


def input_media(ctx: Context, item: Any) -> Json:
    """An InputMediaPhoto or InputMediaDocument as the fields of a message. Raises ApiError."""
    if not isinstance(item, dict):
        raise ApiError(E.ENTITY_NOT_OBJECT)
    kind = str(item.get("type") or "")
    if not kind:
        raise ApiError(E.FIELD_MISSING, name="type")
    if kind not in ("photo", "document"):
        raise ApiError(E.MEDIA_TYPE, type=kind)
    file = ctx.world.files.incoming(ctx.call, "", ctx.bot.id, kind, str(item.get("media") or ""))
    if file is None:
        raise ApiError(E.MEDIA_MISSING)
    content = file_content(ctx, file) | caption_of(ctx, item)
    if kind == "photo" and str(item.get("has_spoiler")).lower() in ("true", "1"):
        content["has_media_spoiler"] = True
    return content


@method("sendMediaGroup")
def send_media_group(ctx: Context) -> list[Json]:
    ctx.call.required("media")
    items = ctx.call.json("media", E.MEDIA_JSON)
    if not isinstance(items, list):
        raise ApiError(E.MEDIA_ARRAY)
    contents = [_album_item(ctx, item) for item in items]
    if not contents:
        raise ApiError(E.ALBUM_EMPTY)
    if len(contents) > MAX_ALBUM:
        raise ApiError(E.ALBUM_TOO_MANY)
    if len({"photo" in content for content in contents}) > 1:
        raise ApiError(E.ALBUM_MIXED, type="Document")
    chat = find_chat(ctx, write=True)
    reply_to = replied(ctx, chat)
    group: Json = (
        {"media_group_id": str(13_000_000_000 + ctx.world.number(ctx.bot, "album"))} if len(contents) > 1 else {}
    )
    if ctx.call.flag("protect_content"):
        group["has_protected_content"] = True
    messages = [ctx.world.add_message(ctx.bot, chat, group | content, reply_to=reply_to) for content in contents]
    return [ctx.world.shown(chat, message) for message in messages]


def _album_item(ctx: Context, item: Any) -> Json:
    try:
        return input_media(ctx, item)
    except ApiError as error:
        raise bad_media(error) from None


def bad_media(error: ApiError) -> ApiError:
    """What is wrong with an InputMedia object; faults of the file itself are told as they are."""
    own: tuple[ErrorText, ...] = (E.MEDIA_MISSING, E.MEDIA_TYPE, E.ENTITY_NOT_OBJECT, E.FIELD_MISSING)
    return E.within(E.MEDIA_BAD, error) if error.error in own else error


def _place(ctx: Context) -> Json:
    for name, missing in (("latitude", E.LATITUDE_MISSING), ("longitude", E.LONGITUDE_MISSING)):
        if not ctx.call.text(name).strip():
            raise ApiError(missing)
    return {"latitude": _number(ctx, "latitude", 90), "longitude": _number(ctx, "longitude", 180)}


def _number(ctx: Context, name: str, limit: float) -> float:
    try:
        value = float(ctx.call.text(name))
    except ValueError:
        raise ApiError(E.LOCATION_WRONG) from None
    if not abs(value) <= limit:  # so that what is not a number is refused too
        raise ApiError(E.LOCATION_WRONG)
    return value


@method("sendLocation")
def send_location(ctx: Context) -> Json:
    location = _place(ctx)
    if ctx.call.text("horizontal_accuracy"):
        location["horizontal_accuracy"] = _number(ctx, "horizontal_accuracy", 1500)
    return post(ctx, {"location": location})


@method("sendVenue")
def send_venue(ctx: Context) -> Json:
    location = _place(ctx)
    venue = {"location": location, "title": ctx.call.required("title"), "address": ctx.call.required("address")}
    return post(ctx, {"location": location, "venue": venue})
