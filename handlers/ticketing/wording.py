"""How seats, parties, prices and times are said: shared by the screens of ticketing, payments and admission."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from aiogram.filters.callback_data import CallbackData

from domain.programme.model import Concession, Hall, Performance, Seat, SeatKind, Venue
from domain.ticketing.model import OrderLine
from domain.ticketing.party import Party, Tariff
from handlers.ui.callbacks import Home
from handlers.ui.i18n import N_, Html, Texts
from handlers.ui.screen import Button, Row, button

TITLE_MOST = 90
WORD_MOST = 32
_BUTTON_MOST = 60
_SUBTITLE = re.compile(r"\s*[:：]\s*")
#: Controls, and the marks that change a line's direction.
_UNFIT = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")

KIND_SIGNS: Mapping[SeatKind, str] = {
    SeatKind.STANDARD: "",
    SeatKind.WHEELCHAIR: "♿",
    SeatKind.COMPANION: "👥",
    SeatKind.RESTRICTED: "◐",
}


def clipped(text: str, most: int) -> str:
    """The house's own text, made fit for a line: one line, bounded, nothing that turns it around. Not yet escaped.

    ``most`` counts as Telegram does, in UTF-16 units.
    """
    return cut(" ".join(_UNFIT.sub(" ", text).split()), most)


def cut(text: str, most: int) -> str:
    """At most ``most`` UTF-16 units."""
    raw = text.encode("utf-16-le")
    if len(raw) // 2 <= most:
        return text
    return raw[: (most - 1) * 2].decode("utf-16-le", "ignore").rstrip() + "…"


def word(text: str) -> str:
    """A zone's, row's, seat's or category's name."""
    return clipped(text, WORD_MOST)


def escaped(text: str) -> Html:
    return Html(html.escape(text, quote=False))


def bold(text: str) -> Html:
    """Escapes plain text; HTML stays as it is."""
    return Html(f"<b>{text if isinstance(text, Html) else escaped(text)}</b>")


def label(text: str) -> str:
    """A button's text, bounded."""
    return clipped(text, _BUTTON_MOST)


def today_in(now: datetime, venue: Venue) -> date:
    return now.astimezone(ZoneInfo(venue.timezone)).date()


def when(t: Texts, performance: Performance, venue: Venue, now: datetime) -> str:
    return t.when(performance.starts_at, venue.timezone, today=today_in(now, venue))


def last_day_text(t: Texts, until: datetime, zone: str) -> str:
    """With its year: of what is good to the end of a day, perhaps years away."""
    return t.long_day(until - timedelta(seconds=1), zone)


