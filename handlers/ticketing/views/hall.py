"""Choosing by hand: the hall, a zone, a row, its seats; and what to do when somebody was faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData

from domain.money import Money
from domain.programme.model import Seat, SeatKind, SeatRow
from domain.ticketing.party import Party, Tariff
from handlers.programme.words import price_range
from handlers.ticketing.callbacks import (
    ChooseParty,
    ClearPicks,
    OpenHall,
    OpenRow,
    OpenZone,
    PickSeat,
    SwapSeat,
    TakePicks,
)
from handlers.ticketing.maps import free_text, hall_overview, price_order, zone_map
from handlers.ticketing.packing import pack_party
from handlers.ticketing.picks import Picks
from handlers.ticketing.queries import SaleFacts
from handlers.ticketing.wording import (
    KIND_SIGNS,
    SeatName,
    back,
    bold,
    clipped,
    escaped,
    kind_text,
    label,
    listed,
    name_of,
    party_text,
    seat_runs,
    seat_text,
    seats_texts,
    short_title,
    way,
    when,
    word,
    zone_text,
)
from handlers.ui.i18n import Texts
from handlers.ui.screen import Button, Row, Screen, button, grid

ZONES_A_PAGE = 12
ROWS_A_PAGE = 28
SEATS_A_PAGE = 35
#: Seats beside each other: each is wide enough for a thumb on a narrow phone.
_SEATS_WIDE, _LONG_NAMES_WIDE = 6, 5
#: A zone with no more rows than this, and not too many seats, shows its seats at once.
FEW_ROWS = 2
NEAREST = 6
_TITLE_MOST = 36


def hall_screen(t: Texts, facts: SaleFacts, party: Party, picks: Picks, page: int = 0) -> Screen:
    """Which zone. Raises nothing for a page that is not there: it is the last one then."""
    assert facts.plan is not None
    zones = list(enumerate(facts.plan.zones))
    buttons = [_zone_button(t, facts, party, index, zone) for index, zone in zones]
    rows, page = _paged(
        [button for button in buttons if button],
        ZONES_A_PAGE,
        1 if len(zones) <= 6 else 2,
        page,
        lambda at: OpenHall(performance_id=facts.performance.id, party=pack_party(party), page=at),
    )
    ask = bold(t("Which part of the hall?"))
    text = f"{ask}\n{_what(t, facts)}{_chosen(t, facts, party, picks)}"
    here = OpenHall(performance_id=facts.performance.id, party=pack_party(party), page=page).pack()
    return Screen(
        text,
        (*rows, *_take(t, facts, party, picks), _way(t, facts, party, picks, _to_party(facts, party))),
        picture=hall_overview(t, facts),
        here=here,
    )


def zone_screen(t: Texts, facts: SaleFacts, party: Party, picks: Picks, zone: int, page: int = 0) -> Screen:
    """Which row; where there are few, which seat."""
    assert facts.plan is not None
    name = facts.plan.zones[zone]
    rows_here = [(index, row) for index, row in enumerate(facts.plan.rows) if row.zone == name]
    here = OpenZone(performance_id=facts.performance.id, zone=zone, party=pack_party(party), page=page).pack()
    if shows_seats_at_once(facts, zone):
        ask = t("Which seats?")
        several = len(rows_here) > 1
        rows = tuple(
            line
            for _, row in rows_here
            for line in _seat_rows(
                facts, party, picks, row.seats, prefix=f"{clipped(row.label, 8)} " if several else ""
            )
        )
    else:
        ask = t("Which row? The figure is how many seats are free.")
        buttons = [_row_button(facts, party, index, row) for index, row in rows_here]
        rows, page = _paged(
            [button for button in buttons if button],
            ROWS_A_PAGE,
            4,
            page,
            lambda at: OpenZone(performance_id=facts.performance.id, zone=zone, party=pack_party(party), page=at),
        )
    if not rows:
        ask = t("Nothing is left here. Try another zone.")
    heading = bold(zone_text(t, facts.showing.hall, name))
    text = f"{heading}\n{_what(t, facts)}\n{ask}{_chosen(t, facts, party, picks)}"
    return Screen(
        text,
        (*rows, *_take(t, facts, party, picks), _way(t, facts, party, picks, _above(facts, party))),
        picture=zone_map(t, facts, name, picks.places),
        here=here,
    )


def row_screen(
    t: Texts, facts: SaleFacts, party: Party, picks: Picks, row: int, page: int = 0, *, place: int | None = None
) -> Screen:
    """Which seat. With ``place`` the page that this seat stands on."""
    assert facts.plan is not None
    chosen = facts.plan.rows[row]
    seats = _open_seats(facts, picks, chosen.seats)
    pages = max(1, -(-len(seats) // SEATS_A_PAGE))
    if place is not None:
        page = sum(seat.place < place for seat in seats) // SEATS_A_PAGE
    page = min(max(page, 0), pages - 1)
    seats = seats[page * SEATS_A_PAGE : (page + 1) * SEATS_A_PAGE]
    zone = facts.plan.zones.index(chosen.zone)
    heading = t.plain("{zone}, row {row}", zone=zone_text(t, facts.showing.hall, chosen.zone), row=word(chosen.label))
    ask = t("Free: {seats}", seats=_runs(t, facts, seats)) if seats else t("Nothing is left in this row.")
    text = f"{bold(heading)}\n{_what(t, facts)}\n{ask}{_signs(t, seats)}{_chosen(t, facts, party, picks)}"
    packed = pack_party(party)
    return Screen(
        text,
        (
            *_seat_rows(facts, party, picks, seats),
            *_neighbours(t, facts, party, row, page, pages),
            *_take(t, facts, party, picks),
            _way(t, facts, party, picks, OpenZone(performance_id=facts.performance.id, zone=zone, party=packed)),
        ),
        picture=zone_map(t, facts, chosen.zone, picks.places, row=chosen.label),
        here=OpenRow(performance_id=facts.performance.id, row=row, party=packed, page=page).pack(),
    )


def faster_screen(t: Texts, facts: SaleFacts, party: Party, picks: Picks) -> Screen:
    """Somebody was faster: which seat, and the nearest that are free. ``picks.gone`` is not empty."""
    assert facts.plan is not None
    names = [seat_text(t, _name(t, facts, place)) for place in picks.gone]
    gone = picks.gone[0]
    nearest = facts.nearest(gone, NEAREST, but=picks.places)
    said = t.plural(
        "Somebody was faster: {seats} has just been taken.",
        "Somebody was faster: {seats} have just been taken.",
        len(names),
        seats=clipped(t.plain("; ").join(names), 300),
    )
    first = seat_text(t, _name(t, facts, gone))
    ask = t("Free and nearest to {seat}:", seat=first) if nearest else t("Nothing like it is left.")
    packed = pack_party(party)
    swaps = [
        button(
            _short_name(t, facts.plan.seat(place)),
            SwapSeat(performance_id=facts.performance.id, gone=gone, place=place, party=packed),
        )
        for place in nearest
    ]
    zone = facts.plan.zones.index(facts.plan.seat(gone).zone)
    to_zone = OpenZone(performance_id=facts.performance.id, zone=zone, party=packed)
    return Screen(
        f"{bold(said)}\n{_what(t, facts)}\n{ask}{_chosen(t, facts, party, picks)}",
        (
            *grid(swaps, 2),
            *_take(t, facts, party, picks),
            _way(t, facts, party, picks, to_zone),
        ),
        picture=zone_map(t, facts, facts.plan.seat(gone).zone, picks.places, offered=nearest),
        here=to_zone.pack(),
    )


def shows_seats_at_once(facts: SaleFacts, zone: int) -> bool:
    assert facts.plan is not None
    name = facts.plan.zones[zone]
    rows = [row for row in facts.plan.rows if row.zone == name]
    return len(rows) <= FEW_ROWS and sum(len(row.seats) for row in rows) <= SEATS_A_PAGE


def picks_price(facts: SaleFacts, tariff: Tariff, party: Party, picks: Picks) -> Money | None:
    """What the chosen seats cost together; None where one of them has no such price."""
    if facts.plan is None or not picks.places:
        return None
    amounts = []
    for wish in tariff.wishes(party, facts.plan, picks.places):
        price = facts.performance.price(facts.plan.seat(wish.place).category, wish.concession_id)
        if price is None:
            return None
        amounts.append(price.amount)
    return Money.total(amounts, amounts[0].currency)


def _what(t: Texts, facts: SaleFacts) -> str:
    """As short as can be: map and buttons are to be seen together on a phone."""
    date = when(t, facts.performance, facts.showing.venue, facts.now)
    return escaped(f"{short_title(t, facts.showing.event.title, _TITLE_MOST)} · {date}")


def _runs(t: Texts, facts: SaleFacts, seats: Sequence[Seat]) -> str:
    """The seats' numbers, neighbours as a range; plain."""
    runs = seat_runs(name_of(t, facts.showing.hall, seat) for seat in seats)
    ends = ((word(run[0].number), word(run[-1].number)) for run in runs)
    return clipped(listed(t, (first if first == last else f"{first}–{last}" for first, last in ends)), 160)


