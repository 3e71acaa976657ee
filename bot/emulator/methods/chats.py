"""Looking up chats, persons and files."""

from __future__ import annotations

from .. import errors as E
from ..errors import ApiError
from ..files import file_json
from ..wire import Json
from .base import Context, find_chat, method

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


@method("getChat")
def get_chat(ctx: Context) -> Json:
    chat = find_chat(ctx)
    person = chat.person
    body = person.as_chat() | {"accepted_gift_types": dict.fromkeys(_GIFTS, True)}
    if person.username:
        body["active_usernames"] = [person.username]
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    if pinned is not None:
        body["pinned_message"] = pinned.body
    return body | {"max_reaction_count": 11, "accent_color_id": person.id % 7}


@method("getChatMember")
def get_chat_member(ctx: Context) -> Json:
    chat = find_chat(ctx)
    user_id = ctx.call.user_id()
    if user_id not in (chat.person.id, ctx.bot.id):
        raise ApiError(E.USER_NOT_FOUND)
    user = chat.person.as_user() if user_id == chat.person.id else ctx.bot.as_user()
    return {"user": user, "status": "member"}


@method("getChatAdministrators")
def get_chat_administrators(ctx: Context) -> Json:
    find_chat(ctx)
    raise ApiError(E.NO_ADMINISTRATORS)


@method("getUserProfilePhotos")
def get_user_profile_photos(ctx: Context) -> Json:
    if ctx.call.user_id() not in ctx.bot.chats:
        raise ApiError(E.USER_NOT_FOUND)
    return {"total_count": 0, "photos": []}


@method("getFile")
def get_file(ctx: Context) -> Json:
    file_id = ctx.call.text("file_id")
    if not file_id:
        raise ApiError(E.FILE_ID_MISSING)
    file = ctx.world.files.find(file_id, ctx.bot.id)
    if file is None:
        raise ApiError(E.FILE_ID_INVALID)
    return file_json(file)
