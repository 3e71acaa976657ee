"""The screens of an incident: report, place, card, what to do, severity, review; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.admission.evening_model import HoldReason
from domain.incidents.model import (
    COURSE,
    PROCEDURES,
    PROMISED,
    ActionCard,
    Incident,
    IncidentKind,
    IncidentState,
    NoteKind,
    Severity,
    What,
)
from domain.people.model import Actor, Role
from domain.programme.model import RunState, Venue
from handlers.admission.evening.callbacks import HoldRun, OpenRun, SayRunState
from handlers.incidents.callbacks import (
    AskNote,
    AskReview,
    AskSeverity,
    BeginProcedure,
    DropReport,
    OpenActionCard,
    OpenActions,
    OpenAnnouncing,
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
from handlers.incidents.queries import (
    IncidentFacts,
    IncidentList,
    IncidentSight,
    Inside,
    NoteFacts,
    Where,
    WhereFacts,
)
from handlers.incidents.words import (
    CARD_SIGNS,
    CARDS,
    KINDS,
    SEVERITIES,
    SEVERITY_SIGNS,
    SIGNS,
    STATES,
    STEPS,
)
from handlers.ticketing.wording import back, bold, clipped, escaped, label, listed, short_title, way, word
from handlers.ui.callbacks import Home, NewAction
from handlers.ui.i18n import N_, Html, Texts, clean_name
from handlers.ui.pictures import KeptPhoto
from handlers.ui.screen import Outgoing, Row, Screen, Voice, button, grid, link

_SPOTS_MOST = 15
_VENUES_MOST = 3
_PHONES_MOST = 6
_NAMES_MOST = 4
_WHEELCHAIRS_MOST = 5
_HOUSES_MOST = 2
_ZONES_MOST = 8
_NOTE_SHOWN = 160
_FACT_MOST = 160
_TITLE_MOST = 28
_MAP = "https://www.openstreetmap.org/?mlat={}&mlon={}#map=18/{}/{}"
_MEDIA_SIGNS = {NoteKind.PHOTO: "📷", NoteKind.VOICE: "🎤", NoteKind.LOCATION: "📍"}
_SAY = {
    IncidentState.ON_SCENE: ("📍", N_("On scene")),
    IncidentState.IN_HAND: ("👌", N_("In hand")),
    IncidentState.RESOLVED: ("✅", N_("Resolved")),
}


def drill_mark(t: Texts, drill: bool) -> list[Html]:
    """On everything that is said of a drill."""
    return [bold("🎓 " + t.plain("DRILL. This is an exercise."))] if drill else []


def incidents_screen(t: Texts, found: IncidentList) -> Screen:
    lines: list[Html] = [bold("🚨 " + t.plain("Incidents"))]
    if not found.incidents:
        lines.append(t("Nothing is on record. Report at once what you see: it is better once too often."))
    rows: list[Row] = [(button("🚨 " + t.plain("Report an incident"), OpenReport()),)]
    more = []
    if found.drills:
        more.append(button("🎓 " + t.plain("A drill"), OpenReport(drill=True)))
    if found.announces:
        more.append(button("📣 " + t.plain("Tell the audience"), OpenAnnouncing()))
    rows += [tuple(more)] if more else []
    rows += [
        (button(label(_line(t, one, where)), OpenIncident(incident_id=one.id)),)
        for one, where, _ in found.incidents[:6]
    ]
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenIncidents().pack())


def kind_screen(t: Texts, *, drill: bool) -> Screen:
    lines = [*drill_mark(t, drill), bold("🚨 " + t.plain("What is it?"))]
    if not drill:
        lines.append(t("One tap and it is a report: without another tap it goes out by itself."))
    kinds = [button(f"{SIGNS[kind]} {t.plain(KINDS[kind])}", PickKind(kind=kind, drill=drill)) for kind in IncidentKind]
    rows = (*grid(kinds, 2), way(t, back(t, OpenIncidents())))
    return Screen("\n".join(lines), rows, here=OpenReport(drill=drill).pack())


def where_screen(t: Texts, facts: WhereFacts) -> Screen:
    incident = facts.incident
    lines = [
        *drill_mark(t, incident.drill),
        bold(f"{SIGNS[incident.kind]} {t.plain(KINDS[incident.kind])}"),
        bold(t.plain("Where is it?")),
        t("Without another tap it goes out by itself in a moment."),
    ]

    def spot(number: int) -> PickSpot:
        return PickSpot(incident_id=incident.id, venue_id=facts.venue.id, spot=number)

    rows: list[Row] = []
    if facts.here is not None:
        rows.append((button("📍 " + t.plain("Here: {place}", place=place_text(t, facts.here)), spot(-2)),))
    spots = [button(label(place_text(t, where)), spot(n)) for n, where in enumerate(facts.spots[:_SPOTS_MOST])]
    rows += grid(spots, 3)
    whole = button("🏛 " + t.plain("Elsewhere in the house"), spot(-1))
    others = [
        button("↪️ " + label(word(t.of(venue.name))), PickVenue(incident_id=incident.id, venue_id=venue.id))
        for venue in facts.others[:_VENUES_MOST]
    ]
    rows += grid([whole, *others], 2)
    slip = button("✖️ " + t.plain("A slip, no report"), DropReport(incident_id=incident.id))
    rows.append((button("↩︎ " + t.plain("Another kind"), OpenReport(drill=incident.drill)), slip))
    here = PickVenue(incident_id=incident.id, venue_id=facts.venue.id).pack()
    return Screen("\n".join(lines), (*rows, way(t)), here=here)


def sent_screen(t: Texts, facts: IncidentFacts) -> Screen:
    """What follows in this chat belongs to the report."""
    incident = facts.incident
    paged = next((line.detail.get("people", 0) for line in reversed(facts.entries) if line.what is What.PAGED), 0)
    lines = [
        *drill_mark(t, incident.drill),
        bold("✅ " + t.plain("Sent: {what}", what=head_text(t, incident, facts.where, facts.venue))),
        t.plural("{count} person is paged.", "{count} people are paged.", int(paged)),
        t("A photo, a voice message, your location or a few words: just send them here."),
    ]
    rows: list[Row] = [
        (
            button("🚨 " + t.plain("Open the incident"), OpenIncident(incident_id=incident.id)),
            button("⚖️ " + t.plain("Severity"), AskSeverity(incident_id=incident.id)),
        ),
        (button("📋 " + t.plain("What to do"), OpenActions(incident_id=incident.id)),),
        way(t),
    ]
    return Screen("\n".join(lines), tuple(rows), here=OpenIncident(incident_id=incident.id).pack())


def dropped_screen(t: Texts) -> Screen:
    lines = [t("Taken back. Nobody was told."), t("If there is something after all, report it.")]
    rows: tuple[Row, ...] = ((button("🚨 " + t.plain("Report an incident"), OpenReport()),), way(t))
    return Screen("\n".join(lines), rows)


def incident_screen(t: Texts, sight: IncidentSight) -> Screen:
    """The same as the card, with what its reader may do beside it."""
    facts, incident = sight.facts, sight.facts.incident
    rows = [*_card_rows(t, facts)]
    safety = sight.actor.may(Role.SAFETY, incident.venue_id)
    if incident.is_active and safety:
        rows.append((button("📣 " + t.plain("Tell the audience"), OpenAnnouncing(incident_id=incident.id)),))
    if incident.state is IncidentState.RESOLVED and safety:
        review = t.plain("Review it") if facts.review is None else t.plain("Review it again")
        rows.append((button("📝 " + review, AskReview(incident_id=incident.id)),))
        if sight.actor.may(Role.MANAGER, incident.venue_id):
            action = NewAction(source="review" if facts.review else "incident", source_id=incident.id)
            rows.append((button("🛠 " + t.plain("Something is to be changed"), action),))
    rows.append(way(t, back(t, OpenIncidents())))
    return Screen(card_text(t, facts), tuple(rows), here=OpenIncident(incident_id=incident.id).pack())


def incident_card(t: Texts, facts: IncidentFacts) -> Screen:
    """The same state on every phone."""
    rows = (*_card_rows(t, facts), (button("🏠 " + t.plain("Home"), Home()),))
    return Screen(card_text(t, facts), rows)


def card_text(t: Texts, facts: IncidentFacts) -> str:
    incident = facts.incident
    lines: list[Html] = [
        *drill_mark(t, incident.drill),
        bold(head_text(t, incident, facts.where, facts.venue)),
        _state_line(t, facts),
        t(
            "Reported at {time} by {name}.",
            time=_time(t, incident.reported_at, facts.venue),
            name=clean_name(facts.reporter) or "–",
        ),
    ]
    lines += [Html("✏️ " + _note_text(t, note.kind, note.text)) for note in facts.notes]
    if incident.is_active:
        lines += _procedure_lines(t, facts)
        lines += [Html(""), *_help_lines(t, facts)]
    if facts.review is not None and facts.review.happened:
        lines += [Html(""), t("Review: {text}", text=clipped(facts.review.happened, 300))]
    return "\n".join(lines)


def page_notice(t: Texts, facts: IncidentFacts) -> Screen:
    """What alerts: short, with the one tap that matters."""
    incident = facts.incident
    lines = [*drill_mark(t, incident.drill), bold("🚨 " + head_text(t, incident, facts.where, facts.venue))]
    lapsed = [line for line in facts.entries if line.what is What.LAPSED]
    if lapsed:
        lines.append(t("Whoever took it is not heard of. Who takes it over?"))
    elif incident.rounds > 1:
        minutes = int((facts.now - (incident.sent_at or facts.now)).total_seconds() // 60)
        lines.append(
            t.plural("Nobody has taken it for {count} minute.", "Nobody has taken it for {count} minutes.", minutes)
            if minutes
            else t("Nobody has taken it yet.")
        )
    rows: tuple[Row, ...] = (
        (button("🙋 " + t.plain("I take it"), TakeOn(incident_id=incident.id)),),
        (
            button("🔎 " + t.plain("Look"), OpenIncident(incident_id=incident.id)),
            button("🏠 " + t.plain("Home"), Home()),
        ),
    )
    return Screen("\n".join(lines), rows)


def procedure_notice(t: Texts, facts: IncidentFacts) -> Screen:
    incident = facts.incident
    card = incident.procedure or ActionCard.INFORM
    lines = [
        *drill_mark(t, incident.drill),
        bold(f"{CARD_SIGNS[card]} {t.plain(CARDS[card])}"),
        bold(head_text(t, incident, facts.where, facts.venue)),
        *(Html(f"{number}. {t(step)}") for number, step in enumerate(STEPS[card], start=1)),
    ]
    look = button("🔎 " + t.plain("Look"), OpenIncident(incident_id=incident.id))
    return Screen("\n".join(lines), ((look, button("🏠 " + t.plain("Home"), Home())),))


def note_notice(t: Texts, facts: NoteFacts) -> Outgoing:
    note, incident = facts.note, facts.incident
    lines = [
        *drill_mark(t, incident.drill),
        bold(head_text(t, incident, facts.where, facts.venue)),
        t("{name} adds:", name=clean_name(facts.author) or "–"),
    ]
    if note.kind in (NoteKind.TEXT, NoteKind.LOCATION) or note.text:
        lines.append(_note_text(t, note.kind, note.text))
    if note.kind is NoteKind.VOICE:
        return Voice(note.file_id, "\n".join(lines), protected=facts.protected)
    look = button("🔎 " + t.plain("Look"), OpenIncident(incident_id=incident.id))
    rows: list[Row] = [(look, button("🏠 " + t.plain("Home"), Home()))]
    if note.kind is NoteKind.LOCATION:
        latitude, longitude = note.text.split(",", 1)
        rows.insert(0, (link("🗺 " + t.plain("On the map"), _MAP.format(latitude, longitude, latitude, longitude)),))
    picture = KeptPhoto(note.file_id) if note.kind is NoteKind.PHOTO and note.file_id else None
    return Screen("\n".join(lines), tuple(rows), picture=picture, protected=facts.protected)


def drill_report(t: Texts, facts: IncidentFacts) -> Screen:
    """How long everything took."""
    lines = [*drill_mark(t, facts.incident.drill), bold("🎓 " + t.plain("The drill is over")), *time_lines(t, facts)]
    look = button("🔎 " + t.plain("Look"), OpenIncident(incident_id=facts.incident.id))
    return Screen("\n".join(lines), ((look,), (button("🏠 " + t.plain("Home"), Home()),)))


def time_lines(t: Texts, facts: IncidentFacts) -> list[Html]:
    """From the first tap to each state, and how often somebody had to be paged."""
    began = facts.incident.reported_at
    lines = [Html(bold(head_text(t, facts.incident, facts.where, facts.venue)))]
    for what, said in (
        (What.SENT, N_("Sent after {time}")),
        (What.TAKEN, N_("Taken after {time}")),
        (What.ON_SCENE, N_("On scene after {time}")),
        (What.IN_HAND, N_("In hand after {time}")),
        (What.RESOLVED, N_("Resolved after {time}")),
    ):
        at = next((line.at for line in facts.entries if line.what is what), None)
        if at is not None:
            lines.append(t(said, time=span_text(t, at, began)))
    rounds = sum(line.what is What.PAGED for line in facts.entries)
    lines.append(t.plural("{count} round of pages", "{count} rounds of pages", rounds))
    return lines


def span_text(t: Texts, at: datetime, since: datetime) -> str:
    seconds = int((at - since).total_seconds())
    return t.plain("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)


def severity_screen(t: Texts, facts: IncidentFacts) -> Screen:
    incident = facts.incident
    lines = [*drill_mark(t, incident.drill), bold(head_text(t, incident, facts.where, facts.venue))]
    lines.append(t("How bad is it? What is worse is paged anew at once."))
    rows: list[Row] = [
        (
            button(
                f"{'✓ ' if level is incident.severity else ''}{SEVERITY_SIGNS[level]} {t.plain(SEVERITIES[level])}",
                PickSeverity(incident_id=incident.id, severity=level),
            ),
        )
        for level in Severity
    ]
    opened = OpenIncident(incident_id=incident.id)
    here = AskSeverity(incident_id=incident.id).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, opened))), here=here)


def actions_screen(t: Texts, facts: IncidentFacts) -> Screen:
    """Those that fit come first."""
    incident = facts.incident
    cards = [*facts.rule.cards, *(card for card in ActionCard if card not in facts.rule.cards)]
    lines = [*drill_mark(t, incident.drill), bold("📋 " + t.plain("What to do"))]
    lines.append(escaped(head_text(t, incident, facts.where, facts.venue)))
    buttons = [
        button(f"{CARD_SIGNS[card]} {t.plain(CARDS[card])}", OpenActionCard(incident_id=incident.id, card=card))
        for card in cards
    ]
    rows = (*grid(buttons, 2), way(t, back(t, OpenIncident(incident_id=incident.id))))
    return Screen("\n".join(lines), rows, here=OpenActions(incident_id=incident.id).pack())


def action_card_screen(t: Texts, sight: IncidentSight, card: ActionCard, inside: Sequence[Inside]) -> Screen:
    incident = sight.facts.incident
    lines = [*drill_mark(t, incident.drill), bold(f"{CARD_SIGNS[card]} {t.plain(CARDS[card])}")]
    lines += [Html(f"{number}. {t(step)}") for number, step in enumerate(STEPS[card], start=1)]
    rows: list[Row] = []
    if card is ActionCard.EVACUATE:
        lines += [Html(""), *inside_lines(t, inside)]
    if card is ActionCard.FIRST_AID:
        lines += [Html(""), *_help_lines(t, sight.facts)]
    if card is ActionCard.EQUIPMENT:
        rows += _stage_rows(t, sight)
    if card in PROCEDURES and incident.is_active and sight.actor.may(Role.SAFETY, incident.venue_id):
        if incident.procedure is card:
            lines.append(bold(t.plain("It has begun: everybody on duty has been told.")))
        else:
            begin = t.plain("Begin: tell everybody on duty")
            rows.append((button(f"{CARD_SIGNS[card]} {begin}", BeginProcedure(incident_id=incident.id, card=card)),))
    rows.append(way(t, back(t, OpenActions(incident_id=incident.id))))
    here = OpenActionCard(incident_id=incident.id, card=card).pack()
    return Screen("\n".join(lines), tuple(rows), here=here)


def note_screen(t: Texts, facts: IncidentFacts) -> Screen:
    """Awaits words, a photo, a voice message or a location."""
    lines = [
        *drill_mark(t, facts.incident.drill),
        bold(head_text(t, facts.incident, facts.where, facts.venue)),
        t("Send a few words, a photo, a voice message or your location: everybody on it sees it."),
    ]
    if facts.rule.medical:
        lines.append(t("Photos of people who are unwell cannot be passed on, and are deleted after a while."))
    opened = OpenIncident(incident_id=facts.incident.id)
    return Screen("\n".join(lines), (way(t, back(t, opened)),), here=opened.pack())


def review_screen(t: Texts, facts: IncidentFacts, question: str, error: str = "") -> Screen:
    """Awaits the answer."""
    lines = [bold("📝 " + head_text(t, facts.incident, facts.where, facts.venue))]
    if error:
        lines.append(escaped("⚠️ " + error))
    lines.append(bold(t.plain(question)))
    opened = OpenIncident(incident_id=facts.incident.id)
    return Screen("\n".join(lines), (way(t, back(t, opened)),), here=opened.pack())


def head_text(t: Texts, incident: Incident, where: Where, venue: Venue) -> str:
    """Severity, kind and place in one line; plain."""
    place = place_text(t, where)
    parts = [
        f"{SEVERITY_SIGNS[incident.severity]} S{int(incident.severity)}",
        f"{SIGNS[incident.kind]} {t.plain(KINDS[incident.kind])}",
        *([place] if place else []),
        word(t.of(venue.name)),
    ]
    return " · ".join(parts)


def place_text(t: Texts, where: Where) -> str:
    """Plain; empty where nobody has said."""
    parts = []
    if where.gate is not None:
        parts.append(word(t.of(where.gate.name)))
    if where.zone:
        parts.append(word(where.zone if isinstance(where.zone, str) else t.of(where.zone)))
    return " · ".join(parts)


def inside_lines(t: Texts, inside: Sequence[Inside]) -> list[Html]:
    lines: list[Html] = []
    for house in inside[:_HOUSES_MOST]:
        lines.append(
            bold(t.plain("{title}: {count} inside", title=short_title(t, house.title, 40), count=house.counts.inside))
        )
        zones = [
            t.plain("{zone}: {count}", zone=word(t.of(house.hall.get(zone.zone, {})) or zone.zone), count=zone.inside)
            for zone in house.counts.zones
            if zone.zone and zone.inside
        ]
        if zones:
            lines.append(escaped(listed(t, zones[:_ZONES_MOST])))
        places = [
            t.plain(
                "{zone}, row {row}, seat {seats}",
                zone=word(t.of(house.hall.get(zone, {})) or zone),
                row=word(row),
                seats=word(number),
            )
            for zone, row, number in house.wheelchairs[:_WHEELCHAIRS_MOST]
        ]
        count = len(house.wheelchairs)
        taken = "; ".join(places) + (" …" if count > len(places) else "") if places else t.plain("none")
        lines.append(t("♿ Wheelchair places taken ({count}): {places}", count=count, places=taken))
    return lines or [t("No performance is on now.")]


def _procedure_lines(t: Texts, facts: IncidentFacts) -> list[Html]:
    card = facts.incident.procedure
    if card is None:
        return []
    lines = [Html(""), bold(f"{CARD_SIGNS[card]} {t.plain(CARDS[card])}")]
    return [*lines, *(inside_lines(t, facts.inside) if card is ActionCard.EVACUATE else [])]


def _help_lines(t: Texts, facts: IncidentFacts) -> list[Html]:
    house, lines = facts.house, list[Html]()
    if house.channel:
        lines.append(t("📻 Radio: channel {channel}", channel=word(house.channel)))
    if house.phones:
        phones = [f"{word(t.of(phone.name))} {phone.number}" for phone in house.phones[:_PHONES_MOST]]
        lines.append(escaped("📞 " + " · ".join(phones)))
    if facts.first_aid:
        names = listed(t, (clean_name(name) for name in facts.first_aid[:_NAMES_MOST]))
        lines.append(t("⛑ First-aiders on shift: {names}", names=names))
    if facts.defibrillator is not None:
        lines.append(t("💗 Defibrillator: {place}", place=clipped(t.of(facts.defibrillator), _FACT_MOST)))
    address = t.of(house.address) or t.of(facts.venue.address)
    if address:
        lines.append(t("🏠 To read out: {address}", address=clipped(address, _FACT_MOST)))
    return lines


def _state_line(t: Texts, facts: IncidentFacts) -> Html:
    incident = facts.incident
    said, name = bold(t.plain(STATES[incident.state])), clean_name(facts.taker)
    since = incident.heard_at or incident.sent_at
    if incident.state is IncidentState.OPEN or not name or since is None:
        return said
    return Html(f"{said}: {escaped(name)}, {_time(t, since, facts.venue)}")


def _card_rows(t: Texts, facts: IncidentFacts) -> list[Row]:
    incident = facts.incident
    id = incident.id
    media = tuple(
        button(f"{_MEDIA_SIGNS[note.kind]} {_time(t, note.at, facts.venue)}", ShowNote(note_id=note.id))
        for note in facts.media
    )
    if not incident.is_active:
        return [
            *([media] if media else []),
            (
                button("📄 " + t.plain("Timeline (PDF)"), SendTimeline(incident_id=id, paper="pdf")),
                button("📊 " + t.plain("Timeline (CSV)"), SendTimeline(incident_id=id, paper="csv")),
            ),
        ]
    rows: list[Row] = [media] if media else []
    if incident.state is IncidentState.OPEN:
        rows.append((button("🙋 " + t.plain("I take it"), TakeOn(incident_id=id)),))
    following = [state for state in COURSE[COURSE.index(incident.state) + 1 :] if state in _SAY]
    if incident.state is not IncidentState.OPEN:
        says = [
            button(f"{_SAY[state][0]} {t.plain(_SAY[state][1])}", SayState(incident_id=id, course=state))
            for state in following
        ]
        rows += grid(says, 3)
        other = button("🔁 " + t.plain("I take it over"), TakeOn(incident_id=id, instead_of=incident.taker_id or 0))
        still = button("👍 " + t.plain("Still on it"), StillOn(incident_id=id))
        rows.append((still, other) if incident.state in PROMISED else (other,))
    else:
        rows.append((button("✅ " + t.plain("Resolved"), SayState(incident_id=id, course=IncidentState.RESOLVED)),))
    rows.append(
        (
            button("📋 " + t.plain("What to do"), OpenActions(incident_id=id)),
            button("✏️ " + t.plain("Add something"), AskNote(incident_id=id)),
            button("⚖️ " + t.plain("Severity"), AskSeverity(incident_id=id)),
        )
    )
    return rows


def _stage_rows(t: Texts, sight: IncidentSight) -> list[Row]:
    """Stop, hold, resume: what the stage says of the performance."""
    rows: list[Row] = []
    for showing in sight.playing:
        performance = showing.performance
        if not _runs_it(sight.actor, performance.venue_id):
            continue
        title = short_title(t, showing.event.title, _TITLE_MOST)
        if performance.run_state is RunState.STARTED:
            hold = HoldRun(performance_id=performance.id, why=HoldReason.TECHNICAL)
            rows.append((button("⏹ " + t.plain("Hold: {title}", title=title), hold),))
        elif performance.run_state is RunState.HELD:
            resume = SayRunState(performance_id=performance.id, state=RunState.STARTED)
            stop = SayRunState(performance_id=performance.id, state=RunState.ENDED)
            rows.append(
                (
                    button("▶️ " + t.plain("Resume: {title}", title=title), resume),
                    button("🏁 " + t.plain("Stop for good"), stop),
                )
            )
        else:
            opened = OpenRun(performance_id=performance.id)
            rows.append((button("🎬 " + t.plain("How it goes: {title}", title=title), opened),))
    return rows[:3]


def _runs_it(actor: Actor, venue_id: int) -> bool:
    return actor.may(Role.STAGE, venue_id)


def _note_text(t: Texts, kind: NoteKind, text: str) -> Html:
    said = {NoteKind.PHOTO: t.plain("photo"), NoteKind.VOICE: t.plain("voice message")}.get(kind, "")
    if kind is NoteKind.LOCATION:
        return escaped("📍 " + clipped(text, 40))
    return escaped(": ".join(filter(None, [said, clipped(text, _NOTE_SHOWN)])))


def _line(t: Texts, incident: Incident, where: Where) -> str:
    drill = "🎓 " if incident.drill else ""
    place = place_text(t, where)
    parts = [t.plain(KINDS[incident.kind]), *([place] if place else []), t.plain(STATES[incident.state])]
    return f"{drill}{SEVERITY_SIGNS[incident.severity]} " + " · ".join(parts)


def _time(t: Texts, at: datetime, venue: Venue) -> str:
    return t.time(at, venue.timezone)
