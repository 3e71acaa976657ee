"""The staff's own commands in the menu of their chat; everybody else has those of the whole bot."""

from __future__ import annotations

from dataclasses import dataclass

from domain.people.model import Actor
from domain.ports import Tx
from handlers.people.commands import commands
from handlers.ui.i18n import match_locale
from handlers.ui.talk import Talk

_CHANNEL = "telegram"


@dataclass(frozen=True, slots=True)
class MenuOf:
    """The chat and the roles of a person; None for somebody who is gone."""

    person_id: int

    def __call__(self, tx: Tx) -> tuple[int, Actor] | None:
        actor, chat = tx.people.actor(self.person_id), tx.people.external_id(self.person_id, _CHANNEL)
        return None if actor is None or chat is None else (int(chat), actor)


async def offer_menu(talk: Talk, person_id: int) -> None:
    """After their roles were changed. Telegram keeps it: it need not be said again until they change again."""
    found = await talk.read(MenuOf(person_id))
    if found is not None:
        await _offer(talk, *found)


async def offer_own_menu(talk: Talk) -> None:
    """In the language that they have chosen; also where a role was given by the settings or the command line."""
    if talk.actor.is_staff:
        await _offer(talk, talk.conversation.chat_id, talk.actor)


async def _offer(talk: Talk, chat_id: int, actor: Actor) -> None:
    locale = actor.locale or match_locale(actor.language_code)
    await talk.messenger.offer_commands(chat_id, commands(locale, staff=actor.is_staff))
