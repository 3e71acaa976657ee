"""An incident in the chat: reported, taken, handled, reviewed."""

from __future__ import annotations

from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, NotFound
from domain.incidents.handling import (
    HearIncident,
    ReviewIncident,
    SayIncident,
    SetSeverity,
    StartProcedure,
    TakeIncident,
)
from domain.incidents.model import ActionCard, NoteKind
from domain.incidents.paging import rules_of
from domain.incidents.places import Spot
from domain.incidents.reporting import (
    TEXT_MOST,
    AddNote,
    BeginIncident,
    DropIncident,
    SendIncident,
    ShowNoteAgain,
)
from domain.people.model import Role
from handlers.incidents.announcing_routes import router as announcing
from handlers.incidents.callbacks import (
    AskNote,
    AskReview,
    AskSeverity,
    BeginProcedure,
    DropReport,
    OpenActionCard,
    OpenActions,
    OpenIncident,
    OpenIncidents,
    OpenReport,
    PickKind,
    PickSeverity,
    PickSpot,
    PickVenue,
    SayState,
    SendTimeline,
    ShowNote,
    StillOn,
    TakeOn,
)
from handlers.incidents.queries import FindIncident, FindIncidents, FindSpots, FindTimeline, inside_now
from handlers.incidents.timeline import timeline_csv, timeline_pdf
from handlers.incidents.views import (
    action_card_screen,
    actions_screen,
    dropped_screen,
    incident_screen,
    incidents_screen,
    kind_screen,
    note_screen,
    review_screen,
    sent_screen,
    severity_screen,
    where_screen,
)
from handlers.ui.i18n import N_
from handlers.ui.replies import sentence
from handlers.ui.routing import Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="incidents")
router.include_router(announcing)

STAFF = frozenset(Role) - {Role.AUDIENCE}
SAFETY = frozenset({Role.SAFETY})
MORE, REVIEW = "incidents.more", "incidents.review"
#: Kept in the conversation: what follows belongs to this incident until then (seconds of the epoch); the review's
#: incident with the answers so far.
_FOLLOWS, _REVIEWS = "incidents.follows", "incidents.reviews"
_QUESTIONS = (N_("What happened?"), N_("What helped?"), N_("What is to be changed?"))


class Follows(Filter):
    """A photo, a voice message or a place on the map after a report, for a while; nothing that another step awaits."""

    async def __call__(self, message: Message, talk: Talk) -> bool | dict[str, Any]:
        followed = talk.conversation.data.get(_FOLLOWS)
        sent = message.photo is not None or message.voice is not None or message.location is not None
        free = talk.conversation.state in (None, MORE)
        return sent and free and followed is not None and talk.now.timestamp() < followed[1]


@router.message(Command("incident"))
@allowed(STAFF)
async def command_incident(message: Message, talk: Talk) -> None:
    await talk.show(kind_screen(talk.t, drill=False))


@router.message(Command("incidents"))
@allowed(STAFF)
async def command_incidents(message: Message, talk: Talk) -> None:
    await _show_list(talk)


@router.callback_query(OpenIncidents.filter())
@allowed(STAFF)
async def open_incidents(query: CallbackQuery, talk: Talk) -> None:
    await _show_list(talk)


@router.callback_query(OpenReport.filter())
@allowed(STAFF)
async def open_report(query: CallbackQuery, callback_data: OpenReport, talk: Talk) -> None:
    await talk.show(kind_screen(talk.t, drill=callback_data.drill))


@router.callback_query(PickKind.filter())
@allowed(STAFF)
async def pick_kind(query: CallbackQuery, callback_data: PickKind, talk: Talk) -> None:
    begun = BeginIncident(talk.actor.person_id, callback_data.kind, callback_data.drill)
    incident_id = await talk.write(begun)
    await _show_spots(talk, incident_id)
    await _follow(talk, incident_id)


@router.callback_query(PickVenue.filter())
@allowed(STAFF)
async def pick_venue(query: CallbackQuery, callback_data: PickVenue, talk: Talk) -> None:
    await _show_spots(talk, callback_data.incident_id, callback_data.venue_id)


@router.callback_query(PickSpot.filter())
@allowed(STAFF)
async def pick_spot(query: CallbackQuery, callback_data: PickSpot, talk: Talk) -> None:
    person_id, incident_id = talk.actor.person_id, callback_data.incident_id
    spot: Spot | None = None
    if callback_data.spot != -2:
        facts = await talk.read(FindSpots(person_id, incident_id, callback_data.venue_id))
        spot = Spot(callback_data.venue_id)
        if callback_data.spot >= 0:
            if callback_data.spot >= len(facts.spots):
                raise NotFound
            spot = facts.spots[callback_data.spot].spot
    await talk.write(SendIncident(person_id, incident_id, spot))
    await talk.show(sent_screen(talk.t, (await talk.read(FindIncident(person_id, incident_id))).facts))
    await _follow(talk, incident_id)
    talk.conversation.await_text(MORE)