def _zone_button(t: Texts, facts: SaleFacts, party: Party, index: int, zone: str) -> Button | None:
    """None for a zone in which nothing is sold."""
    assert facts.plan is not None
    assert facts.tariff is not None
    seats = [seat for seat in facts.plan.by_zone[zone] if facts.is_priced(seat)]
    if not seats:
        return None
    free = [seat for seat in seats if facts.is_free(seat)]
    categories = {seat.category for seat in free}
    prices = [
        facts.performance.price(name, facts.tariff.usual.id)
        for name in price_order(facts.plan, facts)
        if name in categories
    ]
    named = zone_text(t, facts.showing.hall, zone)
    parts = [named, free_text(t, len(free)), price_range(t, [price.amount for price in prices if price])]
    to = OpenZone(performance_id=facts.performance.id, zone=index, party=pack_party(party))
    return button(label(" · ".join(part for part in parts if part)), to)


def _row_button(facts: SaleFacts, party: Party, index: int, row: SeatRow) -> Button | None:
    free = sum(facts.is_free(seat) for seat in row.seats)
    if not free:
        return None
    to = OpenRow(performance_id=facts.performance.id, row=index, party=pack_party(party))
    return button(f"{clipped(row.label, 10)} · {free}", to)


def _open_seats(facts: SaleFacts, picks: Picks, seats: Sequence[Seat]) -> list[Seat]:
    return [seat for seat in seats if facts.is_free(seat) or seat.place in picks.places]


