"""Who and what there is: persons, bots, their chats and the messages in them.

A private chat belongs to one bot and one person. Messages are numbered per bot, across its chats, as Telegram does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from .feed import Feed
from .files import Files
from .markup import is_inline
from .profile import BotProfile, bot_id_of
from .store import Store
from .updates import UpdateQueue
from .wire import Json


@dataclass(slots=True)
class Person:
    """Somebody with a phone."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    phone_number: str = ""

    def as_user(self) -> Json:
        """As a Bot API `User`."""
        return self._named({"id": self.id, "is_bot": False}) | {"language_code": self.language_code}

    def as_chat(self) -> Json:
        """As the Bot API `Chat` that a bot has with them."""
        return self._named({"id": self.id}) | {"type": "private"}

    def _named(self, body: Json) -> Json:
        body["first_name"] = self.first_name
        if self.last_name:
            body["last_name"] = self.last_name
        if self.username:
            body["username"] = self.username
        return body


@dataclass(slots=True)
class Message:
    """A message, its `body` as the Bot API shows it but for the message that it replies to."""

    body: Json
    outgoing: bool
    """Whether the person wrote it."""
    reply_to: int | None = None
    fixed: bool = False
    """Whether it may never be edited: it put up a keyboard under the field, or is a forward."""
    invoice: Json | None = None
    """What only Telegram knows about an invoice: payload, prices, provider token, who has paid."""

    @property
    def id(self) -> int:
        return int(self.body["message_id"])

    def stored(self) -> Json:
        """As it is kept; the body is not copied."""
        return {
            "body": self.body,
            "outgoing": self.outgoing,
            "reply_to": self.reply_to,
            "fixed": self.fixed,
            "invoice": self.invoice,
        }


@dataclass(slots=True)
class Chat:
    """What one bot and one person have with each other."""

    person: Person
    started: bool = False
    """Whether the bot may write: the person has written to it."""
    blocked: bool = False
    unread: int = 0
    keyboard: Json | None = None
    pinned: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    menu_seen: Json | None = None

    def stored(self) -> Json:
        return {
            "started": self.started,
            "blocked": self.blocked,
            "unread": self.unread,
            "keyboard": self.keyboard,
            "pinned": self.pinned,
        }


