"""The printed list of the door: who is expected, to be ticked by hand when everything is down."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from handlers.admission.find_queries import DoorListFacts
from handlers.admission.find_views import guest_seat
from handlers.ticketing.wording import clipped, seat_text, title_of, word, zone_text
from handlers.ui.i18n import N_, Texts
from handlers.ui.paper import Paper

BY_ROW, BY_CODE = "row", "code"
_TITLES = {BY_ROW: N_("Door list by row"), BY_CODE: N_("Door list by short code")}


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A line with a box to tick. ``ticked``: was inside when the list was made."""

    key: str
    text: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class ListSection:
    """Entries under a heading, which may be empty."""

    heading: str
    entries: tuple[ListEntry, ...]


@dataclass(frozen=True)
class DoorList(Paper):
    """``page_text`` has the places ``{page}`` and ``{pages}``; ``header`` stands at the top of each page."""

    locale: str
    title: str
    header: tuple[str, ...]
    page_text: str
    sections: tuple[ListSection, ...]


def door_list(t: Texts, facts: DoorListFacts, by: str) -> DoorList:
    """By row: seat, then code. By code: code, then seat. No names: a list that is lost tells nobody who was there."""
    showing = facts.showing
    zone = showing.venue.timezone
    when = f"{t.long_day(showing.performance.starts_at, zone)} {t.time(showing.performance.starts_at, zone)}"
    hall = word(t.of(showing.hall.name))
    count = t.plain_plural("{count} ticket", "{count} tickets", len(facts.guests))
    made = t.plain("as of {time}", time=t.when(facts.now, zone))
    return DoorList(
        locale=t.locale,
        title=f"{t.plain(_TITLES[by])} · {title_of(t, showing.event.title)}",
        header=(title_of(t, showing.event.title), f"{when} · {hall} · {t.plain(_TITLES[by])} · {count} · {made}"),
        page_text=t.plain("Page {page} of {pages}", page="{page}", pages="{pages}"),
        sections=_by_code(t, facts) if by == BY_CODE else _by_row(t, facts),
    )


def _by_row(t: Texts, facts: DoorListFacts) -> tuple[ListSection, ...]:
    hall = facts.showing.hall
    sections = []
    for (zone, row), guests in groupby(facts.guests, key=lambda guest: (guest.zone, guest.row)):
        heading = zone_text(t, hall, zone) if zone else ""
        if row:
            heading = t.plain("{zone}, row {row}", zone=heading, row=word(row))
        entries = (
            ListEntry(word(guest.number), _spaced(guest.short_code), guest.ticket_id in facts.inside)
            for guest in guests
        )
        sections.append(ListSection(heading, tuple(entries)))
    return tuple(sections)


def _by_code(t: Texts, facts: DoorListFacts) -> tuple[ListSection, ...]:
    entries = [
        ListEntry(
            _spaced(guest.short_code),
            clipped(seat_text(t, guest_seat(t, facts.showing.hall, guest)), 60),
            guest.ticket_id in facts.inside,
        )
        for guest in sorted(facts.guests, key=lambda guest: guest.short_code)
    ]
    return (ListSection("", tuple(entries)),)


def _spaced(code: str) -> str:
    return f"{code[:3]} {code[3:]}"