def _seat_rows(
    facts: SaleFacts, party: Party, picks: Picks, seats: Sequence[Seat], prefix: str = ""
) -> tuple[Row, ...]:
    open_seats = _open_seats(facts, picks, seats)
    names = [f"{KIND_SIGNS[seat.kind]}{prefix}{clipped(seat.number, 6)}" for seat in open_seats]
    width = _SEATS_WIDE if all(len(name) <= 3 for name in names) else _LONG_NAMES_WIDE
    packed = pack_party(party)
    buttons = [
        button(
            f"✓{name}" if seat.place in picks.places else name,
            PickSeat(
                performance_id=facts.performance.id,
                place=seat.place,
                on=int(seat.place not in picks.places),
                party=packed,
            ),
        )
        for seat, name in zip(open_seats, names, strict=True)
    ]
    return grid(buttons, width)


def _short_name(t: Texts, seat: Seat) -> str:
    sign = KIND_SIGNS[seat.kind]
    row = t.plain("row {row}, seat {seat}", row=clipped(seat.row, 10), seat=clipped(seat.number, 6))
    return f"{sign} {row}" if sign else row


def _signs(t: Texts, seats: Sequence[Seat]) -> str:
    kinds = dict.fromkeys(kind_text(t, kind) for kind in SeatKind if any(seat.kind is kind for seat in seats))
    shown = [text for text in kinds if text]
    return f"\n{escaped(' · '.join(shown))}" if shown else ""


