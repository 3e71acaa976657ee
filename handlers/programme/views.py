"""The programme's screens: lists, calendar, kinds, search, access."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from aiogram.filters.callback_data import CallbackData

from domain.programme.model import EventKind
from handlers.programme.callbacks import CalendarNote, OpenAccess, OpenCalendar, OpenKinds, OpenSearch
from handlers.programme.event_queries import prices_of
from handlers.programme.queries import AccessChoice, Listed, Listing, Month
from handlers.programme.windows import AccessWish, months_on
from handlers.programme.words import capital, is_easy, kind_name, language_name, noon, one_line, price_range, state_word
from handlers.ticketing.wording import back, bold, escaped, home, short_title, title_of, way
from handlers.ui.callbacks import OpenEvent, OpenEvents
from handlers.ui.i18n import Html, Texts
from handlers.ui.screen import Button, Row, Screen, button, grid

_BUTTON_TITLE = 36
_LANGUAGES_OFFERED = 8
#: A button needs a text that is not just spaces (Bot API server); this one shows nothing.
_BLANK = "\u2800"


def list_screen(t: Texts, listing: Listing) -> Screen:
    here = OpenEvents(by=listing.by, value=listing.value, page=listing.page).pack()
    heading = bold(_heading(t, listing))
    blocks = [_entry(t, item, listing.today) for item in listing.items] or [_nothing(t, listing)]
    rows: list[Row] = [(_event_button(t, item),) for item in listing.items]
    if listing.by == "all" or not listing.items:
        rows += _ways(t)
    turns = turning(t, listing.page, listing.more, lambda page: _turned(listing, page))
    if listing.by == "all":
        rows.append((*(turn for row in turns for turn in row), home(t)))
    else:
        rows += [*turns, (_back(t, listing), home(t))]
    return Screen("\n\n".join([heading, *blocks]), tuple(rows), here=here)


def calendar_screen(t: Texts, month: Month) -> Screen:
    names = t.weekdays()
    rows: list[Row] = [tuple(button(name, CalendarNote()) for name in names)]
    rows += [tuple(_day_button(month, day) for day in week) for week in _weeks(month.first) if week[-1] >= month.today]
    turns = []
    if month.earlier:
        turns.append(button("‹ " + t.month(months_on(month.first, -1)), _month(months_on(month.first, -1))))
    if month.later:
        turns.append(button(t.month(months_on(month.first, 1)) + " ›", _month(months_on(month.first, 1))))
    rows += [tuple(turns), way(t, back(t, OpenEvents()))]
    text = t("Days with a number have something on. Tap one.") if month.days else t("Nothing is on this month.")
    return Screen(f"{bold(t.month(month.first))}\n{text}", tuple(row for row in rows if row), here=_month(month.first))


def kinds_screen(t: Texts, counts: Mapping[EventKind, int]) -> Screen:
    buttons = [
        button(f"{kind_name(t, kind)} ({counts[kind]})", OpenEvents(by="kind", value=kind.value))
        for kind in EventKind
        if counts.get(kind)
    ]
    text = t("What would you like to see?") if buttons else t("Nothing is in the programme yet.")
    return Screen(bold(text), (*grid(buttons, 2), way(t, back(t, OpenEvents()))), here=OpenKinds().pack())


def search_screen(t: Texts) -> Screen:
    """Awaits text."""
    lines = [
        bold("🔎 " + t.plain("Search")),
        t("Write a word from the title or the text: a composer, a play, a name. English and Chinese both work."),
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenEvents())),), here=OpenSearch().pack())


def access_screen(t: Texts, choice: AccessChoice) -> Screen:
    wish = choice.wish
    rows: list[Row] = [
        (_toggle(t.plain("step-free"), wish.step_free, replace(wish, step_free=not wish.step_free)),),
        (_toggle(t.plain("captioned"), wish.captioned, replace(wish, captioned=not wish.captioned)),),
        (_toggle(t.plain("relaxed"), wish.relaxed, replace(wish, relaxed=not wish.relaxed)),),
    ]
    rows += grid(_language_toggles(t, wish, choice.languages), 2)
    if choice.count and wish != AccessWish():
        show = t.plain_plural("Show {count} event", "Show {count} events", choice.count)
        rows.append((button("▶︎ " + show, OpenEvents(by="access", value=wish.code())),))
    rows.append(way(t, back(t, OpenEvents())))
    lines = [
        bold("♿ " + t.plain("What do you need?")),
        t("Choose what must be so. A language counts whether it is spoken or shown as surtitles."),
    ]
    if not choice.count:
        lines.append(t("Nothing fits all of it at the moment. Take one wish away, or ask us: /help"))
    return Screen("\n".join(lines), tuple(rows), here=OpenAccess(wish=wish.code()).pack())


def turning(t: Texts, page: int, more: bool, to: Callable[[int], CallbackData]) -> list[Row]:
    """The row that turns pages; no row where there is one page."""
    row = []
    if page > 0:
        row.append(button("‹ " + t.plain("Earlier"), to(page - 1)))
    if more:
        row.append(button(t.plain("Later") + " ›", to(page + 1)))
    return [tuple(row)] if row else []


def _heading(t: Texts, listing: Listing) -> str:
    match listing.by:
        case "today":
            return t.plain("Today")
        case "weekend":
            return t.plain("This weekend")
        case "day":
            return t.long_day(noon(date.fromisoformat(listing.value)), "UTC")
        case "kind":
            return kind_name(t, EventKind(listing.value))
        case "access":
            return "♿ " + t.plain(", ").join(_wishes(t, AccessWish.of(listing.value)))
        case "search":
            return "🔎 " + one_line(listing.search, 60)
    return t.plain("What’s on")


def _entry(t: Texts, item: Listed, today: date) -> Html:
    when = t.when(item.first.starts_at, item.zone, today=today)
    state = state_word(t, item.first, item.left, item.state)
    if not is_easy(item.first, item.left, item.state):
        when = t.plain("{when} ({state})", when=when, state=state)
    facts = [kind_name(t, item.event.kind), when]
    if item.showings > 1:
        facts.append(t.plain_plural("{count} more date", "{count} more dates", item.showings - 1))
    facts.append(price_range(t, prices_of([item.first])))
    return Html(f"{bold(title_of(t, item.event.title))}\n{escaped(' · '.join(filter(None, facts)))}")


def _event_button(t: Texts, item: Listed) -> Button:
    return button(short_title(t, item.event.title, _BUTTON_TITLE), OpenEvent(event_id=item.event.id))


def _nothing(t: Texts, listing: Listing) -> Html:
    match listing.by:
        case "today":
            return t("Nothing is on today any more. Have a look at the other days.")
        case "search":
            return t("Nothing found. Try another spelling, or fewer words.")
        case "all":
            return t("Nothing is in the programme yet.")
    return t("Nothing is on then. Have a look at the other days.")


def _ways(t: Texts) -> list[Row]:
    return [
        (
            button(t.plain("Today"), OpenEvents(by="today")),
            button(t.plain("This weekend"), OpenEvents(by="weekend")),
            button("📅 " + t.plain("Calendar"), OpenCalendar()),
        ),
        (
            button(t.plain("By kind"), OpenKinds()),
            button("🔎 " + t.plain("Search"), OpenSearch()),
            button("♿ " + t.plain("Access"), OpenAccess()),
        ),
    ]


def _back(t: Texts, listing: Listing) -> Button:
    match listing.by:
        case "day":
            return back(t, OpenCalendar(month=listing.value[:7]))
        case "kind":
            return back(t, OpenKinds())
        case "access":
            return back(t, OpenAccess(wish=listing.value))
        case "search":
            return back(t, OpenSearch())
    return back(t, OpenEvents())


def _turned(listing: Listing, page: int) -> OpenEvents:
    return OpenEvents(by=listing.by, value=listing.value, page=page)


def _weeks(first: date) -> Iterator[list[date]]:
    """Monday to Sunday; the first and the last week reach into other months."""
    after = months_on(first, 1)
    day = first - timedelta(days=first.weekday())
    while day < after:
        yield [day + timedelta(days=step) for step in range(7)]
        day += timedelta(days=7)


def _day_button(month: Month, day: date) -> Button:
    if (day.year, day.month) != (month.first.year, month.first.month):
        return button(_BLANK, CalendarNote())
    if day in month.days:
        return button(str(day.day), OpenEvents(by="day", value=day.isoformat()))
    return button("·", CalendarNote(day=day.isoformat()))


def _month(first: date) -> str:
    return OpenCalendar(month=first.isoformat()[:7]).pack()


def _wishes(t: Texts, wish: AccessWish) -> list[str]:
    flags = {
        t.plain("step-free"): wish.step_free,
        t.plain("captioned"): wish.captioned,
        t.plain("relaxed"): wish.relaxed,
        language_name(t, wish.language) if wish.language else "": bool(wish.language),
    }
    return [name for name, wanted in flags.items() if wanted]


def _toggle(name: str, on: bool, then: AccessWish) -> Button:
    return button(("☑ " if on else "☐ ") + capital(name), OpenAccess(wish=then.code()))


def _language_toggles(t: Texts, wish: AccessWish, languages: tuple[str, ...]) -> Iterator[Button]:
    for tag in languages[:_LANGUAGES_OFFERED]:
        on = wish.language == tag
        yield _toggle(language_name(t, tag), on, replace(wish, language="" if on else tag))
