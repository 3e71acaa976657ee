"""The screens of one event: its card, the whole text, its times on a day, one performance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.codes import CodeKind
from domain.programme.model import Event, Hall, Venue
from handlers.programme.callbacks import OpenAbout, OpenEventDay, OpenShowing, Watch
from handlers.programme.event_queries import Card, DayTimes, Particulars, Showing, prices_of
from handlers.programme.pictures import poster_of
from handlers.programme.views import turning
from handlers.programme.words import (
    access_lines,
    capital,
    day_name,
    facts_of,
    is_easy,
    latecomers,
    noon,
    one_line,
    paragraphs,
    price_range,
    state_word,
)
from handlers.ticketing.waiting.callbacks import OpenWaiting
from handlers.ticketing.wording import back, bold, escaped, home, title_of, way
from handlers.ui.callbacks import OpenEvent, OpenPerformance
from handlers.ui.i18n import Html, Texts
from handlers.ui.ports import Links
from handlers.ui.screen import CAPTION_MOST, TEXT_MOST, Button, Row, Screen, button, grid, link

_SUMMARY_MOST = 240
#: Of summary and description together: with more, a phone shows the text and not the poster.
_TEASER_MOST = 320
_PLACE_MOST = 120
#: What the tags and the joins around a caption's parts may add.
_SPARE = 40
#: A description shorter than this is not worth beginning.
_WORTH_BEGINNING = 80


def event_screen(t: Texts, card: Card, links: Links, origin: str) -> Screen:
    """``origin``: the callback data of the list that one came from."""
    lines = [bold(title_of(t, card.event.title)), escaped(facts_of(t, card.event)), *_particulars(t, card)]
    summary = one_line(t.of(card.event.summary), _SUMMARY_MOST)
    if summary:
        lines.append(Html(f"\n<i>{escaped(summary)}</i>"))
    text, is_whole = _with_description(t, card.event, "\n".join(lines), summary)
    rows: list[Row] = [(_showing_button(t, showing, card.today),) for showing in card.showings]
    rows += grid([_day_button(t, card, day, times) for day, times in card.days], 2)
    rows += turning(t, card.page, card.more, lambda page: OpenEvent(event_id=card.event.id, page=page))
    share = _share(t, links, CodeKind.EVENT, card.event.id, title_of(t, card.event.title))
    about = button(t.plain("More about it"), OpenAbout(event_id=card.event.id))
    rows += [(share,) if is_whole else (about, share), way(t, back(t, origin))]
    here = OpenEvent(event_id=card.event.id, page=card.page).pack()
    return Screen(text, tuple(rows), picture=poster_of(t, card.event, _house(t, card.venues)), here=here)


def about_screen(t: Texts, event: Event) -> Screen:
    title, facts = bold(title_of(t, event.title)), escaped(facts_of(t, event))
    summary = escaped(one_line(t.of(event.summary), _SUMMARY_MOST))
    head = "\n".join(filter(None, [title, facts, summary]))
    description = _escaped_within(t.of(event.description), TEXT_MOST - _units(head) - _SPARE)
    here = OpenAbout(event_id=event.id).pack()
    return Screen(f"{head}\n\n{description}", (way(t, back(t, OpenEvent(event_id=event.id))),), here=here)


def day_screen(t: Texts, times: DayTimes) -> Screen:
    """An exhibition's times, such as every half hour."""
    event_id, day = times.event.id, times.day.isoformat()
    lines = [bold(title_of(t, times.event.title)), escaped(t.long_day(noon(times.day), "UTC"))]
    lines.append(t("Choose a time.") if times.showings else t("No times are left on this day."))
    rows: list[Row] = [*grid([_time_button(t, showing) for showing in times.showings], 3)]
    rows += turning(t, times.page, times.more, lambda page: OpenEventDay(event_id=event_id, day=day, page=page))
    rows.append(way(t, back(t, OpenEvent(event_id=event_id))))
    here = OpenEventDay(event_id=event_id, day=day, page=times.page).pack()
    return Screen("\n".join(lines), tuple(rows), here=here)


def showing_screen(t: Texts, facts: Particulars, links: Links) -> Screen:
    performance, zone = facts.performance, facts.venue.timezone
    title = title_of(t, facts.event.title)
    lines = [
        bold(title),
        escaped(facts_of(t, facts.event)),
        Html(""),
        Html("📅 ")
        + t("{day}, {time}", day=t.long_day(performance.starts_at, zone), time=t.time(performance.starts_at, zone)),
        t("Doors {doors}, until about {end}", doors=t.time(performance.doors_at, zone), end=_end(t, facts)),
        Html("📍 ") + escaped(_place(t, facts.hall, facts.venue)),
    ]
    address = one_line(t.of(facts.venue.address), _PLACE_MOST)
    price = price_range(t, prices_of([performance]))
    access = access_lines(t, [performance.access])
    lines += [escaped(address)] if address else []
    lines += [Html("💳 ") + escaped(price)] if price else []
    lines += [Html("♿ ") + escaped(" · ".join(access))] if access else []
    lines += [] if performance.timed_entry else [latecomers(t, performance.latecomers)]
    lines += [Html(""), bold(_state_sentence(t, facts))]
    rows = [*_doing(t, facts)]
    rows.append(
        (
            button(t.plain("Other dates"), OpenEvent(event_id=facts.event.id)),
            _share(t, links, CodeKind.PERFORMANCE, performance.id, title),
        )
    )
    rows.append((home(t),))
    picture = poster_of(t, facts.event, _house(t, [facts.venue]))
    here = OpenShowing(performance_id=performance.id).pack()
    return Screen("\n".join(lines), tuple(rows), picture=picture, here=here)


