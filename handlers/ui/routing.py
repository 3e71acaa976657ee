"""What every route declares and filters by."""

from __future__ import annotations

from typing import Any

from aiogram import flags
from aiogram.filters import Filter
from aiogram.types import Message

from domain.people.model import Role
from handlers.ui.talk import Talk

#: ``@allowed({Role.USHER})`` above a handler: who may come in at all. The use case asks again, in its transaction and
#: for the very venue. A handler without it does not start (``bot.dispatcher`` and a test look at all of them).
allowed = flags.roles
EVERYBODY = frozenset({Role.AUDIENCE})


class AwaitsPhoto(Filter):
    """A photo that a step has asked for."""

    def __init__(self, state: str) -> None:
        self.state = state

    async def __call__(self, message: Message, talk: Talk) -> bool | dict[str, Any]:
        return talk.conversation.state == self.state and message.photo is not None


class AwaitsVoice(Filter):
    """A voice message that a step has asked for."""

    def __init__(self, state: str) -> None:
        self.state = state

    async def __call__(self, message: Message, talk: Talk) -> bool | dict[str, Any]:
        return talk.conversation.state == self.state and message.voice is not None


class Awaits(Filter):
    """Free text that a step has asked for."""

    def __init__(self, state: str) -> None:
        self.state = state

    async def __call__(self, message: Message, talk: Talk) -> bool | dict[str, Any]:
        return talk.conversation.state == self.state and message.text is not None and not message.text.startswith("/")
