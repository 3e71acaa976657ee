"""What is said about help: to whoever asked, and to those who come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from aiogram.filters.callback_data import CallbackData

from domain.assistance.model import HelpKind, HelpState
from handlers.assistance.callbacks import (
    CallHelp,
    HelpAt,
    HelpQueue,
    NeedHelp,
    NoMoreHelp,
    OpenHelpAsked,
    OpenHelpCall,
    PlayHelpCall,
    SayHelpCall,
    TakeHelpCall,
)
from handlers.assistance.help_queries import HelpFacts, SeatsFacts
from handlers.incidents.callbacks import OpenIncidents
from handlers.people.roles import role_name
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    escaped,
    label,
    name_of,
    seats_texts,
    title_of,
    way,
)
from handlers.ui.i18n import N_, Texts, clean_name
from handlers.ui.screen import Button, Row, Screen, Voice, button

_KINDS: Mapping[HelpKind, tuple[str, str]] = {
    HelpKind.UNWELL: ("🚑", N_("Somebody is unwell")),
    HelpKind.LOST: ("🧭", N_("I cannot find my way")),
    HelpKind.DISTURBED: ("🤫", N_("I am disturbed")),
    HelpKind.ACCESS: ("♿", N_("Help with access")),
    HelpKind.OTHER: ("💬", N_("It is something else")),
}
_SEATS_MOST = 8
_WORDS_MOST = 600


def need_screen(t: Texts, facts: SeatsFacts) -> Screen:
    """Several tickets: from which place?"""
    lines = [bold("🙋 " + t.plain("I need help")), t("At which place?")]
    rows: list[Row] = [
        (button(label(_seat(t, seat)), HelpAt(ticket_id=seat.ticket.id)),) for seat in facts.tickets[:_SEATS_MOST]
    ]
    here = NeedHelp(performance_id=facts.performance_id).pack()
    return Screen("\n".join(lines), (*rows, way(t)), here=here)


def closed_screen(t: Texts, facts: SeatsFacts) -> Screen:
    said = t("Staff come to your seat from two hours before the doors open until the house is empty.")
    lines = [bold("🙋 " + t.plain("I need help")), said, t("In an emergency call the emergency services.")]
    return Screen("\n".join(lines), (way(t),), here=NeedHelp(performance_id=facts.performance_id).pack())


def kinds_screen(t: Texts, seat: TicketFacts) -> Screen:
    lines = [bold("🙋 " + t.plain("I need help")), escaped("🪑 " + _seat(t, seat)), "", t("What is the matter?")]
    ticket_id = seat.ticket.id
    rows: list[Row] = [
        (button(f"{sign} {t.plain(said)}", CallHelp(ticket_id=ticket_id, help_kind=kind)),)
        for kind, (sign, said) in _KINDS.items()
    ]
    again = NeedHelp(performance_id=seat.ticket.performance_id)
    return Screen("\n".join(lines), (*rows, way(t, back(t, again))), here=HelpAt(ticket_id=ticket_id).pack())


def asked_screen(t: Texts, facts: HelpFacts) -> Screen:
    """What the person sees who asked; also their card."""
    request = facts.request
    lines: list[str] = [bold(_how_it_stands(t, facts)), escaped("🪑 " + _seat(t, facts.seat)), _kind_line(t, facts)]
    lines += _said(t, facts)
    if request.state is HelpState.ASKED:
        lines += ["", t("If nobody comes within a minute, we call more colleagues by ourselves.")]
    if request.state.is_open:
        lines.append(t("You may write a few words or send a voice message now."))
    rows: list[Row] = []
    if request.state.is_open:
        rows.append((button(t.plain("I need no help any more"), NoMoreHelp(request_id=request.id)),))
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenHelpAsked(request_id=request.id).pack())


def call_screen(t: Texts, facts: HelpFacts, viewer_id: int | None = None) -> Screen:
    """What the staff see; their card too, ``viewer_id`` None: the same on every phone."""
    request = facts.request
    sign, kind = _KINDS[request.kind]
    asker = clean_name(facts.asker)
    lines: list[str] = [
        bold(f"{sign} {t.plain(kind)}"),
        bold(escaped("🪑 " + _seat(t, facts.seat))),
        escaped(title_of(t, facts.seat.showing.event.title)),
        t("Asked at {time}", time=t.time(request.asked_at, facts.seat.showing.venue.timezone))
        + (escaped(f" · {asker}") if asker else ""),
        *_said(t, facts),
        "",
        _state_for_staff(t, facts),
    ]
    rows: list[Row] = []
    mine = viewer_id is None or viewer_id == request.taken_by
    if request.state is HelpState.ASKED:
        rows.append((button("🏃 " + t.plain("I am on my way"), TakeHelpCall(request_id=request.id)),))
    if mine and request.state is HelpState.COMING:
        rows.append((_say(t, facts, "🤝", N_("I am with them"), HelpState.HERE),))
    if mine and request.state in (HelpState.COMING, HelpState.HERE):
        rows.append(
            (
                _say(t, facts, "✅", N_("Done"), HelpState.DONE),
                _say(t, facts, "↩︎", N_("I cannot"), HelpState.ASKED),
            )
        )
    if request.voice:
        rows.append((button("🎤 " + t.plain("Listen"), PlayHelpCall(request_id=request.id)),))
    if request.kind is HelpKind.UNWELL and request.state.is_open:
        rows.append((button("🚨 " + t.plain("Raise an incident"), OpenIncidents()),))
    queue = button("🙋 " + t.plain("Who waits"), HelpQueue())
    here = OpenHelpCall(request_id=request.id).pack()
    return Screen("\n".join(lines), (*rows, way(t, queue)), here=here)


def call_voice(t: Texts, facts: HelpFacts) -> Voice:
    """Of somebody at their seat: it is for those who come, and goes no further."""
    sign, kind = _KINDS[facts.request.kind]
    caption = f"{sign} {t(kind)}\n{escaped('🪑 ' + _seat(t, facts.seat))}"
    return Voice(facts.request.voice, caption, protected=True)


def call_notice(t: Texts, facts: HelpFacts) -> Screen:
    """Short, and it sounds: the card beside it has the rest."""
    sign, kind = _KINDS[facts.request.kind]
    waited = (facts.now - facts.request.asked_at) // timedelta(minutes=1)
    lines = [bold(f"🔔 {sign} {t.plain(kind)}"), escaped("🪑 " + _seat(t, facts.seat))]
    if waited:
        lines.append(t.plural("Waits for {count} minute already.", "Waits for {count} minutes already.", waited))
    take = button("🏃 " + t.plain("I am on my way"), TakeHelpCall(request_id=facts.request.id))
    return Screen("\n".join(lines), ((take, _open(t, facts.request.id)), way(t)))


def queue_screen(t: Texts, queue: Sequence[HelpFacts]) -> Screen:
    lines: list[str] = [bold("🙋 " + t.plain("Who needs help"))]
    lines.append(t("Nobody waits.") if not queue else t("The longest waiting first."))
    rows: list[Row] = []
    for facts in queue:
        taken = "🏃 " if facts.request.state is not HelpState.ASKED else "❗️ "
        text = f"{taken}{_KINDS[facts.request.kind][0]} {_seat(t, facts.seat)}"
        rows.append((button(label(text), OpenHelpCall(request_id=facts.request.id)),))
    return Screen("\n".join(lines), (*rows, way(t)), here=HelpQueue().pack())


def _seat(t: Texts, seat: TicketFacts) -> str:
    return seats_texts(t, [name_of(t, seat.showing.hall, seat.line)])[0]


def _open(t: Texts, request_id: int) -> Button:
    return button(t.plain("Look"), OpenHelpCall(request_id=request_id))


def _say(t: Texts, facts: HelpFacts, sign: str, said: str, state: HelpState) -> Button:
    callback: CallbackData = SayHelpCall(request_id=facts.request.id, said=state)
    return button(f"{sign} {t.plain(said)}", callback)


def _kind_line(t: Texts, facts: HelpFacts) -> str:
    sign, kind = _KINDS[facts.request.kind]
    return f"{sign} {t(kind)}"


def _said(t: Texts, facts: HelpFacts) -> list[str]:
    lines: list[str] = []
    if facts.request.words:
        lines.append(escaped("“" + clipped(facts.request.words, _WORDS_MOST) + "”"))
    if facts.request.voice:
        lines.append("🎤 " + t("There is a voice message."))
    return lines


def _who(t: Texts, facts: HelpFacts) -> str:
    name = clean_name(facts.comes)
    role = role_name(t, facts.role) if facts.role else ""
    return t.plain("{name} ({role})", name=name, role=role) if name and role else name or t.plain("A colleague")


def _how_it_stands(t: Texts, facts: HelpFacts) -> str:
    match facts.request.state:
        case HelpState.ASKED:
            return "🔔 " + t.plain("We have called somebody. Please stay where you are.")
        case HelpState.COMING:
            return "🏃 " + t.plain("{who} is on the way to you.", who=_who(t, facts))
        case HelpState.HERE:
            return "🤝 " + t.plain("{who} is with you.", who=_who(t, facts))
        case HelpState.DONE:
            return "✅ " + t.plain("Done. All the best to you!")
        case HelpState.CANCELLED:
            return t.plain("You have said that you need no help any more.")


def _state_for_staff(t: Texts, facts: HelpFacts) -> str:
    match facts.request.state:
        case HelpState.ASKED:
            return "❗️ " + t("Nobody has taken it yet.")
        case HelpState.COMING:
            return "🏃 " + t("{who} is on the way.", who=_who(t, facts))
        case HelpState.HERE:
            return "🤝 " + t("{who} is there.", who=_who(t, facts))
        case HelpState.DONE:
            return "✅ " + t("Done by {who}.", who=_who(t, facts))
        case HelpState.CANCELLED:
            return t("Not needed any more.")
