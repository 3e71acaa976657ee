"""The people's side: what a person does on their phone, and the misbehaviour that a test asks for.

JSON in, `{"ok": true, "result": …}` out, or HTTP 4xx `{"ok": false, "error": "sentence"}`. docs/emulator.md has the
calls.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .callbacks import Callbacks
from .checkout import OUTCOMES, Checkout, Plan
from .entities import plain
from .errors import ApiError
from .faults import Faults
from .files import document_json, voice_json
from .menus import tell_menu
from .wire import Json, Upload, read_call
from .world import Bot, Chat, Message, Person, World

Act = Callable[[Json], Any | Awaitable[Any]]
MAX_MESSAGE = 4096


class Impossible(Exception):
    """Something that a person cannot do; the sentence says why and what to do instead."""

    def __init__(self, sentence: str, status: int = 400, **more: object) -> None:
        super().__init__(sentence)
        self.sentence, self.status, self.more = sentence, status, more


def whole(body: Json, name: str) -> int:
    """A whole number of a body. Raises Impossible."""
    value = body.get(name)
    if isinstance(value, bool) or value is None or not str(value).lstrip("-").isdigit():
        raise Impossible(f"{name} is needed: a whole number.")
    return int(value)


def words(body: Json, name: str) -> str:
    """A text of a body that is not empty. Raises Impossible."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Impossible(f"{name} is needed: a text that is not empty.")
    return value


class Phones:
    """Finding persons, bots, chats and messages for the calls of the people's side."""

    def __init__(self, world: World) -> None:
        self.world = world

    def bot(self, wanted: object = None) -> Bot:
        """The bot with this user name or id; the first one when none is named. Raises Impossible."""
        bots = list(self.world.bots.values())
        if wanted in (None, ""):
            return bots[0]
        name = str(wanted).removeprefix("@").lower()
        for bot in bots:
            if name in (str(bot.id), bot.profile.username.lower()):
                return bot
        raise Impossible(f"There is no bot {wanted}.", 404)

    def person(self, body: Json, name: str = "user") -> Person:
        """The person whom a body names. Raises Impossible."""
        user_id = whole(body, name)
        person = self.world.people.get(user_id)
        if person is None:
            raise Impossible(f"There is no user {user_id}: add them with POST /client/users.", 404)
        return person

    def chat(self, body: Json) -> tuple[Bot, Chat]:
        """The bot and the person's chat with it. Raises Impossible."""
        bot = self.bot(body.get("bot"))
        return bot, self.world.chat(bot, self.person(body))

    def message(self, chat: Chat, message_id: int) -> Message:
        """A message in a chat. Raises Impossible."""
        message = chat.messages.get(message_id)
        if message is None:
            raise Impossible(f"{chat.person.first_name} sees no message {message_id}.", 404)
        return message


