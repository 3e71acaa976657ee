"""A helpful answer to whatever no step awaits; this router is asked last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.types import Message

from domain.codes import clean_short_code
from domain.people.model import Role
from domain.programme.model import EventKind
from domain.programme.search import folded
from handlers.assistance.enquiry_routes import ASKED, show_fact
from handlers.assistance.enquiry_views import ask_button
from handlers.people.queries import OwnTicket
from handlers.people.showing import show_help, show_home, show_language
from handlers.people.start import follow
from handlers.people.views import answer_screen, unknown_command_screen
from handlers.programme.queries import ListEvents
from handlers.programme.routes import show_access, show_found, show_kind_in, show_list, show_search
from handlers.programme.words import contains, one_line
from handlers.ticketing.ticket_routes import show_ticket, show_tickets
from handlers.ui.callbacks import OpenDoor
from handlers.ui.i18n import LOCALES, N_, texts
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.screen import Button, button
from handlers.ui.start import opened_code
from handlers.ui.talk import Talk

router = Router(name="anything")

_LOOKED_AT = {ContentType.PHOTO, ContentType.DOCUMENT, ContentType.VIDEO, ContentType.VIDEO_NOTE}
_LISTENED_TO = {ContentType.VOICE, ContentType.AUDIO}
_FRIENDLY = {
    ContentType.STICKER,
    ContentType.ANIMATION,
    ContentType.DICE,
    ContentType.CONTACT,
    ContentType.LOCATION,
    ContentType.VENUE,
    ContentType.POLL,
    ContentType.STORY,
    ContentType.GAME,
}
#: Nobody's question is longer; of what is pasted here the beginning is looked at.
_MOST_TEXT = 200


async def _today(talk: Talk) -> None:
    await show_list(talk, ListEvents("today"))


async def _weekend(talk: Talk) -> None:
    await show_list(talk, ListEvents("weekend"))


async def _families(talk: Talk) -> None:
    await show_list(talk, ListEvents("kind", EventKind.FAMILY.value))


async def _programme(talk: Talk) -> None:
    await show_list(talk, ListEvents())


#: What people write instead of pressing, as a list with commas; the order decides where several are said.
_SAID: tuple[tuple[str, Callable[[Talk], Awaitable[None]]], ...] = (
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("language, chinese, english"), show_language),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("my tickets, my ticket, qr"), show_tickets),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("wheelchair, wheelchairs, accessible, accessibility, deaf, disabled"), show_access),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("children, child, kids, kid, family"), _families),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("weekend, saturday, sunday"), _weekend),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("today, tonight, now"), _today),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("programme, program, events, what's on, tickets, ticket, buy"), _programme),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("search, find"), show_search),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (
        N_(
            "help, how, where, where are you, address, phone, contact, parking, opening hours, refund, exchange, cancel"
        ),
        show_help,
    ),
    # Translators: words that people may write; separated by commas, translate freely, add your own.
    (N_("hello, hi, hey, start, menu, home, thanks, thank you"), show_home),
)


@router.message(F.text.startswith("/"))
@allowed(EVERYBODY)
async def unknown_command(message: Message, talk: Talk) -> None:
    await talk.show(unknown_command_screen(talk.t, staff=talk.actor.is_staff))


@router.message(F.text)
@allowed(EVERYBODY)
async def any_text(message: Message, talk: Talk) -> None:
    text = (message.text or "")[:_MOST_TEXT].strip()
    talk.conversation.reset()
    code = opened_code(message.text or "")
    if code is not None:
        await follow(talk, code)
    elif not await _understood(talk, text):
        answer = talk.t("I have found nothing for “{text}”. Try another word, or choose here:", text=one_line(text, 60))
        door = [_door(talk)] if talk.actor.may(Role.USHER) else []
        await talk.show(answer_screen(talk.t, answer, [ask_button(talk.t), *door]))
        talk.conversation.data[ASKED] = text


@router.message(F.content_type.in_(_LOOKED_AT))
@allowed(EVERYBODY)
async def any_picture(message: Message, talk: Talk) -> None:
    answer = talk.t("I cannot look at pictures and files, only at words. Your tickets are under “My tickets”.")
    await talk.show(answer_screen(talk.t, answer))


@router.message(F.content_type.in_(_LISTENED_TO))
@allowed(EVERYBODY)
async def any_voice(message: Message, talk: Talk) -> None:
    answer = talk.t("I cannot listen, I am sorry. Write it in a few words, or choose here:")
    await talk.show(answer_screen(talk.t, answer))


@router.message(F.content_type.in_(_FRIENDLY))
@allowed(EVERYBODY)
async def anything_else(message: Message, talk: Talk) -> None:
    await talk.show(answer_screen(talk.t, talk.t("Thank you! 😊 What would you like to do?")))


async def _understood(talk: Talk, text: str) -> bool:
    """A whole text that is a code or a request comes before the programme, a word in a sentence after it."""
    return (
        await _short_code(talk, text)
        or await show_fact(talk, text)
        or await _said(talk, text, whole=True)
        or await show_found(talk, text)
        or await show_kind_in(talk, text)
        or await _said(talk, text, whole=False)
    )


async def _short_code(talk: Talk, text: str) -> bool:
    code = clean_short_code(text)
    if code is None:
        return False
    ticket_id = await talk.read(OwnTicket(talk.actor.person_id, code))
    if ticket_id is not None:
        await show_ticket(talk, ticket_id)
        return True
    if talk.actor.may(Role.USHER):
        answer = talk.t("To check a ticket by its code, take your place at the door first.")
        await talk.show(answer_screen(talk.t, answer, [_door(talk)]))
        return True
    return False


def _door(talk: Talk) -> Button:
    return button("🚪 " + talk.t.plain("Check tickets"), OpenDoor())


async def _said(talk: Talk, text: str, *, whole: bool) -> bool:
    """Answers what people write instead of pressing. ``whole``: the text is nothing but that."""
    asked = folded(text).strip(" .,!?。，！？、")
    for listed, answer in _SAID:
        for locale in LOCALES:
            for word in texts(locale).plain(listed).replace("，", ",").split(","):
                known = folded(word.strip())
                if asked == known if whole else contains(asked, known):
                    await answer(talk)
                    return True
    return False