def _particulars(t: Texts, card: Card) -> list[Html]:
    """Where, when next, how much, for whom it is made easy."""
    if not card.sample:
        return [t("No more dates are planned at the moment.")]
    lines = []
    hall, venue = card.halls[:1], card.venues[0]
    if len(card.halls) <= 1:
        lines.append(Html("📍 ") + escaped(_place(t, hall[0] if hall else None, venue)))
    else:
        lines.append(Html("📍 ") + t("in several halls"))
    price = price_range(t, card.prices)
    if price:
        lines.append(Html("💳 ") + escaped(price))
    access = access_lines(t, card.accesses)
    if access:
        lines.append(Html("♿ ") + escaped(" · ".join(access)))
    return [Html(line) for line in lines]


def _with_description(t: Texts, event: Event, head: str, summary: str) -> tuple[str, bool]:
    """The caption, and whether all of the description is in it. Beside a summary it is told whole or not at all."""
    description = t.of(event.description)
    room = min(CAPTION_MOST - _units(head) - _SPARE, _TEASER_MOST - _units(summary))
    if not description.strip():
        return head, True
    if room < _WORTH_BEGINNING:
        return head, False
    shown = _escaped_within(description, room)
    is_whole = shown == escaped(paragraphs(description, len(description) + 1))
    if summary and not is_whole:
        return head, False
    return f"{head}\n\n{shown}", is_whole


def _units(text: str) -> int:
    """As Telegram counts: in UTF-16 code units (Bot API, "Formatting options")."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _escaped_within(text: str, most: int) -> Html:
    """Bounded after escaping, so that the bound holds whatever stands in the text."""
    wanted = most
    while wanted > 0:
        shown = escaped(paragraphs(text, wanted))
        if _units(shown) <= most:
            return shown
        wanted -= max((_units(shown) - most) // 2, 1)
    return Html("")


def _showing_button(t: Texts, showing: Showing, today: date) -> Button:
    starts_at = t.when(showing.performance.starts_at, showing.zone, today=today)
    return button(capital(f"{starts_at} · {_word(t, showing)}"), _leads_to(showing))


def _time_button(t: Texts, showing: Showing) -> Button:
    """With a word only where it matters."""
    at = t.time(showing.performance.starts_at, showing.zone)
    easy = is_easy(showing.performance, showing.left, showing.state)
    return button(at if easy else f"{at} · {_word(t, showing)}", _leads_to(showing))


def _leads_to(showing: Showing) -> OpenPerformance | OpenShowing:
    """Straight to choosing where there is something to choose."""
    if showing.state == "open" and showing.left > 0:
        return OpenPerformance(performance_id=showing.performance.id)
    return OpenShowing(performance_id=showing.performance.id)


def _word(t: Texts, showing: Showing) -> str:
    return state_word(t, showing.performance, showing.left, showing.state)


def _day_button(t: Texts, card: Card, day: date, times: int) -> Button:
    return button(
        capital(f"{day_name(t, day, card.today)} ({times})"), OpenEventDay(event_id=card.event.id, day=day.isoformat())
    )


def _share(t: Texts, links: Links, kind: CodeKind, id: int, title: str) -> Button:
    return link(t.plain("Share"), links.share(links.poster(kind, id), title))


def _place(t: Texts, hall: Hall | None, venue: Venue) -> str:
    parts = [t.of(hall.name) if hall else "", t.of(venue.name)]
    return one_line(" · ".join(dict.fromkeys(filter(None, parts))), _PLACE_MOST)


def _house(t: Texts, venues: Sequence[Venue]) -> str:
    return t.of(venues[0].name) if venues else ""


def _end(t: Texts, facts: Particulars) -> str:
    return t.time(facts.performance.ends_at, facts.venue.timezone)


def _state_sentence(t: Texts, facts: Particulars) -> str:
    showing, performance = facts.showing, facts.performance
    if showing.state == "before":
        opens = t.when(performance.sales_open_at, facts.venue.timezone, today=facts.today)
        return t.plain("Sales open: {when}", when=opens)
    if showing.state == "after":
        return t.plain("Online sales are closed. Please ask at the box office.")
    if showing.state == "cancelled":
        return t.plain("This performance is cancelled.")
    if showing.state == "past":
        return t.plain("This performance is over.")
    if showing.left <= 0:
        return t.plain("Sold out. Seats that come back are sold here again, so it is worth looking in.")
    if not is_easy(performance, showing.left, showing.state):
        return t.plain_plural("Only {count} ticket is left.", "Only {count} tickets are left.", showing.left)
    return t.plain("Tickets are available.")


def _doing(t: Texts, facts: Particulars) -> list[Row]:
    performance_id = facts.performance.id
    if facts.showing.state == "before":
        word = t.plain("Do not tell me") if facts.watching else t.plain("Tell me when sales open")
        sign = "🔕 " if facts.watching else "🔔 "
        return [(button(sign + word, Watch(performance_id=performance_id, on=not facts.watching)),)]
    if facts.showing.state == "open" and facts.showing.left > 0:
        return [(button("🎟 " + t.plain("Choose places"), OpenPerformance(performance_id=performance_id)),)]
    if facts.showing.state == "open":
        return [(button("🕐 " + t.plain("Waiting list"), OpenWaiting(performance_id=performance_id)),)]
    return []
