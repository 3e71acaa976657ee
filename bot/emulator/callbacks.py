"""Pressed buttons that wait for their answer."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass

from . import errors as E
from .errors import ApiError
from .wire import Json
from .world import Bot, Chat, Message, World

CALLBACK_LIFETIME = 60.0
"""Seconds for which a pressed button can be answered. Telegram names no figure; its apps stop waiting earlier."""
_KEPT = 100
"""Answers per person that `/client/answers` still tells."""


@dataclass(slots=True)
class Pressed:
    """One press. `answered` is None until the bot answers."""

    id: int
    user: int
    pressed: float
    text: str = ""
    show_alert: bool = False
    url: str = ""
    answered: bool = False

    def told(self) -> Json:
        """As `/client/answers` tells it."""
        body: Json = {
            "callback_query_id": str(self.id),
            "text": self.text,
            "show_alert": self.show_alert,
            "answered": self.answered,
        }
        return body | {"url": self.url} if self.url else body


class Callbacks:
    """All presses, by bot and id; ids are unguessable enough for a test and rise with time."""

    def __init__(self, world: World, lifetime: float) -> None:
        self._world = world
        self._lifetime = lifetime
        self._presses: dict[tuple[int, int], dict[int, Pressed]] = {}
        self._by_id: dict[int, tuple[int, int]] = {}
        for key, body in world.store.load("callback"):
            bot_id = int(key.split(":")[0])
            self._keep(bot_id, Pressed(**body))

    def press(self, bot: Bot, chat: Chat, message: Message, data: str) -> int:
        """Somebody presses a button: an update for the bot. Returns the query's id."""
        world = self._world
        query_id = (chat.person.id % 1_000_000 + 1) * 10_000_000_000 + world.number(bot, "callback")
        pressed = Pressed(query_id, chat.person.id, world.clock())
        self._keep(bot.id, pressed)
        self._save(bot, pressed)
        payload = {
            "id": str(query_id),
            "from": chat.person.as_user(),
            "message": world.shown(chat, message),
            "chat_instance": str(bot.id * 31 + chat.person.id * 7_919),
            "data": data,
        }
        bot.updates.push("callback_query", payload, f"callback:{chat.person.id}")
        return query_id

    def answer(self, bot: Bot, query_id: str, text: str, show_alert: bool, url: str) -> None:
        """The bot answers. Raises ApiError when the press is unknown, answered, or too long ago."""
        number = int(query_id) if query_id.isdigit() else 0
        key = self._by_id.get(number)
        pressed = self._presses[key].get(number) if key is not None and key[0] == bot.id else None
        if pressed is None or pressed.answered or self._world.clock() - pressed.pressed > self._lifetime:
            raise ApiError(E.QUERY_TOO_OLD)
        pressed.text, pressed.show_alert, pressed.url, pressed.answered = text, show_alert, url, True
        self._save(bot, pressed)
        chat = bot.chats.get(pressed.user)
        if chat is not None:
            event = {name: value for name, value in pressed.told().items() if name != "answered"}
            self._world.tell(bot, chat, "answer", lambda: event)

    def of(self, bot: Bot, user: int, after: int) -> list[Pressed]:
        """A person's presses after a query id, oldest first."""
        return [p for p in self._presses.get((bot.id, user), {}).values() if p.id > after]

    async def wait_answered(self, bot: Bot, user: int, after: int, seconds: float) -> list[Pressed]:
        """The same, once one of them is answered; after `seconds` as it is then."""
        deadline = asyncio.get_running_loop().time() + seconds
        feed = self._world.feed(bot, user)
        while True:
            found = self.of(bot, user, after)
            left = deadline - asyncio.get_running_loop().time()
            if any(p.answered for p in found) or left <= 0:
                return found
            await feed.wait(left)

    def _keep(self, bot_id: int, pressed: Pressed) -> None:
        key = bot_id, pressed.user
        own = self._presses.setdefault(key, {})
        own[pressed.id] = pressed
        self._by_id[pressed.id] = key
        if len(own) > _KEPT:
            oldest = next(iter(own))
            del own[oldest], self._by_id[oldest]
            self._world.store.delete("callback", f"{bot_id}:{oldest:020d}")

    def _save(self, bot: Bot, pressed: Pressed) -> None:
        self._world.store.put("callback", f"{bot.id}:{pressed.id:020d}", asdict(pressed))