class Bot:
    """A bot: its profile, its settings, its chats, and the updates that wait for it."""

    def __init__(self, token: str, profile: BotProfile, store: Store, clock: Callable[[], float]) -> None:
        self.token = token
        self.id = bot_id_of(token)
        self.profile = profile
        self.settings: Json = {}
        self.chats: dict[int, Chat] = {}
        self.numbers: Json = dict(store.load("numbers")).get(str(self.id), {})
        """The last number given in each series: `message`, `update`, `callback` …"""
        self.updates = UpdateQueue(self.id, self.numbers, store, clock)

    def as_user(self) -> Json:
        """As a Bot API `User`."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.settings.get("name:", "") or self.profile.first_name,
            "username": self.profile.username,
        }


class World:
    """All of it, kept in memory and written through to the store."""

    def __init__(self, bots: dict[str, BotProfile], store: Store, clock: Callable[[], float]) -> None:
        self.store = store
        self.clock = clock
        self.files = Files(store)
        self.people: dict[int, Person] = {}
        self.bots = {token: Bot(token, profile, store, clock) for token, profile in bots.items()}
        self._feeds: dict[tuple[int, int], Feed] = {}
        self._first_seq = int(clock() * 1000)
        self._load()

    # -- persons and chats

    def add_person(self, person: Person) -> None:
        """A person appears, or changes their name, user name or language."""
        self.people[person.id] = person
        self.store.put("person", person.id, asdict(person))
        for bot in self.bots.values():
            if person.id in bot.chats:
                bot.chats[person.id].person = person

    def chat(self, bot: Bot, person: Person) -> Chat:
        """The chat of a bot and a person, made when it is new."""
        chat = bot.chats.get(person.id)
        if chat is None:
            chat = bot.chats[person.id] = Chat(person)
            self.save_chat(bot, chat)
        return chat

    def save_chat(self, bot: Bot, chat: Chat) -> None:
        """Keep the chat's own state (not its messages)."""
        self.store.put("chat", f"{bot.id}:{chat.person.id}", chat.stored())

    def save_settings(self, bot: Bot) -> None:
        """Keep what the bot has set."""
        self.store.put("settings", bot.id, bot.settings)

    def feed(self, bot: Bot, person_id: int) -> Feed:
        """What happens on a person's phone in the chat with a bot."""
        key = bot.id, person_id
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = Feed(self._first_seq)
        return feed

    def number(self, bot: Bot, series: str) -> int:
        """The next number of one of the bot's series; they survive a restart."""
        bot.numbers[series] = int(bot.numbers.get(series, 0)) + 1
        self.store.put("numbers", bot.id, bot.numbers)
        return int(bot.numbers[series])

    # -- messages

    def add_message(
        self,
        bot: Bot,
        chat: Chat,
        content: Json,
        *,
        outgoing: bool = False,
        markup: Json | None = None,
        reply_to: int | None = None,
        invoice: Json | None = None,
        fixed: bool = False,
    ) -> Message:
        """A new message in a chat, told to the phone. The update for the bot is the caller's."""
        body: Json = {
            "message_id": self.number(bot, "message"),
            "from": chat.person.as_user() if outgoing else bot.as_user(),
            "chat": chat.person.as_chat(),
            "date": int(self.clock()),
        } | content
        if is_inline(markup):
            body["reply_markup"] = markup
        keyboard_shown = markup is not None and not is_inline(markup) and not markup.get("remove_keyboard")
        message = Message(body, outgoing, reply_to, fixed or keyboard_shown, invoice)
        chat.messages[message.id] = message
        if not outgoing:
            chat.unread += 1
        self.save_message(bot, message)
        self.save_chat(bot, chat)
        self.tell(bot, chat, "message", lambda: {"message": self.seen(chat, message)})
        if markup is not None and not is_inline(markup):
            self.set_keyboard(bot, chat, None if markup.get("remove_keyboard") else markup)
        return message

    def set_keyboard(self, bot: Bot, chat: Chat, keyboard: Json | None) -> None:
        """The keyboard under the field where the person writes."""
        chat.keyboard = keyboard
        self.save_chat(bot, chat)
        self.tell(bot, chat, "keyboard", lambda: {"reply_markup": keyboard})

    def pins_changed(self, bot: Bot, chat: Chat) -> None:
        """Keep what is pinned, and tell the phone."""
        self.save_chat(bot, chat)
        self.tell(bot, chat, "pins", lambda: {"pinned": list(chat.pinned)})

    def save_message(self, bot: Bot, message: Message) -> None:
        """Keep a message as it is now."""
        self.store.put("message", f"{bot.id}:{message.id:012d}", message.stored())

    def edited(self, bot: Bot, chat: Chat, message: Message) -> None:
        """A message's body was changed: note when, keep it, tell the phone."""
        message.body["edit_date"] = int(self.clock())
        self.save_message(bot, message)
        self.tell(bot, chat, "edit", lambda: {"message": self.seen(chat, message)})

    def paid(self, bot: Bot, message: Message) -> None:
        """Somebody paid an invoice: the phone in whose chat it stands shows that, the bot sees no edit."""
        self.save_message(bot, message)
        chat = bot.chats[message.body["chat"]["id"]]
        self.tell(bot, chat, "edit", lambda: {"message": self.seen(chat, message)})

    def delete_messages(self, bot: Bot, chat: Chat, message_ids: Iterable[int]) -> None:
        """Messages disappear from both sides."""
        unread = self._unread_ids(chat) if chat.unread else set()
        gone = [message_id for message_id in message_ids if chat.messages.pop(message_id, None) is not None]
        if not unread.isdisjoint(gone):
            chat.unread -= len(unread.intersection(gone))
            self.save_chat(bot, chat)
        for message_id in gone:
            self.store.delete("message", f"{bot.id}:{message_id:012d}")
            if message_id in chat.pinned:
                chat.pinned.remove(message_id)
                self.pins_changed(bot, chat)
        if gone:
            self.tell(bot, chat, "delete", lambda: {"message_ids": gone})

    @staticmethod
    def _unread_ids(chat: Chat) -> set[int]:
        theirs = (message.id for message in reversed(chat.messages.values()) if not message.outgoing)
        return set(islice(theirs, chat.unread))

    def tell(self, bot: Bot, chat: Chat, kind: str, body: Callable[[], Any]) -> None:
        """Something happened on a person's phone."""
        self.feed(bot, chat.person.id).add(kind, body)

    def shown(self, chat: Chat, message: Message) -> Json:
        """A message as the Bot API shows it, with what it replies to."""
        replied = chat.messages.get(message.reply_to) if message.reply_to else None
        return message.body | {"reply_to_message": replied.body} if replied else dict(message.body)

    def seen(self, chat: Chat, message: Message) -> Json:
        """A message as the phone shows it: with `outgoing`, and with `paid` and `invoice_photo_url` on an invoice."""
        body = self.shown(chat, message)
        if message.outgoing:
            body["outgoing"] = True
        if message.invoice is not None and chat.person.id in message.invoice["paid_by"]:
            body["paid"] = True
        if message.invoice is not None and message.invoice["photo_url"]:
            body["invoice_photo_url"] = message.invoice["photo_url"]
        return body

    # -- after a restart

    def _load(self) -> None:
        for _, body in self.store.load("person"):
            self.people[body["id"]] = Person(**body)
        by_id = {bot.id: bot for bot in self.bots.values()}
        for key, body in self.store.load("settings"):
            if int(key) in by_id:
                by_id[int(key)].settings = body
        for key, body in self.store.load("chat"):
            bot_id, person_id = map(int, key.split(":"))
            if bot_id in by_id and person_id in self.people:
                by_id[bot_id].chats[person_id] = Chat(self.people[person_id], **body)
        for key, body in self.store.load("message"):
            bot_id, message_id = map(int, key.split(":"))
            bot = by_id.get(bot_id)
            chat = bot.chats.get(body["body"]["chat"]["id"]) if bot else None
            if chat is not None:
                chat.messages[message_id] = Message(**body)
        for bot in self.bots.values():
            bot.updates.allowed = tuple(bot.settings.get("allowed_updates") or bot.updates.allowed)
