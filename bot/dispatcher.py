"""Routers in order, middlewares in order; from a stored update to a handled one."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    PreCheckoutQuery,
    TelegramObject,
    Update,
    User,
)
from pydantic import ValidationError

from bot import log
from bot.bound_uow import BoundUow
from bot.inbox import from_row
from domain.errors import NotAllowed, PaymentRefused, Rejected, Stale
from domain.people.model import AccountSeen, Actor, Role
from domain.people.usecases import ComeIn
from domain.ports import Clock
from handlers import areas
from handlers.ui.conversation import Conversation
from handlers.ui.i18n import match_locale, texts
from handlers.ui.ports import Checkouts, Links, Messenger, Offers
from handlers.ui.replies import sentence
from handlers.ui.screen import Screen
from handlers.ui.talk import NOTHING_OFFERED, Talk
from storage.stores.conversations import Conversation as Row
from storage.stores.inbox import StoredUpdate
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.dispatcher")
CHANNEL = "telegram"
#: Callback data can be made up. No id of ours has so many digits, and no database could take it.
_NO_ID = re.compile(r"\d{18}")


@dataclass(frozen=True, slots=True)
class Entrance:
    """What turns an update's Telegram user into an actor, and a chat into a talk."""

    uow: UnitOfWork
    messenger: Messenger
    links: Links
    clock: Clock
    checkouts: Checkouts
    owner_ids: frozenset[int]
    offers: Offers = NOTHING_OFFERED

    async def talk(self, user: User, chat_id: int, bound: BoundUow, pressed: str | None) -> Talk:
        seen = AccountSeen(CHANNEL, str(user.id), user.full_name, user.username or "", user.language_code or "")

        def look(tx: StorageTx) -> tuple[Actor, AccountSeen, Row] | None:
            return tx.conversations.with_actor(chat_id, CHANNEL, seen.external_id)

        found = await self.uow.read(look)
        is_owner = user.id in self.owner_ids
        if found is None or found[1] != seen or (is_owner and not found[0].may(Role.OWNER)):
            # Not a step of the update: who somebody is does not depend on how often we were told.
            await self.uow.write(ComeIn(seen, owner=is_owner))
            found = await self.uow.read(look)
        assert found is not None
        actor, _, row = found
        return Talk(
            actor, from_row(row), bound, self.messenger, self.links, self.clock, self.checkouts, pressed, self.offers
        )


@cache
def make_dispatcher() -> Dispatcher:
    """One per process: it keeps nothing of a bot or a chat.

    Raises RuntimeError for a handler without declared roles: nobody may come in by oversight.
    """
    dispatcher = Dispatcher(disable_fsm=True)
    for router in areas.routers():
        dispatcher.include_router(router)
    for observer in (dispatcher.message, dispatcher.callback_query, dispatcher.pre_checkout_query):
        observer.middleware(check_roles)
    undeclared = [
        handler.callback.__qualname__ for _, handler in all_handlers(dispatcher) if "roles" not in handler.flags
    ]
    if undeclared:
        raise RuntimeError(f"handlers without @allowed: {', '.join(undeclared)}")
    return dispatcher


def all_handlers(router: Router) -> Iterator[tuple[str, HandlerObject]]:
    """Every handler with the kind of update it takes."""
    for kind, observer in router.observers.items():
        if kind in ("update", "error"):
            continue
        for handler in observer.handlers:
            yield kind, handler
    for child in router.sub_routers:
        yield from all_handlers(child)


async def check_roles(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
) -> Any:
    roles: frozenset[Role] = data["handler"].flags["roles"]
    talk: Talk = data["talk"]
    if not any(talk.actor.may(role) for role in roles):
        raise NotAllowed
    return await handler(event, data)


