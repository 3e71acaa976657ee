"""The people's side: what a person does on their phone, and the misbehaviour that a test asks for.

JSON in, `{"ok": true, "result": …}` out, or HTTP 4xx `{"ok": false, "error": "sentence"}`. docs/emulator.md has the
calls.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web

from .wire import Json, decode
from .world import Bot, Chat, Message, Person, World

Act: TypeAlias = Callable[[Json], Any | Awaitable[Any]]


class Impossible(Exception):
    """Something that a person cannot do; the sentence says why and what to do instead."""

    def __init__(self, sentence: str, status: int = 400, **more: object) -> None:
        super().__init__(sentence)
        self.sentence, self.status, self.more = sentence, status, more


def whole(body: Json, name: str) -> int:
    """A whole number of a body. Raises Impossible."""
    try:
        return int(str(body.get(name)))
    except ValueError:
        raise Impossible(f"{name} is needed: a whole number.") from None


def number(body: Json, name: str, default: float) -> float:
    """A number of a body. Raises Impossible."""
    try:
        value = float(body.get(name, default))
    except (TypeError, ValueError):
        raise Impossible(f"{name} is a number.") from None
    if not math.isfinite(value):
        raise Impossible(f"{name} is a number.")
    return value


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

    def answering(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        """An act as a handler of HTTP: JSON in, its result out, everything it changed on disk."""

        async def handle(request: web.Request) -> web.Response:
            try:
                result = act(await _json_body(request))
                if isinstance(result, Awaitable):
                    result = await result
            except Impossible as impossible:
                return refused(impossible)
            self.world.store.flush()
            return web.json_response({"ok": True, "result": result})

        return handle


def refused(impossible: Impossible) -> web.Response:
    """A refusal over HTTP."""
    return web.json_response({"ok": False, "error": impossible.sentence} | impossible.more, status=impossible.status)


async def _json_body(request: web.Request) -> Json:
    try:
        body = decode(await request.read() or b"{}")
    except ValueError:
        raise Impossible("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Impossible("The body is a JSON object.")
    return body
