"""What a person does on their phone: appear, write, edit, share, block; and the misbehaviour that a test asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from .entities import Formatted, plain
from .errors import ApiError
from .faults import Faults
from .files import document_json, voice_json
from .menus import tell_menu
from .people import Act, Impossible, Phones, number, refused, whole, words
from .wire import Json, Upload, read_call
from .world import Bot, Chat, Person

MAX_MESSAGE = 4096


class Acts:
    """Writing, sharing, and what is around it."""

    def __init__(self, phones: Phones, faults: Faults) -> None:
        self._world = phones.world
        self._phones = phones
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """The calls that do something."""
        acts: dict[str, Act] = {
            "users": self._add_user,
            "language": self._set_language,
            "send": self._send,
            "start": self._start,
            "edit": self._edit,
            "contact": self._contact,
            "location": self._location,
            "block": self._block,
            "read": self._read,
            "faults": self._add_fault,
        }
        routes = [web.post(f"/client/{name}", self._phones.answering(act)) for name, act in acts.items()]
        routes += [web.post(f"/client/{kind}", self._uploading(kind)) for kind in ("photo", "document", "voice")]
        routes.append(web.get("/client/faults", self._phones.answering(self._show_faults), allow_head=False))
        return [*routes, web.delete("/client/faults", self._phones.answering(self._clear_faults))]

    # -- who there is

    def _add_user(self, body: Json) -> Json:
        user_id = whole(body, "id")
        if user_id <= 0:
            raise Impossible("id is a positive number.")
        person = Person(
            user_id,
            words(body, "first_name"),
            str(body.get("last_name") or ""),
            str(body.get("username") or "").removeprefix("@"),
            str(body.get("language_code") or "en"),
            str(body.get("phone_number") or f"+4930{user_id % 10_000_000:07d}"),
        )
        self._world.add_person(person)
        for bot in self._world.bots.values():
            self._world.chat(bot, person)
        return person.as_user()

    def _set_language(self, body: Json) -> Json:
        person = self._phones.person(body)
        person.language_code = words(body, "language_code")
        self._world.add_person(person)
        for bot in self._world.bots.values():
            tell_menu(self._world, bot, self._world.chat(bot, person))
        return person.as_user()

    # -- writing

    def _send(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        return self.write(bot, chat, words(body, "text"), whole(body, "reply_to") if body.get("reply_to") else None)

    def _start(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        payload = str(body.get("payload") or "")
        if chat.blocked:
            self._set_blocked(bot, chat, False)
        return self.write(bot, chat, f"/start {payload}".strip())

    def write(self, bot: Bot, chat: Chat, text: str, reply_to: int | None = None) -> Json:
        """They write. Raises Impossible."""
        formatted = self._checked(text)
        content: Json = {"text": formatted.text}
        if formatted.entities:
            content["entities"] = formatted.entities
        if chat.keyboard is not None and chat.keyboard.get("one_time_keyboard"):
            self._world.set_keyboard(bot, chat, None)
        return self.share(bot, chat, content, reply_to)

    def _checked(self, text: str) -> Formatted:
        try:
            formatted = plain(text)
        except ApiError:
            raise Impossible("text is needed: a text that is not empty.") from None
        if len(formatted.text) > MAX_MESSAGE:
            raise Impossible(f"A message has at most {MAX_MESSAGE} characters, not {len(formatted.text)}.")
        return formatted

    def share(self, bot: Bot, chat: Chat, content: Json, reply_to: int | None = None) -> Json:
        """They send something: a message in their chat and an update for the bot. Raises Impossible."""
        if chat.blocked:
            raise Impossible(f"{chat.person.first_name} has blocked the bot: unblock it first, or use /client/start.")
        chat.started = True
        message = self._world.add_message(bot, chat, content, outgoing=True, reply_to=reply_to)
        bot.updates.push("message", self._world.shown(chat, message), f"message:{chat.person.id}")
        return self._world.seen(chat, message)

    def _edit(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        message = self._phones.message(chat, whole(body, "message_id"))
        if not message.outgoing or "text" not in message.body:
            raise Impossible("Only a text that they wrote themselves can be edited.")
        formatted = self._checked(words(body, "text"))
        message.body = message.body | {"text": formatted.text}
        message.body.pop("entities", None)
        if formatted.entities:
            message.body["entities"] = formatted.entities
        self._world.edited(bot, chat, message)
        bot.updates.push("edited_message", self._world.shown(chat, message), f"message:{chat.person.id}")
        return self._world.seen(chat, message)

    def _contact(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        return self.share(bot, chat, contact_content(chat.person, body))

    def _location(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        return self.share(bot, chat, location_content(body))

    def _uploading(self, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                call = await read_call(request, kind)
                upload = call.files.get("file")
                if upload is None:
                    raise Impossible("Send multipart/form-data with user and file.")
                message = self._upload(kind, call.params, upload)
            except Impossible as impossible:
                return refused(impossible)
            except ApiError as error:
                return refused(Impossible(error.description))
            self._world.store.flush()
            return web.json_response({"ok": True, "result": message})

        return handle

    def _upload(self, kind: str, body: Json, upload: Upload) -> Json:
        bot, chat = self._phones.chat(body)
        files = self._world.files
        file = files.add(upload, bot.id, kind)
        content: Json
        if kind == "photo":
            content = {"photo": files.photo_sizes(file)}
        elif kind == "voice":
            content = {"voice": voice_json(file, whole(body, "duration") if body.get("duration") else 1)}
        else:
            content = {"document": document_json(file)}
        if str(body.get("caption") or "").strip():
            formatted = self._checked(str(body["caption"]))
            content["caption"] = formatted.text
            if formatted.entities:
                content["caption_entities"] = formatted.entities
        return self.share(bot, chat, content)

    # -- the rest

    def _block(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        blocked = bool(body.get("blocked", True))
        if blocked != chat.blocked:
            self._set_blocked(bot, chat, blocked)
        return {"blocked": chat.blocked}

    def _set_blocked(self, bot: Bot, chat: Chat, blocked: bool) -> None:
        chat.blocked = blocked
        self._world.save_chat(bot, chat)
        member = {"user": bot.as_user(), "status": "member"}
        kicked = {"user": bot.as_user(), "status": "kicked", "until_date": 0}
        payload = {
            "chat": chat.person.as_chat(),
            "from": chat.person.as_user(),
            "date": int(self._world.clock()),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        bot.updates.push("my_chat_member", payload, f"member:{chat.person.id}")

    def _read(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        if chat.unread:
            chat.unread = 0
            self._world.save_chat(bot, chat)
        return {"unread": 0}

    def _add_fault(self, body: Json) -> Json:
        try:
            fault = self._faults.add(body)
        except (ValueError, TypeError) as error:
            raise Impossible(str(error)) from None
        if fault.error == "restart_ids":
            for bot in self._world.bots.values():
                bot.updates.restart_ids()
        return {"method": fault.method, "error": fault.error, "times": fault.times}

    def _show_faults(self, _: Json) -> Json:
        return {"refused": self._faults.refused}

    def _clear_faults(self, _: Json) -> Json:
        self._faults.clear()
        return {}


def contact_content(person: Person, body: Json) -> Json:
    """A contact as the field of a message: their own unless another number is given."""
    contact: Json = {
        "phone_number": str(body.get("phone_number") or person.phone_number),
        "first_name": str(body.get("first_name") or person.first_name),
    }
    if not body.get("phone_number"):
        contact["user_id"] = person.id
        if person.last_name:
            contact["last_name"] = person.last_name
    return {"contact": contact}


def location_content(body: Json) -> Json:
    """A place as the field of a message. Raises Impossible."""
    if body.get("latitude") is None or body.get("longitude") is None:
        raise Impossible("latitude and longitude are needed: degrees.")
    latitude, longitude = number(body, "latitude", 0), number(body, "longitude", 0)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Impossible("latitude is between -90 and 90, longitude between -180 and 180.")
    return {"location": {"latitude": latitude, "longitude": longitude}}