@router.callback_query(DropReport.filter())
@allowed(STAFF)
async def drop_report(query: CallbackQuery, callback_data: DropReport, talk: Talk) -> None:
    await talk.write(DropIncident(talk.actor.person_id, callback_data.incident_id))
    talk.conversation.data.pop(_FOLLOWS, None)
    await talk.show(dropped_screen(talk.t))


@router.callback_query(OpenIncident.filter())
@allowed(STAFF)
async def open_incident(query: CallbackQuery, callback_data: OpenIncident, talk: Talk) -> None:
    await _show(talk, callback_data.incident_id)


@router.callback_query(TakeOn.filter())
@allowed(STAFF)
async def take_on(query: CallbackQuery, callback_data: TakeOn, talk: Talk) -> None:
    taken = TakeIncident(talk.actor.person_id, callback_data.incident_id, callback_data.instead_of)
    await talk.write(taken)
    await talk.toast(talk.t.plain("It is yours. Say when you are there."))
    await _again(talk, callback_data.incident_id)


@router.callback_query(SayState.filter())
@allowed(STAFF)
async def say_state(query: CallbackQuery, callback_data: SayState, talk: Talk) -> None:
    await talk.write(SayIncident(talk.actor.person_id, callback_data.incident_id, callback_data.course))
    await talk.toast(talk.t.plain("Noted, and on everybody’s phone."))
    await _again(talk, callback_data.incident_id)


@router.callback_query(StillOn.filter())
@allowed(STAFF)
async def still_on(query: CallbackQuery, callback_data: StillOn, talk: Talk) -> None:
    await talk.write(HearIncident(talk.actor.person_id, callback_data.incident_id))
    await talk.toast(talk.t.plain("Noted. Let us hear from you again soon."))
    await _again(talk, callback_data.incident_id)


@router.callback_query(AskSeverity.filter())
@allowed(STAFF)
async def ask_severity(query: CallbackQuery, callback_data: AskSeverity, talk: Talk) -> None:
    await _show_severity(talk, callback_data.incident_id)


@router.callback_query(PickSeverity.filter())
@allowed(STAFF)
async def pick_severity(query: CallbackQuery, callback_data: PickSeverity, talk: Talk) -> None:
    await talk.write(SetSeverity(talk.actor.person_id, callback_data.incident_id, callback_data.severity))
    await _show(talk, callback_data.incident_id)


@router.callback_query(OpenActions.filter())
@allowed(STAFF)
async def open_actions(query: CallbackQuery, callback_data: OpenActions, talk: Talk) -> None:
    sight = await talk.read(FindIncident(talk.actor.person_id, callback_data.incident_id))
    await talk.show(actions_screen(talk.t, sight.facts))


@router.callback_query(OpenActionCard.filter())
@allowed(STAFF)
async def open_action_card(query: CallbackQuery, callback_data: OpenActionCard, talk: Talk) -> None:
    await _show_card(talk, callback_data.incident_id, callback_data.card)


@router.callback_query(BeginProcedure.filter())
@allowed(SAFETY)
async def begin_procedure(query: CallbackQuery, callback_data: BeginProcedure, talk: Talk) -> None:
    begun = StartProcedure(talk.actor.person_id, callback_data.incident_id, callback_data.card)
    told = await talk.write(begun)
    await talk.toast(
        talk.t.plain_plural("{count} colleague is told.", "{count} colleagues are told.", told), alert=True
    )
    await _show_card(talk, callback_data.incident_id, callback_data.card)


@router.callback_query(AskNote.filter())
@allowed(STAFF)
async def ask_note(query: CallbackQuery, callback_data: AskNote, talk: Talk) -> None:
    sight = await talk.read(FindIncident(talk.actor.person_id, callback_data.incident_id))
    await talk.show(note_screen(talk.t, sight.facts))
    await _follow(talk, callback_data.incident_id)
    talk.conversation.await_text(MORE)


@router.callback_query(ShowNote.filter())
@allowed(STAFF)
async def show_note(query: CallbackQuery, callback_data: ShowNote, talk: Talk) -> None:
    await talk.write(ShowNoteAgain(talk.actor.person_id, callback_data.note_id))


@router.message(Awaits(MORE))
@allowed(STAFF)
async def words_follow(message: Message, talk: Talk) -> None:
    await _add(talk, message, NoteKind.TEXT, message.text or "")


@router.message(Follows(), F.photo)
@allowed(STAFF)
async def photo_follows(message: Message, talk: Talk) -> None:
    """The photo stays with Telegram; what is kept is where it lies there."""
    assert message.photo is not None
    caption = (message.caption or "")[:TEXT_MOST]
    await _add(talk, message, NoteKind.PHOTO, caption, message.photo[-1].file_id)