class UpdateHandler:
    """Handles one stored update from end to end; what the inbox calls."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, entrance: Entrance) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._entrance = entrance

    async def __call__(self, stored: StoredUpdate, replay: bool) -> Conversation | None:
        update = parse(self._bot, stored.payload)
        bound = BoundUow(self._entrance.uow, stored.inbox_id, replay)
        if update.my_chat_member is not None:
            await self._membership(update.my_chat_member)
            return None
        if update.message is not None and update.message.pinned_message is not None:
            # Of our own pinning, too, Telegram tells us: the screen is no longer the last message.
            await self._saw(stored.chat_id, update.message.message_id)
            return None
        event = update.message or update.callback_query
        if event is None or event.from_user is None or not _is_private(event):
            return None
        pressed = event.id if isinstance(event, CallbackQuery) else None
        talk = await self._entrance.talk(event.from_user, stored.chat_id, bound, pressed)
        if isinstance(event, Message):
            latest = max(talk.conversation.standing.latest_message_id, event.message_id)
            talk.conversation.standing = replace(talk.conversation.standing, latest_message_id=latest)
        talk.start_answering()
        try:
            await self._dispatch(update, talk)
            await talk.finish_answering()
        except TelegramForbiddenError:
            # They have blocked the bot between asking and being answered; the effect stands.
            await self._reachable(event.from_user.id, False)
        finally:
            talk.cancel_timer()
        return talk.conversation

    async def pre_checkout(self, query: PreCheckoutQuery, update: Update, deadline: float) -> None:
        """Past the inbox: answered by the deadline (the event loop's time), with a no where it cannot be a yes."""
        bound = BoundUow(self._entrance.uow, None, False)
        try:
            async with asyncio.timeout_at(deadline):
                talk = await self._entrance.talk(query.from_user, query.from_user.id, bound, None)
        except Exception as fault:
            t = texts(match_locale(query.from_user.language_code or ""))
            busy = sentence(PaymentRefused("busy"), t)
            await self._bot.answer_pre_checkout_query(query.id, ok=False, error_message=busy)
            if not isinstance(fault, TimeoutError):
                raise
        else:
            await self._dispatcher.feed_update(self._bot, update, talk=talk, deadline=deadline)

    async def _dispatch(self, update: Update, talk: Talk) -> None:
        try:
            if update.callback_query is not None and _NO_ID.search(update.callback_query.data or ""):
                raise Stale
            if await self._dispatcher.feed_update(self._bot, update, talk=talk) is UNHANDLED and talk.pressed:
                raise Stale
        except Rejected as error:
            await self._say_no(talk, error)

    async def _say_no(self, talk: Talk, error: Rejected) -> None:
        text = sentence(error, talk.t)
        if talk.pressed is None:
            await talk.messenger.show(talk.conversation, areas.sentence_screen(talk.t, text))
            return
        await talk.toast(text, alert=not isinstance(error, Stale))
        await self._draw_again(talk)

    async def _draw_again(self, talk: Talk) -> None:
        """The current screen as things stand now; a person is never left with a screen that is not true."""
        here = talk.conversation.here
        if not here:
            return
        message = Message(message_id=0, date=talk.now, chat=Chat(id=talk.conversation.chat_id, type=ChatType.PRIVATE))
        query = CallbackQuery(
            id="again",
            from_user=User(id=talk.conversation.chat_id, is_bot=False, first_name="-"),
            chat_instance="again",
            message=message,
            data=here,
        )
        try:
            await self._dispatcher.feed_update(self._bot, Update(update_id=0, callback_query=query), talk=talk)
        except Rejected as error:
            talk.conversation.here = ""
            screen: Screen = areas.sentence_screen(talk.t, sentence(error, talk.t))
            await talk.messenger.show(talk.conversation, screen)

    async def _saw(self, chat_id: int, message_id: int) -> None:
        await self._entrance.uow.write(lambda tx: tx.conversations.saw_message(chat_id, message_id))

    async def _membership(self, event: ChatMemberUpdated) -> None:
        if event.chat.type == ChatType.PRIVATE:
            await self._reachable(event.from_user.id, event.new_chat_member.status != "kicked")

    async def _reachable(self, user_id: int, reachable: bool) -> None:
        def work(tx: StorageTx) -> None:
            found = tx.people.actor_by_account(CHANNEL, str(user_id))
            if found is not None:
                tx.people.set_reachable(found[0].person_id, reachable)

        await self._entrance.uow.write(work)


def parse(bot: Bot, payload: str) -> Update:
    """Raises ValueError, which says where and not what: errors are logged, and the rest is what people wrote."""
    try:
        return Update.model_validate(json.loads(payload), context={"bot": bot})
    except ValidationError as fault:
        where = [".".join(map(str, error["loc"])) for error in fault.errors(include_input=False, include_url=False)]
    raise ValueError(f"an update that cannot be read, at {', '.join(where)}")


def _is_private(event: Message | CallbackQuery) -> bool:
    # What is inline or in a group belongs to nobody in particular: no button works there.
    chat = event.chat if isinstance(event, Message) else event.message.chat if event.message else None
    return chat is not None and chat.id == event.from_user.id if event.from_user else False