class Acts:
    """Everything a person does."""

    def __init__(self, world: World, callbacks: Callbacks, checkout: Checkout, faults: Faults) -> None:
        self._world = world
        self._phones = Phones(world)
        self._callbacks = callbacks
        self._checkout = checkout
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """The calls that do something."""
        acts: dict[str, Act] = {
            "users": self._add_user,
            "language": self._set_language,
            "send": self._send,
            "start": self._start,
            "edit": self._edit,
            "press": self._press,
            "contact": self._contact,
            "location": self._location,
            "pay": self._pay,
            "block": self._block,
            "read": self._read,
            "forward": self._forward,
            "faults": self._add_fault,
        }
        routes = [web.post(f"/client/{name}", self._answering(act)) for name, act in acts.items()]
        routes += [web.post(f"/client/{kind}", self._uploading(kind)) for kind in ("photo", "document", "voice")]
        return [*routes, web.delete("/client/faults", self._answering(self._clear_faults))]

    def _answering(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                result = act(await _json_body(request))
                if isinstance(result, Awaitable):
                    result = await result
            except Impossible as impossible:
                return refused(impossible)
            self._world.store.flush()
            return web.json_response({"ok": True, "result": result})

        return handle

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
        return self._write(bot, chat, words(body, "text"), body.get("reply_to"))

    def _start(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        payload = str(body.get("payload") or "")
        if chat.blocked:
            self._set_blocked(bot, chat, False)
        return self._write(bot, chat, f"/start {payload}".strip(), None)

    def _write(self, bot: Bot, chat: Chat, text: str, reply_to: object) -> Json:
        formatted = self._checked(text)
        content: Json = {"text": formatted.text}
        if formatted.entities:
            content["entities"] = formatted.entities
        if chat.keyboard is not None and chat.keyboard.get("one_time_keyboard"):
            self._world.set_keyboard(bot, chat, None)
        return self._share(bot, chat, content, int(str(reply_to)) if reply_to else None)

    def _checked(self, text: str) -> Any:
        try:
            formatted = plain(text)
        except ApiError:
            raise Impossible("text is needed: a text that is not empty.") from None
        if len(formatted.text) > MAX_MESSAGE:
            raise Impossible(f"A message has at most {MAX_MESSAGE} characters, not {len(formatted.text)}.")
        return formatted

    def _share(self, bot: Bot, chat: Chat, content: Json, reply_to: int | None = None) -> Json:
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
        return self._share(bot, chat, _contact_content(chat.person, body))

    def _location(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        return self._share(bot, chat, _location_content(body))

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
            content = {"voice": voice_json(file, int(body.get("duration") or 1))}
        else:
            content = {"document": document_json(file)}
        if str(body.get("caption") or "").strip():
            formatted = self._checked(str(body["caption"]))
            content["caption"] = formatted.text
            if formatted.entities:
                content["caption_entities"] = formatted.entities
        return self._share(bot, chat, content)

    # -- pressing

    def _press(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        if body.get("text") is None and body.get("data") is None:
            raise Impossible("text, the button's label, or data is needed.")
        if body.get("message_id") is None:
            pressed = self._press_keyboard(bot, chat, body)
            if pressed is not None:
                return pressed
            message, button = _newest_button(chat, body)
        else:
            message = self._phones.message(chat, whole(body, "message_id"))
            button = _button_of(message, body)
        if "callback_data" in button:
            query_id = self._callbacks.press(bot, chat, message, button["callback_data"])
            return {"callback_query_id": str(query_id)}
        if "url" in button:
            return {"url": button["url"]}
        if "web_app" in button:
            return {"url": button["web_app"]["url"], "web_app": True}
        if "copy_text" in button:
            return {"copied": button["copy_text"]["text"]}
        if "pay" in button:
            raise Impossible("This is a Pay button: use POST /client/pay.")
        raise Impossible("The local messenger has no inline mode.")

    def _press_keyboard(self, bot: Bot, chat: Chat, body: Json) -> Json | None:
        rows = (chat.keyboard or {}).get("keyboard", [])
        for button in (button for row in rows for button in row):
            if button["text"] != body.get("text"):
                continue
            if button.get("request_contact"):
                return self._share(bot, chat, _contact_content(chat.person, {}))
            if button.get("request_location"):
                return self._share(bot, chat, _location_content(body))
            if "web_app" in button:
                return {"url": button["web_app"]["url"], "web_app": True}
            return self._write(bot, chat, button["text"], None)
        return None

    # -- money

    async def _pay(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        plan = Plan(str(body.get("outcome") or "paid"), float(body.get("delay") or 0), bool(body.get("lost")))
        if plan.outcome not in OUTCOMES:
            raise Impossible(f"outcome is one of {', '.join(OUTCOMES)}.")
        payer = chat
        if body.get("payer") is not None:
            payer = self._world.chat(bot, self._phones.person(body, "payer"))
        if body.get("link"):
            invoice = self._checkout.linked(str(body["link"]))
            if invoice is None:
                raise Impossible("There is no invoice behind this link.", 404)
            return await self._checkout.pay(bot, payer, invoice, None, plan)
        message = self._phones.message(chat, whole(body, "message_id"))
        self._check_payable(bot, message, payer, chat)
        assert message.invoice is not None
        return await self._checkout.pay(bot, payer, message.invoice, message, plan)

    def _check_payable(self, bot: Bot, message: Message, payer: Chat, chat: Chat) -> None:
        """An invoice with a start parameter belongs to its chat and is paid once; one without may be paid by many."""
        invoice = message.invoice
        if invoice is None:
            raise Impossible("This message is no invoice.")
        if not invoice["start_parameter"]:
            return
        if payer is not chat:
            link = f"https://t.me/{bot.profile.username}?start={invoice['start_parameter']}"
            raise Impossible("A forwarded copy of this invoice has a link to the bot, not a Pay button.", url=link)
        if invoice["paid_by"]:
            raise Impossible("This invoice is paid: its button shows the receipt now.")

    def _forward(self, body: Json) -> Json:
        """Somebody forwards a message of the bot to a friend: the button under the friend's copy."""
        bot, chat = self._phones.chat(body)
        message = self._phones.message(chat, whole(body, "message_id"))
        if message.body.get("has_protected_content"):
            raise Impossible("The bot has protected this message: it cannot be forwarded.")
        invoice = message.invoice
        if invoice is not None and invoice["start_parameter"]:
            link = f"https://t.me/{bot.profile.username}?start={invoice['start_parameter']}"
            return {"button": {"text": f"Pay {invoice['label']}", "url": link}}
        return {"button": {"text": f"Pay {invoice['label']}", "pay": True}} if invoice is not None else {}

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

    def _clear_faults(self, _: Json) -> Json:
        self._faults.clear()
        return {}


def refused(impossible: Impossible) -> web.Response:
    """A refusal over HTTP."""
    return web.json_response({"ok": False, "error": impossible.sentence} | impossible.more, status=impossible.status)


async def _json_body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Impossible("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Impossible("The body is a JSON object.")
    return body


def _contact_content(person: Person, body: Json) -> Json:
    contact: Json = {
        "phone_number": str(body.get("phone_number") or person.phone_number),
        "first_name": str(body.get("first_name") or person.first_name),
    }
    if not body.get("phone_number"):
        contact["user_id"] = person.id
        if person.last_name:
            contact["last_name"] = person.last_name
    return {"contact": contact}


def _location_content(body: Json) -> Json:
    try:
        latitude, longitude = float(body["latitude"]), float(body["longitude"])
    except (KeyError, TypeError, ValueError):
        raise Impossible("latitude and longitude are needed: degrees.") from None
    return {"location": {"latitude": latitude, "longitude": longitude}}


def _matches(button: Json, body: Json) -> bool:
    if body.get("data") is not None:
        return bool(button.get("callback_data") == body["data"])
    return bool(button["text"] == body.get("text"))


def _buttons(message: Message) -> list[Json]:
    rows = message.body.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _button_of(message: Message, body: Json) -> Json:
    for button in _buttons(message):
        if _matches(button, body):
            return button
    labels = ", ".join(repr(button["text"]) for button in _buttons(message)) or "none"
    wanted = body.get("data") if body.get("data") is not None else body.get("text")
    raise Impossible(f"Message {message.id} has no button {wanted!r}; its buttons: {labels}.", 404)


def _newest_button(chat: Chat, body: Json) -> tuple[Message, Json]:
    for message in reversed(chat.messages.values()):
        for button in _buttons(message):
            if _matches(button, body):
                return message, button
    wanted = body.get("data") if body.get("data") is not None else body.get("text")
    raise Impossible(f"{chat.person.first_name} sees no button {wanted!r}.", 404)