@router.message(Follows(), F.voice)
@allowed(STAFF)
async def voice_follows(message: Message, talk: Talk) -> None:
    assert message.voice is not None
    await _add(talk, message, NoteKind.VOICE, "", message.voice.file_id)


@router.message(Follows(), F.location)
@allowed(STAFF)
async def place_follows(message: Message, talk: Talk) -> None:
    assert message.location is not None
    await _add(talk, message, NoteKind.LOCATION, f"{message.location.latitude:.6f},{message.location.longitude:.6f}")


@router.callback_query(SendTimeline.filter())
@allowed(STAFF)
async def send_timeline(query: CallbackQuery, callback_data: SendTimeline, talk: Talk) -> None:
    found = await talk.read(FindTimeline(talk.actor.person_id, callback_data.incident_id))
    make = timeline_csv if callback_data.paper == "csv" else timeline_pdf
    await talk.send(make(talk.t, found))
    await _show(talk, callback_data.incident_id)


@router.callback_query(AskReview.filter())
@allowed(SAFETY)
async def ask_review(query: CallbackQuery, callback_data: AskReview, talk: Talk) -> None:
    await _ask_review(talk, callback_data.incident_id, [])


@router.message(Awaits(REVIEW))
@allowed(SAFETY)
async def review_written(message: Message, talk: Talk) -> None:
    incident_id, answers = talk.conversation.data.get(_REVIEWS) or (0, [])
    text = (message.text or "").strip()
    if len(text) > TEXT_MOST:
        await _ask_review(talk, incident_id, answers, BadInput("note_text", most=TEXT_MOST))
        return
    answers = [*answers, text]
    if len(answers) < len(_QUESTIONS):
        await _ask_review(talk, incident_id, answers)
        return
    happened, helped, change = answers
    await talk.write(ReviewIncident(talk.actor.person_id, incident_id, happened, helped, change))
    talk.conversation.data.pop(_REVIEWS, None)
    await _show(talk, incident_id)


async def _ask_review(talk: Talk, incident_id: int, answers: list[str], error: BadInput | None = None) -> None:
    sight = await talk.read(FindIncident(talk.actor.person_id, incident_id))
    wrong = sentence(error, talk.t) if error else ""
    await talk.show(review_screen(talk.t, sight.facts, _QUESTIONS[len(answers)], wrong))
    talk.conversation.data[_REVIEWS] = [incident_id, answers]
    talk.conversation.await_text(REVIEW)


async def _add(talk: Talk, message: Message, kind: NoteKind, text: str, file_id: str = "") -> None:
    """What was sent is on the incident; more may follow."""
    incident_id, _ = talk.conversation.data.get(_FOLLOWS) or (0, 0)
    person_id = talk.actor.person_id
    await talk.write(AddNote(person_id, incident_id, kind, text, file_id, message.message_id))
    sight = await talk.read(FindIncident(person_id, incident_id))
    if sight.facts.incident.sent_at is None:
        await _show_spots(talk, incident_id)  # where it is has not been said yet
        return
    await talk.show(incident_screen(talk.t, sight).with_note(talk.t("It is added. You can send more.")))
    talk.conversation.await_text(MORE)


async def _follow(talk: Talk, incident_id: int) -> None:
    """From now on, for a while, what they send belongs to it."""
    rules = await talk.read(rules_of)
    talk.conversation.data[_FOLLOWS] = [incident_id, (talk.now + rules.follow).timestamp()]


async def _again(talk: Talk, incident_id: int) -> None:
    """The card keeps itself; the screen that shows the same is drawn anew."""
    if talk.has_open(OpenIncident(incident_id=incident_id)):
        await _show(talk, incident_id)


async def _show(talk: Talk, incident_id: int) -> None:
    await talk.show(incident_screen(talk.t, await talk.read(FindIncident(talk.actor.person_id, incident_id))))


async def _show_list(talk: Talk) -> None:
    await talk.show(incidents_screen(talk.t, await talk.read(FindIncidents(talk.actor.person_id))))


async def _show_spots(talk: Talk, incident_id: int, venue_id: int | None = None) -> None:
    facts = await talk.read(FindSpots(talk.actor.person_id, incident_id, venue_id))
    if facts.incident.sent_at is not None:
        await _show(talk, incident_id)
        return
    await talk.show(where_screen(talk.t, facts))


async def _show_severity(talk: Talk, incident_id: int) -> None:
    sight = await talk.read(FindIncident(talk.actor.person_id, incident_id))
    await talk.show(severity_screen(talk.t, sight.facts))


async def _show_card(talk: Talk, incident_id: int, card: ActionCard) -> None:
    sight = await talk.read(FindIncident(talk.actor.person_id, incident_id))
    venue_id = sight.facts.venue.id
    inside = await talk.read(lambda tx: inside_now(tx, venue_id)) if card is ActionCard.EVACUATE else ()
    await talk.show(action_card_screen(talk.t, sight, card, inside))