def minutes_left(until: datetime, now: datetime) -> int:
    """Begun minutes; 0 when it is over."""
    return max(0, -int((now - until).total_seconds() // 60))


def home(t: Texts) -> Button:
    return button("🏠 " + t.plain("Home"), Home())


def way(t: Texts, *back: Button) -> Row:
    """The last row: back, and out."""
    return (*back, home(t))


def back(t: Texts, callback: CallbackData | str) -> Button:
    return button("↩︎ " + t.plain("Back"), callback)


@dataclass(frozen=True, slots=True)
class SeatName:
    """What a seat is called, in the reader's language. ``zone`` is empty where places are not numbered."""

    place: int
    zone: str
    row: str
    number: str


def kind_text(t: Texts, kind: str) -> str:
    """What is special about a seat, with its sign; empty for an ordinary one. Plain."""
    texts = {
        SeatKind.WHEELCHAIR: t.plain("wheelchair place"),
        SeatKind.COMPANION: t.plain("companion seat"),
        SeatKind.RESTRICTED: t.plain("restricted view"),
    }
    said = texts.get(SeatKind(kind))
    return f"{KIND_SIGNS[SeatKind(kind)]} {said}" if said else ""


def listed(t: Texts, items: Iterable[str]) -> str:
    return t.plain(", ").join(items)


def zone_text(t: Texts, hall: Hall, zone: str) -> str:
    """A zone's name as the house gives it in this language, else the plan's. Plain."""
    return word(t.of(hall.zone_name(zone)) or zone)


def name_of(t: Texts, hall: Hall, seat: OrderLine | Seat) -> SeatName:
    return SeatName(seat.place, zone_text(t, hall, seat.zone), seat.row, seat.number)


def seat_text(t: Texts, seat: SeatName) -> str:
    """One seat in full, plain: "Stalls, row G, seat 12"."""
    if not seat.zone and not seat.row:
        return t.plain("free choice of place")
    return _row_text(t, seat.zone, seat.row, [word(seat.number)])


def seat_runs(seats: Iterable[SeatName]) -> list[tuple[SeatName, ...]]:
    """Neighbours together: consecutive places of one row."""
    ordered = sorted(seats, key=lambda seat: seat.place)
    keyed = ((seat.zone, seat.row, seat.place - index) for index, seat in enumerate(ordered))
    pairs = zip(keyed, ordered, strict=True)
    return [tuple(seat for _, seat in group) for _, group in groupby(pairs, key=lambda pair: pair[0])]


def seats_texts(t: Texts, seats: Sequence[SeatName], most: int = 6) -> list[str]:
    """Lines, plain: a row each, neighbours as a range; of many rows the first few."""
    if not seats:
        return []
    if not any(seat.zone or seat.row for seat in seats):
        return [t.plain_plural("{count} place, free choice", "{count} places, free choice", len(seats))]
    rows: dict[tuple[str, str], list[str]] = {}
    for run in seat_runs(seats):
        numbers = word(run[0].number) if len(run) == 1 else f"{word(run[0].number)}–{word(run[-1].number)}"
        rows.setdefault((run[0].zone, run[0].row), []).append(numbers)
    lines = [_row_text(t, zone, row, numbers) for (zone, row), numbers in rows.items()]
    if len(lines) > most:
        rest = len(lines) - most
        lines = [*lines[:most], t.plain_plural("… and {count} more row", "… and {count} more rows", rest)]
    return lines


def _row_text(t: Texts, zone: str, row: str, numbers: Sequence[str]) -> str:
    seats = clipped(", ".join(numbers), 60)
    one = len(numbers) == 1 and "–" not in numbers[0]
    if not row:
        text = N_("{zone}, seat {seats}") if one else N_("{zone}, seats {seats}")
        return t.plain(text, zone=word(zone), seats=seats)
    text = N_("{zone}, row {row}, seat {seats}") if one else N_("{zone}, row {row}, seats {seats}")
    return t.plain(text, zone=word(zone), row=word(row), seats=seats)


def are_together(seats: Sequence[SeatName]) -> bool:
    return len(seat_runs(seats)) < 2


def concession_text(t: Texts, concession: Concession | None) -> str:
    return word(t.of(concession.name)) if concession else ""


def proof_text(t: Texts, concession: Concession, most: int = 100) -> str:
    """What a reduction asks for at the door, as the house says it; plain."""
    return clipped(t.of(concession.proof), most).rstrip(".。") or t.plain("please bring proof")


def party_text(t: Texts, tariff: Tariff, party: Party) -> str:
    """ "2 × full price, 1 × child, 1 × wheelchair place", plain."""
    parts = [(c, party.count(c.id)) for c in tariff.ordinary]
    texts = [t.plain("{count} × {what}", count=n, what=concession_text(t, c)) for c, n in parts if n]
    if party.wheelchair:
        texts.append(t.plain("{count} × {what}", count=party.wheelchair, what=t.plain("wheelchair place")))
    if party.companion:
        texts.append(t.plain("{count} × {what}", count=party.companion, what=t.plain("companion")))
    return clipped(listed(t, texts), 160)


def count_by(t: Texts, concessions: Sequence[Concession | None]) -> str:
    """ "3 × full price, 2 × child" of what has been bought, plain."""
    counts: dict[str, int] = {}
    for concession in concessions:
        name = concession_text(t, concession)
        counts[name] = counts.get(name, 0) + 1
    return clipped(listed(t, (t.plain("{count} × {what}", count=n, what=what) for what, n in counts.items())), 160)


def short_title(t: Texts, title: Mapping[str, str], most: int) -> str:
    """For a button: without the subtitle where there is no room for it, rather than cut in a word."""
    whole = title_of(t, title)
    return whole if len(whole) <= most else cut(_SUBTITLE.split(whole, maxsplit=1)[0] or whole, most)


def title_of(t: Texts, title: Mapping[str, str]) -> str:
    return clipped(t.of(title), TITLE_MOST)
