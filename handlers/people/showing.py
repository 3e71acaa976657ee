"""Showing the screens that many routes lead to."""

from __future__ import annotations

from handlers.people.queries import LookForHelp, LookHome
from handlers.people.views import first_screen, help_screen, home_screen, language_screen
from handlers.ticketing.queries import house_name
from handlers.ui.talk import Talk


async def show_first(talk: Talk) -> None:
    await talk.show(first_screen(await talk.read(house_name)))
    talk.conversation.reset()


async def show_home(talk: Talk) -> None:
    await talk.show(home_screen(talk.t, await talk.read(LookHome(talk.actor))))
    talk.conversation.reset()


async def show_help(talk: Talk) -> None:
    facts = await talk.read(LookForHelp())
    await talk.show(help_screen(talk.t, facts, staff=talk.actor.is_staff))
    talk.conversation.reset()


async def show_language(talk: Talk) -> None:
    await talk.show(language_screen(talk.t))
    talk.conversation.reset()
