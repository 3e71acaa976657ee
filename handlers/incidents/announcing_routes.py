"""A word to the audience, from its choice to its end."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.incidents.announcing import ConsentAnnouncement, ProposeAnnouncement, StopAnnouncement
from domain.incidents.model import Template
from domain.people.model import Role
from handlers.incidents.announcing_views import (
    announcement_screen,
    audiences_screen,
    delay_screen,
    preview_screen,
    templates_screen,
)
from handlers.incidents.callbacks import (
    AgreeToAnnouncement,
    Announce,
    HaltAnnouncement,
    OpenAnnouncement,
    OpenAnnouncing,
    PickTemplate,
    PreviewAnnouncement,
)
from handlers.incidents.queries import FindAnnouncement, FindAudiences, FindPreview, FindTemplates
from handlers.ui.routing import allowed
from handlers.ui.talk import Talk

router = Router(name="incidents.announcing")

SAFETY = frozenset({Role.SAFETY})
MANAGERS = frozenset({Role.MANAGER})


@router.message(Command("announce"))
@allowed(SAFETY)
async def command_announce(message: Message, talk: Talk) -> None:
    await _show_audiences(talk, 0)


@router.callback_query(OpenAnnouncing.filter())
@allowed(SAFETY)
async def open_announcing(query: CallbackQuery, callback_data: OpenAnnouncing, talk: Talk) -> None:
    await _show_audiences(talk, callback_data.incident_id)


@router.callback_query(PickTemplate.filter())
@allowed(SAFETY)
async def pick_template(query: CallbackQuery, callback_data: PickTemplate, talk: Talk) -> None:
    wanted = FindTemplates(talk.actor.person_id, callback_data.performance_id, callback_data.incident_id)
    await talk.show(templates_screen(talk.t, await talk.read(wanted)))


@router.callback_query(PreviewAnnouncement.filter())
@allowed(SAFETY)
async def preview(query: CallbackQuery, callback_data: PreviewAnnouncement, talk: Talk) -> None:
    said, person_id = callback_data, talk.actor.person_id
    facts = await talk.read(FindPreview(person_id, said.performance_id, said.template, said.minutes, said.incident_id))
    unsaid = said.template is Template.DELAY and not said.minutes
    await talk.show(delay_screen(talk.t, facts) if unsaid else preview_screen(talk.t, facts))


@router.callback_query(Announce.filter())
@allowed(SAFETY)
async def announce(query: CallbackQuery, callback_data: Announce, talk: Talk) -> None:
    said, person_id = callback_data, talk.actor.person_id
    minutes, incident_id = said.minutes or None, said.incident_id or None
    proposed = ProposeAnnouncement(person_id, said.performance_id, said.template, minutes, incident_id)
    await _show(talk, await talk.write(proposed))


@router.callback_query(OpenAnnouncement.filter())
@allowed(SAFETY)
async def open_announcement(query: CallbackQuery, callback_data: OpenAnnouncement, talk: Talk) -> None:
    await _show(talk, callback_data.announcement_id)


@router.callback_query(AgreeToAnnouncement.filter())
@allowed(MANAGERS)
async def agree(query: CallbackQuery, callback_data: AgreeToAnnouncement, talk: Talk) -> None:
    await talk.write(ConsentAnnouncement(talk.actor.person_id, callback_data.announcement_id))
    await _show(talk, callback_data.announcement_id)


@router.callback_query(HaltAnnouncement.filter())
@allowed(SAFETY)
async def halt(query: CallbackQuery, callback_data: HaltAnnouncement, talk: Talk) -> None:
    await talk.write(StopAnnouncement(talk.actor.person_id, callback_data.announcement_id))
    await talk.toast(talk.t.plain("Stopped. Who has been told has been told."), alert=True)
    await _show(talk, callback_data.announcement_id)


async def _show_audiences(talk: Talk, incident_id: int) -> None:
    await talk.show(audiences_screen(talk.t, await talk.read(FindAudiences(talk.actor.person_id, incident_id))))


async def _show(talk: Talk, announcement_id: int) -> None:
    await talk.show(
        announcement_screen(talk.t, await talk.read(FindAnnouncement(talk.actor.person_id, announcement_id)))
    )