def _neighbours(t: Texts, facts: SaleFacts, party: Party, row: int, page: int, pages: int) -> tuple[Row, ...]:
    """The row before and behind; further seats of a very long row."""
    assert facts.plan is not None
    rows, packed = facts.plan.rows, pack_party(party)

    def to(index: int, at: int = 0) -> OpenRow:
        return OpenRow(performance_id=facts.performance.id, row=index, party=packed, page=at)

    line = []
    if page > 0:
        line.append(button("‹ " + t.plain("seats"), to(row, page - 1)))
    if page + 1 < pages:
        line.append(button(t.plain("seats") + " ›", to(row, page + 1)))
    for index, sign in ((row - 1, "‹ {}"), (row + 1, "{} ›")):
        if 0 <= index < len(rows) and rows[index].zone == rows[row].zone:
            name = t.plain("row {row}", row=clipped(rows[index].label, 10))
            line.append(button(sign.format(name), to(index)))
    return (tuple(line),) if line else ()


def _chosen(t: Texts, facts: SaleFacts, party: Party, picks: Picks) -> str:
    """What is chosen so far, and for how many it is meant."""
    assert facts.plan is not None
    lines: list[str] = []
    if picks.gone:
        names = t.plain("; ").join(seat_text(t, _name(t, facts, place)) for place in picks.gone)
        lines.append(t("Just taken by somebody else: {seats}", seats=clipped(names, 200)))
    if picks.places:
        seats = seats_texts(t, [_name(t, facts, place) for place in picks.places], most=4)
        chosen = t.plain("; ").join(seats)
        progress = t("Chosen {count} of {wanted}:", count=len(picks.places), wanted=party.size)
        lines.append(f"{bold(progress)} {escaped(chosen)}")
    elif facts.tariff is not None:
        lines.append(t("For: {party}", party=party_text(t, facts.tariff, party)))
    return "".join(f"\n{line}" for line in lines)


def _take(t: Texts, facts: SaleFacts, party: Party, picks: Picks) -> tuple[Row, ...]:
    if not picks.places or facts.tariff is None:
        return ()
    price = picks_price(facts, facts.tariff, party, picks)
    text = t.plain_plural("Take this seat", "Take these {count}", len(picks.places))
    if price:
        text += f" · {t.money(price)}"
    return ((button("✅ " + text, TakePicks(performance_id=facts.performance.id, party=pack_party(party))),),)


def _way(t: Texts, facts: SaleFacts, party: Party, picks: Picks, to: CallbackData) -> Row:
    """Back and out; with something chosen also the way to choose anew."""
    clear = ClearPicks(performance_id=facts.performance.id, party=pack_party(party))
    again = (button("✕ " + t.plain("Clear"), clear),) if picks.places else ()
    return way(t, back(t, to), *again)


def _paged(
    buttons: Sequence[Button], size: int, width: int, page: int, to: Callable[[int], CallbackData]
) -> tuple[tuple[Row, ...], int]:
    """One page of buttons with the way to the others, and the number of the page that it is."""
    pages = max(1, -(-len(buttons) // size))
    page = min(max(page, 0), pages - 1)
    rows = grid(buttons[page * size : (page + 1) * size], width)
    turn = []
    if page:
        turn.append(button("‹", to(page - 1)))
    if page + 1 < pages:
        turn.append(button("›", to(page + 1)))
    return (*rows, *([tuple(turn)] if turn else [])), page


def _name(t: Texts, facts: SaleFacts, place: int) -> SeatName:
    assert facts.plan is not None
    return name_of(t, facts.showing.hall, facts.plan.seat(place))


def _to_party(facts: SaleFacts, party: Party) -> ChooseParty:
    return ChooseParty(performance_id=facts.performance.id, detail=0, party=pack_party(party))


def _above(facts: SaleFacts, party: Party) -> OpenHall | ChooseParty:
    """A hall with one zone has no overview to go back to."""
    if facts.plan is not None and len(facts.plan.zones) > 1:
        return OpenHall(performance_id=facts.performance.id, party=pack_party(party))
    return _to_party(facts, party)
