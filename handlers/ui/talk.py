"""The talk with one person about one update: what a handler is given to do its work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData

from domain.people.model import Actor
from domain.ports import Work
from handlers.ui.conversation import Conversation
from handlers.ui.i18n import Texts, match_locale, texts
from handlers.ui.ports import Checkouts, Links, Messenger, Now, Offers, Uow
from handlers.ui.screen import Document, Screen, Voice

R = TypeVar("R")

#: A tap that has not been answered by then is answered empty, so that the button stops spinning.
ANSWER_AFTER = 1.0
NOTHING_OFFERED = Offers()


@dataclass(slots=True)
class Talk:
    """One per update. ``pressed`` is the id of the callback query, if it is one."""

    actor: Actor
    conversation: Conversation
    uow: Uow
    messenger: Messenger
    links: Links
    clock: Now
    checkouts: Checkouts
    pressed: str | None = None
    offers: Offers = NOTHING_OFFERED
    _answered: bool = False
    _late: bool = False
    _timer: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def t(self) -> Texts:
        return texts(self.actor.locale or match_locale(self.actor.language_code))

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def write(self, use_case: Work[R]) -> R:
        return await self.uow.write(use_case)

    async def read(self, query: Work[R]) -> R:
        return await self.uow.read(query)

    async def show(self, screen: Screen) -> None:
        """Shows a screen in place of the current one. No step awaits free text afterwards unless told so again."""
        self.conversation.reset()
        await self.messenger.show(self.conversation, screen)
        self.conversation.here = screen.here

    def has_open(self, screen: CallbackData) -> bool:
        """Whether that screen is to be drawn anew: where a card tells the same, another message would say it twice."""
        return self.conversation.here == screen.pack()

    async def send(self, document: Document) -> None:
        await self.messenger.send_document(self.conversation, document)

    async def play(self, voice: Voice) -> None:
        await self.messenger.send_voice(self.conversation, voice)

    async def toast(self, text: str, *, alert: bool = False) -> None:
        """A word about the tap itself; where nothing was pressed it is nothing. At most 200 characters (Bot API)."""
        await self._answer(text[:200], alert)

    def start_answering(self) -> None:
        if self.pressed is not None:
            self._timer = asyncio.create_task(self._answer_late())

    async def finish_answering(self) -> None:
        """The tap is answered once: with its outcome, or empty."""
        await self._answer("", False)
        if self._timer is not None and self._late:
            await self._timer

    def cancel_timer(self) -> None:
        """An answer that is on its way already goes out all the same."""
        if self._timer is not None and not self._late:
            self._timer.cancel()

    async def _answer_late(self) -> None:
        await asyncio.sleep(ANSWER_AFTER)
        self._late = True
        await self._answer("", False)

    async def _answer(self, text: str, alert: bool) -> None:
        if self.pressed is None or self._answered:
            return
        self._answered = True
        await self.messenger.answer(self.pressed, text, alert)
